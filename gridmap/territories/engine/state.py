"""A state of the search as arrays that compiled functions change: who owns what, what that adds up to, and where borders are."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridmap.kernels.compiled import compiled, within
from gridmap.territories.engine.measured import budget_scale
from gridmap.territories.engine.problem import NOBODY, Problem

SEARCHED = 400  # units looked at before the question whether a territory stays in one piece is given up: "unsure" counts as no
COST, VIOLATION, BORDER, EXCESS = 0, 1, 2, 3  # places in `State.totals`
BORDERS, TICK = 0, 1  # places in `State.counts`
TINY = 1e-9


class Data(NamedTuple):
    """A problem as compiled functions read it; see `Problem`. `partner_begins`, `partner`: the units each must be apart from."""

    cost: NDArray[np.float64]
    loads: NDArray[np.float64]
    least: NDArray[np.float64]
    most: NDArray[np.float64]
    weight: NDArray[np.float64]
    begins: NDArray[np.int64]
    near: NDArray[np.int64]
    side: NDArray[np.float64]
    border_price: float
    owner: NDArray[np.int64]
    fixed: NDArray[np.int64]
    allowed: NDArray[np.bool_]
    partner_begins: NDArray[np.int64]
    partner: NDArray[np.int64]
    change: NDArray[np.float64]
    budget: NDArray[np.float64]
    budget_weight: NDArray[np.float64]


class State(NamedTuple):
    """Who owns each unit, and what follows from it.

    loads (k, m), size (k): units owned; used (q): of each budget. totals: cost, violation of the limits, border, excess over budgets.
    border (n): units that touch another owner, in any order; place (n): where in it each stands, -1 for the others. counts: how many
    they are, and a clock. stamp, queue (n): room of the search for pieces.
    """

    own: NDArray[np.int64]
    loads: NDArray[np.float64]
    size: NDArray[np.int64]
    used: NDArray[np.float64]
    totals: NDArray[np.float64]
    border: NDArray[np.int64]
    place: NDArray[np.int64]
    counts: NDArray[np.int64]
    stamp: NDArray[np.int64]
    queue: NDArray[np.int64]


def data_of(problem: Problem) -> Data:
    """Read a problem into contiguous arrays."""
    pairs = np.concatenate([problem.apart, problem.apart[:, ::-1]]) if len(problem.apart) else np.zeros((0, 2), dtype=np.int64)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    begins = np.searchsorted(pairs[:, 0], np.arange(problem.units + 1)).astype(np.int64)
    return Data(
        np.ascontiguousarray(problem.cost), np.ascontiguousarray(problem.loads), np.ascontiguousarray(problem.least),
        np.ascontiguousarray(problem.most), 1.0 / problem.scale, problem.begins, problem.near, problem.side, float(problem.border_price),
        problem.owner, problem.fixed, problem.allowed, begins, np.ascontiguousarray(pairs[:, 1]), np.ascontiguousarray(problem.change),
        problem.budget, 1.0 / budget_scale(problem),
    )  # fmt: skip


def state_of(problem: Problem, data: Data, own: NDArray[np.int64]) -> State:
    """Work out a state from who owns what; every unit has an owner."""
    n, k, m, q = problem.units, problem.managers, problem.loads.shape[1], len(problem.budget)
    state = State(
        own.astype(np.int64), np.zeros((k, m)), np.zeros(k, dtype=np.int64), np.zeros(q), np.zeros(4), np.zeros(n, dtype=np.int64),
        np.full(n, -1, dtype=np.int64), np.zeros(2, dtype=np.int64), np.zeros(n, dtype=np.int64), np.zeros(n + 1, dtype=np.int64),
    )  # fmt: skip
    recount(data, state)
    return state


@compiled
def recount(data: Data, state: State) -> None:
    """Work out everything from `state.own` alone."""
    n, m = data.loads.shape
    k, q = data.least.shape[0], data.budget.shape[0]
    state.loads[:, :] = 0.0
    state.size[:] = 0
    state.used[:] = 0.0
    state.totals[:] = 0.0
    state.place[:] = -1
    state.counts[BORDERS] = 0
    for i in range(n):
        a = state.own[i]
        state.size[a] += 1
        state.totals[COST] += data.cost[i, a]
        for each in range(m):
            state.loads[a, each] += data.loads[i, each]
        if a != data.owner[i]:
            for each in range(q):
                state.used[each] += data.change[i, each]
        foreign = False
        for e in range(data.begins[i], data.begins[i + 1]):
            if state.own[data.near[e]] != a:
                foreign = True
                state.totals[BORDER] += 0.5 * data.side[e]
        if foreign:
            state.border[state.counts[BORDERS]] = i
            state.place[i] = state.counts[BORDERS]
            state.counts[BORDERS] += 1
    for a in range(k):
        for each in range(m):
            state.totals[VIOLATION] += beyond(data, state.loads[a, each], a, each)
    for each in range(q):
        state.totals[EXCESS] += max(0.0, state.used[each] - data.budget[each]) * data.budget_weight[each]


@within
def beyond(data: Data, load: float, manager: int, measure: int) -> float:
    """Say how far a load is outside its limits, in fair shares."""
    over = load - data.most[manager, measure]
    short = data.least[manager, measure] - load
    return float(max(over, short, 0.0) * data.weight[measure])


@compiled
def may(data: Data, state: State, i: int, b: int) -> bool:
    """Say whether a unit may go to a manager as far as locks go, and whether its owner keeps something."""
    return bool(data.fixed[i] == NOBODY and data.allowed[i, b] and state.size[state.own[i]] > 1)


@compiled
def kept_apart(data: Data, state: State, i: int, b: int) -> bool:
    """Say whether none of the units that one must be apart from is the manager's."""
    for e in range(data.partner_begins[i], data.partner_begins[i + 1]):  # noqa: SIM110 - a generator is not compiled
        if state.own[data.partner[e]] == b:
            return False
    return True


