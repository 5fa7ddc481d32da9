"""The page Accounts: who is in danger and why, what would lower it, and what is done about it."""
