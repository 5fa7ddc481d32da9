"""Targets and time progress, with the figures of the trade."""

from datetime import date
from fractions import Fraction

import pandas as pd
import pytest

from gridmap.metrics import ahead, metric, period_span, target_for, time_progress
from gridmap.settings import Rules

RULES = Rules()
NONE = pd.DataFrame({name: pd.Series(dtype="str") for name in ("level", "subject", "metric", "tier", "period")}).assign(value=0.0)
DAY = date(2026, 5, 20)


def table(*rows):
    made = pd.DataFrame(list(rows), columns=["level", "subject", "metric", "tier", "period", "value"])
    return made.astype(dict.fromkeys(("level", "subject", "metric", "tier", "period"), "str"))


def asked(key, targets, *, level="branch", subject="xx", as_of=DAY):
    return target_for(metric(key), targets, RULES, level=level, subject=subject, as_of=as_of)


@pytest.mark.parametrize(
    ("day", "elapsed", "days", "percent"),
    [
        (date(2008, 7, 31), 213, 366, "58.20"),
        (date(2015, 9, 30), 273, 365, "74.79"),
        (date(2026, 1, 1), 1, 365, "0.27"),  # the first day is a day gone
        (date(2026, 12, 31), 365, 365, "100.00"),
    ],
)
def test_time_progress_counts_days_inclusive(day, elapsed, days, percent):
    progress = time_progress(day, date(day.year, 1, 1), date(day.year, 12, 31))
    assert (progress.elapsed, progress.days) == (elapsed, days)
    assert progress.share == Fraction(elapsed, days)
    assert f"{float(progress.share) * 100:.2f}" == percent


def test_84_and_78_per_cent_on_30_september_2015_are_9_2_and_3_2_points_ahead():
    progress = time_progress(date(2015, 9, 30), date(2015, 1, 1), date(2015, 12, 31))
    assert [round(ahead(done, progress) * 100, 1) for done in (0.84, 0.78)] == [9.2, 3.2]


def test_before_and_after_the_period_nothing_and_all_has_gone():
    assert time_progress(date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30)) == (0, 181)
    assert time_progress(date(2026, 9, 9), date(2026, 1, 1), date(2026, 6, 30)) == (181, 181)
    with pytest.raises(ValueError, match="before it starts"):
        time_progress(DAY, date(2026, 2, 1), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026H1", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026H2", date(2026, 7, 1), date(2026, 12, 31)),
        ("2026Q2", date(2026, 4, 1), date(2026, 6, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_a_period_spans_its_days(period, first, last):
    assert period_span(period) == (first, last)


@pytest.mark.parametrize("period", ["", "26", "2026H3", "2026Q0", "2026-13", "2026-00", "last year"])
def test_what_is_no_period_is_refused(period):
    with pytest.raises(ValueError, match=r"period|month"):
        period_span(period)


@pytest.mark.parametrize(
    ("key", "target"),
    [
        ("filing_rate_A", 0.95),
        ("filing_rate_B", 0.95),
        ("filing_rate_C", 0.80),
        ("filing_rate_M", None),  # micro organisations have none
        ("filing_rate_U", None),
        ("filing_rate", None),
        ("roster_truth", 1.0),
        ("files_per_manager", 50.0),
        ("prospect_density", None),
    ],
)
def test_without_a_table_the_defaults_of_the_trade_stand(key, target):
    assert asked(key, NONE) == target


def test_the_most_specific_target_wins():
    targets = table(
        ("branch", None, "filing_rate", None, "2026", 0.50),
        ("branch", None, "filing_rate", "C", "2026", 0.60),
        ("branch", None, "filing_rate", "C", "2026Q2", 0.65),
        ("town", "t1", "filing_rate", None, "2026", 0.70),
        ("manager", "t1", "filing_rate", "C", "2026", 0.99),  # a manager of the same code
    )
    assert asked("filing_rate", targets) == 0.50
    assert asked("filing_rate_A", targets) == 0.50  # set for all tiers
    assert asked("filing_rate_C", targets) == 0.65  # the quarter before the year
    assert asked("filing_rate_C", targets, as_of=date(2026, 7, 1)) == 0.60  # the quarter is over
    assert asked("filing_rate_C", targets, level="town", subject="t1") == 0.70  # the town's own before the branch's
    assert asked("filing_rate_C", targets, level="town", subject="t2") == 0.65
    assert asked("filing_rate_C", targets, level="manager", subject="t1") == 0.99
    assert asked("filing_rate_C", targets, as_of=date(2027, 1, 1)) == 0.80  # last year's are over: the default


def test_a_period_that_cannot_be_read_holds_no_day():
    targets = table(("branch", None, "filing_rate", "C", "next year", 0.5), ("branch", None, "filing_rate", "C", "2026", 0.6))
    assert asked("filing_rate_C", targets) == 0.6
