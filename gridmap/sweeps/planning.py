"""From a request to the days of a sweep: doors, stops, travel, the search, and its answer checked before anybody sees it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gridmap.market import Market
from gridmap.plan import Plan
from gridmap.settings import Settings, SweepRules
from gridmap.sweeps.answering import answer
from gridmap.sweeps.candidates import find_candidates
from gridmap.sweeps.doors import StopToPlan, gather_stops
from gridmap.sweeps.engine import Problem, Routes, Solution, solve
from gridmap.sweeps.hours_of_doors import HoursOfDoors, hours_of_doors
from gridmap.sweeps.opening_hours import DAY_MIN
from gridmap.sweeps.planned import SweepPlan
from gridmap.sweeps.request import Place, Shift, SweepRequest
from gridmap.sweeps.request_checks import require_doors, require_sound
from gridmap.travel import Travel, travel_between

Array = np.ndarray[Any, Any]
# Travel grows with the square of the stops; beyond these the next would be the last to be chosen.
MOST_STOPS = 1_500
# What staying where a kept plan had it is worth, in mean stops: a change must bring more than that.
_HOME_SHARE = 0.5
_NO_LUNCH = (0, DAY_MIN, 0)


@dataclass(frozen=True, eq=False)
class LaidOut:
    """A request made ready for the search: its candidates, stops, hours, places, travel between them, and the problem in arrays.

    `starts` and `ends` are where each shift of the request begins and ends.
    """

    request: SweepRequest
    table: pd.DataFrame
    stops: tuple[StopToPlan, ...]
    hours: HoursOfDoors
    starts: tuple[Place, ...]
    ends: tuple[Place, ...]
    travel: Travel
    problem: Problem


def solve_sweep(  # noqa: PLR0913 - what is, what is asked, and how it is searched, each by name
    market: Market,
    plan: Plan,
    request: SweepRequest,
    *,
    as_of: date,
    settings: Settings,
    locked: frozenset[str] = frozenset(),
    cache: Path | None = None,
    stop: Callable[[], bool] | None = None,
    on_best: Callable[[SweepPlan], None] | None = None,
    keep: SweepPlan | None = None,
) -> SweepPlan:
    """Plan the days of a request.

    Parameters
    ----------
    market, plan
        What is, and who has what.
    request
        Whose days, what must, may and must not be visited; its seed and iterations decide the answer.
    as_of
        The day up to which things are known.
    settings
        Rules of the trade and of sweeps.
    locked
        Organisations that are doors of other published sweeps.
    cache
        Folder of kept travel matrices; None keeps none.
    stop
        Asked several times a second; True ends the search with the best so far.
    on_best
        Told the first answer, and each better one.
    keep
        A plan to change as little as is worth it.

    Returns
    -------
    A day for every shift, in order of day and manager, and every door that found no place.

    Raises
    ------
    PlanError
        When the request cannot be meant (every reason at once), or there is no door to visit.
    """
    laid = lay_out(market, plan, request, as_of=as_of, settings=settings, locked=locked, cache=cache, keep=keep)

    def told(solution: Solution) -> None:
        if on_best is not None:
            on_best(answer(laid, solution, market=market, plan=plan, as_of=as_of))

    begin = _kept_routes(laid, keep) if keep is not None else None
    found = solve(laid.problem, seed=request.seed, iterations=request.iterations, start=begin, stop=stop, on_best=told)
    return answer(laid, found, market=market, plan=plan, as_of=as_of)


def lay_out(
    market: Market,
    plan: Plan,
    request: SweepRequest,
    *,
    as_of: date,
    settings: Settings,
    locked: frozenset[str] = frozenset(),
    cache: Path | None = None,
    keep: SweepPlan | None = None,
) -> LaidOut:
    """Make a request ready for the search; arguments and errors as `solve_sweep` has them."""
    starts, ends = require_sound(market, request, as_of=as_of, settings=settings)
    table = find_candidates(market, plan, request, as_of=as_of, settings=settings, locked=locked)
    require_doors(market, table, request)
    hours = hours_of_doors(table, request)
    stops = gather_stops(table, request, hours=hours, settings=settings, most=MOST_STOPS, keep=keep)
    places = [*starts, *ends, *(Place(each.stop.lat, each.stop.lon) for each in stops)]
    distinct = {place: number for number, place in enumerate(dict.fromkeys(places))}
    lat, lon = ([getattr(place, name) for place in distinct] for name in ("lat", "lon"))
    # A router that does not answer must not keep anybody from planning tomorrow: the plan says that its ways are straight lines.
    travel = travel_between(lat, lon, request.mode, rules=settings.sweeps, cache=cache, fall_back=True)
    node = np.array([distinct[place] for place in places], dtype=np.int64)
    problem = _problem(request, stops, node=node, travel=travel, rules=settings.sweeps)
    return LaidOut(request, table, stops, hours, starts, ends, travel, problem)


def _problem(request: SweepRequest, stops: tuple[StopToPlan, ...], *, node: Array, travel: Travel, rules: SweepRules) -> Problem:
    shifts = request.shifts
    count = len(shifts)
    serve_s = np.rint([60 * each.service_min for each in stops]).astype(np.int64)
    prize = np.array([each.prize for each in stops], dtype=float)
    return Problem(
        travel_s=travel.seconds,
        start=node[:count],
        end=node[count : 2 * count],
        begins_s=_seconds([shift.begins_min for shift in shifts]),
        ends_s=_seconds([shift.ends_min for shift in shifts]),
        lunch_s=_seconds([_lunch(shift) for shift in shifts]),
        most_doors=np.array([shift.most_doors for shift in shifts], dtype=np.int64),
        day=np.array([request.days.index(shift.day) for shift in shifts], dtype=np.int64),
        node=node[2 * count :],
        serve_s=serve_s,
        prize=prize,
        doors=np.array([len(each.stop.doors) for each in stops], dtype=np.int64),
        **_windows(stops, serve_s, days=len(request.days)),
        allowed=np.array([[_may(each, shift) for shift in shifts] for each in stops], dtype=bool).reshape(len(stops), count),
        mandatory=np.array([each.mandatory for each in stops], dtype=bool),
        rank=np.array([-1 if each.pin is None or each.pin.order is None else each.pin.order for each in stops], dtype=np.int64),
        home=np.array([_home(each, shifts) for each in stops], dtype=np.int64),
        home_prize=_HOME_SHARE * float(prize.mean()) if len(prize) and any(each.home for each in stops) else 0.0,
        idle_price=rules.hour_worth / 3600,
        wait_share=rules.later_share,
    )


def _windows(stops: tuple[StopToPlan, ...], serve_s: Array, *, days: int) -> dict[str, Array]:
    """Return the windows in which visits begin: early enough to end before closing; a promise is about the beginning."""
    at, opens, closes = [0], [], []
    for each, serve in zip(stops, serve_s.tolist(), strict=True):
        for day in range(days):
            for opening, closing in each.windows[day]:
                latest = 60 * closing if each.appointment is not None else max(60 * closing - serve, 60 * opening)
                opens.append(60 * opening)
                closes.append(latest)
            at.append(len(opens))
    return {
        "window_at": np.array(at, dtype=np.int64),
        "opens_s": np.array(opens, dtype=np.int64),
        "closes_s": np.array(closes, dtype=np.int64),
    }


def _may(stop: StopToPlan, shift: Shift) -> bool:
    """Say whether a shift may have a stop: its holder's, unless a promise or a pin says who goes and when."""
    if stop.pin is not None and (stop.pin.manager_id, stop.pin.day) != (shift.manager_id, shift.day):
        return False
    promised = stop.appointment.manager_id if stop.appointment is not None else ""
    if promised:
        return promised == shift.manager_id
    return stop.pin is not None or stop.holder in ("", shift.manager_id)


def _home(stop: StopToPlan, shifts: tuple[Shift, ...]) -> int:
    keys = [(shift.manager_id, shift.day.isoformat()) for shift in shifts]
    return keys.index(stop.home) if stop.home in keys else -1


def _kept_routes(laid: LaidOut, keep: SweepPlan) -> Routes:
    """Return the kept plan's routes in the numbers of the new stops, as far as these are there."""
    of_door = {door.org_id: number for number, each in enumerate(laid.stops) for door in each.stop.doors}
    routes: dict[tuple[str, date], tuple[int, ...]] = {}
    for day in keep.days:
        numbers = [of_door[door.org_id] for planned in day.stops for door in planned.stop.doors if door.org_id in of_door]
        routes[day.manager_id, day.day] = tuple(dict.fromkeys(numbers))
    return tuple(routes.get((shift.manager_id, shift.day), ()) for shift in laid.request.shifts)


def _lunch(shift: Shift) -> tuple[int, int, int]:
    return _NO_LUNCH if shift.lunch is None else (shift.lunch.earliest_min, shift.lunch.latest_min, shift.lunch.minutes)


def _seconds(minutes: list[Any]) -> Array:
    return 60 * np.array(minutes, dtype=np.int64)
