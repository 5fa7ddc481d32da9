"""On-site days on the page: planned, made ready, held, written up, and what they brought."""
