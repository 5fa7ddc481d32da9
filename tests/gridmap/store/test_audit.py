"""The audit chain: an untouched store verifies, and whatever somebody with every right on the database rewrites is found."""

from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from gridmap.errors import Conflict, GridmapError
from gridmap.plan import Move
from gridmap.scope import Scope, operator
from gridmap.settings import Settings
from gridmap.store import (
    Store,
    audited_branches,
    create_plan,
    keep_audit_head,
    open_store,
    record_change,
    save_plan,
    take_step,
    verify_audit,
)
from gridmap.store.conflicts import RAW_ERRORS
from gridmap.store.engine import writing
from gridmap.store.records import AUDIT, CLAIMS, PLAN_EVENTS, PLAN_MOVES, PLANS
from gridmap.store.sealing import CHANGE_SEALED, CLAIM_SEALED, EVENT_SEALED, LEDGER_SEALED, MOVE_SEALED, digest, mac, seal_change
from gridmap.store.tables import CHANGES, LEDGER
from gridmap.store.vault import Vault
from tests.gridmap.store.attacks import attack, contents, cut_off, drop_guards, put_back, unguarded
from tests.gridmap.store.conftest import NOW_US, moves
from tests.gridmap.store.lives import AUGUST, BOSS, heads, live, problems


@pytest.fixture
def lived(store: Store) -> Store:
    """Give a store whose two branches have a history."""
    for branch_id in ("b1", "b2"):
        live(store, branch_id)
    return store


def test_an_untouched_store_verifies(lived: Store) -> None:
    assert problems(lived) == []
    report = verify_audit(lived, BOSS, "b1")
    query = sa.select(AUDIT.c.kind, sa.func.count()).where(AUDIT.c.branch_id == "b1").group_by(AUDIT.c.kind)
    with lived.engine.connect() as connection:
        kinds = dict(connection.execute(query).all())
    assert kinds == {"change": 7, "plan_event": 23, "claim_asked": 4, "claim_decided": 3, "sweep_event": 2}
    assert (report.entries, report.head_behind, report.first_broken) == (39, 0, None)
    assert heads(lived)["b1"].seq == 39


def one_attack(store: Store, random: Random, kept: dict[str, list[tuple[object, ...]]]) -> str:
    """Attack until something is different from before; say what was done."""
    while True:
        try:
            with unguarded(store) as connection:
                done = attack(connection, random)
                if contents(connection) != kept:
                    return done
                connection.rollback()
        except RAW_ERRORS:  # a unique index stood in the way
            continue


def missed(store: Store, count: int, seed: int) -> list[str]:
    """Attack a store again and again, each time from the same state, and list what the verification did not see."""
    drop_guards(store)
    with store.engine.connect() as connection:
        kept = contents(connection)
    kept_heads = store.vault.head_path.read_bytes()
    random, unseen = Random(seed), []  # noqa: S311 - the same attacks every time
    for _ in range(count):
        done = one_attack(store, random, kept)
        if not any(verify_audit(store, BOSS, branch_id).problems for branch_id in audited_branches(store, BOSS)):
            unseen.append(done)
        with unguarded(store) as connection:
            put_back(connection, kept)
        assert store.vault.head_path.read_bytes() == kept_heads, done
    assert problems(store) == []  # so each began from a chain that holds
    return unseen


def test_none_of_1000_attacks_is_missed_on_sqlite(tmp_path: Path) -> None:
    store = open_store(":memory:", settings=Settings(), clock=lambda: NOW_US)
    store = replace(store, vault=Vault(tmp_path / "key", tmp_path / "heads"))
    for branch_id in ("b1", "b2"):
        live(store, branch_id)
    assert missed(store, 1000, seed=7) == []
    store.engine.dispose()


@pytest.mark.postgres
def test_none_of_60_attacks_is_missed_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    store = open_store(postgres_url, settings=Settings(snapshots=str(tmp_path / "snapshots")), clock=lambda: NOW_US)
    for branch_id in ("b1", "b2"):
        live(store, branch_id)
    assert missed(store, 60, seed=11) == []
    store.engine.dispose()


def test_without_the_kept_head_a_truncation_is_not_seen(sqlite_store: Store) -> None:
    live(sqlite_store, "b1")
    drop_guards(sqlite_store)
    with unguarded(sqlite_store) as connection:
        cut_off(connection, "b1", 9, thorough=True)
    assert problems(sqlite_store) == ["The chain ends at entry 30, but 39 had been kept: its end was cut off."]
    keep_audit_head(sqlite_store, operator("x"), "b1")  # as if the head lay in the database, and was cut with it
    assert problems(sqlite_store) == []