@compiled
def violation_change(data: Data, state: State, i: int, b: int) -> float:
    """Return what a move adds to the violation of the limits."""
    a = state.own[i]
    more = 0.0
    for each in range(data.loads.shape[1]):
        load = data.loads[i, each]
        if load != 0.0:
            has, gets = state.loads[a, each], state.loads[b, each]
            more += beyond(data, has - load, a, each) - beyond(data, has, a, each)
            more += beyond(data, gets + load, b, each) - beyond(data, gets, b, each)
    return more


@compiled
def excess_change(data: Data, state: State, i: int, b: int) -> float:
    """Return what a move adds to the excess over the budgets."""
    more = 0.0
    was, will = state.own[i] != data.owner[i], b != data.owner[i]
    if was != will:
        for each in range(data.budget.shape[0]):
            used, limit = state.used[each], data.budget[each]
            then = used + data.change[i, each] if will else used - data.change[i, each]
            more += (max(0.0, then - limit) - max(0.0, used - limit)) * data.budget_weight[each]
    return more


@compiled
def border_change(data: Data, state: State, i: int, b: int) -> float:
    """Return what a move adds to the length of all borders."""
    a = state.own[i]
    more = 0.0
    for e in range(data.begins[i], data.begins[i + 1]):
        there = state.own[data.near[e]]
        if there == a:
            more += data.side[e]
        elif there == b:
            more -= data.side[e]
    return more


@compiled
def move(data: Data, state: State, i: int, b: int) -> None:
    """Give a unit to a manager and bring everything up to date."""
    a = state.own[i]
    state.totals[COST] += data.cost[i, b] - data.cost[i, a]
    state.totals[VIOLATION] += violation_change(data, state, i, b)
    state.totals[BORDER] += border_change(data, state, i, b)
    state.totals[EXCESS] += excess_change(data, state, i, b)
    for each in range(data.budget.shape[0]):
        if a == data.owner[i]:
            state.used[each] += data.change[i, each]
        elif b == data.owner[i]:
            state.used[each] -= data.change[i, each]
    state.own[i] = b
    state.size[a] -= 1
    state.size[b] += 1
    for each in range(data.loads.shape[1]):
        state.loads[a, each] -= data.loads[i, each]
        state.loads[b, each] += data.loads[i, each]
    _list(data, state, i)
    for e in range(data.begins[i], data.begins[i + 1]):
        _list(data, state, data.near[e])


@compiled
def _list(data: Data, state: State, i: int) -> None:
    """Put a unit on the list of the border, or take it off."""
    foreign = False
    for e in range(data.begins[i], data.begins[i + 1]):
        if state.own[data.near[e]] != state.own[i]:
            foreign = True
            break
    if foreign and state.place[i] < 0:
        state.place[i] = state.counts[BORDERS]
        state.border[state.counts[BORDERS]] = i
        state.counts[BORDERS] += 1
    elif not foreign and state.place[i] >= 0:
        last = state.border[state.counts[BORDERS] - 1]
        state.border[state.place[i]] = last
        state.place[last] = state.place[i]
        state.place[i] = -1
        state.counts[BORDERS] -= 1


@compiled
def stays_whole(data: Data, state: State, i: int, a: int) -> bool:
    """Say whether the territory `a` is in no more pieces without a unit: its neighbours there must meet without it.

    Asked before the unit leaves or after. The search is bounded; unsure counts as no. A unit that is a piece of its own may leave.
    """
    count, first = 0, -1
    for e in range(data.begins[i], data.begins[i + 1]):
        if state.own[data.near[e]] == a:
            count += 1
            first = data.near[e]
    if count <= 1:
        return True
    state.counts[TICK] += 1
    tick = state.counts[TICK]
    state.stamp[first] = tick
    state.stamp[i] = tick
    state.queue[0] = first
    head, top, need = 0, 1, count - 1
    while head < top and need > 0 and head < SEARCHED:
        u = state.queue[head]
        head += 1
        for e in range(data.begins[u], data.begins[u + 1]):
            v = data.near[e]
            if state.own[v] == a and state.stamp[v] != tick:
                state.stamp[v] = tick
                state.queue[top] = v
                top += 1
                for f in range(data.begins[i], data.begins[i + 1]):
                    if data.near[f] == v:
                        need -= 1
    return need == 0
