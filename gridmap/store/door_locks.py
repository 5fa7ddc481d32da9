"""Doors locked to one person while a sweep is published: nobody else is sent there, which the database itself sees to."""

from collections.abc import Mapping
from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from gridmap.errors import N_, Clash, Conflict, PlanError, say
from gridmap.scope import Scope
from gridmap.store.aliases import aliases_known
from gridmap.store.engine import Store, reading
from gridmap.store.fieldwork import DOOR_LOCKS, SWEEPS
from gridmap.store.positions import Position, local_day, zone_of
from gridmap.store.sweep_rows import SweepRecord, add_sweep_event, sweep_of, update_sweep
from gridmap.store.tables import FACTS, FOREVER_US

OVER = N_("Its last day was over.")  # why a sweep was ended by the next one; kept in English, translated where it is shown
_COLUMNS = ("org_id", "manager_id", "sweep_id", "title", "last_on", "locked_us")
_OPEN = DOOR_LOCKS.c.released_us.is_(None)


def door_locks(store: Store, scope: Scope, branch_id: str, *, now_us: int | None = None) -> pd.DataFrame:
    """List the doors that are locked to somebody now, in order of the organisation.

    Parameters
    ----------
    now_us
        The instant asked about; None for the store's clock. Sweeps whose last day was over by then lock nothing any more.

    Returns
    -------
    org_id (of merged organisations the kept one), manager_id, sweep_id, title, last_on (date), locked_us.

    Raises
    ------
    ScopeError
        When the scope may not plan sweeps here.
    """
    scope.require("plan_sweeps", branch_id)
    with reading(store) as connection:
        today = local_day(store.clock() if now_us is None else now_us, zone_of(connection, branch_id))
        found = locks_in_force(connection, branch_id, today)
    return found.sort_values(["org_id", "locked_us"], kind="stable", ignore_index=True)


def locks_in_force(connection: sa.Connection, branch_id: str, today: date) -> pd.DataFrame:
    """Read the open locks of sweeps whose last day is not over: one row each, columns as `door_locks` has them."""
    lock, sweep = DOOR_LOCKS.c, SWEEPS.c
    query = (
        sa.select(lock.org_id, lock.manager_id, lock.sweep_id, sweep.title, sweep.last_on, lock.locked_us)
        .join(SWEEPS, sweep.sweep_id == lock.sweep_id)
        .where(lock.branch_id == branch_id, _OPEN, sweep.last_on >= today)
    )
    frame = pd.DataFrame(connection.execute(query).all(), columns=list(_COLUMNS))
    kept = aliases_known(connection, branch_id)
    return frame.assign(org_id=[kept.get(org_id, org_id) for org_id in frame["org_id"]])


def end_overdue(connection: sa.Connection, scope: Scope, start: Position, *, but: int = 0) -> None:
    """End the published sweeps whose last day is over, in the branch's time zone, and release their doors; one may be left alone."""
    today = local_day(start.recorded_us, zone_of(connection, start.branch_id))
    over = (SWEEPS.c.branch_id == start.branch_id, SWEEPS.c.state == "published", SWEEPS.c.last_on < today, SWEEPS.c.sweep_id != but)
    for sweep_id in connection.execute(sa.select(SWEEPS.c.sweep_id).where(*over).order_by(SWEEPS.c.sweep_id)).scalars().all():
        end_published(connection, scope, sweep_of(connection, start.branch_id, sweep_id, lock=True), start, note=OVER)


def end_published(connection: sa.Connection, scope: Scope, found: SweepRecord, start: Position, *, note: str) -> SweepRecord:
    """End a published sweep inside a transaction: its doors are released, its line and its events say so."""
    release_doors(connection, found.sweep_id, None, at_us=start.recorded_us)
    done = update_sweep(connection, found, now_us=start.recorded_us, state="ended")
    add_sweep_event(connection, scope, done, "ended", note, at_us=start.recorded_us)
    return done


