"""How a store is: its database, its schema, whether the file is whole and still defends its history."""

import re
import sqlite3
from dataclasses import dataclass

import sqlalchemy as sa

from gridmap.scope import Scope
from gridmap.store.engine import Store, reading, wal_is_safe
from gridmap.store.guards import guard_statements
from gridmap.store.migrate import HEAD, schema_version

_TRIGGER = re.compile(r"CREATE (?:CONSTRAINT )?TRIGGER (\w+)")


@dataclass(frozen=True)
class Health:
    """What a store says of itself.

    `journal_mode` and `wal_safe` are of SQLite (empty and True elsewhere); `faults` is what the database itself finds wrong;
    `missing_guards` are triggers that defend the history and are not there.
    """

    database: str
    schema: str
    newest_schema: str
    journal_mode: str
    wal_safe: bool
    faults: tuple[str, ...]
    missing_guards: tuple[str, ...]


def health(store: Store, scope: Scope) -> Health:
    """Look at a store; reads all of a SQLite file, seconds per GB.

    Raises
    ------
    ScopeError
        When the scope may not see history.
    """
    scope.require("see_history")
    dialect = store.engine.dialect.name
    wanted = {name for statement in guard_statements(dialect) for name in _TRIGGER.findall(statement)}
    with reading(store) as connection:
        schema = schema_version(connection)
        if store.is_sqlite:
            mode = str(connection.exec_driver_sql("PRAGMA journal_mode").scalar())
            found = connection.exec_driver_sql("PRAGMA integrity_check(10)").scalars().all()
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            faults = (*(text for text in found if text != "ok"), *(f"{row[0]} {row[1]} -> {row[2]}" for row in orphans[:10]))
            there = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars())
            name, safe = f"SQLite {sqlite3.sqlite_version}", wal_is_safe(sqlite3.sqlite_version)
        else:
            mode, faults, safe = "", (), True
            there = set(connection.execute(sa.text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")).scalars())
            name = f"PostgreSQL {connection.execute(sa.text('SHOW server_version')).scalar_one()}"
    return Health(name, schema, HEAD, mode, safe, faults, tuple(sorted(wanted - there)))
