"""What one capture may say: anything a browser can send becomes a capture or a reason, never an error."""

import json
import uuid
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.errors import Message
from gridmap.store.capture_fields import CheckIn
from gridmap.store.capture_forms import Capture, Filing, canonical, read_body, read_capture
from tests.gridmap.store.field_lives import prospect, survey, visit

FILED = {"licence_until": "2027-01-01", "agreement": "signed", "roster_members": 0, "decision_maker": True, "key_contact": False}
GOOD = (
    visit(),
    visit(outcome="filed", filing=FILED),
    visit(next_due="2026-08-01", photo_id="a" * 64, note="两行\n二", check_in={"lat": 22.7, "lon": 112.2, "accuracy_m": 12.5}),
    visit(check_in={"lat": -90, "lon": 180, "accuracy_m": None}),
    prospect(outcome="met"),
    prospect(place=None, trade=None, lines_known=None),
    survey(cell="88410a4299fffff", park_id="p1", doors=0),
)  # fmt: skip
WRONG: tuple[tuple[str, dict[str, Any]], ...] = (
    ("capture_id", visit(capture_id="7")),
    ("capture_id", visit(capture_id=str(uuid.uuid4()).upper())),
    ("capture_id", visit(capture_id=None)),
    ("kind", visit(kind="call")),
    ("kind", visit(kind=["visit"])),
    ("captured_at", visit(captured_at="2026-07-01T12:00:00")),
    ("captured_at", visit(captured_at="1969-12-31T23:00:00+00:00")),
    ("captured_at", visit(captured_at="9999-12-31T23:00:00-23:59")),
    ("captured_at", visit(captured_at=1_782_878_400)),
    ("org_id", visit(org_id="")),
    ("org_id", visit(org_id="o" * 65)),
    ("org_id", visit(org_id={"$ne": ""})),
    ("outcome", visit(outcome="visited")),
    ("outcome", visit(outcome=None)),
    ("note", visit(note="x" * 2001)),
    ("note", visit(note="a\x00b")),
    ("note", visit(note="\x1b[31m")),
    ("next_due", visit(next_due="2026-02-30")),
    ("next_due", visit(next_due="0001-01-01")),
    ("photo_id", visit(photo_id="../../etc/passwd")),
    ("filing", visit(filing=[])),
    ("filing", visit(filing={"phone": "13800138000"})),
    ("agreement", visit(filing={"agreement": "yes"})),
    ("roster_members", visit(filing={"roster_members": -1})),
    ("roster_members", visit(filing={"roster_members": True})),
    ("roster_members", visit(filing={"roster_members": 2.5})),
    ("decision_maker", visit(filing={"decision_maker": 1})),
    ("check_in", visit(check_in={"lat": 91, "lon": 0})),
    ("check_in", visit(check_in={"lat": 22.7})),
    ("check_in", visit(check_in={"lat": 22.7, "lon": 112.2, "speed": 3})),
    ("check_in", visit(check_in={"lat": 22.7, "lon": 112.2, "accuracy_m": -1})),
    ("track", visit(track=[[22.7, 112.2]])),
    ("name", visit(name="x")),
    ("name", prospect(name="  ")),
    ("trade", prospect(trade="anything")),
    ("lines_known", prospect(lines_known=10**9)),
    ("place", prospect(place={"lat": 22.7, "lon": 1e300})),
    ("doors", survey(doors=None)),
    ("doors", survey(doors=10**6)),
    ("org_id", survey(org_id="o1")),
)


@pytest.mark.parametrize("capture", GOOD, ids=range(len(GOOD)))
def test_a_well_formed_capture_is_read_and_read_again_from_its_body(capture: dict[str, Any]) -> None:
    found = read_capture(json.loads(json.dumps(capture)))
    assert isinstance(found, Capture)
    assert (found.capture_id, found.kind) == (capture["capture_id"], capture["kind"])
    assert read_body(found.body, found.check_in) == found
    assert "check_in" not in json.loads(found.body)
    assert canonical(json.loads(found.body)) == (found.body, found.digest)


def test_the_fields_are_of_their_kinds() -> None:
    found = read_capture(GOOD[1])
    assert isinstance(found, Capture)
    assert found.said.filing == Filing(date(2027, 1, 1), "signed", 0, decision_maker=True, key_contact=False)  # type: ignore[union-attr]
    assert found.captured_us == 1_782_880_205_000_000
    third = read_capture(GOOD[2])
    assert isinstance(third, Capture)
    assert third.check_in == CheckIn(22.7, 112.2, 12.5)


@pytest.mark.parametrize(("named", "capture"), WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_named(named: str, capture: dict[str, Any]) -> None:
    found = read_capture(capture)
    assert isinstance(found, Message)
    assert found.values["field"] == named
    assert str(found)


@pytest.mark.parametrize("capture", [None, 7, "visit", [], visit(note=float("nan")), visit(note="\ud800"), visit(note={1: {2: object()}})])
def test_what_is_no_json_object_is_refused(capture: object) -> None:
    assert isinstance(read_capture(capture), Message)


def test_a_capture_that_is_too_large_is_refused() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    for capture in (visit(filing={"licence_until": "x" * 20_000}), visit(filing=deep)):
        assert isinstance(read_capture(capture), Message)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(
    base=st.sampled_from(GOOD),
    changed=st.dictionaries(st.sampled_from(sorted({name for each in GOOD for name in each})) | st.text(), JSON, max_size=3),
)
def test_anything_a_browser_sends_is_a_capture_or_a_reason(base: dict[str, Any], changed: dict[str, Any]) -> None:
    capture = {**base, **changed}
    found = read_capture(capture)
    if isinstance(found, Message):
        assert str(found)
    else:
        assert read_body(found.body, found.check_in) == found


@given(st.sampled_from(GOOD), st.randoms())
def test_the_digest_knows_no_order_and_no_place(capture: dict[str, Any], random: Any) -> None:
    names = list(capture)
    random.shuffle(names)
    moved = {name: capture[name] for name in names} | {"check_in": {"lat": random.random(), "lon": 0}}
    assert canonical(moved) == canonical(capture)
    assert canonical({**capture, "note": capture["note"] + "."})[1] != canonical(capture)[1]
