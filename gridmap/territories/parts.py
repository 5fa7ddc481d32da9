"""What is shared out: the cells that take part, the units that they make together, and who has them today and in a draft."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gridmap.errors import N_, PlanError, say
from gridmap.market import Market
from gridmap.market.columns import rows_in
from gridmap.plan import Plan
from gridmap.territories.engine.problem import NOBODY
from gridmap.territories.request import Request
from gridmap.territories.task import Floats, Whole

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Parts:
    """What takes part: positions of cells in the grid, the unit of each, who has each today and in the draft (columns of managers)."""

    cells: Whole
    unit: Whole
    owner: Whole
    start: Whole
    count: int


def parts_of(market: Market, plan: Plan, ids: tuple[str, ...], request: Request) -> Parts:
    """Find the cells that are shared out: those of who takes part, as the draft has them, and nobody's where they may be given.

    Raises
    ------
    PlanError
        When there is none.
    """
    column = pd.Series(np.arange(len(ids)), index=pd.Index(ids, dtype="str"))
    grid_cells = market.grid.cells

    def columns(owners: pd.Series) -> tuple[Whole, Array]:
        had = owners.reindex(grid_cells).fillna("").to_numpy(dtype=object).astype(str)
        return column.reindex(had).fillna(NOBODY).to_numpy(dtype=np.int64), had == ""

    owner, nobodys_today = columns(plan.owners)
    start, nobodys = columns(plan.owners_now)
    locked = rows_in(grid_cells, pd.Index(request.locked_cells, dtype="str")) >= 0
    freed = owned_by(grid_cells, plan.owners_now, request.leaving)
    takes_part = (start != NOBODY) | (freed & ~locked) | (nobodys & ~locked & (request.nobodys == "assign"))
    # Whoever had the cell before the draft and is not there any more counts as a change all the same.
    owner = np.where((owner == NOBODY) & ~nobodys_today & takes_part, len(ids) + request.new_managers, owner)
    cells = np.flatnonzero(takes_part)
    if not len(cells):
        raise PlanError(
            say(N_("None of these managers owns a cell.")),
            remedy=say(N_("Choose managers who own cells, or let cells that nobody owns be given.")),
        )
    unit = np.arange(len(cells), dtype=np.int64)
    for group in request.together:
        inside = rows_in(grid_cells[cells], pd.Index(group, dtype="str")) >= 0
        if inside.any():
            unit[inside] = unit[inside].min()
    _, unit = np.unique(unit, return_inverse=True)
    return Parts(cells, unit.astype(np.int64), owner[cells], start[cells], int(unit.max()) + 1)


def owned_by(cells: pd.Index, owners: pd.Series, who: tuple[str, ...]) -> Array:
    """Say of each cell whether one of some managers owns it."""
    return np.isin(owners.reindex(cells).fillna("").to_numpy(dtype=object).astype(str), np.array(who, dtype=str))


def summed(values: Floats, parts: Parts) -> Floats:
    """Add up what cells bring (cells, columns) over the cells of each unit (n, columns)."""
    total = np.zeros((parts.count, values.shape[1]))
    np.add.at(total, parts.unit, values)
    return total


def most_of(parts: Parts, column: Whole) -> tuple[Whole, Whole]:
    """Return who has most cells of each unit, and how many cells of it have another owner; nobody's cells aside."""
    table = np.zeros((parts.count, max(int(column.max(initial=0)) + 1, 1)), dtype=np.int64)
    known = column != NOBODY
    np.add.at(table, (parts.unit[known], column[known]), 1)
    chosen = table.argmax(axis=1)
    whole = table.sum(axis=1)
    return np.where(whole > 0, chosen, NOBODY).astype(np.int64), whole - table[np.arange(parts.count), chosen]
