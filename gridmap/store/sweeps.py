"""Sweeps as the store keeps them: drafts saved at every step, published with their doors locked, repaired, ended."""

from collections.abc import Collection, Mapping
from datetime import date

import pandas as pd
import sqlalchemy as sa

from gridmap.errors import N_, PlanError, say
from gridmap.scope import Scope
from gridmap.store.door_locks import change_doors, end_overdue, end_published, lock_doors
from gridmap.store.doors_seen import require_doors_seen
from gridmap.store.engine import Store, reading, retrying
from gridmap.store.fieldwork import SWEEP_EVENTS, SWEEPS
from gridmap.store.positions import lock_branch
from gridmap.store.sweep_rows import (
    OWN_SWEEPS,
    SweepRecord,
    add_sweep_event,
    locked_sweep,
    managers_text,
    no_such_sweep,
    require_days,
    require_planning,
    sweep_of,
    takes_part,
    title_text,
    update_sweep,
)


def create_sweep(  # noqa: PLR0913 - what a sweep begins with, each by name
    store: Store,
    scope: Scope,
    branch_id: str,
    *,
    title: str,
    request: str,
    result: str,
    managers: Collection[str],
    first_on: date,
    last_on: date,
    now_us: int,
) -> SweepRecord:
    """Begin a draft.

    Parameters
    ----------
    request, result
        Texts of `gridmap.sweeps.written`; empty: none yet.
    first_on, last_on
        Its days, local to the branch, both included.

    Raises
    ------
    PlanError
        When it has no title or no manager, or ends before it begins.
    ScopeError
        When the scope may not plan the days of these managers.
    """
    require_planning(scope, branch_id, managers)
    require_days(first_on, last_on)
    named, called = managers_text(managers), title_text(title)

    def write(connection: sa.Connection) -> SweepRecord:
        start = lock_branch(connection, branch_id, now_us=now_us)
        values = {
            "branch_id": branch_id, "title": called, "state": "draft", "managers": named, "first_on": first_on, "last_on": last_on,
            "version": 1, "request": request, "result": result, "person_id": scope.person_id, "who": scope.name,
            "created_us": start.recorded_us, "updated_us": start.recorded_us,
        }  # fmt: skip
        sweep_id = int(connection.execute(sa.insert(SWEEPS).values(values).returning(SWEEPS.c.sweep_id)).scalar_one())
        found = sweep_of(connection, branch_id, sweep_id)
        add_sweep_event(connection, scope, found, "created", "", at_us=start.recorded_us)
        return found

    return retrying(store, write)


def save_sweep(  # noqa: PLR0913 - what may be saved, each by name
    store: Store,
    scope: Scope,
    branch_id: str,
    sweep_id: int,
    *,
    expected: int,
    now_us: int,
    title: str | None = None,
    request: str | None = None,
    result: str | None = None,
    managers: Collection[str] | None = None,
    days: tuple[date, date] | None = None,
) -> SweepRecord:
    """Save a draft; what is None stays as it is.

    Parameters
    ----------
    expected
        The version the editor had; it grows by one with each save.
    days
        Its first and last day.

    Raises
    ------
    Conflict
        When somebody else saved the draft since.
    PlanError
        When it is no draft any more, or what is saved cannot be.
    """
    require_planning(scope, branch_id, managers)
    values: dict[str, object] = {
        "title": None if title is None else title_text(title),
        "request": request,
        "result": result,
        "managers": None if managers is None else managers_text(managers),
    }
    if days is not None:
        require_days(*days)
        values |= {"first_on": days[0], "last_on": days[1]}
    given = {name: value for name, value in values.items() if value is not None}

    def write(connection: sa.Connection) -> SweepRecord:
        start = lock_branch(connection, branch_id, now_us=now_us)
        found = locked_sweep(connection, scope, branch_id, sweep_id, expected=expected, states=("draft",))
        done = update_sweep(connection, found, now_us=start.recorded_us, **given)
        add_sweep_event(connection, scope, done, "saved", "", at_us=start.recorded_us)
        return done

    return retrying(store, write)


def sweeps(store: Store, scope: Scope, branch_id: str, *, states: Collection[str] | None = None) -> pd.DataFrame:
    """List the sweeps of a branch, the last saved first; who plans their own days only gets those they are part of.

    Returns
    -------
    sweep_id, title, state, managers (ids joined by ";"), first_on, last_on (dates), version, planned (whether it has a result),
    who, created_us, updated_us.
    """
    require_planning(scope, branch_id)
    names = ("sweep_id", "title", "state", "managers", "first_on", "last_on", "version", "who", "created_us", "updated_us")
    query = sa.select(*(SWEEPS.c[name] for name in names), (SWEEPS.c.result != "").label("planned")).where(SWEEPS.c.branch_id == branch_id)
    if states is not None:
        query = query.where(SWEEPS.c.state.in_(sorted(states)))
    with reading(store) as connection:
        rows = connection.execute(query.order_by(SWEEPS.c.updated_us.desc(), SWEEPS.c.sweep_id.desc())).all()
    frame = pd.DataFrame(rows, columns=[*names, "planned"])
    seen = [scope.role not in OWN_SWEEPS or scope.manager_id in text.split(";") for text in frame["managers"]]
    ordered = [*names[:7], "planned", *names[7:]]
    return frame[pd.Series(seen, index=frame.index, dtype=bool)].reset_index(drop=True)[ordered].astype({"planned": bool})


