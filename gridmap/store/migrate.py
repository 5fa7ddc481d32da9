"""Bringing a store's schema up to date; Alembic keeps the order, the database the number of the last step."""

import shutil
import sqlite3
from pathlib import Path
from types import ModuleType
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.engine import URL

from gridmap.errors import N_, StoreError, say
from gridmap.store.tables import STORE

HEAD = "0006"
_LOCK = 7_304_218  # any number of our own: two processes that open an empty database do not both make its tables


def migrate(engine: sa.Engine, url: URL, *, now_us: int) -> None:
    """Make the tables of an empty database, or take an older schema to this one in one transaction.

    A SQLite file is copied to `<file>.<old step>.backup` first.

    Raises
    ------
    StoreError
        When the schema is newer than this gridmap knows, or the database holds tables of something else.
    """
    with engine.connect() as connection:
        found = schema_version(connection)
    if found == HEAD:
        return
    with engine.execution_options(write=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        found = schema_version(connection)
        if found == HEAD:
            return
        if found and url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
            back_up(Path(str(url.database)), found)
        _alembic().upgrade(connection)
        if not found:
            connection.execute(sa.insert(STORE).values(store_id=uuid4().hex, created_us=now_us))


def schema_version(connection: sa.Connection) -> str:
    """Return the last migration a database has seen; empty for an empty database."""
    tables = sa.inspect(connection).get_table_names()
    if "alembic_version" not in tables:
        if tables:
            raise StoreError(
                say(N_("The database holds tables of something else.")),
                where=", ".join(sorted(tables)[:5]),
                remedy=say(N_("Give gridmap a file or a database of its own.")),
            )
        return ""
    found = str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() or "")
    if found != HEAD and found not in _alembic().known_versions():
        raise StoreError(
            say(N_("The store was written by a newer gridmap (schema {found}, this one knows {known})."), found=found, known=HEAD),
            remedy=say(N_("Install the newer gridmap, or open the backup that was made before the upgrade.")),
        )
    return found


def _alembic() -> ModuleType:
    # Alembic takes a good part of a second to load, and a store that is up to date has no need of it.
    from gridmap.store import migrations  # noqa: PLC0415

    return migrations


def back_up(path: Path, version: str) -> Path:
    """Copy a SQLite file, whole even while it is in use, to `<file>.<version>.backup`, and return the copy.

    Raises
    ------
    StoreError
        When there is no room for the copy.
    """
    target = path.with_name(f"{path.name}.{version}.backup")
    if shutil.disk_usage(path.parent).free < 2 * path.stat().st_size:
        raise StoreError(
            say(N_("There is no room on the disk for the backup that an upgrade needs.")),
            where=str(target),
            remedy=say(N_("Make room on the disk, then open the store again.")),
        )
    unfinished = target.with_name(f"{target.name}.part")
    unfinished.unlink(missing_ok=True)
    with sqlite3.connect(path) as source, sqlite3.connect(unfinished) as copy:
        source.backup(copy)
    copy.close()
    source.close()
    unfinished.replace(target)
    return target
