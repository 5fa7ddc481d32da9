"""What the routes draw, kept: levels of cells, rolled-up facts, values, legends, shapes; all as a view's eyes see it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

import layers
from gridmap import grid as grids
from gridmap import metrics
from gridmap.coordinates import from_wgs84
from gridmap.errors import N_, Message
from gridmap.facts import Facts
from gridmap.grid import Grid
from gridmap.market import Market
from gridmap.sweeps.planned import SweepPlan
from gridmap.texts import Translate, translator
from layers import legend, owners, places, shapes, territories, tiles, values
from layers.layer import FEW, CellValues, Layer
from layers.owners import Nest, Owned
from layers.sight import Outline, Shift, Sight
from layers.tiles import Level
from pages.shared import app, cached, swept
from pages.shared.view import View

_LAST_DAY = date(9000, 1, 1)  # after every day that a change can be dated
_ANY_DAY = date(2000, 1, 1)  # the base map shows what stands now, whatever the day


# Geometry: once per grid, resolution and coordinate system, whoever looks.


def level(grid: Grid, resolution: int, system: str) -> Level:
    """Return the cells of a resolution of an H3 grid, ready to cut into tiles.

    Raises
    ------
    ValueError
        When the grid has no such resolution.
    """
    if grid.kind != "h3" or not 0 <= resolution <= grid.resolution:
        raise ValueError("the grid has no such resolution")
    return _level(grid.fingerprint, resolution, system, _grid=grid)


def outlines(grid: Grid, system: str) -> list[dict[str, Any]]:
    """Return the outlines of a grid of admin polygons in the order of its cells."""
    return _outlines(grid.fingerprint, system, _grid=grid)


# Values: by view.


def cell_values(view: View, resolution: int) -> CellValues:
    """Return what the layer of a view says about each cell of a resolution.

    Raises
    ------
    ValueError
        When there is no such layer on cells, or no such resolution.
    """
    eyes = cached.eyes_of(view, names=True)
    grid = cached.market_of(eyes).grid
    if not layers.layer(view.layer).on_cells or (grid.kind == "h3" and not 0 <= resolution <= grid.resolution):
        raise ValueError("no such layer or resolution")
    seen, level_of = cached.seen_cells(eyes), resolution if grid.kind == "h3" else 0
    if layers.layer(view.layer).by_plan:
        whose, nest = _owned(eyes, cached.print_of(seen), view.as_of, _seen=seen), _nest(grid.fingerprint, level_of, _grid=grid)
        return owners.owner_values(whose, nest)
    facts = cached.facts_of(eyes, view.as_of, view.window_days)
    market = cached.market_of(eyes)
    return _values(facts.fingerprint, cached.print_of(seen), view.layer, level_of, _facts=facts, _market=market, _seen=seen)


def prepare(view: View, resolution: int) -> None:
    """Make ready what the next zoom in or out will ask for, so that nobody waits for a level to be built."""
    grid = cached.market_of(cached.eyes_of(view, names=True)).grid
    if grid.kind != "h3":
        return
    for near in (resolution + 1, resolution - 1):
        if 2 <= near <= grid.resolution:
            level(grid, near, app.display_system())
            cell_values(view, near)


def described(view: View, beside: View | None, resolution: int, *, language: str, dark: bool) -> Mapping[str, Any]:
    """Return everything the browser needs to colour and explain a view, in a language.

    Parameters
    ----------
    beside
        A view of the same layer that is compared with this one: they share their class breaks.
    resolution
        Whose values are classed and counted.
    """
    layer, say_it = layers.layer(view.layer), translator(language)
    told = cell_values(view, resolution)
    if layer.kind == "cells":
        made = _class_legend(layer, view, told, [cell_values(beside, resolution)] if beside else [], dark=dark)
    elif layer.kind == "states":
        made = legend.named_legend(told, [(Message(each.title), each.dark if dark else each.light) for each in layer.states])
    else:
        eyes = cached.eyes_of(view, names=True)
        seen = cached.seen_cells(eyes)
        whose = _owned(eyes, cached.print_of(seen), view.as_of, _seen=seen)
        # Whatever the day and the knowledge, a manager has the colour that the last known state of ownership gives.
        market, shown = cached.market_of(eyes), cached.plan_of(eyes, view.as_of)
        last = shown if view.plan else cached.plan_of(replace(eyes, known=""), _LAST_DAY)
        coloured_by = last if (market.grid.cells.get_indexer(last.owners.index) >= 0).any() else shown  # else the grid is a former one
        named = territories.named_colours(market, coloured_by, whose, language=language, dark=dark)
        made = legend.named_legend(told, named)
    written = dict(legend.describe(made, language=language))
    if layer.kind == "owners":  # hatched means nobody's here, and the legend names it
        written["states"] = [text if number != FEW else "" for number, text in enumerate(written["states"])]
        written["others"] = [row for row in written["others"] if row["state"] != FEW]
        written["legend"][-1]["hatched"] = True
    return (written | _of_when(view, layer, say_it)) | {
        "title": say_it(layer.title),
        "counted": say_it(N_("On the right: number of cells.")),
        "mode": "classes" if layer.kind == "cells" else "index",
        "locale": language.replace("_", "-"),
    }


def _of_when(view: View, layer: Layer, say_it: Translate) -> dict[str, Any]:
    """Return what says of when a picture is, and how many cells a plan moves where it shows one."""
    if not (view.plan and layer.by_plan):
        note = say_it(N_("{days} days up to {day}") if layer.kind == "cells" else N_("As of {day}"))
        written = note.format(day=view.as_of.isoformat(), days=view.window_days)
        return {"note": written if not (view.known and layer.by_plan) else _as_known(view, written, say_it)}
    eyes = cached.eyes_of(view, names=True)
    record, plan = cached.drafted(eyes)
    moved = {"label": say_it(territories.MOVES.title), "count": len(owners.moved_places(cached.market_of(eyes).grid, plan))}
    return {"note": say_it(N_("As planned for {day}")).format(day=record.effective_on.isoformat()), "moved": moved}


def _as_known(view: View, note: str, say_it: Translate) -> str:
    zone = cached.market_of(cached.eyes_of(view, names=True)).branch.time_zone
    known_on = datetime.fromtimestamp(int(view.known) / 1_000_000, tz=ZoneInfo(zone)).date()
    return say_it(N_("{note}, as known on {day}")).format(note=note, day=known_on.isoformat())


def target_of(view: View) -> float | None:
    """Return the target of the branch for the metric of a view's layer, None where there is none."""
    metric = metrics.metric(layers.layer(view.layer).metric)
    market = cached.market_of(cached.eyes_of(view, names=True))
    found = metrics.target_for(metric, market.at("targets", view.as_of), app.settings().rules, level="branch", subject="", as_of=view.as_of)
    return None if found is None else float(found)


