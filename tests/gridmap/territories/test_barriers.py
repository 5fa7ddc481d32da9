"""Barriers: who is no neighbour across them."""

import numpy as np

from gridmap.territories.barriers import crossed
from gridmap.territories.request import Limit, Request
from tests.gridmap.territories.villages import striped, villages

ASKED = villages(4, 2, striped(4, 2, 2), river_at=2)
REQUEST = Request(limits=(Limit("accounts", tolerance=0.9),))
RIVER = Request(limits=REQUEST.limits, barriers=(("waters", "river"),))


def pairs(task):
    first = np.repeat(np.arange(task.problem.units), np.diff(task.problem.begins))
    cells = task.market.grid.cells
    return {(cells[one], cells[other]) for one, other in zip(first, task.problem.near, strict=True) if one < other}


def test_neighbours_across_a_river_are_none():
    missing = pairs(ASKED.task(REQUEST)) - pairs(ASKED.task(RIVER))
    # Of the two pairs across one is bridged again, so that all hangs together.
    assert len(missing) == 1
    assert missing < {("v10", "v20"), ("v11", "v21")}


def test_only_the_barriers_that_are_asked_for_count():
    borders = ASKED.market.grid.borders
    assert crossed(ASKED.market, borders.first, borders.second, (("waters", ""),)).sum() == 2
    assert crossed(ASKED.market, borders.first, borders.second, (("waters", "lake"),)).sum() == 0
    assert crossed(ASKED.market, borders.first, borders.second, (("roads", ""),)).sum() == 0
    assert crossed(ASKED.market, borders.first, borders.second, ()).sum() == 0


def test_borders_along_a_river_cost_nothing():
    free, river = ASKED.task(REQUEST).problem, ASKED.task(RIVER).problem
    assert river.side.sum() < free.side.sum()
    assert np.isclose(river.border_price * river.side.sum() / 2, REQUEST.weights.shape)


def test_a_territory_that_a_river_cuts_today_is_said():
    wide = villages(4, 2, dict.fromkeys(striped(4, 2, 1), "m1") | {"v31": "m2", "v01": "m2"}, river_at=2)
    assert any("In pieces today" in str(note) and "m2" in str(note) for note in wide.task(RIVER).notes)
