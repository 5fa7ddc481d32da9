"""Suggesting territories: search on what the store holds, and take an answer, all of it or some, into a draft."""

import pickle
import subprocess
import sys
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from gridmap.errors import N_, GridmapError, PlanError, say
from gridmap.plan import Move, Plan
from gridmap.scope import Scope
from gridmap.services.drafting import next_account_month
from gridmap.services.plans import measured, owned_on, today
from gridmap.settings import Rules, Settings
from gridmap.store import PlanRecord, Store, create_plan, open_plan, open_store, save_plan
from gridmap.territories.designing import Progress, design
from gridmap.territories.request import Request
from gridmap.territories.result import Result
from gridmap.territories.situation import Situation
from gridmap.territories.written import result_json
from gridmap.texts import explain, said

TITLE = N_("Suggested territories")
# A child of our own and no pool of processes: a pool runs the main script again, which may be a page or a server.
CHILD = "from gridmap.services.suggesting import answer_from_stdin; answer_from_stdin()"
Task = tuple[Settings, Scope, str, Request, int, str, str]


def situation_of(
    store: Store, scope: Scope, branch_id: str, *, rules: Rules, plan_id: int | None = None, on: date | None = None
) -> Situation:
    """Open what is searched on: a plan with its moves, or who has what on a day.

    Parameters
    ----------
    on
        First day on which the territories shall hold, without a plan; None: day 1 of the next account month.

    Raises
    ------
    ScopeError
        When the scope may not change ownership here.
    PlanError
        When the branch has no such plan.
    """
    scope.require("change_ownership", branch_id)
    if plan_id is None:
        day = on or next_account_month(today(store, scope, branch_id))
        plan = owned_on(store, scope, branch_id, day)
    else:
        record, plan = open_plan(store, scope, branch_id, plan_id)
        day = record.effective_on
    market, facts = measured(store, scope, branch_id, plan, rules=rules, effective_on=day)
    return Situation(market, plan, facts, rules, day)


def with_locks(request: Request, record: PlanRecord) -> Request:
    """Return a request that keeps to the locks of a draft as well.

    Raises
    ------
    PlanError
        When everything is locked in it.
    """
    options = record.options
    if options.locked_all:
        raise PlanError(say(N_("Everything is locked in this draft.")), remedy=say(N_("Unlock it first, under Day, locks, swap.")))
    return replace(
        request,
        locked_cells=tuple(dict.fromkeys([*request.locked_cells, *options.locked_cells])),
        locked_owners=tuple(dict.fromkeys([*request.locked_owners, *options.locked_owners])),
    )


def suggest(
    there: Situation,
    request: Request,
    *,
    seed: int = 0,
    stop: Callable[[], bool] | None = None,
    on_best: Callable[[Progress], None] | None = None,
) -> Result:
    """Design territories on an opened situation; errors as of `design`."""
    return design(
        there.market, there.plan, there.facts, request=request, rules=there.rules, on=there.on, seed=seed, stop=stop, on_best=on_best
    )


def accepted_moves(plan: Plan, result: Result, cells: Collection[str] | None = None, *, language: str = "en") -> tuple[Move, ...]:
    """Return the moves of a plan with those of an answer taken into it: all, or those of some cells; the others stay as they are.

    Each move keeps its reason in the language of who accepts it, like one written by hand.
    """
    reasons = {move.cell: said(move.reason, language) for move in result.moves}
    chosen = None if cells is None else frozenset(cells)
    wanted = {move.subject: move for move in result.plan.moves if move.layer == "cell"}
    touched = {*wanted, *(move.subject for move in plan.moves if move.layer == "cell")}
    taken = touched if chosen is None else touched & chosen
    kept = [move for move in plan.moves if move.layer != "cell" or move.subject not in taken]
    new = [replace(wanted[cell], reason=wanted[cell].reason or reasons.get(cell, "")) for cell in sorted(taken) if cell in wanted]
    return (*kept, *new)


