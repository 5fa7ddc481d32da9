"""Whether what the chain seals is still what the database holds: every record worked out anew, and what nobody sealed."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from gridmap.errors import N_, Message, say
from gridmap.store.fieldwork import SWEEP_EVENTS
from gridmap.store.records import CLAIMS, PLAN_EVENTS, PLAN_MOVES, PLANS
from gridmap.store.sealing import (
    ASKED_SEALED,
    CHANGE_SEALED,
    CLAIM_SEALED,
    EVENT_SEALED,
    LEDGER_SEALED,
    MOVE_SEALED,
    PARTS,
    PLAN_SEALED,
    SWEEP_EVENT_SEALED,
    WITH_PLAN,
    Row,
    digest,
    moves_in_order,
    past_parts,
)
from gridmap.store.tables import CHANGES, FOREVER_US, LEDGER

Found = tuple[int, Message]  # the entry it is about, and what is wrong

# What it means that a part of a record is no longer what its entry seals.
_ALTERED = MappingProxyType(
    {
        ("past", "line"): N_("A change from before the chain was altered; the last of them is {id}."),
        ("past", "rows"): N_("A row of the ledger from before the chain was altered; the last change of then is {id}."),
        ("change", "line"): N_("Change {id} was altered: who made it, when, why, or of which kind it is."),
        ("change", "rows"): N_("Change {id} was altered: who has what from when by it."),
        ("change", "closed"): N_("Change {id} was altered: which earlier rows it replaced."),
        ("plan_event", "line"): N_("Event {id} of a plan was altered: what happened, who did it, when, or the note."),
        ("plan_event", "plan"): N_("The plan of event {id} was altered after it: its title, its options or its moves."),
        ("claim_asked", "line"): N_("Claim {id} was altered: what was asked, by whom, when or why."),
        ("claim_decided", "line"): N_("Claim {id} was altered: how it ended, by whom, when, or the answer."),
        ("sweep_event", "line"): N_("Event {id} of a sweep was altered: what happened, who did it, when, or the note."),
    }
)
_GONE = MappingProxyType(
    {
        "past": N_("The changes from before the chain are gone; the last of them was {id}."),
        "change": N_("Change {id} is gone, but it was sealed."),
        "plan_event": N_("Event {id} of a plan is gone, but it was sealed."),
        "claim_asked": N_("Claim {id} is gone, but it was sealed."),
        "claim_decided": N_("The decision of claim {id} is gone, but it was sealed."),
        "sweep_event": N_("Event {id} of a sweep is gone, but it was sealed."),
    }
)
_UNSEALED = MappingProxyType(
    {
        "change": N_("Change {id} was never sealed."),
        "plan_event": N_("Event {id} of a plan was never sealed."),
        "claim_asked": N_("Claim {id} was never sealed."),
        "claim_decided": N_("The decision of claim {id} was never sealed."),
        "sweep_event": N_("Event {id} of a sweep was never sealed."),
    }
)
_UNSETTLING = ("reopened", "rebased")


@dataclass(frozen=True)
class Records:
    """All that a branch's chain speaks of, as it lies in the database."""

    changes: dict[object, Row]
    stamps: dict[object, object]
    rows: dict[object, list[Row]]
    closed: dict[object, list[Row]]
    events: dict[object, Any]
    plans: dict[object, list[Row]]
    settled: dict[object, int]
    claims: dict[object, Any]
    sweep_events: dict[object, Any]


def read_records(connection: sa.Connection, branch_id: str) -> Records:
    """Read everything a branch's chain speaks of; memory and time grow with its ledger, about a second per 200,000 rows."""
    changes = connection.execute(sa.select(*CHANGE_SEALED).where(CHANGES.c.branch_id == branch_id).order_by(CHANGES.c.change_id)).all()
    rows, closed = defaultdict(list), defaultdict(list)
    query = sa.select(*LEDGER_SEALED, LEDGER.c.recorded_to).where(LEDGER.c.branch_id == branch_id).order_by(LEDGER.c.row_id)
    for row in connection.execute(query):
        rows[row.change_id].append(tuple(row))
        if row.recorded_to != FOREVER_US:
            closed[row.recorded_to].append(tuple(row))
    events = connection.execute(sa.select(*EVENT_SEALED).where(PLAN_EVENTS.c.branch_id == branch_id).order_by(PLAN_EVENTS.c.event_id)).all()
    return Records(
        changes={row.change_id: tuple(row) for row in changes},
        stamps={row.change_id: row.recorded_us for row in changes},
        rows=dict(rows),
        closed=dict(closed),
        events={row.event_id: row for row in events},
        plans=_plans(connection, branch_id),
        settled={row.plan_id: row.event_id for row in events if row.kind in _UNSETTLING},
        claims={row.claim_id: row for row in connection.execute(sa.select(*CLAIM_SEALED).where(CLAIMS.c.branch_id == branch_id))},
        sweep_events={
            row.event_id: row for row in connection.execute(sa.select(*SWEEP_EVENT_SEALED).where(SWEEP_EVENTS.c.branch_id == branch_id))
        },
    )


def _plans(connection: sa.Connection, branch_id: str) -> dict[object, list[Row]]:
    of_branch = sa.select(PLANS.c.plan_id, *PLAN_SEALED).where(PLANS.c.branch_id == branch_id)
    found: dict[object, list[Row]] = {row.plan_id: [tuple(row)[1:]] for row in connection.execute(of_branch)}
    moves = defaultdict(list)
    joined = sa.select(*MOVE_SEALED).join(PLANS, PLANS.c.plan_id == PLAN_MOVES.c.plan_id).where(PLANS.c.branch_id == branch_id)
    for row in connection.execute(joined):
        moves[row.plan_id].append(tuple(row))
    return {plan_id: [*line, *moves_in_order(moves[plan_id])] for plan_id, line in found.items()}


