"""Sweeps from draft to end, and doors that belong to one person meanwhile."""

from datetime import date

import pandas as pd
import pytest
import sqlalchemy as sa

from gridmap.errors import Conflict, PlanError, ScopeError
from gridmap.scope import Scope
from gridmap.store import (
    Store,
    door_locks,
    end_sweep,
    merge,
    publish_sweep,
    repair_sweep,
    save_sweep,
    sweep_events,
    sweep_record,
    sweeps,
    withdraw_sweep,
)
from gridmap.store.fieldwork import DOOR_LOCKS
from tests.gridmap.store.conftest import NOW_US, Write, organisations
from tests.gridmap.store.field_lives import CHIEF, DAY_US, FIRST, LAST, LI, MANAGERS, SECOND_US, WANG, draft, published

EXECUTIVE = Scope("p-e", "Boss", "executive", frozenset({"b1"}))


@pytest.fixture(autouse=True)
def branch(write: Write) -> None:
    write("managers", MANAGERS)
    write("organisations", organisations())


def test_a_sweep_goes_from_draft_to_end_and_each_step_stands(store: Store) -> None:
    made = draft(store, "m2", "m1", title="  July   sweep ")
    assert (made.state, made.version, made.title, made.managers) == ("draft", 1, "July sweep", ("m1", "m2"))
    saved = save_sweep(store, CHIEF, "b1", made.sweep_id, expected=1, now_us=NOW_US, result='{"a":1}', days=(FIRST, FIRST))
    assert (saved.version, saved.result, saved.request, saved.last_on) == (2, '{"a":1}', "{}", FIRST)
    doors = {"o2": "m2", "o1": "m1"}
    done = publish_sweep(store, CHIEF, "b1", made.sweep_id, expected=2, doors=doors, now_us=NOW_US + SECOND_US)
    locks = door_locks(store, CHIEF, "b1")
    assert list(zip(locks["org_id"], locks["manager_id"], strict=True)) == [("o1", "m1"), ("o2", "m2")]
    assert (set(locks["sweep_id"]), set(locks["title"]), set(locks["last_on"])) == ({made.sweep_id}, {"July sweep"}, {FIRST})
    ended = end_sweep(store, CHIEF, "b1", made.sweep_id, expected=done.version, now_us=NOW_US + 2 * SECOND_US, note="rain")
    assert ended.state == "ended"
    assert door_locks(store, CHIEF, "b1").empty
    events = sweep_events(store, CHIEF, "b1", made.sweep_id)
    assert events["kind"].tolist() == ["created", "saved", "published", "ended"]
    assert events["note"].iloc[-1] == "rain"
    assert sweeps(store, CHIEF, "b1", states=["ended"])["planned"].tolist() == [True]


def test_a_stale_save_is_refused_with_who_and_when(store: Store) -> None:
    made = draft(store, "m1")
    first = save_sweep(store, LI, "b1", made.sweep_id, expected=1, now_us=NOW_US, title="Mine")
    with pytest.raises(Conflict) as told:
        save_sweep(store, CHIEF, "b1", made.sweep_id, expected=1, now_us=NOW_US, title="Other")
    assert [(clash.subject, clash.who, clash.at_us) for clash in told.value.clashes] == [(str(made.sweep_id), "Li", first.updated_us)]
    assert sweep_record(store, CHIEF, "b1", made.sweep_id).title == "Mine"


def test_a_door_is_one_persons_and_every_clash_is_told(store: Store) -> None:
    first = published(store, {"o1": "m1", "o2": "m1"})
    second = draft(store, "m2", title="Wang")
    with pytest.raises(Conflict) as told:
        publish_sweep(
            store, CHIEF, "b1", second.sweep_id, expected=1, doors={"o3": "m2", "o2": "m2", "o1": "m2"}, now_us=NOW_US + SECOND_US
        )
    since = door_locks(store, CHIEF, "b1")["locked_us"].iloc[0]
    assert [(clash.subject, clash.who, clash.at_us) for clash in told.value.clashes] == [("o1", "Li", since), ("o2", "Li", since)]
    assert sweep_record(store, CHIEF, "b1", second.sweep_id).state == "draft"
    assert set(door_locks(store, CHIEF, "b1")["sweep_id"]) == {first.sweep_id}  # o3 is not locked either: nothing was written
    end_sweep(store, CHIEF, "b1", first.sweep_id, expected=None, now_us=NOW_US + 2 * SECOND_US)
    publish_sweep(store, CHIEF, "b1", second.sweep_id, expected=1, doors={"o1": "m2"}, now_us=NOW_US + 3 * SECOND_US)
    assert door_locks(store, CHIEF, "b1")["manager_id"].tolist() == ["m2"]


