"""Design territories: ask for a plan within limits, and say what it is worth, how good it can be at best, and what moves."""

import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

import numpy as np

import gridmap
from gridmap.errors import N_, Message, say
from gridmap.facts import Facts
from gridmap.market import Market
from gridmap.plan import Move, Plan
from gridmap.settings import Rules
from gridmap.territories.building import make_task
from gridmap.territories.engine.centres import solve_bases
from gridmap.territories.engine.problem import NOBODY, Answer, Whole
from gridmap.territories.engine.solve import solve
from gridmap.territories.explaining import explained
from gridmap.territories.manager_table import deviations, manager_table
from gridmap.territories.measuring import measure_changed, measure_terms
from gridmap.territories.relaxing import least_of, relaxations_of
from gridmap.territories.request import Request
from gridmap.territories.result import Result, State
from gridmap.territories.task import Task

DEFAULT = Request()
PACKAGES = ("numpy", "numba", "highspy")


@dataclass(frozen=True)
class Progress:
    """How far a search is: proposals done, of how many, and the best so far: objective, violation, and gap (NaN where none is known)."""

    proposals: int
    of: int
    objective: float
    violation: float
    gap: float


def design(  # noqa: PLR0913 - what is, what is asked, and two ways to take part
    market: Market,
    plan: Plan,
    facts: Facts,
    *,
    request: Request = DEFAULT,
    rules: Rules,
    on: date,
    seed: int = 0,
    stop: Callable[[], bool] | None = None,
    on_best: Callable[[Progress], None] | None = None,
    clock: Callable[[], float] = time.process_time,
) -> Result:
    """Design territories within the limits of a request.

    Parameters
    ----------
    market, plan
        What is, and who owns it. Disruption counts against the plan's owners of today; the search begins where its moves have put cells.
    facts
        Measured with the plan's base holders, of the day the figures are told for.
    on
        First day on which the territories shall hold.
    stop
        Asked many times a second; True ends the search with the best so far.
    on_best
        Told of better answers as they come.
    clock
        Seconds of work, for `Result.seconds`; no answer depends on it.

    Returns
    -------
    The answer. Its plan has the moves of cells exchanged for its own; what moves by name stays. That limits cannot be kept is an answer.

    Raises
    ------
    PlanError
        With every reason for which the request cannot be meant.
    """
    began = clock()
    task = make_task(market, plan, facts, request=request, rules=rules, on=on)
    return solve_task(task, seed=seed, stop=stop, on_best=on_best, clock=lambda: clock() - began)


def solve_task(
    task: Task,
    *,
    seed: int = 0,
    stop: Callable[[], bool] | None = None,
    on_best: Callable[[Progress], None] | None = None,
    clock: Callable[[], float] = time.process_time,
) -> Result:
    """Search for the best plan of a task; `clock` counts the seconds of work from its start."""
    effort = task.request.effort
    of = effort.said(task.problem.units).proposals

    def tell(answer: Answer) -> None:
        if on_best is not None:
            on_best(Progress(answer.proposals, of, answer.objective, answer.violation, gap_of(answer)))

    if task.bases is not None:
        answer = solve_bases(task.problem, task.bases, seed=seed, effort=effort, stop=stop, on_best=tell)
    else:
        answer = solve(task.problem, seed=seed, effort=effort, stop=stop, on_best=tell)
    return result_of(task, answer, seed=seed, seconds=clock())


def result_of(task: Task, answer: Answer, *, seed: int, seconds: float) -> Result:
    """Say what an answer of the engine means: the plan, its figures, what moves and why, and what has to give where limits are broken.

    Parameters
    ----------
    seconds
        CPU time that the search took.
    """
    plan, bases = plan_after(task, answer.owner), bases_of(task, answer)
    owners = plan.owners_now
    managers = manager_table(task, task.plan.owners, owners, bases=bases)
    return Result(
        plan=plan,
        request=task.request,
        state=state_of(answer),
        terms=measure_terms(task, owners, bases=bases),
        before=measure_terms(task, task.plan.owners, bases=bases),
        bound=answer.bound.value,
        bound_kind=answer.bound.kind,
        gap=gap_of(answer),
        leaves_out=tuple(_leaves_out(task, answer)),
        managers=managers,
        deviation=deviations(task, managers),
        changed=measure_changed(task, owners),
        relaxations=relaxations_of(task, answer),
        moves=explained(task, answer.owner),
        notes=(*task.notes, *_notes(task, answer)),
        why=_why(answer),
        extra_pieces=answer.extra_pieces,
        violation=answer.violation,
        least_violation=least_of(task) if answer.violation > 0 else 0.0,
        proposals=answer.proposals,
        seconds=seconds,
        seed=seed,
        versions=_versions(),
        trace=answer.trace,
    )


