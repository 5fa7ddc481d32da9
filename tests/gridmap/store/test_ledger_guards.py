"""The ledger defends itself on both databases, whoever writes to it; without any one guard it would not."""

from collections.abc import Callable, Sequence
from itertools import combinations, pairwise
from pathlib import Path
from random import Random

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


LATER = NOW_US + 9_000_000
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
def test_without_one_guard_an_attack_succeeds_on_postgresql(postgres_url: str, me: Scope, removal: str, tmp_path: Path) -> None:
    store = open_store(postgres_url, settings=Settings(snapshots=str(tmp_path / "snapshots")))
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
    at_us = LATER
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


def test_any_hole_is_found_and_nothing_else(store: Store, change: Change) -> None:
    # Four slots; every way to own them in rows, and then rows closed and others put there in many ways.
    starts = (0, 1, 2, 3)
    rng = Random(5)  # noqa: S311 - which cases
    cases = []
    for _ in range(150):
        chain, added = rng.choice(_chains(starts)), rng.choice(_rows(starts))
        cases.append((chain, rng.choice([chain, chain[:1], chain[1:]]), added))
    change(moves(*((f"k{number}", f"m{begin}", begin, end) for number, (chain, _, _) in enumerate(cases) for begin, end in chain)))
    found = []
    with writing(store) as connection:
        line = {"branch_id": "b1", "kind": "move", "person_id": "p", "who": "x", "why": "", "recorded_us": LATER, "change_id": 900}
        connection.execute(sa.insert(CHANGES).values(line))
        for number, (_, closed, added) in enumerate(cases):
            with connection.begin_nested() as attempt:
                found.append(_accepts(store, connection, f"k{number}", closed, added))
                attempt.rollback()
    expected = [_whole([*(each for each in chain if each not in closed), *added]) for chain, closed, added in cases]
    assert found == expected
    assert {True, False} <= set(expected)


def _chains(starts: tuple[int, ...]) -> list[tuple[tuple[int, int], ...]]:
    """Return every way to cut the time from the first start on into rows."""
    cuts = [subset for size in range(1, len(starts) + 1) for subset in combinations(starts, size)]
    return [tuple(zip(subset, (*subset[1:], FOREVER_US), strict=True)) for subset in cuts]


def _rows(starts: tuple[int, ...]) -> list[tuple[tuple[int, int], ...]]:
    """Return sets of rows that do not overlap, whole or not."""
    single = [(begin, end) for begin, end in combinations((*starts, FOREVER_US), 2)]
    pairs = [pair for pair in combinations(single, 2) if pair[0][1] <= pair[1][0]]
    return [(), *((each,) for each in single), *pairs]


def _whole(rows: list[tuple[int, int]]) -> bool | None:
    """Say whether rows reach from their first instant to forever; None where two of them overlap."""
    ordered = sorted(rows)
    if any(one[1] > other[0] for one, other in pairwise(ordered)):
        return None
    return bool(ordered) and ordered[-1][1] == FOREVER_US and all(one[1] == other[0] for one, other in pairwise(ordered))


def _accepts(
    store: Store, connection: sa.Connection, cell: str, closed: Sequence[tuple[int, int]], added: Sequence[tuple[int, int]]
) -> bool | None:
    """Close and add rows of a cell, and say whether the database would let it stand; None where it refuses two owners."""
    line = LEDGER.c
    for begin, _ in closed:
        same = (line.subject == cell, line.valid_from == begin, line.recorded_to == FOREVER_US)
        connection.execute(sa.update(LEDGER).where(*same).values(recorded_to=LATER))
    row = {
        "branch_id": "b1",
        "layer": "cell",
        "subject": cell,
        "owner": "m9",
        "recorded_from": LATER,
        "recorded_to": FOREVER_US,
        "change_id": 900,
    }
    try:
        for begin, end in added:
            connection.execute(sa.insert(LEDGER).values(**row, valid_from=begin, valid_to=end))
    except sa.exc.IntegrityError:
        return None
    try:
        if store.is_sqlite:
            touched = sa.update(SUBJECT_VERSIONS).where(SUBJECT_VERSIONS.c.subject == cell).values(change_id=900)
            connection.execute(touched)
            check_gaps(connection, "b1", 900)
        else:
            connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    except (StoreError, sa.exc.DBAPIError):
        return False
    return True
