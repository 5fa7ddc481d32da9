"""Solve a problem of territories: a bound, a first answer from its prices, and better ones as they come; the same for the same seed."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from gridmap.territories.engine.anneal import Improved
from gridmap.territories.engine.bound import bound_of
from gridmap.territories.engine.descent import descend
from gridmap.territories.engine.effort import Effort
from gridmap.territories.engine.exact import SMALL, prove
from gridmap.territories.engine.measured import Measured, measured, within_budget
from gridmap.territories.engine.pieces import extra_pieces
from gridmap.territories.engine.problem import NOBODY, Answer, Bound, Problem, Whole
from gridmap.territories.engine.repair import repaired, seeded
from gridmap.territories.engine.starts import Stop, rank_of, rounds_of, search

DEFAULT = Effort()
EXACT = 1e-9  # share of the objective within which an answer that meets its bound is proven
AGAIN = 3  # searches, each from the beginning, where limits are broken still that might be kept
Why = Literal["searched", "stopped", "proved", "nothing free"]


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
    how = {"workers": effort.workers, "stop": stop, "on_best": tell}
    found = _searched(problem, begins, bound, effort, seed, how)
    if effort.exact and problem.units <= SMALL and not found.stopped:
        return _proved(problem, found, bound, tuple(trace), stop)
    return answer_of(problem, found, bound, why="stopped" if found.stopped else "searched", trace=tuple(trace))


def _searched(problem: Problem, begins: list[Whole], bound: Bound, effort: Effort, seed: int, how: dict[str, Any]) -> Improved:
    """Search, again from the beginning where limits are broken that might be kept; the draft, or today, stays where it is no worse."""
    said = effort.said(problem.units)
    pool = [Improved(owner, anew.objective, anew.violation, 0, stopped=False) for owner, anew in _standing(problem)]
    done, stopped = 0, False
    for again in range(AGAIN if bound.feasible else 1):
        rounds = rounds_of(problem.units, said.proposals // (2 if again else 1), said.starts)
        found = search(problem, begins, bound, rounds=rounds, seed=seed + again, **how)
        if found.violation > 0 and not found.stopped:
            found = _mended(problem, found, how["stop"])
        pool.append(found)
        done, stopped = done + found.proposals, found.stopped
        if stopped or found.violation <= 0:
            break
    return replace(min(pool, key=rank_of), proposals=done, stopped=stopped)


def _standing(problem: Problem) -> Iterator[tuple[Whole, Measured]]:
    """Yield what a draft has and what is today, where each is an answer: whole, all locks and budgets kept."""
    for owner in (problem.start, problem.owner):
        if (owner == NOBODY).any() or not within_budget(problem, owner) or len(np.unique(owner)) < problem.managers:
            continue
        free = problem.allowed[np.arange(problem.units), owner] & ((problem.fixed == NOBODY) | (problem.fixed == owner))
        if free.all() and not extra_pieces(problem, owner):
            yield owner, measured(problem, owner)


def _mended(problem: Problem, found: Improved, stop: Stop | None) -> Improved:
    """Go on with chains of units where limits are broken still: annealing seldom carries a heavy unit across a whole territory."""
    owner = descend(problem, found.owner, stop=stop)
    anew = measured(problem, owner)
    return Improved(owner, anew.objective, anew.violation, found.proposals, stopped=found.stopped or (stop is not None and stop()))


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
