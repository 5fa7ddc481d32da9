"""Plans as the store keeps them: drafts side by side, saved at every step, each with the position of the ledger it starts from."""

from collections.abc import Collection
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa

from gridmap.errors import N_, PlanError, say
from gridmap.plan import Move, Plan
from gridmap.scope import Scope
from gridmap.store.engine import Store, reading, retrying
from gridmap.store.ledger import plan_at
from gridmap.store.plan_rows import (
    PlanOptions,
    PlanRecord,
    add_event,
    insert_moves,
    locked_record,
    moves_of,
    options_text,
    record_of,
    require_state,
    save_moves,
    update_plan,
)
from gridmap.store.positions import day_start_us, lock_branch, zone_of
from gridmap.store.records import PLAN_EVENTS, PLAN_MOVES, PLANS

_CHUNK = 5_000


def create_plan(  # noqa: PLR0913 - what a plan begins with, each by name
    store: Store,
    scope: Scope,
    branch_id: str,
    *,
    title: str,
    effective_on: date,
    now_us: int,
    moves: Collection[Move] = (),
    options: PlanOptions | None = None,
    note: str = "",
) -> PlanRecord:
    """Begin a draft on ownership as it is known now to be on a day.

    Parameters
    ----------
    effective_on
        The first day, local to the branch, on which the moves shall hold.
    moves
        Moves to begin with; their givers must be who has the subjects on that day.
    note
        Kept with the event, such as which plan was copied.

    Raises
    ------
    PlanError
        When the title is empty or a giver does not have what is to be given.
    ScopeError
        When the scope may not draft plans here.
    """
    scope.require("change_ownership", branch_id)
    if not title.strip():
        raise PlanError(say(N_("A plan needs a title.")), remedy=say(N_("Say in a few words what it is for.")))

    def write(connection: sa.Connection) -> PlanRecord:
        start = lock_branch(connection, branch_id, now_us=now_us)
        day_us = day_start_us(effective_on, zone_of(connection, branch_id))
        plan_at(connection, branch_id, valid_us=day_us).with_moves(moves)
        values = {
            "branch_id": branch_id, "title": title.strip(), "state": "draft", "effective_on": effective_on,
            "base_change_id": start.change_id, "version": 1, "options": options_text(options or PlanOptions()),
            "person_id": scope.person_id, "who": scope.name, "created_us": start.recorded_us, "updated_us": start.recorded_us,
        }  # fmt: skip
        plan_id = int(connection.execute(sa.insert(PLANS).values(values).returning(PLANS.c.plan_id)).scalar_one())
        insert_moves(connection, plan_id, moves)
        found = record_of(connection, branch_id, plan_id)
        add_event(connection, scope, found, "created", note, at_us=start.recorded_us)
        return found

    return retrying(store, write)


def save_plan(  # noqa: PLR0913 - what may be saved, each by name
    store: Store,
    scope: Scope,
    branch_id: str,
    plan_id: int,
    *,
    expected: int,
    now_us: int,
    moves: Collection[Move] | None = None,
    options: PlanOptions | None = None,
    title: str | None = None,
    effective_on: date | None = None,
) -> PlanRecord:
    """Save a draft; what is None stays as it is.

    Parameters
    ----------
    expected
        The version the editor had; it grows by one with each save.
    moves
        All moves of the draft, at most one per subject. Only what differs is written.

    Raises
    ------
    Conflict
        When somebody else saved the draft since.
    PlanError
        When it is no draft any more.
    """
    scope.require("change_ownership", branch_id)

    def write(connection: sa.Connection) -> PlanRecord:
        found = locked_record(connection, branch_id, plan_id, expected=expected)
        require_state(found, "draft")
        if moves is not None:
            save_moves(connection, plan_id, moves)
        values: dict[str, Any] = {
            "options": None if options is None else options_text(options),
            "title": title,
            "effective_on": effective_on,
        }
        return update_plan(connection, found, now_us=now_us, **{name: value for name, value in values.items() if value is not None})

    return retrying(store, write)


