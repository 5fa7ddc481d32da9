"""Whether a territory hangs together and how round it is: pieces, borders, compactness, from the sides that cells share."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gridmap.errors import N_, CellError, say
from gridmap.grid import Grid, cell_index
from gridmap.market.columns import arrow, codes_of, rows_in
from gridmap.plan import UNASSIGNED

Array = np.ndarray[Any, Any]
# A piece that shows less of its border than this share to the outside of the grid is surrounded.
_CLOSED = 1e-3


@dataclass(frozen=True, eq=False)
class Pieces:
    """The connected parts of all territories: `of_cell`, the piece of each cell of the grid; the rest one value per piece.

    `owner`: manager, `UNASSIGNED` for nobody's. `cells`: how many. `rank`: 0 for the largest of its owner, then 1, 2 and so on.
    `inside`: the one other owner that surrounds the piece, empty where it touches several or the rim of the grid.
    """

    of_cell: Array
    owner: Array
    cells: Array
    rank: Array
    inside: Array


def find_pieces(grid: Grid, owners: pd.Series) -> Pieces:
    """Find the connected parts of every territory and of what nobody owns.

    Parameters
    ----------
    grid
        Cells hang together where they share a side; a corner alone does not count.
    owners
        Manager by cell, index `cell`; cells missing there belong to nobody.
    """
    names, code = _owner_codes(grid, owners)
    borders = grid.borders
    first, second = borders.first, borders.second
    count, of_cell = _connected(len(grid.cells), first, second, code[first] == code[second])
    sizes = np.bincount(of_cell, minlength=count)
    owner = np.zeros(count, dtype=np.intp)
    owner[of_cell] = code
    # Largest first within an owner; of two alike the one with the first cell.
    order = np.lexsort((np.arange(count), -sizes, owner))
    begins = np.searchsorted(owner[order], np.arange(len(names)))
    rank = np.empty(count, dtype=np.intp)
    rank[order] = np.arange(count) - begins[owner[order]]
    return Pieces(of_cell, names[owner], sizes, rank, _surrounding(grid, of_cell, owner, names))


def pieces(grid: Grid, cells: Iterable[str]) -> list[pd.Index]:
    """Return the connected parts of some cells, the largest first.

    Raises
    ------
    CellError
        When a cell does not belong to the grid.
    """
    chosen = np.unique(_positions(grid, cells))
    inside = np.zeros(len(grid.cells), dtype=bool)
    inside[chosen] = True
    first, second = grid.borders.first, grid.borders.second
    _, of_cell = _connected(len(grid.cells), first, second, inside[first] & inside[second])
    labels, sizes = np.unique(of_cell[chosen], return_counts=True)
    return [grid.cells[chosen[of_cell[chosen] == label]] for label in labels[np.argsort(-sizes, kind="stable")]]


def territory_shapes(grid: Grid, owners: pd.Series, *, found: Pieces | None = None) -> pd.DataFrame:
    """Describe the shape of every territory.

    Parameters
    ----------
    grid, owners
        As in `find_pieces`, whose result can be handed in as `found` to spare finding it again.

    Returns
    -------
    Index `manager_id`, sorted, `UNASSIGNED` always first: cells, pieces, area_km2, border_km (holes included) and compactness, from 0
    to 1 for a circle (Polsby and Popper 1991: 4 pi area / border squared; a hexagon 0.907; NaN without cells). Whole cells count,
    also where the boundary of the branch cuts them.
    """
    names, code = _owner_codes(grid, owners)
    found = find_pieces(grid, owners) if found is None else found
    borders, count = grid.borders, len(names)
    same = code[borders.first] == code[borders.second]
    inside = np.bincount(code[borders.first][same], borders.side_km[same], count)
    border = np.bincount(code, borders.around_km, count) - 2 * inside
    area = np.bincount(code, grid.sizes_km2, count)
    whole = pd.Index(found.owner).value_counts()
    with np.errstate(divide="ignore", invalid="ignore"):
        compactness = np.where(border > 0, 4 * np.pi * area / np.square(border), np.nan)
    shapes = {
        "cells": np.bincount(code, minlength=count),
        "pieces": whole.reindex(names).fillna(0).to_numpy(dtype=np.int64),
        "area_km2": area,
        "border_km": border,
        "compactness": np.minimum(compactness, 1.0),
    }
    return pd.DataFrame(shapes, index=pd.Index(names, dtype="str", name="manager_id"))


def enclaves(grid: Grid, owners: pd.Series, *, found: Pieces | None = None) -> pd.DataFrame:
    """List the pieces that lie wholly inside the territory of one other owner.

    Returns
    -------
    owner (`UNASSIGNED`: a hole that nobody owns), inside (who surrounds it, never nobody), cells (how many), cell (its first), the
    largest first.
    """
    found = find_pieces(grid, owners) if found is None else found
    held = np.flatnonzero((found.inside != "") & (found.inside != UNASSIGNED))
    held = held[np.argsort(-found.cells[held], kind="stable")]
    begins = np.full(len(found.owner), len(grid.cells), dtype=np.intp)
    np.minimum.at(begins, found.of_cell, np.arange(len(grid.cells)))
    rows = {"owner": found.owner[held], "inside": found.inside[held], "cells": found.cells[held], "cell": grid.cells[begins[held]]}
    return pd.DataFrame(rows).astype({"owner": "str", "inside": "str", "cell": "str"})


def edge_cells(grid: Grid, owners: pd.Series) -> Array:
    """Say which cells of the grid share a side with a cell of another owner, or of nobody; one value per cell."""
    _, code = _owner_codes(grid, owners)
    first, second = grid.borders.first, grid.borders.second
    other = code[first] != code[second]
    edge = np.zeros(len(grid.cells), dtype=bool)
    edge[first[other]] = edge[second[other]] = True
    return edge


def _owner_codes(grid: Grid, owners: pd.Series) -> tuple[Array, Array]:
    # Nobody first, then the managers sorted; and which of them has each cell.
    place = rows_in(grid.cells, owners.index)
    had, texts = codes_of(arrow(owners))
    present = np.unique(had[place[place >= 0]])
    present = present[~np.isin(texts[present].astype(str), ["", UNASSIGNED])]
    sorted_in = present[np.argsort(texts[present].astype(str), kind="stable")]
    number = np.zeros(len(texts) + 1, dtype=np.intp)  # nobody's number stands last, for the place -1
    number[sorted_in] = np.arange(1, len(sorted_in) + 1)
    return np.concatenate([np.array([UNASSIGNED], dtype=object), texts[sorted_in]]), number[np.append(had, len(texts))[place]]


def _connected(count: int, first: Array, second: Array, kept: Array) -> tuple[int, Array]:
    links = coo_array((np.ones(int(kept.sum()), dtype=np.int8), (first[kept], second[kept])), shape=(count, count))
    if not count:
        return 0, np.zeros(0, dtype=np.intp)
    found, label = connected_components(links, directed=False)
    return int(found), label.astype(np.intp)


def _surrounding(grid: Grid, of_cell: Array, owner: Array, names: Array) -> Array:
    borders, count = grid.borders, len(owner)
    one, other = of_cell[borders.first], of_cell[borders.second]
    apart = one != other
    here = np.concatenate([one[apart], other[apart]])
    there = owner[np.concatenate([other[apart], one[apart]])]
    lowest, highest = np.full(count, len(names)), np.full(count, -1)
    np.minimum.at(lowest, here, there)
    np.maximum.at(highest, here, there)
    outside = np.bincount(of_cell, borders.open_km, count)
    shared = np.bincount(here, np.tile(borders.side_km[apart], 2), count)
    closed = (lowest == highest) & (outside <= _CLOSED * shared)
    return np.where(closed, np.append(names, "")[np.where(closed, highest, -1)], "")


def _positions(grid: Grid, cells: Iterable[str]) -> Array:
    index = cell_index(cells)
    place = rows_in(index, grid.cells)
    if (place < 0).any():
        raise CellError(say(N_("The cell {cell} does not belong to the grid."), cell=str(index[place < 0][0])))
    return place
