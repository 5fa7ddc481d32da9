"""An independent check of answers: everything is worked out again from the problem, with nothing of the code that searched."""

from collections import deque
from dataclasses import dataclass

import numpy as np

from gridmap.territories.engine.problem import Floats, Problem, Whole

ROWS = 4096  # units priced at a time, so that memory stays small
NEAR_ZERO = 1e-7


@dataclass(frozen=True, eq=False)
class Checked:
    """What an answer really is: see `Answer`. faults: what it may not be, whatever it is worth."""

    objective: float
    violation: float
    over: Floats
    extra_pieces: int
    faults: tuple[str, ...]


def check(problem: Problem, owner: Whole) -> Checked:
    """Check an assignment (n) of units to managers."""
    faults = []
    if len(owner) != len(problem.cost) or owner.min(initial=0) < 0 or owner.max(initial=0) >= problem.cost.shape[1]:
        return Checked(np.nan, np.inf, np.zeros_like(problem.least), 0, ("a unit has no manager",))
    objective = float(sum(problem.cost[i, j] for i, j in enumerate(owner)))
    for i, j in enumerate(owner):
        if problem.fixed[i] >= 0 and problem.fixed[i] != j:
            faults.append(f"unit {i} is fixed and moved")
        if not problem.allowed[i, j]:
            faults.append(f"unit {i} may not go to manager {j}")
        for e in range(problem.begins[i], problem.begins[i + 1]):
            if problem.near[e] > i and owner[problem.near[e]] != j:
                objective += problem.border_price * float(problem.side[e])
    faults += [f"units {one} and {other} must be apart" for one, other in problem.apart if owner[one] == owner[other]]
    over, violation = np.zeros_like(problem.least), 0.0
    for j in range(problem.cost.shape[1]):
        for m in range(problem.loads.shape[1]):
            load = float(problem.loads[owner == j, m].sum())
            beyond = max(load - problem.most[j, m], 0.0) - max(problem.least[j, m] - load, 0.0)
            over[j, m] = beyond if abs(beyond) > NEAR_ZERO * problem.scale[m] else 0.0
            violation += abs(over[j, m]) / problem.scale[m]
    violation += sum(1 for one, other in problem.apart if owner[one] == owner[other])
    for q, limit in enumerate(problem.budget):
        used = float(sum(problem.change[i, q] for i, j in enumerate(owner) if j != problem.owner[i]))
        if used > limit + NEAR_ZERO:
            faults.append(f"budget {q} is exceeded by {used - limit:g}")
    return Checked(objective, violation, over, _pieces(problem, owner) - len(set(owner.tolist())), tuple(faults))


def bound_from_prices(problem: Problem, prices: Floats, budget_prices: Floats) -> float:
    """Work the bound LB(y, mu) out from prices (k, m) and (q); see `gridmap.territories.engine.prices` for the formula.

    -inf where a price stands on a limit that does not exist, or a budget's price is below 0: those prove nothing.
    """
    if ((prices > 0) & ~np.isfinite(problem.most)).any() or ((prices < 0) & ~np.isfinite(problem.least)).any() or (budget_prices < 0).any():
        return -np.inf
    total = 0.0
    for first in range(0, len(problem.cost), ROWS):
        rows = slice(first, first + ROWS)
        worth = problem.cost[rows] + problem.loads[rows] @ prices.T
        moves = np.arange(problem.cost.shape[1])[None, :] != problem.owner[rows, None]
        worth = worth + moves * (problem.change[rows] @ budget_prices)[:, None]
        fixed = problem.fixed[rows, None]
        possible = problem.allowed[rows] & ((fixed < 0) | (fixed == np.arange(problem.cost.shape[1])[None, :]))
        total += float(np.where(possible, worth, np.inf).min(axis=1).sum())
    for j in range(prices.shape[0]):
        for m in range(prices.shape[1]):
            if prices[j, m] > 0:
                total -= float(problem.most[j, m] * prices[j, m])
            elif prices[j, m] < 0:
                total -= float(problem.least[j, m] * prices[j, m])
    return total - sum(float(limit * price) for limit, price in zip(problem.budget, budget_prices, strict=True) if price > 0)


def _pieces(problem: Problem, owner: Whole) -> int:
    """Count the connected parts of all territories by walking from unit to unit."""
    seen = [False] * len(owner)
    count = 0
    for begin in range(len(owner)):
        if seen[begin]:
            continue
        count += 1
        seen[begin] = True
        waiting = deque([begin])
        while waiting:
            i = waiting.popleft()
            for other in problem.near[problem.begins[i] : problem.begins[i + 1]].tolist():
                if not seen[other] and owner[other] == owner[i]:
                    seen[other] = True
                    waiting.append(other)
    return count
