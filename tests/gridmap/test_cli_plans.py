"""`gridmap plan`: from a draft to ownership and back, by words alone."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gridmap.cli import main
from gridmap.cli.operator import whoever_runs_this
from gridmap.settings import Settings
from gridmap.store import open_store, plan_as_of
from tests.gridmap.services.conftest import branch_template  # noqa: F401 - a fixture

Run = Callable[..., int]


@pytest.fixture
def run(branch_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:  # noqa: F811
    """Give a way to run one command on a branch of two managers, M1 in the west and M2 in the east."""
    monkeypatch.chdir(tmp_path)
    for name in ("GRIDMAP_DATABASE_URL", "GRIDMAP_SETTINGS", "GRIDMAP_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    shutil.copy(branch_template, tmp_path / "gridmap.db")

    def words(*given: object) -> int:
        try:
            return main([str(each) for each in given])
        except SystemExit as stopped:
            return int(stopped.code or 0)

    return words


def west(count: int) -> list[str]:
    store = open_store("gridmap.db", settings=Settings())
    owners = plan_as_of(store, whoever_runs_this(), "XX", valid_us=store.clock()).owners
    store.engine.dispose()
    return list(owners.index[owners == "M1"])[:count]


def test_a_plan_goes_its_whole_way_and_back(run: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    cells = west(3)
    assert run("plan", "new", "--title", "Relief", "--on", "2030-01-01") == 0
    assert run("plan", "move", 1, *cells, "--to", "M2", "--reason", "nearer") == 0
    assert run("plan", "comment", 1, "please look") == 0
    assert run("plan", "set", 1, "--title", "Relief of the west") == 0
    assert run("plan", "set", 1, "--on", "2030-02-01") == 0
    assert run("plan", "validate", 1) == 0
    assert run("plan", "publish", 1) == 1  # not approved yet
    for step in ("submit", "approve", "publish"):
        assert run("plan", step, 1) == 0
    capsys.readouterr()
    assert run("plan", "list", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert [(each["state"], each["moves"]) for each in listed] == [("published", 3)]
    assert run("plan", "show", 1, "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert {each["subject"] for each in shown["moves"]} == set(cells)
    assert {each["manager_id"] for each in shown["managers"]} == {"M1", "M2"}
    assert run("plan", "handover", 1, "--manager", "M1", "--out", "sheet.xlsx") == 0
    assert (tmp_path / "sheet.xlsx").read_bytes()[:2] == b"PK"
    assert run("plan", "undo", 1, "--why", "wrong street") == 0
    assert "published and undone" in capsys.readouterr().out
    assert run("plan", "undo", 1, "--why", "again") == 1


def test_what_cannot_be_moved_is_said_once_with_how_often(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("plan", "new", "--title", "Wrong")
    assert run("plan", "move", 1, *west(3), "--to", "NOBODY") == 1
    told = capsys.readouterr()
    assert told.err.count("NOBODY") == 1
    assert "(3 times)" in told.err
    assert "0 moved" in told.out


def test_locks_bind_and_can_be_lifted(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    cells = west(2)
    run("plan", "new", "--title", "Locked")
    assert run("plan", "lock", 1, "--cells", cells[0]) == 0
    assert run("plan", "move", 1, *cells, "--to", "M2") == 1
    assert "1 moved" in capsys.readouterr().out
    assert run("plan", "lock", 1, "--all", "yes") == 0
    assert run("plan", "move", 1, "--swap", "M1", "M2") == 1
    assert run("plan", "lock", 1, "--all", "no", "--cells") == 0
    assert run("plan", "move", 1, cells[0], "--to", "M2") == 0


def test_cells_by_town_owner_and_rule(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("plan", "new", "--title", "Chosen")
    assert run("plan", "move", 1, "--owner", "M1", "--town", "West", "--release", "--json") == 0
    capsys.readouterr()
    assert run("plan", "diff", 1, "--json") == 0
    released = json.loads(capsys.readouterr().out)
    assert released
    assert {(each["first"], each["second"]) for each in released} == {("M1", "")}
    assert run("plan", "move", 1, "--rule", "unassigned", "--to", "M2") == 0
    assert run("plan", "move", 1, "--rule", "no_such_rule", "--to", "M2") == 1
    assert run("plan", "move", 1, "--to", "M2") == 2  # no cell named


def test_a_plan_travels_as_a_file(run: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run("plan", "new", "--title", "One")
    run("plan", "move", 1, *west(2), "--to", "M2")
    assert run("plan", "export", 1, "--out", "plan.xlsx") == 0
    assert run("plan", "new", "--title", "Two", "--from", "plan.xlsx") == 0
    assert run("plan", "new", "--title", "Three", "--copy", 1) == 0
    assert run("plan", "new", "--title", "Four", "--from", "absent.csv") == 2
    capsys.readouterr()
    for other in (2, 3):
        assert run("plan", "diff", 1, other, "--json") == 0
        assert json.loads(capsys.readouterr().out) == []
    assert run("plan", "export", 1, "--what", "moves", "--out", "moves.csv") == 0
    assert (tmp_path / "moves.csv").read_text("utf-8-sig").count("M2") == 2


def test_a_stale_plan_is_refused_with_who_and_brought_up_to_date(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    cells = west(2)
    for title in ("First", "Second"):
        run("plan", "new", "--title", title)
    for plan in (1, 2):
        run("plan", "move", plan, *cells, "--to", "M2")
    for step in ("submit", "approve", "publish"):
        assert run("plan", step, 1) == 0
    capsys.readouterr()
    assert run("plan", "submit", 2) == 1
    told = capsys.readouterr().err
    assert all(cell in told for cell in cells)
    assert run("plan", "validate", 2) == 1
    assert run("plan", "rebase", 2, "--drop", "nothing") == 1
    assert run("plan", "rebase", 2, "--drop", cells[0]) == 0


@pytest.mark.parametrize("words", [("plan",), ("plan", "show"), ("plan", "show", "x"), ("plan", "new"), ("plan", "fly", "1")])
def test_what_is_not_understood_ends_with_2(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words) == 2


def test_somebody_leaves(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("plan", "new", "--title", "M1 leaves", "--resign", "M1") == 0
    capsys.readouterr()
    run("plan", "diff", 1, "--json")
    assert {each["first"] for each in json.loads(capsys.readouterr().out)} == {"M1"}
