"""The levels facts roll up to: which key each atom has there, which keys the level has, and how large each is."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from gridmap.errors import N_, CellError, say
from gridmap.facts.facts import Facts
from gridmap.grid import areas_km2, parents, polygon_area_km2
from gridmap.market import Market
from gridmap.market.columns import rows_in
from gridmap.plan import UNASSIGNED, Plan
from gridmap.workload import is_active

Array = np.ndarray[Any, Any]
LEVELS = ("branch", "town", "park", "cell", "parent", "holder", "territory")
NOT_PLACED = ""  # the row of what has no place, or lies in no town or park


class Level(NamedTuple):
    """`keys`: text per atom; `sizes`: km2 by key, index the whole level."""

    keys: Array
    sizes: pd.Series


def level_of(facts: Facts, by: str, *, market: Market, plan: Plan | None, resolution: int | None) -> Level:
    """Place the atoms of facts on a level; see `roll_up`."""
    if by == "branch":
        return _branch(facts, market)
    if by in ("town", "park"):
        shapes = (market.towns if by == "town" else market.parks).geometry
        return Level(_texts(facts, by), pd.Series([polygon_area_km2(shape) for shape in shapes], index=shapes.index, dtype=float))
    if by == "cell":
        return Level(_texts(facts, "cell"), areas_km2(market.grid, market.grid.cells))
    if by == "parent":
        return _parents(facts, market, resolution)
    if by not in LEVELS:
        raise ValueError(f"No level {by!r}; one of {', '.join(LEVELS)}.")
    if plan is None:
        raise ValueError(f"Level {by!r} needs a plan.")
    return _managers(facts, by, market, plan)


def _texts(facts: Facts, column: str) -> Array:
    return np.asarray(facts.atoms[column], dtype=object)


def _looked_up(cells: Any, index: pd.Index, values: Array, *, missing: str) -> Array:
    # A text per cell through a table of cells; the empty cell stays the empty text.
    place = rows_in(cells, index)
    found: Array = np.append(np.asarray(values, dtype=object), np.array([missing], dtype=object))[place]
    return np.where(np.asarray(cells, dtype=object) == NOT_PLACED, NOT_PLACED, found)


def _branch(facts: Facts, market: Market) -> Level:
    name = market.branch.branch_id
    land = polygon_area_km2(market.branch.boundary) or float(areas_km2(market.grid, market.grid.cells).sum())
    return Level(np.full(len(facts.atoms), name, dtype=object), pd.Series([land], index=[name]))


def _parents(facts: Facts, market: Market, resolution: int | None) -> Level:
    grid = market.grid
    if grid.kind == "areas":
        above = market.areas["parent_id"].reindex(grid.cells).fillna(NOT_PLACED).to_numpy(dtype=object)
    elif resolution is None:
        raise ValueError("Level 'parent' needs a resolution.")
    elif not 0 <= resolution <= grid.resolution:
        raise CellError(
            say(N_("Cells of resolution {own} have no parent at resolution {asked}."), own=grid.resolution, asked=resolution),
            expected=say(N_("A resolution from 0 to {own}."), own=grid.resolution),
        )
    else:
        above = parents(grid.cells, resolution)
    sizes = pd.Series(areas_km2(grid, grid.cells).to_numpy(), index=above).groupby(level=0).sum()
    return Level(_looked_up(facts.atoms["cell"], grid.cells, above, missing=NOT_PLACED), sizes.drop(NOT_PLACED, errors="ignore"))


def _managers(facts: Facts, by: str, market: Market, plan: Plan) -> Level:
    owners, cells = plan.owners_now, market.grid.cells
    keys = _looked_up(facts.atoms["cell"], owners.index, owners.to_numpy(dtype=object), missing=UNASSIGNED)
    if by == "holder":
        named = _texts(facts, "named")
        keys = np.where(named != "", named, keys)
    land = _looked_up(cells, owners.index, owners.to_numpy(dtype=object), missing=UNASSIGNED)
    sizes = pd.Series(areas_km2(market.grid, cells).to_numpy(), index=land, dtype=float).groupby(level=0).sum()
    managers = market.at("managers", facts.as_of)
    at_work = is_active(managers, facts.as_of) & managers["role"].isin(["account", "community"]).to_numpy(dtype=bool)
    everybody = np.union1d(np.asarray(managers["manager_id"], dtype=object)[at_work], np.asarray(sizes.index, dtype=object))
    return Level(keys, sizes.reindex(everybody).fillna(0.0))
