"""Targets on the seven cells: verdicts against target and time, ranking that small counts cannot cheat, what it takes, restatements."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.facts import measure
from gridmap.market import day_end_us
from gridmap.metrics import metric, rank
from gridmap.services import targets
from gridmap.settings import Rules
from tests import builders
from tests.builders import AS_OF, frame

RULES = Rules()
COLUMNS = ("branch_id", "level", "subject", "metric", "tier", "period", "value")


def aims(*rows):
    made = frame(COLUMNS, *(("xx", *row) for row in rows))
    return made.astype(dict.fromkeys(COLUMNS[:-1], "str"))


def months(*rows):
    return frame(("org_id", "month", "members", "revenue", "information_revenue"), *rows)


def facts_of(market, day, window=365):
    return measure(market, builders.plan().holders_now, as_of=day, window_days=window, rules=RULES)


def lines(as_of=AS_OF, manager_id="", **tables):
    market = builders.seven_cells(**tables)
    days = targets.days_compared(as_of)
    facts = {name: facts_of(market, day) for name, day in days.items()}
    periods = targets.flow_periods(market, as_of)
    flows = {
        each: {
            name: facts_of(market, day, targets.flow_days(f"{int(each[:4]) + day.year - as_of.year}{each[4:]}", day))
            for name, day in days.items()
        }
        for each in periods
    }
    found = targets.lines(market, facts, flows, rules=RULES, plan=builders.plan(), manager_id=manager_id)
    return {line.metric.key: line for line in found}


def test_a_rate_shows_its_gap_in_points_and_whether_the_target_is_reached():
    found = lines(targets=aims(("branch", None, "filing_rate", "C", "2026", 0.80), ("branch", None, "filing_rate", "A", "2026", 0.95)))
    assert (found["filing_rate_A"].verdict, found["filing_rate_A"].gap) == ("reached", pytest.approx(0.05))
    behind = found["filing_rate_C"]
    assert (behind.verdict, behind.now.numerator, behind.now.denominator) == ("short", 1, 3)
    assert behind.gap == pytest.approx(1 / 3 - 0.8)
    assert found["visit_coverage"].verdict == "no_target"
    assert found["base_retention"].verdict == "no_data"
    load = found["files_per_manager"]
    assert load.gap == pytest.approx(50 - load.now.value), "less is better: what is below the target is ahead of it"


@pytest.mark.parametrize(
    ("done", "verdict", "points"),
    [(840.0, "ahead", 9.2), (780.0, "ahead", 3.2), (750.0, "on_time", 0.2), (700.0, "behind", -4.8)],
)
def test_a_flow_is_held_against_time_as_on_30_september_2015(done, verdict, points):
    billed = months(("o1", "2015-09", 600, 0.0, done))
    found = lines(date(2015, 9, 30), org_months=billed, targets=aims(("branch", None, "information_revenue", None, "2015", 1000.0)))[
        "information_revenue"
    ]
    assert f"{float(found.time.share) * 100:.2f}" == "74.79"
    assert found.completion == pytest.approx(done / 1000)
    assert (found.verdict, round(found.ahead * 100, 1)) == (verdict, points)


def test_213_of_366_days_are_58_20_per_cent_on_31_july_2008():
    billed = months(("o1", "2008-07", 600, 0.0, 582.0))
    found = lines(date(2008, 7, 31), org_months=billed, targets=aims(("branch", None, "information_revenue", None, "2008", 1000.0)))[
        "information_revenue"
    ]
    assert (found.time.elapsed, found.time.days) == (213, 366)
    assert f"{float(found.time.share) * 100:.2f}" == "58.20"
    assert found.verdict == "on_time"


def test_money_is_held_against_the_time_of_its_last_closed_month():
    billed = months(("o1", "2026-05", 600, 0.0, 500.0))
    goal = aims(("branch", None, "information_revenue", None, "2026", 1200.0), ("branch", None, "filings", None, "2026H1", 4.0))
    found = lines(date(2026, 6, 20), org_months=billed, targets=goal)
    assert found["information_revenue"].until == date(2026, 5, 31)
    assert (found["information_revenue"].time.elapsed, found["information_revenue"].time.days) == (151, 365)
    assert (found["filings"].time.elapsed, found["filings"].time.days) == (171, 181), "files are known day by day, and in their own period"
    nothing = lines(date(2026, 6, 20), targets=goal, org_months=billed.iloc[:0])["information_revenue"]
    assert nothing.verdict == "no_data"


def test_month_on_month_and_year_on_year_compare_the_same_days():
    assert targets.days_compared(date(2026, 6, 30)) == {"now": date(2026, 6, 30), "month": date(2026, 5, 31), "year": date(2025, 6, 30)}
    assert targets.year_before(date(2028, 2, 29)) == date(2027, 2, 28)
    assert targets.year_before(date(2027, 2, 28)) == date(2026, 2, 28)
    assert targets.flow_days("2026", date(2026, 6, 30)) == 181
    assert targets.flow_days("2026H2", date(2026, 6, 30)) == 1, "before the period nothing has gone"
    billed = months(("o1", "2025-06", 600, 0.0, 100.0), ("o1", "2026-05", 600, 0.0, 100.0), ("o1", "2026-06", 600, 0.0, 50.0))
    found = lines(org_months=billed)["information_revenue"]
    assert (found.now.value, found.month.value, found.year.value) == (150, 100, 100)


def test_a_manager_is_held_against_their_own_target():
    goal = aims(("branch", None, "filing_rate", "C", "2026", 0.80), ("manager", "cm1", "filing_rate", "C", "2026", 0.30))
    assert lines(targets=goal)["filing_rate_C"].target == 0.80
    assert lines(targets=goal, manager_id="cm1")["filing_rate_C"].target == 0.30


def test_towns_and_managers_are_ranked_worst_first_with_their_targets():
    goal = aims(("branch", None, "filing_rate", "C", "2026", 0.8), ("town", "t-east", "filing_rate", "C", "2026", 0.5))
    market = builders.seven_cells(targets=goal)
    now, before = facts_of(market, AS_OF), facts_of(market, date(2026, 5, 31))
    towns = targets.ranked(market, builders.plan(), now, before, key="filing_rate_C", level="town", rules=RULES)
    assert towns["target"].to_dict() == {"t-east": 0.5}, "in the west lies no organisation of tier C"
    assert towns["numerator"].to_dict() == {"t-east": 1}
    holders = targets.ranked(market, builders.plan(), now, before, key="visits_owed", level="holder", rules=RULES)
    assert set(holders.index) == {"am1", "cm1", "cm2"}
    assert holders["numerator"].tolist() == sorted(holders["numerator"], reverse=True)
    own = targets.ranked(market, builders.plan(), now, before, key="visits_owed", level="holder", rules=RULES, seen=["cm1"])
    assert own.index.tolist() == ["cm1"]


def test_one_of_one_never_stands_above_95_of_100():
    table = pd.DataFrame({"numerator": [1.0, 95.0], "denominator": [1.0, 100.0], "value": [1.0, 0.95], "state": 0}, index=["one", "many"])
    assert rank(metric("filing_rate_C"), table).index.tolist() == ["one", "many"], "worst first"


@given(st.integers(0, 500), st.integers(1, 500), st.sampled_from([0.8, 0.95, 0.5, 1.0]))
def test_what_it_takes_is_the_smallest_number_that_reaches_the_target(filed, more, target):
    live = filed + more
    count = targets.needed(float(filed), float(live), target)
    assert filed + count >= target * live - 1e-6
    assert count == 0 or filed + count - 1 < target * live
    assert targets.needed(float(filed), float(live), np.nan) == 0


def test_what_it_takes_for_the_branch_and_each_town():
    market = builders.seven_cells(targets=aims(("branch", None, "filing_rate", "C", "2026", 0.80)))
    found = targets.what_if(market, builders.plan(), facts_of(market, AS_OF), tier="C", level="town", rules=RULES)
    assert found.table.loc["", ["live", "filed", "needed"]].tolist() == [3, 1, 2], "80 % of 3 are 2.4, so 3 files: 2 more"
    assert found.ends_on == date(2026, 12, 31)
    assert found.weeks == pytest.approx(184 / 7)
    assert found.table.loc["", "a_week"] == 1
    assert found.table["needed"].iloc[1:].tolist() == sorted(found.table["needed"].iloc[1:], reverse=True)


def test_a_closed_month_corrected_later_is_a_restatement():
    later = day_end_us(date(2026, 6, 9), "Asia/Shanghai")  # from 10 June
    rows = months(("o1", "2026-04", 600, 9_000.0, 0.0), ("o1", "2026-04", 600, 9_500.0, 0.0), ("o3", "2026-04", 24, 600.0, 0.0))
    rows["valid_from_us"] = [0, later, 0]
    rows["valid_to_us"] = [later, rows["valid_to_us"].iloc[0], rows["valid_to_us"].iloc[0]]
    market = builders.seven_cells(org_months=rows)
    found = targets.restatements(market, AS_OF)
    assert found.iloc[0].tolist() == ["2026-04", 1, 9_000.0, 9_500.0, 500.0, pd.Timestamp(2026, 6, 10)]
    assert targets.restatements(market, date(2026, 6, 9)).empty, "on the day before nobody knew better"
    assert targets.restatements(builders.seven_cells(), AS_OF).empty


def test_a_period_that_nobody_can_read_holds_no_flow():
    market = builders.seven_cells(
        targets=aims(("branch", None, "filings", None, "soon", 4.0), ("branch", None, "filings", None, "2026Q2", 4.0))
    )
    assert targets.period_of(market, metric("filings"), AS_OF) == "2026Q2"
    assert targets.period_of(market, metric("filings"), date(2026, 7, 1)) == "2026"
