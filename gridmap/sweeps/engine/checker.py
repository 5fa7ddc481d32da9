"""Check routes against a problem in plain Python: every rule again from its words, with nothing shared with the search.

The times returned are a day as a manager would live it: each visit as early as it may begin, and lunch where it costs least.
"""

from collections import Counter
from dataclasses import dataclass

from gridmap.sweeps.engine.problem import Problem, Routes


@dataclass(frozen=True)
class CheckedRoute:
    """Seconds of one route: arrival, begin and end of each visit, lunch as (from, to) or None, and the return.

    Lunch may lie between an arrival and the begin of the visit, or between the end of a visit and the drive to the next.
    """

    arrive_s: tuple[int, ...]
    start_s: tuple[int, ...]
    leave_s: tuple[int, ...]
    lunch_s: tuple[int, int] | None
    back_s: int


@dataclass(frozen=True)
class Checked:
    """What is broken (nothing: the routes hold), the prize of the stops, and the times of each route."""

    broken: tuple[str, ...]
    prize: float
    routes: tuple[CheckedRoute, ...]


def check(problem: Problem, routes: Routes) -> Checked:
    """Check every rule of a problem; lists all that is broken, in the order of the routes."""
    broken: list[str] = []
    if len(routes) != problem.shifts:
        broken.append(f"{len(routes)} routes for {problem.shifts} shifts")
    times = []
    for shift, route in enumerate(routes[: problem.shifts]):
        known = tuple(stop for stop in route if 0 <= stop < problem.stops)
        broken += [f"shift {shift}: there is no stop {stop}" for stop in route if stop not in known]
        day, faults = check_route(problem, shift, known)
        broken += faults
        times.append(day)
    seen = Counter(stop for route in routes for stop in route)
    broken += [f"stop {stop} is visited {count} times" for stop, count in sorted(seen.items()) if count > 1]
    prize = float(sum(float(problem.prize[stop]) for stop in sorted(seen) if 0 <= stop < problem.stops))
    return Checked(tuple(broken), prize, tuple(times))


def check_route(problem: Problem, shift: int, route: tuple[int, ...]) -> tuple[CheckedRoute, list[str]]:
    """Check one route by itself: its times, and what it breaks."""
    day, faults = _drive(problem, shift, route)
    return day, [*_rule_faults(problem, shift, route), *faults]


def _rule_faults(problem: Problem, shift: int, route: tuple[int, ...]) -> list[str]:
    """Say which rules apart from time a route breaks: permission, doors, pinned order."""
    faults = [f"shift {shift}: stop {stop} is not allowed" for stop in route if not problem.allowed[stop, shift]]
    doors, most = sum(int(problem.doors[stop]) for stop in route), int(problem.most_doors[shift])
    if most and doors > most:
        faults.append(f"shift {shift}: {doors} doors, at most {most}")
    ranks = [int(problem.rank[stop]) for stop in route if problem.rank[stop] >= 0]
    if ranks != sorted(ranks):
        faults.append(f"shift {shift}: pinned stops out of their order")
    return faults


def _drive(problem: Problem, shift: int, route: tuple[int, ...]) -> tuple[CheckedRoute, list[str]]:
    """Live one day: without lunch where that is allowed, else with lunch at the moment that brings the manager back first.

    Lunch begins at the start, on an arrival or after a visit (waiting follows an arrival), so a route has few moments for it. Where
    none holds, the day that breaks least is told.
    """
    begins, ends = int(problem.begins_s[shift]), int(problem.ends_s[shift])
    if not route:
        return CheckedRoute((), (), (), None, begins), []
    latest, length = int(problem.lunch_s[shift, 1]), int(problem.lunch_s[shift, 2])
    none_to_take = length == 0 or begins > latest
    tried: list[tuple[int, int, int, CheckedRoute, list[str]]] = []
    for moment in [-1] if none_to_take else range(-1, 2 * len(route) + 1):
        day, faults = _live(problem, shift, route, moment)
        if day.back_s > ends:
            faults.append(f"shift {shift}: back at {day.back_s}, after its end {ends}")
        if moment < 0 and not none_to_take and day.back_s > latest:
            faults.append(f"shift {shift}: no lunch, and back at {day.back_s}, after its latest begin {latest}")
        if moment < 0 and not faults:
            return day, []
        tried.append((len(faults), day.back_s, len(tried), day, faults))
    *_, day, faults = min(tried, key=lambda each: each[:3])
    return day, faults


def _live(problem: Problem, shift: int, route: tuple[int, ...], moment: int) -> tuple[CheckedRoute, list[str]]:
    """Live a day with lunch at one moment: 2k before leaving the k-th place, 2k + 1 on arrival at the next; -1: no lunch."""
    earliest, latest, length = (int(value) for value in problem.lunch_s[shift])
    now, place = int(problem.begins_s[shift]), int(problem.start[shift])
    faults: list[str] = []
    lunch: tuple[int, int] | None = None
    arrive, start, leave = [], [], []
    for step, stop in enumerate([*route, -1]):
        if moment == 2 * step:
            lunch = (max(now, earliest), max(now, earliest) + length)
            now = lunch[1]
        node = int(problem.end[shift]) if stop < 0 else int(problem.node[stop])
        now += int(problem.travel_s[place, node])
        place = node
        if stop < 0:
            break
        arrive.append(now)
        if moment == 2 * step + 1:
            lunch = (max(now, earliest), max(now, earliest) + length)
            now = lunch[1]
        begins = [max(now, opens) for opens, closes in problem.windows(stop, int(problem.day[shift])) if now <= closes]
        if begins:
            now = min(begins)
        else:
            faults.append(f"shift {shift}: stop {stop} cannot begin at {now} or later")
        start.append(now)
        now += int(problem.serve_s[stop])
        leave.append(now)
    if lunch is not None and lunch[0] > latest:
        faults.append(f"shift {shift}: lunch at {lunch[0]}, after its latest begin {latest}")
    return CheckedRoute(tuple(arrive), tuple(start), tuple(leave), lunch, now), faults
