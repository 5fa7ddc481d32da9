"""The real files: what each has, what becomes of it, counted."""

import io
import zipfile
from datetime import date

import numpy as np
import pytest
import shapely

from gridmap import schema
from gridmap.coordinates import from_wgs84, offset_m
from gridmap.tables import BranchFrame, check_table
from tests.gridmap.reading_here import read_here

pytestmark = pytest.mark.shared
TODAY = date(2026, 10, 31)


@pytest.fixture
def check(shared):
    def checked(path, table, **options):
        data = path if isinstance(path, bytes) else (shared / "data" / path).read_bytes()
        raw = read_here(data, table=table)
        return check_table(raw, schema.table(table), today=TODAY, **options)

    return checked


@pytest.mark.parametrize("table", ["organisations", "buildings"])
def test_amap_points_without_header_latitude_first(check, table):
    checked = check("points/amap_poi_china_100000.csv", table, system="gcj02")
    assert dict(checked.mapping.columns) == {"lat": "#1", "lon": "#2"}
    assert (checked.read, len(checked.accepted), len(checked.rejected)) == (100_000, 99_012, 988)
    assert checked.counts["repeat"] == 988
    first = checked.accepted.iloc[0]
    assert 300 < offset_m(first["lat"], first["lon"], 39.923073, 116.351437) < 700
    assert checked.accepted_rows[0] == 1
    assert checked.unplaced == 0


def test_amap_points_taken_for_wgs84_are_found_by_anchors(check):
    known = check("points/amap_poi_china_100000.csv", "organisations", system="gcj02").accepted.iloc[:500]
    wrong = check("points/amap_poi_china_100000.csv", "organisations", anchors=known.set_index("org_id")[["lat", "lon"]])
    assert wrong.refused
    assert "gcj02" in str(next(finding for finding in wrong.findings if finding.rule == "wrong_system").remedy)


def test_shanghai_places(check):
    checked = check("points/shanghai_food.csv", "organisations")
    assert (checked.read, len(checked.accepted), checked.unplaced) == (14_398, 14_398, 0)
    assert (checked.accepted["trade"] == "catering").mean() > 0.99
    assert checked.accepted["lat"].between(30, 32).all()


def test_san_luis_obispo_licences(check):
    checked = check("points/slo_business_licenses.csv", "organisations")
    assert (checked.read, len(checked.accepted), len(checked.rejected)) == (11_173, 11_173, 0)
    assert checked.accepted["closed_on"].notna().sum() == 6309
    assert checked.accepted["opened_on"].notna().all()
    # The second geometry column is in metres: the degrees beside it are taken.
    assert "geometry" in checked.mapping.unused
    assert checked.accepted["lat"].between(35.0, 35.6).all()


def test_chicago_snapshots_share_their_ids(check):
    before, after = (check(f"points/chicago_business_licenses_2025-{day}.json", "organisations") for day in ("08-25", "09-01"))
    assert (before.read, after.read) == (1989, 2040)
    assert [finding.rule for finding in (*before.findings, *after.findings) if finding.severity == "error"] == []
    assert (len(before.accepted), len(after.accepted)) == (1989, 2040)
    assert (before.unplaced, after.unplaced) == (276, 277)
    # Four licences of each week have no trade name: they are named after their code.
    assert before.counts["unnamed"] == 1
    assert before.accepted["name"].str.startswith("#").sum() == 4
    assert len(set(before.accepted["org_id"]) & set(after.accepted["org_id"])) == 1851
    assert set(before.accepted["stage"]) == {"prospect", "closed"}


def test_the_register_without_coordinates_is_kept(check):
    checked = check("registry/guangdong_2010.csv", "organisations")
    assert (checked.read, len(checked.accepted), checked.unplaced) == (9881, 9881, 9881)
    assert (checked.accepted["org_id"] == checked.accepted["credit_code"]).all()
    assert checked.accepted["address"].isna().sum() == 18
    assert checked.accepted["opened_on"].dt.year.eq(2010).all()


@pytest.mark.parametrize(
    ("name", "areas", "repaired"), [("county_445321", 1, 0), ("445300", 5, 0), ("410100", 12, 0), ("province_440000", 22, 3)]
)
def test_county_outlines(check, name, areas, repaired):
    checked = check(f"admin/{name}.json", "areas", system="gcj02")
    assert (checked.read, len(checked.accepted)) == (areas, areas)
    assert checked.counts.get("invalid_geometry", 0) == repaired
    shapes = shapely.from_wkt(checked.accepted["geometry"].to_numpy(dtype=object))
    assert shapely.is_valid(shapes).all()
    assert set(shapely.get_type_id(shapes)) <= {3, 6}
    assert checked.accepted["parent_id"].notna().all()


def test_town_codes(check):
    checked = check("admin/yunfu_codes.csv", "areas")
    assert (checked.read, len(checked.accepted)) == (69, 69)
    assert set(checked.accepted["level"]) == {"city", "county", "town"}
    assert "445321" in set(checked.accepted["area_id"])


def test_the_points_of_a_county_are_held_against_its_outline(check):
    outline = shapely.from_wkt(check("admin/county_445321.json", "areas", system="gcj02").accepted["geometry"][0])
    checked = check("points/shanghai_food.csv", "organisations", branch=BranchFrame("445321", outline, "Asia/Shanghai"))
    assert checked.counts["outside_branch"] == 14_398 == len(checked.rejected)


def test_calgary_parks_from_a_zipped_shapefile(check, shared):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for path in (shared / "data/parks").glob("calgary_communities.*"):
            packed.write(path, path.name)
    checked = check(target.getvalue(), "parks")
    assert (checked.read, len(checked.accepted)) == (303, 303)
    assert (checked.accepted["kind"] == "industrial").sum() == 42
    assert checked.accepted["park_id"].is_unique


def test_baidu_outlines_and_both_their_systems(check):
    outlines = check("parks/baidu_aoi_sample_bd09_wgs84.csv", "parks")
    assert len(outlines.accepted) == 7
    wgs84 = check("parks/baidu_aoi_sample_bd09_wgs84.csv", "organisations")
    bd09 = check("parks/baidu_aoi_sample_bd09_wgs84.csv", "organisations", mapping={"lat": "lat", "lon": "lng"}, system="bd09")
    assert wgs84.mapping.columns["lat"] == "lat_wgs84"
    assert offset_m(wgs84.accepted["lat"], wgs84.accepted["lon"], bd09.accepted["lat"], bd09.accepted["lon"]).max() < 2
    assert np.allclose(from_wgs84(bd09.accepted["lat"], bd09.accepted["lon"], "bd09")[0][0], 39.998877, atol=1e-7)
