"""The questions of the Overview, answered on the seven cells of `tests.builders`."""

from datetime import date

import pandas as pd
import pytest

from gridmap import metrics
from gridmap.facts import measure
from gridmap.reallocation.loads import manager_loads
from gridmap.services import overview
from gridmap.settings import Rules
from tests import builders

RULES = Rules(minimum_count=1)


def facts(market, as_of=builders.AS_OF, window_days=365):
    return measure(market, builders.plan().holders_now, as_of=as_of, window_days=window_days, rules=RULES)


@pytest.fixture(scope="module")
def market():
    return builders.seven_cells(targets=targets(("filing_rate", "C", "2026H1", 0.8), ("visit_coverage", None, "2026", 0.9)))


def targets(*rows):
    table = pd.DataFrame(list(rows), columns=["metric", "tier", "period", "value"])
    return table.assign(branch_id="xx", level="branch", subject="", valid_from_us=0, valid_to_us=builders.FOREVER_US)


def test_scorecard_tells_counts_target_gap_and_what_moved(market):
    before = facts(market, date(2026, 5, 31))
    scores = {score.metric.key: score for score in overview.scorecard(market, facts(market), before, rules=RULES)}
    tier_c = scores["filing_rate_C"]
    assert tier_c.target == 0.8
    assert tier_c.gap == pytest.approx(tier_c.now.numerator / tier_c.now.denominator - 0.8)
    assert tier_c.moved in ("", "numerator", "denominator", "both")
    assert list(scores) == list(overview.SCORES)


@pytest.mark.parametrize(
    ("now", "before", "moved"),
    [
        ((1, 2), (1, 2), ""),
        ((2, 2), (1, 2), "numerator"),
        ((1, 3), (1, 2), "denominator"),
        ((2, 3), (1, 2), "both"),
        ((5, float("nan")), (5, float("nan")), ""),  # a plain count has no denominator that could move
    ],
)
def test_numerator_and_denominator_are_told_apart(now, before, moved):
    readings = [overview.Reading(top, bottom, top / bottom, 0) for top, bottom in (now, before)]
    assert overview._score(metrics.metric("filing_rate"), *readings, None).moved == moved


def test_gap_is_ahead_of_the_target_in_either_direction():
    reading = overview.Reading(30, 1, 30.0, 0)
    fewer = overview.Score(metrics.metric("files_per_manager"), reading, reading, 50.0, "")
    assert fewer.gap == 20.0  # less is better, so 30 of at most 50 is ahead
    share = overview.Reading(65, 100, 0.65, 0)
    assert overview.Score(metrics.metric("filing_rate_C"), share, share, 0.8, "").gap == pytest.approx(-0.15)
    assert overview.Score(metrics.metric("filing_rate"), share, share, None, "").gap is None


def test_towns_are_ranked_by_the_bound_and_the_unplaced_come_last(market):
    ranked = overview.towns_ranked(market, facts(market), facts(market, date(2026, 5, 31)), key="filing_rate", rules=RULES)
    assert set(ranked.index) == {"t-east", "t-west", ""}
    assert ranked.index[-1] == ""
    assert ranked["bound"].iloc[0] <= ranked["bound"].iloc[1]
    assert ranked.loc["t-east", "name_en"] == "Dongcheng"


def test_what_got_worse_is_worse_by_at_least_one_organisation(market):
    found = overview.got_worse(market, facts(market), facts(market, date(2026, 2, 28)), rules=RULES, plan=builders.plan(), most=50)
    assert found
    for each in found:
        worse = each.score.change if each.score.metric.better == "lower" else -each.score.change
        assert worse > 0
        assert each.lost >= 1 - 1e-9


def test_nothing_got_worse_between_two_equal_days(market):
    assert overview.got_worse(market, facts(market), facts(market), rules=RULES, plan=builders.plan()) == ()


def test_too_few_are_never_said_to_be_worse(market):
    strict = Rules(minimum_count=100)
    found = overview.got_worse(market, facts(market), facts(market, date(2026, 2, 28)), rules=strict, plan=builders.plan(), most=50)
    assert {each.score.metric.key for each in found} <= {"visits_owed"}  # a plain count has no denominator to be too small


def test_one_metric_does_not_fill_the_list(market):
    found = overview.got_worse(market, facts(market), facts(market, date(2025, 12, 31)), rules=RULES, plan=builders.plan(), most=3)
    keys = [each.score.metric.key for each in found]
    assert len(keys) == len(set(keys))


def test_first_steps_name_nobodys_cells_the_fullest_manager_and_the_missing_files(market):
    rules = Rules(capacity_accounts=1)
    now = facts(market)
    loads = manager_loads(market, builders.plan(), now, rules=rules)
    steps = {step.kind: step for step in overview.first_steps(market, now, loads, rules=rules)}
    assert steps["overloaded"].key == "am1"
    assert (steps["overloaded"].first, steps["overloaded"].second) == (3.0, 1.0)  # o1, o2 and o12
    assert steps["unfiled"].second >= steps["unfiled"].first >= 1
    assert "unassigned" not in steps  # o11 in `e` has not opened yet


def test_who_has_no_cap_is_overworked_by_hours(market):
    rules = Rules(service_min=(("A", 6000), ("B", 6000), ("C", 6000), ("M", 6000)), minimum_count=1)
    now = measure(market, builders.plan().holders_now, as_of=builders.AS_OF, window_days=365, rules=rules)
    loads = manager_loads(market, builders.plan(), now, rules=rules)
    step = next(step for step in overview.first_steps(market, now, loads, rules=rules) if step.kind.startswith("over"))
    assert step.kind == "overworked"
    assert step.first > step.second > 0


def test_time_used_goes_by_the_shortest_target_period(market):
    assert overview.time_used(market, date(2026, 6, 30)) == ("2026H1", metrics.Progress(181, 181))
    assert overview.time_used(market, date(2026, 9, 30)) == ("2026", metrics.Progress(273, 365))
    # 31 July 2008: 213/366 = 58.20 %; no target holds that day, so the calendar year does.
    period, used = overview.time_used(market, date(2008, 7, 31))
    assert (period, used.elapsed, used.days, f"{float(used.share):.4f}") == ("2008", 213, 366, "0.5820")


def test_days_end_with_the_last_day_anything_happened_and_never_in_the_future(market):
    days = overview.days_to_show(market, date(2026, 7, 20))
    assert days[-1] == date(2026, 7, 15)  # o11 opens
    assert days == tuple(sorted(set(days)))
    assert all(day.day >= 28 for day in days[:-1])
    assert overview.days_to_show(market, date(2026, 6, 10))[-1] == date(2026, 6, 10)


def test_an_empty_market_has_one_day_and_no_figures():
    empty = builders.market()
    today = date(2026, 6, 30)
    assert overview.days_to_show(empty, today) == (today,)
    now = facts(empty)
    scores = overview.scorecard(empty, now, now, rules=RULES)
    assert {score.now.state for score in scores} <= {metrics.NO_DATA, metrics.UNKNOWN, metrics.OK, metrics.FEW}
    assert overview.got_worse(empty, now, now, rules=RULES, plan=builders.plan()) == ()


def test_the_day_to_compare_with_is_the_end_of_the_month_before():
    assert overview.month_before(date(2026, 3, 31)) == date(2026, 2, 28)
    assert overview.month_before(date(2026, 3, 1)) == date(2026, 2, 28)
    assert overview.month_before(date(2026, 1, 15)) == date(2025, 12, 31)
