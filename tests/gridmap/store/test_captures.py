"""What is recorded at the door: never lost, never twice, never overwritten, and in review where it is doubtful."""

import random
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
import sqlalchemy as sa

from gridmap.errors import ScopeError
from gridmap.scope import Scope
from gridmap.store import (
    Store,
    captures,
    check_ins,
    current_version,
    imports,
    merge,
    open_market,
    receive_captures,
    revoke_phone_link,
    write_rows,
)
from gridmap.store.fieldwork import CAPTURES
from tests.gridmap.store.conftest import NOW_US, Write, organisations
from tests.gridmap.store.field_lives import (
    CHIEF,
    HOUR_US,
    LI,
    POINT,
    SECOND_US,
    WANG,
    Field,
    begin_field,
    prospect,
    rows,
    statuses,
    survey,
    visit,
)

EXECUTIVE = Scope("p-e", "Boss", "executive", frozenset({"b1"}))


@pytest.fixture
def begun(store: Store, write: Write) -> Field:
    return begin_field(store, write, organisations())


def test_a_visit_counts_at_once_and_makes_no_import(begun: Field, me: Scope) -> None:
    before = current_version(begun.store, me, "b1")
    sent = visit(next_due="2026-07-09", note="came back", check_in=POINT)
    assert statuses(begun.send(sent)) == ["counted"]
    found = rows(begun.store, "visits", me).iloc[0]
    assert (found["visit_id"], found["org_id"], found["manager_id"], found["kind"]) == (sent["capture_id"], "o1", "m1", "sweep")
    assert (found["outcome"], found["note"], found["next_due"]) == ("met", "came back", pd.Timestamp("2026-07-09"))
    assert found["visited_at"] == pd.Timestamp("2026-07-01T04:30:05Z")
    assert found[["lat", "lon"]].isna().all()
    assert current_version(begun.store, me, "b1") == replace(before, visit_no=before.visit_no + 1)
    assert "phone" not in set(imports(begun.store, me, "b1")["file_name"])


def test_where_somebody_stood_is_kept_apart_alone(begun: Field, me: Scope) -> None:
    begun.send(visit(check_in={"lat": 22.123456, "lon": 112.654321, "accuracy_m": 8.0}))
    found = check_ins(begun.store, CHIEF, "b1", since_us=0)
    assert found.drop(columns="capture_id").to_dict("records") == [
        {"manager_id": "m1", "org_id": "o1", "at_us": 1_782_880_205_000_000, "lat": 22.123456, "lon": 112.654321, "accuracy_m": 8.0}
    ]
    for frame in (captures(begun.store, CHIEF, "b1"), rows(begun.store, "visits", me)):
        assert "654321" not in frame.to_csv()
    for scope in (LI, WANG, EXECUTIVE):
        with pytest.raises(ScopeError):
            check_ins(begun.store, scope, "b1", since_us=0)


def test_sent_again_it_is_taken_as_it_stands(begun: Field, me: Scope) -> None:
    sent = [visit(), visit("o2", "not_in"), prospect(outcome="met"), survey(), visit("nowhere")]
    first = begun.send(*sent)
    assert statuses(first) == ["counted"] * 4 + ["review"]
    before = current_version(begun.store, me, "b1")
    for number in range(20):
        again = begun.send(*sent, at_us=NOW_US + HOUR_US + number)
        assert statuses(again) == ["again"] * 5
        assert str(again[4].reason) == str(first[4].reason)  # it waits still, and the receipt says so
    assert current_version(begun.store, me, "b1") == before
    assert (len(rows(begun.store, "visits", me)), len(captures(begun.store, CHIEF, "b1"))) == (3, 5)


def test_other_content_under_one_id_overwrites_nothing(begun: Field, me: Scope) -> None:
    sent = visit()
    begun.send(sent)
    assert statuses(begun.send({**sent, "outcome": "refused"}, sent)) == ["differs", "again"]
    both = visit("o2")
    assert statuses(begun.send(both, {**both, "note": "other"}, both)) == ["counted", "differs", "again"]
    assert rows(begun.store, "visits", me)["outcome"].tolist() == ["met", "met"]


def test_one_that_is_wrong_keeps_no_other_out(begun: Field) -> None:
    receipts = begun.send(visit(), visit(outcome="?"), {"x": 1}, visit("o2"))
    assert statuses(receipts) == ["counted", "refused", "refused", "counted"]
    assert "outcome" in str(receipts[1].reason)
    assert len(captures(begun.store, CHIEF, "b1")) == 2


