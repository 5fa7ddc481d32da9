"""Territories: who should own which cells, within limits, how far that is from the best possible, and what each move buys."""
