"""Fill routes: the stops left over are put, in one of several orders, each at its cheapest place."""

import numpy as np
from numpy.typing import NDArray

from gridmap.kernels.chance import draw, pick
from gridmap.kernels.compiled import compiled
from gridmap.sweeps.engine.arrays import Data, Tour
from gridmap.sweeps.engine.moves import place_anywhere, put
from gridmap.sweeps.engine.timing import refresh_route

ORDERS = 6  # at random, most prize, latest closing, earliest closing, most prize for its detour (squared), and for its time
MUST = 1e15  # mandatory stops before all others


@compiled
def recreate(
    data: Data, tour: Tour, left: NDArray[np.int64], key: NDArray[np.float64], open_shifts: NDArray[np.bool_], chance: NDArray[np.uint64]
) -> None:
    """Insert what fits of the stops `left` into the open shifts; `key` is room for as many numbers."""
    order, push_weight, blink = pick(chance, ORDERS), draw(chance), 0.01 if draw(chance) < 0.5 else 0.06
    _insert(data, tour, left, key, open_shifts, (order, push_weight, blink), chance)


@compiled
def fill(
    data: Data, tour: Tour, left: NDArray[np.int64], key: NDArray[np.float64], open_shifts: NDArray[np.bool_], chance: NDArray[np.uint64]
) -> None:
    """Insert what fits by prize for the time it takes, overlooking nothing: a good first answer."""
    _insert(data, tour, left, key, open_shifts, (ORDERS - 1, 0.5, 0.0), chance)


@compiled
def _insert(
    data: Data,
    tour: Tour,
    left: NDArray[np.int64],
    key: NDArray[np.float64],
    open_shifts: NDArray[np.bool_],
    how: tuple[int, float, float],
    chance: NDArray[np.uint64],
) -> None:
    """Sort the stops and put each at its cheapest place; `how`: order, weight of delay, chance to overlook a place."""
    order, push_weight, blink = how
    count = 0
    for each in range(left.shape[0]):
        value = _order_key(data, tour, left[each], order, push_weight, open_shifts, chance)
        if value < np.inf:
            left[count], key[count] = left[each], value - (MUST if data.mandatory[left[each]] else 0.0)
            count += 1
    _sort(left, key, count)
    for each in range(count):
        shift, q, _ = place_anywhere(data, tour, left[each], open_shifts, push_weight, blink, chance)
        if shift >= 0:
            put(tour, left[each], shift, q)
            refresh_route(data, tour, shift)


@compiled
def _order_key(
    data: Data, tour: Tour, stop: int, order: int, push_weight: float, open_shifts: NDArray[np.bool_], chance: NDArray[np.uint64]
) -> float:
    """Return what a stop is sorted by, lowest first; infinite where it has no place."""
    if order == 0:
        return draw(chance)
    noise = 0.8 + 0.4 * draw(chance)
    gain = data.gain[stop]
    if order == 1:
        return float(-gain * noise)
    if order <= 3:
        last = float(data.closing_s[stop])
        return -last if order == 2 else last
    shift, _, cost = place_anywhere(data, tour, stop, open_shifts, push_weight, 0.0, chance)
    if shift < 0:
        return np.inf
    if order == 4:
        return float(-gain * gain / (max(cost, 0.0) + 1.0) * noise)
    return float(-gain / (max(cost, 0.0) + 0.3 * data.serve_s[stop] + 1.0) * noise)


@compiled
def _sort(stops: NDArray[np.int64], key: NDArray[np.float64], count: int) -> None:
    """Sort the first stops by key in place (Shell's sort: no memory, and equal keys always fall the same way)."""
    gap = count // 2
    while gap > 0:
        for each in range(gap, count):
            stop, value = stops[each], key[each]
            at = each
            while at >= gap and key[at - gap] > value:
                stops[at], key[at] = stops[at - gap], key[at - gap]
                at -= gap
            stops[at], key[at] = stop, value
        gap //= 2
