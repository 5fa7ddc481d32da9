"""Places: which system a file is in, swapped columns, points outside, outlines repaired."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely

from gridmap import schema
from gridmap.coordinates import SYSTEMS, from_wgs84, offset_m
from gridmap.errors import CoordinateError
from gridmap.tables import BranchFrame, check_table
from tests.gridmap.reading_here import read_here

TODAY = date(2026, 10, 31)
BOUNDARY = shapely.box(112.0, 22.5, 112.4, 22.9)
BRANCH = BranchFrame("445321", BOUNDARY, "Asia/Shanghai")


def organisations(count=200, seed=5):
    generator = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "org_id": [f"O{at}" for at in range(count)],
            "name": [f"Firm {at}" for at in range(count)],
            "lat": generator.uniform(22.55, 22.85, count).round(6),
            "lon": generator.uniform(112.05, 112.35, count).round(6),
        }
    )


def moved(frame, system):
    lat, lon = from_wgs84(frame["lat"], frame["lon"], system)
    return frame.assign(lat=lat.round(6), lon=lon.round(6))


def anchors(frame):
    return frame.set_index("org_id")[["lat", "lon", "name"]]


def check(frame, table="organisations", **options):
    data = frame if isinstance(frame, bytes) else frame.to_csv(index=False).encode()
    return check_table(read_here(data, table=table), schema.table(table), today=TODAY, **options)


@pytest.mark.parametrize("truth", SYSTEMS)
@pytest.mark.parametrize("declared", [None, *SYSTEMS])
def test_a_file_in_another_system_than_declared_is_refused_naming_it(truth, declared):
    frame = organisations()
    checked = check(moved(frame, truth), system=declared, anchors=anchors(frame), branch=BranchFrame("445321"))
    if truth == (declared or "wgs84"):
        assert not checked.refused
        assert checked.system == truth
        assert offset_m(checked.accepted["lat"], checked.accepted["lon"], frame["lat"], frame["lon"]).max() < 0.3
        return
    finding = next(finding for finding in checked.findings if finding.rule == "wrong_system")
    assert finding.row is None
    assert f"--crs {truth}" in str(finding.remedy)
    assert f"{dict(zip(SYSTEMS, ('WGS-84', 'GCJ-02', 'BD-09'), strict=True))[truth]}" in str(finding.message)
    assert checked.refused
    assert len(checked.rejected) == checked.read == len(frame)


def test_the_finding_says_how_far_off_the_file_is():
    frame = organisations()
    finding = check(moved(frame, "gcj02"), anchors=anchors(frame)).findings[0]
    shift = int(str(finding.message).split("looks ")[1].split(" m")[0])
    assert shift == pytest.approx(np.median(offset_m(frame["lat"], frame["lon"], *from_wgs84(frame["lat"], frame["lon"], "gcj02"))), abs=15)


def test_a_clean_copy_with_moved_things_is_not_accused():
    frame = organisations()
    generator = np.random.default_rng(6)
    changed = frame.assign(lat=frame["lat"].where(generator.random(200) > 0.3, frame["lat"] + generator.normal(0, 0.01, 200)))
    checked = check(changed, anchors=anchors(frame))
    assert not checked.findings


def test_names_serve_as_anchors_where_codes_are_strange():
    frame = organisations()
    foreign = moved(frame, "gcj02").assign(org_id=[f"crm-{at}" for at in range(len(frame))])
    assert check(foreign, anchors=anchors(frame)).refused
    assert not check(frame.assign(org_id=foreign["org_id"]), anchors=anchors(frame)).refused


def test_points_of_other_tables_are_held_against_their_organisations():
    frame = organisations()
    wins = moved(frame, "gcj02").assign(win_id=frame["org_id"], happened_on="2026-01-01", competitor="B", lines_lost=1).drop(columns="name")
    assert "wrong_system" in check(wins, "wins", anchors=anchors(frame)).counts
    assert not check(wins, "wins", anchors=anchors(frame), system="gcj02").findings


def test_a_mixture_of_systems_is_refused():
    frame = organisations()
    mixed = pd.concat([frame[:150], moved(frame[150:], "gcj02")])
    checked = check(mixed, anchors=anchors(frame))
    assert "mixed_systems" in checked.counts
    assert checked.refused


def test_the_boundary_alone_only_warns_of_the_system():
    generator = np.random.default_rng(7)
    frame = organisations(2000).assign(lat=generator.uniform(22.5, 22.9, 2000).round(6), lon=generator.uniform(112.0, 112.4, 2000).round(6))
    checked = check(moved(frame, "bd09"), branch=BRANCH)
    assert checked.counts["likely_system"] == 1
    assert not checked.refused
    assert checked.counts["outside_branch"] == len(checked.rejected)


def test_headers_that_name_a_system_declare_it():
    frame = organisations(10)
    named = moved(frame, "gcj02").rename(columns={"lat": "lat_gcj02", "lon": "lng_gcj02"})
    checked = check(named)
    assert checked.system == "gcj02"
    assert np.allclose(checked.accepted["lat"], frame["lat"], atol=1e-6)
    assert "two_systems" in check(named, system="bd09").counts


def test_an_unknown_system_is_an_error_of_the_caller():
    with pytest.raises(CoordinateError):
        check(organisations(1), system="utm")


def test_points_outside_the_branch_are_refused_where_its_outline_is_known():
    frame = organisations(5)
    frame.loc[2, ["lat", "lon"]] = [31.2, 121.4]
    checked = check(frame, branch=BRANCH)
    assert [(finding.row, finding.rule, finding.value) for finding in checked.findings] == [(4, "outside_branch", "31.2, 121.4")]
    assert len(check(frame).accepted) == 5
    edge = organisations(1).assign(lat=22.5, lon=112.0)
    assert len(check(edge, branch=BRANCH).accepted) == 1


def test_swapped_columns_are_named_with_the_way_to_mend_them():
    frame = organisations(20).rename(columns={"lat": "经度", "lon": "纬度"})
    checked = check(frame)
    finding = next(finding for finding in checked.findings if finding.rule == "swapped_columns")
    assert "--map lat=经度 --map lon=纬度" in str(finding.remedy)
    assert checked.refused
    assert len(check(frame, mapping={"lat": "经度", "lon": "纬度"}).accepted) == 20


def test_swapped_columns_are_found_by_the_boundary_where_numbers_do_not_tell():
    frame = pd.DataFrame({"org_id": ["1", "2", "3"], "name": "x", "lat": [7.42, 7.421, 7.423], "lon": [43.73, 43.731, 43.735]})
    monaco = BranchFrame("MC", shapely.box(7.40, 43.72, 7.45, 43.76))
    assert "swapped_columns" in check(frame, branch=monaco).counts
    assert len(check(frame).accepted) == 3


@pytest.mark.parametrize(("first", "second"), [("lat", "lon"), ("lon", "lat")])
def test_without_headers_the_values_tell_latitude_from_longitude(first, second):
    frame = organisations(30)
    data = frame[["name", first, second]].to_csv(index=False, header=False).encode()
    checked = check(data)
    assert {name: checked.mapping.columns[name] for name in ("name", first, second)} == {"name": "#1", first: "#2", second: "#3"}
    assert np.allclose(checked.accepted["lat"], frame["lat"])


def test_without_headers_the_boundary_tells_where_numbers_do_not():
    data = b"7.421,43.731\n7.422,43.732\n"
    raw = read_here(data)
    monaco = BranchFrame("MC", shapely.box(7.40, 43.72, 7.45, 43.76))
    checked = check_table(raw, schema.table("organisations"), today=TODAY, branch=monaco)
    assert checked.accepted["lat"].tolist() == [43.731, 43.732]


def test_nowhere_is_a_point_that_is_missing():
    checked = check(organisations(4).assign(lat=[0, "NaN", "", 22.7], lon=[0, "nan", None, 112.2]))
    assert checked.unplaced == 3
    assert len(checked.accepted) == 4
    assert [finding.rule for finding in checked.findings] == ["zero_point"]


def test_organisations_without_any_point_are_kept_and_counted():
    checked = check(organisations(4).drop(columns=["lat", "lon"]))
    assert (len(checked.accepted), checked.unplaced) == (4, 4)
    assert "lat" not in checked.accepted


@pytest.mark.parametrize(
    "written",
    [
        "POINT (112.2 22.7)",
        '{"type": "Point", "coordinates": [112.2, 22.7]}',
        "0101000000CDCCCCCCCC0C5C4033333333333B3640".replace("3B36", "B336"),
    ],
)
def test_points_come_as_wkt_geojson_or_wkb(written):
    frame = pd.DataFrame({"org_id": ["1"], "name": ["a"], "geometry": [written]})
    checked = check(frame)
    assert checked.accepted[["lat", "lon"]].round(6).to_numpy().tolist() == [[22.7, 112.2]]


def test_points_in_metres_are_named_and_ignored_where_there_are_degrees():
    frame = organisations(4).assign(geometry="POINT (-13432285.8 4177195.0)")
    assert len(check(frame).accepted) == 4
    alone = check(frame.drop(columns=["lat", "lon"]))
    assert alone.refused
    assert "not_degrees" in alone.counts


def test_points_with_latitude_first_in_their_geometry_are_named():
    frame = organisations(4)
    frame = frame.assign(geometry=[f"POINT ({lat} {lon})" for lat, lon in zip(frame["lat"], frame["lon"], strict=True)]).drop(
        columns=["lat", "lon"]
    )
    assert "swapped_geometry" in check(frame).counts


PARK = "POLYGON ((112.1 22.6, 112.2 22.6, 112.2 22.7, 112.1 22.7, 112.1 22.6))"
BOWTIE = "POLYGON ((112.1 22.6, 112.2 22.7, 112.2 22.6, 112.1 22.7, 112.1 22.6))"
SPIKE = "POLYGON ((112.1 22.6, 112.2 22.6, 112.3 22.6, 112.2 22.6, 112.2 22.7, 112.1 22.7, 112.1 22.6))"


@pytest.mark.parametrize(
    ("wkt", "rule", "kept"),
    [
        (PARK, None, True),
        (BOWTIE, "invalid_geometry", True),
        (SPIKE, "invalid_geometry", True),  # repaired to a polygon and a line: the polygon stays
        (f"GEOMETRYCOLLECTION ({PARK}, POINT (112.1 22.6))", None, True),
        ("POINT (112.1 22.6)", "wrong_shape", False),
        ("LINESTRING (112.1 22.6, 112.2 22.7)", "wrong_shape", False),
        ("POLYGON ((112.1 22.6, 112.2", "not_geometry", False),
        ("nonsense", "not_geometry", False),
        ("", "required", False),
        ("POLYGON ((22.6 112.1, 22.6 112.2, 22.7 112.2, 22.6 112.1))", "swapped", False),
        ("POLYGON ((121.1 22.6, 121.2 22.6, 121.2 22.7, 121.1 22.6))", "outside_branch", False),
        ("POLYGON ((-13432285 4177195, -13432280 4177195, -13432280 4177199, -13432285 4177195))", "not_degrees", False),
    ],
)
def test_outlines_are_repaired_or_refused(wkt, rule, kept):
    frame = pd.DataFrame({"park_id": ["P0", "P1"], "name": ["x", "y"], "geometry": [PARK, wkt]})
    checked = check(frame, "parks", branch=BRANCH)
    assert [finding.rule for finding in checked.findings if finding.row == 3] == ([rule] if rule else [])
    assert len(checked.accepted) == (2 if kept else 1)
    if kept:
        shape = shapely.from_wkt(checked.accepted["geometry"][1])
        assert shape.is_valid
        assert shape.geom_type in ("Polygon", "MultiPolygon")
        assert shape.area == pytest.approx(shapely.from_wkt(wkt).area if rule is None else 0.005 if wkt == BOWTIE else 0.01)


def test_outlines_in_another_system_are_brought_to_wgs84():
    frame = pd.DataFrame({"park_id": ["P1"], "name": ["x"], "geometry": [PARK]})
    shape = shapely.from_wkt(check(frame, "parks", system="gcj02").accepted["geometry"][0])
    x, y = shapely.get_coordinates(shape)[0]
    assert 300 < offset_m(22.6, 112.1, y, x) < 900


def test_outlines_too_are_held_against_where_things_are_known_to_be():
    parks = pd.DataFrame(
        {
            "park_id": [f"P{at}" for at in range(9)],
            "name": "x",
            "geometry": [shapely.box(112.1 + at / 50, 22.6, 112.11 + at / 50, 22.61).wkt for at in range(9)],
        }
    )
    known = pd.DataFrame({"lat": 22.605, "lon": [112.105 + at / 50 for at in range(9)]}, index=parks["park_id"])
    assert not check(parks, "parks", anchors=known).refused
    shapes = shapely.transform(
        shapely.from_wkt(parks["geometry"].to_numpy(dtype=object)),
        lambda points: np.column_stack(from_wgs84(points[:, 1], points[:, 0], "gcj02")[::-1]),
    )
    foreign = parks.assign(geometry=shapely.to_wkt(shapes, rounding_precision=7))
    assert "wrong_system" in check(foreign, "parks", anchors=known).counts
    assert not check(foreign, "parks", anchors=known, system="gcj02").refused
