"""The trade-off curve: what improves with how many cells that change hands, from nothing moved to a design without regard to today."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from gridmap.facts import Facts
from gridmap.market import Market
from gridmap.plan import Plan
from gridmap.settings import Rules
from gridmap.territories.building import make_task
from gridmap.territories.designing import result_of
from gridmap.territories.engine.bound import bound_of
from gridmap.territories.engine.problem import Answer
from gridmap.territories.engine.solve import solve
from gridmap.territories.request import Request
from gridmap.territories.result import CurvePoint, Result
from gridmap.territories.task import Task

POINTS = 8  # between nothing and the free design
SHARE = 4  # a point is given this part of the proposals of the free design: it begins where the one before it ended


@dataclass(frozen=True)
class Along:
    """How far a curve is: points done, of how many."""

    done: int
    of: int


def trade_off(  # noqa: PLR0913 - what is, what is asked, and two ways to take part
    market: Market,
    plan: Plan,
    facts: Facts,
    *,
    request: Request,
    rules: Rules,
    on: date,
    seed: int = 0,
    stop: Callable[[], bool] | None = None,
    on_point: Callable[[Along, Result], None] | None = None,
    clock: Callable[[], float] = time.process_time,
) -> tuple[CurvePoint, ...]:
    """Design with ever larger budgets of cells; each point is a plan, none worse than the one before it.

    Parameters
    ----------
    request
        A budget of cells in it is where the curve ends, instead of the free design; other budgets hold all along.
    on_point
        Told of each point as it is found, and how far the curve is.

    Returns
    -------
    Points by cells that change hands, the first with none. Those that would say the same as the one before are left out.

    Raises
    ------
    PlanError
        With every reason for which the request cannot be meant.
    """
    base = replace(
        request, budget=replace(request.budget, cells=request.budget.cells if request.budget.cells is not None else len(market.grid.cells))
    )
    task = make_task(market, plan, facts, request=base, rules=rules, on=on)
    began = clock()
    free = solve(task.problem, seed=seed, effort=request.effort, stop=stop)
    budgets = budgets_to(round(float(task.problem.change[free.owner != task.problem.owner, 0].sum())))
    points: list[CurvePoint] = []
    best: Answer | None = None
    few = request.effort.part(task.problem.units, SHARE)
    for cells in (*budgets, None):
        if stop is not None and stop() and cells is not None:
            continue
        answer = free if cells is None else _within(task, cells, best, seed, (few, stop))
        if best is not None and (round(best.violation, 9), best.objective) <= (round(answer.violation, 9), answer.objective):
            answer = replace(best, bound=answer.bound)
        asked = replace(
            task, request=replace(base, budget=replace(base.budget, cells=cells if cells is not None else request.budget.cells))
        )
        result = result_of(asked, answer, seed=seed, seconds=clock() - began)
        if not points or result.changed.cells != points[-1].cells or result.terms.total != points[-1].result.terms.total:
            points.append(CurvePoint(result.changed.cells, result))
        best = answer
        if on_point is not None:
            on_point(Along(len(budgets) + 1 if cells is None else budgets.index(cells) + 1, len(budgets) + 1), result)
    return tuple(points)


def budgets_to(most: int) -> tuple[int, ...]:
    """Return budgets of cells from 0 on, each about twice the one before, below `most`."""
    if most <= 1:
        return (0,)
    steps = np.unique(np.round(np.geomspace(min(3, most - 1), most, POINTS + 1)).astype(int))
    return (0, *(int(step) for step in steps if step < most))


def _within(task: Task, cells: int, best: Answer | None, seed: int, how: tuple[object, Callable[[], bool] | None]) -> Answer:
    effort, stop = how
    budget = task.problem.budget.copy()
    budget[0] -= (task.request.budget.cells or 0) - cells
    start = task.problem.start if best is None else best.owner
    problem = replace(task.problem, budget=np.maximum(budget, 0.0), start=start)
    return solve(problem, seed=seed, effort=effort, bound=bound_of(problem), stop=stop)  # type: ignore[arg-type]
