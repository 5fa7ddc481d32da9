"""The audit chain as it is written: every record is sealed in the transaction that makes it, each entry upon the one before.

An entry names a record (`change`, `plan_event`, `claim_asked`, `claim_decided`, `sweep_event`, or `past` for what was there before the
chain), holds the digest of its content, and a seal over both, its number and the seal before. `gridmap.store.audit` works all of it out
anew.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from gridmap.store.fieldwork import SWEEP_EVENTS
from gridmap.store.records import AUDIT, CLAIMS, PLAN_EVENTS, PLAN_MOVES, PLANS
from gridmap.store.tables import CHANGES, FOREVER_US, LEDGER, STORE
from gridmap.store.vault import Head, Vault, begin_heads

Row = Sequence[object]

# What a digest is made of, per kind of entry: so that a difference can be named.
PARTS = MappingProxyType(
    {
        "past": ("line", "rows"),
        "change": ("line", "rows", "closed"),
        "plan_event": ("line", "plan"),
        "claim_asked": ("line",),
        "claim_decided": ("line",),
        "sweep_event": ("line",),
    }
)
# Events after which a plan's moves stay as they are, until it is a draft again: they are sealed with the event.
WITH_PLAN = ("submitted", "approved", "published", "rejected", "withdrawn")


def _columns(table: sa.Table, names: str) -> tuple[sa.Column[Any], ...]:
    return tuple(table.c[name] for name in names.split())


# The columns that are sealed, in their order. Both are part of every digest ever made: a column that a later schema adds to one of these
# tables needs a part of its own, in entries of a new kind. When a row of the ledger was closed is sealed by the change that closed it.
CHANGE_SEALED = _columns(CHANGES, "change_id branch_id kind person_id who why recorded_us import_id")
LEDGER_SEALED = _columns(LEDGER, "row_id branch_id layer subject owner valid_from valid_to recorded_from change_id")
EVENT_SEALED = _columns(PLAN_EVENTS, "event_id plan_id branch_id kind person_id who note plan_version recorded_us")
PLAN_SEALED = _columns(PLANS, "title options")
MOVE_SEALED = _columns(PLAN_MOVES, "plan_id layer subject giver taker reason")
ASKED_SEALED = _columns(CLAIMS, "claim_id branch_id cell kind manager_id person_id who why asked_us")
CLAIM_SEALED = (*ASKED_SEALED, *_columns(CLAIMS, "state decided_by decided_who answer decided_us change_id"))
SWEEP_EVENT_SEALED = _columns(SWEEP_EVENTS, "event_id sweep_id branch_id kind person_id who note sweep_version recorded_us")


@dataclass
class Seals:
    """What one transaction seals: where the key is, and per branch the head it found and the head it leaves."""

    vault: Vault
    moved: dict[str, tuple[Head, Head]] = field(default_factory=dict)
    store_id: str = ""


def digest(parts: Mapping[str, Iterable[Row]]) -> str:
    """Return the digest of a record: the SHA-256 of the canonical form of each part, in the order given, joined by points.

    Canonical is a JSON list of rows, each a list of values in the order of the table's columns, without spaces and in ASCII: the same
    from either database, and different for any two contents.
    """
    return ".".join(_hashed(rows) for rows in parts.values())


def _hashed(rows: Iterable[Row]) -> str:
    text = json.dumps([tuple(row) for row in rows], ensure_ascii=True, separators=(",", ":"), default=_strange)
    return hashlib.sha256(text.encode()).hexdigest()


def _strange(value: object) -> list[str]:
    return [type(value).__name__, repr(value)]  # what our own code never writes, but a SQLite file can hold


def mac(key: bytes, store_id: str, branch_id: str, entry: Row, before: str) -> str:
    """Seal an entry (seq, kind, record_id, digest) upon the seal before; store and branch are in it, so no chain stands for another."""
    text = json.dumps([store_id, branch_id, *entry, before], ensure_ascii=True, separators=(",", ":"), default=_strange)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def seal_change(connection: sa.Connection, branch_id: str, change_id: int, *, closed: Iterable[int]) -> None:
    """Seal a change: its line, the ledger rows it inserted, and the numbers of those it closed.

    Call it inside a transaction that holds the branch's lock, like its siblings, after everything of the record is written.
    """
    line = connection.execute(sa.select(*CHANGE_SEALED).where(CHANGES.c.change_id == change_id)).all()
    rows = connection.execute(sa.select(*LEDGER_SEALED).where(LEDGER.c.change_id == change_id).order_by(LEDGER.c.row_id)).all()
    _append(
        connection, branch_id, "change", change_id, digest({"line": line, "rows": rows, "closed": [(row_id,) for row_id in sorted(closed)]})
    )


def seal_event(connection: sa.Connection, branch_id: str, event_id: int) -> None:
    """Seal an event of a plan, and where the event settles them the plan's title, options and moves."""
    line = connection.execute(sa.select(*EVENT_SEALED).where(PLAN_EVENTS.c.event_id == event_id)).one()
    plan: list[Row] = []
    if line.kind in WITH_PLAN:
        plan += connection.execute(sa.select(*PLAN_SEALED).where(PLANS.c.plan_id == line.plan_id)).all()
        plan += moves_in_order(connection.execute(sa.select(*MOVE_SEALED).where(PLAN_MOVES.c.plan_id == line.plan_id)))
    _append(connection, branch_id, "plan_event", event_id, digest({"line": [line], "plan": plan}))


