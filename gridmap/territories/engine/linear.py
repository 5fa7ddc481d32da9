"""The linear programme of a problem, solved by HiGHS: the tightest bound without contiguity, and how much any plan must break.

Units may be shared between managers here; no plan that keeps them whole is worth less, or breaks less.
"""

from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
from scipy.sparse import coo_array, csc_array, hstack

from gridmap.territories.engine.prices import bound_at, kept_prices, no_plan
from gridmap.territories.engine.problem import NOBODY, Bound, Floats, Problem, Whole

KEPT = 1e-7  # violation below which limits count as kept


@dataclass(frozen=True, eq=False)
class Elastic:
    """How far the limits must be left by any plan within the budgets.

    `total`: in units of `Problem.scale`; 0: not at all. `over` (k, m): one way to share it out, in units of the measures: beyond `most`
    positive, short of `least` negative.
    """

    total: float
    over: Floats


@dataclass(frozen=True, eq=False)
class Rows:
    """Columns of the programme and their rows: unit and manager of each column; the matrix of limits and budgets, and its bounds."""

    unit: Whole
    manager: Whole
    matrix: csc_array
    low: Floats
    high: Floats


def lp_bound(problem: Problem) -> Bound:
    """Solve the linear programme and return the bound that its prices prove.

    Returns
    -------
    A bound whose value is worked out from the prices, so that it holds whatever the tolerance of the solver. `feasible` is False where
    the programme has no solution: then no plan keeps the limits, and the value is -inf.
    """
    rows = programme_of(problem)
    solver = solver_of()
    pass_model(solver, rows, problem.cost[rows.unit, rows.manager])
    solver.run()
    state = solver.getModelStatus()
    if state == highspy.HighsModelStatus.kInfeasible:
        return no_plan(problem)
    _require_optimal(solver)
    solution = solver.getSolution()
    k, m, n = problem.managers, problem.loads.shape[1], problem.units
    duals = np.asarray(solution.row_dual)
    prices, paid = -duals[n : n + k * m].reshape(k, m), -duals[n + k * m :]
    value, priced = bound_at(problem, prices, paid)
    share = np.zeros((n, k))
    share[rows.unit, rows.manager] = np.asarray(solution.col_value)
    owner = np.where(share.max(axis=1) > 0.5, share.argmax(axis=1), priced.owner)
    return Bound(value, *kept_prices(problem, prices, paid), owner.astype(np.int64), "linear programme")


def least_violation(problem: Problem) -> Elastic:
    """Say how much any plan within the budgets must break of the limits, at least; contiguity and what must be apart left out.

    Raises
    ------
    ArithmeticError
        When even the budgets cannot be kept: somebody must have a unit who does not have it today.
    """
    rows = programme_of(problem)
    k, m, n = problem.managers, problem.loads.shape[1], problem.units
    limits, count = k * m, len(rows.unit)
    spread = np.tile(1.0 / problem.scale, k)
    # Two columns a limit: what it is beyond, and what it is short of.
    place = np.arange(limits) + n
    values = (np.r_[-np.ones(limits), np.ones(limits)], (np.r_[place, place], np.arange(2 * limits)))
    slack = coo_array(values, shape=(rows.matrix.shape[0], 2 * limits)).tocsc()
    elastic = Rows(rows.unit, rows.manager, csc_array(hstack([rows.matrix, slack], format="csc")), rows.low, rows.high)
    solver = solver_of()
    pass_model(solver, elastic, np.r_[np.zeros(count), spread, spread], upper=np.r_[np.ones(count), np.full(2 * limits, np.inf)])
    solver.run()
    _require_optimal(solver)
    found = np.asarray(solver.getSolution().col_value)[count:]
    total = max(0.0, float(solver.getInfo().objective_function_value))
    return Elastic(total if total > KEPT else 0.0, (found[:limits] - found[limits:]).reshape(k, m))


def least_change(problem: Problem, budget: int) -> float | None:
    """Return how much of one budget any plan within the limits must use, contiguity left out; None where no plan keeps them.

    All budgets are left aside; units may be shared between managers, so that no plan with whole units does with less.

    Parameters
    ----------
    budget
        A column of `Problem.change`.
    """
    rows = programme_of(replace(problem, change=np.zeros((problem.units, 0)), budget=np.zeros(0)))
    moved = rows.manager != problem.owner[rows.unit]
    solver = solver_of()
    pass_model(solver, rows, np.where(moved, problem.change[rows.unit, budget], 0.0))
    solver.run()
    if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return None
    _require_optimal(solver)
    return max(0.0, float(solver.getInfo().objective_function_value))


def _require_optimal(solver: Any) -> None:
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        message = f"the solver ended with {solver.getModelStatus()}"
        raise ArithmeticError(message)


def programme_of(problem: Problem) -> Rows:
    """Lay the programme out: one row a unit (somebody has it), then one a manager and measure, then one a budget."""
    n, k, m, q = problem.units, problem.managers, problem.loads.shape[1], len(problem.budget)
    free = problem.fixed == NOBODY
    possible = problem.allowed & (free[:, None] | (np.arange(k)[None, :] == problem.fixed[:, None]))
    unit, manager = np.nonzero(possible)
    column = np.arange(len(unit))
    parts = [(np.ones(len(unit)), unit, column)]
    for each in range(m):
        load = problem.loads[unit, each]
        kept = load != 0
        parts.append((load[kept], n + manager[kept] * m + each, column[kept]))
    moved = manager != problem.owner[unit]
    for each in range(q):
        amount = np.where(moved, problem.change[unit, each], 0.0)
        kept = amount != 0
        parts.append((amount[kept], np.full(int(kept.sum()), n + k * m + each), column[kept]))
    values, row, col = (np.concatenate([part[place] for part in parts]) for place in range(3))
    matrix = coo_array((values, (row, col)), shape=(n + k * m + q, len(unit))).tocsc()
    low = np.concatenate([np.ones(n), problem.least.ravel(), np.full(q, -np.inf)])
    high = np.concatenate([np.ones(n), problem.most.ravel(), problem.budget])
    return Rows(unit, manager, matrix, low, high)


def solver_of() -> Any:
    """Return a solver that is silent and always does the same."""
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 0)
    return solver


def pass_model(solver: Any, rows: Rows, cost: Floats, *, upper: Floats | None = None) -> None:
    """Hand a programme with these costs to a solver; columns lie between 0 and 1, or `upper`."""
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = rows.matrix.shape[1], rows.matrix.shape[0]
    programme.col_cost_ = cost
    programme.col_lower_ = np.zeros(len(cost))
    programme.col_upper_ = np.ones(len(cost)) if upper is None else upper
    programme.row_lower_, programme.row_upper_ = rows.low, rows.high
    programme.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    programme.a_matrix_.start_ = rows.matrix.indptr
    programme.a_matrix_.index_ = rows.matrix.indices
    programme.a_matrix_.value_ = rows.matrix.data
    solver.passModel(programme)
