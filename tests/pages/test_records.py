"""Records: what waits is decided on, everybody sees their own alone, files are handed in twice without harm, questions are the chief's."""

import hashlib
import io
import json
import os
import time
import uuid
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from PIL import Image

from bench.branches import BRANCH
from gridmap.scope import Scope, operator
from gridmap.services.return_files import seal_key, seal_of
from gridmap.settings import Settings
from gridmap.store import captures, create_sweep, issue_phone_link, open_market, open_store, publish_sweep, put_photo, receive_captures

ME = operator("test")
FIELD = {"part": "records"}


def store():
    return open_store(os.environ["GRIDMAP_DATABASE_URL"], settings=Settings())


def visit(org_id: str, *, hours_ago: float = 2.0, outcome: str = "met", **more: object) -> dict[str, object]:
    at = datetime.now(UTC) - timedelta(hours=hours_ago)
    said = {"kind": "visit", "captured_at": at.isoformat(timespec="seconds"), "org_id": org_id, "outcome": outcome, "note": ""}
    return {"capture_id": str(uuid.uuid4()), **said, **more}


def receive(*given: dict[str, object], manager: str = "m00") -> list[str]:
    opened = store()
    now_us = time.time_ns() // 1000
    told = receive_captures(opened, ME, BRANCH, given, way="phone", manager_id=manager, now_us=now_us)
    opened.engine.dispose()
    return [receipt.status for receipt in told]


def states() -> dict[str, tuple[str, str]]:
    opened = store()
    rows = captures(opened, ME, BRANCH)
    opened.engine.dispose()
    return {row.capture_id: (row.state, row.reason) for row in rows.itertuples()}


@pytest.fixture
def doors(branch_store, own_cells):
    """Return organisations of m00, with their places."""
    rows = open_market(branch_store, ME, BRANCH).tables["organisations"]
    return rows[rows["cell"].isin(own_cells)].reset_index(drop=True)


def words(test) -> str:
    shown = [each.value for kind in ("text", "caption", "success", "info") for each in test.get(kind)]
    return "\n".join([*map(str, shown), *[tab.label for tab in test.tabs], *[box.label for box in test.checkbox]])


def badges(test) -> str:
    return "\n".join(each.value for each in test.markdown)


def table(test, column: str) -> pd.DataFrame:
    return next((frame.value for frame in test.dataframe if column in frame.value.columns), pd.DataFrame())


@pytest.mark.parametrize("role", ["branch_manager", "chief", "administrator", "community_manager", "account_manager"])
def test_who_records_or_reviews_sees_the_section(own_page, role):
    test = own_page("sweeps.py", role, **FIELD)
    assert not test.exception
    assert not test.error
    assert "Hand in a file" in words(test)
    assert ("To ask about" in words(test)) == (role in ("branch_manager", "chief", "administrator"))
    assert "check-ins for 12 months" in words(test)


def test_what_waits_counts_with_one_click(own_page, doors):
    old = visit(doors["org_id"][0], hours_ago=24 * 70, note="long ago")
    assert receive(old) == ["review"]
    test = own_page("sweeps.py", "chief", **FIELD)
    assert "Waiting (1)" in words(test)
    test.button(f"record_count_{old['capture_id']}").click().run()
    assert not test.error
    assert states()[old["capture_id"]][0] == "counted"
    assert "Nothing waits." in words(test)


def test_several_are_dismissed_at_once_with_a_reason_and_not_without(own_page, doors):
    given = [visit(doors["org_id"][number], hours_ago=24 * 70) for number in range(3)]
    receive(*given)
    test = own_page("sweeps.py", "branch_manager", **FIELD)
    for capture in given[:2]:
        test.checkbox(f"record_chosen_{capture['capture_id']}").check()
    test.run()
    assert test.button("records_dismiss").label == "Dismiss 2 records"
    test.button("records_dismiss").click().run()
    assert "Dismissing a record needs a reason." in words(test)
    assert {state for state, _ in states().values()} == {"review"}
    test.text_input("records_why").input("the phone was another's").run()
    test.button("records_dismiss").click().run()
    assert not test.error
    assert [states()[each["capture_id"]] for each in given] == [
        *[("dismissed", "the phone was another's")] * 2,
        ("review", "Recorded too long ago."),
    ]
    assert test.text_input("records_why").value == ""


def test_what_cannot_count_is_told_and_keeps_no_other_waiting(own_page, doors):
    unknown, known = visit("nobody-knows"), visit(doors["org_id"][0], hours_ago=24 * 70)
    assert receive(unknown, known) == ["review", "review"]
    test = own_page("sweeps.py", "chief", **FIELD)
    for capture in (unknown, known):
        test.checkbox(f"record_chosen_{capture['capture_id']}").check()
    test.run()
    test.button("records_count").click().run()
    assert "1 records could not be decided on." in words(test)
    assert states()[known["capture_id"]][0] == "counted"
    assert states()[unknown["capture_id"]][0] == "review"


def test_managers_see_their_own_records_alone_and_decide_on_nothing(own_page, doors):
    receive(visit(doors["org_id"][0], note="mine"), visit(doors["org_id"][1], hours_ago=24 * 70), manager="m00")
    receive(visit(doors["org_id"][2], note="another's"), manager="m01")
    test = own_page("sweeps.py", "community_manager", **FIELD)
    assert not test.exception
    assert list(table(test, "note")["note"]) == ["mine"]
    assert "who" not in table(test, "note").columns
    assert "Nothing is lost: a chief or the branch manager decides" in words(test)
    assert not test.checkbox
    assert [button.key for button in test.button if str(button.key).startswith("record")] == []
    assert set(table(own_page("sweeps.py", "chief", **FIELD), "note")["note"]) == {"mine", "another's"}


