"""Preparing roads, with a stand-in for OSRM's tools that does as it is told: all or nothing, and what is said where it fails."""

import json
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from gridmap.cli import main
from gridmap.errors import FileError, TravelError
from gridmap.settings import SweepRules
from gridmap.travel import building, travel_between
from gridmap.travel.building import build_roads, prepared_roads
from gridmap.travel.local_roads import local_roads

EXTRACT = b"\x00\x00\x00\x0d\x0a\x09OSMHeader" + b"\x00" * 200
# Does what the variable TOOL says; writes what it was told to, so that a test can look.
TOOL = """
import os, pathlib, signal, sys
action, *_, base = sys.argv[1:]
doing = os.environ.get("TOOL", "")
base = pathlib.Path(base)
if doing == f"fail {action}":
    print("[info] reading"); print("[error] PBF error: truncated data (EOF)"); sys.exit(1)
if doing == f"die {action}":
    os.kill(os.getpid(), signal.SIGKILL)
if action == "extract":
    assert base.read_bytes()[6:15] == b"OSMHeader"
    base.with_name("roads.osrm.edges").write_text(os.environ.get("ROADS", "edges"))
else:
    assert base.with_name("roads.osrm.edges").is_file()
    base.with_name("roads.osrm.hsgr").write_text("hierarchy")
"""


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    path = tmp_path / "guangdong.osm.pbf"
    path.write_bytes(EXTRACT)
    return path


@pytest.fixture
def _stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "packages" / "osrm"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", "utf-8")
    (package / "__main__.py").write_text(TOOL, "utf-8")
    module = ModuleType("osrm")
    module.__file__ = str(package / "__init__.py")
    monkeypatch.setitem(sys.modules, "osrm", module)
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    monkeypatch.setattr(building.metadata, "version", lambda _: "26.10.0")


