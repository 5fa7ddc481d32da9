"""Bases to be found: territories for the bases there are, bases in the middle of the territories, and again while that helps."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gridmap.territories.engine.bound import bound_of
from gridmap.territories.engine.effort import Effort
from gridmap.territories.engine.problem import NOBODY, Answer, Bases, Problem, Whole
from gridmap.territories.engine.solve import solve

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

    effort
        `starts`: from so many sets of bases, the given one and others drawn at random.

    Returns
    -------
    The best of all rounds, with the candidate of each base found in `centre`. Its bound holds for these bases, not for others.
    """
    few = replace(effort.part(problem.units, SHARE), starts=1, exact=False)
    best: Answer | None = None
    for start in range(max(effort.starts, 1)):
        chance = np.random.default_rng([seed % 2**32, start])
        centre = bases.centre if start == 0 else spread_centres(bases, problem, chance)
        found = _alternated(problem, bases, centre, few, int(chance.integers(2**31)), stop)
        if best is None or _rank(found) < _rank(best):
            best = found
            if on_best is not None:
                on_best(best)
        if found.stopped:
            return best
    assert best is not None  # noqa: S101 - there is one start at least
    last = replace(at_bases(problem, bases, np.where(bases.found, best.centre, bases.centre)), start=best.owner)
    final = solve(last, seed=seed, effort=effort, bound=bound_of(last), stop=stop, on_best=on_best)
    return replace(final if _rank(final) < _rank(best) else replace(best, bound=final.bound), centre=best.centre)


def _alternated(problem: Problem, bases: Bases, centre: Whole, effort: Effort, seed: int, stop: Callable[[], bool] | None) -> Answer:
    """Search and move the bases in turn until they stay where they are, or have been before; return the best on the way."""
    best: Answer | None = None
    seen: set[bytes] = set()
    while len(seen) < ROUNDS and centre.tobytes() not in seen:
        seen.add(centre.tobytes())
        asked = at_bases(problem, bases, centre)
        answer = solve(asked if best is None else replace(asked, start=best.owner), seed=seed + len(seen), effort=effort, stop=stop)
        answer = replace(answer, centre=np.where(bases.found, centre, NOBODY))
        best = answer if best is None else min(best, answer, key=_rank)
        if answer.stopped:
            break
        centre = middles(bases, answer.owner, centre)
    assert best is not None  # noqa: S101 - the first round is always made
    return best


def spread_centres(bases: Bases, problem: Problem, chance: np.random.Generator) -> Whole:
    """Draw other candidates for the bases to be found, far from each other and from the fixed ones (k): as k-means++ draws its seeds."""
    fixed = problem.cost[:, ~bases.found]
    nearest = fixed.min(axis=1) if fixed.shape[1] else None
    centre = bases.centre.copy()
    for manager in np.flatnonzero(bases.found):
        weight = problem.weight if nearest is None else np.maximum(nearest, 0.0)
        of_candidate = np.maximum(weight[bases.candidates], 1e-12)
        centre[manager] = chance.choice(len(of_candidate), p=of_candidate / of_candidate.sum())
        reached = bases.at[:, centre[manager]]
        nearest = reached if nearest is None else np.minimum(nearest, reached)
    return centre


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
