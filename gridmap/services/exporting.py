"""Taking data away: a table or a map as a file of any format, stamped with what it is, and no more than the person may see."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd

from gridmap import grid, metrics, schema
from gridmap import store as stores
from gridmap.classes import class_colours, classify
from gridmap.facts import measure, roll_up
from gridmap.files import FORMATS, file_format, write_table
from gridmap.files.layout import Style, StyleClass
from gridmap.market import Branch, Market, Version, day_end_us
from gridmap.metrics import Metric
from gridmap.scope import Scope
from gridmap.services.cells import cells_table
from gridmap.settings import Rules
from gridmap.store import Store

CELL_FORMATS = FORMATS
BY = ("cell", "town", "park", "holder", "territory", "branch")
STATES = ("ok", "few", "no data", "unknown", "outside")


def export_table(
    store: Store,
    scope: Scope,
    branch_id: str,
    name: str,
    format: str,  # noqa: A002 - the word for it
    *,
    as_of: date | None = None,
    history: bool = False,
) -> bytes:
    """Write a table of a branch as a file that can be imported again.

    Parameters
    ----------
    store, scope
        Whose rights decide: rows, names and numbers the person may not see are not in the file.
    name
        A table of the schema.
    format
        Key of a format.
    as_of
        The rows in force at the end of that day; None for now.
    history
        Of `ownership`: every owner a cell ever had or will have, and every release, instead.

    Returns
    -------
    The file: the columns of the schema, then `as_of`, `version` and `seen_by`, the same in every row. Ownership has the outlines of its
    cells in the formats that hold places.

    Raises
    ------
    ScopeError
        When the person may not export, or not see the table.
    FileError
        When the format needs places and the table has none.
    ValueError
        When a history is asked of a table whose rows do not say since when they hold.
    """
    scope.require("export_data", branch_id)
    if history and name != "ownership":
        raise ValueError(f"{name}: only ownership is written with its history")
    zone = str(stores.branches(store, scope).set_index("branch_id")["time_zone"].dropna().get(branch_id, Branch.time_zone))
    valid_us = store.clock() if as_of is None else day_end_us(as_of, zone) - 1
    rows = stores.read_table(store, scope, branch_id, name, valid_us=None if history else valid_us)
    table = schema.table(name)
    version = stores.current_version(store, scope, branch_id)
    stamped = rows[list(table.names)].assign(
        as_of=(as_of or local_day(valid_us, zone)).isoformat(),
        version=_numbered(version),
        seen_by=scope.role,
    )
    if name == "ownership" and file_format(format).geometry:
        shapes = _outlines(stores.open_market(store, scope, branch_id, as_of=as_of), stamped["cell"])
        stamped = gpd.GeoDataFrame(stamped, geometry=shapes, crs=4326)
    return write_table(stamped, file_format(format).key, table=table, name=f"{branch_id} {name}")


def _outlines(market: Market, cells: pd.Series) -> np.ndarray[Any, Any]:
    """Return the outline of each cell, of whichever grid it is; None for what is no cell any more."""
    distinct = pd.Index(cells.unique(), dtype="str")
    hexagons = distinct[grid.resolutions_of(distinct) >= 0]
    shapes = market.areas.geometry.reindex(distinct).astype(object)
    shapes[hexagons] = grid.outlines(grid.h3_grid(None, 0), hexagons).to_numpy()
    found: np.ndarray[Any, Any] = shapes.reindex(cells).to_numpy()
    return found


def export_cells(
    market: Market,
    table: pd.DataFrame,
    format: str,  # noqa: A002 - the word for it
    *,
    layer: str = "",
    stamps: Mapping[str, object] | None = None,
) -> bytes:
    """Write a table of cells with their outlines.

    Parameters
    ----------
    market
        Gives the outlines.
    table
        Index `cell`, as `cells_table` makes it for what a person may see; each metric with numerator, denominator, state.
    format
        Key of a format.
    layer
        Name of the sheet or layer; `cells` where empty.
    stamps
        Columns that say what the file shows, the same in every row: `as_of`, `window_days`, `seen_by`.

    Returns
    -------
    The file; a GeoPackage has a QGIS style per metric.
    """
    outlines = grid.outlines(market.grid, table.index)
    return _write_figures(market, table, outlines, format, name=layer or "cells", stamps=stamps)


def export_figures(  # noqa: PLR0913 - what a figure depends on, each by name
    store: Store,
    scope: Scope,
    branch_id: str,
    format: str,  # noqa: A002 - the word for it
    *,
    by: str,
    as_of: date | None,
    window_days: int,
    rules: Rules,
    keys: tuple[str, ...] = (),
) -> bytes:
    """Write metrics at a level as a file.

    Parameters
    ----------
    store, scope
        Who sees only their own cells gets only these.
    format
        Key of a format.
    by
        One of `BY`; cells, towns and parks have outlines, the others do not.
    as_of, window_days
        The day, inclusive (None for today), and how many days of flows end with it.
    rules
        Cycles and tiers.
    keys
        Keys of metrics; all where empty.

    Raises
    ------
    ScopeError
        When the person may not export.
    FileError
        When the format needs places and the level has none.
    """
    scope.require("export_data", branch_id)
    market = stores.open_market(store, scope, branch_id, as_of=as_of)
    as_of = as_of or local_day(store.clock(), market.branch.time_zone)
    plan = stores.plan_as_of(store, scope, branch_id, valid_us=day_end_us(as_of, market.branch.time_zone) - 1)
    facts = measure(market, plan.holders_now, as_of=as_of, window_days=window_days, rules=rules)
    chosen = keys or tuple(each.key for each in metrics.METRICS)
    stamps = {"as_of": as_of.isoformat(), "window_days": window_days, "seen_by": scope.role}
    if by == "cell":
        seen = stores.owned_cells(store, scope, branch_id) if scope.own_cells_only else None
        return export_cells(market, cells_table(market, plan, facts, keys=chosen, seen=seen), format, stamps=stamps)
    rolled = roll_up(facts, by, market=market, plan=plan)
    table = pd.DataFrame(index=rolled.index.rename(by))
    places = {"town": market.towns, "park": market.parks}.get(by)
    if places is not None:
        table["name"], table["name_en"] = places["name"].reindex(rolled.index), places["name_en"].reindex(rolled.index)
    for key in chosen:
        table = table.join(_evaluated(metrics.metric(key), rolled))
    outlines = places.geometry.reindex(rolled.index) if places is not None else None
    return _write_figures(market, table, outlines, format, name=f"{by} figures", stamps=stamps)


def _evaluated(metric: Metric, rolled: pd.DataFrame) -> pd.DataFrame:
    found = metrics.evaluate(metric, rolled)
    named = {"value": metric.key, **{part: f"{metric.key}_{part}" for part in ("numerator", "denominator", "state")}}
    return found.rename(columns=named)[list(named.values())]


def _write_figures(
    market: Market,
    table: pd.DataFrame,
    outlines: gpd.GeoSeries | None,
    format: str,  # noqa: A002 - the word for it
    *,
    name: str,
    stamps: Mapping[str, object] | None,
) -> bytes:
    chosen = file_format(format)
    shown = table.reset_index()
    for column in [column for column in shown.columns if column.endswith("_state")]:
        shown[column] = [STATES[int(state)] if pd.notna(state) else "" for state in shown[column]]
    version = market.version
    told: dict[str, Any] = {
        "branch": market.branch.branch_id,
        **(stamps or {}),
        "version": f"{version.import_id}.{version.change_id}.{version.visit_no}",
    }
    shown = shown.assign(**told)
    if outlines is not None and chosen.geometry:
        shown = gpd.GeoDataFrame(shown, geometry=outlines.to_numpy(), crs=4326)
    return write_table(shown, chosen.key, name=name, styles=_styles(table))


def _styles(table: pd.DataFrame) -> tuple[Style, ...]:
    """Give each metric of a table a style: classes as on the map, colours safe for the colour-blind."""
    keys = [name for name in table.columns if f"{name}_denominator" in table.columns]
    return tuple(style for key in keys if (style := _style(metrics.metric(key), table)) is not None)


def _style(metric: Metric, table: pd.DataFrame) -> Style | None:
    usable = table[f"{metric.key}_state"].isin([0, 1])
    values = table.loc[usable, metric.key].to_numpy(dtype=float)
    if not np.isfinite(values).any():
        return None
    breaks = classify(values)
    colours = class_colours({"higher": "bad_low", "lower": "bad_high"}.get(metric.better, "amount"), breaks)
    bounds = [breaks.low, *breaks.edges, breaks.high]
    classes = tuple(
        StyleClass(low, high, colour, f"{low:.3g} - {high:.3g}") for low, high, colour in zip(bounds[:-1], bounds[1:], colours, strict=True)
    )
    return Style(metric.key, metric.key, classes)


def _numbered(version: Version) -> str:
    return f"{version.import_id}.{version.change_id}.{version.visit_no}"


def local_day(instant_us: int, time_zone: str) -> date:
    """Return the day it is at an instant in a time zone."""
    return datetime.fromtimestamp(instant_us / 1_000_000, tz=ZoneInfo(time_zone)).date()
