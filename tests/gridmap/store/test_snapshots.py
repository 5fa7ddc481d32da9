"""The Market of a version: made once, never stale, deletable at any time."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from gridmap import market as markets
from gridmap.errors import ScopeError, StoreError
from gridmap.scope import Scope
from gridmap.settings import Settings
from gridmap.store import Store, current_version, ensure_branch, merge, open_market, open_store, prune_snapshots, write_rows
from tests.gridmap.store.conftest import NOW_US, Write, organisations, visits
from tests.gridmap.store.field_lives import HOUR_US, SECOND_US, begin_field, visit

ORIGIN = {"as_of": None, "file_name": "", "file_sha256": "", "mapping": {}, "source": ""}


def folders(store: Store) -> list[str]:
    return sorted(path.name for path in (store.snapshots / "branch-b1").glob("[0-9]*"))


def test_a_version_is_built_once(store: Store, me: Scope, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write("organisations", organisations())
    first = open_market(store, me, "b1")
    monkeypatch.setattr("gridmap.store.snapshots._built", lambda *_, **__: pytest.fail("built again"))
    second = open_market(store, me, "b1")
    assert first.fingerprint == second.fingerprint
    assert first.version == second.version == current_version(store, me, "b1")
    assert second.tables["organisations"]["cell"].notna().tolist() == [True, True, False]
    assert second.branch.name == "Xinxing"


def test_an_import_makes_a_new_version_and_a_move_does_not(store: Store, me: Scope, write: Write) -> None:
    write("organisations", organisations())
    first = open_market(store, me, "b1")
    write("organisations", organisations(holder_id="m1"))
    moved = open_market(store, me, "b1")
    assert moved.fingerprint == first.fingerprint
    assert moved.version.change_id > first.version.change_id
    assert len(folders(store)) == 1
    write("visits", visits(("v1", "o1")))
    visited = open_market(store, me, "b1")
    assert visited.fingerprint != first.fingerprint
    assert visited.version.visit_no == 1
    assert len(folders(store)) == 2


def test_the_market_as_known_at_an_instant(store: Store, me: Scope, write: Write) -> None:
    write("organisations", organisations())
    known_us = NOW_US + 1_500_000
    write("organisations", organisations(name="New name"), as_of=date(2026, 1, 1))
    write("visits", visits(("v1", "o1")))
    then = open_market(store, me, "b1", known_us=known_us)
    assert "New name" not in set(then.tables["organisations"]["name"])
    assert then.tables["visits"].empty
    assert then.version == current_version(store, me, "b1", known_us=known_us)
    assert then.version < current_version(store, me, "b1")
    in_may = open_market(store, me, "b1").at("organisations", date(2026, 5, 1))
    assert set(in_may["name"]) == {"New name"}


def test_snapshots_can_be_deleted_or_damaged_at_any_time(store: Store, me: Scope, write: Write) -> None:
    write("organisations", organisations())
    first = open_market(store, me, "b1")
    shutil.rmtree(store.snapshots)
    assert open_market(store, me, "b1").fingerprint == first.fingerprint
    for path in (store.snapshots / "branch-b1").glob("*/*"):
        path.write_bytes(b"noise")
    assert open_market(store, me, "b1").fingerprint == first.fingerprint


def test_old_snapshots_go(store: Store, me: Scope, write: Write) -> None:
    for number in range(6):
        write("organisations", organisations(name=f"Name {number}"))
        open_market(store, me, "b1")
    assert len(folders(store)) == 4
    assert prune_snapshots(store, me, "b1", kept=1) == 3
    assert len(folders(store)) == 1


def test_visits_recorded_since_are_added_and_equal_a_market_built_anew(store: Store, me: Scope, write: Write) -> None:
    begun = begin_field(store, write, organisations())
    open_market(store, me, "b1")
    known = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gridmap.store.snapshots._built", lambda *_, **__: pytest.fail("built anew"))
        for number, outcomes in enumerate((["met"], ["not_in", "staff_only"], ["refused"])):
            at_us = NOW_US + HOUR_US + number * SECOND_US
            begun.send(*(visit("o1" if number else "o2", outcome, next_due="2026-07-09") for outcome in outcomes), at_us=at_us)
            known.append((current_version(store, me, "b1"), at_us))
            grown = open_market(store, me, "b1")
            assert grown.tables["visits"]["outcome"].tolist()[-len(outcomes) :] == outcomes
        before = open_market(store, me, "b1", known_us=known[1][1])
        assert (before.version, len(before.tables["visits"])) == (known[1][0], 3)
    shutil.rmtree(store.snapshots)
    anew = open_market(store, me, "b1")
    assert anew.version == grown.version
    assert anew.fingerprint == grown.fingerprint
    for name, frame in anew.tables.items():
        pd.testing.assert_frame_equal(pd.DataFrame(grown.tables[name]), pd.DataFrame(frame))
    shutil.rmtree(store.snapshots)
    assert open_market(store, me, "b1", known_us=known[1][1]).fingerprint == before.fingerprint


def test_visits_to_a_merged_organisation_are_added_to_the_kept_one(store: Store, me: Scope, write: Write) -> None:
    begun = begin_field(store, write, organisations())
    merge(store, me, "b1", kept="o2", merged="o1", now_us=NOW_US + SECOND_US)
    open_market(store, me, "b1")
    begun.send(visit("o1"))
    grown = open_market(store, me, "b1")
    assert grown.tables["visits"]["org_id"].tolist() == ["o2"]
    shutil.rmtree(store.snapshots)
    assert open_market(store, me, "b1").fingerprint == grown.fingerprint


def test_a_base_that_is_damaged_is_taken_away_and_the_market_built(store: Store, me: Scope, write: Write) -> None:
    begun = begin_field(store, write, organisations())
    open_market(store, me, "b1")
    begun.send(visit("o1"))
    for path in (store.snapshots / "branch-b1").glob("*/organisations.arrow"):
        path.write_bytes(b"noise")
    assert len(open_market(store, me, "b1").tables["visits"]) == 1
    assert len(folders(store)) == 1


def test_grown_snapshots_do_not_crowd_out_others(store: Store, me: Scope, write: Write) -> None:
    begun = begin_field(store, write, organisations())
    earlier = NOW_US + 1_500_000
    open_market(store, me, "b1", known_us=earlier)
    open_market(store, me, "b1")
    for number in range(6):
        begun.send(visit("o1"), at_us=NOW_US + HOUR_US + number * SECOND_US)
        open_market(store, me, "b1")
    assert len(folders(store)) == 3  # as known earlier, the last, and the one it grew from
    version = current_version(store, me, "b1", known_us=earlier)
    assert any(name.startswith(f"{version.import_id}-") for name in folders(store))


def test_another_store_of_the_same_path_never_meets_the_snapshot(sqlite_template: Path, tmp_path: Path, me: Scope) -> None:
    """The file is deleted and made again, or an old backup is put back: the numbers are the same, the content is not."""
    seen = []
    for name in ("First", "Second"):
        path = tmp_path / "store.db"
        path.unlink(missing_ok=True)
        store = open_store(str(path), settings=Settings())
        ensure_branch(store, me, "b1", now_us=NOW_US)
        write_rows(store, me, "b1", "organisations", organisations(name=name), now_us=NOW_US + 1, **ORIGIN)
        seen.append(open_market(store, me, "b1"))
        store.engine.dispose()
    assert [set(market.tables["organisations"]["name"]) for market in seen] == [{"First"}, {"Second"}]
    assert seen[0].version == seen[1].version


def test_numbers_of_persons_never_reach_a_file_beside_the_store(store: Store, me: Scope, write: Write) -> None:
    write("organisations", organisations())
    write("contacts", pd.DataFrame({"contact_id": ["k1"], "org_id": ["o1"], "name": ["Canary Li"], "phone": ["13800138000"]}))
    market = open_market(store, me, "b1")
    assert market.tables["contacts"].empty
    written = b"".join(path.read_bytes() for path in store.snapshots.rglob("*") if path.is_file())
    assert b"Canary" not in written
    assert b"13800138000" not in written


def test_a_branch_that_does_not_exist_is_told_of(store: Store, me: Scope) -> None:
    with pytest.raises(ScopeError, match="no branch"):
        open_market(store, me, "nowhere")


@pytest.mark.parametrize("branch_id", ["../../etc", "..", "a/b", "b 1", "分公司", "b%1", ":x"])
def test_any_code_of_a_branch_stays_in_its_folder(store: Store, me: Scope, branch_id: str) -> None:
    ensure_branch(store, me, branch_id, now_us=NOW_US)
    assert open_market(store, me, branch_id).branch.branch_id == branch_id
    written = list(store.snapshots.parent.rglob("market.json"))
    assert written != []
    assert all(path.parent.parent.parent == store.snapshots for path in written)


def test_a_folder_that_cannot_be_written_is_told_of(store: Store, me: Scope, write: Write) -> None:
    write("organisations", organisations())
    store.snapshots.write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="cannot be written"):
        open_market(store, me, "b1")


def test_two_readers_may_build_the_same_version(open_again: Callable[[], Store], me: Scope) -> None:
    one, other = open_again(), open_again()
    ensure_branch(one, me, "b1", now_us=NOW_US)
    assert open_market(one, me, "b1").fingerprint == open_market(other, me, "b1").fingerprint
    assert markets.FOREVER_US == 2**63 - 1
