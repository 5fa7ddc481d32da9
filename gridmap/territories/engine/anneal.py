"""Annealing over the borders: units and pairs of units change hands, no territory is ever cut, balance comes at a price."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridmap.kernels.chance import chance_of, draw, pick
from gridmap.kernels.compiled import compiled
from gridmap.territories.engine.problem import NOBODY, Floats, Problem, Whole
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

CHUNK = 400_000  # proposals between two looks at `stop`: about a tenth of a second
PAIRS = 0.5  # share of proposals that move two units at once: a swap, or one unit on to a third owner
TRIES = 4  # times the number of managers: how often the second unit of a pair is looked for


class Best(NamedTuple):
    """The best state so far: who owns what; `log` (n + 1): units moved since, its last entry their number; objective and violation."""

    own: NDArray[np.int64]
    log: NDArray[np.int64]
    worth: NDArray[np.float64]


class Schedule(NamedTuple):
    """Proposals of a run, its first and last temperature in units of cost, and what a unit of violation costs."""

    proposals: int
    hot: float
    cold: float
    penalty: float


class Desk(NamedTuple):
    """What a search works with: the best so far, the prices that guide it (k, m), room for two units, and its random numbers."""

    best: Best
    guide: NDArray[np.float64]
    pair: NDArray[np.int64]
    chance: NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Improved:
    """The best a search found, what it is worth, how far it is from the limits, and how many proposals were made."""

    owner: Whole
    objective: float
    violation: float
    proposals: int
    stopped: bool


def improve(  # what is searched, from where, and how
    problem: Problem,
    owner: Whole,
    *,
    guide: Floats,
    schedule: Schedule,
    seed: int,
    stop: Callable[[], bool] | None = None,
    on_best: Callable[["Improved"], None] | None = None,
) -> Improved:
    """Anneal from a start; the number of proposals and the seed alone decide the answer.

    Parameters
    ----------
    owner
        Where the search begins (n), within the budgets; the answer keeps them, and has no more pieces than this.
    guide
        (k, m), prices of the measures: they lean the search towards the limits that bind. Zeros: no lean.
    stop
        Asked many times a second; True ends the search with the best so far.
    on_best
        Told of better states, at most as often as `stop` is asked.
    """
    data = data_of(problem)
    state = state_of(problem, data, owner)
    best = Best(state.own.copy(), np.zeros(problem.units + 1, dtype=np.int64), worth_of(data, state))
    desk, done = Desk(best, guide, np.zeros(2, dtype=np.int64), chance_of(seed)), 0
    while done < schedule.proposals:
        if stop is not None and stop():
            break
        until, before = min(done + CHUNK, schedule.proposals), best.worth.copy()
        anneal(data, state, desk, schedule, done, until)
        done = until
        recount(data, state)  # so that running sums do not drift
        if on_best is not None and (best.worth != before).any():
            on_best(Improved(best.own.copy(), float(best.worth[0]), max(0.0, float(best.worth[1])), done, stopped=False))
    settle(data, state, best)
    return Improved(state.own, float(best.worth[0]), max(0.0, float(best.worth[1])), done, stopped=done < schedule.proposals)


def worth_of(data: Data, state: State) -> Floats:
    """Return objective and violation of a state."""
    return np.array([state.totals[COST] + data.border_price * state.totals[BORDER], state.totals[VIOLATION]])


def settle(data: Data, state: State, best: Best) -> None:
    """Go back to the best state, worked out anew."""
    state.own[:] = best.own
    recount(data, state)
    best.worth[:] = worth_of(data, state)


@compiled
def anneal(data: Data, state: State, desk: Desk, schedule: Schedule, first: int, until: int) -> None:
    """Make the proposals `first` up to `until` of a schedule; cutting a run into calls changes only when sums are worked out anew."""
    fall = schedule.cold / schedule.hot
    temperature = schedule.hot * fall ** (first / schedule.proposals)
    for step in range(first, until):
        count = state.counts[BORDERS]
        if count == 0:
            return
        if (step & 255) == 0:
            temperature = schedule.hot * fall ** (step / schedule.proposals)
        i = state.border[pick(desk.chance, count)]
        b = state.own[data.near[data.begins[i] + pick(desk.chance, data.begins[i + 1] - data.begins[i])]]
        if b == state.own[i] or not may(data, state, i, b):
            continue
        worse = _worse(data, state, desk.guide, schedule.penalty, i, b)
        if draw(desk.chance) < PAIRS:
            moved = _move_pair(data, state, desk, schedule.penalty, temperature, worse, i, b)
        else:
            moved = 0
            apart = kept_apart(data, state, i, b)
            if apart and _accepted(worse, temperature, desk.chance) and stays_whole(data, state, i, state.own[i]):
                move(data, state, i, b)
                desk.pair[0] = i
                moved = 1
        if moved > 0:
            _keep(data, state, desk.best, desk.pair, moved)


@compiled
def _accepted(worse: float, temperature: float, chance: NDArray[np.uint64]) -> bool:
    return worse <= 0.0 or draw(chance) < math.exp(-worse / temperature)


@compiled
def _worse(data: Data, state: State, guide: NDArray[np.float64], penalty: float, i: int, b: int) -> float:
    """Return what a move adds to what the search minimises: cost, borders, violation at a price, and the lean of the guide."""
    a = state.own[i]
    more = data.cost[i, b] - data.cost[i, a] + penalty * (violation_change(data, state, i, b) + excess_change(data, state, i, b))
    if data.border_price != 0.0:
        more += data.border_price * border_change(data, state, i, b)
    for each in range(guide.shape[1]):
        more += data.loads[i, each] * (guide[b, each] - guide[a, each])
    return float(more)


@compiled
def _move_pair(data: Data, state: State, desk: Desk, penalty: float, temperature: float, worse: float, i: int, b: int) -> int:
    """Move unit `i` to `b`, and a unit of `b` on to a neighbour of it, the owner of `i` (a swap) or a third; return how many moved."""
    j = _another_of(data, state, b, desk.chance)
    if j < 0:
        return 0
    a, c = state.own[i], state.own[data.near[data.begins[j] + pick(desk.chance, data.begins[j + 1] - data.begins[j])]]
    if c == b:
        return 0
    move(data, state, i, b)
    if _touches(data, state, j, c) and may(data, state, j, c):
        worse += _worse(data, state, desk.guide, penalty, j, c)
        if _accepted(worse, temperature, desk.chance):
            move(data, state, j, c)
            # Whole and apart as the territories are after both: what one unit opens the other may close.
            if (
                kept_apart(data, state, i, b)
                and kept_apart(data, state, j, c)
                and stays_whole(data, state, i, a)
                and stays_whole(data, state, j, b)
            ):
                desk.pair[0] = i
                desk.pair[1] = j
                return 2
            move(data, state, j, b)
    move(data, state, i, a)
    return 0


@compiled
def _another_of(data: Data, state: State, b: int, chance: NDArray[np.uint64]) -> int:
    """Draw a unit on the border of a territory; -1 where none is met."""
    for _ in range(TRIES * data.least.shape[0]):
        j = state.border[pick(chance, state.counts[BORDERS])]
        if state.own[j] == b and data.fixed[j] == NOBODY:
            return int(j)
    return -1


@compiled
def _touches(data: Data, state: State, j: int, c: int) -> bool:
    for e in range(data.begins[j], data.begins[j + 1]):  # noqa: SIM110 - a generator is not compiled
        if state.own[data.near[e]] == c:
            return True
    return False


@compiled
def _keep(data: Data, state: State, best: Best, pair: NDArray[np.int64], moved: int) -> None:
    """Note what moved, and keep the best state: within the budgets, first the least violation, then the least objective."""
    units = state.own.shape[0]
    for each in range(moved):
        if best.log[units] < units:
            best.log[best.log[units]] = pair[each]
            best.log[units] += 1
        else:
            best.log[units] = units + 1  # too many to note: all of it is copied
    if state.totals[EXCESS] > TINY:
        return  # a search may pass beyond a budget, an answer never
    objective = state.totals[COST] + data.border_price * state.totals[BORDER]
    violation = state.totals[VIOLATION]
    if violation > best.worth[1] + TINY or (violation > best.worth[1] - TINY and objective >= best.worth[0] - 1e-12):
        return
    best.worth[0] = objective
    best.worth[1] = violation
    if best.log[units] > units:
        for unit in range(units):
            best.own[unit] = state.own[unit]
    else:
        for each in range(best.log[units]):
            best.own[best.log[each]] = state.own[best.log[each]]
    best.log[units] = 0
