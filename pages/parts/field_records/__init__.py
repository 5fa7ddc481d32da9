"""The section Records of the page Sweeps: what came from the field, what waits for a decision, and what to ask about."""
