"""Corridors: the chain of units from a border to one that helps, given away together; what lies deep inside is reached no other way."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridmap.kernels.compiled import compiled, within
from gridmap.territories.engine.problem import NOBODY
from gridmap.territories.engine.state import BORDERS, TINY, Data, State, beyond, kept_apart

FOUND, TAKER, CLOCK = 0, 1, 2  # places in `Room.told`
BEST, SPARING = 0, 1  # ways to choose: what mends most, or most per share of the budget that it uses


class Room(NamedTuple):
    """What a search for corridors works with, per unit: the one before it, its place in the chain, and what the chain brings and uses.

    parent, depth, queue, seen, mark, walked (n); loads (n, m); uses (n, q); worse (n): what giving the chain adds to the violation.
    told: the last unit of the best chain (-1: none), who takes it, and a clock; worth: its rank, and what it adds to the violation.
    """

    parent: NDArray[np.int64]
    depth: NDArray[np.int64]
    queue: NDArray[np.int64]
    seen: NDArray[np.int64]
    mark: NDArray[np.int64]
    walked: NDArray[np.int64]
    loads: NDArray[np.float64]
    uses: NDArray[np.float64]
    worse: NDArray[np.float64]
    told: NDArray[np.int64]
    worth: NDArray[np.float64]


def room_for(units: int, measures: int, budgets: int) -> Room:
    """Make room for a problem of this size."""

    def whole(length: int = units) -> NDArray[np.int64]:
        return np.zeros(length, dtype=np.int64)

    sums = (np.zeros((units, measures)), np.zeros((units, budgets)), np.zeros(units))
    return Room(whole(), whole(), whole(), whole(), whole(), whole(), *sums, whole(3), np.zeros(2))


@compiled
def find_corridor(data: Data, state: State, room: Room, way: int) -> None:
    """Find the chain whose giving lowers the violation most, one way or the other.

    `room.told` says which; the chain itself follows `room.parent` from its last unit once `lay` was asked for it.
    """
    room.told[FOUND], room.told[TAKER] = -1, -1
    room.worth[0], room.worth[1] = -TINY, 0.0
    managers = data.least.shape[0]
    for a in range(managers):
        for b in range(managers):
            if a != b and (_strained(data, state, a) or _strained(data, state, b)):
                _explore(data, state, room, a, b, way)


@compiled
def lay(data: Data, state: State, room: Room) -> int:
    """Find the chains of the giver and taker of the best once more, so that `room.parent` leads along it; return its last unit."""
    last, taker = room.told[FOUND], room.told[TAKER]
    if last >= 0:
        count = _begin(data, state, room, state.own[last], taker)
        _walk(data, state, room, state.own[last], taker, count)
    return int(last)


@compiled
def _strained(data: Data, state: State, manager: int) -> bool:
    for each in range(data.loads.shape[1]):  # noqa: SIM110 - a generator is not compiled
        if beyond(data, state.loads[manager, each], manager, each) > TINY:
            return True
    return False


@compiled
def _begin(data: Data, state: State, room: Room, a: int, b: int) -> int:
    """Put the units of `a` that touch `b` into the queue; return how many."""
    room.told[CLOCK] += 1
    count = 0
    for place in range(state.counts[BORDERS]):
        i = state.border[place]
        if state.own[i] != a or not _free(data, state, i, b):
            continue
        for e in range(data.begins[i], data.begins[i + 1]):
            if state.own[data.near[e]] == b:
                room.seen[i] = room.told[CLOCK]
                room.parent[i] = -1
                room.depth[i] = 1
                room.queue[count] = i
                count += 1
                break
    return count


@compiled
def _free(data: Data, state: State, i: int, b: int) -> bool:
    return bool(data.fixed[i] == NOBODY and data.allowed[i, b] and kept_apart(data, state, i, b))


@compiled
def _walk(data: Data, state: State, room: Room, a: int, b: int, count: int) -> int:
    """Walk into the territory in the order of distance, as far as the budgets reach, each unit behind the best before it."""
    head, tick = 0, room.told[CLOCK]
    while head < count:
        u = room.queue[head]
        head += 1
        if not _add_up(data, state, room, u, a, b):
            room.worse[u] = 1.0  # beyond a budget: it leads nowhere
            continue
        for e in range(data.begins[u], data.begins[u + 1]):
            v = data.near[e]
            if state.own[v] != a or not _free(data, state, v, b):
                continue
            if room.seen[v] != tick:
                room.seen[v] = tick
                room.parent[v] = u
                room.depth[v] = room.depth[u] + 1
                room.queue[count] = v
                count += 1
            elif room.depth[v] == room.depth[u] + 1 and room.worse[u] < room.worse[room.parent[v]] - TINY:
                room.parent[v] = u
    return count


@compiled
def _add_up(data: Data, state: State, room: Room, u: int, a: int, b: int) -> bool:
    """Work out what the chain to a unit brings, uses and mends; say whether the budgets allow it."""
    before = room.parent[u]
    inside = True
    for each in range(data.budget.shape[0]):
        use = 0.0 if before < 0 else room.uses[before, each]
        if a == data.owner[u]:
            use += data.change[u, each]
        elif b == data.owner[u]:
            use -= data.change[u, each]
        room.uses[u, each] = use
        inside = inside and state.used[each] + use <= data.budget[each] + TINY
    worse = 0.0
    for each in range(data.loads.shape[1]):
        load = data.loads[u, each] + (0.0 if before < 0 else room.loads[before, each])
        room.loads[u, each] = load
        has, gets = state.loads[a, each], state.loads[b, each]
        worse += beyond(data, has - load, a, each) - beyond(data, has, a, each)
        worse += beyond(data, gets + load, b, each) - beyond(data, gets, b, each)
    room.worse[u] = worse
    return inside


@compiled
def _explore(data: Data, state: State, room: Room, a: int, b: int, way: int) -> None:
    count = _begin(data, state, room, a, b)
    if count == 0:
        return
    count = _walk(data, state, room, a, b, count)
    for place in range(count):
        u = room.queue[place]
        if room.worse[u] >= -TINY:
            continue
        rank = room.worse[u] / (_share(data, room, u) if way == SPARING else 1.0)
        if rank < room.worth[0] - TINY and room.depth[u] < state.size[a] and _whole_without(data, state, room, u, a):
            room.worth[0], room.worth[1] = rank, room.worse[u]
            room.told[FOUND], room.told[TAKER] = u, b


@within
def _share(data: Data, room: Room, u: int) -> float:
    """Return the largest share of a budget that a chain uses, at least that of a unit of a budget of ten thousand."""
    most = 1e-4
    for each in range(data.budget.shape[0]):
        most = max(most, room.uses[u, each] * data.budget_weight[each])
    return most


@compiled
def _whole_without(data: Data, state: State, room: Room, last: int, a: int) -> bool:
    """Say whether the rest of a territory still hangs together: whatever touches the chain must be met from one such unit."""
    room.told[CLOCK] += 1
    tick = room.told[CLOCK]
    u, first, need = last, -1, 0
    while u >= 0:
        room.mark[u] = tick
        u = room.parent[u]
    u = last
    while u >= 0:
        for e in range(data.partner_begins[u], data.partner_begins[u + 1]):
            if room.mark[data.partner[e]] == tick:
                return False
        for e in range(data.begins[u], data.begins[u + 1]):
            v = data.near[e]
            if state.own[v] == a and room.mark[v] != tick and room.mark[v] != -tick:
                room.mark[v] = -tick
                need += 1
                first = v
        u = room.parent[u]
    if need <= 1:
        return True
    room.mark[first] = -tick
    room.walked[0] = first
    state.counts[1] += 1
    stamp = state.counts[1]
    state.stamp[first] = stamp
    head, top, met = 0, 1, 1
    while head < top and met < need:
        u = room.walked[head]
        head += 1
        for e in range(data.begins[u], data.begins[u + 1]):
            v = data.near[e]
            if state.own[v] == a and room.mark[v] != tick and state.stamp[v] != stamp:
                state.stamp[v] = stamp
                if room.mark[v] == -tick:
                    met += 1
                room.walked[top] = v
                top += 1
    return met == need
