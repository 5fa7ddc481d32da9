"""What a database says when it refuses, in the words of the product: the one place where codes are read."""

import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError

from gridmap.errors import N_, Conflict, GridmapError, Message, StoreError, say

RAW_ERRORS = (DBAPIError, sqlite3.Error, psycopg.Error)
_RETRIED = frozenset({"40P01", "40001"})
_TAKEN = ("23P01", "23505", *sorted(_RETRIED), "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY")
# How codes begin, what that means, and what to do; the first that fits is taken, the last fits all.
_FAILURES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("55P03", "57014", "SQLITE_BUSY", "SQLITE_LOCKED"),
        N_("The store is busy with another change."),
        N_("Nothing was changed. Try again in a moment."),
    ),
    (
        ("GM001", "SQLITE_CONSTRAINT_TRIGGER"),
        N_("The store refused to rewrite history."),
        N_("Nothing was changed. Record a new change instead; if you did, report this as a fault."),
    ),
    (
        ("53100", "53200", "58030", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_NOMEM"),
        N_("The disk of the store is full or failing."),
        N_("Nothing was changed. Make room on the disk, then try again."),
    ),
    (
        ("SQLITE_CORRUPT", "SQLITE_NOTADB", "XX00"),
        N_("The store's file is damaged, or is not a gridmap store."),
        N_("Restore the last backup, or name another file."),
    ),
    (
        ("SQLITE_READONLY", "25006", "42501"),
        N_("The store may only be read."),
        N_("Ask for the right to write to it."),
    ),
    (
        ("08", "28", "3D", "57P", "SQLITE_CANTOPEN"),
        N_("The store cannot be reached."),
        N_("Check the path or the address, the server and the password, then try again."),
    ),
    (
        ("",),
        N_("The store refused the rows."),
        N_("Nothing was changed. Check the file against the reference of its table; if it is right, report this as a fault."),
    ),
)


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
    if code.startswith(_TAKEN):
        return Conflict(
            say(N_("Somebody else changed the same rows first.")),
            remedy=say(N_("Nothing was changed. Look at the present state and try again.")),
        )
    if not code:  # the drivers give no code where they could not even connect
        code = "08"
    what, remedy = next((what, remedy) for codes, what, remedy in _FAILURES if code.startswith(codes))
    return StoreError(Message(what), where=" ".join(str(getattr(error, "orig", None) or error).split())[:300], remedy=Message(remedy))
