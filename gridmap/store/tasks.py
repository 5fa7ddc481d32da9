"""Tasks made and settled by people: one open task of a kind per organisation, every state kept as a row of its own."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from gridmap import schema
from gridmap.errors import N_, Clash, Conflict, Message, PlanError, ScopeError, say
from gridmap.scope import Scope
from gridmap.store.doors_seen import organisations_seen
from gridmap.store.engine import Store, reading, retrying
from gridmap.store.field_rows import (
    SOURCE,
    TaskRow,
    day_of,
    managers_at_work,
    require_at_work,
    require_field_work,
    require_own,
    tasks_where,
    typed_rows,
)
from gridmap.store.positions import advance, local_day, lock_branch, zone_of
from gridmap.store.tables import FACTS
from gridmap.store.writing import write_rows_within

TASK_KINDS = schema.table("tasks").column("kind").choices
SETTLED = ("done", "void")
MOST_TASKS = 500  # settled in one call
_LONGEST_OUTCOME = schema.table("tasks").column("outcome").longest
_Rows = Callable[[tuple[TaskRow, ...], date], list[dict[str, Any]]]


def add_task(  # noqa: PLR0913 - what a task is, each by name
    store: Store,
    scope: Scope,
    branch_id: str,
    *,
    org_id: str,
    kind: str,
    due_on: date,
    assigned_to: str,
    now_us: int,
    on: date | None = None,
    task_id: str = "",
) -> str:
    """Make a task; return its code.

    Parameters
    ----------
    assigned_to
        A manager; whoever does only their own work gives themselves tasks alone.
    on
        The day it is given, today or earlier; None for today.
    task_id
        Code of the task, so that sending it twice makes one; a new one where empty.

    Raises
    ------
    Conflict
        When the organisation has an open task of that kind: nobody is sent twice.
    PlanError
        When there is no such kind, organisation or manager.
    ScopeError
        When the scope may not make tasks here, or not for this manager.
    """
    require_field_work(scope, branch_id)
    require_own(scope, branch_id, assigned_to)
    if kind not in TASK_KINDS:
        raise PlanError(
            say(N_("There is no task of the kind {kind}."), kind=kind),
            remedy=say(N_("Choose one of: {known}."), known=", ".join(TASK_KINDS)),
        )
    if not organisations_seen(store, scope, branch_id, [org_id], now_us=now_us):
        raise PlanError(say(N_("There is no organisation {org} that you see."), org=org_id), remedy=say(N_("Choose one of those listed.")))
    row = {
        "task_id": task_id or f"T-{uuid4()}",
        "org_id": org_id,
        "kind": kind,
        "due_on": due_on,
        "assigned_to": assigned_to,
        "state": "open",
    }

    def write(connection: sa.Connection) -> str:
        start = lock_branch(connection, branch_id, now_us=now_us)
        today = day_of(connection, branch_id, on, now_us=now_us)
        require_at_work(connection, branch_id, assigned_to, today)
        line = FACTS["tasks"].c
        same = tasks_where(connection, branch_id, sa.and_(line.org_id == org_id, line.kind == kind))
        if row["task_id"] not in {each.task_id for each in same}:
            if standing := [each for each in same if each.state == "open"]:
                raise _clashing(say(N_("{org} has an open task of this kind already."), org=org_id), standing)
            _, reached = write_rows_within(connection, scope, start, "tasks", typed_rows("tasks", [row]), as_of=today, source=SOURCE)
            advance(connection, reached)
        return str(row["task_id"])

    return retrying(store, write)


def settle_tasks(
    store: Store,
    scope: Scope,
    branch_id: str,
    task_ids: Collection[str],
    *,
    state: str,
    outcome: str,
    now_us: int,
    on: date | None = None,
) -> tuple[str, ...]:
    """Settle open tasks as done or void, all or none; return them in order. What is void needs to say why.

    `on` is the day it was settled, today or earlier; None for today.

    Raises
    ------
    Conflict
        When one is settled already; lists each, who settled it and when.
    PlanError
        When one does not exist, there are too many, or a void task has no reason.
    ScopeError
        When the scope may settle no tasks here, or one of them is somebody else's.
    """
    if state not in SETTLED:
        raise ValueError(f"a task is not settled as {state!r}")
    told = outcome.strip()[:_LONGEST_OUTCOME]
    if state == "void" and not told:
        raise PlanError(say(N_("A task that falls away needs a reason.")), remedy=say(N_("Say why nobody has to do it any more.")))

    def rows(found: tuple[TaskRow, ...], today: date) -> list[dict[str, Any]]:
        _refuse_settled(found)
        done_on = today if state == "done" else None
        return [{"task_id": each.task_id, "state": state, "done_on": done_on, "outcome": told or None} for each in found]

    return _change(store, scope, branch_id, task_ids, rows, now_us=now_us, on=on)


def reopen_tasks(
    store: Store, scope: Scope, branch_id: str, task_ids: Collection[str], *, now_us: int, on: date | None = None
) -> tuple[str, ...]:
    """Open settled tasks again: what was settled by mistake is due as before; errors as of `settle_tasks`, and `add_task`."""

    def rows(found: tuple[TaskRow, ...], _today: date) -> list[dict[str, Any]]:
        if standing := [each for each in found if each.state == "open"]:
            raise _clashing(say(N_("Some of these tasks are open.")), standing)
        return [{"task_id": each.task_id, "state": "open", "done_on": None, "outcome": None} for each in found]

    return _change(store, scope, branch_id, task_ids, rows, now_us=now_us, on=on)


def assign_tasks(
    store: Store,
    scope: Scope,
    branch_id: str,
    task_ids: Collection[str],
    *,
    now_us: int,
    assigned_to: str = "",
    due_on: date | None = None,
    on: date | None = None,
) -> tuple[str, ...]:
    """Give open tasks to another manager, or another due day, or both; errors as of `settle_tasks`."""
    given = {**({"assigned_to": assigned_to} if assigned_to else {}), **({"due_on": due_on} if due_on else {})}

    def rows(found: tuple[TaskRow, ...], _today: date) -> list[dict[str, Any]]:
        _refuse_settled(found)
        return [{"task_id": each.task_id, **given} for each in found] if given else []

    return _change(store, scope, branch_id, task_ids, rows, now_us=now_us, on=on, assigned_to=assigned_to)


def _change(
    store: Store,
    scope: Scope,
    branch_id: str,
    task_ids: Collection[str],
    rows: _Rows,
    *,
    now_us: int,
    on: date | None,
    assigned_to: str = "",
) -> tuple[str, ...]:
    require_field_work(scope, branch_id)
    wanted = sorted(set(task_ids))
    if len(wanted) > MOST_TASKS:
        raise PlanError(
            say(N_("{count} tasks at once are too many."), count=len(wanted)), remedy=say(N_("Choose at most {most}."), most=MOST_TASKS)
        )
    named = FACTS["tasks"].c.task_id.in_(wanted)
    with reading(store) as connection:
        about = {each.org_id for each in tasks_where(connection, branch_id, named)}
    if about - organisations_seen(store, scope, branch_id, about, now_us=now_us):
        raise ScopeError(say(N_("Some of these tasks are about organisations that you do not see.")), where=branch_id)

    def write(connection: sa.Connection) -> tuple[str, ...]:
        start = lock_branch(connection, branch_id, now_us=now_us)
        today = day_of(connection, branch_id, on, now_us=now_us)
        found = tasks_where(connection, branch_id, named)
        if missing := sorted(set(wanted) - {each.task_id for each in found}):
            raise PlanError(say(N_("There is no task {tasks}."), tasks=", ".join(missing[:5])), remedy=say(N_("Choose from those listed.")))
        _refuse_others(connection, scope, branch_id, found, today)
        if assigned_to:
            require_own(scope, branch_id, assigned_to)
            require_at_work(connection, branch_id, assigned_to, today)
        changed = rows(found, today)
        if changed:
            zone = zone_of(connection, branch_id)
            first = max(today, *(local_day(each.valid_from_us, zone) for each in found))  # what is newer stays the last word
            _, reached = write_rows_within(connection, scope, start, "tasks", typed_rows("tasks", changed), as_of=first, source=SOURCE)
            advance(connection, reached)
        return tuple(wanted)

    return retrying(store, write)


def _refuse_others(connection: sa.Connection, scope: Scope, branch_id: str, found: tuple[TaskRow, ...], today: date) -> None:
    working = managers_at_work(connection, branch_id, today)
    for each in found:
        if each.assigned_to in working:  # what is nobody's, or was of somebody who left, may be taken up
            require_own(scope, branch_id, each.assigned_to)


def _refuse_settled(found: tuple[TaskRow, ...]) -> None:
    if settled := [each for each in found if each.state != "open"]:
        raise _clashing(say(N_("Some of these tasks are settled already.")), settled)


def _clashing(what: Message, tasks: Collection[TaskRow]) -> Conflict:
    return Conflict(
        what,
        clashes=tuple(Clash(each.task_id, each.who, each.recorded_us) for each in tasks),
        remedy=say(N_("Nothing was changed. Look at what is open now.")),
    )
