"""Market: rows placed once, row history read at a day of the branch, snapshots that give back the same."""

import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
import shapely

from gridmap import schema
from gridmap.errors import CellError, StoreError
from gridmap.market import FOREVER_US, Version, build_market, closed_months, day_end_us, local_days, open_market, save_market
from tests.builders import AS_OF, CELLS, areas, boundary, branch, frame, market, organisations, parks, seven_cells, tables, visits

MAY_31, JUNE_1 = date(2026, 5, 31), date(2026, 6, 1)
OUTLINE = "POLYGON ((112 22, 113 22, 113 23, 112 22))"
JUNE_1_US = 1_780_243_200_000_000  # midnight in Shanghai


def history():
    changed = frame(("org_id", "name"), ("o1", "old"), ("o1", "new"), ("o2", "gone"), ("o3", "to come"))
    changed["valid_from_us"] = [0, JUNE_1_US, 0, JUNE_1_US + 1]
    changed["valid_to_us"] = [JUNE_1_US, FOREVER_US, JUNE_1_US, FOREVER_US]
    return changed


def test_rows_are_placed_in_cell_town_and_park():
    organisations_ = seven_cells().tables["organisations"].set_index("org_id")
    assert list(organisations_.loc["o1", ["cell", "town", "park"]]) == [CELLS["mid"], "t-west", "P1"]
    assert list(organisations_.loc["o3", ["cell", "town"]]) == [CELLS["mid"], "t-east"]
    assert pd.isna(organisations_.loc["o3", "park"])
    assert organisations_.loc["o10", ["cell", "town", "park"]].isna().all()


def test_a_case_without_a_point_is_where_its_organisation_is():
    wins = seven_cells().tables["wins"].set_index("win_id")
    assert list(wins.loc[["w1", "w4", "w6"], "cell"]) == [CELLS["mid"], CELLS["w"], CELLS["se"]]
    assert wins.loc["w6", "park"] == "P2"


def test_every_table_has_every_column_with_its_type_even_when_empty():
    it = market()
    for table in schema.TABLES:
        held = it.tables[table.name]
        assert set(held.columns) >= {name for name in table.names if table.column(name).kind != "geometry"}, table.name
        for column in table.columns:
            if column.kind in ("id", "ids", "text", "choice", "month"):
                assert held[column.name].dtype == "str", column.name
            if column.kind == "integer":
                assert held[column.name].dtype == "Int64", column.name
    assert str(it.tables["visits"]["visited_at"].dtype) == "datetime64[us, UTC]"
    assert len(it.areas) == len(it.parks) == len(it.roads) == len(it.waters) == len(it.towns) == 0


def test_the_rows_in_force_are_those_of_the_end_of_the_day():
    it = market({"organisations": history()})
    assert list(it.at("organisations", MAY_31)["name"]) == ["old", "gone"]
    assert list(it.at("organisations", JUNE_1)["name"]) == ["new", "to come"]


def test_the_branchs_time_zone_decides_what_a_day_is():
    there = market({"organisations": history()}, time_zone="America/New_York")  # midnight in Shanghai is noon of 31 May there
    assert list(there.at("organisations", MAY_31)["name"]) == ["new", "to come"]
    assert list(there.at("organisations", date(2026, 5, 30))["name"]) == ["old", "gone"]


def test_a_day_ends_where_the_next_begins_also_when_clocks_change():
    for zone, day in (("Asia/Shanghai", JUNE_1), ("America/New_York", date(2026, 3, 8)), ("America/New_York", date(2026, 11, 1))):
        following = datetime(day.year, day.month, day.day + 1, tzinfo=ZoneInfo(zone))
        assert day_end_us(day, zone) == round(following.timestamp() * 1e6)
    assert day_end_us(MAY_31, "Asia/Shanghai") == JUNE_1_US


def test_visits_and_wins_of_a_day_are_those_that_had_happened():
    it = seven_cells()
    assert "v9" not in set(it.at("visits", AS_OF)["visit_id"])  # half an hour after midnight, local
    assert "v9" in set(it.at("visits", date(2026, 7, 1))["visit_id"])
    assert set(it.at("wins", date(2026, 2, 1))["win_id"]) == {"w4", "w7"}


def test_local_days_keep_what_is_missing():
    moments = pd.Series(pd.to_datetime(["2026-06-30 16:30", None], utc=True))
    assert list(local_days(moments, "Asia/Shanghai").isna()) == [False, True]
    assert local_days(moments, "Asia/Shanghai")[0] == pd.Timestamp(2026, 7, 1)


def test_what_is_read_can_be_changed_without_changing_the_market():
    it = seven_cells()
    for name in ("organisations", "visits", "areas"):
        read = it.at(name, date(2030, 1, 1))
        read["branch_id"] = "changed"
        read.loc[read.index[0], "branch_id"] = "changed again"
        assert it.tables[name]["branch_id"].isna().all()
        assert len(it.tables[name])
    with pytest.raises(TypeError):
        it.tables["organisations"] = it.tables["visits"]


def test_the_input_stays_as_it_is():
    given = tables()
    before = {name: table.copy() for name, table in given.items()}
    market(given)
    for name, table in given.items():
        pd.testing.assert_frame_equal(table, before[name])


