"""Solve a problem of territories: a bound, a first answer from its prices, and better ones as they come; the same for the same seed."""

from collections.abc import Callable
from typing import Literal

import numpy as np

from gridmap.territories.engine.anneal import Improved
from gridmap.territories.engine.bound import bound_of
from gridmap.territories.engine.descent import descend
from gridmap.territories.engine.effort import Effort
from gridmap.territories.engine.exact import SMALL, prove
from gridmap.territories.engine.measured import measured, within_budget
from gridmap.territories.engine.pieces import extra_pieces
from gridmap.territories.engine.problem import NOBODY, Answer, Bound, Problem, Whole
from gridmap.territories.engine.repair import repaired, seeded
from gridmap.territories.engine.starts import Stop, rounds_of, search

DEFAULT = Effort()
EXACT = 1e-9  # share of the objective within which an answer that meets its bound is proven
PROPOSALS = ((1_500, 6_000_000), (15_000, 11_000_000), (2**62, 18_000_000))  # by default, up to this many units
Why = Literal["searched", "stopped", "proved", "nothing free"]


def default_proposals(units: int) -> int:
    """Return how many proposals a problem of this size is given where nothing is said."""
    return next(proposals for most, proposals in PROPOSALS if units <= most)


def solve(  # what is asked, how long, and two ways to take part
    problem: Problem,
    *,
    seed: int,
    effort: Effort = DEFAULT,
    bound: Bound | None = None,
    stop: Stop | None = None,
    on_best: Callable[[Answer], None] | None = None,
) -> Answer:
    """Search for a number of proposals; they, the starts and the seed alone decide the answer.

    Parameters
    ----------
    bound
        As `bound_of` gives it, where the caller has it.
    stop
        Asked many times a second; True ends the search with the best so far.
    on_best
        Told of better answers as they come.
    """
    bound = bound_of(problem) if bound is None else bound
    if not problem.units or not (problem.fixed == NOBODY).any():
        owner = repaired(problem, problem.start)
        return answer_of(problem, Improved(owner, 0.0, 0.0, 0, stopped=False), bound, why="nothing free", trace=())
    begins = _begins(problem, bound, stop)
    trace: list[tuple[int, float, float]] = []

    def tell(found: Improved) -> None:
        if trace and (trace[-1][2], trace[-1][1]) <= (found.violation, found.objective):
            return
        trace.append((found.proposals, found.objective, found.violation))
        if on_best is not None:
            on_best(answer_of(problem, found, bound, why="stopped", trace=tuple(trace)))

    first = measured(problem, begins[0])
    tell(Improved(begins[0], first.objective, first.violation, 0, stopped=False))
    rounds = rounds_of(problem.units, effort.proposals or default_proposals(problem.units), effort.starts)
    found = search(problem, begins, bound, rounds=rounds, seed=seed, workers=effort.workers, stop=stop, on_best=tell)
    if effort.exact and problem.units <= SMALL and not found.stopped:
        return _proved(problem, found, bound, tuple(trace), stop)
    return answer_of(problem, found, bound, why="stopped" if found.stopped else "searched", trace=tuple(trace))


def _proved(problem: Problem, found: Improved, bound: Bound, trace: tuple[tuple[int, float, float], ...], stop: Stop | None) -> Answer:
    """Prove an answer, or find the better one; where nothing keeps the limits the one that breaks least stays, and is said to."""
    proof = prove(problem, found.owner, stop=stop)
    if proof.owner is None:
        none = Bound(-np.inf, bound.prices, bound.budget_prices, bound.owner, "none", feasible=not proof.proven and bound.feasible)
        return answer_of(problem, found, none if proof.proven else bound, why="searched", trace=trace)
    better = Improved(proof.owner, proof.objective, 0.0, found.proposals, stopped=False)
    tight = Bound(min(proof.bound, proof.objective), bound.prices, bound.budget_prices, bound.owner, "exact")
    return answer_of(problem, better, tight if tight.value > bound.value else bound, why="searched", trace=trace)


def _begins(problem: Problem, bound: Bound, stop: Stop | None) -> list[Whole]:
    """Return where searches begin: what is cheapest at the prices, what a draft has, what is today; within the budgets, whole if possible.

    Who may not change much begins with what is there, not with what would be best, and with the few moves that help most; who has
    nothing begins with one unit.
    """
    known = (bound.owner, problem.start, problem.owner)
    found = [repaired(problem, seeded(problem, owner)) for owner in known] + [repaired(problem, owner) for owner in known]
    cheapest = np.asarray(np.argmin(np.where(problem.allowed, problem.cost, np.inf), axis=1), dtype=np.int64)
    asis = np.where(problem.fixed != NOBODY, problem.fixed, np.where(problem.owner != NOBODY, problem.owner, cheapest))
    found.append(asis.astype(np.int64))
    kept = [owner for owner in found if within_budget(problem, owner)]
    if not np.isfinite(problem.budget).any():
        return kept[:1]
    few = {owner.tobytes(): owner for owner in kept or found[-1:]}
    better = [descend(problem, owner, stop=stop) for owner in few.values()]
    return sorted(better, key=lambda owner: (round(measured(problem, owner).violation, 9), measured(problem, owner).objective))


def answer_of(problem: Problem, found: Improved, bound: Bound, *, why: Why, trace: tuple[tuple[int, float, float], ...]) -> Answer:
    """Measure what a search found anew and say how good it is."""
    owner: Whole = found.owner
    anew = measured(problem, owner)
    proven = anew.violation == 0 and anew.objective - bound.value <= EXACT * max(abs(anew.objective), 1e-12)
    none = np.full(problem.managers, NOBODY, dtype=np.int64)
    return Answer(
        owner, none, anew.objective, anew.violation, anew.over, extra_pieces(problem, owner), bound, proven, found.proposals,
        found.stopped, "proved" if proven else why, trace,
    )  # fmt: skip
