"""The page Targets: where we stand against target and time, who is behind, what it takes, and setting targets."""
