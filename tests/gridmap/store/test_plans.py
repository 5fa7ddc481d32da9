"""Plans in the store: saved at every step, published once, stale ones refused whole, undone by a new change."""

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest

from gridmap.errors import Conflict, PlanError, ScopeError
from gridmap.plan import Move
from gridmap.scope import Scope
from gridmap.store import (
    PlanOptions,
    PlanRecord,
    Store,
    comment_on_plan,
    create_plan,
    open_plan,
    plan_as_of,
    plan_events,
    plans,
    publish_plan,
    rebase_plan,
    record_change,
    save_plan,
    stale_moves,
    take_step,
    undo_plan,
)
from tests.gridmap.store.conftest import NOW_US, Change, moves

AUGUST = date(2026, 8, 1)
DAY_US = 86_400_000_000
MANAGER = Scope("p1", "Li", "branch_manager", frozenset({"b1"}))
CHIEF = Scope("p2", "Wang", "executive", frozenset({"b1"}))


@pytest.fixture
def owned(change: Change) -> None:
    """c1 and c2 belong to m1, c3 to m2, c4 to nobody; o1 is held by m1."""
    change(moves(("c1", "m1", 0), ("c2", "m1", 0), ("c3", "m2", 0)))
    change(moves(("o1", "m1", 0), layer="holder"))


def drafted(store: Store, *made: Move, title: str = "relief", scope: Scope = MANAGER) -> PlanRecord:
    return create_plan(store, scope, "b1", title=title, effective_on=AUGUST, now_us=NOW_US + 10_000_000, moves=made)


def approved(store: Store, found: PlanRecord) -> PlanRecord:
    found = take_step(store, MANAGER, "b1", found.plan_id, "submit", expected=found.version, now_us=NOW_US + 20_000_000)
    return take_step(store, CHIEF, "b1", found.plan_id, "approve", expected=found.version, now_us=NOW_US + 30_000_000)


def owners(store: Store, me: Scope, day: date = AUGUST, **known: int) -> dict[str, str]:
    at = int(pd.Timestamp(day, tz="Asia/Shanghai").timestamp() * 1_000_000)
    return dict(plan_as_of(store, me, "b1", valid_us=at, **known).owners)


TWO = (Move("c1", "cell", "m1", "m2", "nearer"), Move("c4", "cell", "", "m1"))


@pytest.mark.usefixtures("owned")
def test_a_plan_goes_from_draft_to_published_and_holds_from_its_day(store: Store, me: Scope) -> None:
    found = approved(store, drafted(store, *TWO))
    done = publish_plan(store, CHIEF, "b1", found.plan_id, expected=found.version, now_us=NOW_US + 40_000_000)
    assert (done.state, done.change_id is not None) == ("published", True)
    assert owners(store, me) == {"c1": "m2", "c2": "m1", "c3": "m2", "c4": "m1"}
    assert owners(store, me, date(2026, 7, 31)) == {"c1": "m1", "c2": "m1", "c3": "m2"}
    assert list(plan_events(store, me, "b1", done.plan_id)["kind"]) == ["created", "submitted", "approved", "published"]


@pytest.mark.usefixtures("owned")
def test_undoing_gives_everybody_what_they_had_at_every_instant(store: Store, me: Scope) -> None:
    before = {day: owners(store, me, day) for day in (date(2026, 7, 31), AUGUST, date(2030, 1, 1))}
    found = approved(store, drafted(store, *TWO))
    published = publish_plan(store, CHIEF, "b1", found.plan_id, expected=None, now_us=NOW_US + 40_000_000)
    undone = undo_plan(store, CHIEF, "b1", published.plan_id, why="wrong street", now_us=NOW_US + 50_000_000)
    assert undone.undone_change_id > published.change_id
    assert {day: owners(store, me, day) for day in before} == before
    assert owners(store, me, known_us=NOW_US + 45_000_000) == {"c1": "m2", "c2": "m1", "c3": "m2", "c4": "m1"}
    with pytest.raises(PlanError, match="undone already"):
        undo_plan(store, CHIEF, "b1", published.plan_id, why="", now_us=NOW_US + 60_000_000)


@pytest.mark.usefixtures("owned")
def test_undoing_from_a_day_leaves_what_was_before_it(store: Store, me: Scope) -> None:
    found = approved(store, drafted(store, *TWO))
    publish_plan(store, CHIEF, "b1", found.plan_id, expected=None, now_us=NOW_US + 40_000_000)
    undo_plan(store, CHIEF, "b1", found.plan_id, why="", now_us=NOW_US + 50_000_000, on=date(2026, 9, 1))
    assert owners(store, me)["c1"] == "m2"
    assert owners(store, me, date(2026, 9, 1)) == {"c1": "m1", "c2": "m1", "c3": "m2"}


