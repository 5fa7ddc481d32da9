"""What a plan is compared with: always the nearest door next, or doors in a random order. Plain Python, checked like any plan."""

import numpy as np
from numpy.typing import NDArray

from gridmap.sweeps.engine.checker import check_route
from gridmap.sweeps.engine.problem import Problem, Routes


def nearest_first(problem: Problem) -> Routes:
    """Fill shift after shift with the nearest stop by travel from the last one that is open on arrival; ties by number.

    Nobody stands before a closed door while another is open: where none is, the one that opens first is next.
    """
    free = np.ones(problem.stops, dtype=bool)
    routes = []
    for shift in range(problem.shifts):
        route: tuple[int, ...] = ()
        place, leave_s = int(problem.start[shift]), int(problem.begins_s[shift])
        while True:
            found = _nearest_that_holds(problem, shift, route, free, (place, leave_s))
            if found is None:
                break
            route, leave_s = found
            free[route[-1]] = False
            place = int(problem.node[route[-1]])
        routes.append(route)
    return tuple(routes)


def random_order(problem: Problem, seed: int) -> Routes:
    """Take the stops in a random order and put each at the end of the first shift where it still holds."""
    routes: list[tuple[int, ...]] = [() for _ in range(problem.shifts)]
    leave_s = [int(each) for each in problem.begins_s]
    for stop in (int(each) for each in np.random.default_rng(seed).permutation(problem.stops)):
        for shift, route in enumerate(routes):
            place = int(problem.node[route[-1]] if route else problem.start[shift])
            if not _in_time(problem, shift, np.array([stop]), (place, leave_s[shift]))[0]:
                continue
            day, faults = check_route(problem, shift, (*route, stop))
            if not faults:
                routes[shift], leave_s[shift] = (*route, stop), day.leave_s[-1]
                break
    return tuple(routes)


def _nearest_that_holds(
    problem: Problem, shift: int, route: tuple[int, ...], free: NDArray[np.bool_], last: tuple[int, int]
) -> tuple[tuple[int, ...], int] | None:
    """Return the route with the next stop at its end and when that is left, None if no stop holds there."""
    stops = np.flatnonzero(free & problem.allowed[:, shift])
    stops = stops[_in_time(problem, shift, stops, last)]
    travel_s = problem.travel_s[last[0], problem.node[stops]]
    soonest: tuple[int, tuple[int, ...], int] | None = None
    for stop in stops[np.argsort(travel_s, kind="stable")]:
        longer = (*route, int(stop))
        day, faults = check_route(problem, shift, longer)
        if faults:
            continue
        if day.start_s[-1] - day.arrive_s[-1] <= _lunch_within(day.lunch_s, day.arrive_s[-1], day.start_s[-1]):
            return longer, day.leave_s[-1]
        if soonest is None or day.start_s[-1] < soonest[0]:
            soonest = (day.start_s[-1], longer, day.leave_s[-1])
    return None if soonest is None else soonest[1:]


def _lunch_within(lunch_s: tuple[int, int] | None, arrive_s: int, start_s: int) -> int:
    """Return how much of a wait is lunch, which is no waiting."""
    return 0 if lunch_s is None else max(0, min(lunch_s[1], start_s) - max(lunch_s[0], arrive_s))


def _in_time(problem: Problem, shift: int, stops: NDArray[np.int64], last: tuple[int, int]) -> NDArray[np.bool_]:
    """Mark the stops that could be visited next if they had no window: what takes no time to rule out."""
    place, leave_s = last
    node = problem.node[stops]
    back_s = leave_s + problem.travel_s[place, node] + problem.serve_s[stops] + problem.travel_s[node, problem.end[shift]]
    return np.asarray(back_s <= problem.ends_s[shift])
