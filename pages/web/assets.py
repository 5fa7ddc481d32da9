"""Scripts, styles and texts of the map: the same for everybody, no data in them."""

import hashlib
from pathlib import Path

import xstatic.pkg.leaflet
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import gridmap
from gridmap.errors import N_
from gridmap.texts import LANGUAGES, translator
from pages.shared import app
from pages.web.answers import guarded, packed, packed_json

STATIC = Path(__file__).parent / "static"
# In the order in which they build on each other.
SCRIPTS = ("wire.js", "cells.js", "shapes.js", "controls.js", "tools.js", "routes.js", "map.js")
STYLES = ("gridmap.css",)
_DAY_S = 86_400

# What the map says in its own words; the key is what the script asks for.
TEXTS = (
    ("map", N_("Map. Arrow keys move it, plus and minus zoom, Enter chooses the cell in the middle; the table holds the same figures.")),
    ("closer", N_("Zoom in")),
    ("wider", N_("Zoom out")),
    ("tools", N_("Tools on the map")),
    ("pan", N_("Move the map")),
    ("box", N_("Select cells with a box")),
    ("lasso", N_("Select cells with a lasso")),
    ("paint", N_("Select cells with a brush")),
    ("how", N_("What drawing does to the selection")),
    ("replace", N_("Replace")),
    ("add", N_("Add")),
    ("remove", N_("Remove")),
    ("hint", N_("Draw on the map, or tap a cell. Shift adds, Alt removes, Escape goes back to moving the map.")),
    ("swipe", N_("Move the line between the two layers")),
    ("trouble", N_("Part of the map could not be loaded.")),
    ("again", N_("Try again")),
    ("served", N_("School with our service")),
    ("unserved", N_("School without our service")),
    ("loss", N_("Lines lost to a competitor")),
    ("attack", N_("Approach of a competitor without loss")),
    ("place", N_("Place")),
    ("danger_blue", N_("Blue danger")),
    ("danger_yellow", N_("Yellow danger")),
    ("danger_orange", N_("Orange danger")),
    ("danger_red", N_("Red danger")),
    ("routes", N_("Days of the sweep")),
)


class _Cached(StaticFiles):
    """Files of a pinned package: they never change under their address."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with the file and let the browser keep it."""
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = f"private, max-age={_DAY_S}"
        return response


def bundle(names: tuple[str, ...]) -> bytes:
    """Return our own scripts or styles as one file."""
    return b"\n".join((STATIC / name).read_bytes() for name in names)


def scripts() -> tuple[str, ...]:
    """Return the addresses of the scripts in the order they are loaded, without the base path."""
    return ("gm-assets/leaflet/leaflet.js", f"gm-assets/gridmap.js?v={_print(SCRIPTS)}")


def styles() -> tuple[str, ...]:
    """Return the addresses of the styles, without the base path."""
    return ("gm-assets/leaflet/leaflet.css", f"gm-assets/gridmap.css?v={_print(STYLES)}")


def routes(base: str) -> list[BaseRoute]:
    """Return the routes of the assets below a base path."""
    script, style = bundle(SCRIPTS), bundle(STYLES)

    @guarded
    def our_script(request: Request) -> Response:
        return packed(request, script, "text/javascript", seconds=_DAY_S)

    @guarded
    def our_style(request: Request) -> Response:
        return packed(request, style, "text/css", seconds=_DAY_S)

    return [
        Mount(f"{base}/gm-assets/leaflet", _Cached(directory=xstatic.pkg.leaflet.BASE_DIR)),
        Route(f"{base}/gm-assets/gridmap.js", our_script),
        Route(f"{base}/gm-assets/gridmap.css", our_style),
        Route(f"{base}/gm-texts", texts),
        Route(f"{base}/gm-raster", raster),
        Route(f"{base}/gm-health", health),
    ]


@guarded
def texts(request: Request) -> Response:
    """Answer with the words of the map in one language."""
    language = request.query_params.get("lang", "")
    translate = translator(language if language in dict(LANGUAGES) else "en")
    return packed_json(request, {key: translate(text) for key, text in TEXTS}, seconds=_DAY_S)


@guarded
def raster(request: Request) -> Response:
    """Answer with the address of the raster base map, which is the operator's and so never passes through folium."""
    chosen = app.settings().base_map
    return packed_json(request, {"url": chosen.url, "attribution": chosen.attribution, "longest_zoom": chosen.longest_zoom}, seconds=60)


@guarded
def health(request: Request) -> Response:
    """Answer that the server is up and its store can be read."""
    store = app.store()
    with store.engine.connect():
        return packed_json(request, {"status": "ok", "version": gridmap.__version__}, seconds=0)


def _print(names: tuple[str, ...]) -> str:
    return hashlib.sha256(bundle(names)).hexdigest()[:12]
