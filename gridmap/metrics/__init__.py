"""The figures the business is steered by: each a ratio of sums."""
