"""What plans are compared with, and why a stop has no place."""

import numpy as np
import pytest
from hypothesis import given, settings

from gridmap.sweeps.engine import check, nearest_first, random_order, why_not
from gridmap.sweeps.engine.checker import check_route
from tests.gridmap.sweeps.engine.problems import HOUR, at_random, line


def test_the_nearest_is_next():
    problem = line(3, node=[3, 1, 2], travel_s=np.abs(np.subtract.outer([0, 1, 3, 4], [0, 1, 3, 4])) * 600)
    assert nearest_first(problem) == ((1, 2, 0),)


def test_a_stop_that_would_not_hold_is_passed_over():
    problem = line(3, closes_s=[8 * HOUR, 24 * HOUR, 24 * HOUR])
    assert nearest_first(problem) == ((1, 2),)
    assert set(random_order(problem, 4)[0]) == {1, 2}


def test_nobody_stands_before_a_closed_door_while_another_is_open():
    problem = line(3, opens_s=[10 * HOUR, 0, 9 * HOUR])
    assert nearest_first(problem) == ((1, 2, 0),)


def test_where_no_door_is_open_the_first_to_open_is_next():
    problem = line(3, opens_s=[11 * HOUR, 12 * HOUR, 10 * HOUR])
    assert nearest_first(problem)[0][0] == 2


def test_lunch_at_a_door_is_no_waiting():
    problem = line(2, lunch_s=[[8 * HOUR, 9 * HOUR, HOUR]])
    assert nearest_first(problem) == ((0, 1),)


def test_an_order_at_random_is_that_of_its_seed():
    problem = line(8)
    orders = {random_order(problem, seed) for seed in range(6)}
    assert len(orders) > 1
    assert random_order(problem, 3) == random_order(problem, 3)


@settings(max_examples=60, deadline=None)
@given(problem=at_random(most_stops=8))
def test_what_plans_are_compared_with_holds(problem):
    for routes in (nearest_first(problem), random_order(problem, 1)):
        assert check(problem, routes).broken == ()


WHY = (
    ({"allowed": [[False]]}, "allowed"),
    ({"opens_s": [18 * HOUR]}, "window"),  # open after the shift
    ({"window_at": [0, 0], "opens_s": np.zeros(0, dtype=int), "closes_s": np.zeros(0, dtype=int)}, "window"),
    ({"travel_s": [[0, 5 * HOUR], [5 * HOUR, 0]]}, "travel"),  # there and back takes ten hours
    ({"closes_s": [8 * HOUR + 60]}, "travel"),  # ten minutes away, open for one more minute
    ({"serve_s": [10 * HOUR]}, "length"),
    ({"serve_s": [8 * HOUR], "lunch_s": [[12 * HOUR, 13 * HOUR, HOUR]]}, "length"),  # with lunch it is too long
    ({"doors": [5], "most_doors": [4]}, "length"),
    ({}, "room"),
)


@pytest.mark.parametrize(("changes", "why"), WHY)
def test_why_a_stop_has_no_place(changes, why):
    assert why_not(line(1, **changes), 0) == why


@settings(max_examples=40, deadline=None)
@given(problem=at_random(most_stops=4))
def test_there_is_room_where_a_shift_could_have_the_stop_alone(problem):
    for stop in range(problem.stops):
        alone = any(not check_route(problem, shift, (stop,))[1] for shift in range(problem.shifts))
        assert (why_not(problem, stop) == "room") == alone
