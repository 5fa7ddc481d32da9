"""The HTTP routes beside the pages: assets, tiles, values, shapes, health; and what stands before every request."""

from pages.web.guards import middleware, stay_local
from pages.web.routes import routes

__all__ = ["middleware", "routes", "stay_local"]
