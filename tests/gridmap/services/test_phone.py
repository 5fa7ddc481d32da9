"""What a phone is sent, and what comes back in a file: the days of one manager, numbers masked, seals that hold or do not."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from gridmap.errors import FileError, PlanError, ScopeError, say
from gridmap.scope import Scope
from gridmap.services.doctor import examine
from gridmap.services.phone import phone_days
from gridmap.services.phone_map import MARGIN_DEG, base_of
from gridmap.services.return_files import hand_in, read_return, seal_key, seal_of
from gridmap.settings import PhoneAddress, Settings, SweepRules
from gridmap.store import (
    LinkSeen,
    Store,
    captures,
    create_sweep,
    end_sweep,
    issue_phone_link,
    link_of_token,
    open_market,
    publish_sweep,
    revoke_phone_link,
    write_rows,
)
from gridmap.sweeps.planned import DayRoute, Door, PlannedStop, Reason, Stop, SweepPlan
from gridmap.sweeps.request import Place
from gridmap.sweeps.written import plan_text
from tests.conftest import NOW_US
from tests.gridmap.services.conftest import bring

TODAY, DAY_US = date(2026, 7, 1), 86_400_000_000
NUMBER = "13987654321"
RULES = SweepRules()


def route(manager: str, *org_ids: str, day: date = TODAY) -> DayRoute:
    reasons = (Reason("never_visited", 6.0, say("Never visited.")),)
    stops = tuple(
        PlannedStop(Stop(org, 22.7 + at / 200, 112.22, "", "", (Door(org, "C", 6.0, 0.7, 20, reasons=reasons),)), 540, 545, 565, 4, 900)
        for at, org in enumerate(org_ids)
    )
    return DayRoute(manager, day, Place(22.7, 112.2), Place(22.7, 112.2), 510, 700, None, stops, 5, 900)


@pytest.fixture
def swept(branch: Store, me: Scope) -> tuple[Store, int]:
    """A published sweep: W0 and W1 are M1's, E0 is M2's; W0 has a contact with a number."""
    bring(branch, me, "contacts", f"contact_id,org_id,role,name,phone\nC1,W0,decision_maker,陈先生,{NUMBER}\n")
    plan = SweepPlan((route("M1", "W0", "W1"), route("M2", "E0")), (), 1, 10, "iterations", "line")
    made = create_sweep(
        branch, me, "XX", title="west", request="", result=plan_text(plan), managers=("M1", "M2"), first_on=TODAY,
        last_on=TODAY + timedelta(days=6), now_us=NOW_US,
    )  # fmt: skip
    publish_sweep(branch, me, "XX", made.sweep_id, expected=made.version, doors={"W0": "M1", "W1": "M1", "E0": "M2"}, now_us=NOW_US + 1)
    return branch, made.sweep_id


@pytest.fixture
def seen(swept: tuple[Store, int], me: Scope) -> LinkSeen:
    store, sweep_id = swept
    _, token = issue_phone_link(store, me, "XX", sweep_id, "M1", expires_us=NOW_US + 7 * DAY_US, now_us=NOW_US + 2)
    return link_of_token(store, token, now_us=NOW_US + 3)


def visit(number: int, org_id: str = "W0", at: str = "2026-07-01T12:30:00+08:00", **more: object) -> dict[str, Any]:
    return {
        "capture_id": f"00000000-0000-4000-8000-{number:012d}", "kind": "visit", "captured_at": at, "org_id": org_id, "outcome": "met",
        "note": "他说“下周”\u2028 <b>", "next_due": None, "filing": None, "photo_id": None,
        "check_in": {"lat": 22.70001, "lon": 112.22, "accuracy_m": 12}, **more,
    }  # fmt: skip


def file_of(store: Store, seen: LinkSeen, *said: dict[str, Any], **more: object) -> bytes:
    link = seen.link
    seal = seal_of(bytes.fromhex(seal_key(store, link.link_id)), link.link_id, said)
    whole = {
        "format": "gridmap-return", "version": 1, "branch_id": link.branch_id, "sweep_id": link.sweep_id, "manager_id": link.manager_id,
        "link_id": link.link_id, "made_at": "2026-07-01T18:00:00+08:00", "captures": list(said), "photos": [], "seal": seal, **more,
    }  # fmt: skip
    return json.dumps(whole, ensure_ascii=False).encode()


def test_a_phone_is_sent_its_own_days_in_every_language(swept: tuple[Store, int], seen: LinkSeen) -> None:
    told = phone_days(swept[0], seen, now_us=NOW_US + 4)
    assert [door["org_id"] for day in told["days"] for stop in day["stops"] for door in stop["doors"]] == ["W0", "W1"]
    first = told["days"][0]["stops"][0]["doors"][0]
    assert first["name"] == {"en": "西一0厂", "zh_CN": "西一0厂"}
    assert first["address"] == "西街0号"
    assert set(first["reasons"][0]) == {"en", "zh_CN"}
    assert first["contacts"][0]["phone"] == "139****4321"
    assert first["contacts"][0]["role"] == {"en": "Decision maker", "zh_CN": "决策人"}
    assert NUMBER not in json.dumps(told)
    assert "东一" not in json.dumps(told, ensure_ascii=False), "nothing of another manager's doors"
    assert told["link"]["expires_on"] == "2026-07-08"


def test_what_was_visited_since_the_sweep_began_is_done(swept: tuple[Store, int], seen: LinkSeen, me: Scope) -> None:
    rows = pd.DataFrame(
        {
            "visit_id": ["v1", "v2", "v3", "v4"], "org_id": ["W0", "W0", "W1", "W1"], "manager_id": "M1", "branch_id": "XX",
            "visited_at": pd.to_datetime(["2026-06-30T10:00Z", "2026-07-01T01:00Z", "2026-06-30T15:59Z", "2026-07-01T03:00Z"]),
            "kind": ["visit", "sweep", "visit", "call"], "outcome": ["met", "not_in", "met", "met"],
        }
    )  # fmt: skip
    write_rows(
        swept[0], me, "XX", "visits", rows, as_of=None, now_us=NOW_US + 5, file_name="v.csv", file_sha256="v" * 64, mapping={}, source=""
    )
    told = phone_days(swept[0], seen, now_us=NOW_US + 6)
    assert told["done"] == {"W0": {"outcome": "not_in"}}, "W1 was visited a minute before the first day began there, and called"
    assert [each["outcome"] for each in told["days"][0]["stops"][0]["doors"][0]["visits"]] == ["not_in", "met"], "the last first"


def test_a_sweep_that_is_over_is_sent_to_nobody(swept: tuple[Store, int], seen: LinkSeen, me: Scope) -> None:
    store, sweep_id = swept
    end_sweep(store, me, "XX", sweep_id, expected=None, now_us=NOW_US + 5)
    with pytest.raises(PlanError, match="over"):
        phone_days(store, seen, now_us=NOW_US + 6)


def test_a_door_that_may_not_be_seen_comes_without_its_name(swept: tuple[Store, int], seen: LinkSeen) -> None:
    other = replace(seen, scope=replace(seen.scope, manager_id="M2"), link=replace(seen.link, manager_id="M1"))
    told = phone_days(swept[0], other, now_us=NOW_US + 4)
    assert all(door["gone"] for stop in told["days"][0]["stops"] for door in stop["doors"])
    assert "西一" not in json.dumps(told, ensure_ascii=False)


def test_the_map_of_a_phone_ends_around_its_stops(branch: Store, me: Scope) -> None:
    market = open_market(branch, me, "XX")
    base = base_of(market, [(22.70, 112.22), (22.71, 112.23)])
    points = [point for path in base["areas"] for point in path]
    assert points
    assert all(22.70 - MARGIN_DEG <= lat <= 22.71 + MARGIN_DEG and 112.22 - MARGIN_DEG <= lon <= 112.23 + MARGIN_DEG for lat, lon in points)
    assert base_of(market, []) == {"areas": [], "waters": [], "lakes": [], "roads": []}


def test_a_return_file_is_taken_in_as_if_it_had_been_sent(swept: tuple[Store, int], seen: LinkSeen, me: Scope) -> None:
    store, _ = swept
    content = file_of(store, seen, visit(1), visit(2, "W1"))
    for status in ("counted", "again"):
        found = read_return(store, content)
        assert found.sealed
        told = hand_in(store, me, found, now_us=NOW_US + DAY_US // 2, rules=RULES)
        assert [each.status for each in told.receipts] == [status] * 2
    rows = captures(store, me, "XX")
    assert set(rows["way"]) == {"pack"}
    assert set(rows["manager_id"]) == {"M1"}


def test_a_seal_does_not_bind_where_somebody_stood(swept: tuple[Store, int], seen: LinkSeen) -> None:
    given = json.loads(file_of(swept[0], seen, visit(1)))
    given["captures"][0]["check_in"] = None
    assert read_return(swept[0], json.dumps(given).encode()).sealed


# what somebody changed in a sealed file
CHANGES: tuple[Callable[[dict[str, Any]], object], ...] = (
    lambda file: file["captures"][0].update(outcome="filed"),
    lambda file: file["captures"].append(visit(9)),
    lambda file: file["captures"].pop(),
    lambda file: file["captures"].reverse(),
    lambda file: file.update(seal=""),
    lambda file: file.update(link_id="another"),
)


@pytest.mark.parametrize("change", CHANGES, ids=range(len(CHANGES)))
def test_a_changed_file_needs_somebodys_word(
    swept: tuple[Store, int], seen: LinkSeen, me: Scope, change: Callable[[dict[str, Any]], object]
) -> None:
    store, _ = swept
    given = json.loads(file_of(store, seen, visit(1), visit(2, "W1")))
    change(given)
    found = read_return(store, json.dumps(given).encode())
    assert not found.sealed
    with pytest.raises(FileError, match="seal"):
        hand_in(store, me, found, now_us=NOW_US + DAY_US // 2, rules=RULES)
    assert captures(store, me, "XX").empty
    if found.link_id == seen.link.link_id:
        assert hand_in(store, me, found, now_us=NOW_US + DAY_US // 2, rules=RULES, unsealed=True).receipts
    with pytest.raises(ScopeError):
        hand_in(store, seen.scope, found, now_us=NOW_US + DAY_US // 2, rules=RULES, unsealed=True)


def test_what_was_recorded_after_the_end_of_its_link_waits_for_review(swept: tuple[Store, int], seen: LinkSeen, me: Scope) -> None:
    store, _ = swept
    revoke_phone_link(store, me, "XX", seen.link.link_id, now_us=NOW_US + 10)
    found = read_return(store, file_of(store, seen, visit(1)))
    told = hand_in(store, me, found, now_us=NOW_US + DAY_US, rules=RULES)
    assert [each.status for each in told.receipts] == ["review"]


def test_a_file_is_handed_in_by_its_own_manager_or_a_reviewer(swept: tuple[Store, int], seen: LinkSeen) -> None:
    store, _ = swept
    found = read_return(store, file_of(store, seen, visit(1)))
    other = Scope("p", "p", "community_manager", frozenset({"XX"}), "M2")
    with pytest.raises(ScopeError):
        hand_in(store, other, found, now_us=NOW_US + DAY_US, rules=RULES)
    assert hand_in(store, seen.scope, found, now_us=NOW_US + DAY_US, rules=RULES).receipts[0].status == "counted"


def test_a_photo_that_is_none_keeps_no_record_out(swept: tuple[Store, int], seen: LinkSeen, me: Scope) -> None:
    store, _ = swept
    photos = [{"photo_id": "0" * 64, "capture_id": visit(1)["capture_id"], "taken_at": 1, "type": "image/jpeg", "data": "AAAA"}]
    told = hand_in(store, me, read_return(store, file_of(store, seen, visit(1), photos=photos)), now_us=NOW_US + DAY_US, rules=RULES)
    assert (told.receipts[0].status, told.photos_kept, len(told.photos_refused)) == ("counted", 0, 1)


# files that are no return files
STRANGERS = (b"", b"{}", b"[]", b"null", b"\xff\xfe\x00", b"[" * 100_000, b'{"format":"gridmap-return","version":2}',
             b'{"format":"gridmap-return","version":1,"captures":[1],"link_id":"x","sweep_id":1,"branch_id":"XX","manager_id":"M1"}',
             b'{"format":"gridmap-return","version":1,"captures":[],"link_id":"x","sweep_id":"1","branch_id":"XX","manager_id":"M1"}',
             (b'{"format":"gridmap-return","version":1,"captures":[],"link_id":"x","sweep_id":1,"branch_id":"XX","manager_id":"M1",'
             b'"photos":[{"data":"?"}]}'))  # fmt: skip


@pytest.mark.parametrize("content", STRANGERS, ids=range(len(STRANGERS)))
def test_other_files_are_refused(branch: Store, content: bytes) -> None:
    with pytest.raises(FileError, match="no return file"):
        read_return(branch, content)


@pytest.mark.parametrize(("url", "state"), [("", "notice"), ("http://branch.example", "mend"), ("https://branch.example/gm", "ok")])
def test_the_doctor_says_whether_phones_can_reach_the_page(branch: Store, me: Scope, url: str, state: str) -> None:
    settings = Settings(snapshots=str(branch.snapshots), phone=PhoneAddress(url))
    checks = examine(branch.location.removeprefix("sqlite:///"), scope=me, settings=settings, now_us=NOW_US)
    assert {check.key: check.state for check in checks}["phone"] == state
