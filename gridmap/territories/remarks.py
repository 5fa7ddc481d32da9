"""What the reader of an answer should know of the question: territories in pieces today, and bases that are too much by themselves."""

from collections.abc import Iterator, Sequence

import numpy as np

from gridmap.errors import N_, Message, say
from gridmap.territories.amounts import measure_name, short_amount
from gridmap.territories.engine.pieces import components
from gridmap.territories.engine.problem import NOBODY, Problem
from gridmap.texts import Name, Names


def remarks_on(problem: Problem, measures: Sequence[str], names: Sequence[Name]) -> Iterator[Message]:
    """Say what is in pieces today, and where what must stay with a manager is more than they may have already.

    Parameters
    ----------
    measures
        Columns of the loads of the problem.
    names
        What its managers are called.
    """
    _, part = components(problem, problem.owner)
    broken = [j for j in range(problem.managers) if len(np.unique(part[problem.owner == j])) > 1]
    if broken:
        words = N_("In pieces today, with barriers and bridges counted: {managers}.")
        yield say(words, managers=Names(tuple(names[j] for j in broken)))
    stays = problem.fixed != NOBODY
    loads = np.zeros((problem.managers, len(measures)))
    np.add.at(loads, problem.fixed[stays], problem.loads[stays])
    for j, m in np.argwhere(loads > problem.most + 1e-9 * problem.scale):
        words = N_(
            "What stays with {manager}, the cell of their base or locked cells, brings {amount} {measure}; there is room for {room}."
        )
        yield say(
            words,
            manager=names[j],
            amount=short_amount(float(loads[j, m])),
            measure=measure_name(measures[m]),
            room=short_amount(max(float(problem.most[j, m]), 0.0)),
        )
