"""Few moves from what there is: each time what helps most within the budgets, then moves taken back for better ones."""

from collections.abc import Callable

import numpy as np

from gridmap.kernels.compiled import compiled
from gridmap.territories.engine.corridors import BEST, FOUND, SPARING, TAKER, Room, find_corridor, lay, room_for
from gridmap.territories.engine.pieces import components
from gridmap.territories.engine.problem import Flags, Problem, Whole
from gridmap.territories.engine.state import (
    BORDER,
    BORDERS,
    COST,
    EXCESS,
    TINY,
    VIOLATION,
    Data,
    State,
    border_change,
    data_of,
    excess_change,
    kept_apart,
    may,
    move,
    recount,
    state_of,
    stays_whole,
    violation_change,
)

ROUNDS = 4  # times that all that moved is tried back
LOOKS = 20_000_000  # at units of the border, at most, in one descent: about two seconds
MOVED = 400  # units moved beyond which none is tried back: a budget that large is a matter for annealing


def descend(problem: Problem, owner: Whole, *, stop: Callable[[], bool] | None = None) -> Whole:
    """Give units and chains of units away, each time what lowers the violation most and then the objective, within the budgets.

    Chains are chosen in two ways, by all that they mend and by what they mend for what they use of a budget. Then what moved is taken
    back, part by part and unit by unit, and what helps most is done in its place. The best of all stays: it has no more pieces than the
    start, and is nowhere worse.

    Parameters
    ----------
    owner
        Where it begins (n).
    stop
        Asked before each part is taken back.

    Returns
    -------
    A new array (n).
    """
    data = data_of(problem)
    state = state_of(problem, data, owner)
    room = room_for(problem.units, problem.loads.shape[1], len(problem.budget))
    most = 1 + LOOKS // max(int(state.counts[BORDERS]), 1)
    best, rank = state.own.copy(), _rank(data, state)
    for way in (BEST, SPARING):
        state.own[:] = owner
        recount(data, state)
        _descend(data, state, room, -1, way, most)
        best, rank = _better(data, state, best, rank)
    for turn in range(ROUNDS):
        before = rank
        parts = _moved_parts(problem, best)
        if sum(len(part) for part in parts) > MOVED:
            break
        for part in parts:
            if stop is not None and stop():
                return best
            state.own[:] = best
            recount(data, state)
            if _taken_back(data, state, part):
                _descend(data, state, room, int(part[0]) if len(part) == 1 else -1, turn % 2, most)
                best, rank = _better(data, state, best, rank)
        if rank == before and turn % 2 == 1:
            break
    return best


Rank = tuple[float, float, float]


def _rank(data: Data, state: State) -> Rank:
    worth = state.totals[COST] + data.border_price * state.totals[BORDER]
    return (round(float(state.totals[EXCESS]), 9), round(float(state.totals[VIOLATION]), 9), round(float(worth), 12))


def _better(data: Data, state: State, best: Whole, rank: Rank) -> tuple[Whole, Rank]:
    found = _rank(data, state)
    return (state.own.copy(), found) if found < rank else (best, rank)


def _moved_parts(problem: Problem, owner: Whole) -> list[Whole]:
    """Return what moved: the parts that hang together and went from one owner to one other, and each of their units by itself."""
    away: Flags = (owner != problem.owner) & (problem.owner >= 0)
    pair = np.where(away, problem.owner * problem.managers + owner, -1)
    _, part = components(problem, pair)
    moved = np.flatnonzero(away)
    groups = [moved[part[moved] == each] for each in np.unique(part[moved])]
    return [group for group in groups if len(group) > 1] + [moved[each : each + 1] for each in range(len(moved))]


def _taken_back(data: Data, state: State, part: Whole) -> bool:
    """Give units back to who had them, those that touch their old territory first; say whether all may go back."""
    left = part.tolist()
    while left:
        unit = next((each for each in left if _may_return(data, state, each, int(data.owner[each]))), None)
        if unit is None:
            return False
        move(data, state, unit, int(data.owner[unit]))
        left.remove(unit)
    return True


def _may_return(data: Data, state: State, unit: int, home: int) -> bool:
    if home < 0 or state.own[unit] == home:
        return False
    around = state.own[data.near[data.begins[unit] : data.begins[unit + 1]]]
    free = may(data, state, unit, home) and kept_apart(data, state, unit, home)
    return bool(free and (around == home).any() and stays_whole(data, state, unit, int(state.own[unit])))


@compiled
def _descend(data: Data, state: State, room: Room, kept: int, way: int, most: int) -> int:
    """Give away what helps most, up to so many times, never the unit `kept` by itself; return how often."""
    for made in range(most):
        find_corridor(data, state, room, way)
        unit, manager = _steepest(data, state, kept)
        if room.told[FOUND] >= 0:
            unit, manager = lay(data, state, room), room.told[TAKER]
            while unit >= 0:
                move(data, state, unit, manager)
                unit = room.parent[unit]
        elif unit >= 0:
            move(data, state, unit, manager)
        else:
            return made
    return most


@compiled
def _steepest(data: Data, state: State, kept: int) -> tuple[int, int]:
    """Return the move within the budgets that lowers the violation most, then the objective; -1 where none does."""
    unit, manager, low, cheap = -1, -1, 0.0, 0.0
    for place in range(state.counts[BORDERS]):
        i = state.border[place]
        if i == kept:
            continue
        for e in range(data.begins[i], data.begins[i + 1]):
            b = state.own[data.near[e]]
            if b == state.own[i] or not may(data, state, i, b) or excess_change(data, state, i, b) > TINY:
                continue
            less = violation_change(data, state, i, b)
            if less > low + TINY:
                continue
            more = data.cost[i, b] - data.cost[i, state.own[i]] + data.border_price * border_change(data, state, i, b)
            better = less < low - TINY or (more < cheap - 1e-12)
            if better and kept_apart(data, state, i, b) and stays_whole(data, state, i, state.own[i]):
                unit, manager, low, cheap = i, b, less, more
    return unit, manager