def lock_doors(connection: sa.Connection, found: SweepRecord, doors: Mapping[str, str], start: Position) -> None:
    """Lock doors to their managers; the caller holds the branch's lock and has ended overdue sweeps.

    The open lock is unique in the database: whatever was written in between by whomever, it has the last word.

    Raises
    ------
    Conflict
        When any of them is locked; lists every one of these, with whom it is locked to and since when.
    PlanError
        When a door's manager is none of the sweep's.
    """
    strange = sorted(set(doors.values()) - set(found.managers))
    if strange:
        raise PlanError(
            say(N_("Doors are given to somebody who is not of this sweep: {managers}."), managers=", ".join(strange)),
            remedy=say(N_("Plan the sweep again with these managers.")),
        )
    _refuse_taken(connection, found.branch_id, doors)
    rows = [
        {"branch_id": found.branch_id, "org_id": org_id, "sweep_id": found.sweep_id, "manager_id": doors[org_id], "locked_us": at_us}
        for at_us in (start.recorded_us,)
        for org_id in sorted(doors)
    ]
    if not rows:
        return
    try:
        with connection.begin_nested():
            connection.execute(sa.insert(DOOR_LOCKS), rows)
    except IntegrityError:
        _refuse_taken(connection, found.branch_id, doors)
        raise  # not the lock: something else that the caller's transaction explains


def change_doors(connection: sa.Connection, found: SweepRecord, doors: Mapping[str, str], start: Position) -> None:
    """Release the doors of a published sweep that are not among `doors`, or another manager's there, and lock those that are new."""
    query = sa.select(DOOR_LOCKS.c.org_id, DOOR_LOCKS.c.manager_id).where(DOOR_LOCKS.c.sweep_id == found.sweep_id, _OPEN)
    held = {row.org_id: row.manager_id for row in connection.execute(query)}
    gone = sorted(org_id for org_id, manager in held.items() if doors.get(org_id) != manager)
    release_doors(connection, found.sweep_id, gone, at_us=start.recorded_us)
    lock_doors(connection, found, {org_id: manager for org_id, manager in doors.items() if held.get(org_id) != manager}, start)


def release_doors(connection: sa.Connection, sweep_id: int, org_ids: list[str] | None, *, at_us: int) -> None:
    """Release doors of a sweep, or all of them where `org_ids` is None."""
    query = sa.select(DOOR_LOCKS.c.lock_id, DOOR_LOCKS.c.org_id, DOOR_LOCKS.c.locked_us).where(DOOR_LOCKS.c.sweep_id == sweep_id, _OPEN)
    chosen = None if org_ids is None else set(org_ids)
    rows = [row for row in connection.execute(query) if chosen is None or row.org_id in chosen]
    ending = [{"of_lock": row.lock_id, "at_us": max(at_us, row.locked_us + 1)} for row in rows]
    if ending:
        same = DOOR_LOCKS.c.lock_id == sa.bindparam("of_lock")
        connection.execute(sa.update(DOOR_LOCKS).where(same).values(released_us=sa.bindparam("at_us")), ending)


def _refuse_taken(connection: sa.Connection, branch_id: str, doors: Mapping[str, str]) -> None:
    """Refuse doors that are locked, themselves or as an organisation they were merged with."""
    kept = aliases_known(connection, branch_id)
    wanted = {str(kept.get(org_id, org_id)): org_id for org_id in doors}
    lock = DOOR_LOCKS.c
    query = sa.select(lock.org_id, lock.manager_id, lock.locked_us).where(lock.branch_id == branch_id, _OPEN).order_by(lock.org_id)
    taken = [(wanted[to], row) for row in connection.execute(query) if (to := str(kept.get(row.org_id, row.org_id))) in wanted]
    if not taken:
        return
    names = _names(connection, branch_id, {row.manager_id for _, row in taken})
    clashes = {org_id: Clash(org_id, names.get(row.manager_id, row.manager_id), row.locked_us) for org_id, row in taken}
    raise Conflict(
        say(N_("Somebody else is sent to {count} of these doors already."), count=len(clashes)),
        clashes=tuple(clashes[org_id] for org_id in sorted(clashes)),
        remedy=say(N_("Nothing was published. Plan the sweep again without these doors, or wait until the other sweep has ended.")),
    )


def _names(connection: sa.Connection, branch_id: str, manager_ids: set[str]) -> dict[str, str]:
    table = FACTS["managers"]
    here = (table.c.branch_id == branch_id, table.c.manager_id.in_(sorted(manager_ids)), table.c.recorded_to == FOREVER_US)
    query = sa.select(table.c.manager_id, table.c.name).where(*here).order_by(table.c.valid_from)
    return {row.manager_id: row.name for row in connection.execute(query) if row.name}