def test_outlines_now_in_force_are_found_by_id():
    twice = pd.concat([areas(), areas().iloc[:1].assign(name="old", valid_to_us=1)], ignore_index=True)
    it = market({"areas": twice, "parks": parks().iloc[::-1]})
    assert list(it.areas.loc[["t-east", "t-west"], "name"]) == ["东成", "新城"]
    assert list(it.parks.index) == list(it.parks["park_id"]) == ["P1", "P2"]
    assert it.areas.crs.to_epsg() == 4326
    assert list(it.towns.index) == ["t-east", "t-west"]


def test_areas_without_a_level_or_an_outline_are_no_towns():
    rows = frame(
        ("area_id", "name", "level", "geometry"), ("1", "a", "county", OUTLINE), ("2", "b", None, OUTLINE), ("3", "c", "town", None)
    )
    assert len(market({"areas": rows}).towns) == 0


@pytest.mark.parametrize(
    ("given", "cells"),
    [
        ({"areas": areas()}, 1_000),  # no boundary: the outlines of the areas
        ({"organisations": organisations()}, 7),  # no areas either: the extent of the organisations
        ({}, 0),  # nothing to go by
    ],
)
def test_a_branch_without_a_boundary_has_a_grid_all_the_same(given, cells):
    it = build_market(branch(boundary=None), given, Version())
    assert len(it.grid.cells) >= cells
    assert (cells > 0) == (len(it.grid.cells) > 0)
    placed = it.tables["organisations"]
    assert (placed["cell"].notna() == placed["lat"].notna()).all() or not cells


def test_admin_polygons_can_be_the_cells():
    it = market(tables(), grid_kind="areas")
    assert list(it.grid.cells) == ["t-east", "t-west"]
    assert it.tables["organisations"].set_index("org_id").loc["o1", "cell"] == "t-west"


def test_an_outline_that_cannot_be_read_is_named():
    with pytest.raises(CellError, match="parks"):
        market({"parks": parks().assign(geometry="POLYGON ((broken")})


def test_the_fingerprint_follows_content_version_and_grid():
    it = seven_cells()
    others = [
        seven_cells(visits=visits().iloc[1:]),
        seven_cells(organisations=organisations().assign(name="x")),
        seven_cells(organisations=organisations().assign(our_lines=pd.array([None] * 12, "Int64"))),
        market(tables(), grid_resolution=7),
        market(tables(), time_zone="UTC"),
        build_market(branch(), tables(), Version(1, 0, 1)),
    ]
    assert len({it.fingerprint, *(other.fingerprint for other in others)}) == 7
    assert it.fingerprint == seven_cells().fingerprint


@pytest.mark.parametrize("made", [seven_cells, market, lambda: market(tables(), grid_kind="areas"), lambda: market(boundary=None)])
def test_a_snapshot_gives_back_the_same(made, tmp_path):
    it = made()
    save_market(it, tmp_path / "sub" / "1-0-0")
    again = open_market(tmp_path / "sub" / "1-0-0")
    assert (again.fingerprint, again.version, again.grid.fingerprint) == (it.fingerprint, it.version, it.grid.fingerprint)
    assert list(again.grid.cells) == list(it.grid.cells)
    assert (again.branch.name, again.branch.time_zone) == (it.branch.name, it.branch.time_zone)
    assert (again.branch.boundary is None) == (it.branch.boundary is None)
    for name, table in it.tables.items():
        pd.testing.assert_frame_equal(pd.DataFrame(again.tables[name]), pd.DataFrame(table))
        assert type(again.tables[name]) is type(table)
    assert again.areas.crs == it.areas.crs
    if it.grid.outlines is not None:
        assert shapely.equals(np.asarray(again.grid.outlines.array), np.asarray(it.grid.outlines.array)).all()


def test_the_second_to_write_a_snapshot_leaves_the_first_and_no_rubbish(tmp_path):
    save_market(seven_cells(), tmp_path / "1")
    save_market(seven_cells(), tmp_path / "1")
    assert [path.name for path in tmp_path.iterdir()] == ["1"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "market.json").unlink(),  # no head
        lambda folder: (folder / "market.json").write_text("{"),  # half a head
        lambda folder: (folder / "visits.arrow").write_bytes(b"ARROW1"),  # half a table
        lambda folder: (folder / "organisations.arrow").unlink(),  # a table gone
        lambda folder: (folder / "areas.arrow").write_bytes((folder / "areas.arrow").read_bytes()[:-200]),  # cut short
        lambda folder: (folder / "market.json").write_text(  # of another release
            json.dumps({**json.loads((folder / "market.json").read_text("utf-8")), "format": 99})
        ),
    ],
)
def test_a_damaged_snapshot_says_so(damage, tmp_path):
    save_market(seven_cells(), tmp_path / "1")
    damage(tmp_path / "1")
    with pytest.raises(StoreError, match="Delete the folder"):
        open_market(tmp_path / "1")


def test_closed_months_are_those_that_end_within_the_span():
    assert closed_months(date(2026, 1, 15), date(2026, 3, 31)) == ("2026-01", "2026-02", "2026-03")
    assert closed_months(date(2026, 1, 15), date(2026, 3, 30)) == ("2026-01", "2026-02")
    assert closed_months(date(2026, 1, 1), date(2026, 1, 30)) == ()


def test_the_boundary_of_the_drawing_meets_seven_cells_only():
    assert boundary().is_valid
    assert len(market().grid.cells) == 7
