from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from gridmap.territories.engine.checker import check
from gridmap.territories.engine.descent import descend
from gridmap.territories.engine.effort import Effort
from gridmap.territories.engine.solve import solve
from tests.gridmap.territories.engine.problems import branch_problem, lattice, problem, row, small_problems

EIGHT = problem(np.zeros((8, 2)), np.ones((8, 1)), row(8), most=4.0, owner=np.array([0, 0, 1, 1, 1, 1, 1, 1]))


def test_the_fewest_moves_are_made_that_keep_the_limits():
    assert descend(EIGHT, EIGHT.owner).tolist() == [0, 0, 0, 0, 1, 1, 1, 1]


def test_a_budget_ends_it_and_what_helps_most_comes_first():
    heavy = replace(
        EIGHT, loads=np.array([[1.0], [1], [1], [1], [1], [1], [1], [3]]), fixed=np.array([0] + [-1] * 7), most=np.full((2, 1), 5.0)
    )
    limited = replace(heavy, change=np.ones((8, 1)), budget=np.array([1.0]))
    assert check(limited, descend(limited, limited.owner)).violation == check(limited, limited.owner).violation - 1.0


def test_what_lies_deep_inside_is_reached_through_what_brings_nothing():
    loads = np.array([[1.0], [0.0], [4.0], [1.0], [1.0], [0.0], [1.0], [1.0]])
    owner = np.array([0, 1, 1, 1, 0, 1, 1, 1])
    made = problem(np.zeros((8, 2)), loads, lattice(4, 2), most=6.0, owner=owner, change=np.ones((8, 1)), budget=np.array([2.0]))
    assert check(made, made.owner).violation == 1
    assert descend(made, made.owner).tolist() == [0, 0, 0, 1, 0, 1, 1, 1]


def test_a_chain_that_would_cut_what_remains_is_not_given():
    # 0 - 1 - 2(4), and 3 hangs on 1: with 1 and 2 gone it would still be whole; with 4 on 1 as well, it would not.
    loads = np.array([[1.0], [0.0], [4.0], [1.0], [1.0]])
    owner = np.array([0, 1, 1, 1, 1])
    how = {"most": [[9.0], [4.0]], "owner": owner, "change": np.ones((5, 1)), "budget": np.array([2.0])}
    whole = problem(np.zeros((5, 2)), loads, [(0, 1), (1, 2), (1, 3), (3, 4)], **how)
    assert descend(whole, owner).tolist() == [0, 0, 0, 1, 1]
    cut = problem(np.zeros((5, 2)), loads, [(0, 1), (1, 2), (1, 3), (1, 4)], **how)
    assert descend(cut, owner).tolist() == owner.tolist()


def test_what_mends_most_for_what_it_uses_is_tried_as_well():
    # One chain of two mends 3; two single units mend 2 each.
    ways = [(0, 1), (1, 2), (0, 3), (0, 4), (1, 5), (2, 5), (3, 5), (4, 5)]
    loads = np.array([[1.0], [0.0], [3.0], [2.0], [2.0], [3.0]])
    made = problem(
        np.zeros((6, 2)),
        loads,
        ways,
        most=[[9.0], [5.0]],
        owner=np.array([0, 1, 1, 1, 1, 1]),
        change=np.ones((6, 1)),
        budget=np.array([2.0]),
    )
    assert descend(made, made.owner).tolist() == [0, 1, 1, 0, 0, 1]


@given(small_problems(whole=True))
@settings(max_examples=60, deadline=None)
def test_nothing_gets_worse(made):
    before, owner = check(made, made.start), descend(made, made.start)
    found = check(made, owner)
    assert found.violation <= before.violation + 1e-9
    assert found.extra_pieces <= before.extra_pieces
    assert set(found.faults) <= set(before.faults)
    if abs(found.violation - before.violation) < 1e-9:
        assert found.objective <= before.objective + 1e-9


def test_it_can_be_stopped():
    asked = iter([False, False, True])
    made = branch_problem(8, 4)
    limited = replace(made, change=np.ones((made.units, 1)), budget=np.array([12.0]))
    assert check(limited, descend(limited, limited.owner, stop=lambda: next(asked))).faults == ()


@pytest.mark.parametrize("cells", [5, 12])
def test_a_small_budget_is_spent_at_least_as_well_as_by_one_move_after_the_other(cells):
    made = branch_problem(10, 5, seed=3)
    limited = replace(
        made, owner=np.where(made.fixed >= 0, made.fixed, made.owner), change=np.ones((made.units, 1)), budget=np.array([float(cells)])
    )
    limited = replace(limited, start=limited.owner)
    found = solve(limited, seed=0, effort=Effort(proposals=50_000))
    assert found.violation <= check(limited, _greedy(limited, cells)).violation + 1e-9


def _greedy(made, cells):
    """Make the one move that lowers the violation most, again and again, trying them all in plain Python."""
    owner = made.owner.copy()
    pieces = check(made, owner).extra_pieces
    for _ in range(cells):
        best = (check(made, owner).violation, None)
        for i in np.flatnonzero(made.fixed < 0):
            for j in np.unique(owner[made.near[made.begins[i] : made.begins[i + 1]]]):
                tried = owner.copy()
                tried[i] = j
                if _violation(made, tried) < best[0] - 1e-9 and check(made, tried).extra_pieces <= pieces:
                    best = (_violation(made, tried), tried)
        if best[1] is None:
            break
        owner = best[1]
    return owner


def _violation(made, owner):
    loads = np.zeros_like(made.most)
    np.add.at(loads, owner, made.loads)
    return float((np.maximum(loads - made.most, 0) + np.maximum(made.least - loads, 0)).sum())
