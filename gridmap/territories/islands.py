"""Islands: parts of what is shared out that do not touch. They are bridged, or each is shared out by itself; by name either way."""

from collections.abc import Sequence
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
from gridmap.territories.neighbours import Pairs
from gridmap.territories.request import Islands as Way
from gridmap.territories.task import Whole
from gridmap.texts import Name, Names

Array = np.ndarray[Any, Any]
BRIDGED = N_("A part at {island} ({cells} cells) does not touch the rest; it counts as touching the nearest cell there, at {town}.")
NOBODY_THERE = N_("Nobody is based on the part at {island} ({cells} cells); it counts as touching the nearest cell, at {town}.")
APART = N_("The part at {island} ({cells} cells) does not touch the rest; it is shared out among those based there: {managers}.")


@dataclass(frozen=True, eq=False)
class Land:
    """What is shared out: `cells` (positions into the grid), the unit of each, and where they lie: x and y in one metric system."""

    market: Market
    cells: Whole
    units: Whole
    points: Array


@dataclass(frozen=True, eq=False)
class Islands:
    """The parts: `of_unit` (n), 0 the largest; `bridges` (b, 2): units that count as neighbours.

    `region` (n): what is shared out together, the same number for all that is bridged. `told`: all of it, by name.
    """

    of_unit: Whole
    bridges: Whole
    region: Whole
    told: tuple[Message, ...]


def find_islands(land: Land, pairs: Pairs, *, way: Way, homes: Whole, names: Sequence[Name]) -> Islands:
    """Find the parts of the units that share a side, and bridge them, all or only those where nobody is based.

    Parameters
    ----------
    homes, names
        Unit of each manager's base, and what the manager is called.
    """
    of_unit, parts = _parts_of(land, pairs)
    home = np.zeros(parts, dtype=bool)
    home[of_unit[homes]] = True
    if way == "bridge" or not home.any():
        home = np.arange(parts) == 0
    region = np.where(home, np.arange(parts), -1)
    part, bridges, told = of_unit[land.units], [], []
    for each in range(parts):
        here = np.flatnonzero(part == each)
        if home[each]:
            if way == "apart" and parts > 1:
                theirs = Names(tuple(name for name, unit in zip(names, homes, strict=True) if of_unit[unit] == each))
                told.append(say(APART, island=island_name(land.market, land.cells[here]), cells=len(here), managers=theirs))
            continue
        there = np.flatnonzero(region[part] >= 0)
        far, nearest = cKDTree(land.points[there]).query(land.points[here])
        best = int(np.argmin(far))
        end = there[nearest[best]]
        bridges.append((land.units[here[best]], land.units[end]))
        region[each] = region[part[end]]
        island, town = island_name(land.market, land.cells[here]), island_name(land.market, land.cells[[end]])
        told.append(say(BRIDGED if way == "bridge" else NOBODY_THERE, island=island, cells=len(here), town=town))
    return Islands(of_unit, np.array(bridges, dtype=np.int64).reshape(-1, 2), region[of_unit], tuple(told))


def island_name(market: Market, cells: Whole) -> Name | Message:
    """Call a part of the grid by the town that most of its cells lie in."""
    towns = towns_of(market, market.grid.cells[cells])
    towns = towns[towns.notna() & towns.ne("")]
    return names_of(market.towns).get(str(towns.mode().iloc[0]), say(N_("no town"))) if len(towns) else say(N_("no town"))


def _parts_of(land: Land, pairs: Pairs) -> tuple[Whole, int]:
    """Return the part of each unit, the one with the most cells first, of those alike the one with the first unit; and how many."""
    count = int(land.units.max(initial=-1)) + 1
    links = coo_array((np.ones(len(pairs.first), dtype=np.int8), (pairs.first, pairs.second)), shape=(count, count))
    parts, label = connected_components(links, directed=False)
    order = np.argsort(-np.bincount(label[land.units], minlength=parts), kind="stable")
    rank = np.empty(parts, dtype=np.int64)
    rank[order] = np.arange(parts)
    return rank[label].astype(np.int64), int(parts)
