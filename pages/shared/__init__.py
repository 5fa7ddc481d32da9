"""What pages and routes both need: the open store, cached Markets and figures, and the view a link names."""
