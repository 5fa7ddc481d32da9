"""How good an answer can be at best: by the linear programme where that is quick, by prices where it is not."""

from gridmap.territories.engine.linear import lp_bound
from gridmap.territories.engine.prices import price_bound
from gridmap.territories.engine.problem import Bound, Problem

LINEAR = 60_000  # units times managers up to which the linear programme takes a second or two


def bound_of(problem: Problem) -> Bound:
    """Return the tighter bound that the size allows."""
    return lp_bound(problem) if problem.units * problem.managers <= LINEAR else price_bound(problem)
