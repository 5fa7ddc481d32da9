"""`gridmap board` and `gridmap export --crm`, by words alone."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gridmap.cli import main
from gridmap.scope import operator
from gridmap.settings import Settings
from gridmap.store import open_store
from tests.conftest import NOW_US
from tests.gridmap.services.conftest import branch_template, bring  # noqa: F401 - a fixture
from tests.gridmap.services.test_crm import TASKS, VISITS

Run = Callable[..., int]


@pytest.fixture
def run(branch_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:  # noqa: F811
    """Give a way to run one command on a branch with visits and tasks."""
    monkeypatch.chdir(tmp_path)
    for name in ("GRIDMAP_DATABASE_URL", "GRIDMAP_SETTINGS", "GRIDMAP_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    shutil.copy(branch_template, tmp_path / "gridmap.db")
    store = open_store("gridmap.db", settings=Settings(), clock=lambda: NOW_US)
    bring(store, operator("tester"), "visits", VISITS)
    bring(store, operator("tester"), "tasks", TASKS)
    store.engine.dispose()

    def words(*given: object) -> int:
        try:
            return main([str(each) for each in given])
        except SystemExit as stopped:
            return int(stopped.code or 0)

    return words


def test_the_board_is_told_and_printed_as_json(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("board", "--day", "2026-06-30") == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("Morning board of")
    assert "Due today: organisations 2, overdue 1; planned visits 0" in told
    assert run("board", "--day", "2026-06-30", "--manager", "M1", "--json") == 0
    made = json.loads(capsys.readouterr().out)
    assert [(each["org_id"], each["kinds"], each["late_days"]) for each in made["due"]] == [("W1", ["check"], 1), ("W0", ["call"], 0)]
    assert made["managers"]["M1"]["attempts"] == 1
    assert (made["day"], made["first"], made["last"]) == ("2026-06-30", "2026-06-29", "2026-06-29")


def test_the_board_of_one_manager_lists_organisations(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("board", "--day", "2026-06-30", "--manager", "M1", "--lang", "zh_CN") == 0
    assert "W1" in capsys.readouterr().out
    assert run("board", "--manager", "M7") == 2
    assert "M1, M2" in capsys.readouterr().err


def test_records_for_the_crm_and_the_layout_that_is_kept(run: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    given = ("export", "--crm", "visits", "--from", "2026-06-29", "--to", "2026-06-30")
    assert run(*given, "--out", "a.csv") == 0
    assert (tmp_path / "a.csv").read_text("utf-8-sig").splitlines()[1].startswith("W0,西一0厂,M1,李明,2026-06-29")
    layout = {"columns": [{"header": "客户", "source": "org_id"}], "date_format": "%Y%m%d", "words": []}
    (tmp_path / "layout.json").write_text(json.dumps(layout), "utf-8")
    assert run(*given, "--out", "b.csv", "--layout", "layout.json") == 0
    assert run(*given, "--out", "c.csv") == 0
    assert (tmp_path / "b.csv").read_bytes() == (tmp_path / "c.csv").read_bytes()
    assert (tmp_path / "c.csv").read_text("utf-8-sig").splitlines() == ["客户", "W0", "E0"]
    assert run(*given, "--manager", "M2", "--out", "d.xlsx") == 0


@pytest.mark.parametrize(
    "wrong",
    [
        ("export", "--table", "visits", "--from", "2026-06-29", "--out", "a.csv"),
        ("export", "--crm", "visits", "--out", "a.geojson"),
        ("export", "--crm", "contacts", "--out", "a.csv"),
    ],
)
def test_what_cannot_be_meant_is_not_understood(run: Run, wrong: tuple[str, ...]) -> None:
    assert run(*wrong) == 2
