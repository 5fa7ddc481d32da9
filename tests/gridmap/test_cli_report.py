"""`gridmap report`: files whole or not at all, a rerun that changes nothing, and mistakes told with their exit codes."""

import json
import os
from pathlib import Path

import pytest

from bench.branches import BRANCH, make_store
from gridmap.cli import main
from gridmap.cli.writing import write_folder
from gridmap.errors import FileError

QUICK = ("--format", "txt", "html", "xlsx")


def run(*words: str) -> int:
    try:
        return main(list(words))
    except SystemExit as stopped:
        return int(stopped.code or 0)


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    store = make_store(tmp_path_factory.mktemp("report"), cells=40, organisations=120, managers=3)
    store.engine.dispose()
    return store.location


@pytest.fixture
def report(location: str, tmp_path: Path):
    return lambda *words, to=tmp_path / "out": run("report", "--store", location, "--branch", BRANCH, "--to", str(to), *words)


def told(capsys: pytest.CaptureFixture[str]) -> dict:
    return json.loads(capsys.readouterr().out)


def figures_in(report: dict) -> dict:
    page = Path(report["files"][0]["file"]).read_text("utf-8")
    return json.loads(page.split('id="figures">')[1].split("</script>")[0])["figures"]


def test_a_rerun_changes_nothing(report, tmp_path, capsys):
    assert report("--json", *QUICK) == 0
    first = told(capsys)
    assert [each["changed"] for each in first["files"]] == [True] * 3
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) for path in (tmp_path / "out").iterdir()}
    assert report("--json", *QUICK) == 0
    second = told(capsys)
    assert [each["changed"] for each in second["files"]] == [False] * 3
    assert second["checksum"] == first["checksum"]
    assert before == {path.name: (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) for path in (tmp_path / "out").iterdir()}


def test_both_languages_stand_beside_each_other_with_one_checksum(report, tmp_path, capsys):
    for language in ("en", "zh_CN"):
        assert report("--language", language, "--format", "txt") == 0
    marks = {line.split()[-1] for line in capsys.readouterr().out.splitlines() if "Checksum" in line}
    assert len(marks) == 1
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert len(names) == 2
    assert names[0].endswith("-en.txt")
    assert names[1].endswith("-zh_CN.txt")


def test_the_report_of_one_manager_holds_their_cells_only(report, tmp_path, capsys):
    assert report("--format", "html", "--json") == 0
    whole = told(capsys)
    assert report("--format", "html", "--json", "--cells-of", "m00") == 0
    own = told(capsys)
    assert own["checksum"] != whole["checksum"]
    assert "-m00-" in own["files"][0]["file"]
    figures, ours = (figures_in(each) for each in (whole, own))
    assert float(ours["score.never_visited.denominator"]) < float(figures["score.never_visited.denominator"])
    assert {key.split(".")[1] for key in ours if key.startswith("manager.")} == {"m00"}
    assert {key.split(".")[1] for key in figures if key.startswith("manager.")} > {"m00"}
    assert not [key for key in ours if key.startswith("park.")]
    assert "map.visits_owed.others" in ours


MISTAKES = (
    (("--period", "2026-13"), 1, "2026-13 is no period"),
    (("--period", "2099-01"), 1, "There are no data for 2099-01"),
    (("--cells-of", "nobody"), 1, "There is no manager nobody"),
    (("--branch", "nowhere"), 2, "Name a branch"),
    (("--format", "docx"), 2, "docx"),
    (("--language", "fr"), 2, "fr"),
)


@pytest.mark.parametrize(("words", "code", "text"), MISTAKES)
def test_mistakes_are_told_and_nothing_is_written(report, tmp_path, capsys, words, code, text):
    assert report("--format", "txt", *words) == code
    assert text in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_store_that_is_not_there_is_told(tmp_path, capsys):
    assert run("report", "--store", str(tmp_path / "none.db"), "--to", str(tmp_path)) == 2
    assert "There is no store" in capsys.readouterr().err


def test_a_folder_that_cannot_be_one_is_told(report, tmp_path, capsys):
    (tmp_path / "file").write_text("x", "utf-8")
    assert report("--format", "txt", to=tmp_path / "file") == 1
    assert "cannot be written" in capsys.readouterr().err


def test_nothing_half_written_is_seen_and_the_old_files_stay(tmp_path, monkeypatch):
    write_folder(tmp_path, {"a.txt": b"old a", "b.txt": b"old b"})
    real = os.fsync

    def full(handle: int) -> None:
        if any(path.read_bytes() == b"new b" for path in tmp_path.glob(".b.txt*")):
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="No space left"):
        write_folder(tmp_path, {"a.txt": b"new a", "b.txt": b"new b"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.txt": b"old a", "b.txt": b"old b"}


def test_cards_are_written_where_they_are_asked_for(report, tmp_path):
    assert report("--format", "cards", "txt", "--address", "https://app.example") == 0
    assert sorted(path.name.split("-")[-1] for path in (tmp_path / "out").iterdir()) == ["cards.pdf", "en.txt"]