def _class_legend(layer: Layer, view: View, told: CellValues, pooled: list[CellValues], *, dark: bool) -> legend.Legend:
    metric = metrics.metric(layer.metric)
    return legend.class_legend(layer, told, unit=metric.unit, better=metric.better, target=target_of(view), pooled=pooled, dark=dark)


# Shapes and points.


def items(view: View, language: str) -> list[dict[str, Any]]:
    """Return the items of a layer of areas or points.

    Raises
    ------
    ValueError
        When the layer has none.
    """
    if layers.layer(view.layer).items is None:
        raise ValueError("the layer has no shapes")
    eyes, sweep = cached.eyes_of(view), swept.plan_of(view)  # also where the items are kept: a link ends with the save it was made for
    return _items(view, eyes.location, cached.print_of_sight(eyes), language, app.display_system(), _sweep=sweep)


def base_items(branch_id: str, version: str, part: str, system: str) -> list[dict[str, Any]]:
    """Return the items of one part of the base map.

    Raises
    ------
    ValueError
        When there is no such part.
    """
    if part not in places.KINDS:
        raise ValueError("the base map has no such part")
    return _base_items(cached.Eyes(app.store().location, branch_id, version), part, system)


# What is kept. Arguments are keys, also where the body does not read them; those with an underscore are not.


