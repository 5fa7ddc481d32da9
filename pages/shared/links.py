"""The addresses of the routes, signed; made where a person's rights were checked, read where there is no person."""

import time
from urllib.parse import parse_qsl, quote

from pages.shared import app
from pages.shared.view import NAMES, View, address, read_address, view_of

GEOMETRY, VALUES, ABOUT = "gm-geometry", "gm-values", "gm-about"
OUTLINES, BASE, SHAPES, TEXTS, RASTER = "gm-outlines", "gm-base", "gm-shapes", "gm-texts", "gm-raster"
GRID_PARTS = ("branch_id", "grid", "system")
BASE_PARTS = ("branch_id", "version", "part", "system")


def view_link(route: str, view: View, **more: str) -> str:
    """Return the signed address of a route for a view; `more` is added unsigned (language, theme)."""
    return _whole(address(route, view.parts, app.key(), time.time()), more)


def grid_link(route: str, branch_id: str, fingerprint: str) -> str:
    """Return the signed address of the geometry of a grid in the system of the map."""
    parts = dict(zip(GRID_PARTS, (branch_id, fingerprint, app.display_system()), strict=True))
    return _whole(address(route, parts, app.key(), time.time()), {})


def base_link(branch_id: str, version: str, part: str) -> str:
    """Return the signed address of one part of the base map."""
    parts = dict(zip(BASE_PARTS, (branch_id, version, part, app.display_system()), strict=True))
    return _whole(address(BASE, parts, app.key(), time.time()), {})


def beside(view: View) -> str:
    """Write a signed view as one value of another address, for class breaks that two maps share."""
    return address("beside", view.parts, app.key(), time.time()).partition("?")[2]


def read_beside(text: str) -> View | None:
    """Read what `beside` wrote; None where it is not signed or has ended."""
    parts = read_address("beside", dict(parse_qsl(text, keep_blank_values=True)), NAMES, app.key(), time.time())
    return None if parts is None else view_of(parts)


def _whole(signed: str, more: dict[str, str]) -> str:
    return f"{app.base()}/{signed}" + "".join(f"&{name}={quote(value, safe='')}" for name, value in more.items())
