"""Neighbours: which units share a side that no barrier runs along, and how long it is."""

from dataclasses import dataclass

import numpy as np

from gridmap.market import Market
from gridmap.territories.barriers import crossed
from gridmap.territories.request import Request
from gridmap.territories.task import Floats, Whole


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of units (e), `first` below `second`, each once, and the length of what they share, km."""

    first: Whole
    second: Whole
    side_km: Floats


def neighbours(market: Market, request: Request, unit_of_cell: Whole) -> Pairs:
    """Find the pairs of units that share a side without a barrier between.

    Parameters
    ----------
    unit_of_cell
        Unit of each cell of the grid, -1 for cells that take no part.
    """
    borders, count = market.grid.borders, int(unit_of_cell.max(initial=-1)) + 1
    one, other = unit_of_cell[borders.first], unit_of_cell[borders.second]
    kept = (one >= 0) & (other >= 0) & (one != other)
    kept[kept] = ~crossed(market, borders.first[kept], borders.second[kept], request.barriers)
    low, high = np.minimum(one[kept], other[kept]), np.maximum(one[kept], other[kept])
    pairs, place = np.unique(low * count + high, return_inverse=True)
    side = np.bincount(place, weights=borders.side_km[kept], minlength=len(pairs)).astype(np.float64)
    return Pairs((pairs // max(count, 1)).astype(np.int64), (pairs % max(count, 1)).astype(np.int64), side)


def both_ways(count: int, pairs: Pairs, bridges: Whole) -> tuple[Whole, Whole, Floats]:
    """Return `begins`, `near` and `side` of a problem of `count` units; bridges (b, 2) have no length."""
    first, second = np.r_[pairs.first, bridges[:, 0]], np.r_[pairs.second, bridges[:, 1]]
    side = np.r_[pairs.side_km, np.zeros(len(bridges))]
    here, there, both = np.r_[first, second], np.r_[second, first], np.r_[side, side]
    order = np.lexsort((there, here))
    begins = np.searchsorted(here[order], np.arange(count + 1)).astype(np.int64)
    return begins, there[order].astype(np.int64), both[order]
