"""A month made up: days of a sweep lived through door by door, the days that remain planned again each evening, and what it came to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from gridmap.errors import N_, PlanError
from gridmap.facts.surveys import NOT_IN
from gridmap.market import FOREVER_US, Market
from gridmap.market.columns import empty_column
from gridmap.plan import Plan
from gridmap.schema.field import EFFECTIVE
from gridmap.settings import Settings
from gridmap.sweeps.answering import answer
from gridmap.sweeps.candidates import find_candidates
from gridmap.sweeps.engine import Problem, Routes, Solution, nearest_first, random_order
from gridmap.sweeps.in_shares import Half, half_of
from gridmap.sweeps.planned import DayRoute, SweepPlan
from gridmap.sweeps.planning import lay_out, solve_sweep
from gridmap.sweeps.repair import repair
from gridmap.sweeps.request import SweepRequest

Array = np.ndarray[Any, Any]
Method = Literal["repaired", "planned", "nearest", "random"]
METHODS: tuple[tuple[Method, str], ...] = (
    ("repaired", N_("Planned, and repaired each evening")),
    ("planned", N_("Planned once")),
    ("nearest", N_("Always the nearest door next, each morning anew")),
    ("random", N_("Doors in a random order, each morning anew")),
)
# All but the month planned once plan so many working days ahead: in a week not every door has room, so those worth most come first, and
# days remain for second tries. Over a whole month a plan has room for all and no reason to hurry.
WEEK_DAYS = 6
# What comes of a door where somebody is in, in 73 cases.
ANSWERS: tuple[tuple[str, int], ...] = (("met", 38), ("staff_only", 22), ("refused", 8), ("moved", 3), ("closed", 2))


@dataclass(frozen=True)
class World:
    """How things really are at the doors, which no planner is told: in which halves of the day somebody is in, and what comes of it."""

    opens: Mapping[str, frozenset[Half]]
    answers: Mapping[str, str]

    @property
    def reachable(self) -> frozenset[str]:
        """The doors at which somebody is in at some time of the day."""
        return frozenset(org_id for org_id, halves in self.opens.items() if halves)

    def knock(self, org_id: str, minute: float) -> str:
        """Return what comes of a try at a door at a minute of the day."""
        return self.answers[org_id] if half_of(minute) in self.opens[org_id] else NOT_IN


@dataclass(frozen=True, eq=False)
class Evening:
    """How a day ended: the day, the market with what was recorded, and the plan of the days that remain."""

    day: date
    market: Market
    sweep: SweepPlan


@dataclass(frozen=True, eq=False)
class Month:
    """A month lived through: its first plan, its evenings, every try (org_id, outcome, at, manager_id), and minutes on the road."""

    method: Method
    first: SweepPlan
    evenings: tuple[Evening, ...]
    tries: pd.DataFrame
    road_min: float

    @property
    def reached(self) -> frozenset[str]:
        """The doors at which somebody was in once."""
        return frozenset(self.tries.loc[self.tries["outcome"].ne(NOT_IN), "org_id"])

    @property
    def effective(self) -> frozenset[str]:
        """The doors at which somebody was spoken to."""
        return frozenset(self.tries.loc[self.tries["outcome"].isin(EFFECTIVE), "org_id"])


def doors_of_area(market: Market, plan: Plan, request: SweepRequest, *, as_of: date, settings: Settings) -> pd.DataFrame:
    """Return the doors that a request may visit at its beginning: candidates that nothing keeps out."""
    table = find_candidates(market, plan, request, as_of=as_of, settings=settings)
    return table[table["blocked"] == ""]


def draw_world(doors: pd.DataFrame, *, nobody_share: float, settings: Settings, seed: int) -> World:
    """Draw how things are at the doors.

    Parameters
    ----------
    doors
        As `doors_of_area` gives them: `tier`, `stage`.
    nobody_share
        Chance that nobody is in, for each half of the day of each door by itself; the same on every day, as people have habits.
    settings
        What share of effective visits brings a file, where there is none.
    seed
        The same gives the same.
    """
    rng = np.random.default_rng(seed)
    ids = [str(org_id) for org_id in doors.index]
    shut = rng.random((len(ids), 2)) < nobody_share
    weights = np.array([weight for _, weight in ANSWERS], dtype=float)
    answers = rng.choice(np.array([answer for answer, _ in ANSWERS], dtype=object), len(ids), p=weights / weights.sum())
    filing = doors["tier"].map(dict(settings.sweeps.filing_share)).astype(float).fillna(0.0).to_numpy()
    files = (rng.random(len(ids)) < filing) & doors["stage"].ne("account").to_numpy() & np.isin(answers, EFFECTIVE)
    halves: tuple[Half, Half] = ("am", "pm")
    opens = {org_id: frozenset(half for half, no in zip(halves, row, strict=True) if not no) for org_id, row in zip(ids, shut, strict=True)}
    return World(opens, dict(zip(ids, np.where(files, "filed", answers).tolist(), strict=True)))


def live_through(
    market: Market, plan: Plan, request: SweepRequest, world: World, *, as_of: date, settings: Settings, method: Method
) -> Month:
    """Live through the days of a request by one method.

    Parameters
    ----------
    market, plan, request
        What is when it begins, who has what, and the days.
    world
        What comes of each try.
    as_of
        The day before the first.
    settings
        Rules of the trade and of sweeps.
    method
        A key of `METHODS`; all but the one planned once know each evening what was recorded, and try a shut door in the other half.
    """
    known, asked, done = market, request, _no_tries()
    begin = request if method == "planned" else _week(request, request, as_of)
    sweep = first = _planned(method, known, plan, begin, request.seed, as_of=as_of, settings=settings)
    evenings, road_min = [], 0.0
    for day in request.days:
        today = [route for route in sweep.days if route.day == day]
        tries = _knocked(today, world, market.branch.time_zone)
        road_min += sum(route.travel_min for route in today)
        done, known = pd.concat([done, tries], ignore_index=True), with_tries(known, tries, day)
        if method != "planned":
            mended = repair(
                _week(asked, request, day),
                sweep,
                done=done,
                from_day=_after(day, request),
                solve=_solver(method, known, plan, day, settings),
                rules=settings.sweeps,
                time_zone=market.branch.time_zone,
            )
            asked, sweep = mended.request, mended.plan
        evenings.append(Evening(day, known, sweep))
    return Month(method, first, tuple(evenings), done, road_min)


def with_tries(market: Market, tries: pd.DataFrame, day: date) -> Market:
    """Return the market after tries were recorded: visits appended, files made; its fingerprint is another."""
    visits = market.tables["visits"]
    rows = tries[["org_id", "manager_id", "outcome"]].assign(
        visit_id=[f"{day.isoformat()}-{number}" for number in range(len(tries))],
        visited_at=tries["at"].astype(visits["visited_at"].dtype),
        kind="sweep",
        valid_from_us=0,
        valid_to_us=FOREVER_US,
    )
    missing = {str(name): empty_column(str(kind), rows.index) for name, kind in visits.dtypes.items() if name not in rows}
    more = rows.assign(**missing)[list(visits.columns)].astype(visits.dtypes.to_dict())
    organisations = _with_files(market.tables["organisations"], tries.loc[tries["outcome"].eq("filed"), "org_id"], day)
    tables = {**market.tables, "visits": pd.concat([visits, more], ignore_index=True), "organisations": organisations}
    return replace(market, tables=tables, fingerprint=f"{market.fingerprint}|{day}")


def _with_files(organisations: pd.DataFrame, org_ids: pd.Series, day: date) -> pd.DataFrame:
    """Return the organisations with complete files of those that were filed on a day."""
    filed = organisations["org_id"].isin(org_ids).to_numpy()
    until = pd.Timestamp(day) + pd.DateOffset(years=2)
    told = {"stage": "account", "filed_on": pd.Timestamp(day), "licence_until": until, "agreement": "signed", "roster_members": 1}
    complete = told | {"decision_maker": True, "key_contact": True}
    return organisations.assign(**{name: organisations[name].mask(filed, value) for name, value in complete.items()})


def _knocked(today: list[DayRoute], world: World, time_zone: str) -> pd.DataFrame:
    rows = [
        (door.org_id, world.knock(door.org_id, planned.start_min), route.day, planned.start_min, route.manager_id)
        for route in today
        for planned in route.stops
        for door in planned.stop.doors
        if door.org_id in world.opens
    ]
    if not rows:
        return _no_tries()
    table = pd.DataFrame(rows, columns=["org_id", "outcome", "day", "minute", "manager_id"])
    local = pd.to_datetime(table["day"]) + pd.to_timedelta(table["minute"].round(2), unit="min")
    at = local.dt.tz_localize(time_zone).dt.tz_convert("UTC").astype("datetime64[us, UTC]")
    return table.assign(at=at)[["org_id", "outcome", "at", "manager_id"]]


def _no_tries() -> pd.DataFrame:
    at = pd.Series(dtype="datetime64[us, UTC]")
    return pd.DataFrame(
        {"org_id": pd.Series(dtype="str"), "outcome": pd.Series(dtype="str"), "at": at, "manager_id": pd.Series(dtype="str")}
    )


def _after(day: date, request: SweepRequest) -> date:
    return next((each for each in request.days if each > day), date.max)


def _week(asked: SweepRequest, request: SweepRequest, day: date) -> SweepRequest:
    """Return what is asked of the next days on which somebody works, with the shifts the whole request has on them."""
    ahead = [each for each in request.days if each > day][:WEEK_DAYS]
    return replace(asked, shifts=tuple(shift for shift in request.shifts if shift.day in ahead))


def _solver(method: Method, market: Market, plan: Plan, day: date, settings: Settings) -> Callable[[SweepRequest, SweepPlan], SweepPlan]:
    def solve(request: SweepRequest, keep: SweepPlan) -> SweepPlan:
        kept = keep if method == "repaired" else None
        try:
            return _planned(method, market, plan, request, request.seed + day.toordinal(), as_of=day, settings=settings, keep=kept)
        except PlanError:  # no door is left
            return replace(keep, days=(), unplaced=())

    return solve


def _planned(
    method: Method,
    market: Market,
    plan: Plan,
    request: SweepRequest,
    seed: int,
    *,
    as_of: date,
    settings: Settings,
    keep: SweepPlan | None = None,
) -> SweepPlan:
    if method in ("repaired", "planned"):
        return solve_sweep(market, plan, request, as_of=as_of, settings=settings, keep=keep)
    laid = lay_out(market, plan, request, as_of=as_of, settings=settings)
    routes = _filled(method, laid.problem, seed)
    solution = Solution(routes, prize=0.0, travel_s=0, iterations=0, stopped=False, missing_mandatory=())
    return answer(laid, solution, market=market, plan=plan, as_of=as_of)


def _filled(method: Method, problem: Problem, seed: int) -> Routes:
    return nearest_first(problem) if method == "nearest" else random_order(problem, seed)