def test_what_was_taken_once_is_taken_for_ever_though_forms_become_stricter(begun: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = visit(note="x" * 2000)
    begun.send(sent)
    monkeypatch.setattr("gridmap.store.capture_forms.LONGEST_NOTE", 10)
    assert statuses(begun.send(sent)) == ["again"]


def test_replays_in_any_order_and_number_leave_each_once(begun: Field, me: Scope) -> None:
    dice = random.Random(5)  # noqa: S311 - no secret
    sent = [visit(dice.choice(["o1", "o2"]), dice.choice(["met", "not_in", "refused"])) for _ in range(50)]
    seen: set[str] = set()
    for number in range(40):
        part = dice.choices(sent, k=25)
        receipts = begun.send(*part, at_us=NOW_US + HOUR_US + number)
        fresh = {each["capture_id"] for each in part} - seen
        assert {each.capture_id for each in receipts if each.status == "counted"} == fresh
        assert set(statuses(receipts)) <= {"counted", "again"}
        seen |= fresh
    assert sorted(rows(begun.store, "visits", me)["visit_id"]) == sorted(seen)
    assert current_version(begun.store, me, "b1").visit_no == len(seen)


@pytest.mark.parametrize(
    ("captured_at", "status", "word"),
    [
        ("2026-07-01T13:04:59+08:00", "counted", ""),  # five minutes ahead of the server, which says 13:00
        ("2026-07-01T13:05:01+08:00", "review", "future"),
        ("2026-07-01T11:55:30+08:00", "counted", ""),
        ("2026-07-01T11:54:00+08:00", "review", "issued"),
        ("2026-04-01T12:00:00+08:00", "review", "long ago"),
        ("1970-01-01T00:00:10+00:00", "review", "long ago"),
    ],
)
def test_a_time_that_cannot_be_waits_for_review(begun: Field, captured_at: str, status: str, word: str) -> None:
    receipt = begun.send(visit(captured_at=captured_at))[0]
    assert receipt.status == status
    assert word in str(receipt.reason)


@pytest.mark.parametrize("by", ["time", "hand"])
def test_what_was_recorded_before_a_link_ended_is_kept_for_review_and_so_is_what_came_after(begun: Field, by: str, me: Scope) -> None:
    ended = begun.link.link.expires_us if by == "time" else NOW_US + 2 * HOUR_US
    if by == "hand":
        revoke_phone_link(begun.store, CHIEF, "b1", begun.link.link.link_id, now_us=ended)
    before, after = (pd.Timestamp(ended + step, unit="us", tz="UTC").isoformat() for step in (-SECOND_US, SECOND_US))
    receipts = begun.send(visit(captured_at=before), visit(captured_at=after), at_us=ended + HOUR_US)
    assert statuses(receipts) == ["review", "review"]
    assert ["before" in str(receipts[0].reason), "after the link had ended" in str(receipts[1].reason)] == [True, True]
    assert rows(begun.store, "visits", me).empty
    assert len(captures(begun.store, CHIEF, "b1", states=["review"])) == 2


def test_doors_out_of_sight_or_unknown_wait_for_review(begun: Field) -> None:
    assert [str(each.reason)[:9] for each in begun.send(visit("o3"), visit("nobody"))] == ["The organ", "There is "]


def test_own_cells_and_doors_held_by_name_are_in_sight(begun: Field, write: Write, me: Scope) -> None:
    write("organisations", organisations(holder_id=[None, None, "m1"]))
    assert statuses(begun.send(visit("o3"))) == ["counted"]
    made = prospect(place=None)
    assert statuses(begun.send(made)) == ["counted"]  # it lies nowhere, so in nobody's cell
    assert statuses(begun.send(visit(f"P-{made['capture_id']}"))) == ["counted"]
    both = prospect(place=None)
    assert statuses(begun.send(both, visit(f"P-{both['capture_id']}"))) == ["counted", "counted"]


def test_a_filing_completes_the_file_and_leaves_what_was_not_asked(begun: Field, write: Write, me: Scope) -> None:
    write(
        "organisations",
        pd.DataFrame({"org_id": ["o1"], "name": ["Steel works"], "agreement": ["none"], "roster_members": pd.array([7], "Int64")}),
    )
    filing = {"agreement": "signed", "licence_until": "2027-05-01", "roster_members": None, "decision_maker": True, "key_contact": None}
    assert statuses(begun.send(visit(outcome="filed", filing=filing))) == ["counted"]
    found = rows(begun.store, "organisations", me).set_index("org_id").loc["o1"]
    assert (found["agreement"], found["roster_members"], found["our_lines"], found["name"]) == ("signed", 7, 600, "Steel works")
    assert (found["filed_on"], found["licence_until"]) == (pd.Timestamp("2026-07-01"), pd.Timestamp("2027-05-01"))
    assert bool(found["decision_maker"])
    assert pd.isna(found["key_contact"])
    last = imports(begun.store, me, "b1").iloc[0]
    assert (last["file_name"], last["who"], last["changed_rows"]) == ("phone", "Li", 1)


def test_two_filings_of_one_call_leave_the_later(begun: Field, me: Scope) -> None:
    later = visit(outcome="filed", filing={"agreement": "signed"}, captured_at="2026-07-01T12:45:00+08:00")
    earlier = visit(outcome="filed", filing={"agreement": "none"})
    assert statuses(begun.send(later, earlier)) == ["counted", "counted"]
    assert rows(begun.store, "organisations", me).set_index("org_id").loc["o1", "agreement"] == "signed"


def test_a_filing_of_a_merged_organisation_is_of_the_kept_one(begun: Field, me: Scope) -> None:
    merge(begun.store, me, "b1", kept="o2", merged="o1", now_us=NOW_US + SECOND_US)
    assert statuses(begun.send(visit(outcome="filed", filing={"agreement": "signed"}))) == ["counted"]
    assert (
        open_market(begun.store, me, "b1").at("organisations", date(2026, 7, 1)).set_index("org_id")["agreement"].to_dict()["o2"]
        == "signed"
    )


@pytest.mark.parametrize("outcome", ["moved", "closed"])
def test_a_door_that_is_gone_is_to_be_checked(begun: Field, me: Scope, outcome: str) -> None:
    sent = visit("o2", outcome)
    begun.send(sent)
    found = rows(begun.store, "tasks", me).iloc[0]
    assert (found["task_id"], found["org_id"], found["kind"], found["state"]) == (f"T-{sent['capture_id']}", "o2", "check", "open")
    assert (found["assigned_to"], found["due_on"]) == ("m1", pd.Timestamp("2026-07-08"))


def test_a_prospect_becomes_an_organisation_with_its_visit(begun: Field, me: Scope) -> None:
    quiet, met = prospect("Quiet"), prospect("Met", outcome="met", note="wants a quote")
    assert statuses(begun.send(quiet, met)) == ["counted", "counted"]
    found = rows(begun.store, "organisations", me).set_index("name").loc[["Quiet", "Met"]]
    assert found["org_id"].tolist() == [f"P-{quiet['capture_id']}", f"P-{met['capture_id']}"]
    assert (set(found["stage"]), set(found["source"]), set(found["trade"])) == ({"prospect"}, {"phone"}, {"catering"})
    assert found["lines_known"].tolist() == [4, 4]
    visits = rows(begun.store, "visits", me)
    assert visits[["visit_id", "org_id", "note"]].to_numpy().tolist() == [[met["capture_id"], f"P-{met['capture_id']}", "wants a quote"]]
    market = open_market(begun.store, me, "b1")
    assert "Quiet" not in set(market.at("organisations", date(2026, 6, 30))["name"])  # there since it was found
    assert market.at("organisations", date(2026, 7, 1)).set_index("name").loc["Quiet", "cell"]


def test_a_street_walked_to_its_end_is_a_survey(begun: Field, me: Scope) -> None:
    sent = survey(cell="c1", park_id="p1")
    begun.send(sent)
    found = rows(begun.store, "surveys", me).iloc[0]
    assert (found["survey_id"], found["cell"], found["park_id"], found["doors"], found["manager_id"]) == (
        sent["capture_id"],
        "c1",
        "p1",
        41,
        "m1",
    )


def test_a_visit_that_was_imported_before_is_not_there_twice(begun: Field, me: Scope) -> None:
    sent = visit()
    imported = pd.DataFrame(
        {
            "visit_id": [sent["capture_id"]],
            "org_id": "o1",
            "manager_id": "m1",
            "visited_at": pd.to_datetime(["2026-07-01T04:30:05Z"]),
            "outcome": "met",
        }
    )
    origin = {"as_of": None, "file_name": "", "file_sha256": "", "mapping": {}, "source": ""}
    write_rows(begun.store, me, "b1", "visits", imported, now_us=NOW_US + SECOND_US, **origin)
    assert statuses(begun.send(sent)) == ["counted"]
    assert len(rows(begun.store, "visits", me)) == 1


def test_all_of_a_call_stands_or_nothing_of_it(begun: Field, me: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setitem(receive_captures.__globals__, "apply_captures", fails)
    with pytest.raises(OSError, match="disk"):
        begun.send(visit(check_in=POINT), prospect())
    monkeypatch.undo()
    assert captures(begun.store, CHIEF, "b1").empty
    assert check_ins(begun.store, CHIEF, "b1", since_us=0).empty


def test_the_digest_stored_is_that_of_the_body_stored(begun: Field) -> None:
    import hashlib  # noqa: PLC0415 - worked out here by itself

    begun.send(visit(note="两", check_in=POINT), prospect(), survey())
    with begun.store.engine.begin() as connection:
        found = connection.execute(sa.select(CAPTURES.c.body, CAPTURES.c.digest)).all()
    assert len(found) == 3
    assert all(hashlib.sha256(body.encode()).hexdigest() == digest for body, digest in found)
