"""The domain of gridmap: what is, who owns it, and what follows; no screen, no map library."""

__version__ = "0.1.0"
