"""Search the best routes of a sweep problem: a first answer at once, better ones as they come, the same for the same seed."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gridmap.kernels.chance import chance_of
from gridmap.sweeps.engine.arrays import Data, Tour, data_of, empty_tour
from gridmap.sweeps.engine.moves import mend, put
from gridmap.sweeps.engine.problem import Problem, Routes
from gridmap.sweeps.engine.recreate import fill
from gridmap.sweeps.engine.search import Desk, Kept, Schedule, search
from gridmap.sweeps.engine.timing import refresh_route

CHUNK_STOPS = 400_000  # stops times rounds between two looks at `stop`: some tenths of a second
FIRST_SHARE, LAST_SHARE = 1.0, 0.05  # temperatures, as shares of the mean prize of a stop


@dataclass(frozen=True)
class Solution:
    """Routes and what they bring: prize of the stops, seconds on the road, rounds done, whether it was stopped before its end."""

    routes: Routes
    prize: float
    travel_s: int
    iterations: int
    stopped: bool
    missing_mandatory: tuple[int, ...]


def solve(  # what is asked, how long, and three ways to take part
    problem: Problem,
    *,
    seed: int,
    iterations: int,
    start: Routes | None = None,
    stop: Callable[[], bool] | None = None,
    on_best: Callable[[Solution], None] | None = None,
) -> Solution:
    """Search for a number of rounds; the rounds and the seed alone decide the answer.

    Parameters
    ----------
    problem
        What to plan.
    seed
        Of all random choices.
    iterations
        Rounds of ruin and recreate; 0 gives the first answer.
    start
        Routes to begin with; stops that cannot be kept where they are become free. None: from nothing.
    stop
        Asked several times a second; True ends the search with the best so far.
    on_best
        Told the first answer, and each better one.
    """
    if not problem.stops or not problem.shifts:
        return Solution(((),) * problem.shifts, 0.0, 0, 0, stopped=False, missing_mandatory=_missing(problem, ()))
    data, tour = data_of(problem), empty_tour(problem)
    desk = _desk(problem, tour, seed)
    _lay_out(data, tour, start or ())
    _fill(data, tour, desk)
    for kept in (desk.accepted, desk.best):
        for part, now in zip(kept, (tour.stops, tour.size, tour.worth), strict=True):
            part[...] = now
    told = _solution(problem, desk, done=0, stopped=False)
    if on_best is not None:
        on_best(told)
    prize = float(problem.prize.mean()) or 1.0
    schedule = Schedule(max(iterations, 1), FIRST_SHARE * prize, LAST_SHARE * prize)
    best, done, stopped = float(desk.best.worth.sum()), 0, False
    chunk = max(20, CHUNK_STOPS // problem.stops)
    while done < iterations:
        if stop is not None and stop():
            stopped = True
            break
        until = min(done + chunk, iterations)
        reached = search(data, tour, desk, schedule, done, until)
        done = until
        if reached > best:
            best = reached
            if on_best is not None:
                on_best(_solution(problem, desk, done=done, stopped=False))
    if problem.idle_price > 0.0:
        _use_what_is_left(data, tour, desk)
    return _solution(problem, desk, done=done, stopped=stopped)


def warm() -> threading.Thread:
    """Compile the search in the background, so that the first plan of a process need not wait for it."""
    thread = threading.Thread(target=_solve_smallest, name="warm-sweep-engine", daemon=True)
    thread.start()
    return thread


def _solve_smallest() -> None:
    one, no = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=bool)
    problem = Problem(
        travel_s=one[None], start=one, end=one, begins_s=one, ends_s=one + 9, lunch_s=np.zeros((1, 3), dtype=np.int64),
        most_doors=one, day=one, node=one, serve_s=one, prize=np.ones(1), doors=one, window_at=np.array([0, 1]),
        opens_s=one, closes_s=one + 9, allowed=~no[None], mandatory=no, rank=one - 1, home=one - 1,
    )  # fmt: skip
    solve(problem, seed=0, iterations=3)


def _desk(problem: Problem, tour: Tour, seed: int) -> Desk:
    """Make room to work in."""
    return Desk(
        accepted=Kept(tour.stops.copy(), tour.size.copy(), tour.worth.copy()),
        best=Kept(tour.stops.copy(), tour.size.copy(), tour.worth.copy()),
        touched=np.ones(problem.shifts, dtype=np.bool_),
        left=np.zeros(problem.stops, dtype=np.int64),
        key=np.zeros(problem.stops),
        marked=np.full(problem.stops, -1, dtype=np.int64),
        chance=chance_of(seed),
    )


def _lay_out(data: Data, tour: Tour, start: Routes) -> None:
    """Put given routes into the tour, leaving out what breaks a limit."""
    for shift in range(len(tour.size)):
        refresh_route(data, tour, shift)
    for shift, route in enumerate(start):
        for stop in route:
            fits = tour.where[stop] < 0 and data.allowed[stop, shift] and tour.size[shift] + 1 < tour.stops.shape[1]
            if fits and tour.doors[shift] + data.doors[stop] <= data.most_doors[shift]:
                put(tour, stop, shift, int(tour.size[shift]))
                mend(data, tour, shift)


def _fill(data: Data, tour: Tour, desk: Desk) -> None:
    """Put what fits of the stops without a place: the first answer."""
    left = np.flatnonzero(tour.where < 0)
    desk.left[: len(left)] = left
    fill(data, tour, desk.left[: len(left)], desk.key, desk.touched, desk.chance)


def _use_what_is_left(data: Data, tour: Tour, desk: Desk) -> None:
    """Fill the best routes up: the price of the road decides between stops, and leaves no time unused while a stop would fit."""
    tour.where[:] = -1
    tour.stops[...], tour.size[...] = desk.best.stops, desk.best.size
    for shift in range(len(tour.size)):
        tour.where[tour.stops[shift, : tour.size[shift]]] = shift
        refresh_route(data, tour, shift)
    desk.touched[:] = True
    _fill(data, tour, desk)
    desk.best.stops[...], desk.best.size[...] = tour.stops, tour.size


def _solution(problem: Problem, desk: Desk, *, done: int, stopped: bool) -> Solution:
    """Read the best routes."""
    routes = tuple(tuple(int(stop) for stop in desk.best.stops[shift, : desk.best.size[shift]]) for shift in range(problem.shifts))
    planned = np.array([stop for route in routes for stop in route], dtype=np.int64)
    road = sum(_road_s(problem, shift, route) for shift, route in enumerate(routes))
    return Solution(routes, float(problem.prize[planned].sum()), road, done, stopped, _missing(problem, routes))


def _missing(problem: Problem, routes: Routes) -> tuple[int, ...]:
    """Name the mandatory stops without a place."""
    planned = {stop for route in routes for stop in route}
    return tuple(stop for stop in map(int, np.flatnonzero(problem.mandatory)) if stop not in planned)


def _road_s(problem: Problem, shift: int, route: tuple[int, ...]) -> int:
    """Seconds on the road of one route; none where there is no stop."""
    if not route:
        return 0
    nodes = [int(problem.start[shift]), *(int(problem.node[stop]) for stop in route), int(problem.end[shift])]
    return int(problem.travel_s[nodes[:-1], nodes[1:]].sum())
