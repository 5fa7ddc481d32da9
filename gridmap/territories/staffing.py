"""How many managers it takes: the least number that keeps the limits, what one more or fewer changes, and where a new one would sit."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from gridmap.errors import N_, Message, say
from gridmap.market.columns import rows_in
from gridmap.market.places import towns_of
from gridmap.reallocation.takers import managers_on, names_of
from gridmap.territories.designing import solve_task
from gridmap.territories.engine.linear import least_violation
from gridmap.territories.islands import island_name
from gridmap.territories.relaxing import EXACT_COSTS, unmovable
from gridmap.territories.request import Request
from gridmap.territories.result import NewBase, Staffing
from gridmap.territories.situation import Situation
from gridmap.territories.task import Task
from gridmap.texts import Name, Names

LOOKED_AT = 4  # times as many candidates as bases are named are weighed exactly
MOST_NEW = 8  # new managers beyond which nothing is tried
TRIED = 5  # managers whose leaving is searched for, those first who leave least to the others
SHARE = 4  # each number is given this part of the proposals of a design
KEEPS = N_("{managers} managers keep all limits.")
NEW_KEEPS = N_("{managers} managers keep all limits: {new} more, based near {towns}.")
WITHOUT = N_("{managers} managers keep all limits without {who}, whose cells the others take.")
CANNOT = N_("{managers} managers cannot keep the limits, whoever of those without anything by name leaves: that is proved.")
CANNOT_ALL = N_("{managers} managers cannot keep the limits: that is proved.")
NO_NUMBER = N_("No number of managers keeps the limits: what is held by name or locked is too much for {managers}.")
NOT_FOUND = N_("With {managers} managers no plan that keeps the limits was found; one may exist.")
BREAKS_LESS = N_("{managers} managers, {new} more based near {towns}, leave less broken, but not all limits are kept.")


@dataclass(frozen=True, eq=False)
class _How:
    """How numbers are tried."""

    seed: int
    stop: Callable[[], bool] | None
    clock: Callable[[], float]

    @property
    def stopped(self) -> bool:
        return self.stop is not None and self.stop()


def how_many(
    there: Situation,
    *,
    request: Request,
    seed: int = 0,
    stop: Callable[[], bool] | None = None,
    on_try: Callable[[Staffing], None] | None = None,
    clock: Callable[[], float] = time.process_time,
) -> tuple[Staffing, ...]:
    """Find the least number of managers that keeps the limits, and what one fewer or more than today changes.

    Downwards from today's number while the limits are kept, each time without one more who holds nothing by name and leaves least to
    the others; and one more than today. Where today's number does not do, upwards until one does.

    Returns
    -------
    One entry a number, from the least tried to the most; `proven` says whether a number that does not do is impossible.

    Raises
    ------
    PlanError
        With every reason for which the request cannot be meant.
    """
    how = _How(seed, stop, clock)

    def told(step: Staffing) -> Staffing:
        if on_try is not None:
            on_try(step)
        return step

    stuck = _stuck(there, request)
    if stuck is not None:
        return (told(stuck),)
    asked, found = request, [told(_tried(there, request, how))]
    while found[0].kept and found[0].managers > 2 and not how.stopped:
        asked, step = _one_fewer(there, asked, found[0].managers, how)
        found.insert(0, told(step))
    for new in range(request.new_managers + 1, MOST_NEW + 1):
        if how.stopped or (found[-1].kept and new > request.new_managers + 1):
            break
        found.append(told(_tried(there, replace(request, new_managers=new), how)))
    return tuple(found)


def new_bases(there: Situation, *, request: Request, best: int = 5, stop: Callable[[], bool] | None = None) -> tuple[NewBase, ...]:
    """Rank cells as the base of one new manager: by what any plan must break with somebody there, then by what all would travel.

    Returns
    -------
    The best first, one a town.
    """
    task = there.task(replace(request, new_managers=1))
    bases = task.bases
    assert bases is not None  # noqa: S101 - a request with new managers has them
    column = int(np.flatnonzero(bases.found)[0])
    others = task.problem.cost[:, ~bases.found].min(axis=1)
    worth = np.minimum(bases.at, others[:, None]).sum(axis=0)
    first = np.unique(task.unit_of_cell[task.unit_of_cell >= 0], return_index=True)[1]
    cells = np.flatnonzero(task.unit_of_cell >= 0)[first][bases.candidates]
    towns = towns_of(there.market, there.market.grid.cells[cells]).to_numpy(dtype=object)
    order = np.argsort(worth, kind="stable")
    spread = order[np.sort(np.unique(towns[order].astype(str), return_index=True)[1])][: LOOKED_AT * best]
    ranked = []
    for candidate in spread.tolist():
        if stop is not None and stop():
            break
        cost = task.problem.cost.copy()
        cost[:, column] = bases.at[:, candidate] + bases.added[:, column]  # noqa: PD008 - a field of its own
        fixed = task.problem.fixed.copy()
        if fixed[bases.candidates[candidate]] < 0:
            fixed[bases.candidates[candidate]] = column
        asked = replace(task.problem, cost=cost, fixed=fixed)
        broken = least_violation(asked).total if asked.units * asked.managers <= EXACT_COSTS else 0.0
        ranked.append((round(broken, 9), float(worth[candidate]), int(candidate)))
    names = names_of(there.market.towns)
    return tuple(
        NewBase(str(there.market.grid.cells[cells[candidate]]), names.get(str(towns[candidate]), say(N_("no town"))), broken, travel)
        for broken, travel, candidate in sorted(ranked)[:best]
    )


def _stuck(there: Situation, request: Request) -> Staffing | None:
    """Say so where what stays with somebody is too much by itself: nobody new can help."""
    task = there.task(request)
    over = (unmovable(task) > task.problem.most + task.held + 1e-9).any(axis=1)
    if not over.any():
        return None
    names = {**{who: Name(who) for who in task.manager_ids}, **names_of(task.managers)}
    who = Names(tuple(names[task.manager_ids[place]] for place in np.flatnonzero(over)))
    managers = task.problem.managers
    return Staffing(managers, kept=False, proven=True, result=None, new_bases=(), left_out=(), message=say(NO_NUMBER, managers=who))


def _tried(there: Situation, request: Request, how: _How) -> Staffing:
    task = there.task(request)
    result = solve_task(_quick(task), seed=how.seed, stop=how.stop, clock=how.clock)
    managers, new = task.problem.managers, request.new_managers
    kept, proven = result.violation == 0, result.state == "impossible"
    bases = tuple(result.managers["base"].iloc[managers - new :].astype(str)) if new else ()
    told: dict[str, object] = {"managers": managers, "new": new, "towns": _near(there, bases)}
    if kept:
        message = say(NEW_KEEPS, **told) if new else say(KEEPS, managers=managers)
    elif new:
        message = say(BREAKS_LESS, **told)
    else:
        message = say(CANNOT_ALL if proven else NOT_FOUND, managers=managers)
    return Staffing(managers, kept, kept or proven, result, bases, (), message)


def _one_fewer(there: Situation, request: Request, managers: int, how: _How) -> tuple[Request, Staffing]:
    """Try to do without one more, of those without anything by name; those first who leave least to the others."""
    task = there.task(request)
    free = task.held.sum(axis=1) == 0
    weight = np.bincount(task.problem.owner.clip(0), task.problem.weight, task.problem.managers)
    named = [task.manager_ids[place] for place in np.argsort(weight, kind="stable") if free[place] and place < len(task.managers)]
    tasks = [there.task(_without(request, who)) for who in named]
    possible = [each for each in tasks if each.problem.cost.size > EXACT_COSTS or least_violation(each.problem).total == 0]
    fewer = Staffing(
        managers - 1, kept=False, proven=not possible, result=None, new_bases=(), left_out=(), message=say(CANNOT, managers=managers - 1)
    )
    names = names_of(managers_on(there.market, there.on))
    for each in possible[:TRIED]:
        result = solve_task(_quick(each), seed=how.seed, stop=how.stop, clock=how.clock)
        if result.violation == 0:
            gone = each.request.leaving
            who = Names(tuple(names.get(one, Name(one)) for one in gone))
            message = say(WITHOUT, managers=managers - 1, who=who)
            return each.request, replace(fewer, kept=True, proven=True, result=result, left_out=gone, message=message)
    return request, fewer if not possible else replace(fewer, message=say(NOT_FOUND, managers=managers - 1))


def _without(request: Request, who: str) -> Request:
    return replace(request, managers=tuple(each for each in request.managers if each != who), leaving=(*request.leaving, who))


def _quick(task: Task) -> Task:
    return replace(task, request=replace(task.request, effort=task.request.effort.part(task.problem.units, SHARE)))


def _near(there: Situation, bases: tuple[str, ...]) -> Message | Names:
    cells = rows_in(pd.Index(bases, dtype="str"), there.market.grid.cells)
    named = [island_name(there.market, np.array([cell], dtype=np.int64)) for cell in cells]
    known = tuple(dict.fromkeys(each for each in named if isinstance(each, Name)))
    return Names(known) if known else say(N_("no town"))
