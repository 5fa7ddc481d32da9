"""`gridmap history`: its questions answered in words and as JSON, on a ledger of three changes."""

import json
from pathlib import Path

import pandas as pd
import pytest

from gridmap.cli import main
from gridmap.plan import Move
from gridmap.scope import Scope
from gridmap.settings import Settings
from gridmap.store import create_plan, ensure_branch, open_store, publish_plan, record_change, take_step

BOSS = Scope("p1", "王芳", "administrator", None)


def at(text: str) -> int:
    return round(pd.Timestamp(text, tz="Asia/Shanghai").timestamp() * 1_000_000)


def rows(*moves: tuple[str, str, str | None, str]) -> pd.DataFrame:
    frame = pd.DataFrame(moves, columns=["layer", "subject", "owner", "valid_from_us"])
    return frame.assign(valid_from_us=frame["valid_from_us"].map(at))


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    """c1 and c2 are M1's since January, o1 is held by M1; a correction gives c2 to M2 since March; a plan gives c1 to M2 from August on."""
    path = str(tmp_path_factory.mktemp("history") / "gridmap.db")
    store = open_store(path, settings=Settings())
    ensure_branch(store, BOSS, "b1", now_us=at("2026-01-01"), time_zone="Asia/Shanghai")
    first = rows(("cell", "c1", "M1", "2026-01-01"), ("cell", "c2", "M1", "2026-01-01"), ("holder", "o1", "M1", "2026-01-01"))
    record_change(store, BOSS, "b1", first, why="start", now_us=at("2026-01-02 08:00"))
    record_change(store, BOSS, "b1", rows(("cell", "c2", "M2", "2026-03-01")), why="wrong list", now_us=at("2026-05-10 09:30"))
    made = [Move("c1", "cell", "M1", "M2")]
    day = pd.Timestamp("2026-08-01").date()
    found = create_plan(store, BOSS, "b1", title="relief", effective_on=day, now_us=at("2026-07-01"), moves=made)
    for step in ("submit", "approve"):
        take_step(store, BOSS, "b1", found.plan_id, step, expected=None, now_us=at("2026-07-02"), note="agreed")
    publish_plan(store, BOSS, "b1", found.plan_id, expected=None, now_us=at("2026-07-03 10:00"))
    store.engine.dispose()
    return path


