"""Bases to be found: territories for the bases there are, bases in the middle of the territories, and again while that helps."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gridmap.territories.engine.bound import bound_of
from gridmap.territories.engine.effort import Effort
from gridmap.territories.engine.problem import NOBODY, Answer, Bases, Problem, Whole
from gridmap.territories.engine.solve import default_proposals, solve

ROUNDS = 5  # searches at most, each from bases moved: the last moves hardly change anything
SHARE = 3  # the rounds before the last are given this part of the proposals


def solve_bases(
    problem: Problem,
    bases: Bases,
    *,
    seed: int,
    effort: Effort,
    stop: Callable[[], bool] | None = None,
    on_best: Callable[[Answer], None] | None = None,
) -> Answer:
    """Search for territories and for the bases of those whose base is to be found; alternating, as Hess and Weaver did.

    Parameters
    ----------
    problem, bases
        Costs of the columns to be found are those of the first candidates.

    Returns
    -------
    The best of all rounds, with the candidate of each base found in `centre`. Its bound holds for these bases, not for others.
    """
    of = effort.proposals or default_proposals(problem.units)
    few = replace(effort, proposals=max(1, of // SHARE), exact=False)

    def at(centre: Whole, turn: int) -> Answer:
        answer = solve(at_bases(problem, bases, centre), seed=seed + turn, effort=few, stop=stop)
        return replace(answer, centre=np.where(bases.found, centre, NOBODY))

    best, seen = at(bases.centre, 0), {bases.centre.tobytes()}
    answer, centre = best, bases.centre
    for turn in range(1, ROUNDS):
        if on_best is not None:
            on_best(best)
        centre = middles(bases, answer.owner, centre)
        if answer.stopped or centre.tobytes() in seen:
            break
        seen.add(centre.tobytes())
        answer = at(centre, turn)
        best = min(best, answer, key=_rank)
    if best.stopped:
        return best
    last = replace(at_bases(problem, bases, np.where(bases.found, best.centre, bases.centre)), start=best.owner)
    final = solve(last, seed=seed, effort=replace(effort, proposals=of), bound=bound_of(last), stop=stop, on_best=on_best)
    return replace(final if _rank(final) < _rank(best) else replace(best, bound=final.bound), centre=best.centre)


def at_bases(problem: Problem, bases: Bases, centre: Whole) -> Problem:
    """Return the problem with the costs of other candidates (k)."""
    cost = problem.cost.copy()
    found = np.flatnonzero(bases.found)
    cost[:, found] = bases.at[:, centre[found]] + bases.added[:, found]
    return replace(problem, cost=cost)


def middles(bases: Bases, owner: Whole, centre: Whole) -> Whole:
    """Return for each base to be found the candidate from which its territory costs least; among those in the territory, where any are."""
    better = centre.copy()
    for manager in np.flatnonzero(bases.found).tolist():
        theirs = owner == manager
        inside = theirs[bases.candidates]
        if theirs.any():
            worth = bases.at[theirs].sum(axis=0)
            better[manager] = int(np.argmin(np.where(inside, worth, np.inf) if inside.any() else worth))
    return better


def _rank(answer: Answer) -> tuple[float, float]:
    return (round(answer.violation, 9), answer.objective)
