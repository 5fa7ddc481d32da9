"""What a door is worth: an explicit sum of named parts, each with the words for it.

priority of a door = worth of its tier x sum over the parts of (weight x strength)

Worths and weights are settings (`sweeps.tier_worth`, `sweeps.weights`); a strength runs from 0 (does not hold) to 1. An organisation of
unknown tier is worth what the smallest tier is. Nothing else adds to it, so that a chief can work out any figure by hand.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from gridmap.danger import LEVELS, factor_states, score_danger
from gridmap.errors import N_, Message, say
from gridmap.facts.stock import Standing
from gridmap.facts.visits import VisitsSeen, discovered_on
from gridmap.market import Market
from gridmap.market.columns import NEVER, dates_in, is_one_of, rows_in
from gridmap.settings import Rules, SweepRules
from gridmap.sweeps.nearby import wins_near
from gridmap.texts import Day, worded

Array = np.ndarray[Any, Any]
_DAYS = "datetime64[D]"
_FILE_TO_MEND = 0.5
_LATER = 0.5
_MANY_WINS = 3
_LEVEL_STRENGTHS = (("blue", 0.25), ("yellow", 0.5), ("orange", 0.75), ("red", 1.0))
# A call is made by phone, and a follow-up task is a follow-up promised.
_TASKS_AT_THE_DOOR = ("warning", "expiry", "check", "supervised")


@dataclass(frozen=True, eq=False)
class Ground:
    """What the parts are found from: the organisations at a day, their visits, what is open, and the last day of the sweep."""

    market: Market
    standing: Standing
    seen: VisitsSeen
    first_known: Array
    open: pd.DataFrame
    until: date
    rules: Rules
    sweep_rules: SweepRules

    @property
    def today(self) -> int:
        """The day as days since 1970."""
        return int(np.datetime64(self.standing.as_of, "D").astype(np.int64))


@dataclass(frozen=True, eq=False)
class Found:
    """How strongly a part holds for each organisation (0 to 1), and the detail its words need, one row each."""

    strength: Array
    detail: Array


@dataclass(frozen=True)
class Part:
    """One part of the priority: its key in the settings, its title, how it is found, and how it is told."""

    key: str
    title: str
    find: Callable[[Ground], Found]
    tell: Callable[[Any], Message]


def _never_visited(ground: Ground) -> Found:
    """Find who was never effectively visited; nobody where the branch has no visits on record."""
    never = ground.seen.known & (ground.seen.last == NEVER)
    return Found(never.astype(float), np.zeros(len(never)))


def _overdue(ground: Ground) -> Found:
    """Find the visits owed: whole cycles since the last effective visit (or discovery), of the most that can be owed."""
    standing, seen, rules = ground.standing, ground.seen, ground.rules
    cycles = dict(rules.cycle_days)
    cycle = standing.tiers.map(cycles).fillna(max(cycles.values())).to_numpy(dtype=float)
    found = discovered_on(standing.rows, ground.first_known)
    never = seen.last == NEVER
    since = ground.today - np.where(never, found, seen.last)
    unknown = (never & (found == NEVER)) | (not seen.known)
    owed = np.where(unknown, 0, np.clip(since // cycle, 0, rules.debt_cap))
    return Found(owed / max(rules.debt_cap, 1), owed)


def _unfiled(ground: Ground) -> Found:
    """Find who has no file (1), and whose file is not complete (0.5)."""
    filed = is_one_of(ground.standing.stage, "account")
    strength = np.where(filed, np.where(ground.standing.complete, 0.0, _FILE_TO_MEND), 1.0)
    return Found(strength, filed.astype(int))


def _danger(ground: Ground) -> Found:
    """Find the competition danger of accounts: blue 0.25, yellow 0.5, orange 0.75, red 1."""
    rules, rows = ground.rules.danger, ground.standing.rows
    states = factor_states(rows, as_of=ground.standing.as_of, rules=rules)
    levels = score_danger(states, rules)["level"].where(is_one_of(ground.standing.stage, "account"))
    strengths = dict(_LEVEL_STRENGTHS)
    return Found(levels.map(strengths).fillna(0.0).to_numpy(dtype=float), levels.fillna("").to_numpy(dtype=object))


def _contract_ending(ground: Ground) -> Found:
    """Find contracts that end within `contract_days`: 1 where one ends today or ended in as many days before, 0.5 on the last day."""
    ends = dates_in(ground.standing.rows, "contract_end")
    left = ends.astype(np.int64) - ground.today
    within = ground.sweep_rules.contract_days
    holds = ~np.isnat(ends) & (np.abs(left) <= within)
    strength = 1.0 - (1.0 - _LATER) * np.clip(np.where(holds, left, 0), 0, None) / max(within, 1)
    return Found(np.where(holds, strength, 0.0), ends)


def _wins_near(ground: Ground) -> Found:
    """Find competitors' wins nearby: a third for each, at most 1."""
    rules, standing = ground.sweep_rules, ground.standing
    since = standing.as_of - timedelta(days=rules.win_days - 1)
    count = wins_near(ground.market, standing.rows, since=since, as_of=standing.as_of, radius_m=rules.win_radius_m)
    told = np.column_stack((count, np.full(len(count), round(rules.win_radius_m))))
    return Found(np.minimum(count, _MANY_WINS) / _MANY_WINS, told)


