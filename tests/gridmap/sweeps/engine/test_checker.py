"""The checker against days worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from gridmap.sweeps.engine import check
from tests.gridmap.sweeps.engine.problems import HOUR, line

H, M = HOUR, 60


def test_a_day_is_driving_waiting_and_visiting():
    problem = line(2, opens_s=[9 * H, 0], closes_s=[10 * H, 24 * H])
    checked = check(problem, ((0, 1),))
    assert checked.broken == ()
    assert checked.prize == 20
    day = checked.routes[0]
    assert day.arrive_s == (8 * H + 10 * M, 9 * H + 40 * M)
    assert day.start_s == (9 * H, 9 * H + 40 * M)
    assert day.leave_s == (9 * H + 30 * M, 10 * H + 10 * M)
    assert (day.lunch_s, day.back_s) == (None, 10 * H + 30 * M)


def test_a_visit_begins_in_the_first_window_that_is_left_and_may_outlast_it():
    problem = line(1, window_at=[0, 2], opens_s=[7 * H, 14 * H], closes_s=[8 * H, 15 * H], serve_s=[90 * M])
    day = check(problem, ((0,),)).routes[0]
    assert (day.start_s, day.leave_s) == ((14 * H,), (15 * H + 30 * M,))


@pytest.mark.parametrize(
    ("opens", "lunch", "start"),
    [
        # taken before leaving the base: at 8:10, on arrival, it would be too late for it
        (0, (8 * H, 8 * H + 60), 8 * H + 70 * M),
        # taken on arrival, while waiting for the door to open at 13:00
        (13 * H, (12 * H, 13 * H), 13 * H),
        # taken after the visit
        (0, (8 * H + 40 * M, 8 * H + 45 * M), 8 * H + 10 * M),
    ],
)
def test_lunch_is_taken_where_it_costs_least(opens, lunch, start):
    problem = line(1, opens_s=[opens], lunch_s=[[*lunch, 60 * M]])
    checked = check(problem, ((0,),))
    day = checked.routes[0]
    assert checked.broken == ()
    assert day.start_s == (start,)
    assert day.lunch_s is not None
    assert lunch[0] <= day.lunch_s[0] <= lunch[1]
    assert day.lunch_s[1] - day.lunch_s[0] == 60 * M


def test_who_is_back_by_the_latest_begin_lunches_after_work():
    problem = line(1, lunch_s=[[11 * H, 13 * H, H]])
    assert check(problem, ((0,),)).routes[0].lunch_s is None
    late = replace(
        problem, serve_s=np.array([5 * H]), ends_s=np.array([18 * H])
    )  # without lunch from 8:10 to 13:10, after its latest begin
    day = check(late, ((0,),)).routes[0]
    assert day.lunch_s == (11 * H, 12 * H)  # on arrival, and the visit after it


def test_a_shift_that_begins_after_lunch_has_none():
    problem = line(1, begins_s=[14 * H], lunch_s=[[11 * H, 13 * H, H]])
    checked = check(problem, ((0,),))
    assert (checked.broken, checked.routes[0].lunch_s) == ((), None)


def test_a_shift_without_stops_takes_no_time():
    problem = line(1, begins_s=[17 * H])
    assert check(problem, ((),)).broken == ()
    assert check(problem, ((),)).routes[0].back_s == 17 * H


# Each row breaks one rule of a plan that holds without it.
BROKEN = (
    ({}, ((0, 0),), "stop 0 is visited 2 times"),
    ({}, ((0, 7),), "there is no stop 7"),
    ({}, ((0,), (1,)), "2 routes for 1 shifts"),
    ({"allowed": [[True], [False], [True]]}, ((0, 1),), "stop 1 is not allowed"),
    ({"most_doors": [2], "doors": [1, 2, 1]}, ((0, 1),), "3 doors, at most 2"),
    ({"rank": [2, 1, -1]}, ((0, 2, 1),), "pinned stops out of their order"),
    ({"closes_s": [8 * H, 24 * H, 24 * H]}, ((0,),), "stop 0 cannot begin at"),
    ({"ends_s": [9 * H]}, ((0, 1),), "after its end"),
    ({"lunch_s": [[8 * H, 9 * H, 8 * H]]}, ((0, 1),), "no lunch, and back at"),  # it would leave no time
    ({"lunch_s": [[7 * H, 8 * H + 60, H]], "closes_s": [8 * H + 10 * M, 24 * H, 24 * H]}, ((0,),), "latest begin"),
)


@pytest.mark.parametrize(("changes", "routes", "said"), BROKEN)
def test_what_is_broken_is_said(changes, routes, said):
    assert any(said in fault for fault in check(line(3, **changes), routes).broken)


def test_all_that_is_broken_is_said_at_once():
    problem = line(3, most_doors=[1], rank=[2, 1, -1], allowed=[[False], [True], [True]])
    assert len(check(problem, ((0, 1, 1),)).broken) >= 4
