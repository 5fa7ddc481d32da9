"""Reading and writing a sweep's rows inside a transaction: its line, its events, and whose sweeps somebody may plan."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from gridmap.errors import N_, Clash, Conflict, PlanError, ScopeError, say
from gridmap.scope import Scope
from gridmap.store.fieldwork import SWEEP_EVENTS, SWEEPS
from gridmap.store.sealing import seal_sweep_event

OWN_SWEEPS = frozenset({"account_manager", "community_manager"})  # roles that plan nobody's days but their own
LONGEST_TITLE = 200

SWEEP_STATE_NAMES = {
    "draft": N_("a draft"),
    "published": N_("published"),
    "ended": N_("ended"),
    "withdrawn": N_("withdrawn"),
}


@dataclass(frozen=True)
class SweepRecord:
    """A sweep's line in the store; `version` counts its saves, `request` and `result` are texts of `gridmap.sweeps.written` or empty."""

    sweep_id: int
    branch_id: str
    title: str
    state: str
    managers: tuple[str, ...]
    first_on: date
    last_on: date
    version: int
    request: str
    result: str
    person_id: str
    who: str
    created_us: int
    updated_us: int


def require_planning(scope: Scope, branch_id: str, managers: Collection[str] | None = None) -> None:
    """Refuse who may not plan sweeps here, or not the days of these managers: most managers plan their own alone.

    Raises
    ------
    ScopeError
        When the role may not plan sweeps, or these managers are others than oneself.
    """
    scope.require("plan_sweeps", branch_id)
    if managers is not None and scope.role in OWN_SWEEPS and set(managers) != {scope.manager_id}:
        raise ScopeError(
            say(N_("You may plan your own days only.")),
            where=branch_id,
            remedy=say(N_("Ask your branch manager or a chief to plan for others.")),
        )


def takes_part(scope: Scope, found: SweepRecord) -> bool:
    """Say whether a scope may see a sweep: who plans their own days sees those they are part of."""
    return scope.role not in OWN_SWEEPS or scope.manager_id in found.managers


def managers_text(managers: Iterable[str]) -> str:
    """Write the managers of a sweep as they are stored, in order, each once.

    Raises
    ------
    PlanError
        When there is none.
    """
    named = sorted({manager.strip() for manager in managers} - {""})
    if any(";" in manager for manager in named):
        raise ValueError("the id of a manager holds no semicolon")
    if not named:
        raise PlanError(say(N_("A sweep needs a manager.")), remedy=say(N_("Choose whose days it plans.")))
    return ";".join(named)


def title_text(title: str) -> str:
    """Return a title as it is stored; PlanError where it is empty or too long."""
    text = " ".join(title.split())
    if not text or len(text) > LONGEST_TITLE:
        raise PlanError(
            say(N_("A sweep needs a title of at most {count} characters."), count=LONGEST_TITLE),
            remedy=say(N_("Say in a few words what it is for.")),
        )
    return text


def require_days(first_on: date, last_on: date) -> None:
    """Refuse days that end before they begin."""
    if last_on < first_on:
        raise PlanError(say(N_("The sweep ends before it begins.")), remedy=say(N_("Choose its days again.")))


def sweep_of(connection: sa.Connection, branch_id: str, sweep_id: int, *, lock: bool = False) -> SweepRecord:
    """Read a sweep's line, keeping others out of it with `lock`; PlanError where the branch has none of that number."""
    query = sa.select(SWEEPS).where(SWEEPS.c.sweep_id == sweep_id, SWEEPS.c.branch_id == branch_id)
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    if row is None:
        raise no_such_sweep(sweep_id)
    return SweepRecord(**{**row, "managers": tuple(row["managers"].split(";"))})


def no_such_sweep(sweep_id: int) -> PlanError:
    """Return the error for a sweep that is not there, or not to be seen: the two look alike."""
    return PlanError(
        say(N_("There is no sweep {sweep} in this branch."), sweep=sweep_id), remedy=say(N_("Choose one of the sweeps that are listed."))
    )


def locked_sweep(
    connection: sa.Connection, scope: Scope, branch_id: str, sweep_id: int, *, expected: int | None, states: tuple[str, ...]
) -> SweepRecord:
    """Read a sweep's line for writing by somebody who may plan it.

    Raises
    ------
    Conflict
        When its version is not the one expected: somebody saved it since.
    PlanError
        When its state does not allow the step.
    ScopeError
        When the scope may not plan the days of its managers.
    """
    found = sweep_of(connection, branch_id, sweep_id, lock=True)
    require_planning(scope, branch_id, found.managers)
    if expected is not None and found.version != expected:
        query = sa.select(SWEEP_EVENTS.c.who).where(SWEEP_EVENTS.c.sweep_id == sweep_id, SWEEP_EVENTS.c.kind != "revealed")
        who = str(connection.execute(query.order_by(SWEEP_EVENTS.c.event_id.desc()).limit(1)).scalar() or found.who)
        raise Conflict(
            say(N_("Sweep {sweep} was saved by somebody else in the meantime."), sweep=sweep_id),
            clashes=(Clash(str(sweep_id), who, found.updated_us),),
            remedy=say(N_("Nothing was changed. Open it again and repeat what is still right.")),
        )
    if found.state not in states:
        raise PlanError(
            say(N_("Sweep {sweep} is {state}, so this cannot be done with it."), sweep=sweep_id, state=say(SWEEP_STATE_NAMES[found.state])),
            remedy=say(N_("Plan a new sweep, or open another one.")),
        )
    return found


def update_sweep(connection: sa.Connection, found: SweepRecord, *, now_us: int, **values: Any) -> SweepRecord:
    """Write a sweep's line on, one version further, and return it."""
    at_us = max(now_us, found.updated_us + 1)
    changed = {**values, "version": found.version + 1, "updated_us": at_us}
    connection.execute(sa.update(SWEEPS).where(SWEEPS.c.sweep_id == found.sweep_id).values(changed))
    return sweep_of(connection, found.branch_id, found.sweep_id)


def add_sweep_event(connection: sa.Connection, scope: Scope, found: SweepRecord, kind: str, note: str, *, at_us: int) -> None:
    """Write down and seal that something happened to a sweep; the transaction holds the branch's lock."""
    values = {
        "sweep_id": found.sweep_id, "branch_id": found.branch_id, "kind": kind, "person_id": scope.person_id, "who": scope.name,
        "note": note.strip(), "sweep_version": found.version, "recorded_us": at_us,
    }  # fmt: skip
    event_id = connection.execute(sa.insert(SWEEP_EVENTS).values(values).returning(SWEEP_EVENTS.c.event_id)).scalar_one()
    seal_sweep_event(connection, found.branch_id, int(event_id))
