"""Empty a part of the routes, so that it can be filled better: strings of visits near one stop."""

import math

import numpy as np
from numpy.typing import NDArray

from gridmap.kernels.chance import draw, pick
from gridmap.kernels.compiled import compiled
from gridmap.sweeps.engine.arrays import Data, Tour
from gridmap.sweeps.engine.moves import take
from gridmap.sweeps.engine.timing import total

LONGEST = 10.0  # stops of one string
SPLIT = 0.3  # chance that a string spares some stops in its middle


@compiled
def cut_strings(data: Data, tour: Tour, seed: int, wanted: float, touched: NDArray[np.bool_], chance: NDArray[np.uint64]) -> None:
    """Cut strings of neighbouring visits out of the routes near the seed (slack induction by string removals, Christiaens 2020)."""
    shifts = tour.size.shape[0]
    longest = min(LONGEST, max(total(tour.size) / max(shifts, 1), 1.0))
    strings = min(shifts, math.ceil(wanted / max(1.0, (1.0 + longest) / 2.0)))
    for each in range(data.near.shape[1]):
        stop = data.near[seed, each]
        shift = tour.where[stop]
        if shift < 0 or touched[shift]:
            continue
        touched[shift] = True
        _cut_string(tour, stop, shift, longest, chance)
        strings -= 1
        if strings <= 0:
            return


@compiled
def _cut_string(tour: Tour, stop: int, shift: int, longest: float, chance: NDArray[np.uint64]) -> None:
    """Cut one string that holds the stop."""
    size = tour.size[shift]
    length = min(size, 1 + int(draw(chance) * min(size, longest)))
    at = 0
    while tour.stops[shift, at] != stop:
        at += 1
    low, high = max(0, at - length + 1), min(at, size - length)
    first = low + pick(chance, high - low + 1)
    spared = 0
    if length > 1 and size > length and draw(chance) < SPLIT:
        spared = min(1 + pick(chance, min(3, size - length)), size - length - first)
    before = pick(chance, length) if spared > 0 else length
    for each in range(length):
        take(tour, shift, first if each < before else first + spared)
