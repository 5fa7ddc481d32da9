"""The ledger defends itself on both databases, whoever writes to it; without any one guard it would not."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from gridmap.errors import StoreError
from gridmap.scope import Scope
from gridmap.settings import Settings
from gridmap.store import FOREVER_US, Store, ensure_branch, ledger_rows, open_store, plan_as_of, record_change
from gridmap.store.changes import check_gaps
from gridmap.store.engine import writing
from gridmap.store.tables import CHANGES, LEDGER, SUBJECT_VERSIONS
from tests.gridmap.store.conftest import APRIL, JULY, MARCH, NOW_US, Change, moves


def statements(name: str) -> list[str]:
    lines = (Path(__file__).parent / name).read_text("utf-8").splitlines()
    return [each.strip() for each in "\n".join(line for line in lines if not line.startswith("--")).split(";") if each.strip()]


ATTACKS, REPLACEMENTS = statements("attacks.sql"), statements("replacements.sql")


@pytest.mark.parametrize("statement", ATTACKS)
def test_direct_sql_on_the_ledger_is_refused(store: Store, me: Scope, change: Change, sql: Callable[..., object], statement: str) -> None:
    change(moves(("c1", "m1", MARCH), ("c2", "m1", MARCH)))
    change(moves(("c1", None, APRIL)))
    before = ledger_rows(store, me, "b1", layer="cell")
    with pytest.raises(sa.exc.DBAPIError):
        sql(store, statement)
    pd.testing.assert_frame_equal(ledger_rows(store, me, "b1", layer="cell"), before)


@pytest.fixture
def attacked(sqlite_store: Store, me: Scope) -> Store:
    """Give a store with a ledger of three rows, as somebody's own client would open it: its pragmas are not ours."""
    ensure_branch(sqlite_store, me, "b1", now_us=NOW_US)
    record_change(sqlite_store, me, "b1", moves(("c1", "m1", MARCH), ("c2", "m1", MARCH)), why="", now_us=NOW_US + 1)
    record_change(sqlite_store, me, "b1", moves(("c1", None, APRIL)), why="", now_us=NOW_US + 2)
    raw = sqlite_store.engine.raw_connection()  # inside a transaction the second would do nothing
    raw.cursor().execute("PRAGMA recursive_triggers=OFF")
    raw.cursor().execute("PRAGMA foreign_keys=OFF")
    raw.close()
    return sqlite_store


@pytest.mark.parametrize("statement", [*REPLACEMENTS, *ATTACKS])
def test_a_client_with_other_pragmas_is_refused_too(attacked: Store, sql: Callable[..., object], statement: str) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        sql(attacked, statement)


@pytest.mark.parametrize(
    "guard",
    [
        "tr_ledger_only_close",
        "tr_ledger_no_delete",
        "tr_ledger_no_overlap",
        "tr_ledger_dated",
        "tr_ledger_closed_now",
        "tr_ledger_no_replace",
        "tr_changes_no_update",
        "tr_changes_no_delete",
        "tr_changes_no_replace",
        "tr_changes_in_order",
    ],
)
def test_without_one_guard_an_attack_succeeds(attacked: Store, sql: Callable[..., object], guard: str) -> None:
    sql(attacked, f"DROP TRIGGER {guard}")
    succeeded = []
    for statement in [*ATTACKS, *REPLACEMENTS]:
        with attacked.engine.connect() as connection:
            try:
                connection.exec_driver_sql(statement)
            except sa.exc.IntegrityError:
                continue
            finally:
                connection.rollback()
            succeeded.append(statement)
    assert succeeded != []


@pytest.mark.postgres
@pytest.mark.parametrize(
    "removal",
    [
        "ALTER TABLE ledger DROP CONSTRAINT ex_ledger_one_owner",
        "DROP TRIGGER tr_ledger_only_close ON ledger",
        "DROP TRIGGER tr_ledger_no_delete ON ledger",
        "DROP TRIGGER tr_ledger_dated ON ledger",
        "DROP TRIGGER tr_changes_no_update ON changes",
        "DROP TRIGGER tr_changes_in_order ON changes",
    ],
)
def test_without_one_guard_an_attack_succeeds_on_postgresql(postgres_url: str, me: Scope, removal: str) -> None:
    store = open_store(postgres_url, settings=Settings())
    ensure_branch(store, me, "b1", now_us=NOW_US)
    record_change(store, me, "b1", moves(("c1", "m1", MARCH), ("c2", "m1", MARCH)), why="", now_us=NOW_US + 1)
    record_change(store, me, "b1", moves(("c1", None, APRIL)), why="", now_us=NOW_US + 2)
    succeeded = []
    for statement in ATTACKS:
        with store.engine.connect() as connection:
            connection.exec_driver_sql(removal)  # rolled back with the attack
            try:
                connection.exec_driver_sql(statement)
            except sa.exc.DBAPIError:
                continue
            finally:
                connection.rollback()
            succeeded.append(statement)
    store.engine.dispose()
    assert succeeded != []


def rewrite(store: Store, rows: list[dict[str, object]]) -> None:
    """Replace what is open of c1 by rows of one's own, as a faulty program would."""
    at_us = NOW_US + 9_000_000
    change = {"change_id": 900, "branch_id": "b1", "kind": "move", "person_id": "p", "who": "x", "why": "", "recorded_us": at_us}
    lying = {"branch_id": "b1", "layer": "cell", "subject": "c1", "owner": "m1", "recorded_from": at_us, "recorded_to": FOREVER_US}
    with writing(store) as connection:
        connection.execute(sa.insert(CHANGES).values(**change))
        connection.execute(sa.update(LEDGER).where(LEDGER.c.subject == "c1").values(recorded_to=at_us))
        for row in rows:
            connection.execute(sa.insert(LEDGER).values(**lying, **row, change_id=900))
        connection.execute(sa.update(SUBJECT_VERSIONS).values(change_id=900))
        if store.is_sqlite:  # PostgreSQL finds it by itself at COMMIT
            check_gaps(connection, "b1", 900)


@pytest.mark.parametrize(
    "rows",
    [
        [],  # left without owner or release
        [{"valid_from": MARCH, "valid_to": APRIL}, {"valid_from": JULY, "valid_to": FOREVER_US}],  # a hole in the middle
        [{"valid_from": MARCH, "valid_to": JULY}],  # an end without a release
    ],
)
def test_a_cell_cannot_be_left_without_owner_or_release(store: Store, me: Scope, change: Change, rows: list[dict[str, object]]) -> None:
    change(moves(("c1", "m1", MARCH)))
    with pytest.raises(StoreError):
        rewrite(store, rows)
    assert plan_as_of(store, me, "b1", valid_us=NOW_US).owners.to_dict() == {"c1": "m1"}


def test_whole_rows_written_by_hand_pass_the_same_check(store: Store, change: Change) -> None:
    change(moves(("c1", "m1", MARCH)))
    rewrite(store, [{"valid_from": MARCH, "valid_to": JULY}, {"valid_from": JULY, "valid_to": FOREVER_US}])