def there(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.mark.usefixtures("_stand_in")
def test_a_folder_per_mode_that_says_what_it_is(extract: Path, tmp_path: Path) -> None:
    heard: list[float] = []
    made = build_roads(extract, tmp_path / "to", modes=("foot", "car"), told=lambda share, _: heard.append(share))
    assert there(tmp_path / "to") == [
        *("car", "car/about.json", "car/roads.osrm.edges", "car/roads.osrm.hsgr"),
        *("foot", "foot/about.json", "foot/roads.osrm.edges", "foot/roads.osrm.hsgr"),
    ]
    assert heard == [0.0, 0.0, 0.5]
    assert prepared_roads(tmp_path / "to") == made
    assert (made[0].name, made[0].mode, dict(made[0].made)) == ("guangdong", "foot", {"roads.osrm.edges": 5, "roads.osrm.hsgr": 9})
    assert made[0].fingerprint != made[1].fingerprint


@pytest.mark.usefixtures("_stand_in")
def test_new_roads_replace_the_old_ones(extract: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (old,) = build_roads(extract, tmp_path / "to", modes=("foot",))
    extract.write_bytes(EXTRACT + b"more")
    monkeypatch.setenv("ROADS", "more edges")
    (new,) = build_roads(extract, tmp_path / "to", modes=("foot",))
    assert new.fingerprint != old.fingerprint
    assert (tmp_path / "to" / "foot" / "roads.osrm.edges").read_text("utf-8") == "more edges"
    assert [path.name for path in (tmp_path / "to").iterdir()] == ["foot"]


@pytest.mark.usefixtures("_stand_in")
@pytest.mark.parametrize("doing", ["fail extract", "fail contract", "die extract", "die contract"])
def test_a_failure_leaves_what_stood_there_and_nothing_else(
    extract: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, doing: str
) -> None:
    before = build_roads(extract, tmp_path / "to", modes=("foot",))
    files = there(tmp_path / "to")
    monkeypatch.setenv("TOOL", doing)
    with pytest.raises(TravelError) as refused:
        build_roads(extract, tmp_path / "to", modes=("foot",))
    assert refused.value.where == str(extract)
    assert ("PBF error" in str(refused.value.what)) == doing.startswith("fail")
    assert ("memory" in str(refused.value.what)) == doing.startswith("die")
    assert there(tmp_path / "to") == files
    assert prepared_roads(tmp_path / "to") == before


@pytest.mark.usefixtures("_stand_in")
def test_what_a_killed_build_left_is_cleared_away_and_a_running_one_is_not(extract: Path, tmp_path: Path) -> None:
    gone, running = tmp_path / "to" / ".building-foot-999999999", tmp_path / "to" / f".building-foot-{os.getppid()}"
    gone.mkdir(parents=True)
    running.mkdir()
    build_roads(extract, tmp_path / "to", modes=("foot",))
    assert not gone.exists()
    assert running.exists()


@pytest.mark.usefixtures("_stand_in")
@pytest.mark.parametrize("content", [None, b"", b"<html>", b"PK\x03\x04", b"\x00" * 100])
def test_what_is_no_extract_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "a.osm.pbf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FileError) as refused:
        build_roads(path, tmp_path / "to", modes=("foot",))
    assert refused.value.where == str(path)
    assert not (tmp_path / "to").exists()


@pytest.mark.usefixtures("_stand_in")
def test_an_extract_too_large_for_the_disk_or_memory_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "planet.osm.pbf"
    with path.open("wb") as opened:
        opened.write(EXTRACT)
        opened.truncate(2**42)  # a file with a hole: four terabytes that take no room
    with pytest.raises(FileError, match="too large") as refused:
        build_roads(path, tmp_path / "to", modes=("foot",))
    assert refused.value.where == str(path)


@pytest.mark.usefixtures("_stand_in")
def test_a_folder_that_cannot_be_made_is_named(extract: Path, tmp_path: Path) -> None:
    with pytest.raises(FileError) as refused:
        build_roads(extract, extract / "to", modes=("foot",))
    assert refused.value.where == str(extract / "to")
    with pytest.raises(TravelError):
        build_roads(extract, tmp_path / "to", modes=("sled",))


@pytest.mark.usefixtures("_stand_in")
def test_a_missing_or_damaged_file_is_found_before_it_is_opened(extract: Path, tmp_path: Path) -> None:
    build_roads(extract, tmp_path / "to", modes=("foot",))
    rules = SweepRules(roads=str(tmp_path / "to"))
    assert local_roads(rules, "foot").source == "roads guangdong"
    (tmp_path / "to" / "foot" / "roads.osrm.hsgr").write_text("short", "utf-8")
    with pytest.raises(TravelError) as refused:
        local_roads(rules, "foot")
    assert str(refused.value.where).endswith("roads.osrm.hsgr")


@pytest.mark.usefixtures("_stand_in")
@pytest.mark.parametrize("about", ["", "[]", "{}", '{"made": 3}', "\x00"])
def test_a_folder_that_is_none_of_ours_is_named_with_the_command(tmp_path: Path, about: str) -> None:
    (tmp_path / "foot").mkdir()
    (tmp_path / "foot" / "about.json").write_text(about, "utf-8")
    with pytest.raises(TravelError) as refused:
        local_roads(SweepRules(roads=str(tmp_path)), "foot")
    assert "gridmap roads build" in str(refused.value.remedy)


def test_without_the_extra_it_is_said_and_straight_lines_stand_in_where_agreed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "osrm", None)
    rules = SweepRules(roads=str(tmp_path / "guangdong"))
    with pytest.raises(TravelError) as refused:
        travel_between([22.5, 22.6], [113.0, 113.0], "foot", rules=rules, cache=None)
    assert ("3.12" if sys.version_info < (3, 12) else "pip install") in str(refused.value)
    travel = travel_between([22.5, 22.6], [113.0, 113.0], "foot", rules=rules, cache=None, fall_back=True)
    assert travel.source == "line instead of roads guangdong"


@pytest.mark.usefixtures("_stand_in")
def test_the_command_builds_and_shows(extract: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "to"
    assert main(["roads", "show", str(folder)]) == 1
    assert main(["roads", "build", str(extract), "--to", str(folder), "--mode", "ebike"]) == 0
    assert f'roads = "{folder.as_posix()}"' in capsys.readouterr().out
    assert main(["roads", "show", str(folder), "--json"]) == 0
    (shown,) = json.loads(capsys.readouterr().out)
    assert (shown["mode"], shown["extract"], shown["extract_bytes"]) == ("ebike", "guangdong", len(EXTRACT))
    assert main(["roads", "build", str(tmp_path / "none.osm.pbf"), "--to", str(folder)]) == 1
    assert "none.osm.pbf" in capsys.readouterr().err


def test_the_command_wants_a_folder_to_show() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["roads", "show"])
    assert ended.value.code == 2
