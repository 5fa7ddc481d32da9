"""How many of several doors: the distribution of a sum of chances, and the range that holds most of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import beta, norm

from gridmap.sweeps.in_shares import Rate

Array = np.ndarray[Any, Any]
# A rate nobody knows exactly is taken at so many of its quantiles, each as likely as the others.
NODES = 15
# Up to so many doors the sum is exact (a convolution, quadratic in the doors); beyond, normal with a correction for whole numbers.
EXACT_DOORS = 600


@dataclass(frozen=True)
class Chances:
    """Doors that share one unsure rate; `shares` is each door's own chance where the rate is as expected."""

    rate: Rate
    shares: Array


@dataclass(frozen=True)
class Range:
    """Of how many: expected, from `low` to `high` both included, and the chance that the count lies within."""

    expected: float
    low: int
    high: int
    inside: float


def count_of(groups: Sequence[Chances]) -> Array:
    """Return the chance of 0, 1, 2 ... successes among all doors of independent groups; within a group the rate is shared.

    Returns
    -------
    One float per count; they add up to 1.
    """
    whole = np.ones(1)
    for group in groups:
        if len(group.shares):
            whole = np.convolve(whole, _mixed(_shifted(group)))
    return whole


def range_of(chance: Array, share: float) -> Range:
    """Return the central range that holds at least a share (0.8) of a distribution of counts.

    At most (1 - share) / 2 lies below it, and as much above; counts are whole, so it mostly holds more than the share.
    """
    sums = np.cumsum(chance)
    tail = (1 - share) / 2
    low = int(np.searchsorted(sums, tail, side="right"))
    high = min(int(np.searchsorted(sums, 1 - tail - 1e-12)), len(chance) - 1)
    below = float(sums[low - 1]) if low else 0.0
    return Range(float(np.arange(len(chance)) @ chance), low, high, min(1.0, float(sums[high]) - below))


def sum_of_trials(shares: Array) -> Array:
    """Return the distribution of the number of successes of independent trials (Poisson binomial).

    Parameters
    ----------
    shares
        Chances, nodes in rows and trials in columns.

    Returns
    -------
    Chance of each count, nodes in rows, one column more than trials.
    """
    nodes, count = shares.shape
    if count > EXACT_DOORS:
        return _normal(shares)
    sums = np.zeros((nodes, count + 1))
    sums[:, 0] = 1.0
    for place in range(count):
        hit = shares[:, place : place + 1]
        sums[:, 1 : place + 2] = sums[:, 1 : place + 2] * (1 - hit) + sums[:, : place + 1] * hit
        sums[:, 0] *= 1 - shares[:, place]
    return sums


def _normal(shares: Array) -> Array:
    middle = shares.sum(axis=1, keepdims=True)
    width = np.sqrt((shares * (1 - shares)).sum(axis=1, keepdims=True))
    edges = norm.cdf((np.arange(shares.shape[1] + 2) - 0.5 - middle) / np.maximum(width, 1e-9))
    edges[:, 0], edges[:, -1] = 0.0, 1.0
    return np.asarray(np.diff(edges, axis=1))


def _mixed(group: Array) -> Array:
    return np.asarray(sum_of_trials(group).mean(axis=0))


def _shifted(group: Chances) -> Array:
    """Return each door's chance at each node: the odds of all doors move with the rate."""
    nodes = beta.ppf((np.arange(NODES) + 0.5) / NODES, group.rate.hits, group.rate.misses)
    shift = _odds(np.clip(nodes, 1e-6, 1 - 1e-6)) - _odds(np.array(group.rate.mean))
    sure = (group.shares <= 0) | (group.shares >= 1)
    own = _odds(np.clip(group.shares, 1e-6, 1 - 1e-6))
    shares = 1 / (1 + np.exp(-(own[None, :] + shift[:, None])))
    return np.where(sure[None, :], np.clip(group.shares, 0, 1)[None, :], shares)


def _odds(share: Array) -> Array:
    return np.asarray(np.log(share / (1 - share)))
