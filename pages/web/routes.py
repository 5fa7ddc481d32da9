"""Tiles, values, legends and shapes of the map, each behind a link that a page signed for one person's rights."""

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gridmap.texts import LANGUAGES
from layers import tiles
from pages.shared import app, cached, links, pictures
from pages.shared.view import View
from pages.web import assets, phone
from pages.web.answers import Refused, guarded, packed, packed_json, signed, viewed

_DAY_S, _HOUR_S = 86_400, 3600
_BINARY = "application/octet-stream"


def routes() -> list[BaseRoute]:
    """Return every route of ours, below the server's base path; also starts loading what the first map needs."""
    app.warm()
    base = app.base()
    ours = (
        (links.GEOMETRY, geometry),
        (links.VALUES, cell_values),
        (links.ABOUT, about),
        (links.OUTLINES, outlines),
        (links.BASE, base_shapes),
        (links.SHAPES, layer_shapes),
    )
    return [*assets.routes(base), *phone.routes(base), *(Route(f"{base}/{route}", endpoint) for route, endpoint in ours)]


@guarded
def geometry(request: Request) -> Response:
    """Answer with the outlines of the H3 cells of some tiles; the same for every layer, day and person."""
    parts = signed(request, links.GEOMETRY, *links.GRID_PARTS)
    grid = cached.grid_of(parts["branch_id"], parts["grid"])
    zoom, wanted = _tiles(request)
    level = pictures.level(grid, _number(request, "res"), parts["system"])
    return packed(request, tiles.encode_geometry(level, zoom, wanted), _BINARY, seconds=_DAY_S)


@guarded
def outlines(request: Request) -> Response:
    """Answer with the outlines of a grid of admin polygons, whole."""
    parts = signed(request, links.OUTLINES, *links.GRID_PARTS)
    grid = cached.grid_of(parts["branch_id"], parts["grid"])
    return packed_json(request, {"items": pictures.outlines(grid, parts["system"])}, seconds=_DAY_S)


@guarded
def cell_values(request: Request) -> Response:
    """Answer with the values of the cells of some tiles; for a grid of admin polygons, of all its cells."""
    view = viewed(request, links.VALUES)
    resolution = _number(request, "res")
    told = pictures.cell_values(view, resolution)
    grid = cached.market_of(cached.eyes_of(view, names=True)).grid
    zoom, wanted = _tiles(request)
    if grid.kind == "h3":
        picked = tiles.pick(pictures.level(grid, resolution, app.display_system()), zoom, wanted)
    else:
        picked = tiles.pick_all(len(told.cells))
    body = tiles.encode_values(told.value, told.state, picked)
    return packed(request, body, _BINARY, seconds=_HOUR_S, after=BackgroundTask(pictures.prepare, view, resolution))


@guarded
def about(request: Request) -> Response:
    """Answer with title, classes, colours, counts and texts of a view."""
    view = viewed(request, links.ABOUT)
    beside = _beside(request, view)
    told = pictures.described(
        view, beside, _number(request, "res"), language=_language(request), dark=request.query_params.get("dark") == "1"
    )
    return packed_json(request, told, seconds=_HOUR_S)


@guarded
def base_shapes(request: Request) -> Response:
    """Answer with one part of the base map."""
    parts = signed(request, links.BASE, *links.BASE_PARTS)
    items = pictures.base_items(parts["branch_id"], parts["version"], parts["part"], parts["system"])
    return packed_json(request, {"items": items}, seconds=_DAY_S)


@guarded
def layer_shapes(request: Request) -> Response:
    """Answer with the shapes or points of a layer; names in it are written with textContent where they are shown."""
    view = viewed(request, links.SHAPES)
    return packed_json(request, {"items": pictures.items(view, _language(request))}, seconds=_HOUR_S)


def _beside(request: Request, view: View) -> View | None:
    """Return the view that shares its classes with this one, signed by itself, of the same branch and for the same eyes."""
    packed_view = request.query_params.get("beside", "")
    if not packed_view:
        return None
    other = links.read_beside(packed_view)
    if other is None or (other.branch_id, other.cells_of, other.layer) != (view.branch_id, view.cells_of, view.layer):
        raise Refused
    return other


def _tiles(request: Request) -> tuple[int, tuple[tuple[int, int], ...]]:
    zoom = _number(request, "z")
    return zoom, tiles.read_tiles(request.query_params.get("t", ""), zoom)


def _number(request: Request, name: str) -> int:
    text = request.query_params.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 4):
        raise ValueError(name)
    return int(text)


def _language(request: Request) -> str:
    wanted = request.query_params.get("lang", "")
    return wanted if wanted in dict(LANGUAGES) else "en"
