"""The parts of the White space page."""
