"""Districts of whole counties with free centres, within half a per cent of the same population, against published optima.

`--data` names a folder of graphs of counties (`NM.json`: nodes with TOTPOP, C_X, C_Y; adjacency) and `optima.csv` (state, k, lower, upper,
optimum); without it a small lattice is made up. `--cpu 10` says how long each state is searched, `--only NM,WV` runs a part.
The cost is population times squared whole kilometres, in millions, which rebuilds the published values.
"""

import csv
import json
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pyproj import Geod

from bench.figure import Figure
from bench.options import Options
from gridmap.territories.engine.centres import at_bases, solve_bases
from gridmap.territories.engine.checker import check
from gridmap.territories.engine.effort import Effort
from gridmap.territories.engine.problem import NOBODY, Bases, Problem
from gridmap.territories.engine.warm import warm

CPU_S, TRIAL_CPU_S = 10.0, 0.5
GOAL_PCT = 0.15  # above the published optimum
STARTS = 4  # sets of centres a call; the clock decides how many calls there are
PROPOSALS = 60_000


@dataclass(frozen=True, eq=False)
class State:
    """Counties of one state: population (n), cost of each owned from each (n, n), pairs of neighbours, districts, bounds, what is known."""

    name: str
    population: np.ndarray[Any, Any]
    cost: np.ndarray[Any, Any]
    near: tuple[tuple[int, ...], ...]
    k: int
    lower: float
    upper: float
    optimum: float


def run(options: Options) -> list[Figure]:
    """Measure each state, then the worst and the mean of them."""
    warm().join()
    known = (options.data / "optima.csv").is_file()
    states = read_states(options.data, options.only) if known else [made_up(options.size, options.seed)]
    cpu_s = options.cpu_s or (CPU_S if known else TRIAL_CPU_S)
    found = {state.name: search(state, seed=options.seed, cpu_s=cpu_s) for state in states}
    gaps = {state.name: 100 * (found[state.name][0] / state.optimum - 1) for state in states if np.isfinite(found[state.name][0])}
    missing = len(states) - len(gaps)
    figures = [Figure("states without a plan within the bounds", missing, "states", limit=0, peers={"states": len(states)})]
    if gaps:
        whole = known and not options.only
        figures.append(Figure("worst gap to the published optimum", max(gaps.values()), "%", limit=GOAL_PCT if whole else None))
        figures.append(Figure("mean gap", statistics.mean(gaps.values()), "%"))
    for state in states:
        worth, best_s, runs = found[state.name]
        told = {"published": state.optimum, "CPU s to the best": best_s, "calls": float(runs)}
        figures.append(Figure(f"{state.name}: {len(state.population)} counties, {state.k} districts", worth, "cost", peers=told))
    return figures


def search(state: State, *, seed: int, cpu_s: float) -> tuple[float, float, int]:
    """Return the least cost found of contiguous districts within the bounds, when it was found, and how many calls were made."""
    problem, bases = problem_of(state)
    began, best, at, runs = time.process_time(), np.inf, 0.0, 0
    while time.process_time() - began < cpu_s:
        answer = solve_bases(problem, bases, seed=seed * 1000 + runs, effort=Effort(PROPOSALS, STARTS, exact=False))
        runs += 1
        checked = check(at_bases(problem, bases, answer.centre), answer.owner)
        if checked.violation == 0 and not checked.extra_pieces and not checked.faults and checked.objective < best - 1e-9:
            best, at = checked.objective, time.process_time() - began
    return float(best), at, runs


def problem_of(state: State) -> tuple[Problem, Bases]:
    """Return the problem with free centres, each county a candidate."""
    n, k = len(state.population), state.k
    ideal = state.population.sum() / k
    begins = np.cumsum([0, *(len(each) for each in state.near)]).astype(np.int64)
    near = np.array([other for each in state.near for other in each], dtype=np.int64)
    nobody = np.full(n, NOBODY, dtype=np.int64)
    centre = np.linspace(0, n - 1, k).astype(np.int64)
    problem = Problem(
        cost=state.cost[:, centre].copy(), loads=(state.population / ideal)[:, None].astype(float), scale=np.ones(1),
        least=np.full((k, 1), state.lower / ideal), most=np.full((k, 1), state.upper / ideal), begins=begins, near=near,
        side=np.ones(len(near)), border_price=0.0, owner=nobody, start=nobody.copy(), fixed=nobody.copy(),
        allowed=np.ones((n, k), dtype=bool), apart=np.zeros((0, 2), dtype=np.int64), change=np.zeros((n, 0)), budget=np.zeros(0),
        weight=state.population.astype(float),
    )  # fmt: skip
    return problem, Bases(np.ones(k, dtype=bool), np.arange(n), state.cost, np.zeros((n, k)), centre)


def read_states(folder: Path, only: tuple[str, ...]) -> list[State]:
    """Read the graphs that `optima.csv` names."""
    with (folder / "optima.csv").open(newline="") as source:
        rows = [row for row in csv.DictReader(source) if not only or row["state"] in only]
    return [_read(folder / f"{row['state']}.json", row) for row in rows]


def _read(path: Path, row: dict[str, str]) -> State:
    graph = json.loads(path.read_text("utf-8"))
    nodes = graph["nodes"]
    number = {node["id"]: place for place, node in enumerate(nodes)}
    near = tuple(tuple(sorted({number[each["id"]] for each in edges} - {place})) for place, edges in enumerate(graph["adjacency"]))
    population = np.array([node["TOTPOP"] for node in nodes], dtype=np.int64)
    lon, lat = (np.array([node[name] for node in nodes]) for name in ("C_X", "C_Y"))
    n = len(nodes)
    metres = Geod(ellps="GRS80").inv(*(np.repeat(each, n) for each in (lon, lat)), *(np.tile(each, n) for each in (lon, lat)))[2]
    km = np.round(metres.reshape(n, n) / 1000)
    cost = np.ascontiguousarray(km * km * population[:, None] / 1e6)
    return State(path.stem, population, cost, near, int(row["k"]), float(row["lower"]), float(row["upper"]), float(row["optimum"]))


def made_up(size: int, seed: int) -> State:
    """Make a lattice of counties with a plan that is known to keep the bounds: rows of equal people."""
    width = max(3, round(size**0.5))
    chance = np.random.default_rng(seed)
    people = np.tile(chance.integers(50, 150, width), (width, 1)).ravel()
    x, y = np.meshgrid(np.arange(width), np.arange(width))
    at = np.column_stack([x.ravel(), y.ravel()])
    near = tuple(tuple(int(each) for each in np.flatnonzero(np.abs(at - here).sum(axis=1) == 1)) for here in at)
    cost = ((at[:, None] - at[None]) ** 2).sum(axis=2) * people[:, None] / 1.0
    k = 3 if width % 3 == 0 else width
    ideal = people.sum() / k
    rows = np.arange(width * width) // width * k // width
    optimum = sum(float(cost[rows == each][:, rows == each].sum(axis=0).min()) for each in range(k))
    return State("made-up", people, cost.astype(float), near, k, 0.995 * ideal, 1.005 * ideal, optimum)
