"""Files that nobody made for us, through the import: what comes out of them is counted."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from gridmap.cli import main
from gridmap.coordinates import offset_m, to_wgs84
from gridmap.market import live_at, stage_at
from gridmap.scope import operator
from gridmap.services.import_report import ImportReport
from gridmap.services.importing import import_file
from gridmap.settings import Settings
from gridmap.store import FOREVER_US, Store, branches, open_market, open_store, read_table
from tests.conftest import NOW_US

pytestmark = pytest.mark.shared
ME = operator("tester")
Bring = Callable[..., ImportReport]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("real")
    opened = open_store(str(folder / "real.db"), settings=Settings(snapshots=str(folder / "snapshots")), clock=lambda: NOW_US)
    yield opened
    opened.engine.dispose()


@pytest.fixture(scope="module")
def bring(store: Store, shared: Path) -> Bring:
    def run(name: str, table: str, branch_id: str, *, data: bytes | None = None, **given: Any) -> ImportReport:
        told = {"name": Path(name).name, "table": table, "branch_id": branch_id, "now_us": NOW_US, "settings": Settings(), **given}
        return import_file(store, ME, data=data if data is not None else (shared / "data" / name).read_bytes(), **told)

    return run


def counts(report: ImportReport) -> tuple[int, ...]:
    return tuple(getattr(report, name) for name in ("read", "accepted", "rejected", "unplaced", "new", "changed", "unchanged"))


def test_amap_points_latitude_first_without_a_header(bring: Bring, store: Store, shared: Path) -> None:
    name = "points/amap_poi_china_100000.csv"
    refused = bring(name, "organisations", "AMAP", system="gcj02")
    assert (refused.refused, refused.rejected) == (True, 988)  # all or nothing: it repeats 988 rows
    report = bring(name, "organisations", "AMAP", system="gcj02", accept_good=True)
    assert counts(report) == (100_000, 99_012, 988, 0, 99_012, 0, 0)
    assert dict(report.mapping) == {"lat": "#1", "lon": "#2"}
    assert {each.rule for each in report.findings} == {"repeat", "made_codes", "unnamed"}
    assert min(each.row for each in report.findings if each.row) > 1
    rows = read_table(store, ME, "AMAP", "organisations")
    raw = pd.read_csv(shared / "data" / name, header=None).drop_duplicates()
    lat, lon = to_wgs84(raw[0].to_numpy(), raw[1].to_numpy(), "gcj02")
    assert np.allclose(np.sort(rows["lat"]), np.sort(lat), atol=1e-9)
    assert np.allclose(np.sort(rows["lon"]), np.sort(lon), atol=1e-9)
    assert counts(bring(name, "organisations", "AMAP", system="gcj02", accept_good=True))[4:] == (0, 0, 99_012)


def test_a_branch_as_wide_as_china_gets_cells_that_a_map_can_show(bring: Bring, store: Store) -> None:
    bring("points/amap_poi_china_100000.csv", "organisations", "AMAP", system="gcj02", accept_good=True)
    market = open_market(store, ME, "AMAP")
    assert market.branch.grid_resolution == 6
    assert len(market.grid.cells) < 400_000
    assert market.tables["organisations"]["cell"].notna().all()


def test_shanghai_places(bring: Bring, store: Store) -> None:
    report = bring("points/shanghai_food.csv", "organisations", "SH")
    assert counts(report) == (14_398, 14_398, 0, 0, 14_398, 0, 0)
    assert (report.mapping["lat"], report.mapping["lon"], report.mapping["name"]) == ("lat", "lon", "name")
    rows = read_table(store, ME, "SH", "organisations").set_index("name")
    assert rows.loc["国际饭店", "lat"] == 31.235640152413463  # all 15 decimals


def test_san_luis_obispo_licences_become_stages(bring: Bring, store: Store, shared: Path) -> None:
    report = bring("points/slo_business_licenses.csv", "organisations", "SLO")
    assert counts(report) == (11_173, 11_173, 0, 0, 11_173, 0, 0)
    assert (report.mapping["lat"], report.mapping["lon"]) == ("lat", "long")  # not the geometry in EPSG:3857 beside them
    raw = pd.read_csv(shared / "data" / "points/slo_business_licenses.csv", parse_dates=["Start date", "Close date"])
    market = open_market(store, ME, "SLO")
    for day in (date(2010, 1, 1), date(2015, 6, 30), date(2020, 1, 1)):
        when = pd.Timestamp(day)
        opened, closed = raw["Start date"] <= when, raw["Close date"] <= when
        rows = market.at("organisations", day)
        stages = stage_at(rows, day).value_counts()
        assert stages["closed"] == (opened & closed).sum()
        assert live_at(rows, day).sum() == (opened & ~closed).sum()


def test_chicago_snapshots_are_an_incremental_update(bring: Bring, store: Store) -> None:
    old, new = (f"points/chicago_business_licenses_{day}.json" for day in ("2025-08-25", "2025-09-01"))
    first = bring(old, "organisations", "CHI", as_of=date(2025, 8, 25))
    assert counts(first) == (1_989, 1_989, 0, 276, 1_989, 0, 0)
    preview = bring(new, "organisations", "CHI", as_of=date(2025, 9, 1), dry_run=True)
    second = bring(new, "organisations", "CHI", as_of=date(2025, 9, 1))
    assert counts(second) == (2_040, 2_040, 0, 277, 189, 3, 1_848)
    assert counts(preview) == counts(second)
    assert len(preview.differences) == 3
    assert counts(bring(new, "organisations", "CHI", as_of=date(2025, 9, 1)))[4:] == (0, 0, 2_040)
    # 138 of the first are not in the second; an update takes nothing away. Of the changed ones both states are kept.
    history = read_table(store, ME, "CHI", "organisations")
    now = history[history["valid_to_us"] == FOREVER_US]
    assert (len(now), len(history)) == (1_989 + 189, 1_989 + 189 + 3)


def test_guangdong_registry_is_kept_without_places(bring: Bring, store: Store) -> None:
    report = bring("registry/guangdong_2010.csv", "organisations", "GD")
    assert (report.read, report.accepted, report.rejected, report.unplaced) == (9_881, 9_881, 0, 9_881)
    rows = read_table(store, ME, "GD", "organisations")
    assert len(rows) == 9_881
    assert rows["credit_code"].notna().all()
    assert rows["opened_on"].notna().sum() > 9_800
    assert not rows["address"].eq("N/A").any()
    market = open_market(store, ME, "GD")
    assert market.tables["organisations"]["cell"].isna().all()


@pytest.mark.parametrize(
    ("name", "count"), [("county_445321", 1), ("445300", 5), ("410100", 12), ("province_440000", 22)]
)  # a county, a city's counties, another city's, a province's cities and its sea
def test_admin_polygons(bring: Bring, store: Store, name: str, count: int) -> None:
    report = bring(f"admin/{name}.json", "areas", name, system="gcj02")
    assert counts(report)[:3] == (count, count, 0)
    rows = read_table(store, ME, name, "areas")
    assert shapely.is_valid(shapely.from_wkt(rows["geometry"].to_numpy())).all()
    outline = shapely.from_wkt(branches(store, ME).set_index("branch_id").loc[name, "boundary"])
    assert shapely.is_valid(outline)
    assert shapely.area(outline) > 0.1


def test_polygons_move_by_the_shift_of_their_system(bring: Bring, store: Store, shared: Path) -> None:
    bring("admin/county_445321.json", "areas", "county_445321", system="gcj02")
    raw = json.loads((shared / "data/admin/county_445321.json").read_text("utf-8"))["features"][0]["geometry"]
    before = shapely.centroid(shapely.geometry.shape(raw))
    after = shapely.centroid(shapely.from_wkt(read_table(store, ME, "county_445321", "areas")["geometry"][0]))
    assert 400 < float(offset_m(before.y, before.x, after.y, after.x)) < 800


def test_codes_without_outlines(bring: Bring) -> None:
    assert counts(bring("admin/yunfu_codes.csv", "areas", "codes"))[:3] == (69, 69, 0)


def test_calgary_communities_hold_the_industrial_parks(bring: Bring, store: Store, shared: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted((shared / "data/parks").glob("calgary_communities.*")):
            archive.writestr(path.name, path.read_bytes())
    report = bring("calgary.zip", "parks", "CAL", data=packed.getvalue())
    assert counts(report)[:3] == (303, 303, 0)
    assert read_table(store, ME, "CAL", "parks")["kind"].eq("industrial").sum() == 42


def test_baidu_points_in_both_systems(bring: Bring, store: Store, shared: Path) -> None:
    name = "parks/baidu_aoi_sample_bd09_wgs84.csv"
    raw = pd.read_csv(shared / "data" / name).sort_values("name")
    report = bring(name, "buildings", "BD", mapping={"lat": "lat", "lon": "lng"}, system="bd09")
    assert counts(report)[:3] == (7, 7, 0)
    rows = read_table(store, ME, "BD", "buildings").sort_values("name")
    apart = offset_m(rows["lat"].to_numpy(), rows["lon"].to_numpy(), raw["lat_wgs84"].to_numpy(), raw["lng_wgs84"].to_numpy())
    assert apart.max() < 5
    assert counts(bring(name, "parks", "BD2"))[:3] == (7, 7, 0)  # outlines of several kB each


def test_the_command_line_brings_the_same(shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = shared / "data/points/shanghai_food.csv"
    words = ["--store", str(tmp_path / "s.db"), "import", str(file), "--table", "organisations", "--branch", "SH", "--json"]
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["new"] == 14_398
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["unchanged"] == 14_398
