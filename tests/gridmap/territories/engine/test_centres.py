from dataclasses import replace

import numpy as np
import pytest

from gridmap.territories.engine.centres import at_bases, middles, solve_bases
from gridmap.territories.engine.checker import check
from gridmap.territories.engine.effort import Effort
from gridmap.territories.engine.problem import Bases
from tests.gridmap.territories.engine.problems import problem, row

# Nine units in a row, one of work each; both bases are to be found, and begin at the west end.
AT = (np.arange(9)[:, None] - np.arange(9)[None, :]) ** 2.0
NINE = problem(AT[:, [0, 1]], np.ones((9, 1)), row(9), most=5.0, owner=np.zeros(9, dtype=np.int64))
BASES = Bases(np.array([True, True]), np.arange(9), AT, np.zeros((9, 2)), np.array([0, 1]))


def test_bases_come_to_lie_in_the_middle_of_their_territories():
    told = []
    found = solve_bases(NINE, BASES, seed=0, effort=Effort(proposals=3_000), on_best=told.append)
    assert found.violation == 0
    assert {frozenset(np.flatnonzero(found.owner == each)) for each in range(2)} in (
        {frozenset(range(4)), frozenset(range(4, 9))},
        {frozenset(range(5)), frozenset(range(5, 9))},
    )
    assert found.objective == pytest.approx(6 + 10)  # four units around one, five around another
    assert told
    assert found.objective <= told[0].objective
    asked = at_bases(NINE, BASES, found.centre)
    assert check(asked, found.owner).objective == pytest.approx(found.objective)


def test_fixed_bases_stay_and_changes_of_hands_cost_what_they_cost():
    bases = replace(BASES, found=np.array([False, True]), added=np.full((9, 2), 0.5))
    asked = at_bases(NINE, bases, np.array([0, 7]))
    assert (asked.cost[:, 0] == AT[:, 0]).all()
    assert (asked.cost[:, 1] == AT[:, 7] + 0.5).all()
    found = solve_bases(NINE, bases, seed=0, effort=Effort(proposals=3_000))
    assert found.centre[0] == -1


def test_the_middle_lies_inside_where_a_candidate_does():
    ring = np.array([0, 1, 1, 1, 1, 1, 1, 1, 0])
    assert middles(BASES, ring, np.array([0, 0])).tolist() == [0, 4]
    few = replace(BASES, candidates=np.array([4]), at=AT[:, [4]])
    assert middles(few, ring, np.array([0, 0])).tolist() == [0, 0]


def test_it_can_be_stopped():
    asked = iter([True] * 99)
    assert solve_bases(NINE, BASES, seed=0, effort=Effort(), stop=lambda: next(asked)).stopped
