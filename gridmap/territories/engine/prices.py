"""Prices on workload: a lower bound of the objective that any prices prove, and the assignment that is cheapest at the best of them.

With a price y for each manager and measure, and mu for each budget, no assignment within the limits is worth less than

    LB(y, mu) = sum_i min_j (c_ij + sum_m y_jm load_im + [j is not the owner] sum_q mu_q change_iq)
                - sum_jm (most_jm max(y_jm, 0) + least_jm min(y_jm, 0)) - sum_q mu_q budget_q

(Lagrangian relaxation; Geoffrion 1974). The best prices are looked for on a smoothed minimum, at falling temperatures.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from gridmap.kernels.compiled import compiled
from gridmap.territories.engine.problem import NOBODY, Bound, Floats, Problem, Whole

SHARES = (0.3, 0.03, 0.003)  # temperatures, as shares of the typical difference between the two cheapest managers of a unit
ROUNDS = 80  # of L-BFGS at each temperature
POLISHED = 60  # steps along the subgradient at the end
NEAREST = 12  # managers of a unit that are weighed while prices are looked for; all of them when the bound is taken


class Columns(NamedTuple):
    """The managers weighed for each unit.

    `manager` (n, c): those who may have it first, `managers` (n) of them; cost (n, c); loads (n, m): what the unit brings; `owner` (n):
    who has it today.
    """

    manager: NDArray[np.int64]
    managers: NDArray[np.int64]
    cost: NDArray[np.float64]
    loads: NDArray[np.float64]
    owner: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Priced:
    """What units do at some prices: the sum of the cheapest, the loads that makes (k, m), budgets used (q), and who is the cheapest."""

    value: float
    loads: Floats
    used: Floats
    owner: Whole


def price_bound(problem: Problem) -> Bound:
    """Find good prices, the bound they prove, and the assignment at these prices.

    Returns
    -------
    A bound of kind `prices`; a problem without units has the bound 0. Where the prices prove that nothing keeps the limits: `no_plan`.
    """
    k, m, q = problem.managers, problem.loads.shape[1], len(problem.budget)
    scale = _scale(problem)
    best = _Best(problem)
    y = np.zeros(k * m + q)
    for share in SHARES:
        columns = columns_of(problem, y[: k * m].reshape(k, m) * scale, NEAREST)
        smooth = _Smoothed(problem, columns, scale, share * scale * k / max(problem.units, 1))
        y = minimize(smooth, y, jac=True, method="L-BFGS-B", bounds=_signs(problem), options={"maxiter": ROUNDS, "maxfun": 2 * ROUNDS}).x
        best.offer(y[: k * m].reshape(k, m) * scale, y[k * m :] * scale)
    _polish(problem, best, scale)
    if best.value > _highest(problem):
        return no_plan(problem)
    return Bound(best.value, best.prices, best.budget_prices, best.owner, "prices")


def no_plan(problem: Problem) -> Bound:
    """Return what is said where no assignment keeps limits and budgets: no bound, no prices."""
    nothing = np.zeros((problem.managers, problem.loads.shape[1]))
    cheapest = np.asarray(np.argmin(np.where(problem.allowed, problem.cost, np.inf), axis=1), dtype=np.int64)
    return Bound(-np.inf, nothing, np.zeros(len(problem.budget)), cheapest, "none", feasible=False)


def _highest(problem: Problem) -> float:
    """Return what no assignment is worth more than: a bound above it proves that there is none."""
    worth = float(np.where(problem.allowed, problem.cost, -np.inf).max(axis=1).sum())
    return worth + 1e-6 * abs(worth)


def bound_at(problem: Problem, prices: Floats, budget_prices: Floats) -> tuple[float, Priced]:
    """Return the bound that some prices prove, over all managers of each unit, and what units do at them.

    Prices of limits that do not exist are taken as none.
    """
    prices, paid = kept_prices(problem, prices, budget_prices)
    priced = _priced(columns_of(problem, None, problem.managers), prices, problem.change @ paid, 0.0, problem)
    return priced.value - _limits_term(problem, prices, paid), priced


def columns_of(problem: Problem, prices: Floats | None, most: int) -> Columns:
    """List the managers who may have each unit, the `most` cheapest at some prices where there are more; those fixed have one."""
    free = np.where(problem.fixed == NOBODY, -1, problem.fixed)
    allowed = problem.allowed & ((free == -1)[:, None] | (np.arange(problem.managers)[None, :] == free[:, None]))
    worth = np.where(allowed, problem.cost if prices is None else problem.cost + problem.loads @ prices.T, np.inf)
    width = min(most, problem.managers)
    manager = (
        np.argpartition(worth, width - 1, axis=1)[:, :width] if width < problem.managers else np.tile(np.arange(width), (len(worth), 1))
    )
    manager = np.sort(manager, axis=1)
    possible = np.take_along_axis(allowed, manager, axis=1)
    order = np.argsort(~possible, axis=1, kind="stable")  # those who may come first
    manager = np.take_along_axis(manager, order, axis=1)
    cost = np.ascontiguousarray(np.take_along_axis(problem.cost, manager, axis=1))
    return Columns(
        np.ascontiguousarray(manager), possible.sum(axis=1).astype(np.int64), cost, np.ascontiguousarray(problem.loads), problem.owner
    )


def kept_prices(problem: Problem, prices: Floats, budget_prices: Floats) -> tuple[Floats, Floats]:
    """Return prices (k, m) and (q) without those that stand on no limit."""
    return np.clip(prices, *_signs_of(problem)), _paid(problem, budget_prices)


class _Best:
    """The best prices so far; any that are offered prove a bound."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.value = problem, -np.inf
        self.prices = np.zeros((problem.managers, problem.loads.shape[1]))
        self.budget_prices = np.zeros(len(problem.budget))
        self.owner = problem.owner
        self.priced: Priced | None = None

    def offer(self, prices: Floats, budget_prices: Floats) -> Priced:
        value, priced = bound_at(self.problem, prices, budget_prices)
        if value > self.value:
            self.value = value
            self.prices, self.budget_prices = kept_prices(self.problem, prices, budget_prices)
            self.owner, self.priced = priced.owner, priced
        return priced


