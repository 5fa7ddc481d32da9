"""On-site days planned and written up: known from their day on, and nobody's words written over."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from gridmap.errors import Conflict, PlanError, ScopeError
from gridmap.scope import Scope
from gridmap.store import Store, change_on_site_day, open_market, plan_on_site_day, read_table
from tests.gridmap.store.conftest import NOW_US, Write, organisations

MANAGER = Scope("p2", "Wang", "account_manager", frozenset({"b1"}), "m1")
HEAD = Scope("p3", "Head", "branch_manager", frozenset({"b1"}))
JUNE_25, JULY_3 = date(2026, 6, 25), date(2026, 7, 3)  # the store's clock stands at noon of 1 July
LATER_US = NOW_US + 50_000_000


@pytest.fixture
def branch(write: Write) -> Write:
    write("organisations", organisations())
    write("managers", pd.DataFrame({"manager_id": ["m1", "m2"], "name": ["a", "b"], "role": "account"}))
    return write


def plan(store: Store, scope: Scope = MANAGER, **changes: Any) -> str:
    values = {"org_id": "o1", "manager_id": "m1", "held_on": JULY_3, "aim": " twenty cards ", **changes}
    return plan_on_site_day(store, scope, "b1", values, now_us=LATER_US)


def change(store: Store, code: str, values: dict[str, Any], scope: Scope = MANAGER, *, after_us: int = 9, **expected: Any) -> None:
    change_on_site_day(store, scope, "b1", code, values, expected=expected, now_us=LATER_US + after_us)


def row(store: Store, me: Scope, code: str, as_of: date = JULY_3) -> dict[str, Any]:
    return open_market(store, me, "b1").at("campaigns", as_of).set_index("campaign_id").loc[code].to_dict()


def test_a_day_is_planned_made_ready_held_and_written_up(store: Store, me: Scope, branch: Write) -> None:
    code = plan(store)
    assert {name: row(store, me, code)[name] for name in ("org_id", "state", "aim")} == {
        "org_id": "o1",
        "state": "planned",
        "aim": "twenty cards",
    }
    change(store, code, {"before": "agreed;place"})
    change(store, code, {"state": "held", "cards": 12, "services_sold": 0}, after_us=10, state="planned")
    found = row(store, me, code)
    assert (found["state"], found["cards"], found["services_sold"], found["before"]) == ("held", 12, 0, "agreed;place")
    assert pd.isna(found["conversions"])  # nobody said
    assert read_table(store, me, "b1", "campaigns")["before"].tolist()[-1] == "agreed;place"


def test_what_is_written_later_is_known_from_the_day_on(store: Store, me: Scope, branch: Write) -> None:
    code = plan(store, held_on=JUNE_25)
    change(store, code, {"state": "held", "cards": 0})
    with pytest.raises(Conflict):
        change(store, code, {"cards": 4}, after_us=10)  # none is not unknown
    assert row(store, me, code, date(2026, 6, 24))["state"] == "planned"
    assert row(store, me, code, JUNE_25)["state"] == "held"
    change(store, code, {"cards": 4}, after_us=11, cards=0)  # a correction corrects the day itself
    assert row(store, me, code, JUNE_25)["cards"] == 4


def test_a_day_moved_back_keeps_the_last_word(store: Store, me: Scope, branch: Write) -> None:
    code = plan(store)
    change(store, code, {"note": "first"})  # in force from today
    change(store, code, {"held_on": JUNE_25}, after_us=10, held_on=JULY_3)
    found = row(store, me, code)
    assert (found["held_on"], found["note"]) == (pd.Timestamp(JUNE_25), "first")


def test_what_somebody_else_changed_first_is_not_lost(store: Store, me: Scope, branch: Write) -> None:
    code = plan(store)
    change(store, code, {"cards": 5}, HEAD)
    with pytest.raises(Conflict) as found:
        change(store, code, {"cards": 7}, after_us=10)
    assert [each.who for each in found.value.clashes] == ["Head"]
    change(store, code, {"note": "of another column"}, after_us=11)
    assert row(store, me, code)["cards"] == 5


def test_own_days_alone_for_who_does_their_own_work(store: Store, me: Scope, branch: Write) -> None:
    with pytest.raises(ScopeError):
        plan(store, manager_id="m2")
    code = plan(store, HEAD, manager_id="m2")
    with pytest.raises(ScopeError):
        change(store, code, {"cards": 1})
    mine = plan(store)
    with pytest.raises(ScopeError):
        change(store, mine, {"manager_id": "m2"}, manager_id="m1")


@pytest.mark.parametrize(
    "changes",
    [
        {"org_id": None},
        {"park_id": "P1"},
        {"manager_id": ""},
        {"held_on": None},
        {"org_id": "o9"},
        {"cards": -1},
        {"cards": True},
        {"cards": "12"},
        {"state": "maybe"},
        {"aim": "x" * 401},
        {"held_on": "2026-07-03"},
    ],
)
def test_what_is_no_on_site_day_is_refused(store: Store, me: Scope, branch: Write, changes: dict[str, Any]) -> None:
    with pytest.raises(PlanError):
        plan(store, **changes)
    assert len(open_market(store, me, "b1").tables["campaigns"]) == 0


def test_the_same_day_sent_twice_is_one_and_an_unknown_one_is_refused(store: Store, me: Scope, branch: Write) -> None:
    values = {"org_id": "o1", "manager_id": "m1", "held_on": JULY_3}
    for _ in range(2):
        plan_on_site_day(store, MANAGER, "b1", values, now_us=LATER_US, campaign_id="Z-1")
    assert open_market(store, me, "b1").tables["campaigns"]["campaign_id"].tolist() == ["Z-1"]
    with pytest.raises(PlanError, match="Z-2"):
        change(store, "Z-2", {"cards": 1})
