"""What is kept beside the database: the key that seals, made once and shown to nobody, and heads that never go back."""

import json
import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from gridmap.errors import ScopeError, StoreError
from gridmap.scope import operator
from gridmap.settings import Settings
from gridmap.store import Store, audited_branches, keep_audit_head, open_store, record_change, verify_audit
from gridmap.store.vault import audit_key_from
from tests.gridmap.store.attacks import cut_off, drop_guards, unguarded
from tests.gridmap.store.conftest import NOW_US, moves
from tests.gridmap.store.lives import BOSS, LATER_US, heads, live, problems
from tests.gridmap.store.test_races import race


def test_a_head_that_a_crash_left_behind_is_accepted_and_moved_on(store: Store) -> None:
    live(store, "b1")
    before = store.vault.head_path.read_bytes()
    for number in range(3):
        record_change(store, BOSS, "b1", moves(("c0", f"m{number}", 0)), why="", now_us=LATER_US)
    store.vault.head_path.write_bytes(before)
    assert (verify_audit(store, BOSS, "b1").head_behind, verify_audit(store, BOSS, "b1").head_behind) == (3, 0)
    assert heads(store)["b1"].seq == 42
    store.vault.head_path.write_bytes(before)
    record_change(store, BOSS, "b1", moves(("c0", "m7", 0)), why="", now_us=LATER_US + 1_000_000)  # the next change catches up, too
    assert heads(store)["b1"].seq == 43


def test_a_head_stays_where_it_was_when_the_chain_under_it_was_cut(sqlite_store: Store) -> None:
    live(sqlite_store, "b1")
    kept = heads(sqlite_store)
    drop_guards(sqlite_store)
    with unguarded(sqlite_store) as connection:
        cut_off(connection, "b1", 2, thorough=True)
    for number in range(4):  # the chain grows beyond the head again, but does not hold its entry
        record_change(sqlite_store, BOSS, "b1", moves(("c0", f"x{number}", 0)), why="", now_us=LATER_US)
        assert heads(sqlite_store) == kept
    assert problems(sqlite_store) == ["Entry 39 is not the one whose seal had been kept: the chain was replaced."]
    with pytest.raises(ScopeError):
        keep_audit_head(sqlite_store, BOSS, "b1")
    assert keep_audit_head(sqlite_store, operator("x"), "b1").seq == 41
    assert problems(sqlite_store) == []


SPOILED = [
    (None, "No head is kept"),
    (b"{", "cannot be read"),
    (b"[]", "cannot be read"),
    (b'{"store": "x", "branches": {"b1": 7}}', "cannot be read"),
    (b'{"store": "another", "branches": {}}', "another store"),
]


@pytest.mark.parametrize(("held", "told"), SPOILED)
def test_a_file_of_heads_that_was_taken_away_or_exchanged_is_told_of_and_not_made_anew(
    sqlite_store: Store, held: bytes | None, told: str
) -> None:
    live(sqlite_store, "b1")
    path = sqlite_store.vault.head_path
    path.unlink() if held is None else path.write_bytes(held)
    change = record_change(sqlite_store, BOSS, "b1", moves(("c0", "m8", 0)), why="", now_us=LATER_US)
    assert change  # what is recorded is recorded
    assert (path.read_bytes() if path.exists() else None) == held
    assert [told in each for each in problems(sqlite_store)] == [True]
    keep_audit_head(sqlite_store, operator("x"), "b1")
    assert problems(sqlite_store) == []


def test_a_change_stands_where_the_head_cannot_be_written(sqlite_path: Path, tmp_path: Path) -> None:
    away = Settings(snapshots=str(tmp_path / "s"), audit_head=str(tmp_path / "absent" / "heads"))
    store = open_store(str(sqlite_path), settings=away, clock=lambda: NOW_US)
    live(store, "b1")
    assert ["No head is kept" in each for each in problems(store)] == [True]
    with pytest.raises(StoreError, match="cannot be written"):
        keep_audit_head(store, operator("x"), "b1")
    (tmp_path / "absent").mkdir()
    keep_audit_head(store, operator("x"), "b1")
    assert problems(store) == []
    store.engine.dispose()


