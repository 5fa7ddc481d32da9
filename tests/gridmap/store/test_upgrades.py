"""A store of the first release is upgraded without losing a row, is guarded like a new one, and refuses every attack on its records."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from gridmap.plan import Move
from gridmap.scope import Scope, operator
from gridmap.settings import Settings
from gridmap.store import (
    Store,
    ask_claim,
    create_plan,
    decide_claim,
    merge,
    open_store,
    plan_as_of,
    publish_plan,
    take_step,
    undo_plan,
    write_rows,
)
from gridmap.store.conflicts import failure_code
from gridmap.store.migrate import HEAD
from gridmap.store.records import AUDIT, CLAIMS, LINEAGE, PLAN_EVENTS, PLAN_MOVES, PLANS, REGRIDS
from gridmap.store.tables import CHANGES, FACTS, LEDGER, PERSONAL
from tests.gridmap.store.conftest import organisations
from tests.gridmap.store.first_schema import BEFORE_US, contents, make_first_store
from tests.gridmap.store.test_ledger_guards import ATTACKS, REPLACEMENTS, statements

ME, LI, WU = operator("tester"), Scope("p1", "Li", "community_manager", None, "m1"), Scope("p2", "Wu", "community_manager", None, "m3")
ON_RECORDS, REPLACING = statements("attacks_on_records.sql"), statements("replacements_on_records.sql")
RECORDS = (PLANS, PLAN_MOVES, PLAN_EVENTS, CLAIMS, REGRIDS, LINEAGE, AUDIT)
AUGUST = date(2026, 8, 1)
# What refuses without the guard of this name: foreign keys, or the guard of the table beside it. As defences they are second ones.
DOUBLED = {"tr_plans_no_delete", "tr_regrids_no_delete", "tr_plans_no_truncate", "tr_regrids_no_truncate"}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    made = str(tmp_path / "first.db") if request.param == "sqlite" else str(request.getfixturevalue("empty_postgres_url"))
    make_first_store(made)
    return made


@pytest.fixture
def upgraded(location: str, tmp_path: Path) -> Iterator[Store]:
    store = open_store(location, settings=Settings(snapshots=str(tmp_path / "snapshots")))
    yield store
    store.engine.dispose()


def fill(store: Store) -> None:
    """Leave a plan in every state, claims in every state, a regrid, a merge, and a chain over all of it."""
    clock = iter(range(BEFORE_US + 1_000_000, BEFORE_US + 2_000_000, 10))
    origin = {"as_of": None, "file_name": "", "file_sha256": "", "mapping": {}, "source": ""}
    write_rows(store, ME, "b1", "organisations", organisations(), now_us=next(clock), **origin)
    merge(store, ME, "b1", kept="o1", merged="o2", now_us=next(clock))

    def plan(*steps: str, cell: str) -> int:
        made = {"title": "relief", "effective_on": AUGUST, "moves": [Move(cell, "cell", "", "m2")]}
        found = create_plan(store, ME, "b1", **made, now_us=next(clock))
        for step in steps:
            take_step(store, ME, "b1", found.plan_id, step, expected=None, now_us=next(clock), note="because")
        return found.plan_id

    for cell, steps in (
        ("x1", ()),
        ("x2", ("submit",)),
        ("x3", ("submit", "approve")),
        ("x4", ("submit", "reject")),
        ("x5", ("withdraw",)),
    ):
        plan(*steps, cell=cell)
    published = [plan("submit", "approve", cell=cell) for cell in ("x6", "x7")]
    for plan_id in published:
        publish_plan(store, ME, "b1", plan_id, expected=None, now_us=next(clock))
    undo_plan(store, ME, "b1", published[0], why="", now_us=next(clock))
    asked = {"why": "", "cells": ("y1", "y2", "y3")}
    claims = [ask_claim(store, LI, "b1", cell, "claim", now_us=next(clock), **asked) for cell in ("y1", "y2", "y3")]
    decide_claim(store, ME, "b1", claims[0].claim_id, accept=True, answer="", now_us=next(clock))
    decide_claim(store, ME, "b1", claims[1].claim_id, accept=False, answer="no", now_us=next(clock))
    with store.engine.begin() as connection:
        bare = {"branch_id": "b1", "title": "bare", "state": "draft", "effective_on": AUGUST, "base_change_id": 1, "version": 1}
        rest = {"options": "{}", "person_id": "p", "who": "x", "created_us": 1, "updated_us": 1}
        connection.execute(sa.insert(PLANS).values(**bare, **rest))
        regrid = {"branch_id": "b9", "old_kind": "h3", "new_kind": "h3", "old_resolution": 8, "new_resolution": 7, "effective_us": 1}
        for number in (1, 2):  # the second without lineage
            values = {**regrid, "regrid_id": number, "recorded_us": number, "import_id": 1, "change_id": 2}
            connection.execute(sa.insert(REGRIDS).values(values))
        connection.execute(sa.insert(LINEAGE).values(regrid_id=1, old_cell="a", new_cell="b", share=1.0, organisations=2))


def successes(connection: sa.Connection, attacks: list[str]) -> list[str]:
    """Try each attack and take it back; return those that the database let through."""
    found = []
    for statement in attacks:
        with connection.begin_nested() as attempt:
            try:
                connection.exec_driver_sql(statement)
            except sa.exc.DBAPIError as error:
                refused = failure_code(error).startswith(("GM001", "23", "SQLITE_CONSTRAINT"))  # and not because it is no SQL
            else:
                refused = False
            attempt.rollback()
        if not refused:
            found.append(statement)
    return found


def test_an_upgrade_keeps_every_row_and_makes_a_copy_first(location: str, tmp_path: Path) -> None:
    engine = open_again(location)
    with engine.connect() as connection:
        before = contents(connection)
    store = open_store(location, settings=Settings(snapshots=str(tmp_path / "snapshots")))
    with store.engine.connect() as connection:
        assert contents(connection) == before
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == HEAD
    assert {name: len(rows) for name, rows in before.items()}["ledger"] == 5
    then = {"valid_us": BEFORE_US, "known_us": BEFORE_US + 1}
    assert plan_as_of(store, ME, "b1", **then).owners.to_dict() == {"c1": "m1", "c2": "m1"}
    assert plan_as_of(store, ME, "b1", valid_us=BEFORE_US).owners.to_dict() == {"c1": "m2", "c2": "m1"}
    if store.is_sqlite:
        with sa.create_engine(f"sqlite:///{location}.0001.backup").connect() as copy:
            assert contents(copy) == before
            assert copy.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "0001"
            copy.engine.dispose()
    store.engine.dispose()
    engine.dispose()


def open_again(location: str) -> sa.Engine:
    return sa.create_engine(location.replace("postgresql://", "postgresql+psycopg://") if "://" in location else f"sqlite:///{location}")


def test_no_attack_on_an_upgraded_store_succeeds(upgraded: Store) -> None:
    fill(upgraded)
    attacks = [*ATTACKS, *ON_RECORDS, *([*REPLACEMENTS, *REPLACING] if upgraded.is_sqlite else merging_and_truncating())]
    with upgraded.engine.connect() as connection:
        if upgraded.is_sqlite:  # as another client would have it
            for pragma in ("recursive_triggers", "foreign_keys"):
                connection.connection.driver_connection.execute(f"PRAGMA {pragma}=OFF")
        assert successes(connection, attacks) == []


def merging_and_truncating() -> list[str]:
    """Return what only PostgreSQL knows."""
    guarded = [*RECORDS, LEDGER, CHANGES, *(table for name, table in FACTS.items() if name not in PERSONAL)]
    return [
        *(f"TRUNCATE {table.name} CASCADE" for table in guarded),
        *(f"MERGE INTO {table.name} USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE" for table in (*RECORDS, LEDGER, CHANGES)),
        "MERGE INTO ledger USING (SELECT 1) AS one ON true WHEN MATCHED THEN UPDATE SET owner = 'thief'",
        "WITH gone AS (DELETE FROM ledger RETURNING *) INSERT INTO ledger SELECT * FROM gone",
        "UPDATE ledger SET owner = 'thief' FROM changes WHERE ledger.change_id = changes.change_id",
    ]


def guards_of(connection: sa.Connection) -> dict[str, str]:
    """Return the triggers of the records, each with the statement that drops it."""
    names = {table.name for table in RECORDS}
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'").all()
        return {name: f"DROP TRIGGER {name}" for name, table in rows if table in names}
    query = "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    return {name: f"DROP TRIGGER {name} ON {table}" for name, table in connection.exec_driver_sql(query).all() if table in names}


def test_without_one_guard_of_the_records_an_attack_succeeds(upgraded: Store) -> None:
    fill(upgraded)
    attacks = [*ON_RECORDS, *(REPLACING if upgraded.is_sqlite else merging_and_truncating()[: len(RECORDS)])]
    idle = set()
    with upgraded.engine.connect() as connection:
        if upgraded.is_sqlite:
            for pragma in ("recursive_triggers", "foreign_keys"):
                connection.connection.driver_connection.execute(f"PRAGMA {pragma}=OFF")
        for name, removal in guards_of(connection).items():
            with connection.begin_nested() as without:
                connection.exec_driver_sql(removal)
                if successes(connection, attacks) == []:
                    idle.add(name)
                without.rollback()
    assert idle <= DOUBLED, idle