@pytest.mark.usefixtures("owned")
def test_an_undo_is_refused_with_every_cell_that_moved_since(store: Store, me: Scope) -> None:
    found = approved(store, drafted(store, *TWO))
    publish_plan(store, CHIEF, "b1", found.plan_id, expected=None, now_us=NOW_US + 40_000_000)
    at = NOW_US + 45_000_000
    record_change(store, me, "b1", moves(("c4", "m2", at), ("c1", "m3", at), ("c3", "m3", at)), why="later", now_us=at)
    with pytest.raises(Conflict) as caught:
        undo_plan(store, CHIEF, "b1", found.plan_id, why="", now_us=NOW_US + 50_000_000)
    assert [(clash.subject, clash.who, clash.at_us) for clash in caught.value.clashes] == [("c1", "tester", at), ("c4", "tester", at)]


@pytest.mark.usefixtures("owned")
def test_a_stale_plan_lists_each_conflict_and_can_be_brought_up_to_date(store: Store, me: Scope) -> None:
    found = approved(store, drafted(store, *TWO, Move("c2", "cell", "m1", "m3")))
    at = NOW_US + 35_000_000
    record_change(store, me, "b1", moves(("c1", "m2", at), ("c2", "m2", at)), why="else", now_us=at)
    assert [clash.subject for clash in stale_moves(store, me, "b1", found.plan_id)] == ["c1", "c2"]
    with pytest.raises(Conflict) as caught:
        publish_plan(store, CHIEF, "b1", found.plan_id, expected=None, now_us=NOW_US + 40_000_000)
    assert [clash.subject for clash in caught.value.clashes] == ["c1", "c2"]
    again = rebase_plan(store, MANAGER, "b1", found.plan_id, expected=found.version, now_us=NOW_US + 41_000_000)
    _, plan = open_plan(store, me, "b1", found.plan_id)
    assert again.state == "draft"
    assert [(move.subject, move.giver, move.taker) for move in plan.moves] == [("c2", "m2", "m3"), ("c4", "", "m1")]
    assert stale_moves(store, me, "b1", found.plan_id) == ()
    dropped = rebase_plan(store, MANAGER, "b1", found.plan_id, expected=None, now_us=NOW_US + 42_000_000, drop={("cell", "c2")})
    assert [move.subject for move in open_plan(store, me, "b1", dropped.plan_id)[1].moves] == ["c4"]


@pytest.mark.usefixtures("owned")
def test_a_later_change_already_in_the_ledger_stays(store: Store, me: Scope, change: Change) -> None:
    change(moves(("c1", "m3", int(pd.Timestamp("2027-01-01", tz="Asia/Shanghai").timestamp() * 1_000_000))))
    found = approved(store, drafted(store, TWO[0]))
    publish_plan(store, CHIEF, "b1", found.plan_id, expected=None, now_us=NOW_US + 40_000_000)
    assert owners(store, me)["c1"] == "m2"
    assert owners(store, me, date(2027, 1, 1))["c1"] == "m3"


@pytest.mark.usefixtures("owned")
def test_holders_and_sponsors_move_like_cells(store: Store, me: Scope) -> None:
    found = approved(store, drafted(store, Move("o1", "holder", "m1", ""), Move("o1", "sponsor", "", "ld1")))
    publish_plan(store, CHIEF, "b1", found.plan_id, expected=None, now_us=NOW_US + 40_000_000)
    at = int(pd.Timestamp(AUGUST, tz="Asia/Shanghai").timestamp() * 1_000_000)
    plan = plan_as_of(store, me, "b1", valid_us=at)
    assert (dict(plan.holders), dict(plan.sponsors)) == ({}, {"o1": "ld1"})


@pytest.mark.usefixtures("owned")
def test_every_save_counts_and_a_second_editor_is_told(store: Store, me: Scope) -> None:
    found = drafted(store)
    saved = save_plan(
        store,
        MANAGER,
        "b1",
        found.plan_id,
        expected=1,
        now_us=NOW_US,
        moves=TWO,
        options=PlanOptions(("c9",), visits="stay", stay_until=AUGUST),
    )
    assert (saved.version, saved.options) == (2, PlanOptions(("c9",), visits="stay", stay_until=AUGUST))
    with pytest.raises(Conflict, match="saved by somebody else"):
        save_plan(store, MANAGER, "b1", found.plan_id, expected=1, now_us=NOW_US, moves=())
    save_plan(store, MANAGER, "b1", found.plan_id, expected=2, now_us=NOW_US, moves=TWO[:1], title="less")
    record, plan = open_plan(store, me, "b1", found.plan_id)
    assert (record.version, record.title, plan.moves) == (3, "less", TWO[:1])
    listed = plans(store, me, "b1")
    assert list(listed["moves"]) == [1]


