"""`gridmap sweep`: from nothing to days that are walked, recorded and repaired, by words alone; every refusal read as its reader would."""

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gridmap.cli import main
from tests.sweeping import MANAGER, Swept

Run = Callable[..., int]
QUICK = ("--iterations", "60")


@pytest.fixture
def run(swept: Swept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give a way to run one command on a copy of the sample branch."""
    monkeypatch.chdir(tmp_path)
    for name in ("GRIDMAP_DATABASE_URL", "GRIDMAP_SETTINGS", "GRIDMAP_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    swept.copied(tmp_path)

    def words(*given: object) -> int:
        try:
            return main(["sweep", *(str(each) for each in given)])
        except SystemExit as stopped:
            return int(stopped.code or 0)

    return words


@pytest.fixture
def told(run: Run, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Give a way to run one command and read its JSON."""

    def ask(*given: object, code: int = 0) -> Any:
        capsys.readouterr()
        assert run(*given, "--json") == code
        return json.loads(capsys.readouterr().out)

    return ask


def orgs_of(plan: dict[str, Any]) -> list[str]:
    return [door["org_id"] for day in plan["days"] for stop in day["stops"] for door in stop["doors"]]


def test_a_sweep_from_plan_to_end(run: Run, told: Callable[..., Any], capsys: pytest.CaptureFixture[str]) -> None:
    made = told("plan", "--manager", MANAGER, "--days", 2, "--title", "first streets", *QUICK)
    assert (made["title"], made["state"], made["managers"]) == ("first streets", "draft", [MANAGER])
    assert len(made["plan"]["days"]) == 2
    doors = orgs_of(made["plan"])
    assert len(doors) == len(set(doors)) == made["plan"]["doors"] > 10
    number = made["sweep"]
    again = told("plan", "--draft", number, "--leave-out", doors[0], "--seed", 7, *QUICK)
    assert (again["sweep"], again["version"]) == (number, made["version"] + 1)
    assert doors[0] not in orgs_of(again["plan"])
    assert told("publish", number)["state"] == "published"
    assert [each["state"] for each in told("list") if each["sweep_id"] == number] == ["published"]
    doors = orgs_of(told("show", number)["plan"])
    # who is published is nobody else's: the next plan goes elsewhere, and says so
    other = told("plan", "--manager", MANAGER, "--days", 2, *QUICK)
    assert not set(orgs_of(other["plan"])) & set(doors)
    run("plan", "--manager", MANAGER, "--days", 1, *QUICK)
    assert f"{len(doors)} doors are in other published sweeps." in capsys.readouterr().out
    # a day goes by: one door is met, the days are repaired
    day = made["plan"]["days"][0]["day"]
    visit = ("record", "--org", doors[0], "--outcome", "met", "--manager", MANAGER, "--sweep", number)
    assert [each["status"] for each in told(*visit)["receipts"]] == ["counted"]
    tried = told("repair", number, "--from", day, "--dry-run")
    assert tried["version"] == told("show", number)["version"]
    repaired = told("repair", number, "--from", day)
    assert repaired["version"] == tried["version"] + 1
    assert {change["org_id"] for change in repaired["changes"]} >= set(doors)
    assert told("end", number)["state"] == "ended"
    assert told("withdraw", other["sweep"])["state"] == "withdrawn"


def test_doors_published_meanwhile_are_all_named(run: Run, told: Callable[..., Any], capsys: pytest.CaptureFixture[str]) -> None:
    first, second = (told("plan", "--manager", MANAGER, "--days", 1, *QUICK)["sweep"] for _ in range(2))
    assert told("publish", first)["state"] == "published"
    both = set(orgs_of(told("show", first)["plan"])) & set(orgs_of(told("show", second)["plan"]))
    capsys.readouterr()
    assert run("publish", second) == 1
    refused = capsys.readouterr().err
    assert f"Somebody else is sent to {len(both)} of these doors already." in refused
    assert all(f"- {org_id} · " in refused for org_id in both)
    assert told("show", second)["state"] == "draft"


def test_show_says_hours_and_reasons(run: Run, swept: Swept, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("show", swept.record.sweep_id, "--doors") == 0
    shown = capsys.readouterr().out
    assert "is a draft; XX-C02, 2026-11-02 to 2026-11-04." in shown
    assert f"{len(swept.sweep.doors)} doors, " in shown
    assert "never visited" in shown
    assert shown.count("2026-11-03 XX-C02") == 1
    assert run("--lang", "zh_CN", "show", swept.record.sweep_id) == 0


@pytest.mark.parametrize(
    ("ending", "begins"),
    [
        ("gpx", b"<?xml"),
        ("kml", b"<?xml"),
        ("ics", b"BEGIN:VCALENDAR"),
        ("csv", b"\xef\xbb\xbf"),
        ("xlsx", b"PK"),
        ("geojson", b"{"),
        ("pdf", b"%PDF"),
    ],
)
def test_export_writes_every_format(run: Run, swept: Swept, ending: str, begins: bytes) -> None:
    assert run("export", swept.record.sweep_id, "--to", f"days.{ending}") == 0
    assert Path(f"days.{ending}").read_bytes().startswith(begins)
    assert run("export", swept.record.sweep_id, "--format", ending, "--to", "plain", "--manager", MANAGER) == 0


def test_records_of_a_file(told: Callable[..., Any], swept: Swept) -> None:
    doors = [door.org_id for door in swept.sweep.doors]
    blank = {"kind": "visit", "note": "", "next_due": None, "filing": None, "photo_id": None, "check_in": None}
    blank |= {"captured_at": "2026-07-01T09:31:05+08:00"}
    captures = [
        {**blank, "capture_id": str(uuid.UUID(int=place + 2**100 * 5, version=4)), "org_id": org_id, "outcome": outcome}
        for place, (org_id, outcome) in enumerate(zip(doors, ("met", "not_in", "flew away"), strict=False))
    ]  # fmt: skip
    Path("records.json").write_text(json.dumps(captures), "utf-8")
    first = told("record", "records.json", "--manager", MANAGER, code=1)["receipts"]
    assert [each["status"] for each in first][2] == "refused"
    assert "outcome" in first[2]["reason"]
    assert {each["status"] for each in first[:2]} <= {"counted", "review"}  # by the clock of the day it is
    again = told("record", "records.json", "--manager", MANAGER, code=1)["receipts"]
    assert [each["status"] for each in again] == ["again", "again", "refused"]
    Path("records.json").write_text(json.dumps([{**captures[0], "note": "another"}]), "utf-8")
    assert [each["status"] for each in told("record", "records.json", "--manager", MANAGER, code=1)["receipts"]] == ["differs"]


# What is typed, the exit code, and what the person reads.
REFUSALS = (
    (("plan",), 2, "Say whose days: --manager."),
    (("plan", "--manager", "XX-Z99"), 1, "There is no manager XX-Z99. One of: XX-A01"),
    (("plan", "--manager", MANAGER, "--days", "0"), 2, "--days must be 1 or more."),
    (("plan", "--manager", MANAGER, "--from", "soon"), 2, "YYYY-MM-DD"),
    (("plan", "--manager", MANAGER, "--mode", "boat"), 2, "boat"),
    (("plan", "--manager", MANAGER, "--iterations", "-5"), 1, "- The number of rounds is -5; it runs from 0 to 10000000."),
    (("plan", "--manager", MANAGER, "--appointment", "o1"), 2, "--appointment needs ID@YYYY-MM-DD@HH:MM-HH:MM, not o1."),
    (("plan", "--manager", MANAGER, "--appointment", "o1@2026-02-30@09:00-10:00"), 2, "There is no day in o1@2026-02-30@09:00-10:00"),
    (("plan", "--manager", MANAGER, "--appointment", "o1@2026-02-03@9-10"), 2, "There is no time in o1@2026-02-03@9-10: write HH:MM."),
    (
        ("plan", "--manager", MANAGER, "--appointment", "o1@2026-02-03@09:00-10:00"),
        1,
        "The appointment with o1 is on Feb 3, 2026, which is no day",
    ),
    (("plan", "--manager", MANAGER, "--pin", "o1@x"), 2, "--pin needs ID@MANAGER@YYYY-MM-DD, not o1@x."),
    (("plan", "--manager", MANAGER, "--towns", "nowhere"), 1, f"There is no organisation to visit for {MANAGER}. Choose a wider area"),
    (("plan", "--draft", "99"), 1, "There is no sweep 99 in this branch."),
    (("show", "99"), 1, "There is no sweep 99 in this branch."),
    (("publish", "99"), 1, "There is no sweep 99 in this branch."),
    (("repair", "1"), 1, "Sweep 1 is not published, so there is nothing to repair."),
    (("export", "1", "--to", "days.doc"), 2, "Say which format is meant: --format, one of "),
    (("export", "1", "--to", "days.pdf", "--manager", "XX-C06"), 1, "XX-C06 is not in sweep 1. One of: XX-C02."),
    (("record",), 2, "Name a file, or one visit by --org and --outcome."),
    (("record", "--org", "o1"), 2, "Say what came of the visit: --outcome."),
    (("record", "nothing.json"), 2, "There is no file nothing.json."),
    (("record", "gridmap.db"), 1, "These are no records of visits."),
    (("record", "--org", "o1", "--outcome", "met"), 1, "Name the manager."),
    (("record", "--org", "o1", "--outcome", "met", "--manager", MANAGER, "--at", "noon"), 2, "--at needs YYYY-MM-DDTHH:MM, not noon."),
)


@pytest.mark.parametrize(("words", "code", "read"), REFUSALS)
def test_refusals_say_what_to_do(run: Run, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int, read: str) -> None:
    assert run(*words) == code
    refused = capsys.readouterr()
    assert read in refused.err
    assert "Traceback" not in refused.err
    assert not refused.out


def test_what_was_kept_long_enough_is_erased(told: Callable[..., Any]) -> None:
    assert told("forget") == {"check_ins": 0, "photos": 0}
