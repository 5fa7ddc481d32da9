"""Where a branch stands against its targets and against time, who is behind, and what would close the gap."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from gridmap import metrics
from gridmap.errors import N_
from gridmap.facts import NOT_PLACED, UNASSIGNED, Facts, roll_up
from gridmap.facts.retention import last_closed_month
from gridmap.market import Market
from gridmap.metrics import METRICS, NO_DATA, Metric, Progress
from gridmap.plan import Plan
from gridmap.services.overview import Reading, month_before
from gridmap.settings import Rules

Verdict = Literal["ahead", "on_time", "behind", "reached", "short", "no_data", "no_target"]
VERDICTS: tuple[tuple[Verdict, str], ...] = (
    ("ahead", N_("Ahead of time")),
    ("on_time", N_("On time")),
    ("behind", N_("Behind time")),
    ("reached", N_("Target reached")),
    ("short", N_("Target missed")),
    ("no_data", N_("Not known yet")),
    ("no_target", N_("No target")),
)
LEVELS: tuple[tuple[str, str], ...] = (("town", N_("Towns")), ("holder", N_("Managers")))
ON_TIME = 0.005  # half a point either way is on time
# Metrics that a table of targets shows: all that a target can be set for.
AIMED: tuple[Metric, ...] = tuple(each for each in METRICS if each.target_key)


@dataclass(frozen=True)
class Line:
    """One metric against its target.

    now, month, year: the reading on the day, a month and a year before (the same days of the period for a flow; NO_DATA where the branch
    knows nothing of then). gap: how far a rate lies above its target (below, where less is better), in its unit, negative where it
    misses it. completion: of a flow, value of target; ahead: completion less time gone, both shares. period, time: what a flow is held
    against; `until` the day its figures reach (money: the end of the last closed month).
    """

    metric: Metric
    target: float | None
    now: Reading
    month: Reading
    year: Reading
    verdict: Verdict
    gap: float | None = None
    completion: float | None = None
    ahead: float | None = None
    time: Progress | None = None
    until: date | None = None


def period_of(market: Market, metric: Metric, as_of: date) -> str:
    """Return the period a flow's target runs over: the shortest of the branch's own for it that holds the day, else the calendar year."""
    rows = market.at("targets", as_of)
    own = rows.loc[rows["metric"].eq(metric.target_key) & rows["level"].eq("branch"), "period"].dropna()
    spans = {}
    for period in own.astype("str"):
        try:
            spans[period] = metrics.period_span(period)
        except ValueError:  # a period nobody can read holds no day
            continue
    running = sorted((last - first, period) for period, (first, last) in spans.items() if first <= as_of <= last)
    return running[0][1] if running else str(as_of.year)


def days_compared(as_of: date) -> dict[str, date]:
    """Return the days that are compared: `now`, `month` (the end of the month before) and `year` (the same day a year before)."""
    return {"now": as_of, "month": month_before(as_of), "year": year_before(as_of)}


def flow_periods(market: Market, as_of: date) -> tuple[str, ...]:
    """Return the periods over which flows are held against time on a day."""
    return tuple(sorted({period_of(market, each, as_of) for each in AIMED if each.flow}))


def year_before(as_of: date) -> date:
    """Return the same day a year before; 28 February for a leap day, and the end of a month stays one."""
    stamp = pd.Timestamp(as_of)
    earlier = stamp - pd.DateOffset(years=1)
    return (earlier + pd.offsets.MonthEnd(0) if stamp.is_month_end else earlier).date()


def flow_days(period: str, as_of: date) -> int:
    """Return how many days of a period have gone on a day, at least 1: the window over which its flows are counted."""
    first, last = metrics.period_span(period)
    return max((min(as_of, last) - first).days + 1, 1)


def lines(
    market: Market,
    facts: Mapping[str, Facts],
    flows: Mapping[str, Mapping[str, Facts]],
    *,
    rules: Rules,
    plan: Plan | None = None,
    keys: Sequence[str] = (),
    manager_id: str = "",
) -> tuple[Line, ...]:
    """Hold the branch, or what one manager sees of it, against targets.

    Parameters
    ----------
    market, plan
        What is, and who owns it.
    facts
        Of the days of `days_compared`, over the usual window; `month` and `year` may be missing.
    flows
        By period of `flow_periods` the same days, over the days of that period that have gone (`flow_days`).
    keys
        Keys of metrics; all of `AIMED` where empty.
    manager_id
        Whose targets count where the facts are of one manager's cells; empty for the branch's.

    Returns
    -------
    One line per metric in order; those without a target, and with nothing known, are among them.
    """
    as_of = facts["now"].as_of
    usual = _rolled(facts, market, plan)
    by_period = {period: _rolled(each, market, plan) for period, each in flows.items()}
    chosen = [each for each in AIMED if not keys or each.key in keys]
    return tuple(
        _line(each, market, by_period[period_of(market, each, as_of)] if each.flow else usual, as_of, rules=rules, who=manager_id)
        for each in chosen
    )


def _rolled(facts: Mapping[str, Facts], market: Market, plan: Plan | None) -> dict[str, pd.DataFrame]:
    return {name: roll_up(each, "branch", market=market, plan=plan) for name, each in facts.items()}


def beside(market: Market, now: Facts, keys: Sequence[str]) -> tuple[Line, ...]:
    """Read metrics that have no target of their own, to be shown beside those that do."""
    nothing = Reading(np.nan, np.nan, np.nan, NO_DATA)
    chosen = [each for each in METRICS if each.key in keys and not each.target_key]
    rolled = roll_up(now, "branch", market=market)
    return tuple(Line(each, None, _reading(each, rolled, Rules()), nothing, nothing, "no_target") for each in chosen)


def _line(metric: Metric, market: Market, rolled: Mapping[str, pd.DataFrame], as_of: date, *, rules: Rules, who: str) -> Line:
    now, month, year = (_reading(metric, rolled.get(name), rules) for name in ("now", "month", "year"))
    level = "manager" if who else "branch"
    target = metrics.target_for(metric, market.at("targets", as_of), rules, level=level, subject=who, as_of=as_of)
    if metric.flow:
        return _flow(metric, market, now, month, year, target, as_of)
    if np.isnan(now.value):
        return Line(metric, target, now, month, year, "no_data")
    if target is None:
        return Line(metric, target, now, month, year, "no_target")
    gap = target - now.value if metric.better == "lower" else now.value - target
    return Line(metric, target, now, month, year, "reached" if gap >= -1e-9 else "short", gap=gap)


def _flow(metric: Metric, market: Market, now: Reading, month: Reading, year: Reading, target: float | None, as_of: date) -> Line:
    period = period_of(market, metric, as_of)
    until = _reached_by(metric, market, as_of)
    time = metrics.time_progress(until or as_of, *metrics.period_span(period))
    if until is None or np.isnan(now.value):
        return Line(metric, target, now, month, year, "no_data", time=time)
    if not target:
        return Line(metric, target, now, month, year, "no_target", time=time, until=until)
    completion = now.value / target
    lead = metrics.ahead(completion, time)
    verdict: Verdict = "ahead" if lead > ON_TIME else "behind" if lead < -ON_TIME else "on_time"
    return Line(metric, target, now, month, year, verdict, completion=completion, ahead=lead, time=time, until=until)


def _reached_by(metric: Metric, market: Market, as_of: date) -> date | None:
    """Return the day up to which a flow is known: money is known by closed account month, the rest day by day."""
    if metric.unit != "money":
        return as_of
    month = last_closed_month(market, as_of)
    return None if month is None else pd.Period(month).end_time.date()


def _reading(metric: Metric, rolled: pd.DataFrame | None, rules: Rules) -> Reading:
    if rolled is None:
        return Reading(np.nan, np.nan, np.nan, NO_DATA)
    found = metrics.evaluate(metric, rolled, minimum_count=rules.minimum_count).iloc[0]
    return Reading(float(found["numerator"]), float(found["denominator"]), float(found["value"]), int(found["state"]))


def ranked(
    market: Market, plan: Plan, now: Facts, before: Facts, *, key: str, level: str, rules: Rules, seen: Sequence[str] | None = None
) -> pd.DataFrame:
    """Rank towns or managers by one metric, worst first by the bound that small counts cannot cheat.

    Parameters
    ----------
    level
        A key of `LEVELS`.
    seen
        Subjects that may be shown; all where None.

    Returns
    -------
    Index `subject`: numerator, denominator, value, state, bound, rank, target, before, change. Without those that have nothing to count.
    """
    chosen = metrics.metric(key)
    new, old = (
        metrics.evaluate(chosen, roll_up(each, level, market=market, plan=plan), minimum_count=rules.minimum_count)
        for each in (now, before)
    )
    shown = new[~new.index.isin([NOT_PLACED, UNASSIGNED]) & (new["value"].notna() | (new["numerator"] > 0))]
    shown = shown if seen is None else shown[shown.index.isin(list(seen))]
    table = metrics.rank(chosen, shown)
    own = "manager" if level == "holder" else level
    rows = market.at("targets", now.as_of)
    aims = [metrics.target_for(chosen, rows, rules, level=own, subject=str(subject), as_of=now.as_of) for subject in table.index]
    earlier = old["value"].reindex(table.index)
    return table.assign(
        target=[np.nan if aim is None else aim for aim in aims], before=earlier, change=table["value"] - earlier
    ).rename_axis("subject")


@dataclass(frozen=True)
class WhatIf:
    """What closing a gap takes: table with index subject (town or manager; "" the branch): live, filed, rate, target, needed, a_week."""

    table: pd.DataFrame
    weeks: float
    ends_on: date


def what_if(market: Market, plan: Plan, now: Facts, *, tier: str, level: str, rules: Rules) -> WhatIf:
    """Say how many complete files bring each town, or manager, and the branch to the target of a tier.

    needed = the smallest whole n with (filed + n) / live >= target; a_week = needed over the weeks that are left of the year, rounded up.
    """
    metric = metrics.metric(f"filing_rate_{tier}")
    ends_on = metrics.period_span(str(now.as_of.year))[1]
    weeks = max((ends_on - now.as_of).days, 1) / 7
    own = "manager" if level == "holder" else level
    rows = market.at("targets", now.as_of)
    parts = []
    for by, which in (("branch", "branch"), (level, own)):
        found = metrics.evaluate(metric, roll_up(now, by, market=market, plan=plan), minimum_count=rules.minimum_count)
        found = found[~found.index.isin([NOT_PLACED, UNASSIGNED]) & (found["denominator"] > 0)]
        subjects = [""] if by == "branch" else [str(each) for each in found.index]
        aims = [metrics.target_for(metric, rows, rules, level=which, subject=each, as_of=now.as_of) for each in subjects]
        frame = pd.DataFrame(
            {"live": found["denominator"].to_numpy(), "filed": found["numerator"].to_numpy(), "rate": found["value"].to_numpy()},
            index=pd.Index(subjects, name="subject"),
        ).assign(target=[np.nan if aim is None else aim for aim in aims])
        parts.append(frame)
    table = pd.concat(parts)
    table["needed"] = [needed(filed, live, target) for filed, live, target in table[["filed", "live", "target"]].itertuples(index=False)]
    table["a_week"] = np.ceil(table["needed"] / weeks)
    rest = table.iloc[1:].sort_values("needed", ascending=False, kind="stable")
    return WhatIf(pd.concat([table.iloc[:1], rest]), weeks, ends_on)


def needed(filed: float, live: float, target: float) -> int:
    """Return the smallest number of further files with which a rate reaches its target; 0 where it does, or where there is no target."""
    if np.isnan(target):
        return 0
    return max(math.ceil(target * live - filed - 1e-9), 0)


def restatements(market: Market, as_of: date) -> pd.DataFrame:
    """List closed account months that were corrected after they were first known.

    Returns
    -------
    One row per month, the last first: month, organisations (corrected), before and after (revenue of these organisations as first known
    and as known on the day), difference, restated_on (the last day a correction holds from).
    """
    months = market.tables["org_months"]
    columns = ["month", "organisations", "before", "after", "difference", "restated_on"]
    if "valid_from_us" not in months or not len(months):
        return pd.DataFrame(columns=columns)
    end = pd.Timestamp(as_of).tz_localize(market.branch.time_zone) + pd.Timedelta(days=1)
    known = months[months["valid_from_us"] < end.value // 1000].sort_values("valid_from_us", kind="stable")
    several = known[known.duplicated(["org_id", "month"], keep=False)]
    if several.empty:
        return pd.DataFrame(columns=columns)
    first, last = (several.drop_duplicates(["org_id", "month"], keep=which) for which in ("first", "last"))
    pairs = first.merge(last, on=["org_id", "month"], suffixes=("_before", "_after"))
    table = pairs.groupby("month").agg(
        organisations=("org_id", "size"),
        before=("revenue_before", "sum"),
        after=("revenue_after", "sum"),
        latest=("valid_from_us_after", "max"),
    )
    days = pd.to_datetime(table["latest"], unit="us", utc=True).dt.tz_convert(market.branch.time_zone).dt.tz_localize(None).dt.floor("D")
    told = table.assign(difference=table["after"] - table["before"], restated_on=days).drop(columns="latest")
    return told.sort_index(ascending=False).reset_index()[columns]
