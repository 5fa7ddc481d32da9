"""A file into the store: all or nothing, the good rows, the same file twice, updates, dry runs, branches made on the way."""

from datetime import date
from typing import Any

import pandas as pd
import pytest
import shapely

from gridmap.errors import FileError, ScopeError, TableError
from gridmap.scope import Scope
from gridmap.services.import_report import ImportReport
from gridmap.services.importing import import_file
from gridmap.settings import Settings
from gridmap.store import Store, branches, imports, read_table
from tests.conftest import NOW_US

GOOD = "id,名称,lat,lon,our_lines\nA1,新兴一厂,22.70,112.22,12\nA2,新兴二厂,22.71,112.23,3\nA3,新兴三厂,,,\n"
MIXED = GOOD.replace("名称", "name") + "A4,,22.72,112.24,1\nA5,新兴五厂,22.73,112.25,many\n"


def bring(store: Store, who: Scope, text: str, **given: Any) -> ImportReport:
    told = {"name": "list.csv", "table": "organisations", "branch_id": "XX", "now_us": NOW_US, "settings": Settings(), **given}
    return import_file(store, who, data=text.encode(), **told)


def stored(store: Store, who: Scope, name: str = "organisations") -> pd.DataFrame:
    return read_table(store, who, "XX", name)


def test_a_good_file_is_written_and_its_branch_made(store: Store, me: Scope) -> None:
    report = bring(store, me, GOOD)
    assert (report.read, report.accepted, report.rejected, report.unplaced) == (3, 3, 0, 1)
    assert (report.new, report.changed, report.unchanged) == (3, 0, 0)
    assert report.written
    assert report.branch_made
    assert report.reject_file is None
    assert report.mapping["name"] == "名称"
    assert sorted(stored(store, me)["org_id"]) == ["A1", "A2", "A3"]
    boundary = shapely.from_wkt(branches(store, me).set_index("branch_id").loc["XX", "boundary"])
    assert boundary.contains(shapely.Point(112.22, 22.70))
    assert boundary.bounds == pytest.approx((112.219, 22.699, 112.231, 22.711))


def test_the_same_file_twice_changes_nothing(store: Store, me: Scope) -> None:
    bring(store, me, GOOD)
    before = stored(store, me)
    again = bring(store, me, GOOD, now_us=NOW_US + 1)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 3)
    pd.testing.assert_frame_equal(before, stored(store, me))
    assert len(imports(store, me, "XX")) == 2  # the branch, and the list once


def test_an_update_says_what_changes_before_it_does(store: Store, me: Scope) -> None:
    bring(store, me, GOOD)
    newer = GOOD.replace("22.71,112.23,3", "22.71,112.23,4") + "A9,新兴九厂,22.705,112.225,1\n"
    dry = bring(store, me, newer, dry_run=True)
    assert (dry.written, dry.refused) == (False, False)
    assert (dry.new, dry.changed, dry.unchanged) == (1, 1, 2)
    assert dry.differences.to_dict("records") == [{"key": "A2", "column": "our_lines", "old": "3", "new": "4"}]
    assert len(stored(store, me)) == 3
    done = bring(store, me, newer, as_of=date(2026, 6, 1))
    assert (done.new, done.changed, done.unchanged) == (1, 1, 2)
    history = stored(store, me)
    assert sorted(history.loc[history["org_id"].eq("A2"), "our_lines"]) == [3, 4]


def test_a_dry_run_of_a_new_branch_makes_none(sqlite_store: Store, me: Scope) -> None:
    assert bring(sqlite_store, me, GOOD, dry_run=True).new == 3
    assert branches(sqlite_store, me).empty


def test_one_bad_row_refuses_the_file(store: Store, me: Scope) -> None:
    report = bring(store, me, MIXED)
    assert report.refused
    assert not report.written
    assert (report.read, report.accepted, report.rejected) == (5, 3, 2)
    assert {(each.row, each.rule) for each in report.findings} == {(5, "required"), (6, "not_number")}
    assert branches(store, me).empty  # nothing half-written


