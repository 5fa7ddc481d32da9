"""Repair: ends are ends, doors not reached are planned again, what was fixed stays, and every change is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.errors import say
from gridmap.schema.field import OUTCOMES
from gridmap.settings import SweepRules
from gridmap.sweeps.door_states import door_states
from gridmap.sweeps.planned import DayRoute, Door, SweepPlan, Unplaced
from gridmap.sweeps.repair import Repaired, repair
from gridmap.sweeps.request import Appointment, Pin, Shift, SweepRequest
from tests.gridmap.sweeps.made import door, route, stop, sweep

MONDAY = date(2026, 11, 2)
DAYS = tuple(MONDAY + timedelta(days=after) for after in range(4))
ZONE = "Asia/Shanghai"
RULES = SweepRules()
PLAN = sweep(
    route(DAYS[0], [stop(door("a"), start_min=540), stop(door("b"), door("c"), start_min=600)]),
    route(DAYS[1], [stop(door("d"))]),
    route(DAYS[2], [stop(door("e"))]),
)
REQUEST = SweepRequest(tuple(Shift("cm1", day, 510, 1050) for day in DAYS[:3]))


def records(*rows: tuple[str, str, str]) -> pd.DataFrame:
    table = pd.DataFrame(list(rows), columns=["org_id", "outcome", "at"])
    return table.assign(at=pd.to_datetime(table["at"]).dt.tz_localize(ZONE).dt.tz_convert("UTC"))


def filling(*doors: Door, room: int = 3) -> Callable[[SweepRequest, SweepPlan], SweepPlan]:
    """Give a planner that keeps what is kept, then puts further doors in order onto the first days with room."""

    def solve(request: SweepRequest, keep: SweepPlan) -> SweepPlan:
        wanted = [each for each in doors if each.org_id not in request.without]
        days: dict[tuple[str, date], list[Door]] = {(shift.manager_id, shift.day): [] for shift in request.shifts}
        for kept in keep.days:
            days.get((kept.manager_id, kept.day), []).extend(each for each in kept.doors if each.org_id not in request.without)
        placed = {each.org_id for own in days.values() for each in own}
        for own in days.values():
            while len(own) < room and (left := [each for each in wanted if each.org_id not in placed]):
                own.append(left[0])
                placed.add(left[0].org_id)
        lost = tuple(Unplaced(each.org_id, mandatory=False, reason=say("No room.")) for each in wanted if each.org_id not in placed)
        routes = [_day(who, day, own) for (who, day), own in days.items()]
        return replace(keep, days=tuple(routes), unplaced=lost)

    return solve


def _day(who: str, day: date, doors: list[Door]) -> DayRoute:
    return route(day, [stop(each, start_min=780 + 20 * place) for place, each in enumerate(doors)], manager_id=who)


def after_monday(done: pd.DataFrame, *doors: Door, request: SweepRequest = REQUEST, room: int = 3, **more: object) -> Repaired:
    return repair(
        request,
        PLAN,
        done=done,
        from_day=DAYS[1],
        solve=filling(*(doors or PLAN.doors), room=room),
        rules=RULES,
        time_zone=ZONE,
        **more,  # type: ignore[arg-type]
    )


def told(found: Repaired) -> dict[str, tuple[str, str]]:
    return {change.org_id: (change.kind, str(change.said)) for change in found.changes}


def test_after_a_day_every_door_is_told() -> None:
    found = after_monday(records(("a", "met", "2026-11-02 09:05"), ("b", "not_in", "2026-11-02 10:00")), *PLAN.doors, door("new"))
    assert told(found) == {
        "a": ("done", "Somebody who decides was met on Nov 2, 2026."),
        "b": ("moved", "Nobody was in on Nov 2, 2026: it is tried again on Nov 3, 2026 after noon."),
        "c": ("moved", "It was not visited on Nov 2, 2026: it moves to Nov 3, 2026."),
        "d": ("kept", "It stays on Nov 3, 2026."),
        "e": ("kept", "It stays on Nov 4, 2026."),
        "new": ("added", "It comes in on Nov 4, 2026."),
    }
    # Monday keeps the door that was done; the others stand once, where they are tried next.
    assert [[each.org_id for each in day.doors] for day in found.plan.days] == [["a"], ["d", "b", "c"], ["e", "new"]]
    assert found.doors == dict.fromkeys(("a", "b", "c", "d", "e", "new"), "cm1")


@pytest.mark.parametrize("outcome", [each for each in OUTCOMES if each != "not_in"])
def test_whatever_is_answered_is_the_end(outcome: str) -> None:
    found = after_monday(records(("a", outcome, "2026-11-02 09:05")))
    assert told(found)["a"][0] == "done"
    assert "a" in found.request.without
    assert "a" not in [each.org_id for day in found.plan.days[1:] for each in day.doors]


@pytest.mark.parametrize(
    ("first", "second", "ended"),
    [
        ("2026-11-01 09:00", "2026-11-02 15:00", True),
        ("2026-11-01 09:00", "2026-11-02 09:00", True),  # another half day, though again a morning
        ("2026-11-02 09:00", "2026-11-02 11:59", False),  # twice in one morning is one
        ("2026-11-02 11:59", "2026-11-02 12:00", True),
    ],
)
def test_nobody_in_is_the_end_after_two_half_days(first: str, second: str, ended: bool) -> None:  # noqa: FBT001
    states = door_states(records(("a", "not_in", first), ("a", "not_in", second)), rules=RULES, time_zone=ZONE)
    assert states["a"].ended == ended
    assert told(after_monday(records(("a", "not_in", first), ("a", "not_in", second))))["a"][0] == ("done" if ended else "moved")


def test_an_answer_counts_whatever_was_tried_before_and_after() -> None:
    tries = records(("a", "not_in", "2026-11-02 16:00"), ("a", "met", "2026-11-02 09:00"), ("a", "not_in", "2026-11-02 15:00"))
    assert door_states(tries, rules=RULES, time_zone=ZONE)["a"].outcome == "met"


def test_a_day_that_was_missed_wholly_is_planned_again() -> None:
    found = after_monday(records(), room=9)
    assert [change.kind for change in found.changes] == ["moved", "moved", "moved", "kept", "kept"]
    assert not found.plan.days[0].doors


def test_what_finds_no_place_says_why() -> None:
    found = after_monday(records(("b", "not_in", "2026-11-02 10:00")), room=1)
    assert told(found)["a"] == ("dropped", "It was not visited on Nov 2, 2026 and finds no place in the days that remain. No room.")
    assert told(found)["b"][1] == "Nobody was in on Nov 2, 2026, and another try finds no place in the days that remain. No room."
    assert set(found.doors) == {"b", "d", "e"}  # b was tried: it stays in Monday's record


def test_a_manager_who_is_ill_tomorrow_is_not_sent() -> None:
    found = after_monday(records(("a", "met", "2026-11-02 09:05")), absent=[("cm1", DAYS[1])], room=9)
    assert [shift.day for shift in found.request.shifts] == [DAYS[2]]
    assert told(found)["d"] == ("moved", "It moves from Nov 3, 2026 to Nov 4, 2026.")


def test_after_the_last_day_nothing_is_planned() -> None:
    never: Callable[..., SweepPlan] = pytest.fail
    found = repair(REQUEST, PLAN, done=records(), from_day=DAYS[3], solve=never, rules=RULES, time_zone=ZONE)
    assert {change.kind for change in found.changes} == {"dropped"}


def test_what_was_fixed_stays_fixed_and_what_is_over_is_not_asked_for_again() -> None:
    request = replace(
        REQUEST,
        mandatory=("a", "e"),
        appointments=(Appointment("b", DAYS[0], 600, 660), Appointment("d", DAYS[1], 600, 660), Appointment("c", DAYS[2], 600, 660)),
        pins=(Pin("a", "cm1", DAYS[1]), Pin("c", "cm1", DAYS[0]), Pin("e", "cm1", DAYS[2])),
    )
    rest = after_monday(records(("a", "met", "2026-11-02 09:05"), ("c", "closed", "2026-11-02 10:05")), request=request).request
    assert rest.mandatory == ("b", "e")  # an appointment that was missed still has to be visited
    assert [each.org_id for each in rest.appointments] == ["d"]
    assert [each.org_id for each in rest.pins] == ["e"]
    assert rest.without == ("a", "c")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from(OUTCOMES), st.integers(0, 23)), max_size=12),
    st.integers(0, 3),
    st.integers(0, 4),
)
def test_every_door_stands_once_and_no_ended_one_is_visited_again(done: list[tuple[str, str, int]], day: int, room: int) -> None:
    table = records(*((org, outcome, f"2026-11-02 {hour:02d}:00") for org, outcome, hour in done))
    found = repair(REQUEST, PLAN, done=table, from_day=DAYS[day], solve=filling(*PLAN.doors, room=room), rules=RULES, time_zone=ZONE)
    placed = [each.org_id for each in found.plan.doors]
    ended = {org for org, state in door_states(table, rules=RULES, time_zone=ZONE).items() if state.ended}
    assert len(placed) == len(set(placed))
    assert not ended & {each.org_id for route_ in found.plan.days if route_.day >= DAYS[day] for each in route_.doors}
    assert [change.org_id for change in found.changes] == sorted({each.org_id for each in PLAN.doors})
