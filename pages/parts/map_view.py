"""The map: asked what to show, tells what was clicked; panning and zooming never rerun the page."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import shapely
import streamlit as st
from streamlit_folium import st_folium

import layers
from gridmap import classes
from gridmap import grid as grids
from gridmap.coordinates import from_wgs84
from gridmap.market import Market
from layers import places, shapes, tiles
from layers.canvas import LocalMap, Shown
from layers.sight import Sight
from layers.territories import owner_colours
from pages.parts import gestures, session
from pages.parts.gestures import Gesture
from pages.parts.session import _
from pages.shared import app, cached, links, swept
from pages.shared.view import View
from pages.web import assets

_WIDEST = ((-60.0, -170.0), (75.0, 170.0))


def show(  # noqa: PLR0913 - what a map can be asked, each by name
    views: View | Sequence[View],
    *,
    height: int = 620,
    opacity: float = 0.8,
    compare: View | None = None,
    selected: str | None = None,
    tools: bool = False,
    marked: Collection[str] = (),
    place: tuple[float, float, float] | None = None,
    days: Collection[int] = (),
    drag: bool = False,
    proposed: Mapping[str, Collection[str]] = MappingProxyType({}),
    key: str = "map",
) -> Gesture | None:
    """Draw the map; call it inside a fragment, so that a click reruns no more than what depends on it.

    Parameters
    ----------
    views
        The first layer on cells colours them; areas and points lie over it in the given order. Where it names a plan, what the
        plan moves is outlined.
    height
        In pixels.
    opacity
        Of the cells, 0 to 1.
    compare
        A second view on cells, drawn right of a line that can be moved; the same layer on another day shares the classes.
    selected
        Cell to mark.
    tools
        Whether cells can be selected with box, lasso and brush.
    marked
        Cells of the selection, drawn as one outline.
    place
        Middle (WGS-84) and zoom to begin with; the whole branch where None. Later the map stays where the reader moved it.
    days
        Of a sweep among the views: numbers of the days shown; all where empty.
    drag
        Whether its stops can be dragged.
    proposed
        Cells by who would take them, drawn over the others in that manager's colour.
    key
        Tells two maps of one page apart.

    Returns
    -------
    A click, what was drawn with a tool, or what was done with a stop of a sweep, once; None while there is nothing new.
    """
    chosen = [views] if isinstance(views, View) else list(views)
    market = cached.market_of(cached.eyes_of(chosen[0]))
    if not len(market.grid.cells):
        st.info(_("This branch has no outline yet, so there is no map. Import its areas, or organisations with places."))
        return None
    frame = places.frame(_sight(market, chosen[0])) or _WIDEST
    centre = ((frame[0][0] + frame[1][0]) / 2, (frame[0][1] + frame[1][1]) / 2)
    local = LocalMap(app.base(), assets.scripts(), assets.styles(), centre=(round(centre[0], 4), round(centre[1], 4)), zoom=10)
    state = _state(market, chosen, frame, opacity=opacity, compare=compare)
    state |= {
        "marked": _rings(market, marked),
        "place": _begin(place),
        "selected": _rings(market, [selected] if selected else []),
        "tools": tools,
        "proposed": _proposed(market, chosen[0], proposed),
    }
    state |= _sweep_state(chosen, days, drag=drag)
    told = st_folium(
        local,
        key=f"{key}-{market.grid.fingerprint}",
        height=height,
        returned_objects=[],
        feature_group_to_add=[Shown(state)],
        use_container_width=True,
    )
    return _gesture(told, market, chosen[0], marked, key)


def _state(
    market: Market,
    chosen: Sequence[View],
    frame: tuple[tuple[float, float], tuple[float, float]],
    *,
    opacity: float,
    compare: View | None,
) -> dict[str, Any]:
    """Return everything the browser is told: addresses, numbers and colours only."""
    first, grid = chosen[0], market.grid
    dark, language = _is_dark(), session.language()
    on_cells = next((view for view in chosen if layers.layer(view.layer).on_cells), None)
    over = [view for view in chosen if not layers.layer(view.layer).on_cells]
    # Outlines lie over both sides of the line, so of two states of ownership neither's are drawn: the colours tell.
    if on_cells is not None and layers.layer(on_cells.layer).kind == "owners" and (compare is None or compare.layer != on_cells.layer):
        over.insert(0, replace(on_cells, layer="territory_outlines"))
    if on_cells is not None and on_cells.plan:
        over.append(replace(on_cells, layer="plan_moves"))
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
        "texts": f"{app.base()}/{links.TEXTS}?lang={language}",
    }


def _sweep_state(chosen: Sequence[View], days: Collection[int], *, drag: bool) -> dict[str, Any]:
    """Return which days of a sweep are shown, and the corners around them."""
    view = next((each for each in chosen if each.sweep), None)
    if view is None:
        return {}
    plan = swept.plan_of(view)
    routes = [route for number, route in enumerate(plan.days if plan else ()) if not days or number in days]
    points = [place for route in routes for place in (route.start, route.end, *(each.stop for each in route.stops))]
    told: dict[str, Any] = {"sweep": {"sign": view.sweep, "shown": sorted(days), "drag": drag}}
    if points:
        lat, lon = from_wgs84(np.array([each.lat for each in points]), np.array([each.lon for each in points]), app.display_system())
        corners = ((float(lat.min()), float(lon.min())), (float(lat.max()), float(lon.max())))
        told["fit"] = [[round(value, 4) for value in corner] for corner in corners]
    return told


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


def _drawn(view: View) -> View:
    """Return the view without its plan where the picture does not depend on it, so that no move on the map fetches it again."""
    return view if layers.layer(view.layer).by_plan else replace(view, plan="")


def _cell_state(view: View, other: View | None, grid: grids.Grid, language: str, *, dark: bool) -> dict[str, Any]:
    layer, view = layers.layer(view.layer), _drawn(view)
    more = {"lang": language, "dark": "1" if dark else "0"}
    if not layer.by_level:  # classes of the grid's own cells hold at every zoom; else the browser names the resolution
        more["res"] = str(max(grid.resolution, 0))
    if other is not None and other.layer == view.layer:
        more["beside"] = links.beside(_drawn(other))
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
        "url": links.view_link(links.SHAPES, _drawn(view), lang=language),
    }


def _sight(market: Market, view: View) -> Sight:
    plan = cached.plan_of(cached.eyes_of(view), view.as_of)
    return Sight(market, plan, view.as_of, view.window_days, system=app.display_system())


def _rings(market: Market, cells: Collection[str]) -> str:
    """Return the outline around all of some cells in the system of the map, as the browser reads it; cells of no grid are left out."""
    place = market.grid.cells.get_indexer(pd.Index(list(cells), dtype="str"))
    if not (place >= 0).any():
        return ""
    around = shapely.coverage_union_all(shapes.cell_polygons(market.grid, np.unique(place[place >= 0])))
    return shapes.rings_text(around, shift=lambda lat, lon: from_wgs84(lat, lon, app.display_system()))


def _proposed(market: Market, view: View, proposed: Mapping[str, Collection[str]]) -> list[list[str]]:
    """Return the outline and the colour of what each taker would get; colours are of our own table."""
    if not proposed:
        return []
    number = owner_colours(market, _sight(market, view).plan, tuple(proposed))
    found = [[_rings(market, cells), classes.OWNERS[number[taker]]] for taker, cells in sorted(proposed.items())]
    return [each for each in found if each[0]]


def _gesture(told: Mapping[str, Any] | None, market: Market, view: View, marked: Collection[str], key: str) -> Gesture | None:
    """Read what came from the browser, and count it once."""
    answer = told if isinstance(told, Mapping) else {}
    for name in ("click", "select", "stop"):
        given = answer.get(name)
        if not isinstance(given, Mapping) or not session.once(f"{key}_{name}", given.get("seq")):
            continue
        if name == "stop":
            return gestures.read_stop(given, system=app.display_system(), sweep=view.sweep)
        known: dict[str, Any] = {"system": app.display_system(), "seen": cached.seen_cells(cached.eyes_of(view))}
        if name == "click":
            return gestures.read_click(given, market.grid, **known)
        return gestures.read_selection(given, market.grid, marked=marked, **known)
    return None


def _is_dark() -> bool:
    return st.context.theme.type == "dark"