def test_the_open_lock_of_the_database_has_the_last_word(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody writes a lock past the branch's lock, after it was looked for: no raw error, and every door is told."""
    published(store, {"o1": "m1"})
    second = draft(store, "m2")
    from gridmap.store import door_locks as module  # noqa: PLC0415 - the function of that name hides it

    looked, refuse = [], module.__globals__["_refuse_taken"]

    def blind_at_first(*arguments: object) -> None:
        looked.append(1)
        if len(looked) > 1:
            refuse(*arguments)

    monkeypatch.setitem(module.__globals__, "_refuse_taken", blind_at_first)
    with pytest.raises(Conflict) as told:
        publish_sweep(store, CHIEF, "b1", second.sweep_id, expected=1, doors={"o1": "m2", "o2": "m2"}, now_us=NOW_US + SECOND_US)
    assert [(clash.subject, clash.who) for clash in told.value.clashes] == [("o1", "Li")]
    assert door_locks(store, CHIEF, "b1")["org_id"].tolist() == ["o1"]


def test_a_merged_organisation_is_one_door(store: Store, me: Scope) -> None:
    published(store, {"o1": "m1"})
    merge(store, me, "b1", kept="o2", merged="o1", now_us=NOW_US + SECOND_US)
    assert door_locks(store, CHIEF, "b1")["org_id"].tolist() == ["o2"]
    second = draft(store, "m2")
    with pytest.raises(Conflict) as told:
        publish_sweep(store, CHIEF, "b1", second.sweep_id, expected=1, doors={"o2": "m2"}, now_us=NOW_US + 2 * SECOND_US)
    assert [clash.subject for clash in told.value.clashes] == ["o2"]


def test_a_sweep_whose_last_day_is_over_keeps_nobody_out(store: Store) -> None:
    first = published(store, {"o1": "m1"}, days=(FIRST, LAST))
    last_moment = NOW_US + 3 * DAY_US - 12 * 3_600_000_000 - 1  # of 3 July in Shanghai; NOW_US is noon of the 1st
    assert len(door_locks(store, CHIEF, "b1", now_us=last_moment)) == 1
    assert door_locks(store, CHIEF, "b1", now_us=last_moment + 1).empty
    second = draft(store, "m2", days=(date(2026, 7, 4), date(2026, 7, 5)))
    with pytest.raises(Conflict):
        publish_sweep(store, CHIEF, "b1", second.sweep_id, expected=1, doors={"o1": "m2"}, now_us=last_moment)
    publish_sweep(store, CHIEF, "b1", second.sweep_id, expected=1, doors={"o1": "m2"}, now_us=last_moment + 1)
    assert sweep_record(store, CHIEF, "b1", first.sweep_id).state == "ended"
    assert sweep_events(store, CHIEF, "b1", first.sweep_id)["note"].tolist()[-1] == "Its last day was over."
    assert door_locks(store, CHIEF, "b1", now_us=last_moment + 1)["manager_id"].tolist() == ["m2"]


def test_a_repair_releases_what_it_drops_and_locks_what_is_new(store: Store) -> None:
    made = published(store, {"o1": "m1", "o2": "m2"})
    before = door_locks(store, CHIEF, "b1").set_index("org_id")
    doors = {"o2": "m2", "o3": "m1"}
    done = repair_sweep(
        store, CHIEF, "b1", made.sweep_id, expected=made.version, result='{"b":2}', request="{}", doors=doors, now_us=NOW_US + SECOND_US
    )
    after = door_locks(store, CHIEF, "b1").set_index("org_id")
    assert (done.state, done.result, after["manager_id"].to_dict()) == ("published", '{"b":2}', doors)
    assert after.loc["o2", "locked_us"] == before.loc["o2", "locked_us"]  # it was never open to others
    swapped = {"o2": "m1", "o3": "m1"}
    repair_sweep(
        store, CHIEF, "b1", made.sweep_id, expected=done.version, result="{}", request="{}", doors=swapped, now_us=NOW_US + 2 * SECOND_US
    )
    assert door_locks(store, CHIEF, "b1").set_index("org_id")["manager_id"].to_dict() == swapped
    other = draft(store, "m2")
    publish_sweep(store, CHIEF, "b1", other.sweep_id, expected=1, doors={"o1": "m2"}, now_us=NOW_US + 3 * SECOND_US)


def test_a_repair_that_would_take_anothers_door_changes_nothing(store: Store) -> None:
    published(store, {"o1": "m2"})
    made = published(store, {"o2": "m1"})
    with pytest.raises(Conflict) as told:
        repair_sweep(
            store,
            CHIEF,
            "b1",
            made.sweep_id,
            expected=made.version,
            result="{}",
            request="{}",
            doors={"o1": "m1"},
            now_us=NOW_US + SECOND_US,
        )
    assert [(clash.subject, clash.who) for clash in told.value.clashes] == [("o1", "Wang")]
    assert door_locks(store, CHIEF, "b1").set_index("org_id")["manager_id"].to_dict() == {"o1": "m2", "o2": "m1"}


@pytest.mark.parametrize(
    ("states", "step"),
    [
        (("published",), "save"),
        (("published",), "withdraw"),
        (("published",), "publish"),
        (("draft",), "end"),
        (("draft",), "repair"),
        (("withdrawn",), "publish"),
    ],
)
def test_a_step_that_the_state_does_not_allow_is_refused(store: Store, states: tuple[str, ...], step: str) -> None:
    made = published(store, {"o1": "m1"}) if states == ("published",) else draft(store, "m1")
    if states == ("withdrawn",):
        made = withdraw_sweep(store, CHIEF, "b1", made.sweep_id, expected=1, now_us=NOW_US)
    steps = {
        "save": lambda: save_sweep(store, CHIEF, "b1", made.sweep_id, expected=made.version, now_us=NOW_US, title="x"),
        "withdraw": lambda: withdraw_sweep(store, CHIEF, "b1", made.sweep_id, expected=made.version, now_us=NOW_US),
        "publish": lambda: publish_sweep(store, CHIEF, "b1", made.sweep_id, expected=made.version, doors={"o2": "m1"}, now_us=NOW_US),
        "end": lambda: end_sweep(store, CHIEF, "b1", made.sweep_id, expected=made.version, now_us=NOW_US),
        "repair": lambda: repair_sweep(
            store, CHIEF, "b1", made.sweep_id, expected=made.version, request="", result="", doors={}, now_us=NOW_US
        ),
    }
    with pytest.raises(PlanError, match=states[0]):
        steps[step]()
    assert sweep_record(store, CHIEF, "b1", made.sweep_id) == made


def test_what_cannot_be_planned_is_refused(store: Store) -> None:
    for wrong in ({"title": " "}, {"title": "x" * 201}, {"days": (LAST, FIRST)}):
        with pytest.raises(PlanError):
            draft(store, "m1", **wrong)
    with pytest.raises(PlanError):
        draft(store, "")
    made = draft(store, "m1")
    for doors in ({}, {"o1": "m2"}):
        with pytest.raises(PlanError):
            publish_sweep(store, CHIEF, "b1", made.sweep_id, expected=1, doors=doors, now_us=NOW_US)
    with pytest.raises(PlanError):
        sweep_record(store, CHIEF, "b1", 10_000)


def test_most_managers_plan_their_own_days_only(store: Store, write: Write) -> None:
    write("organisations", organisations(holder_id=["m1", None, None]))
    own, others, team = draft(store, "m1", scope=LI), draft(store, "m2"), draft(store, "m1", "m2")
    assert set(sweeps(store, LI, "b1")["sweep_id"]) == {own.sweep_id, team.sweep_id}  # they are part of the team's
    with pytest.raises(PlanError):
        sweep_record(store, LI, "b1", others.sweep_id)
    for sweep in (others, team):
        with pytest.raises(ScopeError):
            save_sweep(store, LI, "b1", sweep.sweep_id, expected=1, now_us=NOW_US, title="x")
    with pytest.raises(ScopeError):
        save_sweep(store, LI, "b1", own.sweep_id, expected=1, now_us=NOW_US, managers=("m1", "m2"))
    with pytest.raises(ScopeError):
        draft(store, "m2", scope=LI)
    assert publish_sweep(store, LI, "b1", own.sweep_id, expected=1, doors={"o1": "m1"}, now_us=NOW_US).state == "published"
    assert draft(store, "m2", scope=WANG).managers == ("m2",)
    for function in (sweeps, door_locks):
        with pytest.raises(ScopeError):
            function(store, EXECUTIVE, "b1")


def test_nobody_locks_a_door_they_cannot_see(store: Store) -> None:
    """A lock lets a community manager see the door, so it is not theirs to set on doors outside their sight."""
    own = draft(store, "m1", scope=LI)
    with pytest.raises(ScopeError):
        publish_sweep(store, LI, "b1", own.sweep_id, expected=1, doors={"o2": "m1"}, now_us=NOW_US)
    assert door_locks(store, CHIEF, "b1").empty


def test_locks_of_another_branch_are_others(store: Store, me: Scope) -> None:
    published(store, {"o1": "m1"})
    with store.engine.begin() as connection:
        found = pd.DataFrame(connection.execute(sa.select(DOOR_LOCKS.c.branch_id)).all())
    assert found["branch_id"].tolist() == ["b1"]
    assert door_locks(store, me, "b2").empty
