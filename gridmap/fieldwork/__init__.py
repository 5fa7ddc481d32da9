"""The working day: what is due, what was done, whom to call, days on site, and what to ask about."""
