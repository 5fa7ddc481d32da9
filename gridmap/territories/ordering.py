"""In which order moves are best made, so that whoever makes only the first of them is no worse off than with none."""

from dataclasses import dataclass

import numpy as np

from gridmap.territories.engine.problem import NOBODY, Flags, Floats, Problem, Whole

MOST = 1_500  # moves up to which each is chosen anew after those before it; beyond, all are ranked at once


@dataclass(frozen=True, eq=False)
class Ordered:
    """Units that change hands, in the order in which they are best moved, and what each does in its turn.

    worse: what it adds to the violation of the limits, in units of `Problem.scale`; below 0 it mends. cost: what it adds to the
    objective, borders left out.
    """

    units: Whole
    worse: Floats
    cost: Floats


def best_order(problem: Problem, before: Whole, after: Whole) -> Ordered:
    """Order the units that change hands.

    First what touches the land of who takes it by then, of that what mends most of the limits, of that what costs least.

    Parameters
    ----------
    before, after
        Who has each unit (n), `NOBODY` for nobody.
    """
    here = before.copy()
    units = np.flatnonzero(before != after)
    loads = np.zeros_like(problem.least)
    had = before != NOBODY
    np.add.at(loads, before[had], problem.loads[had])
    cost = problem.cost[units, after[units]] - np.where(had[units], problem.cost[units, before[units]], 0.0)
    touches: Flags = np.array([_touches(problem, here, unit, int(after[unit])) for unit in units.tolist()], dtype=np.bool_)
    if len(units) > MOST:
        worse = _worse(problem, loads, units, before, after)
        ranked = np.lexsort((units, cost, worse, ~touches))
        return Ordered(units[ranked], worse[ranked], cost[ranked])
    place = {int(unit): at for at, unit in enumerate(units)}
    left, order, mended = np.ones(len(units), dtype=bool), [], []
    while left.any():
        waiting = np.flatnonzero(left)
        worse = _worse(problem, loads, units[waiting], before, after)
        first = np.lexsort((units[waiting], cost[waiting], worse, ~touches[waiting]))[0]
        best = int(waiting[first])
        unit = int(units[best])
        left[best] = False
        order.append(best)
        mended.append(worse[first])
        if before[unit] != NOBODY:
            loads[before[unit]] -= problem.loads[unit]
        loads[after[unit]] += problem.loads[unit]
        here[unit] = after[unit]
        for other in problem.near[problem.begins[unit] : problem.begins[unit + 1]].tolist():
            if other in place:
                touches[place[other]] = _touches(problem, here, other, int(after[other]))
    return Ordered(units[order].astype(np.int64), np.array(mended, dtype=float), cost[order])


def _worse(problem: Problem, loads: Floats, units: Whole, before: Whole, after: Whole) -> Floats:
    """Return what each unit would add to the violation if it were the next to move, rounded so that ties are ties."""
    giver, taker, brings = before[units], after[units], problem.loads[units]
    gained = _violations(problem, loads[taker] + brings, taker) - _violations(problem, loads[taker], taker)
    given = _violations(problem, loads[giver] - brings, giver) - _violations(problem, loads[giver], giver)
    return np.round(gained + np.where(giver != NOBODY, given, 0.0), 9)


def _violations(problem: Problem, loads: Floats, manager: Whole) -> Floats:
    beyond = np.maximum(loads - problem.most[manager], 0.0) + np.maximum(problem.least[manager] - loads, 0.0)
    return np.asarray((beyond / problem.scale).sum(axis=1), dtype=float)


def _touches(problem: Problem, here: Whole, unit: int, taker: int) -> bool:
    return bool((here[problem.near[problem.begins[unit] : problem.begins[unit + 1]]] == taker).any())
