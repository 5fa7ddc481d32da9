import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from gridmap.territories.engine.checker import check
from gridmap.territories.engine.effort import Effort
from gridmap.territories.engine.measured import measured
from gridmap.territories.engine.pieces import extra_pieces
from gridmap.territories.engine.problem import NOBODY
from gridmap.territories.engine.repair import repaired
from gridmap.territories.engine.solve import solve
from tests.gridmap.territories.engine.problems import assignments, branch_problem, lattice, problem, row, small_problems

ROOT = Path(__file__).parents[4]


@given(small_problems(whole=True))
@settings(max_examples=60, deadline=None)
def test_what_the_search_says_is_so(made):
    found = solve(made, seed=1, effort=Effort(proposals=4000))
    checked = check(made, found.owner)
    assert found.objective == pytest.approx(checked.objective, abs=1e-9)
    assert found.violation == pytest.approx(checked.violation, abs=1e-6)
    assert found.extra_pieces == checked.extra_pieces
    assert (found.owner[made.fixed != NOBODY] == made.fixed[made.fixed != NOBODY]).all()
    assert found.violation > 0 or found.bound.value <= found.objective + 1e-9


@given(small_problems(whole=True))
@settings(max_examples=30, deadline=None)
def test_the_best_of_all_assignments_is_found_and_proven_in_a_small_problem(made):
    everybody = [check(made, owner) for owner in assignments(made) if len(np.unique(owner)) == made.managers]
    known = [found.objective for found in everybody if not found.faults and not found.extra_pieces and found.violation == 0]
    found = solve(made, seed=0, effort=Effort(proposals=2_000))
    if known:
        assert (found.violation, found.extra_pieces) == (0, 0)
        assert found.objective == pytest.approx(min(known))
        assert found.proven
    else:
        assert not found.proven
        assert found.violation > 0 or found.extra_pieces or len(np.unique(found.owner)) < made.managers


def test_a_manager_without_units_is_given_some():
    made = problem([[0.1, 9.0]] * 6, [[1.0]] * 6, lattice(3, 2), most=3.0, owner=np.zeros(6, dtype=int), start=np.zeros(6, dtype=int))
    found = solve(made, seed=0, effort=Effort(proposals=2000))
    assert sorted(found.owner.tolist()) == [0, 0, 0, 1, 1, 1]
    assert found.extra_pieces == 0


def test_a_branch_is_shared_out_within_three_measures():
    made = branch_problem(12, 6, seed=2)
    found = solve(made, seed=0, effort=Effort(proposals=1_500_000))
    assert (found.violation, found.extra_pieces) == (0, 0)
    assert 0 < (found.objective - found.bound.value) / found.objective < 0.05
    assert check(made, found.owner).faults == ()


def test_a_budget_that_today_keeps_is_kept():
    made = branch_problem(8, 5, seed=1)
    made = problem_with_budget(made, 12)
    found = solve(made, seed=0, effort=Effort(proposals=400_000))
    assert (found.owner != made.owner).sum() <= 12
    assert found.violation < measured(made, made.owner).violation


def problem_with_budget(made, cells):
    return replace(made, fixed=np.full(made.units, NOBODY), change=np.ones((made.units, 1)), budget=np.array([float(cells)]))


def test_the_same_seed_gives_the_same_answer_with_more_workers_and_in_another_process():
    code = (
        "from tests.gridmap.territories.engine.problems import branch_problem\n"
        "from gridmap.territories.engine.solve import solve\n"
        "from gridmap.territories.engine.effort import Effort\n"
        "import hashlib\n"
        "print(hashlib.sha256(solve(branch_problem(7, 4), seed=5, effort=Effort(proposals=120_000, starts=2)).owner.tobytes()).hexdigest())"
    )
    told = set()
    for seed in ("1", "2"):
        ran = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        )
        told.add(ran.stdout.strip().splitlines()[-1])
    assert len(told) == 1
    made = branch_problem(7, 4)
    one, two = (solve(made, seed=5, effort=Effort(proposals=120_000, starts=2, workers=workers)) for workers in (1, 3))
    assert (one.owner == two.owner).all()
    assert one.objective != solve(made, seed=6, effort=Effort(proposals=120_000, starts=2)).objective


def test_a_search_tells_of_better_answers_and_ends_when_asked():
    made, told = branch_problem(10, 5), []
    found = solve(made, seed=0, effort=Effort(proposals=10**9), stop=lambda: len(told) >= 3, on_best=told.append)
    assert found.stopped
    assert found.why == "stopped"
    assert len(told) >= 3
    ranks = [(each.violation, each.objective) for each in told]
    assert ranks == sorted(ranks, reverse=True)


def test_nothing_free_is_an_answer():
    made = problem([[1.0, 2.0]] * 2, [[1.0]] * 2, row(2), fixed=np.array([0, 1]))
    found = solve(made, seed=0)
    assert found.owner.tolist() == [0, 1]
    assert found.why == "nothing free" or found.proven


def test_repair_keeps_what_must_stay_and_joins_it():
    # Manager 0 must have both ends of a row that manager 1 has the middle of: no way around, so pieces stay.
    made = problem([[1.0, 1.0]] * 5, [[1.0]] * 5, row(5), fixed=np.array([0, -1, 1, -1, 0]))
    owner = repaired(made, np.array([0, 1, 1, 1, 0]))
    assert owner[[0, 2, 4]].tolist() == [0, 1, 0]
    # With a way around it is joined.
    around = problem([[1.0, 1.0]] * 6, [[1.0]] * 6, lattice(3, 2), fixed=np.array([0, 1, 0, -1, -1, -1]))
    joined = repaired(around, np.array([0, 1, 0, 1, 1, 1]))
    assert extra_pieces(around, joined) == 0


def test_repair_gives_every_unit_an_owner():
    nobody = np.full(4, NOBODY)
    made = problem([[1.0, 2.0], [5.0, 1.0], [1.0, 9.0], [1.0, 1.0]], [[1.0]] * 4, [(0, 1)], fixed=np.array([0, -1, -1, -1]))
    assert (repaired(made, nobody) >= 0).all()