def _follow_up(ground: Ground) -> Found:
    """Find follow-ups promised: due by the last day of the sweep 1, within `promise_days` after it 0.5."""
    promised = ground.open[ground.open["kind"].eq("follow_up").to_numpy(dtype=bool)]
    return _due(ground, promised)


def _task_due(ground: Ground) -> Found:
    """Find warnings, expiries, checks and supervised items, due as follow-ups are."""
    tasks = ground.open[is_one_of(ground.open["kind"], *_TASKS_AT_THE_DOOR)]
    due = _due(ground, tasks)
    first = tasks.drop_duplicates("org_id")
    kinds = np.append(first["kind"].to_numpy(dtype=object), np.array([""], dtype=object))
    kind = kinds[rows_in(ground.standing.rows["org_id"], first["org_id"])]
    return Found(due.strength, np.column_stack((kind, due.detail.astype(object))))


def _due(ground: Ground, items: pd.DataFrame) -> Found:
    first = items.drop_duplicates("org_id")  # in order of due day, so that the earliest stands
    days = np.append(first["due_on"].to_numpy(dtype=_DAYS), np.datetime64("NaT", "D"))
    due = days[rows_in(ground.standing.rows["org_id"], first["org_id"])]
    last = np.datetime64(ground.until, "D")
    soon = last + np.timedelta64(ground.sweep_rules.promise_days, "D")
    return Found(np.select([due <= last, due <= soon], [1.0, _LATER], default=0.0), due)


def _say_never(_: Any) -> Message:
    return say(N_("never visited"))


def _say_overdue(owed: Any) -> Message:
    return say(N_("1 visit owed")) if int(owed) == 1 else say(N_("{count} visits owed"), count=int(owed))


def _say_unfiled(filed: Any) -> Message:
    return say(N_("its file is not complete")) if filed else say(N_("no file"))


def _say_danger(level: Any) -> Message:
    return say(N_("in danger: {level}"), level=say(dict(LEVELS)[level]))


def _say_contract(ends: Any) -> Message:
    return say(N_("its contract ends on {day}"), day=_day(ends))


def _say_wins(counted: Any) -> Message:
    count, metres = (int(each) for each in counted)
    if count == 1:
        return say(N_("1 win within {metres} m"), metres=metres)
    return say(N_("{count} wins within {metres} m"), count=count, metres=metres)


def _say_follow_up(due: Any) -> Message:
    return say(N_("follow-up promised for {day}"), day=_day(due))


def _say_task(told: Any) -> Message:
    kind, due = told
    return say(N_("{task} due on {day}"), task=say(worded(str(kind))), day=_day(due))


def _day(value: Any) -> Day:
    return Day(np.datetime64(value, "D").astype(object))


PARTS: tuple[Part, ...] = (
    Part("never_visited", N_("Never visited"), _never_visited, _say_never),
    Part("overdue", N_("Visits owed"), _overdue, _say_overdue),
    Part("unfiled", N_("Not filed"), _unfiled, _say_unfiled),
    Part("danger", N_("In danger"), _danger, _say_danger),
    Part("contract_ending", N_("Contract ending"), _contract_ending, _say_contract),
    Part("wins_near", N_("Wins nearby"), _wins_near, _say_wins),
    Part("follow_up", N_("Follow-up promised"), _follow_up, _say_follow_up),
    Part("task_due", N_("Task due"), _task_due, _say_task),
)


def worth_of(tiers: Array, rules: SweepRules) -> Array:
    """Return what each tier is worth; an unknown one is worth what the smallest is."""
    worths = dict(rules.tier_worth)
    return pd.Series(tiers, dtype=object).map(worths).astype(float).fillna(min(worths.values(), default=1.0)).to_numpy()


def weigh(found: dict[str, Found], tiers: Array, rules: SweepRules) -> pd.DataFrame:
    """Return what each part adds to each door, in points of priority: tier worth x weight x strength; a column per part."""
    weights, worth = dict(rules.weights), worth_of(tiers, rules)
    return pd.DataFrame({part.key: worth * weights.get(part.key, 0.0) * found[part.key].strength for part in PARTS})
