"""The search: what it returns always holds, is the best on small problems, and is the same for the same seed anywhere."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.toptw_instances import make_city
from gridmap.sweeps.engine import check, nearest_first, random_order, solve, warm
from tests.gridmap.sweeps.engine.problems import HOUR, at_random, best_worth, line, worth

ROOT = Path(__file__).parents[4]


@settings(max_examples=120, deadline=None)
@given(problem=at_random(most_stops=12), seed=st.integers(0, 2**63))
def test_what_is_returned_holds(problem, seed):
    told = []
    solution = solve(problem, seed=seed, iterations=150, on_best=told.append)
    checked = check(problem, solution.routes)
    assert checked.broken == ()
    assert checked.prize == pytest.approx(solution.prize)
    planned = {stop for route in solution.routes for stop in route}
    assert solution.missing_mandatory == tuple(stop for stop in range(problem.stops) if problem.mandatory[stop] and stop not in planned)
    assert told[-1].routes == solution.routes
    assert all(worth(problem, early.routes) <= worth(problem, later.routes) for early, later in pairwise(told))


@settings(max_examples=50, deadline=None)
@given(problem=at_random(most_stops=6, most_shifts=2, shortest=True))
def test_the_best_of_a_small_problem_is_found(problem):
    # Where a detour is shorter than the direct way, two stops may only hold together: none is put in alone, so shortest ways here.
    found = worth(problem, solve(problem, seed=1, iterations=2000).routes)
    best = best_worth(problem)
    assert found[0] == best[0]
    assert found[1] == pytest.approx(best[1])


def test_the_least_travel_breaks_ties():
    problem = line(3)
    solution = solve(problem, seed=3, iterations=300)
    assert solution.travel_s == 6 * 600  # there and back, not to and fro
    assert solution.routes[0] in ((0, 1, 2), (2, 1, 0))


def test_fixed_appointments_are_kept_or_named():
    # Both at 10:00 sharp, twenty minutes apart: one can be kept; the better paid stop 2 goes before neither.
    windows = {"window_at": [0, 1, 2, 3], "opens_s": [10 * HOUR, 0, 10 * HOUR], "closes_s": [10 * HOUR, 24 * HOUR, 10 * HOUR]}
    one = solve(line(3, **windows, mandatory=[True, False, False], prize=[1, 1, 100]), seed=1, iterations=200)
    assert one.missing_mandatory == ()
    assert 0 in one.routes[0]
    assert 2 not in one.routes[0]
    both = solve(line(3, **windows, mandatory=[True, False, True]), seed=1, iterations=200)
    assert len(both.missing_mandatory) == 1


def test_a_stop_stays_in_its_preferred_shift_if_nothing_is_lost():
    two = {
        "start": [0, 0],
        "end": [0, 0],
        "begins_s": [0, 0],
        "ends_s": [9 * HOUR] * 2,
        "lunch_s": np.zeros((2, 3), dtype=int),
        "most_doors": [0, 0],
    }
    problem = line(3, **two, day=[0, 0], allowed=np.ones((3, 2), dtype=bool), home=[1, 0, 1], home_prize=0.5)
    routes = solve(problem, seed=1, iterations=300).routes
    assert set(routes[0]) == {1}
    assert set(routes[1]) == {0, 2}


def test_routes_to_begin_with_are_kept_as_they_are_if_nothing_is_better():
    problem = line(3)
    start = ((2, 0, 1),)
    assert solve(problem, seed=1, iterations=0, start=start).routes == start


def test_routes_to_begin_with_that_break_a_rule_are_mended():
    problem = line(3, allowed=[[True], [False], [True]], most_doors=[2])
    solution = solve(problem, seed=1, iterations=0, start=((0, 1, 2),))
    assert check(problem, solution.routes).broken == ()
    assert solution.prize == 20


def test_the_search_ends_when_asked_to():
    asked = []

    def third():
        asked.append(1)
        return len(asked) == 3

    problem = make_city(60, days=2, seed=1)
    solution = solve(problem, seed=1, iterations=10**9, stop=third)
    assert solution.stopped
    assert 0 < solution.iterations < 10**6
    assert check(problem, solution.routes).broken == ()


def test_more_rounds_are_better_than_the_first_answer_and_than_what_people_do():
    problem = make_city(300, days=3, seed=5)
    first = solve(problem, seed=1, iterations=0)
    best = solve(problem, seed=1, iterations=3000)
    assert best.prize > first.prize * 1.02
    assert best.prize > check(problem, nearest_first(problem)).prize * 1.2
    assert best.prize > check(problem, random_order(problem, 1)).prize * 1.5


def test_no_stops_and_no_shifts_are_answers():
    assert solve(line(0), seed=1, iterations=10).routes == ((),)
    none = dict.fromkeys(("start", "end", "begins_s", "ends_s", "most_doors", "day"), np.zeros(0, dtype=np.int64))
    problem = line(2, **none, lunch_s=np.zeros((0, 3), dtype=np.int64), allowed=np.zeros((2, 0), dtype=bool), mandatory=[False, True])
    solution = solve(problem, seed=1, iterations=10)
    assert (solution.routes, solution.missing_mandatory) == ((), (1,))


_PLAN = """
import json, sys
sys.path.insert(0, sys.argv[1])
from bench.toptw_instances import make_city
from gridmap.sweeps.engine import solve
told = []
routes = solve(make_city(150, days=3, seed=2), seed=7, iterations=4000, on_best=lambda best: told.append(best.prize)).routes
print(json.dumps([routes, told]))
"""


def test_a_seed_gives_one_plan_in_any_process_and_any_hash_seed(tmp_path):
    plans = [
        subprocess.run(
            [sys.executable, "-c", _PLAN, str(ROOT)],
            check=True,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
        ).stdout
        for hash_seed in ("1", "2")
    ]
    assert plans[0] == plans[1]
    here = solve(make_city(150, days=3, seed=2), seed=7, iterations=4000).routes
    assert [list(route) for route in here] == json.loads(plans[0])[0]
    assert solve(make_city(150, days=3, seed=2), seed=8, iterations=4000).routes != here


def test_an_order_of_calls_changes_nothing():
    problem = make_city(80, days=2, seed=3)
    before = solve(problem, seed=1, iterations=2000)
    solve(problem, seed=2, iterations=500)
    np.random.default_rng(1).random()
    assert solve(problem, seed=1, iterations=2000) == before
    assert solve(replace(problem), seed=1, iterations=2000, stop=lambda: False) == before


def test_the_search_is_compiled_without_a_cache_folder(tmp_path):
    # A read-only install in a container without a home: nowhere to keep machine code.
    nowhere = tmp_path / "file"
    nowhere.write_text("", "utf-8")
    code = "from gridmap.kernels.compiled import compiled\nimport sys\nadd = compiled(eval('lambda a: a + 1'))\nsys.exit(add(1) - 2)"
    ran = subprocess.run(
        [sys.executable, "-c", code], check=False, cwd=ROOT, env={**os.environ, "HOME": str(nowhere)}, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr


def test_the_search_can_be_compiled_in_the_background():
    thread = warm()
    thread.join(timeout=120)
    assert not thread.is_alive()


def test_an_hour_on_the_road_is_weighed_and_leaves_no_time_unused():
    far = {"travel_s": [[0, 600, 7200], [600, 0, 7200], [7200, 7200, 0]], "prize": [9.0, 10.0]}
    one = {**far, "most_doors": [1]}
    assert solve(line(2, **one), seed=1, iterations=300).routes == ((1,),)
    assert solve(line(2, **one, idle_price=1 / 3600), seed=1, iterations=300).routes == ((0,),)  # four hours more for 1
    dear = solve(line(2, **far, idle_price=100 / 3600), seed=1, iterations=300)
    assert set(dear.routes[0]) == {0, 1}  # there is time for both


def test_an_hour_of_waiting_is_weighed_too_and_lunch_is_none():
    late = {"opens_s": [0, 15 * HOUR], "prize": [9.0, 10.0], "most_doors": [1]}
    assert solve(line(2, **late), seed=1, iterations=300).routes == ((1,),)
    assert solve(line(2, **late, idle_price=1 / 3600), seed=1, iterations=300).routes == ((0,),)  # six hours more for 1
    # The second visit only fits after lunch, whose five hours are no waiting.
    lunch = {"lunch_s": [[8 * HOUR, 9 * HOUR, 5 * HOUR]], "serve_s": [600, 2 * HOUR], "prize": [9.0, 10.0], "most_doors": [1]}
    assert solve(line(2, **lunch, idle_price=1 / 3600), seed=1, iterations=300).routes == ((1,),)


def test_what_is_worth_most_comes_first():
    shift = np.zeros(2, dtype=np.int64)
    days = {
        "start": shift, "end": shift, "begins_s": shift + 8 * HOUR, "ends_s": shift + 9 * HOUR, "lunch_s": np.zeros((2, 3), dtype=int),
        "most_doors": shift, "day": [0, 1], "allowed": np.ones((2, 2), dtype=bool), "window_at": np.arange(5),
        "opens_s": np.zeros(4, dtype=int), "closes_s": np.full(4, 24 * HOUR), "travel_s": np.full((3, 3), 300), "prize": [5.0, 20.0],
    }  # fmt: skip
    for seed in range(4):
        assert solve(line(2, **days, wait_share=0.02), seed=seed, iterations=300).routes == ((1,), (0,))
