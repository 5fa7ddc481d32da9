"""`gridmap regrid`: what it would change first, then done, refused with reasons, and taken back."""

import json
from pathlib import Path

import pytest

from bench.branches import BRANCH, make_store
from gridmap.cli import main


def run(*words: str) -> int:
    try:
        return main(list(words))
    except SystemExit as stopped:
        return int(stopped.code or 0)


@pytest.fixture
def branch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work on a small branch of 60 hexagons, three managers and no areas that could be cells."""
    store = make_store(tmp_path, cells=60, organisations=120, managers=3)
    store.engine.dispose()
    monkeypatch.setenv("GRIDMAP_DATABASE_URL", store.location)
    monkeypatch.delenv("GRIDMAP_LANGUAGE", raising=False)
    monkeypatch.setenv("LC_ALL", "C")


def answer(capsys: pytest.CaptureFixture[str]) -> dict:
    return json.loads(capsys.readouterr().out)


@pytest.mark.usefixtures("branch")
def test_a_dry_run_says_everything_and_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("regrid", "--branch", BRANCH, "--to", "h3:9", "--on", "2026-12-01")
    for _ in range(2):
        assert run(*words, "--dry-run", "--json") == 0
        told = answer(capsys)
        assert (told["from"]["resolution"], told["to"]["resolution"], told["regrid_id"]) == (8, 9, None)
        for side in ("before", "after"):
            assert sum(holder[side] for holder in told["holders"].values()) == told["organisations"] == 120
    assert run(*words, "--dry-run") == 0
    shown = capsys.readouterr().out
    assert "each counted once before and after" in shown
    assert "Dry run: nothing was written." in shown


@pytest.mark.usefixtures("branch")
def test_it_is_done_refused_twice_and_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("regrid", "--to", "h3:7", "--on", "2026-12-01", "--keep-holders", "--why", "coarser", "--json") == 0
    there = answer(capsys)
    assert there["regrid_id"] == 1
    assert all(each["before"] == "-" for each in there["changed"])
    assert run("regrid", "--to", "h3:9", "--on", "2026-11-30") == 1
    assert "2026-12-01" in capsys.readouterr().err
    assert run("regrid", "--to", "h3:7", "--on", "2027-01-01") == 1
    assert "grid already" in capsys.readouterr().err
    assert run("regrid", "--to", "h3:8", "--on", "2027-01-01", "--json") == 0
    back = answer(capsys)
    assert back["owned"]["after"] == there["owned"]["before"]


@pytest.mark.usefixtures("branch")
@pytest.mark.parametrize(
    ("grid", "code", "word"),
    [
        ("h3:13", 1, "300,000"),  # more cells than a map can show
        ("h3:99", 1, "resolution 99"),
        ("h3", 2, "h3:0"),
        ("hexagons", 2, "areas"),
    ],
)
def test_what_can_be_no_grid_is_refused(capsys: pytest.CaptureFixture[str], grid: str, code: int, word: str) -> None:
    assert run("regrid", "--to", grid, "--on", "2026-12-01") == code
    assert word in capsys.readouterr().err


def test_a_branch_without_areas_gets_no_grid_of_areas(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDMAP_DATABASE_URL", str(tmp_path / "empty.db"))
    rows = tmp_path / "rows.csv"
    rows.write_text("id,name,lat,lon\nA1,One,22.70,112.22\n", "utf-8")
    assert run("import", "--table", "organisations", "--branch", "XX", str(rows)) == 0
    assert run("regrid", "--to", "areas", "--on", "2026-12-01") == 1
    assert "no areas" in capsys.readouterr().err


@pytest.mark.usefixtures("branch")
def test_owners_of_both_grids_are_taken_away_and_change_nothing_when_they_come_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("regrid", "--to", "h3:7", "--on", "2026-12-01") == 0
    file = tmp_path / "owners.csv"
    assert run("export", "--table", "ownership", "--history", "--out", str(file)) == 0
    assert run("export", "--table", "managers", "--history", "--out", str(file)) == 2
    capsys.readouterr()
    assert run("import", "--table", "ownership", "--dry-run", "--json", str(file)) == 0
    told = answer(capsys)
    assert (told["new"], told["changed"], told["cells"]["unmatched"]) == (0, 0, 0)
    assert told["cells"]["matched"] > 60  # hexagons of either size
    file.write_text("cell,owner,valid_from\n88410a42c7fffff,m00,2026-01-01\nnowhere,m00,2026-01-01\n", "utf-8")
    run("import", "--table", "ownership", "--dry-run", str(file))
    shown = capsys.readouterr()
    assert "1 not in the grid" in shown.out
    assert "no cell nowhere" in shown.err
