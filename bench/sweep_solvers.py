"""Our sweep search, PyVRP and VROOM on the same orienteering problem, and a check of what each returns."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyvrp
import vroom
from pyvrp.search import NeighbourhoodParams

from gridmap.sweeps.engine import Problem, check, solve

PILOT_CPU_S = 0.25  # spent on measuring how many rounds a CPU second does
NEIGHBOURS = 50
VROOM_LEVEL = 5


@dataclass(frozen=True)
class Reached:
    """Prize of checked routes, and the CPU seconds it took."""

    prize: float
    cpu_s: float


def ours(problem: Problem, *, cpu_s: float, seed: int) -> Reached:
    """Run as many rounds as fit into `cpu_s`, by the rate measured just before: rounds, not the clock, drive the search."""
    rounds, spent_s = 50, 0.0
    started_s = time.process_time()
    solve(problem, seed=seed, iterations=0)
    fixed_s = time.process_time() - started_s
    while spent_s < min(PILOT_CPU_S, cpu_s / 4):
        rounds *= 3
        started_s = time.process_time()
        solve(problem, seed=seed, iterations=rounds)
        spent_s = time.process_time() - started_s - fixed_s
    iterations = max(int((cpu_s - fixed_s) * rounds / spent_s), 1)
    return _checked(problem, lambda: solve(problem, seed=seed, iterations=iterations).routes)


def with_pyvrp(problem: Problem, *, cpu_s: float, seed: int) -> Reached:
    """Run PyVRP for `cpu_s`; its best known setting: the smallest prize is worth five mean ways, 50 neighbours."""
    return _checked(problem, partial(_pyvrp_routes, problem, cpu_s, seed))


def with_vroom(problem: Problem) -> Reached:
    """Run VROOM on its highest level in one thread; it takes the time it takes."""
    return _checked(problem, partial(_vroom_routes, problem))


def _checked(problem: Problem, run: Callable[[], tuple[tuple[int, ...], ...]]) -> Reached:
    """Run a solver and check its routes; RuntimeError if they do not hold."""
    started_s = time.process_time()
    routes = run()
    spent_s = time.process_time() - started_s
    checked = check(problem, routes)
    if checked.broken:
        message = f"routes that do not hold: {checked.broken[:3]}"
        raise RuntimeError(message)
    return Reached(checked.prize, spent_s)


def _pyvrp_routes(problem: Problem, cpu_s: float, seed: int) -> tuple[tuple[int, ...], ...]:
    until_s = time.process_time() + cpu_s
    nodes = len(problem.travel_s)
    scale = max(int(5 * problem.travel_s.mean() / max(problem.prize[problem.prize > 0].min(), 1)), 1)
    windows = [problem.windows(stop, 0)[0] for stop in range(problem.stops)]
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in range(nodes)],
        clients=[
            pyvrp.Client(
                location=int(problem.node[stop]),
                service_duration=int(problem.serve_s[stop]),
                tw_early=windows[stop][0],
                tw_late=windows[stop][1],
                prize=int(problem.prize[stop]) * scale,
                required=False,
            )
            for stop in range(problem.stops)
        ],
        depots=[pyvrp.Depot(location=0)],
        vehicle_types=[pyvrp.VehicleType(num_available=problem.shifts, tw_early=int(problem.begins_s[0]), tw_late=int(problem.ends_s[0]))],
        distance_matrices=[problem.travel_s],
        duration_matrices=[problem.travel_s],
    )
    params = pyvrp.SolveParams(neighbourhood=NeighbourhoodParams(num_neighbours=NEIGHBOURS))
    found = pyvrp.solve(data, stop=lambda _: time.process_time() > until_s, seed=seed, collect_stats=False, params=params)
    routes = [tuple(visit.idx for visit in route if visit.is_client()) for route in found.best.routes()]
    return (*routes, *((),) * (problem.shifts - len(routes)))


def _vroom_routes(problem: Problem) -> tuple[tuple[int, ...], ...]:
    asked = vroom.Input()
    asked.set_durations_matrix("car", problem.travel_s.astype(np.uint32))
    for shift in range(problem.shifts):
        day = vroom.TimeWindow(int(problem.begins_s[shift]), int(problem.ends_s[shift]))
        asked.add_vehicle(vroom.Vehicle(shift, start=0, end=0, time_window=day))
    for stop in range(problem.stops):
        window = vroom.TimeWindow(*problem.windows(stop, 0)[0])
        asked.add_job(
            vroom.Job(
                stop,
                int(problem.node[stop]),
                default_service=int(problem.serve_s[stop]),
                priority=int(problem.prize[stop]),
                time_windows=[window],
            )
        )
    steps = asked.solve(exploration_level=VROOM_LEVEL, nb_threads=1).routes
    jobs = steps[steps["type"] == "job"]
    return tuple(tuple(int(job) for job in jobs.loc[jobs["vehicle_id"] == shift, "id"]) for shift in range(problem.shifts))