def test_every_broken_entry_is_named_and_the_first_apart(sqlite_store: Store) -> None:
    live(sqlite_store, "b1")
    drop_guards(sqlite_store)
    with unguarded(sqlite_store) as connection:
        connection.execute(sa.update(CHANGES).where(CHANGES.c.change_id == 2).values(who="Nobody"))
        connection.execute(sa.update(LEDGER).where(LEDGER.c.row_id == 1).values(owner="m9"))
        connection.execute(sa.update(CLAIMS).where(CLAIMS.c.claim_id == 2).values(answer="no"))
        connection.execute(sa.delete(AUDIT).where(AUDIT.c.seq.in_((5, 6))))
        connection.execute(sa.update(AUDIT).where(AUDIT.c.seq == 10).values(record_id=99))
    report = verify_audit(sqlite_store, BOSS, "b1")
    told = [str(each) for each in report.problems]
    assert report.first_broken == 1
    assert told[:3] == [
        "Change 1 was altered: who has what from when by it.",
        "Change 2 was altered: who made it, when, why, or of which kind it is.",
        "Entries 5 to 6 are missing.",
    ]
    for expected in (
        "Entry 10 was altered, or written by somebody else.",
        "Claim 2 was altered: how it ended, by whom, when, or the answer.",
    ):
        assert expected in told


@pytest.mark.parametrize("column", ["taker", "reason"])
def test_a_plan_that_is_altered_after_its_approval_is_found(sqlite_store: Store, column: str) -> None:
    live(sqlite_store, "b1")
    drop_guards(sqlite_store)
    with unguarded(sqlite_store) as connection:
        draft = connection.execute(sa.select(PLANS.c.plan_id).where(PLANS.c.state == "draft")).scalar_one()
        connection.execute(sa.update(PLAN_MOVES).where(PLAN_MOVES.c.plan_id == draft).values({column: "other"}))
    assert problems(sqlite_store) == []  # a draft may change
    with unguarded(sqlite_store) as connection:
        done = connection.execute(sa.select(PLANS.c.plan_id).where(PLANS.c.title == "published")).scalar_one()
        connection.execute(sa.update(PLAN_MOVES).where(PLAN_MOVES.c.plan_id == done).values({column: "other"}))
    told = problems(sqlite_store)
    assert len(told) == 3  # submitted again, approved, published; not the time before the plan was rebased
    assert all("was altered after it" in each for each in told)


def test_a_draft_that_goes_on_being_edited_after_it_was_reopened_verifies(sqlite_store: Store) -> None:
    live(sqlite_store, "b1")
    made = (Move("c2", "cell", "m9", "m1"),)
    plan = create_plan(sqlite_store, BOSS, "b1", title="t", effective_on=date(2026, 9, 1), now_us=NOW_US, moves=made)
    plan = take_step(sqlite_store, BOSS, "b1", plan.plan_id, "submit", expected=None, now_us=NOW_US)
    plan = take_step(sqlite_store, BOSS, "b1", plan.plan_id, "reopen", expected=None, now_us=NOW_US)
    save_plan(sqlite_store, BOSS, "b1", plan.plan_id, expected=plan.version, now_us=NOW_US, moves=(), title="other")
    assert problems(sqlite_store) == []