@pytest.fixture
def ask(location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.chdir(tmp_path)
    for name in ("GRIDMAP_DATABASE_URL", "GRIDMAP_SETTINGS", "GRIDMAP_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def asked(*words: str) -> tuple[int, str, str]:
        try:
            code = main(["--store", location, "history", *words])
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return asked


def read(ask, *words: str):
    code, out, err = ask(*words, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_changes_are_listed_newest_first(ask) -> None:
    code, out, _err = ask()
    lines = out.splitlines()
    assert code == 0
    assert lines[0].split() == ["Number", "Recorded", "Who", "Kind", "Cells", "Held", "Sponsored", "From", "Until", "Why"]
    assert [line.split()[0] for line in lines[1:]] == ["3", "2", "1"]
    assert "2026-07-03 10:00  王芳  Plan published  1      0     0          2026-08-01         relief" in lines[1]


def test_the_json_has_the_keys_that_scripts_rely_on(ask) -> None:
    last = read(ask)[0]
    wanted = {
        "change_id": 3, "kind": "plan", "who": "王芳", "why": "relief", "recorded": "2026-07-03T10:00:00",
        "plan_id": 1, "plan_title": "relief", "cells": 1, "first_day": "2026-08-01",
    }  # fmt: skip
    assert {name: last[name] for name in wanted} == wanted
    assert (last["last_day"], last["import_id"], last["taken_back_by"]) == (None, None, None)


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (("--from", "2026-05-10", "--to", "2026-05-10"), [2]),
        (("--kind", "plan"), [3]),
        (("--who", "nobody"), []),
        (("--manager", "M2"), [3, 2]),
        (("--limit", "1"), [3]),
    ],
)
def test_the_list_can_be_narrowed(ask, words: tuple[str, ...], numbers: list[int]) -> None:
    assert [row["change_id"] for row in read(ask, *words)] == numbers


def test_what_a_manager_got_and_gave_and_how_many_are_left(ask) -> None:
    assert [(row["got"], row["gave"]) for row in read(ask, "--manager", "M1")] == [(0, 1), (0, 1), (3, 0)]
    assert "2 older ones" in ask("--limit", "1")[1]


def test_one_change_with_its_moves_its_plan_and_what_was_said(ask) -> None:
    told = read(ask, "--change", "3")
    assert told["moves"] == [{"layer": "cell", "subject": "c1", "giver": "M1", "taker": "M2", "first_day": "2026-08-01", "last_day": None}]
    assert [event["kind"] for event in told["events"]] == ["created", "submitted", "approved", "published"]
    out = ask("--change", "3")[1]
    assert "Change 3: Plan published, by 王芳, 2026-07-03 10:00." in out
    assert "Plan 1: relief" in out
    first = ask("--change", "1")[1]
    assert "Nobody" in first
    code, _out, err = ask("--change", "9")
    assert code == 1
    assert "no change 9" in err


def test_a_cell_over_time_as_known_now_and_with_what_was_corrected(ask) -> None:
    known = read(ask, "--cell", "c2")
    assert [(row["owner"], row["first_day"], row["last_day"], row["change_id"]) for row in known] == [
        ("M1", "2026-01-01", "2026-02-28", 1), ("M2", "2026-03-01", None, 2),
    ]  # fmt: skip
    every = read(ask, "--cell", "c2", "--corrected")
    assert [(row["owner"], row["last_day"], row["replaced_by"]) for row in every if row["state"] == "corrected"] == [
        ("M1", "2026-05-09", 2)
    ]
    assert "Corrected later" in ask("--cell", "c2", "--corrected")[1]
    assert ask("--cell", "c9")[1] == "Nobody has ever had c9.\n"


def test_an_organisation_over_time(ask) -> None:
    told = read(ask, "--org", "o1")
    assert [(row["layer"], row["owner"], row["why"]) for row in told] == [("holder", "M1", "start")]
    assert "Held by name" in ask("--org", "o1")[1]


def test_who_had_what_on_a_day_as_known_now_and_then(ask) -> None:
    assert read(ask, "--as-of", "2026-04-01")["cells"] == {"c1": "M1", "c2": "M2"}
    assert read(ask, "--as-of", "2026-04-01", "--known", "2026-05-09")["cells"] == {"c1": "M1", "c2": "M1"}
    assert read(ask, "--as-of", "2026-08-01")["cells"] == {"c1": "M2", "c2": "M2"}
    assert "M1       1      1     0" in ask("--as-of", "2026-04-01")[1]


def test_two_days_and_then_against_now(ask) -> None:
    moved = {"layer": "cell", "giver": "M1", "taker": "M2"}
    assert read(ask, "--compare", "2026-07-31", "2026-08-01") == [{**moved, "subject": "c1"}]
    assert read(ask, "--compare", "2026-04-01@2026-05-09", "2026-04-01") == [{**moved, "subject": "c2"}]
    assert "1 changed hands." in ask("--compare", "2026-07-31", "2026-08-01")[1]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--cell", "c1", "--org", "o1"), "--org"),  # one question at a time
        (("--cell", "c1", "--manager", "M1"), "--manager"),  # filters are for the list
        (("--as-of", "2026-04-01", "--from", "2026-01-01"), "--as-of"),
        (("--known", "2026-04-01"), "--known"),  # known of what?
        (("--corrected",), "--corrected"),
        (("--limit", "0"), "--limit"),
        (("--compare", "2026-04-01"), "--compare"),  # with what?
        (("--compare", "2026-04-01", "2026-99-01"), "2026-99-01"),
        (("--branch", "b9"), "b1"),
    ],
)
def test_what_cannot_be_meant_is_2_and_names_it(ask, words: tuple[str, ...], named: str) -> None:
    code, out, err = ask(*words)
    assert (code, out) == (2, "")
    assert named in err
