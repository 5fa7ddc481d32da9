"""Sweeps: which doors to knock on, on which day, in which order, and how much coverage that brings by when."""
