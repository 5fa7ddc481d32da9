"""`gridmap territories`: suggestions by words alone, and as JSON."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from gridmap.cli.operator import whoever_runs_this
from gridmap.settings import Settings
from gridmap.store import open_plan, open_store, plans
from tests.gridmap.services.conftest import branch_template  # noqa: F401 - a fixture
from tests.gridmap.test_cli_plans import run  # noqa: F401 - a fixture

Run = Callable[..., int]
QUICK = ("--proposals", 5000)


# Two managers of 48 cells each: what is nearer to the base of the other changes hands once that costs nothing.
FREE = '{"limits": [{"measure": "cells", "tolerance": 0.9}], "weights": {"travel": 1, "disruption": 0, "shape": 0}}'


def drafts() -> list[tuple[str, str]]:
    store = open_store("gridmap.db", settings=Settings())
    listed = plans(store, whoever_runs_this(), "XX")
    store.engine.dispose()
    return list(zip(listed["title"], listed["state"], strict=True))


def test_a_suggestion_is_told_and_kept_as_a_draft_and_nothing_more(
    run: Run,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    (tmp_path / "free.json").write_text(FREE)
    assert run("territories", "suggest", "--request", "free.json", "--keep", "Fair shares", *QUICK) == 0
    told = capsys.readouterr().out
    assert "cells change hands" in told
    assert "Plan 1 (Fair shares) is a draft" in told
    assert drafts() == [("Fair shares", "draft")]
    store = open_store("gridmap.db", settings=Settings())
    _record, plan = open_plan(store, whoever_runs_this(), "XX", 1)
    store.engine.dispose()
    assert plan.moves
    assert all(move.reason for move in plan.moves)


def test_json_goes_in_and_comes_out(run: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "asked.json").write_text('{"limits": [{"measure": "cells", "tolerance": 0.3}], "budget": {"cells": 1}}')
    assert run("territories", "suggest", "--request", "asked.json", "--json", *QUICK) in (0, 1)
    answer = json.loads(capsys.readouterr().out)
    assert answer["changed"]["cells"] <= 1
    assert {row["manager_id"] for row in answer["managers"]} == {"M1", "M2"}
    assert len(answer["moves"]) == answer["changed"]["cells"]
    assert drafts() == []
    (tmp_path / "wrong.json").write_text('{"budgets": {}}')
    assert run("territories", "suggest", "--request", "wrong.json") == 1
    assert "Request" in capsys.readouterr().err


def test_a_draft_is_gone_on_with_and_its_locks_hold(run: Run, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    run("plan", "new", "--title", "Relief", "--on", "2030-01-01")
    run("plan", "lock", 1, "--owners", "M1")
    capsys.readouterr()
    assert run("territories", "suggest", "--plan", 1, "--limit", "cells=5%", *QUICK) == 1
    assert "Fewer than two managers" in capsys.readouterr().err
    run("plan", "lock", 1, "--owners")
    assert run("territories", "suggest", "--plan", 1, "--into-plan", "--limit", "cells=5%", *QUICK) == 0
    assert drafts() == [("Relief", "draft")]
    assert run("territories", "suggest", "--into-plan") == 2


def test_the_shortest_list_the_curve_and_the_numbers(run: Run, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    assert run("territories", "shortest", "--limit", "cells=5%", "--keep", "Short", *QUICK) == 0
    assert run("territories", "curve", "--limit", "cells=5%", "--json", *QUICK) == 0
    out = capsys.readouterr().out
    points = json.loads(out[out.index("[\n") :])
    assert points[0]["cells"] == 0
    assert [point["violation"] for point in points] == sorted((point["violation"] for point in points), reverse=True)
    assert run("territories", "curve", "--limit", "cells=5%", *QUICK) == 0
    assert "0 cells move" in capsys.readouterr().out
    assert run("territories", "staffing", "--limit", "cells<=40", *QUICK) in (0, 1)
    assert "managers" in capsys.readouterr().out
    assert run("territories", "staffing", "--limit", "cells<=40", "--json", *QUICK) in (0, 1)
    assert {"managers", "kept", "proven", "said"} <= set(json.loads(capsys.readouterr().out)[0])
    assert run("territories", "bases", "--limit", "cells<=40", "--best", 2) == 0
    assert "1. " in capsys.readouterr().out
    assert run("territories", "bases", "--limit", "cells<=40", "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["cell"]


def test_every_branch_in_a_process_of_its_own(run: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "free.json").write_text(FREE)
    for workers in (1, 2):
        assert run("territories", "suggest", "--all-branches", "--request", "free.json", "--json", "--workers", workers, *QUICK) == 0
        (only,) = json.loads(capsys.readouterr().out)
        assert (only["branch_id"], only["plan"], only["trouble"]) == ("XX", None, "")
        assert only["answer"]["changed"]["cells"] > 0
    assert run("territories", "suggest", "--all-branches", "--limit", "nonsense<=3", "--keep", "x") == 1
    assert "There is no measure nonsense" in capsys.readouterr().err
    assert run("territories", "suggest", "--all-branches", "--branch", "XX") == 2


@pytest.mark.parametrize("word", ["accounts", "accounts<=many", "hours=10", "<=5"])
def test_a_limit_that_is_none_is_refused(run: Run, capsys: pytest.CaptureFixture[str], word: str) -> None:  # noqa: F811
    assert run("territories", "suggest", "--limit", word) == 2
    assert "is no limit" in capsys.readouterr().err


def test_what_is_said_of_one_measure_is_one_limit() -> None:
    from gridmap.cli.territories.asking import merged  # noqa: PLC0415
    from gridmap.territories.request import Limit  # noqa: PLC0415

    assert merged([Limit("accounts", most=50), Limit("hours", tolerance=0.1), Limit("accounts", least=5)]) == (
        Limit("accounts", most=50, least=5),
        Limit("hours", tolerance=0.1),
    )
