"""Compile the search in the background, so that the first answer of a process need not wait for it."""

import threading

import numpy as np

from gridmap.territories.engine.effort import Effort
from gridmap.territories.engine.problem import NOBODY, Problem
from gridmap.territories.engine.solve import solve


def warm() -> threading.Thread:
    """Begin to compile, in a thread of its own."""
    thread = threading.Thread(target=_solve_smallest, name="warm-territory-engine", daemon=True)
    thread.start()
    return thread


def _solve_smallest() -> None:
    nobody = np.full(3, NOBODY, dtype=np.int64)
    problem = Problem(
        cost=np.ones((3, 2)), loads=np.ones((3, 1)), least=np.zeros((2, 1)), most=np.full((2, 1), 2.0), scale=np.ones(1),
        begins=np.array([0, 1, 3, 4]), near=np.array([1, 0, 2, 1]), side=np.ones(4), border_price=0.1, owner=np.array([0, 1, 1]),
        start=np.array([0, 1, 1]), fixed=nobody, allowed=np.ones((3, 2), dtype=bool), apart=np.zeros((0, 2), dtype=np.int64),
        change=np.ones((3, 1)), budget=np.array([2.0]), weight=np.ones(3),
    )  # fmt: skip
    solve(problem, seed=0, effort=Effort(proposals=100))