def seal_claim(connection: sa.Connection, branch_id: str, claim_id: int, *, decided: bool) -> None:
    """Seal what was asked with a claim, or how it ended."""
    columns = CLAIM_SEALED if decided else ASKED_SEALED
    line = connection.execute(sa.select(*columns).where(CLAIMS.c.claim_id == claim_id)).all()
    _append(connection, branch_id, "claim_decided" if decided else "claim_asked", claim_id, digest({"line": line}))


def seal_sweep_event(connection: sa.Connection, branch_id: str, event_id: int) -> None:
    """Seal an event of a sweep: its steps, and to whom a number was revealed."""
    line = connection.execute(sa.select(*SWEEP_EVENT_SEALED).where(SWEEP_EVENTS.c.event_id == event_id)).all()
    _append(connection, branch_id, "sweep_event", event_id, digest({"line": line}))


def moves_in_order(moves: Iterable[Row]) -> list[Row]:
    """Sort rows of `plan_moves` in the one order they are sealed in, which no collation of a database decides."""
    return sorted((tuple(each) for each in moves), key=repr)


def past_parts(lines: Sequence[Row], rows: Iterable[Row]) -> dict[str, Iterable[Row]]:
    """Return the parts of the entry `past`.

    Parameters
    ----------
    lines
        `CHANGE_SEALED` of the changes from before the chain.
    rows
        Their ledger rows: `LEDGER_SEALED` and recorded_to. What a later change closed counts as open, for that change seals it.
    """
    stamp = [column.name for column in CHANGE_SEALED].index("recorded_us")
    stamps = {line[stamp] for line in lines}
    return {"line": lines, "rows": [(*row[:-1], row[-1] if row[-1] in stamps else FOREVER_US) for row in map(tuple, rows)]}


def last_head(connection: sa.Connection, branch_id: str) -> Head:
    """Read where a branch's chain ends."""
    query = sa.select(AUDIT.c.seq, AUDIT.c.mac).where(AUDIT.c.branch_id == branch_id).order_by(AUDIT.c.seq.desc()).limit(1)
    row = connection.execute(query).first()
    return Head(*row) if row else Head()


def store_id_of(connection: sa.Connection) -> str:
    """Read the name a store gave itself when it was made."""
    return str(connection.execute(sa.select(STORE.c.store_id)).scalar() or "")


def _append(connection: sa.Connection, branch_id: str, kind: str, record_id: int, text: str) -> None:
    seals: Seals | None = connection.get_execution_options().get("seals")
    if seals is None:
        raise ValueError("records are sealed in transactions of `writing` or `retrying` only")
    seals.store_id = seals.store_id or store_id_of(connection)
    if branch_id in seals.moved:
        first, head = seals.moved[branch_id]
    else:
        first = head = last_head(connection, branch_id)
    if head.seq == 0:
        head = _begin(connection, seals, branch_id, record_id if kind == "change" else None)
    seals.moved[branch_id] = (first, _insert(connection, seals, branch_id, head, (kind, record_id, text)))


def _insert(connection: sa.Connection, seals: Seals, branch_id: str, head: Head, record: tuple[str, int, str]) -> Head:
    seq = head.seq + 1
    sealed = mac(seals.vault.key(), seals.store_id, branch_id, (seq, *record), head.mac)
    kind, record_id, text = record
    values = {"branch_id": branch_id, "seq": seq, "kind": kind, "record_id": record_id, "digest": text, "mac": sealed}
    connection.execute(sa.insert(AUDIT).values(values))
    return Head(seq, sealed)


def _begin(connection: sa.Connection, seals: Seals, branch_id: str, below: int | None) -> Head:
    """Begin a branch's chain; changes from before there were chains are sealed by its first entry."""
    if seals.vault.head_path is not None and connection.execute(sa.select(AUDIT.c.seq).limit(1)).first() is None:
        with suppress(OSError):  # the change stands; the verification says that no head is kept
            begin_heads(seals.vault.head_path, seals.store_id)
    earlier = CHANGES.c.branch_id == branch_id if below is None else sa.and_(CHANGES.c.branch_id == branch_id, CHANGES.c.change_id < below)
    lines = connection.execute(sa.select(*CHANGE_SEALED).where(earlier).order_by(CHANGES.c.change_id)).all()
    if not lines:
        return Head()
    last = int(lines[-1].change_id)
    query = sa.select(*LEDGER_SEALED, LEDGER.c.recorded_to).where(LEDGER.c.branch_id == branch_id, LEDGER.c.change_id <= last)
    rows = connection.execute(query.order_by(LEDGER.c.row_id))
    return _insert(connection, seals, branch_id, Head(), ("past", last, digest(past_parts(lines, rows))))
