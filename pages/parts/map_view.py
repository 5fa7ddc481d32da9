"""The map: asked what to show, tells what was clicked; panning and zooming never rerun the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from streamlit_folium import st_folium

import layers
from gridmap import grid as grids
from gridmap.coordinates import from_wgs84, to_wgs84
from gridmap.market import Market
from layers import places, tiles
from layers.canvas import LocalMap, Shown
from layers.sight import Sight
from pages.parts import session
from pages.parts.session import _
from pages.shared import app, cached, links
from pages.shared.view import View
from pages.web import assets

_WIDEST = ((-60.0, -170.0), (75.0, 170.0))


@dataclass(frozen=True)
class Gesture:
    """What a person did on the map, once: a place in WGS-84 and, where it may be seen, the cell it lies in."""

    kind: str
    lat: float
    lon: float
    zoom: float
    cell: str | None
    centre: tuple[float, float]


def show(
    views: View | Sequence[View],
    *,
    height: int = 620,
    opacity: float = 0.8,
    compare: View | None = None,
    selected: str | None = None,
    place: tuple[float, float, float] | None = None,
    key: str = "map",
) -> Gesture | None:
    """Draw the map; call it inside a fragment, so that a click reruns no more than what depends on it.

    Parameters
    ----------
    views
        The first layer on cells colours them; areas and points lie over it in the given order.
    height
        In pixels.
    opacity
        Of the cells, 0 to 1.
    compare
        A second view on cells, drawn right of a line that can be moved; the same layer on another day shares the classes.
    selected
        Cell to mark.
    place
        Middle (WGS-84) and zoom to begin with; the whole branch where None. Later the map stays where the reader moved it.
    key
        Tells two maps of one page apart.

    Returns
    -------
    A click, once; None while there is no new one.
    """
    chosen = [views] if isinstance(views, View) else list(views)
    market = cached.market_of(cached.eyes_of(chosen[0]))
    if not len(market.grid.cells):
        st.info(_("This branch has no outline yet, so there is no map. Import its areas, or organisations with places."))
        return None
    frame = places.frame(_sight(market, chosen[0])) or _WIDEST
    centre = ((frame[0][0] + frame[1][0]) / 2, (frame[0][1] + frame[1][1]) / 2)
    local = LocalMap(app.base(), assets.scripts(), assets.styles(), centre=(round(centre[0], 4), round(centre[1], 4)), zoom=10)
    state = _state(market, chosen, frame, opacity=opacity, compare=compare, selected=selected)
    state["place"] = _begin(place)
    told = st_folium(
        local,
        key=f"{key}-{market.grid.fingerprint}",
        height=height,
        returned_objects=[],
        feature_group_to_add=[Shown(state)],
        use_container_width=True,
    )
    return _gesture(told, market, chosen[0], key)


def _state(
    market: Market,
    chosen: Sequence[View],
    frame: tuple[tuple[float, float], tuple[float, float]],
    *,
    opacity: float,
    compare: View | None,
    selected: str | None,
) -> dict[str, Any]:
    """Return everything the browser is told: addresses, numbers and colours only."""
    first, grid = chosen[0], market.grid
    dark, language = _is_dark(), session.language()
    on_cells = next((view for view in chosen if layers.layer(view.layer).on_cells), None)
    over = [view for view in chosen if not layers.layer(view.layer).on_cells]
    if on_cells is not None and layers.layer(on_cells.layer).kind == "owners":
        over.insert(0, View(**{**vars(on_cells), "layer": "territory_outlines"}))
    base = {part: links.base_link(first.branch_id, first.version, part) for part in places.KINDS}
    return {
        "base": base,
        "beside": None if compare is None else _cell_state(compare, on_cells, grid, language, dark=dark),
        "bounds": [list(corner) for corner in frame],
        "dark": dark,
        "grid": _grid_state(market, first.branch_id, centre_lat=(frame[0][0] + frame[1][0]) / 2),
        "main": None if on_cells is None else _cell_state(on_cells, compare, grid, language, dark=dark),
        "opacity": round(float(opacity), 2),
        "over": [_over_state(view, language) for view in over],
        "raster": f"{app.base()}/{links.RASTER}" if app.settings().base_map.url else None,
        "selected": _rings(market, selected) if selected and selected in grid.cells else None,
        "texts": f"{app.base()}/{links.TEXTS}?lang={language}",
    }


def _begin(place: tuple[float, float, float] | None) -> list[float] | None:
    if place is None:
        return None
    lat, lon = from_wgs84(np.array([place[0]]), np.array([place[1]]), app.display_system())
    return [round(float(lat[0]), 6), round(float(lon[0]), 6), place[2]]


def _grid_state(market: Market, branch_id: str, *, centre_lat: float) -> dict[str, Any]:
    grid = market.grid
    if grid.kind == "h3":
        zooms = tiles.lod(grid.resolution, len(grid.cells), centre_lat)
        return {"kind": "h3", "geometry": links.grid_link(links.GEOMETRY, branch_id, grid.fingerprint), "lod": list(zooms)}
    return {
        "kind": "areas",
        "shapes": links.grid_link(links.OUTLINES, branch_id, grid.fingerprint),
        "lod": [0] * (tiles.LONGEST_ZOOM + 1),
    }


def _cell_state(view: View, other: View | None, grid: grids.Grid, language: str, *, dark: bool) -> dict[str, Any]:
    layer = layers.layer(view.layer)
    more = {"lang": language, "dark": "1" if dark else "0"}
    if not layer.by_level:  # classes of the grid's own cells hold at every zoom; else the browser names the resolution
        more["res"] = str(max(grid.resolution, 0))
    if other is not None and other.layer == view.layer:
        more["beside"] = links.beside(other)
    return {
        "name": view.layer,
        "about": links.view_link(links.ABOUT, view, **more),
        "values": links.view_link(links.VALUES, view),
        "perLevel": layer.by_level,
    }


def _over_state(view: View, language: str) -> dict[str, Any]:
    layer = layers.layer(view.layer)
    return {
        "key": layer.key,
        "form": layer.kind,
        "look": layer.look or layer.key,
        "names": layer.kind == "areas",
        "url": links.view_link(links.SHAPES, view, lang=language),
    }


def _sight(market: Market, view: View) -> Sight:
    plan = cached.plan_of(cached.eyes_of(view), view.as_of)
    return Sight(market, plan, view.as_of, view.window_days, system=app.display_system())


def _rings(market: Market, cell: str) -> list[list[list[float]]]:
    """Return the outline of a cell in the system of the map."""
    outline = grids.outlines(market.grid, [cell]).iloc[0]
    rings = [part.exterior for part in getattr(outline, "geoms", [outline])]
    found = []
    for ring in rings:
        lon, lat = np.asarray(ring.coords).T[:2]
        moved = from_wgs84(lat, lon, app.display_system())
        found.append([[round(float(y), 6), round(float(x), 6)] for y, x in zip(*moved, strict=True)])
    return found


def _gesture(told: Mapping[str, Any] | None, market: Market, view: View, key: str) -> Gesture | None:
    """Read what came from the browser, which may be anything, and count it once."""
    click = (told or {}).get("click")
    if not isinstance(click, Mapping) or not session.once(f"{key}_click", click.get("seq")):
        return None
    middle = click.get("centre")
    numbers = [click.get(name) for name in ("lat", "lon", "zoom")] + (list(middle) if isinstance(middle, list) and len(middle) == 2 else [])
    if not all(isinstance(number, int | float) and np.isfinite(number) for number in numbers):
        return None
    lat, lon, zoom, *more = (float(number) for number in numbers)
    lats, lons = np.array([lat, more[0] if more else lat]), np.array([lon, more[1] if more else lon])
    if (np.abs(lats) > 90).any() or (np.abs(lons) > 180).any():
        return None
    lats, lons = to_wgs84(lats, lons, app.display_system())
    cell = grids.place_on_cells(market.grid, lats[:1], lons[:1])[0]
    seen = cached.seen_cells(cached.eyes_of(view))
    centre = (float(lats[1]), float(lons[1]))
    return Gesture("click", float(lats[0]), float(lons[0]), zoom, cell if seen is None or cell in seen else None, centre)


def _is_dark() -> bool:
    return st.context.theme.type == "dark"
