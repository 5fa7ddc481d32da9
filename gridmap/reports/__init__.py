"""Documents for people: sheets to be printed, signed and carried into a meeting, made from tables and no store."""