class _Smoothed:
    """The negative of the bound with a soft minimum, and its gradient, as L-BFGS asks for them; variables in units of `scale`."""

    def __init__(self, problem: Problem, columns: Columns, scale: float, temperature: float) -> None:
        self.problem, self.columns, self.scale, self.temperature = problem, columns, scale, temperature

    def __call__(self, y: Floats) -> tuple[float, Floats]:
        problem, k, m = self.problem, self.problem.managers, self.problem.loads.shape[1]
        prices, paid = y[: k * m].reshape(k, m) * self.scale, np.maximum(y[k * m :], 0.0) * self.scale
        priced = _priced(self.columns, prices, problem.change @ paid, self.temperature, problem)
        value = priced.value - _limits_term(problem, prices, paid)
        slope = priced.loads - _at_limit(problem, prices, priced.loads)
        over = np.where(np.isfinite(problem.budget), priced.used - problem.budget, 0.0)
        return -value / self.scale, -np.concatenate([slope.ravel(), over])


def _polish(problem: Problem, best: _Best, scale: float) -> None:
    """Walk along the subgradient from the best prices, with falling steps."""
    prices, paid = best.prices.copy(), best.budget_prices.copy()
    step = 0.02 * scale
    columns = columns_of(problem, prices, NEAREST)
    for each in range(POLISHED):
        exact = each % 10 == 0 or problem.managers <= NEAREST
        priced = best.offer(prices, paid) if exact else _priced(columns, prices, problem.change @ paid, 0.0, problem)
        prices = np.clip(prices + step * (priced.loads - _at_limit(problem, prices, priced.loads)), *_signs_of(problem))
        paid = _paid(problem, paid + step * (priced.used - problem.budget))
        step *= 0.95
    best.offer(prices, paid)


def _priced(columns: Columns, prices: Floats, added: Floats, temperature: float, problem: Problem) -> Priced:
    loads, used = np.zeros((problem.managers, problem.loads.shape[1])), np.zeros(len(problem.budget))
    owner, moved = np.zeros(problem.units, dtype=np.int64), np.zeros(problem.units)
    value = _price_units(columns, np.ascontiguousarray(prices), added, temperature, loads, owner, moved, np.zeros(columns.manager.shape[1]))
    used = moved @ problem.change
    return Priced(float(value), loads, used, owner)