def plan_after(task: Task, owner: Whole) -> Plan:
    """Return the plan in which each unit has its owner (n): moves of cells that take part are exchanged, all others stay."""
    part = np.flatnonzero(task.unit_of_cell >= 0)
    cells = task.market.grid.cells[part]
    takers = np.asarray(task.manager_ids, dtype=object)[owner[task.unit_of_cell[part]]]
    givers = task.plan.owners.reindex(cells).fillna("").to_numpy(dtype=object)
    inside = set(cells)
    earlier = {(move.subject, move.taker): move.reason for move in task.plan.moves if move.layer == "cell"}
    kept = [move for move in task.plan.moves if move.layer != "cell" or move.subject not in inside]
    made = [
        Move(str(cell), "cell", str(giver), str(taker), earlier.get((cell, taker), ""))
        for cell, giver, taker in zip(cells, givers, takers, strict=True)
        if giver != taker
    ]
    return task.plan.replaced([*kept, *made])


def bases_of(task: Task, answer: Answer) -> Whole:
    """Return the cell (position into the grid) that each manager is based in, found ones included."""
    bases = task.base_cells.copy()
    if task.bases is not None:
        first = np.full(task.problem.units, -1, dtype=np.int64)
        part = np.flatnonzero(task.unit_of_cell >= 0)[::-1]
        first[task.unit_of_cell[part]] = part  # the first cell of a unit is written last
        centre = np.where(answer.centre != NOBODY, answer.centre, task.bases.centre)
        bases[task.bases.found] = first[task.bases.candidates[centre[task.bases.found]]]
    return bases


def state_of(answer: Answer) -> State:
    """Say whether limits are kept, and what of that is proved."""
    if answer.violation > 0:
        return "broken" if answer.bound.feasible else "impossible"
    return "proven" if answer.proven and not answer.extra_pieces else "kept"


def gap_of(answer: Answer) -> float:
    """Return how much of the objective might be saved at most, 0 to 1; NaN where no bound is known, or limits are broken."""
    if not np.isfinite(answer.bound.value) or answer.violation > 0 or answer.objective <= 0:
        return float("nan")
    return max(0.0, (answer.objective - answer.bound.value) / answer.objective)


def _leaves_out(task: Task, answer: Answer) -> list[Message]:
    said = []
    if answer.bound.kind in ("prices", "linear programme"):
        said.append(say(N_("The bound does not know that territories are of one piece.")))
        if task.problem.border_price > 0:
            said.append(say(N_("The bound does not count borders between territories.")))
        if len(task.problem.apart):
            said.append(say(N_("The bound does not know which cells must have different owners.")))
    if task.bases is not None and answer.bound.kind != "none":
        said.append(say(N_("The bound holds for the bases that were found, not for others.")))
    return said


def _notes(task: Task, answer: Answer) -> list[Message]:
    said = []
    if task.bases is not None:
        new = ", ".join(np.asarray(task.manager_ids)[task.bases.found])
        said.append(
            say(N_("{managers} stand for managers who are not there yet: the plan cannot be published before they are."), managers=new)
        )
    if answer.extra_pieces:
        said.append(
            say(
                N_("{count} pieces of territories hang apart: what is locked, or may not change hands, keeps them."),
                count=answer.extra_pieces,
            )
        )
    return said


def _why(answer: Answer) -> Message:
    if answer.stopped:
        return say(N_("Stopped after {proposals} proposals, with the best found by then."), proposals=answer.proposals)
    if state_of(answer) == "impossible":
        return say(N_("It is proved that no plan keeps all limits; this one breaks them least of all that were found."))
    if state_of(answer) == "broken":
        return say(N_("No plan that keeps all limits was found in {proposals} proposals; one may exist."), proposals=answer.proposals)
    if answer.why == "nothing free":
        return say(N_("Nothing is free to move."))
    if state_of(answer) == "proven":
        return say(N_("It is proved that nothing better exists."))
    return say(N_("The search ended after {proposals} proposals, as many as it was given."), proposals=answer.proposals)


def _versions() -> tuple[tuple[str, str], ...]:
    return (("gridmap", gridmap.__version__), ("python", platform.python_version()), *((name, version(name)) for name in PACKAGES))
