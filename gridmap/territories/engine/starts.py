"""Many short searches, the best of them gone on with: where a search ends depends on its first turns, and these cost little."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gridmap.territories.engine.anneal import Improved, Schedule, improve
from gridmap.territories.engine.problem import Bound, Floats, Problem, Whole

LARGE = 5_000  # units from which one search shows early enough what it comes to
LEAN = 0.95  # share of the prices that guides the search
Stop = Callable[[], bool]


class Manner(NamedTuple):
    """First temperature, as a share of what the second cheapest manager of a unit costs more; the last, as a share of the first; penalty.

    The penalty is what a fair share beyond a limit costs, in times of the highest price.
    """

    hot: float
    cooled: float
    penalty: float


# Up to this many units. A small problem is frozen long before a hundredth, and leaves a bad beginning more often where limits weigh less;
# at 3,000 units both cost a third of a point of the gap. A large one cannot afford to melt.
MANNERS = ((1_500, Manner(2.0, 0.03, 2.0)), (LARGE - 1, Manner(2.0, 0.01, 5.0)), (2**62, Manner(0.3, 0.01, 5.0)))


@dataclass(frozen=True)
class Round:
    """A round of searches: how many go on from the best of the last, proposals of each, and its first temperature, the first round's 1."""

    searches: int
    proposals: int
    warmth: float


def rounds_of(units: int, proposals: int, starts: int) -> tuple[Round, ...]:
    """Share proposals out over rounds.

    Parameters
    ----------
    proposals
        Of all rounds together.
    starts
        1: a single search all along; more: that many times six short ones first, and the better third of them on.
    """
    if starts <= 1 or units >= LARGE:
        return (Round(1, proposals, 1.0),)
    first = 6 * starts
    third = proposals // 3
    return (Round(first, third // first, 1.0), Round(2 * starts, third // (2 * starts), 0.5), Round(1, third, 0.5))


def search(  # what is searched, from where, and how
    problem: Problem,
    begins: Sequence[Whole],
    bound: Bound,
    *,
    rounds: Sequence[Round],
    seed: int,
    workers: int,
    stop: Stop | None = None,
    on_best: Callable[[Improved], None] | None = None,
) -> Improved:
    """Search in rounds from several beginnings; the same answer whatever the number of workers.

    The searches let go of the interpreter's lock, so threads of one process do what processes would, without copying the problem.

    Parameters
    ----------
    begins
        Assignments (n), taken in turn by the searches of the first round.
    workers
        How many searches run at the same time.
    """
    manner = next(manner for most, manner in MANNERS if problem.units <= most)
    penalty = manner.penalty * _highest_price(problem, bound)
    guide = np.ascontiguousarray(LEAN * bound.prices)
    hot = manner.hot * _step(problem)
    pool = [Improved(begin, np.inf, np.inf, 0, stopped=False) for begin in begins]
    pool = [pool[each % len(pool)] for each in range(rounds[0].searches)]
    done = 0

    def tell(found: Improved) -> None:
        if on_best is not None:
            on_best(Improved(found.owner, found.objective, found.violation, done + found.proposals, stopped=False))

    for number, each in enumerate(rounds):
        chosen = sorted(pool, key=rank_of)[: each.searches]
        schedule = Schedule(each.proposals, hot * each.warmth, hot * manner.cooled, penalty)

        def go_on(place: int, number: int = number, chosen: list[Improved] = chosen, schedule: Schedule = schedule) -> tuple[Improved, int]:
            how = {"guide": guide, "schedule": schedule, "seed": _seed(seed, number, place), "stop": stop, "on_best": tell}
            found = improve(problem, chosen[place].owner, **how)  # type: ignore[arg-type]
            return min(found, chosen[place], key=rank_of), found.proposals

        if workers > 1 and len(chosen) > 1:
            with ThreadPoolExecutor(workers) as crew:
                ended = list(crew.map(go_on, range(len(chosen))))
        else:
            ended = [go_on(place) for place in range(len(chosen))]
        pool = [found for found, _ in ended]
        done += sum(proposals for _, proposals in ended)
        if stop is not None and stop():
            break
    best = min(pool, key=rank_of)
    stopped = stop is not None and stop()
    return Improved(best.owner, best.objective, best.violation, done, stopped=stopped)


def rank_of(found: Improved) -> tuple[float, float, bytes]:
    """Rank what searches found: the least violation first, then the least objective."""
    # The bytes settle ties, so that the order in which searches end does not matter.
    return (round(found.violation, 9), found.objective, found.owner.tobytes() if np.isfinite(found.objective) else b"")


def _seed(seed: int, number: int, place: int) -> int:
    return int(np.random.default_rng([seed % 2**32, number, place]).integers(2**63))


def _step(problem: Problem) -> float:
    """Return what the second cheapest manager of a unit costs more than the cheapest, on average."""
    if problem.managers < 2 or not problem.units:
        return 1.0
    worth = np.where(problem.allowed, problem.cost, np.inf)
    two = np.partition(worth, 1, axis=1)[:, :2]
    kept = np.isfinite(two).all(axis=1)
    return max(float((two[kept, 1] - two[kept, 0]).mean()) if kept.any() else 0.0, 1e-12)


def _highest_price(problem: Problem, bound: Bound) -> float:
    """Return the highest price of a measure or a budget: violation has to cost more, so that no limit is left for a gain."""
    prices: Floats = np.abs(bound.prices) * problem.scale[None, :]
    limited = bound.budget_prices > 0
    budgets = bound.budget_prices[limited] * problem.budget[limited]
    highest = max(float(prices.max(initial=0.0)), float(budgets.max(initial=0.0)))
    fallback = _step(problem) * problem.units / max(problem.managers, 1)
    return max(highest, 0.1 * fallback)
