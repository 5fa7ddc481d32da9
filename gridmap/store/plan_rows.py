"""Reading and writing a plan's rows inside a transaction: its line, its moves, its events."""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

import sqlalchemy as sa

from gridmap.errors import N_, Clash, Conflict, PlanError, say
from gridmap.plan import Move
from gridmap.scope import Scope
from gridmap.store.records import PLAN_EVENTS, PLAN_MOVES, PLANS
from gridmap.store.sealing import seal_event

_CHUNK = 5_000


@dataclass(frozen=True)
class PlanOptions:
    """What a plan says beside its moves.

    `locked_cells`, `locked_owners`, `locked_all`: what may not be moved while editing. `visits`: whether open visits and promised
    follow-ups of moved organisations `go` with them or `stay` with who has them, until `stay_until` where that is given.
    """

    locked_cells: tuple[str, ...] = ()
    locked_owners: tuple[str, ...] = ()
    locked_all: bool = False
    visits: str = "go"
    stay_until: date | None = None


@dataclass(frozen=True)
class PlanRecord:
    """A plan's line in the store; `version` counts its saves, `change_id` names what it became when it was published."""

    plan_id: int
    branch_id: str
    title: str
    state: str
    effective_on: date
    base_change_id: int
    version: int
    options: PlanOptions
    person_id: str
    who: str
    created_us: int
    updated_us: int
    change_id: int | None = None
    undone_change_id: int | None = None


def record_of(connection: sa.Connection, branch_id: str, plan_id: int, *, lock: bool = False) -> PlanRecord:
    """Read a plan's line, keeping others out of it with `lock`; PlanError where the branch has none of that number."""
    query = sa.select(PLANS).where(PLANS.c.plan_id == plan_id, PLANS.c.branch_id == branch_id)
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    if row is None:
        raise PlanError(
            say(N_("There is no plan {plan} in this branch."), plan=plan_id), remedy=say(N_("Choose one of the plans that are listed."))
        )
    return PlanRecord(**{**row, "options": read_options(row["options"])})


def locked_record(connection: sa.Connection, branch_id: str, plan_id: int, *, expected: int | None) -> PlanRecord:
    """Read a plan's line for writing.

    Raises
    ------
    Conflict
        When its version is not the one expected: somebody saved it since.
    """
    found = record_of(connection, branch_id, plan_id, lock=True)
    if expected is not None and found.version != expected:
        query = sa.select(PLAN_EVENTS.c.who).where(PLAN_EVENTS.c.plan_id == plan_id).order_by(PLAN_EVENTS.c.event_id.desc()).limit(1)
        who = str(connection.execute(query).scalar() or found.who)
        raise Conflict(
            say(N_("Plan {plan} was saved by somebody else in the meantime."), plan=plan_id),
            clashes=(Clash(str(plan_id), who, found.updated_us),),
            remedy=say(N_("Nothing was changed. Open it again and repeat what is still right.")),
        )
    return found


def require_state(found: PlanRecord, *states: str) -> None:
    """Refuse a step that the plan's state does not allow."""
    if found.state not in states:
        raise PlanError(
            say(N_("Plan {plan} is {state}, so this cannot be done with it."), plan=found.plan_id, state=say(STATE_NAMES[found.state])),
            expected=say(N_("A plan that is in another state.")),
            remedy=say(N_("Copy it to a new draft, or open another plan.")),
        )


def update_plan(connection: sa.Connection, found: PlanRecord, *, now_us: int, **values: Any) -> PlanRecord:
    """Write a plan's line on, one version further, and return it."""
    at_us = max(now_us, found.updated_us + 1)
    changed = {**values, "version": found.version + 1, "updated_us": at_us}
    connection.execute(sa.update(PLANS).where(PLANS.c.plan_id == found.plan_id).values(changed))
    return record_of(connection, found.branch_id, found.plan_id)


def moves_of(connection: sa.Connection, plan_id: int) -> tuple[Move, ...]:
    """Read the moves of a plan in order of layer and subject."""
    columns = (PLAN_MOVES.c[name] for name in ("subject", "layer", "giver", "taker", "reason"))
    query = sa.select(*columns).where(PLAN_MOVES.c.plan_id == plan_id).order_by(PLAN_MOVES.c.layer, PLAN_MOVES.c.subject)
    return tuple(Move(*row) for row in connection.execute(query))


def add_event(connection: sa.Connection, scope: Scope, found: PlanRecord, kind: str, note: str, *, at_us: int) -> None:
    """Write down and seal that something happened to a plan; the transaction holds the branch's lock."""
    values = {
        "plan_id": found.plan_id, "branch_id": found.branch_id, "kind": kind, "person_id": scope.person_id, "who": scope.name,
        "note": note.strip(), "plan_version": found.version, "recorded_us": at_us,
    }  # fmt: skip
    event_id = connection.execute(sa.insert(PLAN_EVENTS).values(values).returning(PLAN_EVENTS.c.event_id)).scalar_one()
    seal_event(connection, found.branch_id, int(event_id))


# What the events of a plan are called, by kind.
EVENT_NAMES = {
    "created": N_("Draft begun"),
    "submitted": N_("Submitted"),
    "reopened": N_("Back to draft"),
    "approved": N_("Approved"),
    "rejected": N_("Rejected"),
    "withdrawn": N_("Withdrawn"),
    "rebased": N_("Brought up to date"),
    "published": N_("Published"),
    "undone": N_("Undone"),
    "comment": N_("Comment"),
}
STATE_NAMES = {
    "draft": N_("a draft"),
    "submitted": N_("submitted"),
    "approved": N_("approved"),
    "published": N_("published"),
    "rejected": N_("rejected"),
    "withdrawn": N_("withdrawn"),
}


def options_text(options: PlanOptions) -> str:
    """Write options as they are stored."""
    return json.dumps(asdict(options), default=str, ensure_ascii=False, sort_keys=True)


def read_options(text: str) -> PlanOptions:
    """Read stored options; what a later gridmap added is left out, what an earlier one lacked has its default."""
    known = {each.name for each in fields(PlanOptions)}
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in json.loads(text).items() if name in known
    }
    until = given.get("stay_until")
    return PlanOptions(**{**given, "stay_until": date.fromisoformat(until) if until else None})


def insert_moves(connection: sa.Connection, plan_id: int, moves: Iterable[Move]) -> None:
    """Write moves that the plan does not have yet."""
    rows = [{"plan_id": plan_id, **vars(move)} for move in moves]
    for start in range(0, len(rows), _CHUNK):
        connection.execute(sa.insert(PLAN_MOVES), rows[start : start + _CHUNK])


def save_moves(connection: sa.Connection, plan_id: int, moves: Collection[Move]) -> None:
    """Write what differs between the stored moves and the given ones."""
    stored, wanted = set(moves_of(connection, plan_id)), set(moves)
    if len({(move.layer, move.subject) for move in wanted}) != len(wanted):
        raise ValueError("two moves of one subject in one draft")
    gone = [{"of_layer": move.layer, "of_subject": move.subject} for move in sorted(stored - wanted, key=lambda each: each.subject)]
    if gone:
        line = PLAN_MOVES.c
        same = (line.plan_id == plan_id, line.layer == sa.bindparam("of_layer"), line.subject == sa.bindparam("of_subject"))
        connection.execute(sa.delete(PLAN_MOVES).where(*same), gone)
    insert_moves(connection, plan_id, sorted(wanted - stored, key=lambda each: (each.layer, each.subject)))
