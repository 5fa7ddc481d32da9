"""The questions of the Overview: where do we stand against target and time, and where is it getting worse."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from gridmap import metrics
from gridmap.facts import NOT_PLACED, UNASSIGNED, Facts, roll_up
from gridmap.market import Market, local_days
from gridmap.metrics import NO_DATA, OK, Metric, Progress
from gridmap.plan import Plan
from gridmap.settings import Rules

Moved = Literal["", "numerator", "denominator", "both"]

# What the scorecard shows, in this order: the targets first, then what costs us.
SCORES = (
    "filing_rate_A",
    "filing_rate_B",
    "filing_rate_C",
    "visit_coverage",
    "never_visited",
    "visits_owed",
    "wins_per_100",
    "files_per_manager",
)
# A figure per post of the whole branch says nothing about the cells of one manager.
OWN_SCORES = tuple(key for key in SCORES if key != "files_per_manager")
# What may get worse town by town; small towns are judged by what they lost, not by their ratio alone.
WATCHED = ("filing_rate_A", "filing_rate_B", "filing_rate_C", "visit_coverage", "never_visited", "visits_owed", "wins_per_100")


@dataclass(frozen=True)
class Reading:
    """One metric at one level: numerator, denominator, value and state (0 OK, 1 few, 2 no data, 3 unknown)."""

    numerator: float
    denominator: float
    value: float
    state: int


@dataclass(frozen=True)
class Score:
    """One metric now, before, and against its target; `gap` is positive where the target is beaten."""

    metric: Metric
    now: Reading
    before: Reading
    target: float | None
    moved: Moved

    @property
    def gap(self) -> float | None:
        """How far the value is ahead of its target, in the metric's unit; None without a target or a value."""
        if self.target is None or np.isnan(self.now.value):
            return None
        ahead = self.now.value - self.target
        return -ahead if self.metric.better == "lower" else ahead

    @property
    def change(self) -> float:
        """How much the value changed; NaN where one of the two is missing."""
        return self.now.value - self.before.value


@dataclass(frozen=True)
class Worse:
    """One thing that got worse: where, which metric, from what to what, and how many it is about."""

    level: Literal["town", "holder"]
    key: str
    score: Score
    lost: float


@dataclass(frozen=True)
class Step:
    """One thing to do first, about a town or a manager.

    `unassigned`: cells and organisations; `overloaded`: accounts and capacity; `overworked`: hours a month asked and had; `unfiled`:
    tier C files a town and the branch lack.
    """

    kind: Literal["unassigned", "overloaded", "overworked", "unfiled"]
    key: str
    first: float
    second: float


def scorecard(
    market: Market, now: Facts, before: Facts, *, rules: Rules, plan: Plan | None = None, keys: Iterable[str] = SCORES
) -> tuple[Score, ...]:
    """Read the metrics of the whole branch now and before, with their targets.

    Parameters
    ----------
    market, plan
        What is, and who owns it.
    now, before
        Facts of the two days that are compared, over the same window.
    rules
        Defaults of the targets.
    keys
        Keys of metrics.

    Returns
    -------
    One score per key, in order.
    """
    new, old = (roll_up(each, "branch", market=market, plan=plan) for each in (now, before))
    scores = []
    for key in keys:
        now_read, before_read = (_reading(_evaluated(key, each, rules), str(each.index[0])) for each in (new, old))
        target = _target(key, market, rules, level="branch", subject="", as_of=now.as_of)
        scores.append(_score(metrics.metric(key), now_read, before_read, target))
    return tuple(scores)


def towns_ranked(market: Market, now: Facts, before: Facts, *, key: str, rules: Rules) -> pd.DataFrame:
    """Rank the towns by one metric, worst first by the bound that small counts cannot cheat.

    Returns
    -------
    One row per town, index `town`: name, name_en, numerator, denominator, value, state, bound, target, before, change. The last row
    holds what has no place, index "" (names missing), where there is any.
    """
    chosen = metrics.metric(key)
    new, old = (_evaluated(key, roll_up(each, "town", market=market), rules) for each in (now, before))
    placed = new.index != NOT_PLACED
    ranked = pd.concat([metrics.rank(chosen, new[placed]), new[~placed]])
    ranked["target"] = [
        np.nan if target is None else target
        for target in (_target(key, market, rules, level="town", subject=str(town), as_of=now.as_of) for town in ranked.index)
    ]
    ranked["before"] = old["value"].reindex(ranked.index)
    ranked["change"] = ranked["value"] - ranked["before"]
    ranked.insert(0, "name", market.areas["name"].reindex(ranked.index))
    ranked.insert(1, "name_en", market.areas["name_en"].reindex(ranked.index))
    return ranked.rename_axis("town")


