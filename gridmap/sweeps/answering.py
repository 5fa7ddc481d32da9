"""From the routes the engine found to days that people read: times, lunch, metres, and why a door has no place."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from gridmap.errors import N_, Message, say
from gridmap.market import Market, live_at
from gridmap.plan import Plan
from gridmap.sweeps.candidates import asked_for, blocked_said
from gridmap.sweeps.engine import CheckedRoute, Problem, Solution, check, why_not
from gridmap.sweeps.holders import holders_of
from gridmap.sweeps.planned import DayRoute, PlannedStop, SweepPlan, Unplaced

if TYPE_CHECKING:
    from gridmap.sweeps.planning import LaidOut

NO_ROOM = N_("There was no room: in the time there is, other doors bring more.")
CLOSED = N_("It is closed on the days of this sweep.")
# What stands in the way of a door that must be visited, by the engine's word for it.
WHY_NOT: tuple[tuple[str, str], ...] = (
    ("window", N_("It is open on these days only while nobody works.")),
    ("travel", N_("It cannot be reached and left again within the shift.")),
    ("length", N_("The visit takes longer than the shift leaves room for.")),
    ("allowed", N_("Nobody who may go there has a shift on a day when it could be visited.")),
    ("room", N_("There is no room beside the other doors that must be visited.")),
)


def answer(laid: "LaidOut", solution: Solution, *, market: Market, plan: Plan, as_of: date) -> SweepPlan:
    """Write a solution as a sweep plan.

    Raises
    ------
    RuntimeError
        When the independent checker finds the routes broken: an error of the program, which nobody is shown as a plan.
    """
    checked = check(laid.problem, solution.routes)
    if checked.broken:
        raise RuntimeError(f"the search gave routes that break the rules: {'; '.join(checked.broken[:5])}")
    days = [_day(laid, shift, route, checked.routes[shift]) for shift, route in enumerate(solution.routes)]
    return SweepPlan(
        days=tuple(sorted(days, key=lambda each: (each.day, each.manager_id))),
        unplaced=tuple(sorted(_unplaced(laid, solution, market, plan, as_of), key=lambda each: (not each.mandatory, each.org_id))),
        seed=laid.request.seed,
        iterations=solution.iterations,
        stopped="asked" if solution.stopped else "iterations",
        travel_source=laid.travel.source,
        filled=laid.travel.filled,
    )


def _day(laid: "LaidOut", number: int, route: tuple[int, ...], times: CheckedRoute) -> DayRoute:
    shift, problem, travel = laid.request.shifts[number], laid.problem, laid.travel
    nodes = [int(problem.start[number]), *(int(problem.node[stop]) for stop in route), int(problem.end[number])]
    legs = [(float(travel.seconds[a, b]) / 60, float(travel.metres[a, b])) for a, b in pairwise(nodes)]
    if not route:  # nobody leaves
        legs = [(0.0, 0.0)]
    stops = tuple(
        PlannedStop(
            stop=laid.stops[stop].stop,
            arrive_min=times.arrive_s[place] / 60,
            start_min=times.start_s[place] / 60,
            leave_min=times.leave_s[place] / 60,
            travel_min=legs[place][0],
            travel_m=legs[place][1],
            pinned=laid.stops[stop].pin is not None,
            fixed=laid.stops[stop].appointment is not None,
        )
        for place, stop in enumerate(route)
    )
    return DayRoute(
        manager_id=shift.manager_id,
        day=shift.day,
        start=laid.starts[number],
        end=laid.ends[number],
        leaves_min=float(shift.begins_min),
        returns_min=times.back_s / 60 if route else float(shift.begins_min),
        lunch_min=None if times.lunch_s is None else (times.lunch_s[0] / 60, times.lunch_s[1] / 60),
        stops=stops,
        back_min=legs[-1][0],
        back_m=legs[-1][1],
    )


def _unplaced(laid: "LaidOut", solution: Solution, market: Market, plan: Plan, as_of: date) -> Iterator[Unplaced]:
    planned = {stop for route in solution.routes for stop in route}
    told: set[str] = set()
    for number, each in enumerate(laid.stops):
        told |= {door.org_id for door in each.stop.doors}
        if number not in planned:
            reason = say(_why(laid.problem, number)) if each.mandatory else say(NO_ROOM if any(each.windows) else CLOSED)
            yield from (Unplaced(door.org_id, each.mandatory, reason) for door in each.stop.doors)
    table = laid.table
    for org_id in table.index[(table["blocked"] == "").to_numpy()].difference(list(told)):
        yield Unplaced(str(org_id), mandatory=False, reason=say(NO_ROOM))
    yield from kept_out(laid, market, plan, as_of)


def _why(problem: Problem, stop: int) -> str:
    if not any(problem.windows(stop, day) for day in range(problem.days)):
        return CLOSED
    return dict(WHY_NOT)[why_not(problem, stop)]


def kept_out(laid: "LaidOut", market: Market, plan: Plan, as_of: date) -> Iterator[Unplaced]:
    """Yield what must be visited and is no door of the sweep, with the reason."""
    request, table = laid.request, laid.table
    organisations = market.at("organisations", as_of).drop_duplicates("org_id", keep="last")
    live = dict(zip(organisations["org_id"], live_at(organisations, as_of), strict=True))
    holder = dict(zip(organisations["org_id"], holders_of(organisations, plan), strict=True))
    for org_id in asked_for(request):
        if org_id in table.index:
            if table.at[org_id, "blocked"]:
                yield Unplaced(org_id, mandatory=True, reason=blocked_said(table.loc[[org_id]].to_dict("records")[0]))
        else:
            yield Unplaced(org_id, mandatory=True, reason=_not_ours(org_id, live, holder))


def _not_ours(org_id: str, live: dict[str, bool], holder: dict[str, str]) -> Message:
    if org_id not in live:
        return say(N_("There is no such organisation."))
    if not live[org_id]:
        return say(N_("It is closed, merged into another, or not open yet."))
    if holder[org_id]:
        return say(N_("It is held by {manager}, who has no day in this sweep."), manager=holder[org_id])
    return say(N_("Nobody holds it: its cell has no owner."))