def check_records(records: Records, entries: Sequence[Any], distrusted: frozenset[object]) -> Iterator[Found]:
    """Compare every record with the entry that seals it, and find what no entry seals.

    Parameters
    ----------
    entries
        Rows of `audit` of the branch, in order.
    distrusted
        Numbers of entries that were altered themselves: their digests say nothing.
    """
    sealed: dict[str, set[object]] = {kind: set() for kind in PARTS}
    for position, entry in enumerate(entries, start=1):
        if entry.kind not in PARTS:
            continue
        sealed[entry.kind].add(entry.record_id)
        parts = _WORKED_OUT[entry.kind](records, entry.record_id)
        if parts is None:
            yield position, say(_GONE[entry.kind], id=entry.record_id)
        elif entry.seq not in distrusted:
            for name, now, then in zip(PARTS[entry.kind], digest(parts).split("."), f"{entry.digest}..".split("."), strict=False):
                if now != then and not (name == "plan" and not _plan_settled(records, entry.record_id)):
                    yield position, say(_ALTERED[entry.kind, name], id=entry.record_id)
    yield from _unsealed(records, sealed, after=len(entries) + 1)


def _change(records: Records, record_id: object) -> dict[str, Any] | None:
    if record_id not in records.changes:
        return None
    rows = [row[:-1] for row in records.rows.get(record_id, ())]
    closed = [row[:1] for row in records.closed.get(records.stamps[record_id], ())]
    return {"line": [records.changes[record_id]], "rows": rows, "closed": closed}


def _past(records: Records, record_id: object) -> dict[str, Any] | None:
    before = [number for number in records.changes if _up_to(number, record_id)]
    rows = sorted((row for number, each in records.rows.items() if _up_to(number, record_id) for row in each), key=_by_number)
    return dict(past_parts([records.changes[number] for number in before], rows)) if before or rows else None


def _by_number(row: Row) -> Any:
    return row[0]  # row_id, which both databases keep a number


def _up_to(number: object, last: object) -> bool:
    return isinstance(number, int) and isinstance(last, int) and number <= last


def _event(records: Records, record_id: object) -> dict[str, Any] | None:
    event = records.events.get(record_id)
    if event is None:
        return None
    return {"line": [event], "plan": records.plans.get(event.plan_id, []) if event.kind in WITH_PLAN else []}


def _plan_settled(records: Records, event_id: object) -> bool:
    """Say whether a plan's moves are still those of an event: they change only where it becomes a draft again."""
    event = records.events[event_id]
    return bool(event.event_id > records.settled.get(event.plan_id, 0))


def _asked(records: Records, record_id: object) -> dict[str, Any] | None:
    claim = records.claims.get(record_id)
    return None if claim is None else {"line": [tuple(claim)[: len(ASKED_SEALED)]]}


def _decided(records: Records, record_id: object) -> dict[str, Any] | None:
    claim = records.claims.get(record_id)
    return None if claim is None or claim.state == "open" else {"line": [claim]}


def _of_sweep(records: Records, record_id: object) -> dict[str, Any] | None:
    event = records.sweep_events.get(record_id)
    return None if event is None else {"line": [event]}


_WORKED_OUT: MappingProxyType[str, Callable[[Records, object], dict[str, Any] | None]] = MappingProxyType(
    {"past": _past, "change": _change, "plan_event": _event, "claim_asked": _asked, "claim_decided": _decided, "sweep_event": _of_sweep}
)


def _unsealed(records: Records, sealed: dict[str, set[object]], *, after: int) -> Iterator[Found]:
    past = {number for number in records.changes for last in sealed["past"] if _up_to(number, last)}
    there = {
        "change": set(records.changes) - past,
        "plan_event": set(records.events),
        "claim_asked": set(records.claims),
        "claim_decided": {number for number, claim in records.claims.items() if claim.state != "open"},
        "sweep_event": set(records.sweep_events),
    }
    for kind, numbers in there.items():
        for number in sorted(numbers - sealed[kind], key=repr):
            yield after, say(_UNSEALED[kind], id=number)
    for number, claim in records.claims.items():
        decision = (claim.decided_by, claim.decided_who, claim.answer, claim.decided_us, claim.change_id)
        if claim.state == "open" and decision != ("", "", "", None, None):
            altered = _ALTERED["claim_decided", "line"]
            yield after, say(altered, id=number)
    yield from _strays(records, sealed, past, after=after)


def _strays(records: Records, sealed: dict[str, set[object]], past: set[object], *, after: int) -> Iterator[Found]:
    """Find rows of the ledger that no sealed change made or closed."""
    known = sealed["change"] | past
    subject = [column.name for column in LEDGER_SEALED].index("subject")
    for number, rows in records.rows.items():
        if number not in known and not any(_up_to(number, last) for last in sealed["past"]):
            for row in rows:
                yield after, say(N_("A row of the ledger about {subject} belongs to no sealed change."), subject=row[subject])
    stamps = {records.stamps[number]: number for number in known if number in records.stamps}
    made_by = [column.name for column in LEDGER_SEALED].index("change_id")
    for stamp, rows in records.closed.items():
        for row in rows:
            if stamp not in stamps or (stamps[stamp] in past and row[made_by] not in past):
                yield after, say(N_("A row of the ledger about {subject} was closed by no sealed change."), subject=row[subject])