def got_worse(market: Market, now: Facts, before: Facts, *, rules: Rules, plan: Plan | None = None, most: int = 6) -> tuple[Worse, ...]:
    """Find what got worse since before, in towns and for holders, what is about the most organisations first.

    Parameters
    ----------
    most
        Findings at most; of one metric at most a third of them, so that one bad month in one figure does not hide the others.

    Returns
    -------
    Changes for the worse in places whose counts are large enough to judge, now and before.
    """
    found: list[Worse] = []
    levels: tuple[Literal["town", "holder"], ...] = ("town", "holder")
    for level in levels:
        new, old = (roll_up(each, level, market=market, plan=plan) for each in (now, before))
        for key in WATCHED:
            found += _worse(level, metrics.metric(key), *(_evaluated(key, each, rules) for each in (new, old)))
    found.sort(key=lambda each: (-each.lost, each.level, each.key, each.score.metric.key))
    seen: Counter[str] = Counter()
    kept = [each for each in found if _count_of(seen, each.score.metric.key) <= max(most // 3, 1)]
    return tuple(kept[:most])


def first_steps(market: Market, now: Facts, loads: pd.DataFrame, *, rules: Rules) -> tuple[Step, ...]:
    """Say what to do first: give nobody's cells to somebody, relieve who has too much, file where most is missing.

    Parameters
    ----------
    loads
        As `gridmap.reallocation.loads.manager_loads` gives them.

    Returns
    -------
    At most one step of each kind, none where there is nothing to do.
    """
    steps = []
    free = loads[loads.index == UNASSIGNED]
    if free["organisations"].sum() > 0:
        steps.append(Step("unassigned", UNASSIGNED, float(free["cells"].iloc[0]), float(free["organisations"].iloc[0])))
    full = loads[loads["active"] & loads["over"]]
    if len(full):
        accounts, capacity = float(full["accounts"].iloc[0]), float(full["capacity"].iloc[0])
        if accounts > capacity:
            steps.append(Step("overloaded", str(full.index[0]), accounts, capacity))
        else:  # a community manager has hours, not a cap
            steps.append(Step("overworked", str(full.index[0]), float(full["hours_asked"].iloc[0]), float(full["hours_had"].iloc[0])))
    missing = _missing_files(market, now, rules)
    if len(missing):
        steps.append(Step("unfiled", str(missing.index[0]), float(missing.iloc[0]), float(missing.sum())))
    return tuple(steps)


def _missing_files(market: Market, now: Facts, rules: Rules) -> pd.Series:
    """Return how many tier C files each town lacks to its target, the most first; towns that lack none are left out."""
    found = _evaluated("filing_rate_C", roll_up(now, "town", market=market), rules)
    found = found[found.index != NOT_PLACED]
    targets = [_target("filing_rate_C", market, rules, level="town", subject=str(town), as_of=now.as_of) or 0.0 for town in found.index]
    short = np.array(targets) * found["denominator"].to_numpy(dtype=float) - found["numerator"].to_numpy(dtype=float)
    lacking = pd.Series(np.ceil(short - 1e-9), index=found.index)
    return lacking[lacking > 0].sort_values(ascending=False, kind="stable")


def time_used(market: Market, as_of: date) -> tuple[str, Progress]:
    """Return the period that targets run over at a day, and how much of it has gone.

    The shortest period of a target of the branch that holds the day; the calendar year where none does.
    """
    targets = market.at("targets", as_of)
    spans = {str(period): metrics.period_span(str(period)) for period in targets.loc[targets["level"].eq("branch"), "period"].dropna()}
    running = sorted((last - first, period) for period, (first, last) in spans.items() if first <= as_of <= last)
    period = running[0][1] if running else str(as_of.year)
    return period, metrics.time_progress(as_of, *metrics.period_span(period))


def days_to_show(market: Market, today: date, *, months: int = 18) -> tuple[date, ...]:
    """List the days the Overview can be read at: month ends, then the last day with data.

    Parameters
    ----------
    today
        The day it is; nothing later is offered.
    months
        Month ends offered at most.

    Returns
    -------
    Days in order; the last one is where the page opens.
    """
    last = min(last_day(market) or today, today)
    first = first_day(market) or last
    ends = [end.date() for end in pd.date_range(end=pd.Timestamp(last), periods=months, freq="ME")]
    return tuple(sorted({*(end for end in ends if first <= end), last}))


def last_day(market: Market) -> date | None:
    """Return the last day on which anything happened in the field; None where nothing did."""
    days = [series.max() for series in _dated(market) if series.notna().any()]
    return max(days).date() if days else None


def first_day(market: Market) -> date | None:
    """Return the first day on which somebody was visited or won, else on which one opened or was filed; None where nothing happened."""
    field, register = _dated(market)[:2], _dated(market)[2:]
    days = [series.min() for series in field if series.notna().any()] or [series.min() for series in register if series.notna().any()]
    return min(days).date() if days else None


def month_before(as_of: date) -> date:
    """Return the day to compare with: the end of the month before."""
    return (pd.Timestamp(as_of).to_period("M").start_time - pd.Timedelta(days=1)).date()


def _dated(market: Market) -> list[pd.Series]:
    visited = local_days(market.tables["visits"]["visited_at"], market.branch.time_zone)
    organisations = market.tables["organisations"]
    return [visited, market.tables["wins"]["happened_on"], organisations["filed_on"], organisations["opened_on"]]


def _target(key: str, market: Market, rules: Rules, *, level: str, subject: str, as_of: date) -> float | None:
    return metrics.target_for(metrics.metric(key), market.at("targets", as_of), rules, level=level, subject=subject, as_of=as_of)


def _evaluated(key: str, rolled: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    return metrics.evaluate(metrics.metric(key), rolled, minimum_count=rules.minimum_count)


def _score(chosen: Metric, now: Reading, before: Reading, target: float | None) -> Score:
    up, down = (_differ(getattr(now, part), getattr(before, part)) for part in ("numerator", "denominator"))
    moved: Moved = "both" if up and down else "numerator" if up else "denominator" if down else ""
    return Score(chosen, now, before, target, moved)


def _differ(now: float, before: float) -> bool:
    return now != before and not (np.isnan(now) and np.isnan(before))


def _reading(evaluated: pd.DataFrame, row: str) -> Reading:
    place = int(evaluated.index.get_indexer(pd.Index([row]))[0])
    if place < 0:
        return Reading(np.nan, np.nan, np.nan, NO_DATA)
    top, bottom, value = (float(evaluated[part].iloc[place]) for part in ("numerator", "denominator", "value"))
    return Reading(top, bottom, value, int(evaluated["state"].iloc[place]))


def _worse(level: Literal["town", "holder"], chosen: Metric, new: pd.DataFrame, old: pd.DataFrame) -> list[Worse]:
    """Find the rows that got worse by at least one organisation, where there are enough to judge on both days."""
    old = old.reindex(new.index)
    change = new["value"] - old["value"]
    weight = (new["denominator"] if chosen.denominator else 1.0) / chosen.scale
    lost = (change if chosen.better == "lower" else -change) * weight
    # One point of a share, or a twentieth of anything else: less is the weather.
    felt = change.abs() >= (0.01 if chosen.is_share else old["value"].abs() / 20)
    judged = (new["state"] == OK) & (old["state"] == OK) & (new.index != NOT_PLACED) & (lost >= 1 - 1e-9) & felt
    rows = [str(row) for row in new.index[judged.to_numpy(dtype=bool)]]
    return [Worse(level, row, _score(chosen, _reading(new, row), _reading(old, row), None), float(lost[row])) for row in rows]


def _count_of(seen: Counter[str], key: str) -> int:
    seen[key] += 1
    return seen[key]
