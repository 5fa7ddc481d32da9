"""Pragmas, transactions, and what a database says when it refuses."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from gridmap.errors import Conflict, StoreError
from gridmap.settings import Settings
from gridmap.store import Store, open_store, wal_is_safe
from gridmap.store.conflicts import explain_failure, failure_code, worth_retrying
from gridmap.store.engine import reading, writing


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ("3.40.1", False),
        ("3.44.5", False),
        ("3.44.6", True),
        ("3.45.0", False),
        ("3.50.6", False),
        ("3.50.7", True),
        ("3.51.0", False),
        ("3.51.2", False),
        ("3.51.3", True),
        ("3.53.4", True),
    ],
)
def test_wal_is_used_only_where_it_cannot_lose_commits(version: str, safe: bool) -> None:  # noqa: FBT001
    assert wal_is_safe(version) is safe


def test_sqlite_is_opened_so_that_a_commit_survives_a_power_cut(sqlite_store: Store) -> None:
    wanted = "wal" if wal_is_safe(sqlite3.sqlite_version) else "delete"
    with sqlite_store.engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        }
    assert found == {"journal_mode": wanted, "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}


def test_a_second_writer_waits_its_turn_and_is_then_told_the_store_is_busy(sqlite_path: Path) -> None:
    store = open_store(str(sqlite_path), settings=Settings())
    other = sqlite3.connect(sqlite_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=10")
    with pytest.raises(StoreError, match="busy"), writing(store) as connection:
        connection.exec_driver_sql("SELECT 1")
    other.execute("ROLLBACK")
    other.close()
    store.engine.dispose()


def fail_half_way(store: Store) -> None:
    with writing(store) as connection:
        connection.exec_driver_sql("INSERT INTO versions VALUES ('b', 1, 1, 1, 1)")
        connection.exec_driver_sql("INSERT INTO no_such_table VALUES (1)")


def test_a_failure_leaves_nothing_half_written(store: Store, sql: Callable[..., list[sa.Row[tuple[object, ...]]]]) -> None:
    with pytest.raises(StoreError):
        fail_half_way(store)
    assert sql(store, "SELECT count(*) FROM versions") == [(0,)]


def test_a_reader_sees_one_state(store: Store, open_again: Callable[[], Store]) -> None:
    if store.is_sqlite and not wal_is_safe(sqlite3.sqlite_version):
        pytest.skip("in rollback-journal mode a reader keeps the writer out instead")
    other = open_again()
    query = sa.text("SELECT count(*) FROM versions")
    with reading(store) as connection:
        before = connection.execute(query).scalar()
        with writing(other) as second:
            second.exec_driver_sql("INSERT INTO versions VALUES ('b', 1, 1, 1, 1)")
        assert connection.execute(query).scalar() == before


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("40P01", Conflict, "Somebody else"),
        ("40001", Conflict, "Somebody else"),
        ("23P01", Conflict, "Somebody else"),
        ("23505", Conflict, "Somebody else"),
        ("55P03", StoreError, "busy"),
        ("53100", StoreError, "disk"),
        ("25006", StoreError, "only be read"),
        ("GM001", StoreError, "history"),
        ("08006", StoreError, "reached"),
        ("22P02", StoreError, "refused the rows"),
    ],
)
def test_codes_of_postgresql_become_errors_of_the_product(postgres_url: str, code: str, kind: type[Exception], words: str) -> None:
    store = open_store(postgres_url, settings=Settings())
    raising = f"DO $$ BEGIN RAISE EXCEPTION 'raw words' USING ERRCODE = '{code}'; END $$"
    with pytest.raises(kind, match=words), writing(store) as connection:
        connection.exec_driver_sql(raising)
    store.engine.dispose()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SQLITE_CONSTRAINT_UNIQUE", Conflict),
        ("SQLITE_CONSTRAINT_PRIMARYKEY", Conflict),
        ("SQLITE_BUSY", StoreError),
        ("SQLITE_FULL", StoreError),
        ("SQLITE_IOERR_WRITE", StoreError),
    ],
)
def test_codes_of_sqlite_become_errors_of_the_product(name: str, kind: type[Exception]) -> None:
    error = sqlite3.OperationalError("raw words")
    error.sqlite_errorname = name
    assert failure_code(error) == name
    assert isinstance(explain_failure(error), kind)
    assert not worth_retrying(error)


def test_a_full_disk_is_a_clear_refusal_and_nothing_is_lost(
    sqlite_store: Store, sql: Callable[..., list[sa.Row[tuple[object, ...]]]]
) -> None:
    with sqlite_store.engine.connect() as connection:
        pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar() or 0)
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
    with pytest.raises(StoreError, match="full or failing"), writing(sqlite_store) as connection:
        connection.execute(sa.text("INSERT INTO mappings VALUES ('t', 's', :mapping, 'w', 1)"), {"mapping": "x" * 100_000})
    assert sql(sqlite_store, "SELECT count(*) FROM mappings") == [(0,)]
    assert sql(sqlite_store, "PRAGMA integrity_check") == [("ok",)]


def test_a_store_in_memory_works(tmp_path: Path) -> None:
    store = open_store(":memory:", settings=Settings(snapshots=str(tmp_path)))
    with reading(store) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM organisations").scalar() == 0
    store.engine.dispose()
