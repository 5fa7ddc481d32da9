"""What an assignment is worth and how far it keeps the limits, from the arrays of a problem alone."""

from dataclasses import dataclass

import numpy as np

from gridmap.territories.engine.pieces import from_units
from gridmap.territories.engine.problem import Floats, Problem, Whole


@dataclass(frozen=True, eq=False)
class Measured:
    """What it is worth.

    violation: of the limits, in units of `Problem.scale`, and 1 for each pair of units with one owner that must be apart. loads, over
    (k, m): what managers have, and what of it is beyond the limits.
    used (q): of each budget.
    """

    objective: float
    violation: float
    loads: Floats
    over: Floats
    used: Floats


def measured(problem: Problem, owner: Whole) -> Measured:
    """Measure an assignment (n) of units to managers."""
    here = from_units(problem)
    apart = owner[here] != owner[problem.near]
    objective = problem.cost[np.arange(problem.units), owner].sum() + problem.border_price * 0.5 * problem.side[apart].sum()
    loads = np.zeros((problem.managers, problem.loads.shape[1]))
    np.add.at(loads, owner, problem.loads)
    over = np.maximum(loads - problem.most, 0.0) - np.maximum(problem.least - loads, 0.0)
    over[np.abs(over) <= 1e-9 * problem.scale] = 0.0
    used = problem.change[owner != problem.owner].sum(axis=0)
    met = owner[problem.apart[:, 0]] == owner[problem.apart[:, 1]]
    violation = (np.abs(over) / problem.scale).sum() + met.sum()
    return Measured(float(objective), float(violation), loads, over, used)


def within_budget(problem: Problem, owner: Whole) -> bool:
    """Say whether an assignment (n) keeps all budgets."""
    return bool((problem.change[owner != problem.owner].sum(axis=0) <= problem.budget + 1e-9).all())


def budget_scale(problem: Problem) -> Floats:
    """Return what counts as one unit of excess over each budget: the budget itself, or the largest single change where it is 0."""
    largest = problem.change.max(axis=0, initial=0.0)
    return np.where(problem.budget > 0, problem.budget, np.where(largest > 0, largest, 1.0))
