"""Barriers: neighbouring cells on either side of a road or a river do not count as neighbours."""

from collections.abc import Sequence

import numpy as np
import shapely

from gridmap.grid import centres
from gridmap.market import Market
from gridmap.territories.request import Barrier
from gridmap.territories.task import Whole


def crossed(market: Market, first: Whole, second: Whole, barriers: Sequence[Barrier]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Say for each pair of cells (positions into the grid) whether the line between their centres crosses a barrier.

    Parameters
    ----------
    barriers
        (table, kind): roads or waters of a kind, all of them where the kind is empty.
    """
    found = np.zeros(len(first), dtype=bool)
    shapes = [shape for table, kind in barriers for shape in _shapes(market, table, kind)]
    if not shapes or not len(first):
        return found
    lat, lon = centres(market.grid, market.grid.cells)
    ends = np.stack([np.column_stack([lon[first], lat[first]]), np.column_stack([lon[second], lat[second]])], axis=1)
    lines = shapely.linestrings(ends)
    pair, _ = shapely.STRtree(shapes).query(lines, predicate="intersects")
    found[pair] = True
    return found


def _shapes(market: Market, table: str, kind: str) -> list[shapely.Geometry]:
    rows = getattr(market, table)
    if kind:
        rows = rows[rows["kind"].eq(kind).fillna(value=False).to_numpy(dtype=bool)]
    return [shape for shape in rows.geometry if shape is not None and not shape.is_empty]
