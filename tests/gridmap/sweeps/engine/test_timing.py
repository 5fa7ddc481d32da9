"""Times of the search against the checker: what it thinks possible is possible, and nothing else."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.sweeps.engine.arrays import data_of, empty_tour
from gridmap.sweeps.engine.checker import check_route
from gridmap.sweeps.engine.moves import put
from gridmap.sweeps.engine.timing import cost_at, refresh_route
from tests.gridmap.sweeps.engine.problems import at_random

FREE = {"most_doors": 0, "rank": -1}


def _timed(problem, shift, order):
    data, tour = data_of(problem), empty_tour(problem)
    for q, stop in enumerate(order):
        put(tour, stop, shift, q)
    return data, tour, refresh_route(data, tour, shift)


def _times_alone(problem):
    """Without limits of doors and permissions, which are tested elsewhere."""
    return replace(problem, most_doors=problem.most_doors * 0, allowed=problem.allowed | True)


@settings(max_examples=150, deadline=None)
@given(problem=at_random(), pick=st.randoms(use_true_random=False))
def test_a_route_can_be_driven_where_the_checker_says_so(problem, pick):
    problem = replace(_times_alone(problem), rank=problem.rank * 0 - 1)
    shift = pick.randrange(problem.shifts)
    order = tuple(pick.sample(range(problem.stops), pick.randint(1, problem.stops)))
    room = empty_tour(problem).stops.shape[1] - 1
    holds = not check_route(problem, shift, order)[1]
    if len(order) > room:
        assert not holds  # a route longer than the room made for it cannot hold
        return
    assert _timed(problem, shift, order)[2] == holds


@settings(max_examples=150, deadline=None)
@given(problem=at_random(), pick=st.randoms(use_true_random=False))
def test_an_insertion_is_possible_where_the_checker_says_so(problem, pick):
    problem = _times_alone(problem)
    shift = pick.randrange(problem.shifts)
    order: tuple[int, ...] = ()
    for stop in pick.sample(range(problem.stops), problem.stops - 1):  # a route that holds
        if not check_route(problem, shift, (*order, stop))[1]:
            order = (*order, stop)
    data, tour, _ = _timed(problem, shift, order)
    for stop in set(range(problem.stops)) - set(order):
        for q in range(len(order) + 1):
            possible = bool(np.isfinite(cost_at(data, tour, stop, shift, q, 0.5)))
            assert possible == (not check_route(problem, shift, (*order[:q], stop, *order[q:]))[1]), (shift, order, stop, q)


@settings(max_examples=60, deadline=None)
@given(problem=at_random(), pick=st.randoms(use_true_random=False))
def test_the_earliest_times_are_those_of_the_day(problem, pick):
    problem = _times_alone(problem)
    shift = pick.randrange(problem.shifts)
    order = tuple(pick.sample(range(problem.stops), pick.randint(1, problem.stops)))
    day, faults = check_route(problem, shift, order)
    if faults:
        return
    _, tour, _ = _timed(problem, shift, order)
    size = len(order)
    taken = tour.arrive_hungry if day.lunch_s is None and tour.arrive_hungry[shift, 0] < 2**40 else tour.arrive_fed
    assert taken[shift, size] == day.back_s
    slack = max(tour.latest_fed[shift, 0] - tour.arrive_fed[shift, 0], tour.latest_hungry[shift, 0] - tour.arrive_hungry[shift, 0])
    assert slack >= 0