def test_the_good_rows_are_taken_when_asked_for(sqlite_store: Store, me: Scope) -> None:
    report = bring(sqlite_store, me, MIXED, accept_good=True)
    assert report.written
    assert (report.new, report.rejected) == (3, 2)
    assert report.reject_file is not None
    assert report.reject_file.name == "list.rejected.csv"


def test_mended_rejects_can_be_imported_as_they_come_back(sqlite_store: Store, me: Scope) -> None:
    rejects = bring(sqlite_store, me, MIXED, accept_good=True).reject_file
    assert rejects is not None
    text = rejects.data.decode("utf-8-sig")
    assert text.splitlines()[0].startswith("id,name,lat,lon,our_lines,reason,rule,suggestion")
    mended = text.replace("A4,,", "A4,新兴四厂,").replace("many", "7")
    report = bring(sqlite_store, me, mended)
    assert (report.refused, report.new) == (False, 2)


def test_rows_that_point_nowhere_are_found(sqlite_store: Store, me: Scope) -> None:
    bring(sqlite_store, me, GOOD)
    visits = "visit_id,org_id,manager_id,visited_at,outcome\nV1,A1,M1,2026-06-01,met\nV2,ZZ,M1,2026-06-01,met\n"
    bring(sqlite_store, me, "manager_id,name,role\nM1,李明,account\n", table="managers")
    report = bring(sqlite_store, me, visits, table="visits")
    assert [(each.row, each.rule, each.value) for each in report.findings] == [(3, "unknown_reference", "ZZ")]


def test_a_correction_of_the_mapping_is_remembered(sqlite_store: Store, me: Scope) -> None:
    text = "id,名称,坐标甲,坐标乙\nA1,新兴一厂,22.70,112.22\n"
    assert bring(sqlite_store, me, text, dry_run=True).unplaced == 1
    bring(sqlite_store, me, text, mapping={"lat": "坐标甲", "lon": "#4"})
    again = bring(sqlite_store, me, text.replace("A1", "A2"))
    assert (again.mapping["lat"], again.mapping["lon"], again.unplaced) == ("坐标甲", "坐标乙", 0)


def test_points_a_little_beyond_an_extent_widen_it_and_far_ones_are_findings(store: Store, me: Scope) -> None:
    bring(store, me, GOOD)
    near = bring(store, me, "id,name,lat,lon\nB1,Near,22.74,112.26\n")
    assert near.written
    assert shapely.from_wkt(branches(store, me)["boundary"][0]).contains(shapely.Point(112.26, 22.74))
    far = bring(store, me, "id,name,lat,lon\nB2,Far,51.5,-0.12\n")
    assert [each.rule for each in far.findings] == ["outside_branch"]


def test_towns_take_the_place_of_an_extent_and_then_the_outline_stands(sqlite_store: Store, me: Scope) -> None:
    bring(sqlite_store, me, GOOD)
    square = "POLYGON ((112.2 22.68, 112.26 22.68, 112.26 22.74, 112.2 22.75, 112.2 22.68))"
    bring(sqlite_store, me, f'area_id,name,level,geometry\nT1,新城镇,town,"{square}"\n', table="areas")
    assert shapely.from_wkt(branches(sqlite_store, me)["boundary"][0]).equals(shapely.from_wkt(square))
    outside = bring(sqlite_store, me, "id,name,lat,lon\nB1,Beyond,22.70,112.27\n")
    assert [each.rule for each in outside.findings] == ["outside_branch"]


def test_a_branch_without_places_gets_its_outline_and_its_grid_with_the_first_points(sqlite_store: Store, me: Scope) -> None:
    bring(sqlite_store, me, "id,name\nA1,Unplaced\n")
    assert branches(sqlite_store, me)["boundary"].isna().all()
    bring(sqlite_store, me, "id,name,lat,lon\nB1,South,20,110\nB2,North,40,125\n")
    row = branches(sqlite_store, me).iloc[0]
    assert shapely.from_wkt(row["boundary"]).contains(shapely.Point(115, 30))
    assert row["grid_resolution"] < 8  # as fine as a map can show