def test_questions_are_asked_in_words_and_without_places(own_page, doors):
    far = {"lat": float(doors["lat"][0]) + 0.03, "lon": float(doors["lon"][0]), "accuracy_m": 12.0}
    receive(visit(doors["org_id"][0], check_in=far))
    test = own_page("sweeps.py", "chief", **FIELD)
    seen = table(test, "told")
    assert len(seen[seen["what"] == "Far from the door"]) == 1
    assert f"{far['lat']:.3f}" not in seen.to_string()
    assert not [frame for frame in test.dataframe if "lat" in frame.value.columns]
    own = own_page("sweeps.py", "community_manager", **FIELD)
    assert "from the door" not in words(own) + table(own, "note").to_string()
    assert table(own, "told").empty


def test_pictures_are_shown_to_who_took_them_and_to_reviewers(own_page, doors):
    drawn = io.BytesIO()
    Image.new("RGB", (8, 6), "red").save(drawn, "PNG")
    image = drawn.getvalue()
    photo_id = hashlib.sha256(image).hexdigest()
    capture = visit(doors["org_id"][0], photo_id=photo_id)
    receive(capture)
    opened = store()
    manager = Scope("p", "m00", "community_manager", frozenset({BRANCH}), "m00")
    now_us = time.time_ns() // 1000
    put_photo(opened, manager, BRANCH, photo_id, capture_id=str(capture["capture_id"]), image=image, taken_us=now_us, now_us=now_us)
    opened.engine.dispose()
    for role, expected in (("chief", 1), ("community_manager", 1), ("account_manager", 0)):
        test = own_page("sweeps.py", role, **FIELD)
        assert not test.exception
        assert len([each for each in test.expander if each.label == "1 picture"]) == expected


@pytest.mark.parametrize("content", [b"{", b"[]", json.dumps({"format": "gridmap-return", "version": 9}).encode()])
def test_a_file_that_is_no_return_file_is_refused(own_page, content):
    test = own_page("sweeps.py", "chief", **FIELD)
    test.file_uploader("records_file").upload("x.json", content, "application/json").run()
    assert "This is no return file of the phone page." in words(test)
    assert not test.exception


def handed_file(org_ids, *, whose: str = "m00", sealed: bool = True) -> bytes:
    """Return a file as the phone of a link of a published sweep saves it."""
    opened = store()
    now_us = time.time_ns() // 1000
    today = datetime.now(UTC).date()
    texts = {"request": "", "result": "{}", "managers": (whose,), "title": "t"}
    made = create_sweep(opened, ME, BRANCH, first_on=today, last_on=today + timedelta(days=5), now_us=now_us, **texts)
    doors = dict.fromkeys(org_ids, whose)
    publish_sweep(opened, ME, BRANCH, made.sweep_id, expected=made.version, doors=doors, now_us=now_us)
    expires_us = now_us + 5 * 86_400_000_000
    link, _token = issue_phone_link(opened, ME, BRANCH, made.sweep_id, whose, expires_us=expires_us, now_us=now_us)
    given = tuple(visit(org_id, hours_ago=-0.01, note=f"at {number}") for number, org_id in enumerate(org_ids))
    seal = seal_of(bytes.fromhex(seal_key(opened, link.link_id)), link.link_id, given) if sealed else ""
    opened.engine.dispose()
    named = {"link_id": link.link_id, "branch_id": BRANCH, "sweep_id": made.sweep_id, "manager_id": whose}
    told = {"format": "gridmap-return", "version": 1, **named, "made_at": "", "captures": given, "seal": seal, "photos": []}
    return json.dumps(told).encode()


def hand_in(test, content: bytes):
    test.file_uploader("records_file").upload("r.json", content, "application/json").run()
    return test.button("records_hand_in").click().run()


def test_a_return_file_counts_once_however_often_it_is_handed_in(own_page, doors):
    content = handed_file(doors["org_id"][:2])
    for expected in ("It counts: 2", "Was here already: 2"):
        test = hand_in(own_page("sweeps.py", "community_manager", **FIELD), content)
        assert not test.error
        assert expected in badges(test)
        assert sorted(state for state, _ in states().values()) == ["counted", "counted"]


def test_a_file_without_its_seal_needs_the_word_of_who_may_review(own_page, doors):
    content = handed_file(doors["org_id"][:1], sealed=False)
    refused = hand_in(own_page("sweeps.py", "community_manager", **FIELD), content)
    assert "The seal of the return file does not hold" in words(refused)
    assert not refused.checkbox
    assert states() == {}
    test = own_page("sweeps.py", "chief", **FIELD)
    test.file_uploader("records_file").upload("r.json", content, "application/json").run()
    test.checkbox("records_unsealed").check().run()
    test.button("records_hand_in").click().run()
    assert not test.error
    assert [state for state, _ in states().values()] == ["counted"]


def test_another_managers_file_is_refused(own_page, doors):
    content = handed_file(doors["org_id"][:1], whose="m01")
    test = hand_in(own_page("sweeps.py", "community_manager", **FIELD), content)
    assert "This return file is somebody else's." in words(test)
    assert states() == {}


def test_names_that_would_run_are_text(own_page, doors):
    wild = {"kind": "prospect", "name": "**<b>x</b>** {{7*7}}", "trade": None, "street": "", "building": "", "floor": "", "room": ""}
    at = (datetime.now(UTC) - timedelta(days=70)).isoformat(timespec="seconds")
    found = {"capture_id": str(uuid.uuid4()), "captured_at": at, "lines_known": None, "outcome": "met", "note": "", "place": None, **wild}
    assert receive(found) == ["review"]
    test = own_page("sweeps.py", "chief", **FIELD)
    label = test.checkbox(f"record_chosen_{found['capture_id']}").label
    assert "**" not in label
    assert "<b>" not in label