def sweep_record(store: Store, scope: Scope, branch_id: str, sweep_id: int) -> SweepRecord:
    """Return one sweep's line.

    Raises
    ------
    PlanError
        When the branch has no sweep of that number, or none that the scope may see.
    """
    require_planning(scope, branch_id)
    with reading(store) as connection:
        found = sweep_of(connection, branch_id, sweep_id)
    if not takes_part(scope, found):
        raise no_such_sweep(sweep_id)
    return found


def sweep_events(store: Store, scope: Scope, branch_id: str, sweep_id: int) -> pd.DataFrame:
    """List what happened to a sweep, in order: event_id, kind, who, note, sweep_version, recorded_us."""
    sweep_record(store, scope, branch_id, sweep_id)
    names = ("event_id", "kind", "who", "note", "sweep_version", "recorded_us")
    query = sa.select(*(SWEEP_EVENTS.c[name] for name in names))
    query = query.where(SWEEP_EVENTS.c.branch_id == branch_id, SWEEP_EVENTS.c.sweep_id == sweep_id)
    with reading(store) as connection:
        return pd.DataFrame(connection.execute(query.order_by(SWEEP_EVENTS.c.event_id)).all(), columns=list(names))


def publish_sweep(
    store: Store, scope: Scope, branch_id: str, sweep_id: int, *, expected: int, doors: Mapping[str, str], now_us: int
) -> SweepRecord:
    """Publish a draft: its doors are locked to their managers until it ends.

    Sweeps of the branch whose last day is over are ended first, so that a forgotten one keeps nobody from a door.

    Parameters
    ----------
    doors
        Organisation to the manager who is sent there.

    Raises
    ------
    Conflict
        When somebody else saved it since, or other sweeps have any of the doors: every one is listed with whom and since when.
        Nothing is written.
    PlanError
        When it is no draft, has not been planned, or has no door.
    """
    require_doors_seen(store, scope, branch_id, doors, now_us=now_us)

    def write(connection: sa.Connection) -> SweepRecord:
        start = lock_branch(connection, branch_id, now_us=now_us)
        found = locked_sweep(connection, scope, branch_id, sweep_id, expected=expected, states=("draft",))
        if not found.result or not doors:
            raise PlanError(say(N_("The sweep sends nobody anywhere yet.")), remedy=say(N_("Plan its days first.")))
        end_overdue(connection, scope, start)
        lock_doors(connection, found, doors, start)
        done = update_sweep(connection, found, now_us=start.recorded_us, state="published")
        add_sweep_event(connection, scope, done, "published", "", at_us=start.recorded_us)
        return done

    return retrying(store, write)


def repair_sweep(  # noqa: PLR0913 - what a repair brings, each by name
    store: Store,
    scope: Scope,
    branch_id: str,
    sweep_id: int,
    *,
    expected: int,
    result: str,
    request: str,
    doors: Mapping[str, str],
    now_us: int,
    note: str = "",
) -> SweepRecord:
    """Exchange the plan of a published sweep: dropped doors are released, new ones locked, the others stay locked throughout.

    Parameters
    ----------
    doors
        All doors that it has from now on, and whose they are.

    Raises
    ------
    Conflict
        As for publishing.
    PlanError
        When it is not published.
    """
    require_doors_seen(store, scope, branch_id, doors, now_us=now_us)

    def write(connection: sa.Connection) -> SweepRecord:
        start = lock_branch(connection, branch_id, now_us=now_us)
        found = locked_sweep(connection, scope, branch_id, sweep_id, expected=expected, states=("published",))
        end_overdue(connection, scope, start, but=sweep_id)
        change_doors(connection, found, doors, start)
        done = update_sweep(connection, found, now_us=start.recorded_us, request=request, result=result)
        add_sweep_event(connection, scope, done, "repaired", note, at_us=start.recorded_us)
        return done

    return retrying(store, write)


def end_sweep(
    store: Store, scope: Scope, branch_id: str, sweep_id: int, *, expected: int | None, now_us: int, note: str = ""
) -> SweepRecord:
    """End a published sweep and release its doors.

    Raises
    ------
    Conflict
        When somebody else saved it since.
    PlanError
        When it is not published.
    """
    require_planning(scope, branch_id)

    def write(connection: sa.Connection) -> SweepRecord:
        start = lock_branch(connection, branch_id, now_us=now_us)
        found = locked_sweep(connection, scope, branch_id, sweep_id, expected=expected, states=("published",))
        return end_published(connection, scope, found, start, note=note)

    return retrying(store, write)


def withdraw_sweep(
    store: Store, scope: Scope, branch_id: str, sweep_id: int, *, expected: int | None, now_us: int, note: str = ""
) -> SweepRecord:
    """Give a draft up; it stays in the list as withdrawn.

    Raises
    ------
    Conflict
        When somebody else saved it since.
    PlanError
        When it is no draft.
    """
    require_planning(scope, branch_id)

    def write(connection: sa.Connection) -> SweepRecord:
        start = lock_branch(connection, branch_id, now_us=now_us)
        found = locked_sweep(connection, scope, branch_id, sweep_id, expected=expected, states=("draft",))
        done = update_sweep(connection, found, now_us=start.recorded_us, state="withdrawn")
        add_sweep_event(connection, scope, done, "withdrawn", note, at_us=start.recorded_us)
        return done

    return retrying(store, write)
