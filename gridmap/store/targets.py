"""Targets set by people: in force from a day on, what was before keeps its answer, each change with who, when and why."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from gridmap.errors import N_, PlanError, say
from gridmap.scope import Scope
from gridmap.store.engine import Store, retrying
from gridmap.store.field_rows import typed_rows
from gridmap.store.positions import advance, lock_branch
from gridmap.store.writing import ImportResult, write_rows_within

LONGEST_REASON = 200
_KEYS = ("level", "subject", "metric", "tier", "period")


def set_targets(
    store: Store, scope: Scope, branch_id: str, targets: Sequence[Mapping[str, Any]], *, why: str, on: date, now_us: int
) -> ImportResult:
    """Set targets, all or none.

    Parameters
    ----------
    targets
        Each with level, subject (empty for the branch), metric, tier (empty for all), period and value, checked already.
    why
        Kept with the change; who and when are kept too.
    on
        First day on which they hold; before it the earlier ones keep holding.

    Raises
    ------
    PlanError
        When nobody says why, or nothing is set.
    ScopeError
        When the scope may not set targets here.
    """
    scope.require("edit_targets", branch_id)
    told = why.strip()
    if not told or len(told) > LONGEST_REASON:
        raise PlanError(
            say(N_("A target needs a reason of at most {most} characters."), most=LONGEST_REASON), remedy=say(N_("Say why it changes."))
        )
    if not targets:
        raise PlanError(say(N_("No target was given.")), remedy=say(N_("Choose a metric and write its value.")))
    rows = [{**{name: each.get(name) or None for name in _KEYS}, "branch_id": branch_id, "value": float(each["value"])} for each in targets]

    def write(connection: sa.Connection) -> ImportResult:
        start = lock_branch(connection, branch_id, now_us=now_us)
        frame = typed_rows("targets", rows)
        result, reached = write_rows_within(connection, scope, start, "targets", frame, as_of=on, source=f"set: {told}")
        advance(connection, reached)
        return result

    return retrying(store, write)
