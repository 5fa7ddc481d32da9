"""Why each move is made, in the order in which moves are best made: what it mends, and what both managers have after it."""

import numpy as np
import pandas as pd

from gridmap.errors import N_, Message, say
from gridmap.reallocation.takers import names_of
from gridmap.territories.amounts import cell_amounts, measure_name, short_amount
from gridmap.territories.engine.problem import NOBODY, Floats, Problem, Whole
from gridmap.territories.ordering import best_order
from gridmap.territories.result import Explained
from gridmap.territories.task import Task
from gridmap.texts import Name

TAKES_OFF = N_("{manager} has too much: {before} {measure} become {after}, at most {limit} are asked.")
BRINGS = N_("{manager} has too little: {before} {measure} become {after}, at least {limit} are asked.")
NEARER = N_("Lies nearer to where {taker} is based.")
MAKES_WAY = N_("Makes way for other moves, so that every territory stays of one piece.")
OF_NOBODY = N_("Belongs to nobody today.")


def explained(task: Task, owner: Whole) -> tuple[Explained, ...]:
    """Tell the moves of cells from today's owners to those of an answer, in the order in which they are best made.

    Parameters
    ----------
    owner
        Who has each unit (n).
    """
    problem = task.problem
    ordered = best_order(problem, problem.owner, owner)
    ids, cells = (*task.manager_ids, ""), task.market.grid.cells  # nobody, -1, stands last
    names = {**{who: Name(who) for who in task.manager_ids}, **names_of(task.managers)}
    part = np.flatnonzero(task.unit_of_cell >= 0)
    of_unit = pd.Series(part).groupby(task.unit_of_cell[part]).agg(list)
    had = task.plan.owners.reindex(cells).fillna("").to_numpy(dtype=object)
    carried = cell_amounts(task.market, task.facts, task.measures)
    column = {who: place for place, who in enumerate(task.manager_ids)}
    has = _today(task, had, carried, column)
    told: list[Explained] = []
    for unit, worse, cost in zip(ordered.units.tolist(), ordered.worse, ordered.cost, strict=True):
        taker = ids[owner[unit]]
        moving = [cell for cell in of_unit[unit] if had[cell] != taker]
        before = has.copy()
        for cell in moving:
            if had[cell] in column:
                has[column[had[cell]]] -= carried[cell]
            has[column[taker]] += carried[cell]
        if worse < 0:
            reason = _mended(task, before, has, names)
        elif problem.owner[unit] == NOBODY:
            reason = say(OF_NOBODY)
        else:
            reason = say(NEARER, taker=names[taker]) if cost < 0 else say(MAKES_WAY)
        for cell in moving:
            giver = str(had[cell])
            left = _named(task, has[column[giver]]) if giver in column else ()
            gives, gets = _named(task, carried[cell]), _named(task, has[column[taker]])
            told.append(Explained(str(cells[cell]), giver, taker, reason, gives, left, gets))
    return tuple(told)


def _today(task: Task, had: np.ndarray, carried: Floats, column: dict[str, int]) -> Floats:
    has = task.held.copy()
    part = np.flatnonzero(task.unit_of_cell >= 0)
    place = np.array([column.get(str(who), NOBODY) for who in had[part]], dtype=np.int64)
    np.add.at(has, place[place != NOBODY], carried[part[place != NOBODY]])
    return has


def _named(task: Task, amounts: Floats) -> tuple[tuple[str, float], ...]:
    return tuple(zip(task.measures, amounts.tolist(), strict=True))


def _mended(task: Task, before: Floats, after: Floats, names: dict[str, Name]) -> Message:
    """Say whose limit a move mends most, and by how much."""
    problem = task.problem
    better = (_beyond(problem, before - task.held) - _beyond(problem, after - task.held)) / problem.scale
    j, m = np.unravel_index(int(np.argmax(better)), better.shape)
    over = bool(before[j, m] - task.held[j, m] > problem.most[j, m])
    limit = float((problem.most if over else problem.least)[j, m] + task.held[j, m])
    return say(
        TAKES_OFF if over else BRINGS,
        manager=names[task.manager_ids[j]],
        measure=measure_name(task.measures[m]),
        before=short_amount(float(before[j, m])),
        after=short_amount(float(after[j, m])),
        limit=short_amount(limit),
    )


def _beyond(problem: Problem, loads: Floats) -> Floats:
    return np.asarray(np.maximum(loads - problem.most, 0.0) + np.maximum(problem.least - loads, 0.0), dtype=float)
