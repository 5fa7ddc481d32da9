"""`gridmap audit` and `gridmap claim`: what they say, their exit codes, their JSON."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from gridmap.cli import main
from gridmap.scope import Scope, operator
from gridmap.settings import Settings
from gridmap.store import ask_claim, ensure_branch, open_store, plan_as_of, record_change

NOW_US = 1_782_878_400_000_000
ME, LI = operator("tester"), Scope("p1", "Li", "community_manager", frozenset({"b1"}), "m1")


@pytest.fixture
def here(sqlite_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a store that the environment names: c1 is m2's, and m1 asked for c2 and, for another reason, for c3."""
    for name in ("GRIDMAP_SETTINGS", "GRIDMAP_LANGUAGE", "GRIDMAP_SECRET", "GRIDMAP_AUDIT_HEAD", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GRIDMAP_DATABASE_URL", str(sqlite_path))
    store = open_store(str(sqlite_path), settings=Settings())
    ensure_branch(store, ME, "b1", now_us=NOW_US, time_zone="Asia/Shanghai")
    moves = pd.DataFrame({"layer": "cell", "subject": ["c1"], "owner": ["m2"], "valid_from_us": [0]})
    record_change(store, ME, "b1", moves, why="", now_us=NOW_US)
    for cell, why in (("c2", "on my way"), ("c3", "a school is there")):
        ask_claim(store, LI, "b1", cell, "claim", why=why, now_us=NOW_US, cells=("c2", "c3"))
    store.engine.dispose()
    return sqlite_path


def run(*words: str) -> int:
    try:
        return main(list(words))
    except SystemExit as stopped:
        return int(stopped.code or 0)


def break_guards(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_a_history_that_is_as_it_was_sealed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("audit", "verify") == 0
    assert capsys.readouterr().out == "b1: 3 entries, all as they were sealed.\n"
    assert run("audit", "verify", "--branch", "b1", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told == [{"branch": "b1", "entries": 3, "first_broken": None, "head_behind": 0, "problems": []}]


def test_a_history_that_was_altered_and_cut(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    break_guards(here, "UPDATE changes SET who = 'Nobody'", "DELETE FROM claims WHERE cell = 'c3'", "DELETE FROM audit WHERE seq = 3")
    assert run("audit", "verify") == 1
    told = capsys.readouterr().out.splitlines()
    assert told == [
        "b1: 2 entries, 2 things are wrong, the first at entry 1.",
        "  Change 1 was altered: who made it, when, why, or of which kind it is.",
        "  The chain ends at entry 2, but 3 had been kept: its end was cut off.",
    ]
    assert run("audit", "keep") == 1  # what is altered is not accepted
    assert "Nothing was kept" in capsys.readouterr().err


def test_after_a_backup_was_put_back_its_end_is_kept_anew(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    break_guards(here, "DELETE FROM claims WHERE cell = 'c3'", "DELETE FROM audit WHERE seq = 3")
    assert run("audit", "verify") == 1
    assert run("audit", "keep", "--branch", "b1") == 0
    assert "entry 2 is kept" in capsys.readouterr().out
    assert run("audit", "verify") == 0


def test_nothing_recorded_is_nothing_wrong_and_no_store_is_a_mistake(
    sqlite_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("audit", "verify", "--store", str(sqlite_path)) == 0
    assert "Nothing was recorded yet." in capsys.readouterr().out
    assert run("audit", "verify", "--store", str(sqlite_path), "--branch", "b7") == 2
    assert run("audit", "verify", "--store", str(tmp_path / "absent.db")) == 2
    assert run("audit") == 2
    assert not (tmp_path / "absent.db").exists()


def test_claims_are_listed_accepted_and_declined(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("claim", "list") == 0
    told = capsys.readouterr().out
    assert all(word in told for word in ("c2", "c3", "m1", "Li", "on my way", "a school is there", "open"))
    assert run("claim", "accept", "1", "--from", "2026-08-01", "--json") == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["state"], done["cell"], done["change_id"]) == ("accepted", "c2", 2)
    assert run("claim", "decline", "2", "--answer", "not this year") == 0
    assert "cell c3 stays as it is" in capsys.readouterr().out
    assert run("claim", "list", "--json") == 0
    found = {each["claim_id"]: each for each in json.loads(capsys.readouterr().out)}
    assert {number: each["state"] for number, each in found.items()} == {1: "accepted", 2: "declined"}
    assert (found[2]["answer"], found[2]["change_id"], found[1]["change_id"]) == ("not this year", None, 2)
    assert run("claim", "list", "--state", "open", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []
    store = open_store(str(here), settings=Settings())
    august_us = 1_785_513_600_000_000  # 1 August 2026, midnight in Shanghai
    assert "c2" not in plan_as_of(store, ME, "b1", valid_us=august_us - 1).owners_now.dropna()
    assert plan_as_of(store, ME, "b1", valid_us=august_us).owners_now["c2"] == "m1"
    store.engine.dispose()


def test_what_cannot_be_decided(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("claim", "decline", "1") == 2  # with no answer
    assert run("claim", "accept", "one") == 2
    assert run("claim", "accept", "9") == 1
    assert "There is no claim 9." in capsys.readouterr().err
    assert run("claim", "accept", "1") == 0
    assert run("claim", "accept", "1") == 1
    assert "Claim 1 is accepted already." in capsys.readouterr().err