def test_the_wrong_key_is_told_from_altered_entries(sqlite_store: Store) -> None:
    live(sqlite_store, "b1")
    sqlite_store.vault.key_path.write_bytes(b"k" * 32)
    assert ["fits the key" in each for each in problems(sqlite_store)] == [True]
    with pytest.raises(StoreError, match="fits the key"):
        keep_audit_head(sqlite_store, operator("x"), "b1")


def test_the_key_is_whoever_runs_gridmaps_alone_and_made_once(open_again: Callable[[], Store]) -> None:
    stores = [open_again() for _ in range(4)]
    assert not stores[0].vault.key_path.exists()  # who only reads makes none
    keys = race([partial(getattr, store, "audit_key") for store in stores])
    assert len(set(keys)) == 1
    assert len(keys[0]) == 32
    assert stat.S_IMODE(stores[0].vault.key_path.stat().st_mode) == 0o600
    assert keys[0].hex() not in repr(stores[0])


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_damaged_key_refuses_to_seal(sqlite_store: Store, length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridmap.store.vault._PATIENCE", 1)
    sqlite_store.vault.key_path.write_bytes(b"x" * length)
    with pytest.raises(StoreError, match="key of the audit chain is damaged"):
        record_change(sqlite_store, BOSS, "b1", moves(("c0", "m1", 0)), why="", now_us=NOW_US)
    assert audited_branches(sqlite_store, BOSS) == ()  # and nothing was written


def test_an_operators_secret_is_the_key_and_is_in_no_file(sqlite_path: Path, tmp_path: Path) -> None:
    def opened(secret: str) -> Store:
        return open_store(str(sqlite_path), settings=Settings(snapshots=str(tmp_path / "s"), secret=secret), clock=lambda: NOW_US)

    store, stranger = opened("s3cret"), opened("guessed")
    live(store, "b1")
    assert store.audit_key == audit_key_from("s3cret")
    assert not store.vault.key_path.exists()
    assert problems(store) == []
    assert ["fits the key" in each for each in problems(stranger)] == [True]
    for each in (store, stranger):
        each.engine.dispose()


def test_several_writers_leave_a_chain_that_holds_and_the_head_at_its_end(open_again: Callable[[], Store]) -> None:
    stores = [open_again() for _ in range(4)]

    def write(store: Store, which: int) -> None:
        for number in range(8):
            frame = moves((f"c{which}", f"m{number}", 0))
            record_change(store, BOSS, f"b{which % 2 + 1}", frame, why="", now_us=NOW_US + number)

    assert race([partial(write, store, which) for which, store in enumerate(stores)]) == [None] * 4
    assert {branch_id: head.seq for branch_id, head in heads(stores[0]).items()} == {"b1": 16, "b2": 16}
    for branch_id in ("b1", "b2"):
        report = verify_audit(stores[0], BOSS, branch_id)
        assert (report.entries, report.problems, report.head_behind) == (16, (), 0)


def test_heads_are_a_small_text_that_can_be_kept_elsewhere(sqlite_path: Path, tmp_path: Path) -> None:
    store = open_store(str(sqlite_path), settings=Settings(snapshots=str(tmp_path / "s"), audit_head=str(tmp_path / "kept.json")))
    record_change(store, BOSS, "b1", moves(("c0", "m1", 0)), why="", now_us=NOW_US)
    found = json.loads((tmp_path / "kept.json").read_text("utf-8"))
    assert (set(found), set(found["branches"]), found["branches"]["b1"]["seq"]) == ({"store", "branches"}, {"b1"}, 1)
    assert not (tmp_path / "store.db.audit").exists()
    store.engine.dispose()


def test_a_secret_given_later_does_not_break_what_the_key_in_the_file_sealed(sqlite_path: Path, tmp_path: Path) -> None:
    for number, secret in enumerate(("", "s3cret", "")):
        store = open_store(str(sqlite_path), settings=Settings(snapshots=str(tmp_path / "s"), secret=secret), clock=lambda: NOW_US)
        record_change(store, BOSS, "b1", moves(("c0", f"m{number}", 0)), why="", now_us=NOW_US)
        told = problems(store)
        store.engine.dispose()
        # Who knows both keys finds both well; who lacks the secret cannot check what was sealed with it.
        assert told == ([] if number < 2 else ["Entry 2 was altered, or written by somebody else."])