def _limits_term(problem: Problem, prices: Floats, paid: Floats) -> float:
    with np.errstate(invalid="ignore"):
        most = np.where(prices > 0, problem.most * prices, 0.0)
        least = np.where(prices < 0, problem.least * prices, 0.0)
    limited = paid > 0
    return float(most.sum() + least.sum() + paid[limited] @ problem.budget[limited])


def _at_limit(problem: Problem, prices: Floats, loads: Floats) -> Floats:
    """Return the load at which a price neither rises nor falls: the limit that it stands for; without a price, any within the limits."""
    return np.where(prices > 0, problem.most, np.where(prices < 0, problem.least, np.clip(loads, problem.least, problem.most)))


def _signs_of(problem: Problem) -> tuple[Floats, Floats]:
    # A price above 0 needs an upper limit, one below 0 a lower one.
    return np.where(np.isfinite(problem.least), -np.inf, 0.0), np.where(np.isfinite(problem.most), np.inf, 0.0)


def _paid(problem: Problem, budget_prices: Floats) -> Floats:
    # A price of a budget is never below 0, and one of no budget is none.
    return np.where(np.isfinite(problem.budget), np.maximum(budget_prices, 0.0), 0.0)


def _signs(problem: Problem) -> list[tuple[float, float]]:
    low, high = _signs_of(problem)
    return [
        *zip(low.ravel().tolist(), high.ravel().tolist(), strict=True),
        *((0.0, np.inf if np.isfinite(each) else 0.0) for each in problem.budget),
    ]


def _scale(problem: Problem) -> float:
    """Return a typical price: what the second cheapest manager of a unit costs more, for a fair share of units."""
    worth = np.where(problem.allowed, problem.cost, np.inf)
    if problem.managers < 2 or not problem.units:
        return 1.0
    two = np.partition(worth, 1, axis=1)[:, :2]
    apart = (two[:, 1] - two[:, 0])[np.isfinite(two).all(axis=1)]
    typical = float(np.median(apart)) if len(apart) else 0.0
    return typical * problem.units / problem.managers + 1e-12


@compiled
def _price_units(
    columns: Columns,
    prices: NDArray[np.float64],
    added: NDArray[np.float64],
    temperature: float,
    loads: NDArray[np.float64],
    owner: NDArray[np.int64],
    moved: NDArray[np.float64],
    worth: NDArray[np.float64],
) -> float:
    """Add up the cheapest, or with a temperature the soft minimum; fill loads, who is the cheapest, and the share that changes hands."""
    total = 0.0
    measures = columns.loads.shape[1]
    for i in range(columns.manager.shape[0]):
        low = 1e300
        chosen = -1
        for c in range(columns.managers[i]):
            j = columns.manager[i, c]
            value = columns.cost[i, c]
            if j != columns.owner[i]:
                value += added[i]
            for each in range(measures):
                value += prices[j, each] * columns.loads[i, each]
            worth[c] = value
            if value < low:
                low = value
                chosen = j
        owner[i] = chosen
        if chosen < 0:
            continue
        total += low
        if temperature <= 0.0:
            moved[i] = 1.0 if chosen != columns.owner[i] else 0.0
            for each in range(measures):
                loads[chosen, each] += columns.loads[i, each]
            continue
        total -= _shared(columns, i, low, temperature, worth, loads, moved)
    return total


@compiled
def _shared(
    columns: Columns,
    i: int,
    low: float,
    temperature: float,
    worth: NDArray[np.float64],
    loads: NDArray[np.float64],
    moved: NDArray[np.float64],
) -> float:
    """Share a unit out by the soft minimum; return by how much that lies below the minimum."""
    together = 0.0
    for c in range(columns.managers[i]):
        worth[c] = np.exp(max((low - worth[c]) / temperature, -60.0))
        together += worth[c]
    moved[i] = 0.0
    for c in range(columns.managers[i]):
        j = columns.manager[i, c]
        share = worth[c] / together
        if j != columns.owner[i]:
            moved[i] += share
        for each in range(columns.loads.shape[1]):
            loads[j, each] += share * columns.loads[i, each]
    return float(temperature * np.log(together))
