"""Islands: parts of what is shared out that do not touch. They are bridged, or each is shared out by itself; by name either way."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from gridmap.errors import N_, Message, say
from gridmap.market import Market
from gridmap.market.places import towns_of
from gridmap.reallocation.takers import names_of
from gridmap.territories.task import Whole
from gridmap.texts import Name

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Islands:
    """The parts: `of_unit` (n), 0 the largest; `bridges` (b, 2): units to be joined so that all hang together; what is said of them."""

    of_unit: Whole
    bridges: Whole
    told: tuple[Message, ...]


def find_islands(market: Market, cells: Whole, units: Whole, first: Whole, second: Whole, points: Array) -> Islands:
    """Find the parts of the units that share a side, and how they would be bridged.

    Parameters
    ----------
    cells
        Positions into the grid of the cells that take part; `units` the unit of each.
    first, second
        Pairs of units that are neighbours.
    points
        x and y of each cell of `cells`, in one metric system.
    """
    count = int(units.max(initial=-1)) + 1
    links = coo_array((np.ones(len(first), dtype=np.int8), (first, second)), shape=(count, count))
    parts, label = connected_components(links, directed=False)
    sizes = np.bincount(label[units], minlength=parts)
    order = np.argsort(-sizes, kind="stable")
    rank = np.empty(parts, dtype=np.int64)
    rank[order] = np.arange(parts)
    of_unit = rank[label].astype(np.int64)
    bridges, told = [], []
    inside = of_unit[units] == 0
    for part in range(1, parts):
        here = np.flatnonzero(of_unit[units] == part)
        there = np.flatnonzero(inside)
        far, nearest = cKDTree(points[there]).query(points[here])
        best = int(np.argmin(far))
        bridges.append((units[here[best]], units[there[nearest[best]]]))
        told.append(_told(market, cells[here], cells[there[nearest[best]]], len(here)))
        inside[here] = True
    return Islands(of_unit, np.array(bridges, dtype=np.int64).reshape(-1, 2), tuple(told))


def island_name(market: Market, cells: Whole) -> Name | Message:
    """Call a part of the grid by the town that most of its cells lie in."""
    towns = towns_of(market, market.grid.cells[cells])
    towns = towns[towns.notna() & towns.ne("")]
    return names_of(market.towns).get(str(towns.mode().iloc[0]), say(N_("no town"))) if len(towns) else say(N_("no town"))


def _told(market: Market, cells: Whole, bridge: int, count: int) -> Message:
    words = N_("A part at {island} ({cells} cells) does not touch the rest; it counts as touching the nearest cell there, at {town}.")
    return say(words, island=island_name(market, cells), cells=count, town=island_name(market, np.array([bridge])))
