"""Targets, and how much of the time for reaching them has gone."""

import calendar
import re
from datetime import date
from fractions import Fraction
from typing import NamedTuple

import pandas as pd

from gridmap.metrics.metric import Metric
from gridmap.settings import Rules

_PERIOD = re.compile(r"^(\d{4})(?:H([12])|Q([1-4])|-(0[1-9]|1[0-2]))?$")


class Progress(NamedTuple):
    """Days gone and days in all, both inclusive."""

    elapsed: int
    days: int

    @property
    def share(self) -> Fraction:
        """Time gone, 0 to 1, exactly."""
        return Fraction(self.elapsed, self.days)


def time_progress(as_of: date, start: date, end: date) -> Progress:
    """Return the days gone of a period, inclusive: 31 July 2008 is 213 of 366 = 58.20 % of its year.

    Before the period nothing has gone, after it all.
    """
    days = (end - start).days + 1
    if days < 1:
        raise ValueError("A period ends before it starts.")
    return Progress(min(max((as_of - start).days + 1, 0), days), days)


def period_span(period: str) -> tuple[date, date]:
    """Return the first and last day of `2026`, `2026H1`, `2026Q2` or `2026-06`; ValueError for anything else."""
    found = _PERIOD.match(period.strip())
    if not found:
        raise ValueError(f"{period!r} is no period.")
    year, half, quarter, month = (int(part) if part else 0 for part in found.groups())
    first, last = 1, 12
    if half:
        first, last = 6 * half - 5, 6 * half
    elif quarter:
        first, last = 3 * quarter - 2, 3 * quarter
    elif month:
        first = last = month
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def ahead(completion: float, progress: Progress) -> float:
    """Return how far a cumulative flow is ahead of time (0.092 = 9.2 points), negative behind."""
    return completion - float(progress.share)


def target_for(metric: Metric, targets: pd.DataFrame, rules: Rules, *, level: str, subject: str, as_of: date) -> float | None:
    """Return the target of a metric for a subject at a day; None where there is none.

    The most specific row wins: the subject's own before the branch's, its tier before all tiers, the shortest period
    that holds the day (month, quarter, half, year); then `rules.targets`.

    Parameters
    ----------
    metric
        With `target_key` and `tier`.
    targets
        The table `targets` of the branch; a row whose period is none of the forms of `period_span` holds no day.
    rules
        Defaults.
    level, subject
        `branch`, `town` or `manager`, and its key.
    as_of
        The day.
    """
    if not metric.target_key:
        return None
    readable = targets["period"].astype("str").str.match(_PERIOD.pattern).fillna(value=False).astype(bool)
    found = [
        ((own, tier != "", -(last - first).days), float(row["value"]))
        for row in targets[readable & (targets["metric"] == metric.target_key)].fillna({"tier": "", "subject": ""}).to_dict("records")
        for own, tier in [(row["level"] == level != "branch" and row["subject"] == subject, str(row["tier"]))]
        for first, last in [period_span(str(row["period"]))]
        if (own or row["level"] == "branch") and tier in ("", metric.tier) and first <= as_of <= last
    ]
    if found:
        return max(found, key=lambda each: each[0])[1]
    given = {(key, tier): value for key, tier, value in rules.targets}
    return given.get((metric.target_key, metric.tier), given.get((metric.target_key, "")))
