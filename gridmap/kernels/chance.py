"""Random numbers whose state is an argument: the same seed gives the same plan in any process and any order of calls."""

import numpy as np
from numpy.typing import NDArray

from gridmap.kernels.compiled import within

# Constants of splitmix64 (Steele, Lea, Flood 2014): every 64-bit state is a good one, also 0.
_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_30, _27, _31, _11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


def chance_of(seed: int) -> NDArray[np.uint64]:
    """Make the state of a stream of random numbers: one number, changed by each draw."""
    return np.array([seed % 2**64], dtype=np.uint64)


@within
def draw(chance: NDArray[np.uint64]) -> float:
    """Draw a number from 0 (included) to 1 (not included)."""
    chance[0] += _STEP
    mixed = chance[0]
    mixed = (mixed ^ (mixed >> _30)) * _FIRST
    mixed = (mixed ^ (mixed >> _27)) * _SECOND
    mixed = mixed ^ (mixed >> _31)
    return float(mixed >> _11) * 1.1102230246251565e-16


@within
def pick(chance: NDArray[np.uint64], count: int) -> int:
    """Draw a whole number from 0 to `count` - 1."""
    return int(draw(chance) * count)