def test_a_store_with_changes_from_before_the_chain_seals_them_with_its_first_entry(sqlite_store: Store) -> None:
    change = partial(record_change, sqlite_store, BOSS, "b1", why="long ago")
    change(moves(("c0", "m1", 0), ("c1", "m1", 0)), now_us=NOW_US)
    change(moves(("c1", "m2", 0)), now_us=NOW_US + 1)
    drop_guards(sqlite_store)
    with unguarded(sqlite_store) as connection:
        connection.execute(sa.delete(AUDIT))
    sqlite_store.vault.head_path.unlink()
    assert problems(sqlite_store)[:2] == ["Change 1 was never sealed.", "Change 2 was never sealed."]
    assert len(problems(sqlite_store)) == 6  # and their three rows, one of them closed
    create_plan(sqlite_store, BOSS, "b1", title="first", effective_on=AUGUST, now_us=NOW_US + 2)
    change(moves(("c0", "m3", 0)), now_us=NOW_US + 3)
    with sqlite_store.engine.connect() as connection:
        assert connection.execute(sa.select(AUDIT.c.kind, AUDIT.c.record_id).order_by(AUDIT.c.seq)).all() == [
            ("past", 2), ("plan_event", 1), ("change", 3),
        ]  # fmt: skip
    assert problems(sqlite_store) == []
    with unguarded(sqlite_store) as connection:
        kept = contents(connection)
    for statement in (
        sa.update(LEDGER).where(LEDGER.c.row_id == 2).values(owner="m9"),  # who had it then
        sa.update(LEDGER).where(LEDGER.c.row_id == 1).values(recorded_to=NOW_US + 1),  # closed by a change from before
        sa.update(LEDGER).where(LEDGER.c.row_id == 2).values(recorded_to=NOW_US + 3),  # closed by one that is sealed
        sa.update(CHANGES).where(CHANGES.c.change_id == 1).values(why="another reason"),
        sa.delete(CHANGES).where(CHANGES.c.change_id == 2),
        sa.insert(CHANGES).values(change_id=0, branch_id="b1", kind="move", person_id="", who="", why="", recorded_us=1),
    ):
        with unguarded(sqlite_store) as connection:
            connection.execute(statement)
        assert problems(sqlite_store), str(statement)
        with unguarded(sqlite_store) as connection:
            put_back(connection, kept)


def test_what_is_refused_seals_nothing(store: Store) -> None:
    record_change(store, BOSS, "b1", moves(("c0", "m1", 0)), why="", now_us=NOW_US)
    with pytest.raises(Conflict):
        record_change(store, BOSS, "b1", moves(("c0", "m2", 0)), why="", now_us=NOW_US, expected={("cell", "c0"): 7})
    with pytest.raises(GridmapError), writing(store) as connection:
        connection.execute(sa.insert(AUDIT).values(branch_id="b1", seq=1, kind="change", record_id=1, digest="", mac=""))
    assert heads(store)["b1"].seq == 1
    assert problems(store) == []


def test_records_are_sealed_in_transactions_of_the_store_only(sqlite_store: Store) -> None:
    with sqlite_store.engine.begin() as connection, pytest.raises(ValueError, match="sealed in transactions"):
        seal_change(connection, "b1", 1, closed=())


def test_the_chain_alone_is_looked_at_without_its_records(sqlite_store: Store) -> None:
    live(sqlite_store, "b1")
    drop_guards(sqlite_store)
    with unguarded(sqlite_store) as connection:
        connection.execute(sa.update(CHANGES).values(who="Nobody"))
    assert verify_audit(sqlite_store, BOSS, "b1", records=False).problems == ()
    with unguarded(sqlite_store) as connection:
        connection.execute(sa.delete(AUDIT).where(AUDIT.c.seq == 3))
    assert [str(each) for each in verify_audit(sqlite_store, BOSS, "b1", records=False).problems] == ["Entry 3 is missing."]


def test_branches_outside_the_scope_are_not_verified(lived: Store) -> None:
    assert audited_branches(lived, Scope("p", "n", "planner", frozenset({"b2"}))) == ("b2",)


def test_every_column_of_what_is_sealed_is_sealed() -> None:
    for columns, table in ((CHANGE_SEALED, CHANGES), (EVENT_SEALED, PLAN_EVENTS), (CLAIM_SEALED, CLAIMS), (MOVE_SEALED, PLAN_MOVES)):
        assert list(columns) == list(table.c)
    assert {column.name for column in LEDGER.c} - {column.name for column in LEDGER_SEALED} == {"recorded_to"}


def test_what_was_sealed_once_is_worked_out_the_same_for_ever() -> None:
    parts = {"line": [(1, "b1", None, '李 "x"')], "rows": [(2, "c1"), (3, "c2")], "closed": []}
    assert digest(parts).split(".") == [
        "ee7936f3d3446a4f311f95b1e49b6094b9bc113736648da9d6f3b45418337e2b",
        "f7fb840f7cf8d4c40444c2c7c02dadd0e8a1791fac2acb769d4bc02d13233062",
        "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945",
    ]
    assert (
        mac(b"k" * 32, "store", "b1", (1, "change", 7, "digest"), "") == "acc248c5d1341ab908a039661293cdf3282139ef8ba32983e0d85a317f7ee300"
    )


def test_no_two_contents_have_one_canonical_form() -> None:
    alike = [[("ab", "c")], [("a", "bc")], [("ab",), ("c",)], [("ab", "c", None)], [("ab", "c", "None")], [(1,)], [("1",)], [(b"1",)], []]
    assert len({digest({"line": rows}) for rows in alike}) == len(alike)