def test_a_file_in_gcj02_is_refused_by_what_is_known_and_taken_when_told(sqlite_store: Store, me: Scope) -> None:
    rows = [(f"A{n}", 22.70 + n / 1000, 112.22 + n / 1000) for n in range(8)]
    bring(sqlite_store, me, "id,name,lat,lon\n" + "".join(f"{key},Shop {key},{lat},{lon}\n" for key, lat, lon in rows))
    shifted = "win_id,org_id,happened_on,competitor,lines_lost,lat,lon\n" + "".join(
        f"W{key},{key},2026-05-01,B,1,{lat - 0.0027},{lon + 0.0052}\n" for key, lat, lon in rows
    )
    refused = bring(sqlite_store, me, shifted, table="wins")
    assert [each.rule for each in refused.findings] == ["wrong_system"]
    assert "--crs gcj02" in str(refused.findings[0].remedy)
    told = bring(sqlite_store, me, shifted, table="wins", system="gcj02")
    assert told.written
    assert stored(sqlite_store, me, "wins")["lat"].iloc[0] == pytest.approx(22.70, abs=0.0005)


def test_without_a_branch_the_rows_or_the_store_say_which(sqlite_store: Store, me: Scope) -> None:
    named = bring(sqlite_store, me, GOOD.replace("id,", "分公司,id,").replace("\nA", "\nXX,A"), branch_id=None)
    assert named.branch_id == "XX"
    assert bring(sqlite_store, me, GOOD, branch_id=None).branch_id == "XX"
    bring(sqlite_store, me, GOOD, branch_id="YY")
    with pytest.raises(TableError, match="--branch"):
        bring(sqlite_store, me, GOOD, branch_id=None)


def test_who_may_not_import_is_refused_before_the_file_is_read(sqlite_store: Store) -> None:
    stranger = Scope("p", "P", "planner", frozenset({"YY"}))
    executive = Scope("e", "E", "executive", None)
    for who in (stranger, executive):
        with pytest.raises(ScopeError):
            bring(sqlite_store, who, "\0 no file at all")


def test_a_file_that_is_none_is_named(sqlite_store: Store, me: Scope) -> None:
    with pytest.raises(FileError, match="list"):
        bring(sqlite_store, me, "\0\1\2")


def test_progress_only_goes_forward(sqlite_store: Store, me: Scope) -> None:
    shares: list[float] = []
    bring(sqlite_store, me, GOOD, progress=lambda share, _doing: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_report_is_json_in_a_language(sqlite_store: Store, me: Scope) -> None:
    report = bring(sqlite_store, me, MIXED)
    told = report.as_json("zh_CN")
    assert set(told) >= {"read", "accepted", "rejected", "unplaced", "new", "changed", "unchanged", "findings", "reject_file"}
    assert set(told["findings"][0]) >= {"table", "row", "column", "rule", "value", "message", "remedy"}
    assert told["read"] == told["accepted"] + told["rejected"]
    assert told["accepted"] == told["new"] + told["changed"] + told["unchanged"]


def test_a_row_cut_wrongly_does_not_hide_the_branch_that_all_others_name(sqlite_store: Store, me: Scope) -> None:
    bring(sqlite_store, me, GOOD)
    bring(sqlite_store, me, GOOD, branch_id="YY")
    text = "org_id,name,branch_id,our_lines\nB1,one,XX,1\nB2,two, and more,XX,2\nB3,three,XX,3\n"
    report = bring(sqlite_store, me, text, branch_id=None)
    assert (report.branch_id, report.accepted, report.rejected) == ("XX", 2, 1)
    assert {finding.row for finding in report.findings} == {3}