@st.cache_resource(show_spinner=False, max_entries=48)
def _level(grid: str, resolution: int, system: str, *, _grid: Grid) -> Level:  # noqa: ARG001
    cells = values.level_cells(_grid, resolution)
    counts, lat, lon = grids.cell_vertices(cells)
    moved = (side.reshape(lat.shape) for side in from_wgs84(lat.ravel(), lon.ravel(), system))
    return tiles.make_level(cells, counts, *moved)


@st.cache_resource(show_spinner=False, max_entries=8)
def _outlines(grid: str, system: str, *, _grid: Grid) -> list[dict[str, Any]]:  # noqa: ARG001
    return shapes.cell_items([] if _grid.outlines is None else _grid.outlines, shift=lambda lat, lon: from_wgs84(lat, lon, system))


@st.cache_resource(show_spinner=False, max_entries=48)
def _nest(grid: str, resolution: int, *, _grid: Grid) -> Nest:  # noqa: ARG001
    return owners.nest(_grid, resolution)


# A plan has another version with every change made on the map: few are kept.
@st.cache_resource(show_spinner=False, max_entries=16)
def _owned(eyes: cached.Eyes, cells: str, as_of: date, *, _seen: frozenset[str] | None) -> Owned:  # noqa: ARG001
    return owners.owned(cached.market_of(eyes).grid, cached.plan_of(eyes, as_of).owners_now, _seen)


@st.cache_resource(show_spinner=False, max_entries=160)
def _values(
    facts: str,
    cells: str,  # noqa: ARG001
    layer: str,
    resolution: int,
    *,
    _facts: Facts,
    _market: Market,
    _seen: frozenset[str] | None,
) -> CellValues:
    rolled, few = _rolled(facts, resolution, _facts=_facts, _market=_market), app.settings().rules.minimum_count
    return values.values_of(layers.layer(layer), rolled, _market, resolution=resolution, seen=_seen, minimum_count=few)


@st.cache_resource(show_spinner=False, max_entries=32)
def _rolled(facts: str, resolution: int, *, _facts: Facts, _market: Market) -> pd.DataFrame:  # noqa: ARG001
    return values.roll_cells(_facts, _market, resolution=resolution)


@st.cache_resource(show_spinner=False, max_entries=64)
def _items(
    view: View,
    location: str,  # noqa: ARG001
    cells: str,  # noqa: ARG001
    language: str,
    system: str,
    *,
    _sweep: SweepPlan | None,
) -> list[dict[str, Any]]:
    eyes = cached.eyes_of(view)
    made = layers.layer(view.layer).items
    assert made is not None  # noqa: S101 - `items` has looked
    market, plan = cached.market_of(eyes), cached.plan_of(eyes, view.as_of)
    drawn = {"outline": _remembered(system), "sweep": _sweep, "danger": app.settings().rules.danger}
    return made(Sight(market, plan, view.as_of, view.window_days, language=language, system=system, **drawn))


def _remembered(system: str) -> Outline:
    """Return what draws around cells and remembers it, so that a move redraws the two territories it touches and no other."""

    def outline(grid: Grid, place: npt.NDArray[np.intp], shift: Shift | None) -> dict[str, Any] | None:
        around = f"{grid.fingerprint}|{system}|{sha256(place.tobytes()).hexdigest()}"
        return _outline(around=around, _grid=grid, _place=place, _shift=shift)

    return outline


# Asked for every owner at every move: one key by name is the quickest to look up.
@st.cache_resource(show_spinner=False, max_entries=1000)
def _outline(*, around: str, _grid: Grid, _place: npt.NDArray[np.intp], _shift: Shift | None) -> dict[str, Any] | None:  # noqa: ARG001
    return shapes.outline_item(_polygons(_grid.fingerprint, _grid=_grid)[_place], _shift)


@st.cache_resource(show_spinner=False, max_entries=2)
def _polygons(grid: str, *, _grid: Grid) -> shapes.Polygons:  # noqa: ARG001
    return shapes.cell_polygons(_grid, np.arange(len(_grid.cells)))


@st.cache_resource(show_spinner=False, max_entries=32)
def _base_items(eyes: cached.Eyes, part: str, system: str) -> list[dict[str, Any]]:
    market, plan = cached.market_of(eyes), cached.plan_of(eyes, _ANY_DAY)
    return places.items(part, Sight(market, plan, _ANY_DAY, 1, system=system))
