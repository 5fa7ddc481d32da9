"""Supervised items: asked, done by who is named, taken back, every step kept; on both databases, and only by who may."""

from datetime import date

import pytest

from gridmap.errors import Conflict, PlanError, ScopeError
from gridmap.scope import Scope
from gridmap.store import Store, ensure_branch, set_item, settle_item, supervised_items
from tests.gridmap.store.conftest import NOW_US

EXECUTIVE = Scope("e1", "Chen", "executive", frozenset({"b1"}))
MANAGER = Scope("p2", "Wang", "account_manager", frozenset({"b1"}), "m1")
OTHER = Scope("p3", "Li", "account_manager", frozenset({"b1"}), "m2")
DUE = date(2026, 7, 10)


@pytest.fixture
def item(store: Store, me: Scope) -> str:
    ensure_branch(store, me, "b1", now_us=NOW_US)
    return asked(store)


def asked(store: Store, who: Scope = EXECUTIVE, **changes: object) -> str:
    told = {"subject_kind": "town", "subject": "t1", "wanted": "File the ten shops of the market", "manager_id": "m1", "due_on": DUE}
    return set_item(store, who, "b1", **{**told, **changes}, now_us=NOW_US + 1)  # type: ignore[arg-type]


def step(store: Store, item: str, who: Scope, kind: str, note: str = "seen to") -> None:
    settle_item(store, who, "b1", item, kind=kind, note=note, now_us=NOW_US + 2)


def test_it_is_set_done_by_who_is_named_and_opened_again(store: Store, item: str) -> None:
    row = supervised_items(store, EXECUTIVE, "b1").iloc[0]
    assert (row["item_id"], row["open"], row["who"], row["due_on"]) == (item, True, "Chen", DUE)
    assert supervised_items(store, MANAGER, "b1")["item_id"].tolist() == [item]
    assert supervised_items(store, OTHER, "b1").empty, "what is asked of another is not theirs to see"
    step(store, item, MANAGER, "done", "nine are filed, one has closed")
    row = supervised_items(store, EXECUTIVE, "b1").iloc[0]
    assert (row["kind"], row["open"], row["who"], row["note"]) == ("done", False, "Wang", "nine are filed, one has closed")
    with pytest.raises(Conflict, match="in the meantime"):
        step(store, item, EXECUTIVE, "done")
    step(store, item, EXECUTIVE, "reopened", "")
    with pytest.raises(Conflict):
        step(store, item, EXECUTIVE, "reopened")
    step(store, item, EXECUTIVE, "void")
    assert supervised_items(store, EXECUTIVE, "b1")["kind"].tolist() == ["void"]


def test_who_may_not_is_refused(store: Store, item: str) -> None:
    for who in (MANAGER, Scope("e", "e", "executive", frozenset({"b2"})), Scope("p", "p", "planner", frozenset({"b1"}))):
        with pytest.raises(ScopeError):
            asked(store, who)
    for who, kind in ((OTHER, "done"), (MANAGER, "void"), (MANAGER, "reopened")):
        with pytest.raises(ScopeError):
            step(store, item, who, kind)
    with pytest.raises(ScopeError):
        asked(store, subject_kind="organisation", subject="o1")
    assert len(supervised_items(store, EXECUTIVE, "b1")) == 1


def test_what_names_an_organisation_is_told_to_who_sees_names(store: Store, me: Scope, item: str) -> None:
    manager = Scope("bm", "Wu", "branch_manager", frozenset({"b1"}))
    asked(store, manager, subject_kind="organisation", subject="o1", wanted="Win Acme back")
    told = supervised_items(store, manager, "b1").set_index("subject_kind")["wanted"]
    assert told["organisation"] == "Win Acme back"
    hidden = supervised_items(store, EXECUTIVE, "b1").set_index("subject_kind")["wanted"]
    assert hidden["organisation"] == ""


def test_what_says_nothing_is_no_item(store: Store, item: str) -> None:
    for wrong in ({"wanted": " "}, {"wanted": "x" * 500}, {"manager_id": ""}, {"subject_kind": "planet"}, {"subject": ""}):
        with pytest.raises(PlanError):
            asked(store, **wrong)
    with pytest.raises(PlanError, match="There is no supervised item"):
        step(store, "S-none", EXECUTIVE, "done")
    with pytest.raises(PlanError, match="what came of it"):
        step(store, item, EXECUTIVE, "done", " ")
    with pytest.raises(ValueError, match="no step"):
        step(store, item, EXECUTIVE, "eaten")
