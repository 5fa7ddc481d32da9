"""When a target is reached at this pace: "at this pace Taiping reaches 80% coverage on 14 March", with the days between which it may be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from gridmap.errors import N_, Message, say
from gridmap.market import Market, local_days
from gridmap.market.columns import days_of, is_one_of
from gridmap.metrics import metric
from gridmap.metrics.targets import target_for
from gridmap.plan import Plan
from gridmap.schema.field import EFFECTIVE, FACE_TO_FACE
from gridmap.settings import Rules
from gridmap.sweeps.ahead import Ahead, Future, Level, look_ahead
from gridmap.sweeps.forecast import Forecast
from gridmap.texts import Day, Name

Array = np.ndarray[Any, Any]
What = Literal["visit_coverage", "filing_rate_C"]
WHATS: tuple[What, ...] = ("visit_coverage", "filing_rate_C")
# Coverage asked for where no target is set: as much as of the files of tier C.
COVERAGE_TARGET = 0.80
WEEKS, HORIZON_DAYS = 6, 365
# Days of the year ahead that are looked at; between them the line is straight.
_STEP_DAYS = 7
# Four in five of the weeks to come lie within so many standard errors.
_ERRORS = 1.2816

_REACHED: Mapping[What, str] = {
    "visit_coverage": N_("{name} has {target}% coverage already."),
    "filing_rate_C": N_("{name} has {target}% of its tier C files already."),
}
_BETWEEN: Mapping[What, str] = {
    "visit_coverage": N_("At this pace {name} reaches {target}% coverage on {on}, between {early} and {late}."),
    "filing_rate_C": N_("At this pace {name} reaches {target}% of its tier C files on {on}, between {early} and {late}."),
}
_FROM: Mapping[What, str] = {
    "visit_coverage": N_("At this pace {name} reaches {target}% coverage on {on}, at best on {early}, at worst not within a year."),
    "filing_rate_C": N_(
        "At this pace {name} reaches {target}% of its tier C files on {on}, at best on {early}, at worst not within a year."
    ),
}
_PERHAPS: Mapping[What, str] = {
    "visit_coverage": N_("At this pace {name} does not reach {target}% coverage within a year; at best on {early}."),
    "filing_rate_C": N_("At this pace {name} does not reach {target}% of its tier C files within a year; at best on {early}."),
}
_NOT: Mapping[What, str] = {
    "visit_coverage": N_("At this pace {name} does not reach {target}% coverage within a year."),
    "filing_rate_C": N_("At this pace {name} does not reach {target}% of its tier C files within a year."),
}


class Pace(NamedTuple):
    """Doors that become covered, or complete, on a calendar day: as before, with a range."""

    slow: float
    usual: float
    fast: float


@dataclass(frozen=True)
class Reaching:
    """When one place or person reaches a target. Days None: not within a year; `on` the day itself: reached already.

    `share` is what is now, `target` what is to be, both 0 to 1. `early` and `late` are the days at the faster and the slower pace.
    """

    what: What
    subject: str
    share: float
    target: float
    pace: Pace
    on: date | None
    early: date | None
    late: date | None
    said: Message


def pace(
    market: Market, plan: Plan, *, as_of: date, rules: Rules, level: Level, subjects: Mapping[str, Name], forecast: Forecast | None = None
) -> tuple[Reaching, ...]:
    """Say when targets are reached: at the pace of a sweep where its forecast is given, else at that of the last six weeks.

    What falls out of its cycle is counted on its day for what is known; what is covered from now on falls out one mean cycle later. So
    a pace may be too slow for ever, which is said.

    Parameters
    ----------
    market, plan
        What is, and who has what.
    as_of
        The day.
    rules
        Cycles, and targets where the branch sets none.
    level, subjects
        "branch", "town", "manager" or "cell", and which, with their names.
    forecast
        Of a sweep, as of the same day.

    Returns
    -------
    For each subject, in the given order, coverage and the files of tier C; only where there is anything to cover or to file.
    """
    ahead = look_ahead(market, plan, as_of=as_of, rules=rules)
    steps = [ahead.on(as_of + timedelta(days=after)) for after in range(0, HORIZON_DAYS + _STEP_DAYS, _STEP_DAYS)]
    gains = _gains_of_weeks(ahead, plan, as_of)
    found = []
    for subject, name in subjects.items():
        for what in WHATS:
            mine = ahead.keys[level] == subject
            if what == "filing_rate_C":
                mine = mine & (ahead.standing.tier == "C")
            line = _line(what, steps, mine, ahead)
            if line.whole[0] == 0:
                continue
            told = None if forecast is None else _told(forecast, what, level, subject)
            weeks = gains[what][:, mine].sum(axis=1)
            own = _pace_of_weeks(weeks) if told is None or len(told) < 2 else _pace_of_sweep(told, what, ahead, mine)
            target = target_for(metric(what), market.at("targets", as_of), rules, level=level, subject=subject, as_of=as_of)
            found.append(_reaching(what, line, own, COVERAGE_TARGET if target is None else target, subject=subject, name=name, as_of=as_of))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class _Line:
    """What will be without a visit, one value per day ahead: so many of the whole; and after how many days what is won is lost again."""

    have: Array
    whole: Array
    lasts: float

    def first_day(self, per_day: float, target: float) -> int | None:
        days = np.arange(len(self.have))
        share = np.minimum(self.have + per_day * np.minimum(days, self.lasts), self.whole) / np.maximum(self.whole, 1.0)
        reached = np.flatnonzero(share >= target - 1e-9)
        return int(reached[0]) if len(reached) else None


def _line(what: What, steps: list[Future], mine: Array, ahead: Ahead) -> _Line:
    coverage = what == "visit_coverage"
    days, known = np.arange(HORIZON_DAYS + 1), np.arange(len(steps)) * _STEP_DAYS
    have = [float(((step.covered if coverage else step.complete) & mine).sum()) for step in steps]
    whole = [float(((step.due if coverage else step.live) & mine).sum()) for step in steps]
    cycle = float(ahead.cycle[mine].mean()) if coverage and mine.any() else float("inf")
    return _Line(np.interp(days, known, have), np.interp(days, known, whole), cycle)


def _reaching(what: What, line: _Line, own: Pace, target: float, *, subject: str, name: Name, as_of: date) -> Reaching:
    first = [line.first_day(each, target) for each in (own.fast, own.usual, own.slow)]
    early, on, late = (None if each is None else as_of + timedelta(days=each) for each in first)
    words = _NOT if early is None else _PERHAPS if on is None else _REACHED if on == as_of else _FROM if late is None else _BETWEEN
    days = {key: Day(day) for key, day in (("early", early), ("on", on), ("late", late)) if day is not None}
    told = say(words[what], name=name, target=f"{target * 100:g}", **days)
    return Reaching(what, subject, float(line.have[0] / line.whole[0]), target, own, on, early, late, told)


def _pace_of_sweep(told: pd.DataFrame, what: What, ahead: Ahead, mine: Array) -> Pace:
    """Return what a sweep brings for a calendar day, beside what would be without it."""
    name = "reached" if what == "visit_coverage" else "filed"
    first, last = told.iloc[0], told.iloc[-1]
    then = ahead.on(last["day"].date())
    without = int(((then.covered if what == "visit_coverage" else then.complete) & mine).sum())
    days = max((last["day"] - first["day"]).days, 1)
    return Pace(*(max(0.0, float(last[f"{name}{end}"]) - without) / days for end in ("_low", "", "_high")))


def _told(forecast: Forecast, what: What, level: Level, subject: str) -> pd.DataFrame | None:
    by_tier, by_town, by_day = forecast.by_tier, forecast.by_town, forecast.by_day
    if what == "filing_rate_C":
        return by_tier[(by_tier["manager_id"] == subject) & (by_tier["tier"] == "C")] if level == "manager" else None
    if level == "town":
        return by_town[by_town["town"] == subject]
    if level == "manager":
        return by_day[(by_day["manager_id"] == subject) & (by_day["cell"] == "")]
    return by_day[by_day["cell"] == subject] if level == "cell" else None


def _pace_of_weeks(gains: Array) -> Pace:
    """Return the pace of the last weeks: their mean, and as sure as so few weeks can be."""
    usual = float(gains.mean())
    error = _ERRORS * float(gains.std(ddof=1) / np.sqrt(len(gains)))
    return Pace(*(max(0.0, each) / 7 for each in (usual - error, usual, usual + error)))


def _gains_of_weeks(ahead: Ahead, plan: Plan, as_of: date) -> Mapping[What, Array]:
    """Return for each of the last weeks (in rows) which organisations became covered that else were not, and which complete."""
    ends = [as_of - timedelta(days=7 * back) for back in range(WEEKS, -1, -1)]
    ids = list(ahead.standing.rows["org_id"])
    covered, complete = [], []
    for begins, ends_on, met in zip(ends, ends[1:], _met(ahead, ends), strict=False):
        before = look_ahead(ahead.market, plan, as_of=begins, rules=ahead.rules)
        row = before.place(ids)
        covered.append(met & ~np.append(before.on(ends_on).covered, [False])[row])
        complete.append(ahead.on(ends_on).complete & ~np.append(before.on(begins).complete, [False])[row])
    return {"visit_coverage": np.array(covered, dtype=float), "filing_rate_C": np.array(complete, dtype=float)}


def _met(ahead: Ahead, ends: list[date]) -> Iterator[Array]:
    """Yield for each week which rows were effectively visited face to face."""
    visits = ahead.market.at("visits", ends[-1])
    face = is_one_of(visits["kind"], *FACE_TO_FACE) | visits["kind"].isna().to_numpy()
    kept = visits[face & is_one_of(visits["outcome"], *EFFECTIVE)]
    row = ahead.place(list(kept["org_id"]))
    day = days_of(local_days(kept["visited_at"], ahead.market.branch.time_zone))
    edges = [int(np.datetime64(each, "D").astype(np.int64)) for each in ends]
    for begins, ends_on in pairwise(edges):
        met = np.zeros(len(ahead.standing.rows), dtype=bool)
        met[row[(row >= 0) & (day > begins) & (day <= ends_on)]] = True
        yield met
