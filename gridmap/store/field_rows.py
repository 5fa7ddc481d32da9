"""Rows of tasks and on-site days as they are now, and what every change of them asks: whose it is, and who is at work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa

from gridmap import schema
from gridmap.errors import N_, PlanError, ScopeError, say
from gridmap.scope import Scope
from gridmap.store.positions import local_day, zone_of
from gridmap.store.sweep_rows import OWN_SWEEPS
from gridmap.store.tables import FACTS, FOREVER_US, IMPORTS

SOURCE = "page"  # what tasks, on-site days and calls that people enter are recorded with
_TYPES = {"integer": "Int64", "boolean": "boolean", "number": "float64", "date": "datetime64[us]"}


@dataclass(frozen=True)
class TaskRow:
    """A task as it is now, and who wrote it that way and when."""

    task_id: str
    org_id: str
    kind: str
    due_on: date
    assigned_to: str
    state: str
    who: str
    recorded_us: int
    valid_from_us: int


def require_field_work(scope: Scope, branch_id: str) -> None:
    """Refuse who neither records visits nor plans them here."""
    scope.require("record_visits" if scope.allows("record_visits", branch_id) else "plan_sweeps", branch_id)


def require_own(scope: Scope, branch_id: str, manager_id: str) -> None:
    """Refuse another manager's work to whoever does only their own.

    Raises
    ------
    ScopeError
        When the scope is an account or a community manager, and not this one.
    """
    if scope.role in OWN_SWEEPS and scope.manager_id != manager_id:
        raise ScopeError(
            say(N_("This is the work of somebody else.")),
            where=branch_id,
            remedy=say(N_("Ask them, or your chief, to do it.")),
        )


def tasks_where(connection: sa.Connection, branch_id: str, condition: sa.ColumnElement[bool]) -> tuple[TaskRow, ...]:
    """Read the tasks in force to which a condition applies, in order of their codes."""
    line = FACTS["tasks"].c
    query = (
        sa.select(
            line.task_id,
            line.org_id,
            line.kind,
            line.due_on,
            line.assigned_to,
            line.state,
            line.done_on,
            IMPORTS.c.who,
            line.recorded_from,
            line.valid_from,
        )
        .join(IMPORTS, IMPORTS.c.import_id == line.import_id)
        .where(line.branch_id == branch_id, line.recorded_to == FOREVER_US, line.valid_to == FOREVER_US, condition)
        .order_by(line.task_id)
    )
    return tuple(
        TaskRow(
            row.task_id, row.org_id, row.kind, row.due_on, row.assigned_to or "",
            (row.state or "open") if row.done_on is None else "done", row.who, row.recorded_from, row.valid_from,
        )
        for row in connection.execute(query)
    )  # fmt: skip


def require_at_work(connection: sa.Connection, branch_id: str, manager_id: str, today: date) -> None:
    """Refuse a manager who is not, or no longer, one of the branch; PlanError."""
    if manager_id not in managers_at_work(connection, branch_id, today):
        raise PlanError(
            say(N_("There is no manager {manager} at work."), manager=manager_id),
            remedy=say(N_("Choose one of the managers of the branch.")),
        )


def managers_at_work(connection: sa.Connection, branch_id: str, today: date) -> frozenset[str]:
    """Return the managers of a branch who work on a day."""
    line = FACTS["managers"].c
    query = sa.select(line.manager_id).where(
        line.branch_id == branch_id, line.recorded_to == FOREVER_US, line.valid_to == FOREVER_US,
        sa.or_(line.active_from.is_(None), line.active_from <= today), sa.or_(line.active_to.is_(None), line.active_to >= today),
    )  # fmt: skip
    return frozenset(connection.execute(query).scalars())


def day_of(connection: sa.Connection, branch_id: str, on: date | None, *, now_us: int) -> date:
    """Return the day something holds from: the one named, or the day it is in the branch.

    Raises
    ------
    PlanError
        When the day is still to come.
    """
    today = local_day(now_us, zone_of(connection, branch_id))
    if on is not None and on > today:
        raise PlanError(say(N_("That day is still to come.")), remedy=say(N_("Choose today or an earlier day.")))
    return on or today


def typed_rows(table_name: str, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Make rows of one shape a frame with the types the gate gives; missing values stay missing."""
    table = schema.table(table_name)
    frame = pd.DataFrame(list(rows))
    return frame.astype({name: _TYPES.get(table.column(str(name)).kind, "str") for name in frame})
