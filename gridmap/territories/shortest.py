"""The shortest move list: as few cells as mend what can be mended within the budget."""

import time
from collections.abc import Callable
from dataclasses import replace
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
from gridmap.territories.result import Result
from gridmap.territories.task import Task

SHARE = 4  # each try is given this part of the proposals of a design
ALIKE = 1e-6  # violation within which two answers mend the same


def shortest_moves(  # noqa: PLR0913 - what is, what is asked, and two ways to take part
    market: Market,
    plan: Plan,
    facts: Facts,
    *,
    request: Request,
    rules: Rules,
    on: date,
    seed: int = 0,
    stop: Callable[[], bool] | None = None,
    on_try: Callable[[int, float], None] | None = None,
    clock: Callable[[], float] = time.process_time,
) -> Result:
    """Find the fewest cells whose moves mend the limits as far as any moves within the budget were found to.

    The number of cells is halved and halved again as long as what is left mends the same; what travel and shape would gain by more
    moves is left lying.

    Parameters
    ----------
    on_try
        Told how many cells were tried, and what they leave broken.

    Returns
    -------
    A result whose moves are the list, in the order in which they are best made.

    Raises
    ------
    PlanError
        With every reason for which the request cannot be meant.
    """
    began, all_cells = clock(), len(market.grid.cells)
    most = request.budget.cells if request.budget.cells is not None else all_cells
    asked = replace(request, budget=replace(request.budget, cells=most))
    task = make_task(market, plan, facts, request=asked, rules=rules, on=on)
    effort = request.effort.part(task.problem.units, SHARE)

    def tried(cells: int, start: np.ndarray) -> Answer:
        budget = task.problem.budget.copy()
        budget[0] = max(0.0, budget[0] - (most - cells))
        problem = replace(task.problem, budget=budget, start=start)
        answer = solve(problem, seed=seed, effort=effort, bound=bound_of(problem), stop=stop)
        if on_try is not None:
            on_try(cells, answer.violation)
        return answer

    best = tried(most, task.problem.start)
    enough, low = best.violation + ALIKE, 0
    high = _cells(task, best)
    while low < high and not (stop is not None and stop()):
        middle = (low + high) // 2
        answer = tried(middle, task.problem.owner if (task.problem.owner >= 0).all() else task.problem.start)
        if answer.violation <= enough:
            best, high = answer, min(middle, _cells(task, answer))
        else:
            low = middle + 1
    return result_of(replace(task, request=request), best, seed=seed, seconds=clock() - began)


def _cells(task: Task, answer: Answer) -> int:
    return round(float(task.problem.change[answer.owner != task.problem.owner, 0].sum()))
