"""The hash of a row: ours, so it is pinned; a missing value is an absent one; no text imitates another row."""

import numpy as np
import pandas as pd
import pytest

from gridmap import schema
from gridmap.errors import StoreError
from gridmap.scope import Scope
from gridmap.store import Store, branches, compare_rows, current_version, ensure_branch, write_rows
from gridmap.store.frames import hash_rows, to_frame, to_rows
from tests.gridmap.store.conftest import NOW_US, Write, organisations

ORGANISATIONS = schema.table("organisations")


def hashes(frame: pd.DataFrame) -> list[int]:
    return [int(each) for each in hash_rows(to_rows(frame, ORGANISATIONS), ORGANISATIONS)]


def test_the_hash_is_the_same_on_every_machine_and_version() -> None:
    assert hashes(organisations(holder_id="m1", branch_id="b7")) == [1231776290201541542, 8065076423469615535, 7259234779656827194]


def test_a_missing_value_and_an_absent_column_are_alike() -> None:
    empty = {"tier": None, "services": pd.array([None] * 3, dtype="Int64"), "closed_on": pd.NaT, "note": "no column of the schema"}
    assert hashes(organisations(**empty)) == hashes(organisations())
    assert hashes(organisations(tier="")) == hashes(organisations())


@pytest.mark.parametrize(
    "changed", [{"name": "Other"}, {"lat": [22.7, 22.75, 22.0]}, {"core": [False, None, False]}, {"opened_on": pd.Timestamp("2020-01-02")}]
)
def test_every_kind_of_value_counts(changed: dict[str, object]) -> None:
    assert hashes(organisations(**changed)) != hashes(organisations())


def test_values_that_change_places_are_another_row() -> None:
    one = pd.DataFrame({"org_id": ["o"], "name": ["n"], "our_lines": pd.array([3], "Int64"), "lines_known": pd.array([5], "Int64")})
    other = one.assign(our_lines=one["lines_known"], lines_known=one["our_lines"])
    assert hashes(one) != hashes(other)
    assert hashes(one.assign(street="x", building=None)) != hashes(one.assign(street=None, building="x"))


def test_a_separator_inside_a_text_imitates_nothing() -> None:
    frame = pd.DataFrame({"org_id": ["o", "o"], "name": ["a\x1fb", "a"], "name_en": [None, "b"]})
    assert len(set(hashes(frame))) == 2


def test_rows_and_frames_are_inverse() -> None:
    rows = to_rows(organisations(branch_id="b1"), ORGANISATIONS)
    again = to_rows(to_frame(rows, ORGANISATIONS), ORGANISATIONS)
    assert again.equals(rows)
    zeros = to_rows(pd.DataFrame({"org_id": ["o"], "lat": [-0.0]}), ORGANISATIONS)
    assert not np.signbit(zeros.column("lat").to_numpy()).any()


def test_an_import_of_branches_makes_a_version_in_each(store: Store, me: Scope, write: Write) -> None:
    ensure_branch(store, me, "b2", now_us=NOW_US)
    before = current_version(store, me, "b2")
    made = write("branches", pd.DataFrame({"branch_id": ["b1", "b2", "b3"], "name": ["One", "Two", "Three"]}))
    assert (made.new, made.changed) == (1, 2)
    assert branches(store, me)["name"].tolist() == ["One", "Two", "Three"]
    assert before.import_id < current_version(store, me, "b2").import_id == made.import_id
    assert current_version(store, me, "b3").import_id == made.import_id


@pytest.mark.parametrize("zone", ["Nowhere/Atlantis", "../etc/passwd", "/etc/localtime"])
def test_a_time_zone_that_does_not_exist_is_told_of_and_can_be_mended(store: Store, me: Scope, zone: str) -> None:
    ensure_branch(store, me, "b9", now_us=NOW_US, time_zone=zone)
    with pytest.raises(StoreError, match="does not exist"):
        compare_rows(store, me, "b9", "organisations", organisations())
    mended = pd.DataFrame({"branch_id": ["b9"], "name": ["Nine"], "time_zone": ["Asia/Shanghai"]})
    known = {"as_of": None, "now_us": NOW_US, "file_name": "", "file_sha256": "", "mapping": {}, "source": ""}
    write_rows(store, me, "b9", "branches", mended, **known)
    assert compare_rows(store, me, "b9", "organisations", organisations()).new == 3
