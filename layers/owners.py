"""Whose each cell is, as numbers: what the layer of owners, their outlines and their colours are made of."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gridmap import grid as grids
from gridmap.grid import Grid
from gridmap.plan import Plan
from layers.layer import FEW, OK, OUTSIDE, CellValues

Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Owned:
    """Whose each cell of a grid is, in the order of `grid.cells`.

    `number` points into `names`, sorted owners of the cells that may be seen; their count stands for nobody. `seen` says which cells
    may be seen, None for all.
    """

    names: tuple[str, ...]
    number: Numbers
    seen: npt.NDArray[np.bool_] | None = None


@dataclass(frozen=True, eq=False)
class Nest:
    """The sorted cells that are drawn at a resolution, and the place of each cell of the grid among them."""

    cells: pd.Index
    place: Numbers


def owned(grid: Grid, owners: pd.Series, seen: Collection[str] | None = None) -> Owned:
    """Return who owns each cell as a number.

    Parameters
    ----------
    owners
        Manager of each assigned cell, index `cell`: `plan.owners_now`, or `plan.owners` for before its moves.
    seen
        Cells that may be seen, None for all. What nobody owns is no secret: whoever looks for cells to claim sees it.
    """
    place = grid.cells.get_indexer(owners.index)
    owner: npt.NDArray[Any] = np.full(len(grid.cells), "", dtype=object)
    owner[place[place >= 0]] = owners.to_numpy(object)[place >= 0]
    shown = None if seen is None else grid.cells.isin(list(seen)) | (owner == "")
    if shown is not None:
        owner[~shown] = ""
    number, found = pd.factorize(owner, sort=True)
    names = tuple(str(name) for name in found if name)
    # the empty text is sorted first where there is one
    number = np.where(number < len(found) - len(names), len(names), number - (len(found) - len(names)))
    return Owned(names, number.astype(np.intp), shown)


def nest(grid: Grid, resolution: int) -> Nest:
    """Place the cells of a grid in those of a resolution: its own, or the parents; admin polygons are always themselves."""
    if grid.kind == "areas" or resolution == grid.resolution:
        return Nest(grid.cells, np.arange(len(grid.cells)))
    cells, place = np.unique(grids.parents(grid.cells, resolution), return_inverse=True)
    return Nest(pd.Index(cells, dtype="str", name="cell"), place.astype(np.intp))


def owner_values(whose: Owned, level: Nest) -> CellValues:
    """Return the number of each cell's owner; a parent cell belongs to whoever has most of what may be seen of it.

    A cell that nobody owns has the number after the last owner and the state `FEW`, so that it is drawn hatched; one that holds
    nothing that may be seen is `OUTSIDE`.
    """
    nobody, shown = len(whose.names), np.ones(len(whose.number), bool) if whose.seen is None else whose.seen
    counts = np.zeros((len(level.cells), nobody + 1), np.int64)
    np.add.at(counts, (level.place[shown], whose.number[shown]), 1)
    number = counts.argmax(axis=1)
    state = np.where(counts.any(axis=1), np.where(number == nobody, FEW, OK), OUTSIDE).astype("u1")
    return CellValues(level.cells, np.where(state == OUTSIDE, np.nan, number).astype("f4"), state)


def moved_places(grid: Grid, plan: Plan) -> Numbers:
    """Return the places in `grid.cells` of what a plan moves, sorted."""
    cells = pd.Index([move.subject for move in plan.moves if move.layer == "cell"], dtype="str")
    place = grid.cells.get_indexer(cells)
    return np.unique(place[place >= 0]).astype(np.intp)
