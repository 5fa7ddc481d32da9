"""Territories of a made-up branch of H3 cells: three balances, contiguity, the proven gap, and what peers draw there.

The objective and the bound are worked out again by the checker, which shares no code with the search. `--size 1000`, `10000` and `50000`
are those that goals are set for; from 10,000 on the smaller ones are searched as well, to fit how CPU time grows with cells.
"""

import time
from dataclasses import dataclass

import numpy as np

from bench.figure import Figure
from bench.options import Options
from bench.territory_branch import SIZES, Array, Branch, make_branch, problem_of, shape_of
from bench.territory_peers import peers_of
from gridmap.territories.engine.bound import bound_of
from gridmap.territories.engine.checker import bound_from_prices, check
from gridmap.territories.engine.problem import Problem
from gridmap.territories.engine.solve import solve
from gridmap.territories.engine.warm import warm

LAM = 0.3  # price of a change of hands
GOALS = {1_000: (3.3, 3.0), 10_000: (1.0, 8.0), 50_000: (1.0, 25.0)}  # gap in per cent, CPU seconds
GROWTH = 1.3
SHAPES = (0.0, 0.3, 1.0, 3.0)  # weights of the borders, each side counting as 1 of all of them


@dataclass(frozen=True, eq=False)
class Drawn:
    """Owners (n), objective, worst deviations from fair shares, pieces beyond one each, cut sides, mean compactness, CPU seconds."""

    owner: Array
    objective: float
    worst: tuple[float, ...]
    extra: int
    cut: int
    compact: float
    cpu_s: float
    violation: float


def run(options: Options) -> list[Figure]:
    """Search, check, measure the peers, and fit the growth."""
    warm().join()
    rings, managers = shape_of(options.size)
    branch = make_branch(rings, managers, options.seed)
    problem = problem_of(branch, LAM)
    ours, bound = _ours(branch, problem, options.seed)
    gap_goal, cpu_goal = GOALS.get(options.size, (None, None))
    peers = {
        name: _measured(branch, problem, owner, cpu_s) for name, (owner, cpu_s) in peers_of(branch, problem.cost, options.seed).items()
    }
    figures = [
        Figure(
            "proven gap, recomputed",
            100 * (ours.objective - bound) / ours.objective,
            "%",
            limit=gap_goal,
            peers={"objective": ours.objective, "bound": bound},
        ),
        Figure("CPU time, bound and search", ours.cpu_s, "s", limit=cpu_goal, peers={name: each.cpu_s for name, each in peers.items()}),
        Figure("pieces beyond one each", ours.extra, "pieces", limit=0, peers={name: each.extra for name, each in peers.items()}),
        Figure(
            "limits broken, in fair shares",
            ours.violation,
            "shares",
            limit=0 if gap_goal else None,
            peers={name: each.violation for name, each in peers.items()},
        ),
    ]
    for place, measure in enumerate(("hours, 5 % allowed", "accounts, 10 %", "prospects, 10 %")):
        figures.append(
            Figure(f"worst deviation of {measure}", ours.worst[place], "%", peers={name: each.worst[place] for name, each in peers.items()})
        )
    figures.append(Figure("objective", ours.objective, "", peers={name: each.objective for name, each in peers.items()}))
    figures += _shapes(branch, ours, peers, options)
    if options.size >= SIZES[1][0]:
        figures.append(_growth(options, ours.cpu_s, len(branch.owner)))
    return figures


def _ours(branch: Branch, problem: Problem, seed: int) -> tuple[Drawn, float]:
    """Search; return what the checker says of the answer, and the bound worked out from its prices."""
    began = time.process_time()
    answer = solve(problem, seed=seed, bound=bound_of(problem))
    spent = time.process_time() - began
    return _measured(branch, problem, answer.owner, spent), bound_from_prices(problem, answer.bound.prices, answer.bound.budget_prices)


def _measured(branch: Branch, problem: Problem, owner: Array, cpu_s: float) -> Drawn:
    checked = check(problem, owner)
    loads = np.zeros_like(problem.least)
    np.add.at(loads, owner, problem.loads)
    here = np.repeat(np.arange(len(owner)), np.diff(branch.begins))
    apart = owner[here] != owner[branch.near]
    # Sides of a territory: those to others, and those to nothing at the edge of the branch; a hexagon has six, and an area of 2.598.
    outer = 6 - np.diff(branch.begins)
    sides = np.bincount(owner[here[apart]], minlength=branch.managers) + np.bincount(owner, outer, branch.managers)
    area = 2.598 * np.bincount(owner, minlength=branch.managers)
    compact = float((4 * np.pi * area / np.maximum(sides, 1) ** 2).mean())
    objective = checked.objective - problem.border_price * apart.sum() / 2
    worst = tuple(float(each) for each in 100 * np.abs(loads - 1).max(axis=0))
    return Drawn(owner, objective, worst, checked.extra_pieces, int(apart.sum() // 2), compact, cpu_s, checked.violation)


def _shapes(branch: Branch, ours: Drawn, peers: dict[str, Drawn], options: Options) -> list[Figure]:
    """Return cut sides and compactness for several weights of the borders; only at sizes where a search takes a second or two."""
    rows = {0.0: ours}
    if len(branch.owner) <= 2 * SIZES[0][0]:
        sides = len(branch.near) / 2
        for weight in SHAPES[1:]:
            rows[weight] = _ours(branch, problem_of(branch, LAM, border_price=weight / sides), options.seed)[0]
    cuts = {name: float(each.cut) for name, each in peers.items()} | {
        f"weight {weight:g}": float(each.cut) for weight, each in rows.items()
    }
    compact = {name: each.compact for name, each in peers.items()} | {f"weight {weight:g}": each.compact for weight, each in rows.items()}
    worth = {f"weight {weight:g}": each.objective for weight, each in rows.items()}
    last = rows[max(rows)]
    return [
        Figure("sides cut, borders weighing most", last.cut, "sides", peers=cuts),
        Figure("mean compactness, borders weighing most", last.compact, "", peers=compact),
        Figure("objective without borders, borders weighing most", last.objective, "", peers=worth),
    ]


def _growth(options: Options, cpu_s: float, cells: int) -> Figure:
    """Fit the exponent of CPU time against cells over the sizes up to the one that is measured."""
    points = {}
    for size, rings, managers in SIZES:
        if size < options.size:
            branch = make_branch(rings, managers, options.seed)
            points[len(branch.owner)] = _ours(branch, problem_of(branch, LAM), options.seed)[0].cpu_s
    points[cells] = cpu_s
    exponent = float(np.polyfit(np.log(list(points)), np.log(list(points.values())), 1)[0])
    return Figure(
        "CPU time against cells, exponent",
        exponent,
        "",
        limit=GROWTH,
        peers={f"{count} cells, s": value for count, value in points.items()},
    )