def plans(store: Store, scope: Scope, branch_id: str, *, states: Collection[str] | None = None) -> pd.DataFrame:
    """List the plans of a branch, the last saved first.

    Returns
    -------
    plan_id, title, state, effective_on, version, who, created_us, updated_us, change_id, undone_change_id, moves (how many).
    """
    scope.require("see_history", branch_id)
    counted = sa.select(PLAN_MOVES.c.plan_id, sa.func.count().label("moves")).group_by(PLAN_MOVES.c.plan_id).subquery()
    names = ("plan_id", "title", "state", "effective_on", "version", "who", "created_us", "updated_us", "change_id", "undone_change_id")
    columns = [*(PLANS.c[name] for name in names), sa.func.coalesce(counted.c.moves, 0).label("moves")]
    query = sa.select(*columns).select_from(PLANS.outerjoin(counted, PLANS.c.plan_id == counted.c.plan_id))
    query = query.where(PLANS.c.branch_id == branch_id)
    if states is not None:
        query = query.where(PLANS.c.state.in_(sorted(states)))
    with reading(store) as connection:
        found = connection.execute(query.order_by(PLANS.c.updated_us.desc(), PLANS.c.plan_id.desc())).all()
    frame = pd.DataFrame(found, columns=[*names, "moves"])
    return frame.astype({"change_id": "Int64", "undone_change_id": "Int64"})


def plan_record(store: Store, scope: Scope, branch_id: str, plan_id: int) -> PlanRecord:
    """Return one plan's line.

    Raises
    ------
    PlanError
        When the branch has no plan of that number.
    """
    scope.require("see_history", branch_id)
    with reading(store) as connection:
        return record_of(connection, branch_id, plan_id)


def open_plan(store: Store, scope: Scope, branch_id: str, plan_id: int, *, base: Plan | None = None) -> tuple[PlanRecord, Plan]:
    """Return a plan's line, and ownership on its day with its moves on top.

    The givers of the moves are as they were when they were drafted; of a draft whose subjects somebody else moved since they
    are not who has them now: `stale_moves` lists these.

    Parameters
    ----------
    base
        Ownership on the day of an unpublished plan as it was read before, by who knows that it still holds; read where None.
    """
    scope.require("see_history", branch_id)
    with reading(store) as connection:
        found = record_of(connection, branch_id, plan_id)
        moves = moves_of(connection, plan_id)
        if base is None or found.change_id:
            day_us = day_start_us(found.effective_on, zone_of(connection, branch_id))
            before = found.change_id - 1 if found.change_id else None  # a published plan is shown on what was before it
            base = plan_at(connection, branch_id, valid_us=day_us, up_to_change=before)
    return found, base.replaced(moves)


def plan_events(store: Store, scope: Scope, branch_id: str, plan_id: int | None = None) -> pd.DataFrame:
    """List what happened to a plan, or to all of the branch, in order: event_id, plan_id, kind, who, note, plan_version, recorded_us."""
    scope.require("see_history", branch_id)
    names = ("event_id", "plan_id", "kind", "who", "note", "plan_version", "recorded_us")
    query = sa.select(*(PLAN_EVENTS.c[name] for name in names)).where(PLAN_EVENTS.c.branch_id == branch_id)
    if plan_id is not None:
        query = query.where(PLAN_EVENTS.c.plan_id == plan_id)
    with reading(store) as connection:
        return pd.DataFrame(connection.execute(query.order_by(PLAN_EVENTS.c.event_id)).all(), columns=list(names))


def comment_on_plan(store: Store, scope: Scope, branch_id: str, plan_id: int, text: str, *, now_us: int) -> None:
    """Add a comment, in any state; who may see plans may comment on them.

    Raises
    ------
    PlanError
        When the comment is empty.
    """
    scope.require("see_history", branch_id)
    if not text.strip():
        raise PlanError(say(N_("The comment is empty.")), remedy=say(N_("Write something first.")))

    def write(connection: sa.Connection) -> None:
        start = lock_branch(connection, branch_id, now_us=now_us)
        add_event(connection, scope, record_of(connection, branch_id, plan_id), "comment", text.strip(), at_us=start.recorded_us)

    retrying(store, write)
