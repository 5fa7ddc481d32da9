"""Times along a route with windows and lunch: earliest forwards, latest backwards, so that an insertion is tested in one step.

Two labels per position: hungry (lunch not taken yet) and fed (taken, or none to take). Earlier is never worse, since waiting is
allowed; so the earliest time of each label decides what is possible after it, and the latest what is possible before it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridmap.kernels.compiled import compiled, within
from gridmap.sweeps.engine.arrays import UNRANKED, Data, Tour

NEVER_S = 2**40


@within
def total(values: NDArray[Any]) -> float:
    """Add up numbers in their order."""
    added = 0.0
    for value in values:
        added += value
    return added


@within
def begin_at(data: Data, stop: int, day: int, time_s: int) -> int:
    """Return the first second from `time_s` on at which a visit may begin; NEVER_S if none."""
    if time_s > data.last_s[stop, day]:
        return NEVER_S
    at = stop * data.first_s.shape[1] + day
    for each in range(data.window_at[at], data.window_at[at + 1]):
        if time_s <= data.closes_s[each]:
            return int(max(time_s, data.opens_s[each]))
    return NEVER_S


@within
def last_begin(data: Data, stop: int, day: int, time_s: int) -> int:
    """Return the last second up to `time_s` at which a visit may begin; -NEVER_S if none."""
    if time_s < data.first_s[stop, day]:
        return -NEVER_S
    at = stop * data.first_s.shape[1] + day
    for each in range(data.window_at[at + 1] - 1, data.window_at[at] - 1, -1):
        if time_s >= data.opens_s[each]:
            return int(min(time_s, data.closes_s[each]))
    return -NEVER_S


@within
def after_lunch(data: Data, shift: int, time_s: int) -> int:
    """Return when lunch is over if it begins as early as it may from `time_s` on; NEVER_S if it is too late for it."""
    if time_s > data.lunch_s[shift, 1]:
        return NEVER_S
    return int(max(time_s, data.lunch_s[shift, 0]) + data.lunch_s[shift, 2])


@within
def fed_arrival(data: Data, shift: int, leave_hungry: int, leave_fed: int, travel_s: int) -> int:
    """Return the earliest second at which one stands at the next place fed: fed before, fed before leaving, or on arrival."""
    if leave_hungry >= NEVER_S:
        return min(leave_fed + travel_s, NEVER_S)
    before = after_lunch(data, shift, leave_hungry) + travel_s
    there = after_lunch(data, shift, leave_hungry + travel_s)
    return min(leave_fed + travel_s, before, there, NEVER_S)


@compiled
def refresh_route(data: Data, tour: Tour, shift: int) -> bool:
    """Renew times, ranks, doors and worth of one route; return whether it can be driven."""
    size = tour.size[shift]
    _forwards(data, tour, shift, size)
    _backwards(data, tour, shift, size)
    start, end = data.serve_s.shape[0] + shift, data.serve_s.shape[0] + data.begins_s.shape[0] + shift
    doors, worth, road, serve_s, place, rank = 0, 0.0, 0, 0, start, -1
    for q in range(size):
        stop = tour.stops[shift, q]
        serve_s += data.serve_s[stop]
        tour.rank_before[shift, q] = rank
        rank = max(rank, data.rank[stop])
        doors += data.doors[stop]
        worth += data.gain[stop] - data.waiting[stop] * data.day[shift]
        if data.home[stop] == shift:
            worth += data.home_prize
        road += data.travel_s[place, stop]
        place = stop
    tour.rank_before[shift, size] = rank
    lowest = UNRANKED
    tour.rank_after[shift, size] = lowest
    for q in range(size - 1, -1, -1):
        if data.rank[tour.stops[shift, q]] >= 0:
            lowest = min(lowest, data.rank[tour.stops[shift, q]])
        tour.rank_after[shift, q] = lowest
    tour.doors[shift] = doors
    idle_s = _home_again(data, tour, shift, size) - data.begins_s[shift] - serve_s
    tour.worth[shift] = worth - data.toll * (road + data.travel_s[place, end]) - data.idle_price * idle_s if size else 0.0
    if size == 0:
        return True
    hungry = tour.arrive_hungry[shift, 0] <= tour.latest_hungry[shift, 0]
    return bool(hungry or tour.arrive_fed[shift, 0] <= tour.latest_fed[shift, 0])


@within
def _home_again(data: Data, tour: Tour, shift: int, size: int) -> int:
    """Return when a route is over, lunch left out."""
    hungry = tour.arrive_hungry[shift, size]
    if data.hungry[shift]:
        return int(hungry if hungry <= tour.latest_hungry[shift, size] else tour.arrive_fed[shift, size] - data.lunch_s[shift, 2])
    return int(tour.arrive_fed[shift, size])


@within
def _forwards(data: Data, tour: Tour, shift: int, size: int) -> None:
    """Earliest leaving and arrival of each position."""
    stops, day = data.serve_s.shape[0], data.day[shift]
    place, end = stops + shift, stops + data.begins_s.shape[0] + shift
    hungry = data.begins_s[shift] if data.hungry[shift] else NEVER_S
    fed = NEVER_S if data.hungry[shift] else data.begins_s[shift]
    for q in range(size + 1):
        tour.leave_hungry[shift, q], tour.leave_fed[shift, q] = hungry, fed
        following = tour.stops[shift, q] if q < size else end
        travel_s = data.travel_s[place, following]
        arrive_fed = fed_arrival(data, shift, hungry, fed, travel_s)
        arrive_hungry = min(hungry + travel_s, NEVER_S)
        tour.arrive_hungry[shift, q], tour.arrive_fed[shift, q] = arrive_hungry, arrive_fed
        if q < size:
            hungry = min(begin_at(data, following, day, arrive_hungry) + data.serve_s[following], NEVER_S)
            fed = min(begin_at(data, following, day, arrive_fed) + data.serve_s[following], NEVER_S)
            place = following


@within
def _backwards(data: Data, tour: Tour, shift: int, size: int) -> None:
    """Latest arrival of each position in each state that still keeps the rest of the day in time."""
    stops, day = data.serve_s.shape[0], data.day[shift]
    following = stops + data.begins_s.shape[0] + shift
    earliest, latest, length = data.lunch_s[shift, 0], data.lunch_s[shift, 1], data.lunch_s[shift, 2]
    fed = data.ends_s[shift]
    hungry = min(fed, latest) if data.hungry[shift] else -NEVER_S
    tour.latest_hungry[shift, size], tour.latest_fed[shift, size] = hungry, fed
    for q in range(size - 1, -1, -1):
        stop = tour.stops[shift, q]
        onward = data.travel_s[stop, following]
        fed_on = fed - onward  # the latest leaving from here when fed
        here_fed = last_begin(data, stop, day, fed_on - data.serve_s[stop])
        if data.hungry[shift]:
            leave = hungry - onward
            if earliest + length <= fed_on:  # lunch after the visit
                leave = max(leave, min(latest, fed_on - length))
            here_hungry = last_begin(data, stop, day, leave - data.serve_s[stop])
            if earliest + length <= here_fed:  # lunch on arrival
                here_hungry = max(here_hungry, min(latest, here_fed - length))
            hungry = here_hungry
        fed = here_fed
        tour.latest_hungry[shift, q], tour.latest_fed[shift, q] = hungry, fed
        following = stop


@within
def cost_at(data: Data, tour: Tour, stop: int, shift: int, q: int, push_weight: float) -> float:
    """Return the cost in seconds of a stop put before position q: detour and delay, weighted; infinite if the day would not hold.

    One step, whatever the length of the route; exact with windows and lunch. Doors and permission are the caller's.
    """
    size = tour.size[shift]
    stops = data.serve_s.shape[0]
    place = tour.stops[shift, q - 1] if q else stops + shift
    following = tour.stops[shift, q] if q < size else stops + data.begins_s.shape[0] + shift
    day, serve_s = data.day[shift], data.serve_s[stop]
    there, onward = data.travel_s[place, stop], data.travel_s[stop, following]
    leave_hungry = tour.leave_hungry[shift, q]
    fed = begin_at(data, stop, day, fed_arrival(data, shift, leave_hungry, tour.leave_fed[shift, q], there)) + serve_s
    later = NEVER_S
    if leave_hungry < NEVER_S:
        hungry = begin_at(data, stop, day, leave_hungry + there) + serve_s
        fed_next = min(fed + onward, after_lunch(data, shift, hungry) + onward)
        if hungry + onward <= tour.latest_hungry[shift, q]:
            later = hungry + onward - tour.arrive_hungry[shift, q]
    else:
        fed_next = fed + onward
    if fed_next <= tour.latest_fed[shift, q]:
        later = min(later, max(fed_next - tour.arrive_fed[shift, q], 0))
    if later >= NEVER_S:
        return np.inf
    if data.rank[stop] >= 0 and not tour.rank_before[shift, q] <= data.rank[stop] <= tour.rank_after[shift, q]:
        return np.inf
    detour = there + onward - data.travel_s[place, following]
    return float((1.0 - push_weight) * detour + push_weight * max(later, 0))
