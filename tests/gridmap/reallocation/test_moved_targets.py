"""Targets move with the accounts: by hand, and conserved to the last cent whatever moves."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.facts import measure
from gridmap.metrics import metric, target_for
from gridmap.reallocation.handover import moved_targets
from gridmap.settings import Rules
from tests import builders

RULES = Rules()
AUGUST = date(2026, 8, 1)
BASE = builders.plan()
COLUMNS = ("branch_id", "level", "subject", "metric", "tier", "period", "value")
FACTS = measure(builders.seven_cells(), BASE.holders, as_of=builders.AS_OF, window_days=365, rules=RULES)


def targets(*rows):
    """Targets of (subject, metric, tier, period, value), set for managers."""
    return builders.frame(COLUMNS, *(("xx", "manager", *row) for row in rows))


def moved(plan, table, on=AUGUST):
    found = moved_targets(builders.seven_cells(targets=table), plan, FACTS, effective_on=on, rules=RULES)
    return {(row["subject"], row["period"]): row["value"] for row in found.to_dict("records")}


# am1 holds the accounts o1 (A), o2 and o12 (B); cm1 holds o3 (C); o10 (C) has no place and nobody.
def test_a_giver_gives_the_share_that_its_accounts_are():
    plan = BASE.reassigned("holder", ["o1"], "am2")
    table = targets(("am1", "revenue", None, "2026", 90_000.0), ("am2", "revenue", None, "2026", 10_000.0))
    assert moved(plan, table) == {("am1", "2026"): 60_000.0, ("am2", "2026"): 40_000.0}


def test_several_takers_share_by_accounts_and_a_new_one_gets_a_row():
    plan = BASE.reassigned("holder", ["o1"], "am2").reassigned("holder", ["o2"], "cm2")
    assert moved(plan, targets(("am1", "revenue", None, "2026", 100.0))) == {
        ("am1", "2026"): 33.33,
        ("am2", "2026"): 33.34,  # 66.67 of two equal parts: the cent left over goes to the first by name
        ("cm2", "2026"): 33.33,
    }


def test_counts_stay_whole():
    plan = BASE.reassigned("holder", ["o1"], "am2")
    assert moved(plan, targets(("am1", "visits_owed", None, "2026", 10.0))) == {("am1", "2026"): 7.0, ("am2", "2026"): 3.0}


def test_rates_do_not_move():
    plan = BASE.reassigned("holder", ["o1"], "am2")
    table = targets(
        ("am1", "filing_rate", "A", "2026", 0.95),
        ("am1", "files_per_manager", None, "2026", 50.0),
        ("am1", "something of our own", None, "2026", 7.0),
    )
    assert moved(plan, table) == {}


def test_a_target_of_one_tier_moves_with_the_accounts_of_that_tier():
    plan = BASE.reassigned("holder", ["o2"], "am2")
    table = targets(("am1", "revenue", "A", "2026", 50.0), ("am1", "revenue", "B", "2026", 20.0))
    assert moved(plan, table) == {("am1", "2026"): 10.0, ("am2", "2026"): 10.0}  # o2 is one of two of tier B, and none of tier A


def test_prospects_move_no_target():
    assert moved(BASE.reassigned("cell", [builders.CELLS["ne"]], "cm2"), targets(("cm1", "revenue", None, "2026", 50.0))) == {}


def test_periods_that_are_over_keep_their_target():
    plan = BASE.reassigned("holder", ["o1", "o2", "o12"], "am2")
    periods = ("2026", "2026H1", "2026-07", "2026-08", "2026Q4", "2027", "next week")
    table = targets(*(("am1", "revenue", None, period, 12.0) for period in periods))
    assert {period for _, period in moved(plan, table)} == {"2026", "2026-08", "2026Q4", "2027"}


def test_what_is_released_waits_with_nobody_and_comes_with_the_accounts():
    table = targets(("am1", "revenue", None, "2026", 90.0), ("-", "revenue", None, "2026", 30.0))
    gone = BASE.reassigned("holder", ["o1"], "")  # falls to cm1, who owns its cell
    assert moved(gone, table) == {("am1", "2026"): 60.0, ("cm1", "2026"): 30.0}
    nowhere = gone.reassigned("cell", [builders.CELLS["mid"]], "")
    assert moved(nowhere, table) == {("am1", "2026"): 60.0, ("-", "2026"): 60.0}
    # o3 lies unassigned in mid, with o1: who takes the cell takes what nobody was to reach
    base = builders.plan(owners=BASE.owners.drop(builders.CELLS["mid"]), holders=BASE.holders.drop("o1"))
    assert moved(base.reassigned("cell", [builders.CELLS["mid"]], "cm2"), table) == {("-", "2026"): 0.0, ("cm2", "2026"): 30.0}


def test_after_the_day_the_new_value_is_read_and_before_it_the_old_one():
    plan = BASE.reassigned("holder", ["o1"], "am2")
    old = targets(("am1", "visits_owed", None, "2026", 9.0))
    new = moved_targets(builders.seven_cells(targets=old), plan, FACTS, effective_on=AUGUST, rules=RULES)
    begin = int(pd.Timestamp(AUGUST, tz="Asia/Shanghai").timestamp() * 1_000_000)
    dated = pd.concat([old.assign(valid_to_us=begin), new.assign(valid_from_us=begin, valid_to_us=builders.FOREVER_US)])
    market = builders.seven_cells(targets=dated)
    read = {
        (who, day): target_for(metric("visits_owed"), market.at("targets", day), RULES, level="manager", subject=who, as_of=day)
        for who in ("am1", "am2")
        for day in (date(2026, 7, 31), AUGUST)
    }
    assert read == {("am1", date(2026, 7, 31)): 9.0, ("am1", AUGUST): 6.0, ("am2", date(2026, 7, 31)): None, ("am2", AUGUST): 3.0}


def test_no_targets_and_no_moves_give_no_rows():
    empty = moved_targets(builders.seven_cells(), BASE.reassigned("holder", ["o1"], "am2"), FACTS, effective_on=AUGUST, rules=RULES)
    assert empty.empty
    assert tuple(empty.columns) == COLUMNS
    assert moved(BASE, targets(("am1", "revenue", None, "2026", 90.0))) == {}


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["o1", "o2", "o3", "o10", "o12"]), st.sampled_from(["am1", "am2", "cm1", "cm2", ""])),
    st.dictionaries(st.sampled_from(["mid", "ne", "nw", "e"]), st.sampled_from(["am1", "cm1", "cm2", ""])),
    st.dictionaries(st.sampled_from(["am1", "am2", "cm1", "cm2", "-"]), st.decimals(0, 10**9, places=2), min_size=1),
    st.sampled_from(["revenue", "visits_owed"]),
)
def test_the_targets_of_all_managers_add_up_to_what_they_did(holders, cells, values, key):
    plan = BASE
    for org_id, taker in holders.items():
        plan = plan.reassigned("holder", [org_id], taker)
    for cell, taker in cells.items():
        plan = plan.reassigned("cell", [builders.CELLS[cell]], taker)
    table = targets(*((who, key, None, "2026", float(value)) for who, value in sorted(values.items())))
    after = {who: Decimal(str(value)) for who, value in zip(table["subject"], table["value"], strict=True)}
    before = sum(after.values())
    after |= {who: Decimal(str(value)) for (who, _), value in moved(plan, table).items()}
    assert sum(after.values()) == before
    assert all(value >= 0 for value in after.values())


def test_the_input_stays_as_it_is():
    table = targets(("am1", "revenue", None, "2026", 90.0))
    market = builders.seven_cells(targets=table)
    kept = market.tables["targets"].copy()
    moved_targets(market, BASE.reassigned("holder", ["o1"], "am2"), FACTS, effective_on=AUGUST, rules=RULES)
    pd.testing.assert_frame_equal(market.tables["targets"], kept)


@pytest.mark.parametrize("level", ["branch", "town"])
def test_only_targets_of_managers_move(level):
    table = targets(("am1", "revenue", None, "2026", 90.0)).assign(level=level)
    assert moved(BASE.reassigned("holder", ["o1"], "am2"), table) == {}
