"""What has to give where limits cannot be kept: whose limit, of what, and how far; and the least that any plan must break."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from gridmap.errors import N_, Message, say
from gridmap.reallocation.takers import names_of
from gridmap.territories.amounts import measure_name
from gridmap.territories.engine.linear import least_change, least_violation
from gridmap.territories.engine.problem import NOBODY, Answer, Floats, Whole
from gridmap.territories.islands import island_name
from gridmap.territories.request import CAPACITY, Allowance, Limit, Request
from gridmap.territories.result import Relaxation
from gridmap.territories.task import Task
from gridmap.texts import Name

EXACT_COSTS = 60_000  # units times managers up to which the least is worked out; beyond, it takes longer than the search
BUDGETS = ("cells", "accounts_share", "hours_share")
OVER = N_("{manager} needs {needed} {measure}; the cap is {asked}: raise it to {needed}, or add a manager near {town}.")
OVER_FAIR = N_("{manager} would have {needed} {measure}, {beyond} more than the fair share allows: allow {needed}.")
HELD = N_(
    "{manager} needs {needed} {measure}; the cap is {asked}, and {stays} stay with them by name or lock: raise it, or let others hold some."
)
SHORT = N_("{manager} gets no more than {needed} {measure}; at least {asked} were asked: ask for {needed}.")
MORE_CELLS = N_("At least {needed} cells have to change hands before all limits can be kept; {asked} may.")
MORE_SHARE = N_("At least {needed} of all {measure} have to change hands before all limits can be kept; {asked} may.")


def relaxations_of(task: Task, answer: Answer) -> tuple[Relaxation, ...]:
    """Say what has to give so that the plan at hand keeps all limits, and which budget is too small for any plan.

    Every relaxed limit of a manager is witnessed: with all of them granted, the answer keeps them. What is said of a budget is a bound
    from below that no plan gets round.

    Returns
    -------
    The largest share of a limit first; empty where all limits are kept.
    """
    if answer.violation <= 0:
        return ()
    found = [*_of_managers(task, answer), *_of_budgets(task)]
    return tuple(found)


def least_of(task: Task) -> float:
    """Return the least that any plan must break of the limits, in units of `Problem.scale`; 0 where nothing is proven."""
    problem = task.problem
    if problem.units * problem.managers > EXACT_COSTS:
        return 0.0
    return least_violation(problem).total


def relaxed(request: Request, relaxations: tuple[Relaxation, ...]) -> Request:
    """Grant relaxations: limits of single managers become allowances, budgets are raised.

    Parameters
    ----------
    relaxations
        All or some of those of a result.
    """
    allowed = {(each.manager_id, each.measure): each for each in request.allowances}
    budget = request.budget
    for each in relaxations:
        if each.which in BUDGETS:
            budget = replace(budget, **{each.which: math.ceil(each.needed) if each.which == "cells" else each.needed})  # type: ignore[arg-type]
            continue
        key = (each.manager_id, each.measure)
        allowed[key] = replace(allowed.get(key, Allowance(*key)), **{each.which: each.needed})  # type: ignore[arg-type]
    return replace(request, allowances=tuple(allowed.values()), budget=budget)


def _of_managers(task: Task, answer: Answer) -> Iterator[Relaxation]:
    problem = task.problem
    names = {**{who: Name(who) for who in task.manager_ids}, **names_of(task.managers)}
    stays = unmovable(task)
    order = np.argsort(-np.abs(answer.over / problem.scale).ravel(), kind="stable")
    for place in order.tolist():
        j, m = divmod(place, len(task.measures))
        over = float(answer.over[j, m])
        if over == 0.0:
            continue
        which = "most" if over > 0 else "least"
        asked = float((problem.most if over > 0 else problem.least)[j, m] + task.held[j, m])
        needed = _rounded(asked + over, up=over > 0)
        told = {
            "manager": names[task.manager_ids[j]],
            "measure": measure_name(task.measures[m]),
            "needed": needed,
            "asked": _rounded(asked, up=over < 0),
        }
        if over < 0:
            message = say(SHORT, **told)
        elif stays[j, m] > asked:
            message = say(HELD, **told, stays=_rounded(float(stays[j, m]), up=True))
        elif _is_cap(_limit(task.request, task.measures[m]), float(task.fair[j, m]), asked):
            message = say(OVER, **told, town=_town(task, answer.owner, j))
        else:
            message = say(OVER_FAIR, **told, beyond=_rounded(over, up=True))
        yield Relaxation(which, task.manager_ids[j], task.measures[m], asked, needed, enough=True, message=message)  # type: ignore[arg-type]


def _of_budgets(task: Task) -> Iterator[Relaxation]:
    problem = task.problem
    given = [name for name in BUDGETS if getattr(task.request.budget, name) is not None]
    if not given or problem.units * problem.managers > EXACT_COSTS:
        return
    for column, name in enumerate(given):
        least = least_change(problem, column)
        if least is None or least <= problem.budget[column] + 1e-6:
            continue
        asked = float(getattr(task.request.budget, name))
        needed = float(math.ceil(least - 1e-6)) if name == "cells" else min(1.0, asked * least / max(float(problem.budget[column]), 1e-12))
        if name == "cells":
            message = say(MORE_CELLS, needed=int(needed), asked=int(asked))
        else:
            measure = measure_name(name.removesuffix("_share"))
            message = say(MORE_SHARE, needed=f"{needed:.1%}", asked=f"{asked:.1%}", measure=measure)
        yield Relaxation(name, "", "", asked, needed, enough=False, message=message)  # type: ignore[arg-type]


def unmovable(task: Task) -> Floats:
    """Return what cannot leave each manager (k, m): what is held by name, and what is locked."""
    problem = task.problem
    stays = task.held.copy()
    locked = problem.fixed != NOBODY
    np.add.at(stays, problem.fixed[locked], problem.loads[locked])
    return stays


def _limit(request: Request, measure: str) -> Limit:
    return next((limit for limit in request.limits if limit.measure == measure), Limit(measure, most=request.most_cells))


def _is_cap(limit: Limit, fair: float, asked: float) -> bool:
    by_fair = fair * (1 + limit.tolerance) if limit.tolerance is not None and np.isfinite(fair) else np.inf
    return limit.most == CAPACITY or (limit.most is not None and asked < by_fair - 1e-9) or limit.tolerance is None


def _town(task: Task, owner: Whole, manager: int) -> Name | Message:
    """Call the place where a manager has most to do: the town of the hours that they could give."""
    part = np.flatnonzero(task.unit_of_cell >= 0)
    theirs = part[owner[task.unit_of_cell[part]] == manager]
    if not len(theirs):
        return say(N_("no town"))
    hours = pd.Series(task.problem.weight[task.unit_of_cell[theirs]], index=theirs).sort_values(ascending=False, kind="stable")
    return island_name(task.market, hours.index[: max(1, len(hours) // 10)].to_numpy(dtype=np.int64))


def _rounded(value: float, *, up: bool) -> float:
    """Round to a whole number where it is one, else to a tenth, on the side that is enough."""
    if abs(value - round(value)) < 1e-6:
        return round(value)
    return (math.ceil(value * 10 - 1e-9) if up else math.floor(value * 10 + 1e-9)) / 10
