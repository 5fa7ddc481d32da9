"""Calls recorded on the page: once, as a contact that is no visit, and as a capture."""

from uuid import UUID

import pytest

from gridmap.errors import Conflict, PlanError, ScopeError
from gridmap.market import local_days
from gridmap.scope import Scope
from gridmap.store import Store, captures, open_market, record_call
from tests.gridmap.store.conftest import NOW_US, Write, organisations, visits

MANAGER = Scope("p2", "Wang", "account_manager", frozenset({"b1"}), "m1")
CHIEF = Scope("p1", "Li", "chief", frozenset({"b1"}), "m9")
CALL = str(UUID(int=5))
LATER_US = NOW_US + 50_000_000


@pytest.fixture
def branch(write: Write) -> Write:
    write("organisations", organisations())
    write("visits", visits(("v1", "o1")))
    return write


def call(store: Store, scope: Scope = MANAGER, **changes: object) -> bool:
    given = {"call_id": CALL, "org_id": "o1", "outcome": "met", "called_us": NOW_US, "now_us": LATER_US, **changes}
    return record_call(store, scope, "b1", **given)  # type: ignore[arg-type]


def test_a_call_is_a_visit_of_its_own_kind_and_a_capture(store: Store, me: Scope, branch: Write) -> None:
    assert call(store, note="asks for a bill for all")
    rows = open_market(store, me, "b1").tables["visits"].set_index("visit_id")
    assert rows.loc[CALL, ["org_id", "manager_id", "kind", "outcome", "note"]].tolist() == [
        "o1",
        "m1",
        "call",
        "met",
        "asks for a bill for all",
    ]
    assert len(rows) == 2
    assert local_days(rows["visited_at"], "Asia/Shanghai").loc[CALL].date().isoformat() == "2026-07-01"
    kept = captures(store, MANAGER, "b1").iloc[0]
    assert (kept["capture_id"], kept["way"], kept["state"], kept["manager_id"]) == (CALL, "page", "counted", "m1")


def test_the_same_call_again_counts_once_and_another_with_its_id_is_refused(store: Store, me: Scope, branch: Write) -> None:
    assert [call(store), call(store, now_us=LATER_US + 9)] == [True, False]
    with pytest.raises(Conflict):
        call(store, outcome="refused")
    assert open_market(store, me, "b1").tables["visits"]["visit_id"].tolist().count(CALL) == 1


@pytest.mark.parametrize("changes", [{"outcome": "filed"}, {"org_id": "o9"}, {"note": "x" * 2001}, {"call_id": "5"}])
def test_what_is_no_call_is_refused(store: Store, me: Scope, branch: Write, changes: dict[str, str]) -> None:
    with pytest.raises(PlanError):
        call(store, **changes)
    assert len(open_market(store, me, "b1").tables["visits"]) == 1


def test_calls_of_others_are_recorded_by_who_may_review(store: Store, me: Scope, branch: Write) -> None:
    with pytest.raises(ScopeError):
        call(store, manager_id="m2")
    assert call(store, CHIEF, manager_id="m2")
    assert open_market(store, me, "b1").tables["visits"].set_index("visit_id").loc[CALL, "manager_id"] == "m2"
    with pytest.raises(ScopeError):
        call(store, Scope("p5", "Plan", "planner", frozenset({"b1"})))
