"""On-site days planned and written up by people: what changes is a row of its own, and what somebody else changed first is not lost."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import uuid4

import pandas as pd
import sqlalchemy as sa

from gridmap import schema
from gridmap.errors import N_, Clash, Conflict, PlanError, say
from gridmap.scope import Scope
from gridmap.store.doors_seen import organisations_seen
from gridmap.store.engine import Store, retrying
from gridmap.store.field_rows import SOURCE, day_of, require_at_work, require_field_work, require_own, typed_rows
from gridmap.store.positions import advance, local_day, lock_branch, zone_of
from gridmap.store.tables import FACTS, FOREVER_US, IMPORTS
from gridmap.store.writing import write_rows_within

_TABLE = schema.table("campaigns")
_GIVEN = frozenset(_TABLE.names) - {"campaign_id", "branch_id"}
_COUNTS = tuple(column.name for column in _TABLE.columns if column.kind == "integer")
MOST_COUNTED = 100_000


def plan_on_site_day(store: Store, scope: Scope, branch_id: str, values: Mapping[str, Any], *, now_us: int, campaign_id: str = "") -> str:
    """Plan an on-site day at an organisation or in a park; return its code.

    Parameters
    ----------
    values
        Columns of the table `campaigns`; manager_id, held_on, and one of org_id and park_id at least. Whoever does only their own work
        plans days of their own.
    campaign_id
        Its code, so that sending it twice makes one; a new one where empty.

    Raises
    ------
    PlanError
        When something is missing, not there, or not what belongs there.
    ScopeError
        When the scope may plan none here, or not for this manager.
    """
    require_field_work(scope, branch_id)
    lacking = [name for name in ("manager_id", "held_on") if not values.get(name)]
    if lacking or bool(values.get("org_id")) == bool(values.get("park_id")):
        raise PlanError(
            say(N_("An on-site day needs a manager, a day, and either an organisation or a park.")),
            remedy=say(N_("Fill in what is missing.")),
        )
    require_own(scope, branch_id, str(values["manager_id"]))
    row = {"campaign_id": campaign_id or f"Z-{uuid4()}", "state": "planned", **_checked(values)}
    _require_place(store, scope, branch_id, row, now_us)

    def write(connection: sa.Connection) -> str:
        start = lock_branch(connection, branch_id, now_us=now_us)
        require_at_work(connection, branch_id, str(row["manager_id"]), day_of(connection, branch_id, None, now_us=now_us))
        if _row(connection, branch_id, str(row["campaign_id"])) is None:
            _, reached = write_rows_within(connection, scope, start, "campaigns", typed_rows("campaigns", [row]), as_of=None, source=SOURCE)
            advance(connection, reached)
        return str(row["campaign_id"])

    return retrying(store, write)


def change_on_site_day(
    store: Store, scope: Scope, branch_id: str, campaign_id: str, values: Mapping[str, Any], *, expected: Mapping[str, Any], now_us: int
) -> None:
    """Change an on-site day: checklists, results, state, day.

    What is written about a day that is over holds from that day on, so that the figures of the day know it.

    Parameters
    ----------
    values
        Columns that change, and nothing else.
    expected
        What whoever changes them saw in these columns; missing values as None.

    Raises
    ------
    Conflict
        When one of them is something else by now; names who wrote it and when.
    PlanError
        When there is no such day, or a value is not what belongs there.
    ScopeError
        When the scope may change none here, or it is somebody else's.
    """
    require_field_work(scope, branch_id)
    changed = _checked(values)

    def write(connection: sa.Connection) -> None:
        start = lock_branch(connection, branch_id, now_us=now_us)
        stored = _row(connection, branch_id, campaign_id)
        if stored is None:
            raise PlanError(say(N_("There is no on-site day {code}."), code=campaign_id), remedy=say(N_("Choose one of those listed.")))
        require_own(scope, branch_id, str(stored["manager_id"]))
        if "manager_id" in changed:
            require_own(scope, branch_id, str(changed["manager_id"]))
        _refuse_overtaken(stored, {name: expected.get(name) for name in changed}, campaign_id)
        today = day_of(connection, branch_id, None, now_us=now_us)
        written = local_day(stored["valid_from"], zone_of(connection, branch_id))  # what is newer than the day stays the last word
        first = max(written, min(today, changed.get("held_on") or stored["held_on"]))
        rows = typed_rows("campaigns", [{"campaign_id": campaign_id, **changed}])
        _, reached = write_rows_within(connection, scope, start, "campaigns", rows, as_of=first, source=SOURCE)
        advance(connection, reached)

    retrying(store, write)


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as the table keeps them; PlanError names the first that does not belong there."""
    if unknown := sorted(set(values) - _GIVEN):
        raise ValueError(f"no column of an on-site day: {', '.join(unknown)}")
    made: dict[str, Any] = {}
    for name, value in values.items():
        column = _TABLE.column(name)
        made[name] = value.strip() or None if isinstance(value, str) else value
        wrong = (
            (column.kind == "choice" and made[name] not in column.choices)
            or (column.kind == "date" and not isinstance(value, date))
            or (
                name in _COUNTS
                and value is not None
                and (isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_COUNTED)
            )
            or (isinstance(made[name], str) and len(made[name]) > column.longest)
        )
        if wrong:
            raise PlanError(
                say(N_("{value} does not belong into {column}."), value=str(value)[:60], column=name),
                remedy=say(N_("Correct it and save again.")),
            )
    return made


def _require_place(store: Store, scope: Scope, branch_id: str, row: Mapping[str, Any], now_us: int) -> None:
    org_id = row.get("org_id")
    if org_id and not organisations_seen(store, scope, branch_id, [str(org_id)], now_us=now_us):
        raise PlanError(say(N_("There is no organisation {org} that you see."), org=org_id), remedy=say(N_("Choose one of those listed.")))


def _row(connection: sa.Connection, branch_id: str, campaign_id: str) -> dict[str, Any] | None:
    line = FACTS["campaigns"].c
    query = (
        sa.select(*(line[name] for name in sorted(_GIVEN)), IMPORTS.c.who, line.recorded_from, line.valid_from)
        .join(IMPORTS, IMPORTS.c.import_id == line.import_id)
        .where(line.branch_id == branch_id, line.campaign_id == campaign_id, line.recorded_to == FOREVER_US, line.valid_to == FOREVER_US)
    )
    found = connection.execute(query).mappings().first()
    return None if found is None else dict(found)


def _refuse_overtaken(stored: Mapping[str, Any], expected: Mapping[str, Any], campaign_id: str) -> None:
    overtaken = sorted(name for name, seen in expected.items() if _plain(name, stored[name]) != _plain(name, seen))
    if overtaken:
        raise Conflict(
            say(N_("Somebody else changed this on-site day ({columns})."), columns=", ".join(overtaken)),
            clashes=(Clash(campaign_id, stored["who"], stored["recorded_from"]),),
            remedy=say(N_("Nothing was changed. Look at it as it is now, and save again.")),
        )


def _plain(name: str, value: Any) -> Any:
    """Return a value as it is compared: missing and empty are one, and a day that nobody says anything of is planned."""
    plain = None if value is None or value == "" or pd.isna(value) else value
    return "planned" if name == "state" and plain is None else plain
