"""Pieces: which units of one owner hang together."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gridmap.territories.engine.problem import Problem, Whole


def from_units(problem: Problem) -> Whole:
    """Return the unit at the other end of each entry of `problem.near`."""
    return np.repeat(np.arange(problem.units), np.diff(problem.begins))


def components(problem: Problem, owner: NDArray[Any]) -> tuple[int, Whole]:
    """Give a number to each of the connected parts of all territories; units of nobody (below 0) are parts as well.

    Returns
    -------
    How many there are, and the number of each unit's part (n), counted from 0.
    """
    here = from_units(problem)
    same = owner[here] == owner[problem.near]
    links = coo_array((np.ones(int(same.sum()), dtype=np.int8), (here[same], problem.near[same])), shape=(problem.units,) * 2)
    count, label = connected_components(links, directed=False)
    return int(count), label.astype(np.int64)


def extra_pieces(problem: Problem, owner: NDArray[Any]) -> int:
    """Count the pieces beyond one of each manager who has units."""
    count, _ = components(problem, owner)
    return count - len(np.unique(owner))
