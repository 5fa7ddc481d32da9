"""Promises and tasks when hands change: nothing lost, nothing twice, and each day one person who does it."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.open_items import open_items
from gridmap.plan import UNASSIGNED
from gridmap.reallocation.handover import handed_over
from gridmap.reallocation.sharing_out import share_out
from gridmap.settings import Rules
from tests import builders

AUGUST, EVE = date(2026, 8, 1), pd.Timestamp(2026, 7, 31)
RULES = Rules()
MANAGERS = builders.managers()


def visits(*rows):
    """Visits of (visit_id, org_id, manager_id, when, outcome, next_due)."""
    table = pd.DataFrame(list(rows), columns=["visit_id", "org_id", "manager_id", "visited_at", "outcome", "next_due"])
    moments = pd.to_datetime(table["visited_at"]).dt.tz_localize("Asia/Shanghai").dt.tz_convert("UTC")
    return table.assign(visited_at=moments, next_due=pd.to_datetime(table["next_due"]), kind="visit")


def tasks(*rows):
    """Tasks of (task_id, org_id, kind, due_on, assigned_to, state)."""
    table = builders.frame(("task_id", "org_id", "kind", "due_on", "assigned_to", "state"), *rows)
    return table.assign(due_on=pd.to_datetime(table["due_on"]))


PROMISED = visits(
    ("v1", "o3", "cm1", "2026-06-01 09:00", "met", "2026-07-10"),
    ("v2", "o3", "cm1", "2026-06-20 09:00", "not_in", "2026-06-25"),
    ("v3", "o4", "cm1", "2026-06-01 09:00", "met", "2026-06-15"),
    ("v4", "o4", "am1", "2026-06-14 09:00", "met", None),  # so v3 is kept
    ("v5", "o1", "am2", "2026-06-30 23:00", "met", "2026-08-20"),
    ("v6", "o6", "cm2", "2026-07-01 00:10", "met", "2026-07-20"),  # after the day
)
TO_DO = tasks(
    ("k1", "o3", "follow_up", "2026-07-10", "cm1", "open"),  # what v1 promised
    ("k2", "o3", "check", "2026-08-30", None, None),
    ("k3", "o1", "supervised", "2026-09-01", "ld1", "open"),
    ("k4", "o1", "call", "2026-06-01", "am1", "done"),
    ("k5", "o4", "warning", "2026-08-09", "am9", "open"),  # am9 left in January
)


def test_a_promise_is_open_until_somebody_of_the_organisation_was_met_again():
    found = open_items(builders.seven_cells(visits=PROMISED, tasks=TO_DO.iloc[:0]), builders.AS_OF)
    assert found["item_id"].tolist() == ["v2", "v1", "v5"]
    assert found["since"].tolist() == [pd.Timestamp(2026, 6, 20), pd.Timestamp(2026, 6, 1), pd.Timestamp(2026, 6, 30)]


def test_a_promise_that_became_a_follow_up_task_is_listed_once():
    found = open_items(builders.seven_cells(visits=PROMISED, tasks=TO_DO), builders.AS_OF)
    assert found[found["org_id"].eq("o3")]["item_id"].tolist() == ["v2", "k1", "k2"]
    assert "k4" not in set(found["item_id"])


def test_what_was_promised_to_an_organisation_merged_away_is_promised_to_the_other():
    organisations = builders.organisations()
    organisations["merged_into"] = organisations["org_id"].map({"o3": "o4"})
    found = open_items(builders.seven_cells(organisations=organisations, visits=PROMISED, tasks=TO_DO), builders.AS_OF)
    # the visit to o4 on 14 June keeps what o3 was promised before it
    assert found[found["org_id"].eq("o4")]["item_id"].tolist() == ["v2", "k1", "k5", "k2"]


MARKET = builders.seven_cells(visits=PROMISED, tasks=TO_DO)
ITEMS = open_items(MARKET, builders.AS_OF)
HANDS = pd.DataFrame({"giver": ["am1", "cm1", "cm1"], "taker": ["am2", "cm2", UNASSIGNED]}, index=["o1", "o3", "o4"])


def shared(managers=MANAGERS, hands=HANDS, **options):
    table = share_out(ITEMS, hands, managers, effective_on=AUGUST, **options).set_index("item_id")
    return {item: (row["now"], None if pd.isna(row["until"]) else row["until"], row["then"]) for item, row in table.iterrows()}


def test_with_go_the_giver_does_it_up_to_the_day_before_and_then_the_taker():
    found = shared()
    assert found["k1"] == ("cm1", EVE, "cm2")
    assert found["v5"] == ("am1", EVE, "am2")  # promised by am2 when am1 held it: it is the holder's to keep


def test_a_task_of_somebody_else_who_works_stays_with_them():
    assert shared()["k3"] == ("ld1", None, "")
    assert shared()["k5"][0] == "cm1"  # am9 left: whose organisation it is has the task


def test_with_stay_the_giver_goes_on_for_good_or_until_a_day():
    assert shared(visits="stay")["k2"] == ("cm1", None, "")
    until = date(2026, 8, 31)
    assert shared(visits="stay", stay_until=until)["k2"] == ("cm1", pd.Timestamp(until), "cm2")
    assert shared(visits="stay", stay_until=date(2026, 7, 2))["k2"] == ("cm1", EVE, "cm2")  # not before the plan holds


def test_nobody_keeps_what_they_no_longer_work_for():
    leaving = MANAGERS.assign(active_to=MANAGERS["active_to"].mask(MANAGERS["manager_id"].eq("cm1"), pd.Timestamp(2026, 8, 15)))
    assert shared(leaving, visits="stay")["k2"] == ("cm1", pd.Timestamp(2026, 8, 15), "cm2")
    assert shared(leaving)["k5"] == ("cm1", pd.Timestamp(2026, 8, 15), UNASSIGNED)
    gone = MANAGERS.assign(active_to=MANAGERS["active_to"].mask(MANAGERS["manager_id"].eq("cm1"), pd.Timestamp(2026, 7, 15)))
    assert shared(gone, visits="stay")["k2"] == ("cm1", EVE, "cm2")
    assert shared(gone)["k5"] == ("cm1", EVE, UNASSIGNED)


def test_what_nobody_takes_stays_with_the_giver():
    assert shared()["k5"] == ("cm1", None, "")


def test_what_nobody_had_goes_to_the_taker_whatever_the_rule():
    hands = pd.DataFrame({"giver": [UNASSIGNED], "taker": ["cm2"]}, index=["o3"])
    assert shared(hands=hands, visits="stay")["k2"] == (UNASSIGNED, EVE, "cm2")


@settings(max_examples=15, deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(builders.CELLS.values())), st.sampled_from(["cm1", "cm2", "am1", ""])),
    st.dictionaries(st.sampled_from(["o1", "o2", "o3", "o12"]), st.sampled_from(["am1", "am2", ""])),
    st.sampled_from(["go", "stay"]),
    st.none() | st.dates(date(2026, 7, 1), date(2026, 12, 31)),
)
def test_no_promise_is_lost_or_listed_twice(cells, holders, rule, until):
    plan = builders.plan()
    for layer, moves in (("cell", cells), ("holder", holders)):
        for subject, taker in moves.items():
            plan = plan.reassigned(layer, [subject], taker)
    found = handed_over(MARKET, plan, as_of=builders.AS_OF, effective_on=AUGUST, rules=RULES, visits=rule, stay_until=until)
    items = found.items
    assert items["item_id"].is_unique
    assert set(items["item_id"]) == set(ITEMS["item_id"][ITEMS["org_id"].isin(found.organisations.index)])
    # somebody has each of them on every day, one after the other
    assert items["now"].ne("").all()
    assert (items["until"].isna() == items["then"].eq("")).all()
    assert found.pairs[["promises", "tasks"]].to_numpy().sum() == len(items)


def test_an_open_item_of_an_organisation_that_stays_is_not_touched():
    assert share_out(ITEMS, HANDS.iloc[:0], MANAGERS, effective_on=AUGUST).empty


@pytest.mark.parametrize("rule", ["go", "stay"])
def test_the_day_of_an_instant_is_the_branches(rule):
    table = share_out(ITEMS, HANDS, MANAGERS, effective_on=AUGUST, visits=rule).set_index("item_id")
    assert table.loc["v5", "since"] == pd.Timestamp(2026, 6, 30)  # 23:00 in Shanghai is still that day
