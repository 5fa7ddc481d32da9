"""The engine of sweeps: team orienteering with several windows, lunch, pinned order and mandatory stops, on arrays alone."""

from gridmap.sweeps.engine.checker import Checked, CheckedRoute, check
from gridmap.sweeps.engine.nearest import nearest_first, random_order
from gridmap.sweeps.engine.problem import Problem, Routes
from gridmap.sweeps.engine.reachable import WhyNot, why_not
from gridmap.sweeps.engine.solve import Solution, solve, warm

__all__ = [
    "Checked",
    "CheckedRoute",
    "Problem",
    "Routes",
    "Solution",
    "WhyNot",
    "check",
    "nearest_first",
    "random_order",
    "solve",
    "warm",
    "why_not",
]
