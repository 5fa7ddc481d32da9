"""Where managers are based: as a request says, at their own point, else in the middle of what they own; and where new ones may be."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from gridmap.errors import N_, PlanError, say
from gridmap.grid import centres, positions_of
from gridmap.market import Market
from gridmap.market.columns import numbers_in, rows_in
from gridmap.plan import Plan
from gridmap.territories.request import Request
from gridmap.territories.task import Floats, Whole

Array = np.ndarray[Any, Any]
MOST_COSTS = 8_000_000  # units times candidates: a candidate for every unit up to some 2,800 of them, fewer beyond
LEAST_CANDIDATES = 200


def new_names(count: int) -> tuple[str, ...]:
    """Return what managers are called whose bases are to be found."""
    return tuple(f"NEW-{number}" for number in range(1, count + 1))


def candidate_cells(weight: Floats) -> Whole:
    """Return the cells in which somebody new may be based: all of them where that is not too many, else spread out like the work.

    Parameters
    ----------
    weight
        Share of the work in each cell, in the order of the cells: those next to each other there mostly lie close.
    """
    count = min(len(weight), max(LEAST_CANDIDATES, MOST_COSTS // max(len(weight), 1)))
    if count == len(weight):
        return np.arange(count, dtype=np.int64)
    until = np.cumsum(weight)
    return np.unique(np.searchsorted(until, (np.arange(count) + 0.5) / count * until[-1])).astype(np.int64)


def first_centres(at: Floats, nearest: Floats, count: int) -> Whole:
    """Choose bases one after the other, each where it brings all work nearest to a base.

    Parameters
    ----------
    at
        Cost of each unit from each candidate (n, c).
    nearest
        Cost of each unit from the nearest base there is (n); inf where there is none.
    """
    chosen: list[int] = []
    for _ in range(count):
        worth = np.minimum(at, nearest[:, None]).sum(axis=0)
        worth[chosen] = np.inf
        chosen.append(int(np.argmin(worth)))
        nearest = np.minimum(nearest, at[:, chosen[-1]])
    return np.array(chosen, dtype=np.int64)


def base_positions(market: Market, plan: Plan, request: Request, *, ids: tuple[str, ...], points: Floats, on: date) -> tuple[Whole, Array]:
    """Find the cell that each manager is based in.

    Parameters
    ----------
    points
        x and y of all cells of the grid, metres.

    Returns
    -------
    Positions into the grid's cells (k), the nearest cell for a point outside the grid; and whether a manager really is there (k): the
    middle of what somebody owns is where nobody sits.

    Raises
    ------
    PlanError
        Naming everybody who has neither a point nor cells.
    """
    found = np.full(len(ids), -1, dtype=np.int64)
    managers = market.at("managers", on).drop_duplicates("manager_id", keep="last").set_index("manager_id").reindex(ids)
    lat, lon = numbers_in(managers, "lat"), numbers_in(managers, "lon")
    placed = np.isfinite(lat) & np.isfinite(lon)
    found[placed] = _nearest(market, lat[placed], lon[placed])
    named = dict(request.bases)
    for column, who in enumerate(ids):
        if who in named:
            found[column] = int(rows_in(pd.Index([named[who]], dtype="str"), market.grid.cells)[0])
    own = found >= 0
    owners = plan.owners_now.reindex(market.grid.cells).fillna("").to_numpy(dtype=object).astype(str)
    for column in np.flatnonzero(~own).tolist():
        theirs = np.flatnonzero(owners == ids[column])
        if len(theirs):
            middle = points[theirs].mean(axis=0)
            found[column] = theirs[int(np.argmin(((points[theirs] - middle) ** 2).sum(axis=1)))]
    if (found < 0).any():
        raise PlanError(
            say(
                N_("It is not known where {managers} would begin."), managers=", ".join(ids[column] for column in np.flatnonzero(found < 0))
            ),
            remedy=say(N_("Give them a base, in the table of managers or in the request.")),
        )
    return found, own


def _nearest(market: Market, lat: Floats, lon: Floats) -> Whole:
    place = positions_of(market.grid, lat, lon)
    outside = place < 0
    if outside.any():
        cell_lat, cell_lon = centres(market.grid, market.grid.cells)
        # Good enough to find which cell of the grid is nearest to a point beside it.
        stretch = np.cos(np.radians(cell_lat.mean()))
        tree = cKDTree(np.column_stack([cell_lat, cell_lon * stretch]))
        place[outside] = tree.query(np.column_stack([lat[outside], lon[outside] * stretch]))[1]
    return np.asarray(place, dtype=np.int64)
