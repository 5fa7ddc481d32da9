"""What a plan is compared with: always the nearest door next, or doors in a random order. Plain Python, checked like any plan."""

import numpy as np
from numpy.typing import NDArray

from gridmap.sweeps.engine.checker import check_route
from gridmap.sweeps.engine.problem import Problem, Routes


def nearest_first(problem: Problem) -> Routes:
    """Fill shift after shift with the stop that is nearest by travel from the last one and still holds; ties by number."""
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
    """Return the route with the nearest stop that holds at its end and when it is left, None if there is no such stop."""
    stops = np.flatnonzero(free & problem.allowed[:, shift])
    stops = stops[_in_time(problem, shift, stops, last)]
    travel_s = problem.travel_s[last[0], problem.node[stops]]
    for stop in stops[np.argsort(travel_s, kind="stable")]:
        longer = (*route, int(stop))
        day, faults = check_route(problem, shift, longer)
        if not faults:
            return longer, day.leave_s[-1]
    return None


def _in_time(problem: Problem, shift: int, stops: NDArray[np.int64], last: tuple[int, int]) -> NDArray[np.bool_]:
    """Mark the stops that could be visited next if they had no window: what takes no time to rule out."""
    place, leave_s = last
    node = problem.node[stops]
    back_s = leave_s + problem.travel_s[place, node] + problem.serve_s[stops] + problem.travel_s[node, problem.end[shift]]
    return np.asarray(back_s <= problem.ends_s[shift])
