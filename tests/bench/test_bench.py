"""Every bench runs at a tiny size and says what it measured; goals are for the full size."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely

from bench.__main__ import BENCHES, main
from bench.figure import Figure, as_json, as_table
from bench.limits import c_index
from bench.points import make_points, point_files
from bench.shapes import make_polygons
from gridmap.grid.indexes import index_points
from gridmap.services.batch import aggregate_points

KEYS = {"figure", "value", "unit", "goal", "met", "peers", "machine"}
TINY = {
    "index": 20_000,
    "polygons": 20_000,
    "import": 3_000,
    "market": 3_000,
    "map": 400,
    "editing": 400,
    "ledger": 400,
    "roads": 100,
    "toptw": 30,
    "sweeps": 60,
    "visits": 300,
    "territories": 60,
    "counties": 9,
    "placing": 1_200,
}
# A month has no tiny size: its parts are lived through in `tests/gridmap/sweeps/test_simulation.py`.
ELSEWHERE = {"month"}


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.browser) if name in ("map", "editing") else name for name in TINY])
def test_a_bench_tells_figures_beside_peers(name: str, tmp_path: Path) -> None:
    # In a process of its own: peers warn and load what no test should meet.
    command = [sys.executable, "-m", "bench", name, "--size", str(TINY[name]), "--data", str(tmp_path), "--json"]
    home = Path(__file__).parents[2]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=home)
    assert ran.returncode in (0, 1), ran.stderr
    figures = json.loads(ran.stdout)
    assert figures
    assert all(set(each) == KEYS for each in figures)
    assert figures[0]["peers"]
    assert ran.returncode == (0 if all(each["met"] for each in figures) else 1)


def test_every_bench_is_tried() -> None:
    assert {name for name, *_ in BENCHES} == set(TINY) | ELSEWHERE


def test_a_missed_goal_is_1_and_no_such_bench_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["nothing"])
    assert stopped.value.code == 2
    assert "index" in capsys.readouterr().err


def test_a_goal_is_kept_on_the_right_side() -> None:
    assert Figure("a", 1.4, "x", limit=1.5).met
    assert not Figure("a", 1.6, "x", limit=1.5).met
    assert not Figure("a", 4.9, "x", limit=5, better="higher").met
    assert Figure("a", 7.0, "x").met
    assert json.loads(as_json([Figure("a", 1.6, "x", limit=1.5)]))[0]["goal"] == "<= 1.5"
    assert "MISSED" in as_table([Figure("a", 1.6, "x", limit=1.5)])


def test_the_limit_gives_the_cells_of_the_product() -> None:
    _name, index = c_index()
    points = make_points(1000, 3)
    lat, lon = points["lat"].to_numpy(), points["lon"].to_numpy()
    assert (index(lat, lon, 8) == index_points(lat, lon, 8)).all()


def test_parts_of_an_aggregate_add_up(tmp_path: Path) -> None:
    files = [*point_files(3000, 1, tmp_path), *point_files(2000, 2, tmp_path)]
    whole = aggregate_points(files, resolution=7, sums=("lines", "filed"))
    parts = [aggregate_points([file], resolution=7, sums=("lines", "filed")) for file in files]
    added = parts[0].add(parts[1], fill_value=0).astype("int64")
    assert whole.equals(added)
    assert whole["rows"].sum() == 5000
    assert aggregate_points([], resolution=7, sums=("lines",)).columns.tolist() == ["rows", "lines"]


def test_polygons_share_their_borders() -> None:
    shapes = make_polygons(50, 4).to_numpy()
    assert shapely.is_valid(shapes).all()
    assert np.isclose(shapely.area(shapes).sum(), shapely.area(shapely.union_all(shapes)))
