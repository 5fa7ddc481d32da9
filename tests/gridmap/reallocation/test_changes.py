"""What a plan changes for one manager, on the seven cells of `tests.builders`."""

import pandas as pd
import pytest
from hypothesis import given, settings

from gridmap.facts import UNASSIGNED, measure
from gridmap.reallocation.changes import changes_for
from gridmap.reallocation.effect import plan_effect
from gridmap.settings import Rules
from tests import builders
from tests.builders import AS_OF, CELLS
from tests.gridmap.reallocation.plans_at_random import MANAGERS, plans

RULES = Rules()
TASKS = builders.frame(
    ("task_id", "org_id", "kind", "due_on", "assigned_to", "state", "done_on"),
    ("t1", "o3", "warning", pd.Timestamp(2026, 7, 9), "cm1", "open", pd.NaT),
    ("t2", "o3", "call", pd.Timestamp(2026, 6, 9), "cm1", "done", pd.Timestamp(2026, 6, 9)),
    ("t3", "o1", "check", pd.Timestamp(2026, 7, 1), "am1", "open", pd.NaT),
)


def promised():
    visits = builders.visits()
    due = {"v4": "2026-07-20", "v1": "2026-07-15", "v11": "2025-12-01"}  # v11: kept by v1
    return visits.assign(next_due=pd.to_datetime(visits["visit_id"].map(due)))


MARKET = builders.seven_cells(org_months=builders.billed(), tasks=TASKS, visits=promised())
BASE = builders.plan()
FACTS = measure(MARKET, BASE.holders, as_of=AS_OF, window_days=365, rules=RULES)
PLAN = BASE.reassigned("cell", [CELLS["mid"]], "cm2").reassigned("holder", ["o1"], "am2").reassigned("sponsor", ["o1"], "ch1")


def changes(manager, plan=PLAN):
    return changes_for(MARKET, plan, FACTS, manager, rules=RULES)


def test_a_cell_is_lost_by_one_and_gained_by_the_other_with_what_lies_in_it():
    lost, gained = changes("cm1").cells_lost, changes("cm2").cells_gained
    assert lost.index.tolist() == gained.index.tolist() == [CELLS["mid"]]
    row = lost.iloc[0]
    assert (row["other"], row["town"], row["organisations"], row["accounts"], row["named"]) == ("cm2", "t-west", 4, 4, 3)
    assert gained.iloc[0]["other"] == "cm1"
    assert changes("cm2").cells_lost.empty


def test_organisations_go_with_their_cell_or_by_name_each_from_whom_and_to_whom():
    assert changes("cm2").organisations_gained[["tier", "stage", "other", "by", "revenue"]].to_numpy().tolist() == [
        ["C", "account", "cm1", "cell", 500.0]
    ]
    lost = changes("am1").organisations_lost
    assert lost.index.tolist() == ["o1"]
    assert lost.loc["o1", ["name", "tier", "trade", "other", "by", "white_space"]].tolist() == [
        "o1", "A", "manufacturing", "am2", "name", 10_000
    ]  # fmt: skip
    assert changes("am2").revenue == (9_000, 0)
    assert changes("am1").white_space == (0, 10_000)


def test_accounts_are_told_by_tier_before_and_after():
    told = changes("am1").accounts
    assert told.loc["A"].to_dict() == {"before": 1, "gained": 0, "lost": 1, "after": 0}
    assert told.loc["B"].to_dict() == {"before": 2, "gained": 0, "lost": 0, "after": 2}
    assert (told["before"] + told["gained"] - told["lost"] == told["after"]).all()


def test_open_tasks_and_promises_not_kept_yet_come_with_what_changes_hands():
    gained = changes("cm2")
    assert gained.tasks[["item_id", "kind", "side", "other"]].to_numpy().tolist() == [["t1", "warning", "gained", "cm1"]]
    assert gained.promises[["item_id", "org_id", "due_on"]].to_numpy().tolist() == [["v4", "o3", pd.Timestamp(2026, 7, 20)]]
    lost = changes("am1")
    assert lost.tasks["item_id"].tolist() == ["t3"]
    assert lost.promises["item_id"].tolist() == ["v1"]
    assert lost.promises["side"].tolist() == ["lost"]


def test_who_is_held_by_name_stays_and_is_listed_with_the_holder():
    staying = changes("cm2").staying
    assert staying["holder"].to_dict() == {"o2": "am1", "o12": "am1"}
    assert set(staying["side"]) == {"gained"}
    assert set(changes("cm1").staying["side"]) == {"lost"}
    assert changes("am1").staying.empty


def test_sponsorships_are_told_on_both_sides():
    assert changes("ld1").sponsorships[["org_id", "name", "side", "other"]].to_numpy().tolist() == [["o1", "o1", "lost", "ch1"]]
    assert changes("ch1").sponsorships["side"].tolist() == ["gained"]
    assert not changes("ld1").nothing


def test_a_released_cell_is_nobodys_gain():
    plan = BASE.reassigned("cell", [CELLS["ne"]], "")
    assert changes(UNASSIGNED, plan).organisations_gained.index.tolist() == ["o4", "o5"]
    assert changes("cm1", plan).cells_lost["other"].tolist() == [UNASSIGNED]


@pytest.mark.parametrize("manager", ["am9", "zz"])
def test_nothing_changes_for_who_is_not_in_the_plan(manager):
    assert changes(manager).nothing
    assert changes(manager).white_space == (0, 0)


@settings(max_examples=10, deadline=None)
@given(plans())
def test_what_is_gained_and_lost_is_the_difference_that_the_effect_tells(plan):
    effect = plan_effect(MARKET, plan, FACTS, rules=RULES)
    for manager in {*MANAGERS, UNASSIGNED} - {""}:
        if manager not in effect.index:
            continue
        told, row = changes(manager, plan), effect.loc[manager]
        for name in ("revenue", "white_space", "visits_owed", "hours_asked"):
            net = told.organisations_gained[name].sum() - told.organisations_lost[name].sum()
            assert net == pytest.approx(row[f"{name}_after"] - row[f"{name}_before"]), name
        assert len(told.cells_gained) - len(told.cells_lost) == row["cells_after"] - row["cells_before"]
        assert told.organisations_gained["counted"].sum() - told.organisations_lost["counted"].sum() == (
            row["accounts_after"] - row["accounts_before"]
        )
        assert told.accounts["after"].sum() >= row["accounts_after"]
