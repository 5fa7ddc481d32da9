"""Travel between places: how long and how far, as the crow flies with a detour, or on real roads."""