def keep(  # noqa: PLR0913 - what is kept, where, and as what
    store: Store,
    scope: Scope,
    branch_id: str,
    result: Result,
    *,
    there: Situation,
    now_us: int,
    title: str = "",
    draft: PlanRecord | None = None,
    cells: Collection[str] | None = None,
    language: str = "en",
) -> PlanRecord:
    """Take an answer into a new draft, or into the one that it began from; nothing is published by it.

    Raises
    ------
    ScopeError
        When the scope may not change ownership here.
    Conflict
        When somebody else saved the draft since it was opened.
    PlanError
        When it is no draft any more, or managers stand in it who are not there yet.
    """
    scope.require("change_ownership", branch_id)
    coming = sorted({move.taker for move in result.plan.moves if move.taker.startswith("NEW-")})
    if coming:
        raise PlanError(
            say(N_("{managers} stand for managers who are not there yet."), managers=", ".join(coming)),
            remedy=say(N_("Add them to the table of managers, with their bases, then ask again.")),
        )
    moves = accepted_moves(there.plan, result, cells, language=language)
    if draft is not None:
        return save_plan(store, scope, branch_id, draft.plan_id, expected=draft.version, now_us=now_us, moves=moves)
    return create_plan(store, scope, branch_id, title=title or TITLE, effective_on=there.on, now_us=now_us, moves=moves)


@dataclass(frozen=True)
class Province:
    """What became of one branch: the answer as JSON and the number of its draft, or why there is none."""

    branch_id: str
    answer: dict[str, Any] | None
    plan_id: int | None
    trouble: str


def suggest_everywhere(  # noqa: PLR0913 - what is asked, of whom, and how it is told
    settings: Settings,
    scope: Scope,
    branch_ids: Sequence[str],
    request: Request,
    *,
    keep_title: str = "",
    seed: int = 0,
    workers: int = 1,
    language: str = "en",
    on_done: Callable[[Province], None] | None = None,
) -> tuple[Province, ...]:
    """Suggest territories for many branches, one task a branch over processes; the answers do not depend on how many.

    Parameters
    ----------
    keep_title
        Title of the draft that each answer is kept in; empty: none is kept.

    Returns
    -------
    One a branch, in the order given; a branch that cannot be searched says why and stops no other.
    """
    tasks = [(settings, scope, branch_id, request, seed, keep_title, language) for branch_id in branch_ids]
    found = []
    with ThreadPoolExecutor(max(workers, 1)) as crew:  # a thread waits for each child
        for done in crew.map(_in_a_process if workers > 1 else _one_branch, tasks):
            found.append(done)
            if on_done is not None:
                on_done(done)
    return tuple(found)


def _in_a_process(task: Task) -> Province:
    """Search one branch in a process of its own; one that dies says so, and stops no other."""
    child = [sys.executable, "-c", CHILD]
    ran = subprocess.run(child, input=pickle.dumps(task), capture_output=True, check=False)  # noqa: S603 - our own interpreter
    if ran.returncode:
        last = (ran.stderr.decode("utf-8", "replace").strip().splitlines() or [str(ran.returncode)])[-1]
        return Province(task[2], None, None, said(say(N_("The search ended before its time: {reason}"), reason=last), task[6]))
    done: Province = pickle.loads(ran.stdout)  # noqa: S301 - written by our own child
    return done


def answer_from_stdin() -> None:
    """Do what a child does: read a task from standard input, search, and write what became of it to standard output."""
    sys.stdout.buffer.write(pickle.dumps(_one_branch(pickle.load(sys.stdin.buffer))))  # noqa: S301 - written by our own parent


def _one_branch(task: Task) -> Province:
    settings, scope, branch_id, request, seed, keep_title, language = task
    store = open_store(settings.store, settings=settings)
    try:
        there = situation_of(store, scope, branch_id, rules=settings.rules)
        result = suggest(there, request, seed=seed)
        record = (
            keep(store, scope, branch_id, result, there=there, now_us=store.clock(), title=keep_title, language=language)
            if keep_title
            else None
        )
        return Province(branch_id, result_json(result, language=language), record.plan_id if record else None, "")
    except GridmapError as error:
        return Province(branch_id, None, None, _told(error, language))
    finally:
        store.engine.dispose()


def _told(error: GridmapError, language: str) -> str:
    reasons = error.reasons if isinstance(error, PlanError) else ()
    return " ".join([explain(error, language), *(said(reason, language) for reason in reasons)])
