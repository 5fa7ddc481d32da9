"""Put a stop into a route, take one out, and find its cheapest place; `refresh_route` renews the times afterwards."""

import numpy as np
from numpy.typing import NDArray

from gridmap.kernels.chance import draw
from gridmap.kernels.compiled import compiled
from gridmap.sweeps.engine.arrays import Data, Tour
from gridmap.sweeps.engine.timing import cost_at, refresh_route

AWAY_S = 3600.0  # what it takes to leave the preferred shift: an hour more on the road


@compiled
def put(tour: Tour, stop: int, shift: int, q: int) -> None:
    """Insert a stop before position q of a route."""
    for each in range(tour.size[shift], q, -1):
        tour.stops[shift, each] = tour.stops[shift, each - 1]
    tour.stops[shift, q] = stop
    tour.size[shift] += 1
    tour.where[stop] = shift


@compiled
def take(tour: Tour, shift: int, q: int) -> int:
    """Remove the stop at position q of a route and return it."""
    stop = tour.stops[shift, q]
    for each in range(q, tour.size[shift] - 1):
        tour.stops[shift, each] = tour.stops[shift, each + 1]
    tour.size[shift] -= 1
    tour.where[stop] = -1
    return int(stop)


@compiled
def place_in_shift(
    data: Data, tour: Tour, stop: int, shift: int, push_weight: float, blink: float, chance: NDArray[np.uint64]
) -> tuple[int, float]:
    """Find the cheapest position of a stop in a shift: (position, cost in seconds), (-1, infinite) where there is none.

    Positions are overlooked with the chance `blink`: what is cheapest now is not always best in the end.
    """
    best_q, best_cost = -1, np.inf
    if not data.allowed[stop, shift] or tour.doors[shift] + data.doors[stop] > data.most_doors[shift]:
        return best_q, best_cost
    if tour.size[shift] + 1 >= tour.stops.shape[1]:
        return best_q, best_cost
    day = data.day[shift]
    soonest, last = data.first_s[stop, day] + data.serve_s[stop], data.last_s[stop, day]
    away = AWAY_S if data.home[stop] >= 0 and data.home[stop] != shift else 0.0
    for q in range(tour.size[shift] + 1):
        if tour.latest_fed[shift, q] < soonest:
            continue  # what follows must begin before this visit can end
        if min(tour.leave_hungry[shift, q], tour.leave_fed[shift, q]) > last:
            break
        cost = cost_at(data, tour, stop, shift, q, push_weight)
        if cost + away < best_cost and (blink <= 0.0 or draw(chance) >= blink):
            best_q, best_cost = q, cost + away
    return best_q, best_cost


@compiled
def place_anywhere(
    data: Data, tour: Tour, stop: int, open_shifts: NDArray[np.bool_], push_weight: float, blink: float, chance: NDArray[np.uint64]
) -> tuple[int, int, float]:
    """Find the cheapest place of a stop in the open shifts: (shift, position, cost), (-1, -1, infinite) where there is none."""
    best_shift, best_q, best_cost = -1, -1, np.inf
    for shift in range(tour.size.shape[0]):
        if open_shifts[shift]:
            q, cost = place_in_shift(data, tour, stop, shift, push_weight, blink, chance)
            if cost < best_cost:
                best_shift, best_q, best_cost = shift, q, cost
    return best_shift, best_q, best_cost


@compiled
def mend(data: Data, tour: Tour, shift: int) -> None:
    """Renew a route and, where it cannot be driven, take out stops from the end until it can.

    Needed after a removal: where travel breaks the triangle inequality, a route can become too long by losing a stop.
    """
    while not refresh_route(data, tour, shift) and tour.size[shift] > 0:
        take(tour, shift, tour.size[shift] - 1)
