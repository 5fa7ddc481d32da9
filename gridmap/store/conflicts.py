"""What a database says when it refuses, in the words of the product: the one place where codes are read."""

import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError

from gridmap.errors import N_, Conflict, GridmapError, StoreError, say

RAW_ERRORS = (DBAPIError, sqlite3.Error, psycopg.Error)
_TAKEN = frozenset({"23P01", "23505", "40P01", "40001", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"})
_BUSY = frozenset({"55P03", "57014", "SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED"})
_GUARD = frozenset({"GM001", "SQLITE_CONSTRAINT_TRIGGER"})
_FULL = frozenset({"53100", "53200", "58030", "SQLITE_FULL", "SQLITE_NOMEM"})
_RETRIED = frozenset({"40P01", "40001"})


def failure_code(error: BaseException) -> str:
    """Return the SQLSTATE (PostgreSQL) or the error name (SQLite) of a driver's error, empty where it has none."""
    raw = getattr(error, "orig", None) or error
    return str(getattr(raw, "sqlstate", None) or getattr(raw, "sqlite_errorname", None) or "")


def worth_retrying(error: BaseException) -> bool:
    """Say whether the same statements may succeed when run again: a deadlock or a failed serialisation."""
    return failure_code(error) in _RETRIED


def explain_failure(error: BaseException) -> GridmapError:
    """Return the error to show for what a driver raised; its own words follow as the place, never its parameters."""
    code = failure_code(error)
    where = " ".join(str(getattr(error, "orig", None) or error).split())[:300]
    if code in _TAKEN:
        return Conflict(
            say(N_("Somebody else changed the same rows first.")),
            remedy=say(N_("Nothing was changed. Look at the present state and try again.")),
        )
    if code in _BUSY:
        return StoreError(
            say(N_("The store is busy with another change.")),
            where=where,
            remedy=say(N_("Nothing was changed. Try again in a moment.")),
        )
    if code in _GUARD:
        return StoreError(
            say(N_("The store refused to rewrite history.")),
            where=where,
            remedy=say(N_("Nothing was changed. Record a new change instead; if you did, report this as a fault.")),
        )
    if code in _FULL or code.startswith("SQLITE_IOERR"):
        return StoreError(
            say(N_("The disk of the store is full or failing.")),
            where=where,
            remedy=say(N_("Nothing was changed. Make room on the disk, then try again.")),
        )
    if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "XX00")):
        return StoreError(
            say(N_("The store's file is damaged, or is not a gridmap store.")),
            where=where,
            remedy=say(N_("Restore the last backup, or name another file.")),
        )
    if code.startswith(("08", "28", "3D", "57P")) or code == "SQLITE_CANTOPEN" or not code:
        return StoreError(
            say(N_("The store cannot be reached.")),
            where=where,
            remedy=say(N_("Check the path or the address, the server and the password, then try again.")),
        )
    if code == "SQLITE_READONLY" or code in ("25006", "42501"):
        return StoreError(
            say(N_("The store may only be read.")),
            where=where,
            remedy=say(N_("Ask for the right to write to it.")),
        )
    return StoreError(
        say(N_("The store refused the rows.")),
        where=where,
        remedy=say(N_("Nothing was changed. Check the file against the reference of its table; if it is right, report this as a fault.")),
    )
