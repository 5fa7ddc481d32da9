"""Ruin, recreate and accept, in place: what a round changes is kept aside and put back if the round is not accepted."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridmap.kernels.chance import draw, pick
from gridmap.kernels.compiled import compiled
from gridmap.sweeps.engine.arrays import Data, Tour
from gridmap.sweeps.engine.moves import mend
from gridmap.sweeps.engine.recreate import recreate
from gridmap.sweeps.engine.ruin import cut_strings
from gridmap.sweeps.engine.timing import refresh_route, total

MOST_CUT = 20.0  # stops cut in one round, about
EVERYONE = 0.02  # share of rounds that try every stop, however far
NEAR_CUT = 25  # neighbours tried of each stop that was cut
OTHERS = 0.5  # shifts out of which nothing was cut that may take stops, on average
STRANGERS = 20  # stops tried at random


class Kept(NamedTuple):
    """Routes put aside: order, number of stops, and worth."""

    stops: NDArray[np.int64]
    size: NDArray[np.int64]
    worth: NDArray[np.float64]


class Desk(NamedTuple):
    """Room to work in: the accepted routes, the best ones, which shifts a round touched, and lists of stops."""

    accepted: Kept
    best: Kept
    touched: NDArray[np.bool_]
    left: NDArray[np.int64]
    key: NDArray[np.float64]
    marked: NDArray[np.int64]
    chance: NDArray[np.uint64]


class Schedule(NamedTuple):
    """Rounds of the whole search, and the first and last temperature in units of prize."""

    rounds: int
    first: float
    last: float


@compiled
def search(data: Data, tour: Tour, desk: Desk, schedule: Schedule, first: int, until: int) -> float:
    """Do the rounds `first` up to `until` of a schedule; return the best worth. Cutting rounds into calls changes nothing."""
    accepted, best = total(desk.accepted.worth), total(desk.best.worth)
    for each in range(first, until):
        temperature = schedule.first * (schedule.last / schedule.first) ** (each / schedule.rounds)
        _round(data, tour, desk, each)
        worth = total(tour.worth)
        if worth >= accepted + temperature * math.log(draw(desk.chance) + 1e-300):
            _keep(tour, desk.accepted, desk.touched)
            accepted = worth
            if worth > best + 1e-9:
                desk.touched[:] = True
                _keep(tour, desk.best, desk.touched)
                best = worth
        else:
            _put_back(data, tour, desk)
    return best


@compiled
def _round(data: Data, tour: Tour, desk: Desk, number: int) -> None:
    """Ruin around a stop and recreate from the stops near it."""
    stops = data.serve_s.shape[0]
    desk.touched[:] = False
    seed = pick(desk.chance, stops)
    cut_strings(data, tour, seed, draw(desk.chance) * MOST_CUT + 1.0, desk.touched, desk.chance)
    for shift in range(tour.size.shape[0]):
        if desk.touched[shift]:
            mend(data, tour, shift)
        else:  # an empty shift is never cut, yet may be filled; and what was cut here may fit better there
            desk.touched[shift] = tour.size[shift] == 0 or draw(desk.chance) * tour.size.shape[0] < OTHERS
    count = _gather(data, tour, desk, seed, number)
    recreate(data, tour, desk.left[:count], desk.key, desk.touched, desk.chance)


@compiled
def _gather(data: Data, tour: Tour, desk: Desk, seed: int, number: int) -> int:
    """List the stops without a place that a round tries: all, or those near the seed and near what was cut."""
    stops = data.serve_s.shape[0]
    count = 0
    if draw(desk.chance) < EVERYONE:
        for stop in range(stops):
            if tour.where[stop] < 0:
                desk.left[count] = stop
                count += 1
        return count
    count = _gather_near(data, tour, desk, seed, data.near.shape[1], count, number)
    for shift in range(tour.size.shape[0]):
        if desk.touched[shift]:
            for q in range(desk.accepted.size[shift]):
                stop = desk.accepted.stops[shift, q]
                if tour.where[stop] < 0:
                    count = _gather_near(data, tour, desk, stop, NEAR_CUT, count, number)
    for _ in range(STRANGERS):
        count = _gather_near(data, tour, desk, pick(desk.chance, stops), 1, count, number)
    return count


@compiled
def _gather_near(data: Data, tour: Tour, desk: Desk, seed: int, reach: int, count: int, number: int) -> int:
    """Add the unplaced stops nearest to a seed to the list, each once a round; return the new count."""
    for each in range(min(reach, data.near.shape[1])):
        stop = data.near[seed, each]
        if tour.where[stop] < 0 and desk.marked[stop] != number:
            desk.marked[stop] = number
            desk.left[count] = stop
            count += 1
    return count


@compiled
def _keep(tour: Tour, kept: Kept, touched: NDArray[np.bool_]) -> None:
    """Put the touched routes aside."""
    for shift in range(touched.shape[0]):
        if touched[shift]:
            size = tour.size[shift]
            for q in range(size):
                kept.stops[shift, q] = tour.stops[shift, q]
            kept.size[shift] = size
            kept.worth[shift] = tour.worth[shift]


@compiled
def _put_back(data: Data, tour: Tour, desk: Desk) -> None:
    """Undo a round: the touched routes as they were accepted."""
    for shift in range(desk.touched.shape[0]):
        if desk.touched[shift]:
            for q in range(tour.size[shift]):
                tour.where[tour.stops[shift, q]] = -1
    for shift in range(desk.touched.shape[0]):
        if desk.touched[shift]:
            size = desk.accepted.size[shift]
            tour.size[shift] = size
            for q in range(size):
                tour.stops[shift, q] = desk.accepted.stops[shift, q]
                tour.where[tour.stops[shift, q]] = shift
            refresh_route(data, tour, shift)
