"""Somebody with every right on the database who rewrites history: edits, deletions, swaps, copies, truncations, forgeries, at random."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

import sqlalchemy as sa

from gridmap.store import Store
from gridmap.store.fieldwork import SWEEP_EVENTS
from gridmap.store.records import AUDIT, CLAIMS, PLAN_EVENTS
from gridmap.store.sealing import LEDGER_SEALED, digest, mac
from gridmap.store.tables import CHANGES, FOREVER_US, LEDGER, METADATA

TABLES = (LEDGER, CHANGES, PLAN_EVENTS, CLAIMS, SWEEP_EVENTS, AUDIT)
Contents = dict[str, list[tuple[object, ...]]]


@contextmanager
def unguarded(store: Store) -> Iterator[sa.Connection]:
    """Open a transaction in which no guard looks: triggers, checks and foreign keys are off, as their owner can do."""
    with store.engine.execution_options(write=True).connect() as connection:
        if store.is_sqlite:
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
            connection.rollback()
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
            connection.commit()
        yield connection
        connection.commit()


def drop_guards(store: Store) -> None:
    """Drop the triggers of a SQLite store for good; on PostgreSQL `unguarded` passes them by."""
    if store.is_sqlite:
        with store.engine.execution_options(write=True).begin() as connection:
            for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")


def contents(connection: sa.Connection) -> Contents:
    """Read all that the chain speaks of, in an order of its own."""
    return {table.name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr) for table in TABLES}


def put_back(connection: sa.Connection, kept: Contents) -> None:
    """Make the tables what they were."""
    for table in TABLES:
        connection.execute(sa.delete(table))
        names = table.c.keys()
        if kept[table.name]:
            connection.execute(sa.insert(table), [dict(zip(names, row, strict=True)) for row in kept[table.name]])


def attack(connection: sa.Connection, random: Random) -> str:
    """Do one thing to history and say what; a database may refuse it, and it may come to nothing."""
    done = random.choices(ATTACKS, weights=[6, 2, 2, 1, 2, 2, 1])[0]
    return done(connection, random)


def _row(connection: sa.Connection, random: Random, table: sa.Table) -> dict[str, object]:
    return dict(random.choice(connection.execute(sa.select(table).order_by(*table.primary_key)).mappings().all()))


def _is(table: sa.Table, row: dict[str, object]) -> sa.ColumnElement[bool]:
    return sa.and_(*(column == row[column.name] for column in table.primary_key))


def _other(connection: sa.Connection, random: Random, column: sa.Column[object], value: object) -> object:
    """Another value for a column: one that another row has, or a near or strange one."""
    others = connection.execute(sa.select(column).distinct().order_by(column)).scalars().all()
    near = (value - random.choice((1, 2, 1000)),) if isinstance(value, int) else (f"{value or ''}x", f" {value or ''}", "")
    strange = ("abc", 0.5, b"\x00") if connection.dialect.name == "sqlite" else ()
    return random.choice([each for each in (*others, *near, *near, None, *strange[: random.randrange(4)]) if each != value])


def _edit(connection: sa.Connection, random: Random) -> str:
    table = random.choice(TABLES)
    row, column = _row(connection, random, table), random.choice(list(table.c))
    value = _other(connection, random, column, row[column.name])
    connection.execute(sa.update(table).where(_is(table, row)).values({column.name: value}))
    return f"edit {table.name}.{column.name}: {row[column.name]!r} -> {value!r}"


def _delete(connection: sa.Connection, random: Random) -> str:
    table = random.choice(TABLES)
    row = _row(connection, random, table)
    connection.execute(sa.delete(table).where(_is(table, row)))
    return f"deleted of {table.name}: {row}"


def _swap(connection: sa.Connection, random: Random) -> str:
    table = random.choice(TABLES)
    one, other = _row(connection, random, table), _row(connection, random, table)
    names = random.sample(list(table.c.keys()), random.randrange(1, 4))
    for row in (one, other):
        connection.execute(sa.delete(table).where(_is(table, row)))
    swapped = ({**one, **{name: other[name] for name in names}}, {**other, **{name: one[name] for name in names}})
    for row in swapped if one != other else (one,):
        connection.execute(sa.insert(table).values(row))
    return f"swap {names} of {table.name}: {one} {other}"


def _copy(connection: sa.Connection, random: Random) -> str:
    table = random.choice(TABLES)
    row = _row(connection, random, table)
    number = "seq" if table is AUDIT else next(iter(table.primary_key)).name
    row[number] = int(connection.execute(sa.select(sa.func.max(table.c[number]))).scalar_one()) + random.choice((1, 1000))
    if table is LEDGER:
        row["subject"] = f"{row['subject']}-copy"
    if table is CHANGES:
        row["recorded_us"] += 7
    connection.execute(sa.insert(table).values(row))
    return f"copy into {table.name}: {row}"


def _truncate(connection: sa.Connection, random: Random) -> str:
    """Cut off the end of a chain, with or without all that it seals."""
    branch_id = random.choice(connection.execute(sa.select(AUDIT.c.branch_id).distinct().order_by(AUDIT.c.branch_id)).scalars().all())
    entries = connection.execute(sa.select(AUDIT).where(AUDIT.c.branch_id == branch_id).order_by(AUDIT.c.seq.desc())).all()
    thorough, count = random.random() < 0.7, random.randrange(1, len(entries) + 1)
    cut_off(connection, branch_id, count, thorough=thorough)
    return f"cut {count} entries off {branch_id}{' and all they seal' if thorough else ''}"


def cut_off(connection: sa.Connection, branch_id: str, count: int, *, thorough: bool) -> None:
    """Delete the last entries of a chain; thorough: and undo everything they seal, so that nothing else shows it."""
    chain = sa.select(AUDIT).where(AUDIT.c.branch_id == branch_id).order_by(AUDIT.c.seq.desc())
    for entry in connection.execute(chain.limit(count)).all():
        connection.execute(sa.delete(AUDIT).where(AUDIT.c.branch_id == branch_id, AUDIT.c.seq == entry.seq))
        if thorough:
            _undo(connection, branch_id, entry.kind, entry.record_id)


def _undo(connection: sa.Connection, branch_id: str, kind: str, record_id: int) -> None:
    if kind == "change":
        stamp = connection.execute(sa.select(CHANGES.c.recorded_us).where(CHANGES.c.change_id == record_id)).scalar_one()
        connection.execute(sa.delete(LEDGER).where(LEDGER.c.change_id == record_id))
        closed = (LEDGER.c.branch_id == branch_id, LEDGER.c.recorded_to == stamp)
        connection.execute(sa.update(LEDGER).where(*closed).values(recorded_to=FOREVER_US))
        connection.execute(sa.delete(CHANGES).where(CHANGES.c.change_id == record_id))
    elif kind == "plan_event":
        connection.execute(sa.delete(PLAN_EVENTS).where(PLAN_EVENTS.c.event_id == record_id))
    elif kind == "sweep_event":
        connection.execute(sa.delete(SWEEP_EVENTS).where(SWEEP_EVENTS.c.event_id == record_id))
    elif kind == "claim_asked":
        connection.execute(sa.delete(CLAIMS).where(CLAIMS.c.claim_id == record_id))
    else:
        still_open = {"state": "open", "decided_by": "", "decided_who": "", "answer": "", "decided_us": None, "change_id": None}
        connection.execute(sa.update(CLAIMS).where(CLAIMS.c.claim_id == record_id).values(still_open))


def _forge(connection: sa.Connection, random: Random) -> str:
    """Alter a change, and its entry so that the digest is right again; the seal cannot be."""
    change = _row(connection, random, CHANGES)
    connection.execute(sa.update(CHANGES).where(_is(CHANGES, change)).values(who="somebody else"))
    line = connection.execute(sa.select(CHANGES).where(_is(CHANGES, change))).all()
    number = change["change_id"]
    rows = connection.execute(sa.select(*LEDGER_SEALED).where(LEDGER.c.change_id == number).order_by(LEDGER.c.row_id)).all()
    closed = sa.select(LEDGER.c.row_id).where(LEDGER.c.branch_id == change["branch_id"], LEDGER.c.recorded_to == change["recorded_us"])
    parts = {"line": line, "rows": rows, "closed": connection.execute(closed.order_by(LEDGER.c.row_id)).all()}
    sealed = (AUDIT.c.kind == "change", AUDIT.c.record_id == number)
    values = {"digest": digest(parts)} if random.random() < 0.5 else {"digest": digest(parts), "mac": secrets.token_hex(32)}
    connection.execute(sa.update(AUDIT).where(*sealed).values(values))
    return f"forge change {number}"


def _reseal(connection: sa.Connection, random: Random) -> str:
    """Alter an event and write the chain anew from its entry on, with a key of one's own."""
    event = _row(connection, random, PLAN_EVENTS)
    connection.execute(sa.update(PLAN_EVENTS).where(_is(PLAN_EVENTS, event)).values(note="it was otherwise"))
    key, before = random.randbytes(32), ""
    for entry in connection.execute(sa.select(AUDIT).where(AUDIT.c.branch_id == event["branch_id"]).order_by(AUDIT.c.seq)).all():
        if (entry.kind, entry.record_id) == ("plan_event", event["event_id"]) or before:
            before = mac(key, "", entry.branch_id, (entry.seq, entry.kind, entry.record_id, entry.digest), before)
            own = (AUDIT.c.branch_id == entry.branch_id, AUDIT.c.seq == entry.seq)
            connection.execute(sa.update(AUDIT).where(*own).values(mac=before))
    return f"alter event {event['event_id']} and seal anew"


ATTACKS: tuple[Callable[[sa.Connection, Random], str], ...] = (_edit, _delete, _swap, _copy, _truncate, _forge, _reseal)
assert {table.name for table in TABLES} <= set(METADATA.tables)
