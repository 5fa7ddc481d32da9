"""Repair: make each territory one piece again by giving its smaller pieces to their neighbours, as cheaply as can be."""

import heapq
from collections import deque
from typing import Any

import numpy as np

from gridmap.territories.engine.pieces import components
from gridmap.territories.engine.problem import NOBODY, Problem, Whole

BRIDGED = 2  # times that what must stay is joined to the rest of its territory: a bridge may cut another territory


def repaired(problem: Problem, owner: Whole) -> Whole:
    """Keep one piece of each territory and give the rest, unit by unit, to the neighbour that takes it at the least cost.

    The piece with a unit that must stay with its manager is kept, else the heaviest. What no neighbour may take stays with who had it:
    the answer then has more pieces than managers, and every unit an owner all the same.

    Parameters
    ----------
    owner
        (n), who has each unit; `NOBODY` for units still to be given.

    Returns
    -------
    A new array (n).
    """
    here = np.where(problem.fixed != NOBODY, problem.fixed, owner)
    for _ in range(BRIDGED):
        here = _joined(problem, here)
    label = np.where(_kept(problem, here), here, NOBODY)
    partners = _partners(problem)
    waiting: list[tuple[float, int, int]] = []
    for i in np.flatnonzero(label == NOBODY).tolist():
        for e in range(problem.begins[i], problem.begins[i + 1]):
            _offer(problem, waiting, i, int(label[problem.near[e]]))
    while waiting:
        _, i, j = heapq.heappop(waiting)
        if label[i] != NOBODY or any(label[other] == j for other in partners.get(i, ())):
            continue
        label[i] = j
        for e in range(problem.begins[i], problem.begins[i + 1]):
            if label[problem.near[e]] == NOBODY:
                _offer(problem, waiting, int(problem.near[e]), j)
    left = label == NOBODY
    label[left] = np.where(here[left] != NOBODY, here[left], _cheapest(problem)[left])
    return label.astype(np.int64)


def seeded(problem: Problem, owner: Whole) -> Whole:
    """Give each manager without units one, the cheapest there is, so that a territory can grow from it.

    Nobody is left without any for it, and the unit may leave a territory in two pieces: repair comes after.
    """
    here = owner.copy()
    for j in range(problem.managers):
        size = np.bincount(here[here != NOBODY], minlength=problem.managers)
        spare = (here == NOBODY) | (size[here] > 1)
        free = np.flatnonzero((problem.fixed == NOBODY) & problem.allowed[:, j] & spare)
        if size[j] == 0 and len(free):
            here[free[np.argmin(problem.cost[free, j])]] = j
    return here


def _joined(problem: Problem, owner: Whole) -> Whole:
    """Join the units that must stay with a manager to the heaviest piece of the territory, by the fewest units in between."""
    count, part = components(problem, owner)
    weight = np.bincount(part, problem.weight + 1e-9, count)
    here = owner.copy()
    for j in np.unique(problem.fixed[problem.fixed != NOBODY]):
        own = np.unique(part[owner == j])
        main = own[np.argmax(weight[own])]
        for apart in own[own != main]:
            begins = np.flatnonzero((part == apart) & (problem.fixed == j))
            if len(begins):
                way = _way(problem, begins, part == main, int(j))
                here[way] = j
    return here


def _way(problem: Problem, begins: Whole, goal: np.ndarray[Any, Any], j: int) -> list[int]:
    """Return the units between some units and a goal on the shortest way that a manager may have; none where there is no way."""
    came = {int(i): -1 for i in begins}
    waiting = deque(came)
    while waiting:
        i = waiting.popleft()
        if goal[i]:
            way = []
            while i >= 0:
                way.append(i)
                i = came[i]
            return way
        for e in range(problem.begins[i], problem.begins[i + 1]):
            v = int(problem.near[e])
            if v not in came and problem.allowed[v, j] and problem.fixed[v] in (NOBODY, j):
                came[v] = i
                waiting.append(v)
    return []


def _kept(problem: Problem, owner: Whole) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Say which units lie in the piece of their owner that stays."""
    count, part = components(problem, owner)
    worth = np.bincount(part, problem.weight + 1e-9, count) + 1e12 * np.bincount(part, problem.fixed != NOBODY, count)
    of_part = np.zeros(count, dtype=np.int64)
    of_part[part] = owner
    order = np.lexsort((np.arange(count), -worth, of_part))
    first = np.ones(count, dtype=bool)
    first[1:] = of_part[order][1:] != of_part[order][:-1]
    stays = np.zeros(count, dtype=bool)
    stays[order[first]] = True
    return np.asarray((stays[part] & (owner != NOBODY)) | (problem.fixed != NOBODY), dtype=np.bool_)


def _offer(problem: Problem, waiting: list[tuple[float, int, int]], i: int, j: int) -> None:
    if j != NOBODY and problem.allowed[i, j]:
        heapq.heappush(waiting, (float(problem.cost[i, j]), i, j))


def _partners(problem: Problem) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for one, other in problem.apart.tolist():
        found.setdefault(one, []).append(other)
        found.setdefault(other, []).append(one)
    return found


def _cheapest(problem: Problem) -> Whole:
    return np.asarray(np.argmin(np.where(problem.allowed, problem.cost, np.inf), axis=1), dtype=np.int64)
