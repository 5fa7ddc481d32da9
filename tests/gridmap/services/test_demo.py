"""The sample branch: built through the gate, kept when it is there, and nothing of anybody else's is touched."""

import contextlib
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from gridmap.cli import main
from gridmap.errors import FileError
from gridmap.scope import Scope
from gridmap.services import demo as demos
from gridmap.services.demo import Demo, build_demo
from gridmap.settings import Settings
from gridmap.store import imports, open_store
from sample_geo.sample import NAMES
from tests.conftest import NOW_US

SMALL = 2000


def build(folder: Path, who: Scope, **given: Any) -> Demo:
    return build_demo(folder, **{"seed": 1, "organisations": SMALL, "scope": who, "settings": Settings(), "now_us": NOW_US, **given})


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Demo]:
    folder = tmp_path_factory.mktemp("demo") / "sample"
    return folder, build(folder, Scope("o", "o", "administrator", None))


def test_every_table_came_through_the_gate(built: tuple[Path, Demo], me: Scope) -> None:
    _, demo = built
    assert [report.table for report in demo.reports if report.written] == list(NAMES)
    assert all(report.read == report.accepted for report in demo.reports if report.written)
    store = open_store(str(demo.store), settings=Settings())
    listed = imports(store, me, demo.branch_id)
    store.engine.dispose()
    assert set(listed["file_name"]) == {demos.file_name(name) for name in NAMES}
    assert set(listed.loc[listed["table_name"].eq("wins"), "system"]) == {"gcj02"}


def test_what_was_refused_on_the_way_is_told(built: tuple[Path, Demo]) -> None:
    _, demo = built
    assert [report.file for report in demo.reports if report.refused] == ["wins.csv"]
    assert "--crs gcj02" in str(demo.told[0])


def test_a_second_time_keeps_it(built: tuple[Path, Demo], me: Scope) -> None:
    folder, demo = built
    before = demo.store.stat().st_mtime_ns
    again = build(folder, me)
    assert (again.store, again.branch_id, again.reports) == (demo.store, demo.branch_id, ())
    assert demo.store.stat().st_mtime_ns == before


def test_another_sample_takes_its_place(built: tuple[Path, Demo], me: Scope, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def stopped(*_given: Any, **_named: Any) -> dict[str, int]:
        raise ValueError("stopped here")

    folder = tmp_path / "sample"
    folder.mkdir()
    for name in ("gridmap.db", "sample.json"):
        (folder / name).write_bytes((built[0] / name).read_bytes())
    monkeypatch.setattr(demos, "write_streaming", stopped)
    with pytest.raises(FileError, match="stopped here"):
        build(folder, me, seed=2)
    assert not (folder / "gridmap.db").exists()


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path, me: Scope) -> None:
    (tmp_path / "letters.txt").write_text("mine", "utf-8")
    with pytest.raises(FileError, match=r"letters\.txt"):
        build(tmp_path, me)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_the_command_builds_and_stops(
    built: tuple[Path, Demo], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = built
    monkeypatch.delenv("GRIDMAP_DATABASE_URL", raising=False)
    assert main(["--lang", "en", "demo", "--folder", str(folder), "--organisations", str(SMALL), "--build-only"]) == 0
    assert str(folder / "gridmap.db") in capsys.readouterr().out


def test_the_app_answers_and_ends_with_its_command(built: tuple[Path, Demo]) -> None:
    folder, _ = built
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ("demo", "--folder", str(folder), "--organisations", str(SMALL), "--no-open", "--port", str(port))
    command = subprocess.Popen([sys.executable, "-m", "gridmap", *words], stdout=subprocess.PIPE, cwd=Path(__file__).parents[3])
    try:
        status = 0
        for _ in range(120):
            time.sleep(0.5)
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health") as answer:
                status = answer.status
                break
        assert status == 200
    finally:
        command.terminate()
        told, _ = command.communicate(timeout=30)
    assert f"http://127.0.0.1:{port}".encode() in told
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0  # no server is left behind


def test_a_sample_that_cannot_be_is_an_error_of_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--folder", str(tmp_path / "tiny"), "--organisations", "3", "--build-only"]) == 1
    assert "3" in capsys.readouterr().err
