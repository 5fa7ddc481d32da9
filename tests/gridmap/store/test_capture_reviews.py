"""Captures that wait for somebody: decided once, seen by whom they concern, handed in for others, and what of them is forgotten."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from gridmap.errors import Conflict, PlanError, ScopeError
from gridmap.scope import Scope
from gridmap.settings import SweepRules
from gridmap.store import (
    Store,
    captures,
    check_ins,
    decide_capture,
    forget_field_data,
    receive_captures,
)
from tests.gridmap.store.conftest import NOW_US, Write, organisations
from tests.gridmap.store.field_lives import (
    CHIEF,
    DAY_US,
    HOUR_US,
    LI,
    POINT,
    SECOND_US,
    WANG,
    Field,
    begin_field,
    rows,
    statuses,
    visit,
)

EXECUTIVE = Scope("p-e", "Boss", "executive", frozenset({"b1"}))


@pytest.fixture
def begun(store: Store, write: Write) -> Field:
    return begin_field(store, write, organisations())


def test_deciding_does_what_counting_does_once(begun: Field, me: Scope) -> None:
    gone = visit("o3", "closed")
    begun.send(gone, visit("o3", "met", note="second"))
    decide_capture(begun.store, CHIEF, "b1", gone["capture_id"], count=True, why="seen there", now_us=NOW_US + DAY_US)
    assert rows(begun.store, "visits", me)[["visit_id", "manager_id", "kind"]].to_numpy().tolist() == [[gone["capture_id"], "m1", "sweep"]]
    assert rows(begun.store, "tasks", me)["org_id"].tolist() == ["o3"]
    with pytest.raises(Conflict) as told:
        decide_capture(begun.store, me, "b1", gone["capture_id"], count=False, why="no", now_us=NOW_US + DAY_US)
    assert [(clash.who, clash.at_us) for clash in told.value.clashes] == [("Chief Chen", NOW_US + DAY_US)]
    other = captures(begun.store, CHIEF, "b1", states=["review"])["capture_id"].item()
    with pytest.raises(PlanError, match="reason"):
        decide_capture(begun.store, CHIEF, "b1", other, count=False, why=" ", now_us=NOW_US + DAY_US)
    decide_capture(begun.store, CHIEF, "b1", other, count=False, why="not their door", now_us=NOW_US + DAY_US + SECOND_US)
    found = captures(begun.store, CHIEF, "b1", states=["dismissed"]).iloc[0]
    assert (found["reason"], found["decided_who"], found["decided_us"]) == ("not their door", "Chief Chen", NOW_US + DAY_US + SECOND_US)
    assert len(rows(begun.store, "visits", me)) == 1
    assert statuses(begun.send(gone)) == ["again"]


def test_what_is_about_nothing_cannot_count(begun: Field, write: Write, me: Scope) -> None:
    lost = visit("o9")
    begun.send(lost)
    with pytest.raises(PlanError, match="o9"):
        decide_capture(begun.store, CHIEF, "b1", lost["capture_id"], count=True, why="", now_us=NOW_US + DAY_US)
    write("organisations", organisations().tail(1).assign(org_id="o9"))
    decide_capture(begun.store, CHIEF, "b1", lost["capture_id"], count=True, why="", now_us=NOW_US + DAY_US)
    assert rows(begun.store, "visits", me)["org_id"].tolist() == ["o9"]
    with pytest.raises(PlanError):
        decide_capture(begun.store, CHIEF, "b1", "none", count=True, why="", now_us=NOW_US + DAY_US)


def test_each_sees_their_own_and_reviewers_all(begun: Field) -> None:
    begun.send(visit(), visit("o3"))
    assert len(captures(begun.store, LI, "b1")) == 2
    assert captures(begun.store, WANG, "b1").empty
    assert captures(begun.store, CHIEF, "b1", sweep_id=begun.sweep.sweep_id, states=["counted"])["org_id"].tolist() == ["o1"]
    assert captures(begun.store, CHIEF, "b1", since_us=NOW_US + DAY_US).empty
    for scope in (EXECUTIVE, Scope("p", "n", "planner", frozenset({"b1"}))):
        with pytest.raises(ScopeError):
            captures(begun.store, scope, "b1")
    with pytest.raises(ScopeError):
        decide_capture(begun.store, LI, "b1", "c", count=True, why="", now_us=NOW_US)


def test_whose_they_are_is_said_or_refused(begun: Field, me: Scope) -> None:
    store, at = begun.store, itertools.count(NOW_US + HOUR_US)
    take: Callable[..., Any] = lambda scope, *sent, **rest: receive_captures(  # noqa: E731
        store, scope, "b1", sent, now_us=next(at), **{"way": "page", **rest}
    )
    assert statuses(take(WANG, visit())) == ["counted"]
    assert statuses(take(me, visit(), sweep_id=begun.sweep.sweep_id, way="command")) == ["counted"]
    assert statuses(take(CHIEF, visit(), manager_id="m2", way="pack")) == ["counted"]
    assert statuses(take(CHIEF, visit())) == ["counted"]
    found = captures(store, CHIEF, "b1").sort_values("received_us")
    assert found["manager_id"].tolist() == ["m2", "m1", "m2", "m9"]
    assert found["way"].tolist() == ["page", "command", "pack", "page"]
    assert rows(store, "visits", me).set_index("visit_id").loc[found["capture_id"], "kind"].tolist() == ["visit", "sweep", "visit", "visit"]
    with pytest.raises(PlanError, match="whose"):
        take(me, visit())
    with pytest.raises(ScopeError):
        take(WANG, visit(), manager_id="m1")
    with pytest.raises(ScopeError):
        take(EXECUTIVE, visit())
    with pytest.raises(PlanError, match="2001"):
        take(WANG, *[visit()] * 2001)
    with pytest.raises(ScopeError):  # a link is its own manager's
        receive_captures(store, WANG, "b1", [visit()], way="phone", now_us=next(at), link=begun.link)


def test_check_ins_are_forgotten_by_calendar_months_and_the_rest_stays(begun: Field, me: Scope) -> None:
    begun.send(visit(check_in=POINT))
    rules = SweepRules(check_in_months=12)
    noon_next_year = NOW_US + 365 * DAY_US + 30 * 60 * SECOND_US
    kept = forget_field_data(begun.store, CHIEF, "b1", rules=rules, now_us=noon_next_year)
    assert (kept.check_ins, len(check_ins(begun.store, CHIEF, "b1", since_us=0))) == (0, 1)
    gone = forget_field_data(begun.store, CHIEF, "b1", rules=rules, now_us=noon_next_year + 6 * SECOND_US)
    assert (gone.check_ins, len(check_ins(begun.store, CHIEF, "b1", since_us=0))) == (1, 0)
    assert (len(captures(begun.store, CHIEF, "b1")), len(rows(begun.store, "visits", me))) == (1, 1)


def test_taking_captures_in_forgets_on_the_way(begun: Field) -> None:
    begun.send(visit(check_in=POINT))
    receive_captures(begun.store, CHIEF, "b1", [], way="page", now_us=NOW_US + 32 * DAY_US, rules=SweepRules(check_in_months=1))
    assert check_ins(begun.store, CHIEF, "b1", since_us=0).empty
