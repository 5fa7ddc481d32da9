"""Facts in both times: what is in force at an instant, as known at another; nothing is ever rewritten."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridmap.errors import StoreError
from gridmap.scope import Scope, operator
from gridmap.settings import Settings
from gridmap.store import FOREVER_US, Store, compare_rows, ensure_branch, open_store, read_table, write_rows
from gridmap.store.positions import day_start_us
from tests.gridmap.store.conftest import NOW_US, Write, organisations, visits

DAY_US = 86_400_000_000
JULY, AUGUST, SEPTEMBER = date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)
SHANGHAI_MIDNIGHT = {JULY: 1_782_835_200_000_000, AUGUST: 1_785_513_600_000_000}


def lines(store: Store, me: Scope, *, valid_us: int | None = None, known_us: int | None = None) -> dict[str, object]:
    frame = read_table(store, me, "b1", "organisations", valid_us=valid_us, known_us=known_us)
    return {row.org_id: (None if pd.isna(row.our_lines) else int(row.our_lines)) for row in frame.itertuples()}


def test_rows_come_back_as_they_went_in(store: Store, me: Scope, write: Write) -> None:
    result = write("organisations", organisations())
    assert (result.new, result.changed, result.unchanged) == (3, 0, 0)
    frame = read_table(store, me, "b1", "organisations")
    assert frame["org_id"].tolist() == ["o1", "o2", "o3"]
    assert frame["our_lines"].dtype == "Int64"
    assert frame["our_lines"].tolist() == [600, pd.NA, 3]
    assert frame["core"].dtype == "boolean"
    assert frame["opened_on"].tolist() == [pd.Timestamp("2020-01-01"), pd.NaT, pd.Timestamp("2024-02-29")]
    assert np.isnan(frame["lat"].iloc[2])
    assert frame["name"].dtype == "str"
    assert frame["tier"].isna().all()
    assert set(frame["valid_from_us"]) == {0}
    assert set(frame["valid_to_us"]) == {FOREVER_US}


@pytest.mark.parametrize(
    "name", ["{{7*7}}", "${1}", "<img onerror>", "`", "😀", 'a "quoted", name', "line\nbreak", "back\\slash", "\\N", "100 %", ":one"]
)
def test_no_text_is_special(store: Store, me: Scope, write: Write, name: str) -> None:
    write("organisations", organisations(name=name))
    assert set(read_table(store, me, "b1", "organisations")["name"]) == {name}
    assert write("organisations", organisations(name=name)).unchanged == 3


def test_the_same_content_twice_changes_nothing(store: Store, me: Scope, write: Write) -> None:
    first = write("organisations", organisations())
    second = write("organisations", organisations())
    assert (second.new, second.changed, second.unchanged) == (0, 0, 3)
    assert second.import_id == first.import_id
    shuffled = write("organisations", organisations().iloc[::-1])
    assert (shuffled.new, shuffled.changed, shuffled.unchanged) == (0, 0, 3)


def test_absent_columns_and_rows_keep_what_is_stored(store: Store, me: Scope, write: Write) -> None:
    write("organisations", organisations())
    result = write("organisations", pd.DataFrame({"org_id": ["o1"], "our_lines": pd.array([601], dtype="Int64")}), as_of=JULY)
    assert (result.new, result.changed, result.unchanged) == (0, 1, 0)
    frame = read_table(store, me, "b1", "organisations", valid_us=NOW_US).set_index("org_id")
    assert frame.loc["o1", "name"] == "Steel works"
    assert frame.loc["o1", "our_lines"] == 601
    assert len(frame) == 3


def test_a_change_is_in_force_from_its_day_and_the_time_before_keeps_the_old_values(store: Store, me: Scope, write: Write) -> None:
    write("organisations", organisations())
    write("organisations", organisations(our_lines=pd.array([700, None, 3], dtype="Int64")), as_of=AUGUST)
    at = SHANGHAI_MIDNIGHT[AUGUST]
    assert lines(store, me, valid_us=at - 1)["o1"] == 600
    assert lines(store, me, valid_us=at)["o1"] == 700
    frame = read_table(store, me, "b1", "organisations")
    assert frame["org_id"].tolist() == ["o1", "o1", "o2", "o3"]  # unchanged rows are untouched


def test_a_correction_never_changes_what_was_known_before(store: Store, me: Scope, write: Write) -> None:
    write("organisations", organisations())
    known_us = NOW_US + 1_500_000
    write("organisations", organisations(our_lines=pd.array([650, None, 3], dtype="Int64")), as_of=date(2026, 3, 1))
    in_april = day_start_us(date(2026, 4, 1), ZoneInfo("Asia/Shanghai"))
    assert lines(store, me, valid_us=in_april)["o1"] == 650
    assert lines(store, me, valid_us=in_april, known_us=known_us)["o1"] == 600


def test_an_older_snapshot_imported_later_holds_until_the_newer_one(store: Store, me: Scope, write: Write) -> None:
    write("organisations", organisations(), as_of=SEPTEMBER)
    result = write("organisations", organisations(our_lines=pd.array([500, None, 3], dtype="Int64")), as_of=JULY)
    assert (result.new, result.changed) == (0, 3)  # known organisations, known for longer now
    assert lines(store, me, valid_us=SHANGHAI_MIDNIGHT[JULY] - 1) == {}
    assert lines(store, me, valid_us=SHANGHAI_MIDNIGHT[AUGUST])["o1"] == 500
    assert lines(store, me, valid_us=FOREVER_US - 1)["o1"] == 600
    again = write("organisations", organisations(our_lines=pd.array([500, None, 3], dtype="Int64")), as_of=JULY)
    assert (again.new, again.changed) == (0, 0)


def test_differences_are_shown_before_anything_is_written(store: Store, me: Scope, write: Write) -> None:
    write("organisations", organisations())
    changed = organisations(our_lines=pd.array([600, 9, None], dtype="Int64"), name=["Steel works", "School", "Tea room"])
    changed = pd.concat([changed, changed.iloc[:1].assign(org_id="o4")])
    found = compare_rows(store, me, "b1", "organisations", changed)
    assert (found.new, found.changed, found.unchanged) == (1, 2, 1)
    told = {(row.org_id, row.column): (row.old, row.new) for row in found.differences.fillna("-").itertuples()}
    assert told == {("o2", "our_lines"): ("-", "9"), ("o3", "our_lines"): ("3", "-"), ("o3", "name"): ("Tea house", "Tea room")}
    assert lines(store, me) == {"o1": 600, "o2": None, "o3": 3}


def test_visits_append_and_a_changed_one_is_a_correction_of_the_whole(store: Store, me: Scope, write: Write) -> None:
    assert write("visits", visits(("v1", "o1"), ("v2", "o2"))).new == 2
    assert write("visits", visits(("v2", "o2"), ("v3", "o1"))).new == 1
    corrected = write("visits", visits(("v1", "o1")).assign(outcome="refused"), as_of=AUGUST)
    assert corrected.changed == 1
    frame = read_table(store, me, "b1", "visits")
    assert frame["visit_id"].tolist() == ["v1", "v2", "v3"]
    assert frame["outcome"].tolist() == ["refused", "met", "met"]
    assert set(frame["valid_from_us"]) == {0}


def test_missing_parts_of_a_key_are_one_value(store: Store, me: Scope, write: Write) -> None:
    targets = pd.DataFrame(
        {"level": "branch", "subject": [None, "t1"], "metric": "filing_rate", "tier": [None, "A"], "period": "2026", "value": [0.8, 0.95]}
    )
    assert write("targets", targets).new == 2
    assert write("targets", targets).unchanged == 2
    assert write("targets", targets.assign(value=0.9)).changed == 2
    frame = read_table(store, me, "b1", "targets", valid_us=NOW_US)
    assert frame["subject"].isna().tolist() == [False, True]


def test_a_part_of_a_key_that_a_file_leaves_out_is_empty(store: Store, me: Scope, write: Write) -> None:
    targets = pd.DataFrame({"level": "branch", "metric": ["filing_rate"], "period": "2026", "value": 0.8})
    assert write("targets", targets).new == 1
    assert write("targets", targets.assign(tier=None, subject="")).unchanged == 1
    assert read_table(store, me, "b1", "targets", valid_us=NOW_US)["tier"].isna().all()


def test_two_rows_with_one_key_are_a_fault_of_the_caller(write: Write) -> None:
    with pytest.raises(ValueError, match="have the key"):
        write("organisations", pd.concat([organisations(), organisations()]))


def test_what_the_schema_forbids_the_database_refuses(store: Store, me: Scope, write: Write) -> None:
    with pytest.raises(StoreError, match="refused the rows"):
        write("organisations", organisations(stage="unheard of"))
    with pytest.raises(StoreError, match="refused the rows"):
        write("organisations", organisations(lat=91.0))
    with pytest.raises(StoreError, match="refused the rows"):
        write("organisations", organisations(name=None))
    assert read_table(store, me, "b1", "organisations").empty


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE organisations SET name = 'other'",
        "UPDATE organisations SET valid_from = 1",
        "UPDATE organisations SET recorded_to = recorded_to - 1 WHERE recorded_to < 9000000000000000000",
        "DELETE FROM organisations",
        "DELETE FROM visits",
        "UPDATE imports SET who = 'somebody'",
        "DELETE FROM imports",
        "UPDATE changes SET why = 'other'",
        "DELETE FROM changes",
    ],
)
def test_direct_sql_cannot_rewrite_history(store: Store, write: Write, sql: Callable[..., object], statement: str) -> None:
    write("organisations", organisations(holder_id="m1"))
    write("organisations", organisations(name="New name"), as_of=AUGUST)
    write("visits", visits(("v1", "o1")))
    with pytest.raises(Exception, match="history is only added to"):
        sql(store, statement)


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["organisations", "visits", "ledger", "changes", "imports", "duplicates"])
def test_truncate_is_refused(postgres_url: str, sql: Callable[..., object], table: str) -> None:
    store = open_store(postgres_url, settings=Settings())
    with pytest.raises(Exception, match="history is only added to"):
        sql(store, f"TRUNCATE {table} CASCADE")
    store.engine.dispose()


def test_rows_about_persons_can_be_erased(store: Store, write: Write, sql: Callable[..., object]) -> None:
    write("contacts", pd.DataFrame({"contact_id": ["c1"], "org_id": ["o1"], "name": ["Li"], "phone": ["13812345678"]}))
    sql(store, "DELETE FROM contacts")


snapshots = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), min_size=1, max_size=8)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(snapshots)
def test_any_order_of_snapshots_agrees_with_a_plain_list(sqlite_template: Path, taken: list[tuple[int, int]]) -> None:
    """Each import says a value as of a day; what was said last on or before a day holds, then and in every later knowledge."""
    me = operator("oracle")
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(shutil.copy(sqlite_template, folder), settings=Settings(), clock=lambda: NOW_US)
        ensure_branch(store, me, "b1", now_us=NOW_US, time_zone="UTC")
        said: dict[int, int] = {}  # day of a statement -> value: each holds until the next statement, of any time
        remembered = []
        for number, (day, value) in enumerate(taken):
            frame = pd.DataFrame({"org_id": ["o1"], "name": "x", "our_lines": pd.array([value], dtype="Int64")})
            known = {"file_name": "", "file_sha256": str(number), "mapping": {}, "source": ""}
            now_us = NOW_US + 1 + number
            write_rows(store, me, "b1", "organisations", frame, as_of=date(2026, 6, 10 + day), now_us=now_us, **known)
            in_force = [at for at in said if at <= day]
            if not in_force or said[max(in_force)] != value:
                said[day] = value
            remembered.append((now_us, dict(said)))
        for known_us, truth in remembered:
            history = read_table(store, me, "b1", "organisations", known_us=known_us)
            for day in range(10):
                instant = NOW_US // DAY_US * DAY_US - (21 - day) * DAY_US
                spoken = [at for at in truth if at <= day]
                in_force = history[(history["valid_from_us"] <= instant) & (instant < history["valid_to_us"])]
                assert in_force["our_lines"].tolist() == ([truth[max(spoken)]] if spoken else []), (day, truth)
        store.engine.dispose()
