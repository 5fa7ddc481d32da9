"""Same bytes every time; one file per table; what the files say is what the tables say."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from gridmap.coordinates import from_wgs84
from gridmap.schema import TABLES, table
from sample_geo import Sample, file_name, generate
from sample_geo.__main__ import main
from sample_geo.wins import to_gcj02

HOUSE = Path(__file__).parents[2]


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def run(folder: Path, hash_seed: str, *more: str) -> dict[str, str]:
    command = [sys.executable, "-m", "sample_geo", "--seed", "7", "--organisations", "1500", "--out", str(folder), *more]
    subprocess.run(command, check=True, cwd=HOUSE, env={**os.environ, "PYTHONHASHSEED": hash_seed}, capture_output=True)
    return digests(folder)


def test_same_seed_gives_the_same_bytes_under_two_hash_seeds(tmp_path: Path) -> None:
    first, second = run(tmp_path / "first", "1"), run(tmp_path / "second", "2")
    assert first == second
    assert set(first) == {file_name(each.name) for each in TABLES} | {"truth.json"}


def test_another_seed_gives_another_county(tmp_path: Path) -> None:
    main(["--seed", "8", "--organisations", "1500", "--tables", "areas,organisations", "--out", str(tmp_path / "eight")])
    main(["--seed", "7", "--organisations", "1500", "--tables", "areas,organisations", "--out", str(tmp_path / "seven")])
    eight, seven = digests(tmp_path / "eight"), digests(tmp_path / "seven")
    assert all(eight[name] != seven[name] for name in ("areas.geojson", "organisations.csv"))


def test_a_table_alone_is_the_same_as_among_all(sample: Sample) -> None:
    alone = generate(1, tables=["wins", "org_months"])
    assert list(alone.tables) == ["org_months", "wins"]
    for name, frame in alone.tables.items():
        pd.testing.assert_frame_equal(frame, sample.tables[name])


def test_every_table_has_the_columns_of_the_schema_in_order(sample: Sample) -> None:
    assert list(sample.tables) == [each.name for each in TABLES]
    for name, frame in sample.tables.items():
        assert tuple(frame.columns) == table(name).names, name
        assert len(frame) > 0, name


def test_keys_are_unique_required_columns_full_and_choices_known(sample: Sample) -> None:
    for each in TABLES:
        frame = sample.tables[each.name]
        assert not frame.duplicated(list(each.key)).any(), each.name
        for column in each.columns:
            values = frame[column.name]
            if column.required:
                assert values.notna().all(), (each.name, column.name)
            if column.choices:
                assert set(values.dropna()) <= set(column.choices), (each.name, column.name)


@pytest.mark.parametrize(
    ("name", "column", "other", "key"),
    [
        ("visits", "org_id", "organisations", "org_id"),
        ("visits", "manager_id", "managers", "manager_id"),
        ("wins", "org_id", "organisations", "org_id"),
        ("tasks", "assigned_to", "managers", "manager_id"),
        ("surveys", "park_id", "parks", "park_id"),
        ("ownership", "owner", "managers", "manager_id"),
        ("organisations", "holder_id", "managers", "manager_id"),
        ("organisations", "parent_id", "organisations", "org_id"),
        ("org_months", "org_id", "organisations", "org_id"),
        ("bases", "org_id", "organisations", "org_id"),
        ("contacts", "org_id", "organisations", "org_id"),
        ("areas", "parent_id", "areas", "area_id"),
        ("people", "manager_id", "managers", "manager_id"),
    ],
)
def test_references_lead_somewhere(sample: Sample, name: str, column: str, other: str, key: str) -> None:
    assert sample.tables[name][column].dropna().isin(sample.tables[other][key]).all()


def test_the_files_hold_what_the_tables_hold(sample: Sample, folder: Path) -> None:
    written = pd.read_csv(folder / "organisations.csv", dtype=str, keep_default_na=False)
    frame = sample.tables["organisations"]
    assert written["name"].tolist() == frame["name"].tolist()
    assert written["filed_on"].tolist() == frame["filed_on"].dt.strftime("%Y-%m-%d").fillna("").tolist()
    visits = pd.read_csv(folder / "visits.csv", dtype=str)
    assert (pd.to_datetime(visits["visited_at"], utc=True) == sample.tables["visits"]["visited_at"]).all()
    parks = json.loads((folder / "parks.geojson").read_text("utf-8"))["features"]
    outlines = shapely.from_wkt(sample.tables["parks"]["geometry"].to_numpy())
    assert [feature["properties"]["park_id"] for feature in parks] == sample.tables["parks"]["park_id"].tolist()
    assert all(shapely.equals(shapely.from_geojson(json.dumps(f["geometry"])), o) for f, o in zip(parks, outlines, strict=True))


def test_only_the_file_of_wins_is_in_gcj02(sample: Sample, folder: Path) -> None:
    written, frame = pd.read_csv(folder / "wins.csv"), sample.tables["wins"]
    lat, lon = from_wgs84(frame["lat"].to_numpy(), frame["lon"].to_numpy(), "gcj02")
    assert np.allclose(written["lat"], lat, atol=2e-6)
    assert np.allclose(written["lon"], lon, atol=2e-6)
    assert np.allclose(pd.read_csv(folder / "organisations.csv")["lat"], sample.tables["organisations"]["lat"], equal_nan=True)


def test_gcj02_of_a_known_point() -> None:
    # Tiananmen gate: 39.9075 N 116.3972 E is shown at 39.9089 N 116.4035 E (the published formula).
    lat, lon = to_gcj02(np.array([39.90750]), np.array([116.39723]))
    assert abs(lat[0] - 39.90890) < 2e-5
    assert abs(lon[0] - 116.40347) < 2e-5


def test_arguments_that_cannot_be_met_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, said in ((["--organisations", "300"], "at least 1200"), (["--tables", "orgs"], "no table orgs")):
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--out", str(tmp_path)])
        assert ended.value.code == 2
        assert said in capsys.readouterr().err
    with pytest.raises(ValueError, match="no table orgs"):
        generate(1, tables=["orgs"])
