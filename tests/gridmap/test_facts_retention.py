"""Retention on the seven cells: the base of 31 December 2025, bindings of the core, unified payment, and warnings answered in time."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.facts import measure, roll_up
from gridmap.facts.retention import base_in_force, last_closed_month, months_compared
from gridmap.metrics import NO_DATA, evaluate, metric
from gridmap.settings import Rules
from tests import builders
from tests.builders import AS_OF, frame

RULES = Rules()
BASE = "2025-12-31"


def bases(*rows):
    return frame(("base", "org_id", "members", "revenue"), *rows)


def base():
    """o1 600, o3 24, o6 3, o8 30 and the closed o9 10 members; an older base that is over, and one that nobody can date."""
    rows = (("o1", 600), ("o3", 24), ("o6", 3), ("o8", 30), ("o9", 10))
    return bases(*((BASE, org, members, 0.0) for org, members in rows), ("2024-12-31", "o2", 70, 0.0), ("spring", "o2", 70, 0.0))


def months():
    """June: o1 620 members, o3 16; o6 none on record since May. Revenue of o1 and o3 in May and June of both years, and April of one."""
    rows = (
        ("o1", "2025-05", 500, 8_000.0, 100.0),
        ("o1", "2025-06", 500, 8_000.0, 100.0),
        ("o3", "2025-05", 24, 1_000.0, 0.0),
        ("o3", "2025-06", 24, 1_000.0, 0.0),
        ("o2", "2025-06", 70, 5_000.0, 50.0),
        ("o1", "2026-04", 600, 9_999.0, 400.0),
        ("o1", "2026-05", 620, 9_000.0, 500.0),
        ("o1", "2026-06", 620, 9_000.0, 600.0),
        ("o3", "2026-05", 20, 600.0, 0.0),
        ("o3", "2026-06", 16, 300.0, 0.0),
        ("o6", "2026-05", 3, 90.0, 0.0),
        ("o1", "2026-07", 620, 9_000.0, 9_000.0),
    )
    return frame(("org_id", "month", "members", "revenue", "information_revenue"), *rows)


def tasks(*rows):
    table = frame(("task_id", "org_id", "kind", "due_on", "state", "done_on"), *rows)
    return table.assign(due_on=pd.to_datetime(table["due_on"]), done_on=pd.to_datetime(table["done_on"]))


def measured(window_days=365, as_of=AS_OF, **tables):
    market = builders.seven_cells(**tables)
    return market, measure(market, builders.plan().holders_now, as_of=as_of, window_days=window_days, rules=RULES)


def value(key, **tables):
    market, facts = measured(**tables)
    found = evaluate(metric(key), roll_up(facts, "branch", market=market)).iloc[0]
    return found["numerator"], found["denominator"]


@pytest.fixture(scope="module")
def known():
    return {"bases": base(), "org_months": months()}


def test_the_base_stays_what_it_was_and_closures_are_shown_beside_it(known):
    assert value("base_retention", **known) == (2, 5), "o1 and o3 have billed members in June"
    assert value("base_retention_open", **known) == (2, 4), "o9 closed on 1 April; o8 is lost, and that is a loss"


def test_members_kept_are_never_more_than_the_base_had(known):
    assert value("member_retention", **known) == (600 + 16, 600 + 24 + 3 + 30 + 10)


def test_revenue_is_compared_over_the_same_months_of_both_years(known):
    market, _facts = measured(**known)
    assert months_compared(market, base_in_force(market, AS_OF), AS_OF) == (("2026-05", "2026-06"), ("2025-05", "2025-06"))
    assert value("revenue_retention", **known) == (9_000 + 9_000 + 600 + 300 + 90, 8_000 + 8_000 + 1_000 + 1_000), "o2 is not in the base"


def test_the_base_in_force_is_the_last_one_frozen_by_the_day(known):
    market, _facts = measured(**known)
    assert base_in_force(market, AS_OF).name == BASE
    assert base_in_force(market, date(2025, 12, 30)).name == "2024-12-31"
    assert base_in_force(market, date(2024, 12, 30)) is None
    assert last_closed_month(market, AS_OF) == "2026-06"
    assert last_closed_month(market, date(2026, 6, 29)) == "2026-05", "June has not closed yet"


def test_without_a_base_or_without_months_nothing_is_said(known):
    for missing in ("bases", "org_months"):
        market, facts = measured(**{**known, missing: known[missing].iloc[:0]})
        rolled = roll_up(facts, "branch", market=market)
        for key in ("base_retention", "base_retention_open", "member_retention", "revenue_retention"):
            assert evaluate(metric(key), rolled)["state"].tolist() == [NO_DATA], (key, missing)


def test_what_was_merged_counts_for_the_one_it_was_merged_into(known):
    organisations = builders.organisations()
    organisations["merged_into"] = organisations["org_id"].map({"o6": "o1"}).astype("str")
    assert value("base_retention", organisations=organisations, **known) == (3, 5), "o6 lives on in o1: both are kept"
    assert value("member_retention", organisations=organisations, **known) == (603 + 16, 667)


def test_information_revenue_is_what_was_billed_in_the_window(known):
    market, facts = measured(window_days=30, **known)
    assert evaluate(metric("information_revenue"), roll_up(facts, "branch", market=market))["value"].tolist() == [600], "June alone"
    _market, facts = measured(window_days=181, **known)
    assert facts.atoms["information_revenue"].sum() == 400 + 500 + 600, "from 1 January; July has not closed"


def test_the_core_is_stable_where_two_of_three_bindings_hold():
    organisations = builders.organisations()
    organisations["core"] = organisations["org_id"].isin(["o1", "o2", "o3", "o4", "o9"])
    at = organisations.set_index("org_id")
    at.loc["o1", ["agreement", "services"]] = ["signed", 3]
    at.loc["o2", ["agreement", "prepaid_until"]] = ["signed", pd.Timestamp("2026-12-31")]
    at.loc["o3", ["agreement", "services"]] = ["expiring", 5]
    changed = at.reset_index()
    assert value("stability", organisations=changed) == (2, 4), "o9 closed; o3 has one binding, o4 none"
    assert value("three_services", organisations=changed) == (2, 4)
    at.loc["o2", "prepaid_until"] = pd.Timestamp("2026-12-28")
    assert value("stability", organisations=at.reset_index()) == (1, 4), "less than six months"


def test_unified_payment_is_of_the_files_where_it_is_known():
    organisations = builders.organisations()
    organisations.loc[organisations["org_id"] == "o1", "unified_payment"] = True
    assert value("unified_payment", organisations=organisations) == (1, 3), "o3 and o6 do not; of the others nobody knows"


def test_warnings_count_as_answered_only_by_the_day_they_were_due():
    rows = (
        ("t1", "o1", "warning", "2026-06-10", "done", "2026-06-10"),
        ("t2", "o1", "warning", "2026-06-10", "done", "2026-06-11"),
        ("t3", "o2", "warning", "2026-06-30", "open", None),
        ("t4", "o3", "warning", "2026-06-01", "void", None),
        ("t5", "o3", "warning", "2026-07-01", "open", None),
        ("t6", "o3", "call", "2026-06-01", "done", "2026-06-01"),
        ("t7", "o3", "warning", "2025-06-30", "done", "2025-06-01"),
    )
    market, facts = measured(tasks=tasks(*rows))
    rolled = roll_up(facts, "branch", market=market).iloc[0]
    assert rolled[["warnings_done", "warnings_due", "warnings_void"]].tolist() == [1, 3, 1]


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["o1", "o2", "o3", "o6", "o8", "o9"]), st.integers(0, 900)), max_size=12))
def test_no_part_is_ever_more_than_its_whole(rows):
    frozen = bases(*((BASE, org, members, 0.0) for org, members in dict(rows).items()))
    _market, facts = measured(bases=frozen, org_months=months())
    sums = facts.atoms.sum(numeric_only=True)
    for part, whole in (
        ("base_kept", "base_organisations"),
        ("base_open_kept", "base_open"),
        ("base_open", "base_organisations"),
        ("base_members_kept", "base_members"),
    ):
        assert sums[part] <= sums[whole]
    assert sums["base_organisations"] == len(dict(rows))
    assert sums["base_members"] == sum(dict(rows).values())
