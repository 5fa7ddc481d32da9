"""What changed since a day before, and why: counts that moved, the towns that moved them, events the tables hold; nothing is guessed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from gridmap.errors import N_
from gridmap.facts import NOT_PLACED, Facts, roll_up
from gridmap.facts.stock import standing_of
from gridmap.market import Market
from gridmap.market.columns import dates_in, is_true
from gridmap.metrics import FEW, OK
from gridmap.metrics.contributions import contributions
from gridmap.services.overview import Score
from gridmap.settings import Rules

Array = np.ndarray[Any, Any]
LEAST_SHARE = 0.002  # of a share: a fifth of a point
LEAST_PART = 0.02  # of any other figure
MOST_PARTS = 3
# What the tables can count of a month, by the family of metrics that it moves.
EVENTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("filed", N_("files made"), ("filing",)),
    ("opened", N_("organisations opened"), ("filing",)),
    ("closed", N_("organisations closed"), ("filing",)),
    ("won", N_("verified wins of competitors"), ("competition",)),
)


@dataclass(frozen=True)
class Part:
    """What one town moved of a metric, in the metric's unit; `key` an area_id, empty for what has no place."""

    key: str
    contribution: float


@dataclass(frozen=True)
class Change:
    """One metric that moved: its readings, the towns that moved it most, those that moved it the other way, and what the month counts.

    `few`: the denominator is too small to judge on one of the days. `events`: keys of `EVENTS` with their counts, none that is 0.
    """

    score: Score
    with_it: tuple[Part, ...]
    against: tuple[Part, ...]
    events: tuple[tuple[str, int], ...]
    few: bool


def what_changed(market: Market, now: Facts, before: Facts, scores: Sequence[Score], *, rules: Rules) -> tuple[Change, ...]:
    """Explain the scores that moved, those that moved most of their target or of themselves first.

    Parameters
    ----------
    market, now, before
        What is, and the facts of the two days.
    scores
        As `overview.scorecard` reads them from the same facts.
    rules
        Tiers.

    Returns
    -------
    One entry per score that moved by a fifth of a point, or by 2 %; the others are left out. Town contributions add up to the change.
    """
    towns = [roll_up(each, "town", market=market) for each in (now, before)]
    counted = events_between(market, before.as_of, now.as_of, rules=rules)
    found = [_change(score, towns, counted) for score in scores if _moved(score)]
    return tuple(sorted(found, key=lambda each: -_weight(each.score)))


def everything(market: Market, now: Facts, before: Facts, *, rules: Rules) -> tuple[tuple[str, int], ...]:
    """Count every event between two days over all tiers; those that did not happen are left out."""
    counted = events_between(market, before.as_of, now.as_of, rules=rules)
    return tuple((key, count) for key, _title, _families in EVENTS if (count := counted(key, "")))


def events_between(market: Market, after: date, until: date, *, rules: Rules) -> Callable[[str, str], int]:
    """Return what counts an event (a key of `EVENTS`) for a tier ("" for all) between two days, the first exclusive."""
    window = max((until - after).days, 1)
    standing = standing_of(market, as_of=until, window_days=window, rules=rules)
    rows, low, high = standing.rows, np.datetime64(after, "D"), np.datetime64(until, "D")
    days = {"filed": dates_in(rows, "filed_on"), "opened": dates_in(rows, "opened_on"), "closed": dates_in(rows, "closed_on")}
    wins = market.at("wins", until)
    happened = dates_in(wins, "happened_on")
    lost = wins["lines_lost"].fillna(0).to_numpy(dtype=float) > 0
    won = int(((happened > low) & (happened <= high) & is_true(wins["verified"]) & lost).sum())

    def count(event: str, tier: str) -> int:
        if event == "won":
            return won
        inside = (days[event] > low) & (days[event] <= high)
        return int((inside & (standing.tier == tier)).sum() if tier else inside.sum())

    return count


def _change(score: Score, towns: list[pd.DataFrame], counted: Callable[[str, str], int]) -> Change:
    shared = contributions(score.metric, *towns)["contribution"].dropna()
    parts = [Part("" if key == NOT_PLACED else str(key), float(value)) for key, value in shared.items()]
    up = score.change > 0
    moving = sorted(
        (part for part in parts if part.contribution and (part.contribution > 0) == up), key=lambda part: -abs(part.contribution)
    )
    other = sorted(
        (part for part in parts if part.contribution and (part.contribution > 0) != up), key=lambda part: -abs(part.contribution)
    )
    felt = abs(score.change) / 10  # what moved a tenth of the change or more is worth a name
    named = tuple(part for part in moving if abs(part.contribution) >= felt)[:MOST_PARTS]
    against = tuple(part for part in other if abs(part.contribution) >= felt)[:1]
    tier = score.metric.tier
    wanted = [key for key, _title, families in EVENTS if score.metric.family in families]
    events = tuple((key, count) for key in wanted if (count := counted(key, "" if key == "won" else tier)))
    few = FEW in (score.now.state, score.before.state)
    return Change(score, named, against, events, few)


def _moved(score: Score) -> bool:
    if score.now.state > FEW or score.before.state > FEW or np.isnan(score.change):
        return False
    if score.metric.is_share:
        return abs(score.change) >= LEAST_SHARE
    return bool(score.before.value) and abs(score.change / score.before.value) >= LEAST_PART


def _weight(score: Score) -> float:
    """Return how much a score moved: of its target where it has one, else of itself; what can be judged before what cannot."""
    base = abs(score.target) if score.target else abs(score.before.value)
    judged = score.now.state == OK == score.before.state
    return (abs(score.change) / base if base else 0.0) + (1.0 if judged else 0.0)
