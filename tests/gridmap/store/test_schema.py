"""The migrated schema is the one the code describes, on both databases; what is not ours, or newer, is refused."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from gridmap import schema
from gridmap.errors import StoreError
from gridmap.settings import Settings
from gridmap.store import Store, open_store
from gridmap.store.guards import guard_statements
from gridmap.store.migrate import HEAD, back_up
from gridmap.store.migrations import known_versions
from gridmap.store.tables import FACTS, METADATA, stored_columns

CATALOGUE = (
    "SELECT table_name, column_name, data_type, is_nullable, is_identity FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'gridmap%%'",
)


def build_from_metadata(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        METADATA.create_all(connection)
        for statement in guard_statements(engine.dialect.name):
            connection.exec_driver_sql(statement)


def described(connection: sa.Connection) -> set[tuple[object, ...]]:
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_master")
        return {(*row[:3], re.sub(r"\s+", "", row[3] or "")) for row in rows if row[2] != "alembic_version"}
    found = {tuple(row) for query in CATALOGUE for row in connection.execute(sa.text(query.replace("%%", "%")))}
    return {row for row in found if "alembic_version" not in row}


def test_the_migrated_schema_equals_the_described_one_on_sqlite(sqlite_store: Store) -> None:
    fresh = sa.create_engine("sqlite://")
    build_from_metadata(fresh)
    with fresh.connect() as built, sqlite_store.engine.connect() as migrated:
        assert described(built) == described(migrated)
        kinds = {row[0] for row in described(migrated)}
    fresh.dispose()
    assert kinds == {"table", "index", "trigger"}


@pytest.mark.postgres
def test_the_migrated_schema_equals_the_described_one_on_postgresql(postgres_server: str, postgres_url: str) -> None:
    name = f"{make_url(postgres_url).database}_described"
    server = sa.create_engine(make_url(postgres_server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    fresh = sa.create_engine(make_url(postgres_url).set(drivername="postgresql+psycopg", database=name))
    migrated = sa.create_engine(make_url(postgres_url).set(drivername="postgresql+psycopg"))
    build_from_metadata(fresh)
    with fresh.connect() as one, migrated.connect() as other:
        assert described(one) == described(other)
    fresh.dispose()
    migrated.dispose()
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    server.dispose()


def test_every_constraint_has_a_name() -> None:
    nameless = [
        (table.name, constraint) for table in METADATA.tables.values() for constraint in table.constraints if constraint.name is None
    ]
    assert nameless == []


def test_every_schema_table_has_an_sql_table_with_its_columns() -> None:
    for table in schema.TABLES:
        if table.name != "ownership":  # the ledger
            assert {column.name for column in stored_columns(table)} <= set(FACTS[table.name].c.keys())


def test_the_head_named_in_code_is_the_last_migration() -> None:
    assert known_versions()[-1] == HEAD


def test_a_newer_schema_is_refused(store: Store, store_location: str, sql: Callable[..., object]) -> None:
    sql(store, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer gridmap"):
        open_store(store_location, settings=Settings())


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "else.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE somebody (id INTEGER)")
    connection.close()
    with pytest.raises(StoreError, match="something else"):
        open_store(str(path), settings=Settings())


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "noise.db"
    path.write_bytes(b"not a database at all, but long enough to look like one" * 40)
    with pytest.raises(StoreError, match="damaged, or is not"):
        open_store(str(path), settings=Settings())


def test_opening_twice_changes_nothing(store: Store, open_again: Callable[[], Store]) -> None:
    with store.engine.connect() as connection:
        before = connection.execute(sa.text("SELECT store_id FROM store")).scalars().all()
    with open_again().engine.connect() as connection:
        assert connection.execute(sa.text("SELECT store_id FROM store")).scalars().all() == before
    assert len(before) == 1


def test_a_backup_is_a_whole_store(sqlite_path: Path, tmp_path: Path) -> None:
    copy = back_up(sqlite_path, "0000")
    assert copy.name == "store.db.0000.backup"
    store = open_store(str(copy), settings=Settings(snapshots=str(tmp_path)))
    store.engine.dispose()


def test_an_older_file_is_copied_before_it_is_upgraded(sqlite_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridmap.store.migrate.HEAD", "9999")  # as a later gridmap would find this file
    with pytest.raises(AssertionError, match="would upgrade"):
        _open_with_a_failing_upgrade(sqlite_path, monkeypatch)
    assert sqlite_path.with_name(f"store.db.{HEAD}.backup").is_file()


def _open_with_a_failing_upgrade(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("would upgrade")

    monkeypatch.setattr("gridmap.store.migrations.upgrade", refuse)
    open_store(str(path), settings=Settings())


@pytest.mark.parametrize("where", ["mysql://host/db", "nonsense://", "http://example.org"])
def test_an_address_that_names_no_store_is_refused(where: str) -> None:
    with pytest.raises(StoreError, match="names no store"):
        open_store(where, settings=Settings())


def test_a_server_that_does_not_answer_is_told_of_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        open_store(f"postgresql://someone:s3cret@/none?host={tmp_path}", settings=Settings())
    assert "s3cret" not in str(caught.value)


def test_a_folder_that_does_not_exist_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be reached"):
        open_store(str(tmp_path / "absent" / "store.db"), settings=Settings())
