"""Ownership, holders and sponsors as imported columns: they go to the ledger, and come back from it."""

from collections.abc import Callable
from datetime import date

import pandas as pd

from gridmap.scope import Scope
from gridmap.store import Store, compare_rows, current_version, ledger_rows, plan_as_of, read_table, record_change
from tests.gridmap.store.conftest import NOW_US, Write, organisations

AUGUST = date(2026, 8, 1)
AUGUST_US = 1_785_513_600_000_000


def ownership(*rows: tuple[str, str | None, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["cell", "owner", "valid_from"])
    return frame.assign(valid_from=pd.to_datetime(frame["valid_from"]))


def as_imported(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop(columns=["valid_from_us", "valid_to_us"])


HISTORY = ownership(("c1", "m1", "2025-01-01"), ("c1", "m2", "2025-06-01"), ("c2", None, "2025-01-01"), ("c3", "m1", "2025-01-01"))


def test_a_history_of_owners_is_imported_as_dated_rows(store: Store, me: Scope, write: Write) -> None:
    result = write("ownership", HISTORY.iloc[::-1])  # the order of the file does not matter
    assert (result.new, result.changed, result.unchanged) == (4, 0, 0)
    january, july = 1_736_000_000_000_000, 1_752_000_000_000_000
    assert plan_as_of(store, me, "b1", valid_us=january).owners.to_dict() == {"c1": "m1", "c3": "m1"}
    assert plan_as_of(store, me, "b1", valid_us=july).owners.to_dict() == {"c1": "m2", "c3": "m1"}


def test_a_round_trip_of_ownership_changes_nothing(store: Store, me: Scope, write: Write) -> None:
    write("ownership", HISTORY.assign(reason=["start", "he resigned", "nobody yet", None]))
    exported = read_table(store, me, "b1", "ownership")
    assert exported["reason"].fillna("-").tolist() == ["start", "he resigned", "nobody yet", "-"]
    before = ledger_rows(store, me, "b1", layer="cell")
    again = write("ownership", as_imported(exported))
    assert (again.new, again.changed, again.unchanged) == (0, 0, 4)
    pd.testing.assert_frame_equal(ledger_rows(store, me, "b1", layer="cell"), before)


def test_a_move_at_noon_survives_a_round_trip(store: Store, me: Scope, write: Write) -> None:
    write("ownership", HISTORY)
    moved = pd.DataFrame({"layer": "cell", "subject": ["c3"], "owner": ["m9"], "valid_from_us": [NOW_US]})
    record_change(store, me, "b1", moved, why="at noon", now_us=NOW_US + 60_000_000)
    exported = read_table(store, me, "b1", "ownership")
    assert write("ownership", as_imported(exported)).unchanged == 5


def test_a_later_change_already_in_the_ledger_stands(store: Store, me: Scope, write: Write) -> None:
    write("ownership", ownership(("c1", "m1", "2025-01-01"), ("c1", "m3", "2026-09-01")))
    assert write("ownership", ownership(("c1", "m2", "2026-08-01"))).changed == 1
    rows = read_table(store, me, "b1", "ownership")
    assert rows["owner"].tolist() == ["m1", "m2", "m3"]


def test_moving_owners_makes_no_new_version_of_the_facts(store: Store, me: Scope, write: Write) -> None:
    write("organisations", organisations())
    before = current_version(store, me, "b1")
    write("ownership", HISTORY)
    write("organisations", organisations(holder_id="m1"))
    after = current_version(store, me, "b1")
    assert after.import_id == before.import_id
    assert after.change_id > before.change_id


def test_holders_and_sponsors_go_to_the_ledger_and_come_back(store: Store, me: Scope, write: Write) -> None:
    named = organisations(holder_id=["m1", None, "m2"], sponsor_id=["boss", None, None])
    assert write("organisations", named).new == 3
    assert write("organisations", named).unchanged == 3
    plan = plan_as_of(store, me, "b1", valid_us=1)
    assert (plan.holders.to_dict(), plan.sponsors.to_dict()) == ({"o1": "m1", "o3": "m2"}, {"o1": "boss"})
    frame = read_table(store, me, "b1", "organisations")
    assert frame["holder_id"].fillna("-").tolist() == ["m1", "-", "m2"]
    assert frame["sponsor_id"].fillna("-").tolist() == ["boss", "-", "-"]


def test_a_new_holder_counts_from_its_day_and_an_empty_one_releases(store: Store, me: Scope, write: Write) -> None:
    write("organisations", organisations(holder_id=["m1", None, "m2"]))
    changed = organisations(holder_id=["m9", None, None])
    found = compare_rows(store, me, "b1", "organisations", changed, as_of=AUGUST)
    assert (found.changed, found.unchanged) == (2, 1)
    assert found.differences.fillna("-").to_numpy().tolist() == [["o1", "holder_id", "m1", "m9"], ["o3", "holder_id", "m2", "-"]]
    write("organisations", changed, as_of=AUGUST)
    assert plan_as_of(store, me, "b1", valid_us=AUGUST_US - 1).holders.to_dict() == {"o1": "m1", "o3": "m2"}
    assert plan_as_of(store, me, "b1", valid_us=AUGUST_US).holders.to_dict() == {"o1": "m9"}
    assert read_table(store, me, "b1", "organisations", valid_us=AUGUST_US - 1)["holder_id"].fillna("-").tolist() == ["m1", "-", "m2"]


def test_a_file_without_the_column_leaves_holders_alone(store: Store, me: Scope, write: Write) -> None:
    write("organisations", organisations(holder_id="m1"))
    write("organisations", organisations(name="New name"))
    assert set(plan_as_of(store, me, "b1", valid_us=NOW_US).holders) == {"m1"}


def test_facts_and_holders_of_one_import_are_one_transaction(store: Store, me: Scope, write: Write, sql: Callable[..., object]) -> None:
    record = write("organisations", organisations(holder_id="m1"))
    found = sql(store, "SELECT kind, import_id FROM changes")
    assert [tuple(row) for row in found] == [("import", record.import_id)]