@pytest.mark.usefixtures("owned")
def test_steps_that_a_state_does_not_allow_are_refused(store: Store, me: Scope) -> None:
    empty = drafted(store)
    with pytest.raises(PlanError, match="moves nothing"):
        take_step(store, MANAGER, "b1", empty.plan_id, "submit", expected=None, now_us=NOW_US)
    with pytest.raises(PlanError, match="is a draft"):
        publish_plan(store, CHIEF, "b1", empty.plan_id, expected=None, now_us=NOW_US)
    found = approved(store, drafted(store, *TWO))
    with pytest.raises(PlanError, match="is approved"):
        save_plan(store, MANAGER, "b1", found.plan_id, expected=None, now_us=NOW_US, moves=())
    with pytest.raises(PlanError, match="needs a reason"):
        take_step(store, CHIEF, "b1", found.plan_id, "reject", expected=None, now_us=NOW_US)
    take_step(store, CHIEF, "b1", found.plan_id, "reject", expected=None, now_us=NOW_US, note="no")
    for key in ("submit", "approve", "withdraw", "reopen"):
        with pytest.raises(PlanError, match="is rejected"):
            take_step(store, me, "b1", found.plan_id, key, expected=None, now_us=NOW_US)


@pytest.mark.usefixtures("owned")
def test_who_drafts_may_not_approve_and_who_approves_may_not_draft(store: Store) -> None:
    found = drafted(store, *TWO)
    with pytest.raises(ScopeError):
        drafted(store, scope=CHIEF)
    found = take_step(store, MANAGER, "b1", found.plan_id, "submit", expected=None, now_us=NOW_US)
    with pytest.raises(ScopeError):
        take_step(store, MANAGER, "b1", found.plan_id, "approve", expected=None, now_us=NOW_US)
    with pytest.raises(ScopeError):
        publish_plan(store, MANAGER, "b1", found.plan_id, expected=None, now_us=NOW_US)


@pytest.mark.usefixtures("owned")
def test_comments_stand_in_order_whatever_the_state(store: Store, me: Scope) -> None:
    found = drafted(store, *TWO)
    comment_on_plan(store, CHIEF, "b1", found.plan_id, " why c1? ", now_us=NOW_US)
    assert list(plan_events(store, me, "b1")["note"]) == ["", "why c1?"]
    with pytest.raises(PlanError, match="empty"):
        comment_on_plan(store, CHIEF, "b1", found.plan_id, "  ", now_us=NOW_US)


@pytest.mark.usefixtures("owned")
@pytest.mark.parametrize("bad", [Move("c1", "cell", "m2", "m3"), Move("c4", "cell", "m1", "")])
def test_a_draft_does_not_begin_with_moves_that_cannot_be(store: Store, bad: Move) -> None:
    with pytest.raises(PlanError, match="cannot be made"):
        drafted(store, bad)


@pytest.mark.usefixtures("owned")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE plans SET state = 'published', change_id = 1",
        "UPDATE plans SET state = 'approved' WHERE state = 'draft'",
        "UPDATE plans SET who = 'other'",
        "UPDATE plans SET state = 'draft' WHERE state = 'published'",
        "UPDATE plans SET change_id = NULL WHERE state = 'published'",
        "UPDATE plans SET undone_change_id = NULL WHERE undone_change_id IS NOT NULL",
        "UPDATE plans SET options = '{}' WHERE state = 'published'",
        "DELETE FROM plans",
        "DELETE FROM plan_moves",
        "UPDATE plan_moves SET taker = 'thief'",
        "INSERT INTO plan_moves SELECT plan_id, 'cell', 'c99', '', 'thief', '' FROM plans WHERE state = 'published'",
        "DELETE FROM plan_events",
        "UPDATE plan_events SET note = 'other'",
    ],
)
def test_direct_sql_cannot_bend_a_plan(store: Store, sql: Callable[..., object], statement: str) -> None:
    drafted(store)
    found = approved(store, drafted(store, *TWO))
    publish_plan(store, CHIEF, "b1", found.plan_id, expected=None, now_us=NOW_US + 40_000_000)
    undo_plan(store, CHIEF, "b1", found.plan_id, why="", now_us=NOW_US + 50_000_000)
    with pytest.raises(
        Exception, match=r"history is only added to|cannot take this step|only while it is a draft|violates check|CHECK constraint"
    ):
        sql(store, statement)
