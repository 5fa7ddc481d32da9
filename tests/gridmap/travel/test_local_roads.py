"""Travel on the real roads of a small extract; only where the extra `roads` is installed (Python 3.12 or later)."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from gridmap.coordinates import offset_m
from gridmap.errors import TravelError
from gridmap.settings import SweepRules
from gridmap.travel import Travel, travel_between
from gridmap.travel.building import build_roads

pytest.importorskip("osrm", reason="the extra roads is not installed")
pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def extract(shared: Path) -> Path:
    return shared / "data" / "osm" / "monaco.osm.pbf"


@pytest.fixture(scope="module")
def roads(extract: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("roads")
    build_roads(extract, folder, modes=("foot", "ebike", "car"))
    return folder


def points(count: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return 43.727 + random.random(count) * 0.016, 7.412 + random.random(count) * 0.02


def between(roads: Path, lat: object, lon: object, mode: str = "foot", cache: Path | None = None) -> Travel:
    return travel_between(lat, lon, mode, rules=SweepRules(roads=str(roads)), cache=cache)  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["foot", "ebike", "car"])
def test_roads_are_longer_than_lines_and_speeds_are_the_settings(roads: Path, mode: str) -> None:
    lat, lon = points(60)
    travel = between(roads, lat, lon, mode)
    assert travel.source == "roads monaco"
    apart = ~np.eye(60, dtype=bool)
    line = offset_m(lat[:, None], lon[:, None], lat, lon)
    detour = travel.metres[apart].sum() / line[apart].sum()
    assert 1.15 < detour < 3.0
    lost = {"foot": 60, "ebike": 120, "car": 240}[mode]
    far = apart & (travel.metres > 500)
    speed = 3.6 * travel.metres[far].sum() / (travel.seconds[far] - lost).sum()
    low, high = {"foot": (4.0, 4.6), "ebike": (9.0, 19.0), "car": (15.0, 60.0)}[mode]
    assert low < speed < high


def test_blocks_of_rows_are_one_table(roads: Path) -> None:
    lat, lon = points(620)
    travel = between(roads, lat, lon)
    part = between(roads, lat[490:520], lon[490:520])
    assert (travel.seconds[490:520, 490:520] == part.seconds).all()


def test_a_place_beside_the_extract_is_filled_and_counted(roads: Path) -> None:
    lat, lon = points(10)
    travel = between(roads, [*lat, 43.60], [*lon, 7.40])  # in the sea, 14 km south
    assert travel.filled == 10
    assert (travel.metres[10, :10] > 10_000).all()


def test_the_second_time_it_is_read(roads: Path, tmp_path: Path) -> None:
    lat, lon = points(30)
    first = between(roads, lat, lon, cache=tmp_path)
    (kept,) = tmp_path.iterdir()
    before = kept.stat().st_ino
    assert (between(roads, lat, lon, cache=tmp_path).seconds == first.seconds).all()
    assert kept.stat().st_ino == before


def test_a_broken_extract_is_named_and_leaves_nothing(extract: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(extract.read_bytes()[:200_000])
    with pytest.raises(TravelError) as refused:
        build_roads(broken, tmp_path / "to", modes=("foot",))
    assert refused.value.where == str(broken)
    assert list((tmp_path / "to").iterdir()) == []


def test_damaged_roads_of_the_right_size_are_named(extract: Path, tmp_path: Path) -> None:
    build_roads(extract, tmp_path, modes=("car",))
    hierarchy = tmp_path / "car" / "roads.osrm.hsgr"
    hierarchy.write_bytes(bytes(hierarchy.stat().st_size))
    with pytest.raises(TravelError) as refused:
        between(tmp_path, *points(3), "car")
    assert refused.value.where == str(tmp_path / "car")


@pytest.fixture
def osrm_url(roads: Path, free_port: int) -> Iterator[str]:
    """OSRM's own server on the prepared roads, which takes 100 x 100 as it comes."""
    where = ["--ip", "127.0.0.1", "--port", str(free_port)]
    words = [sys.executable, "-m", "osrm", "routed", *where, "--algorithm", "ch", str(roads / "foot" / "roads.osrm")]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True) as server:
        url = f"http://127.0.0.1:{free_port}"
        for _ in range(100):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", free_port)) == 0:
                    break
            time.sleep(0.1)
        yield url
        os.killpg(server.pid, 15)  # the tool is a child of its wrapper, in a group of their own


def test_the_real_server_answers_as_the_roads_do(roads: Path, osrm_url: str) -> None:
    lat, lon = points(230)
    served = travel_between(lat, lon, "foot", rules=SweepRules(osrm_url=osrm_url), cache=None)
    here = between(roads, lat, lon)
    assert (np.abs(served.metres - here.metres) <= 1).all()
    # The server walks at its profile's 5 km/h, the prepared roads at the 4.5 of the settings.
    moving = here.seconds - 60
    assert np.allclose((served.seconds - 60)[moving > 60], moving[moving > 60] * 4.5 / 5.0, atol=2.0)
