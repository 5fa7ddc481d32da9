"""The phone page in Chromium: without signal, across closed browsers and dropped lines, nothing lost or doubled."""

import json
import re

import httpx
import pytest

from bench.branches import BRANCH
from gridmap.store import issue_phone_link, revoke_phone_link
from tests.browser.phones import FIVE, Line, Phone, arrived, counted, opened, outcomes, record
from tests.phone_branch import MANAGER, ME, Field, now_us


def test_five_visits_without_signal_survive_the_closed_browser_and_arrive_once(field: Field, line: Line, phone: Phone) -> None:
    with phone() as context:
        page = opened(context, line)
        assert "#" not in page.url, "the token does not stay in the address"
        context.set_offline(True)
        line.stop()
        page.reload()
        page.locator(".outcomes").wait_for()
        record(page, *FIVE)
        counted(page, "5 waiting, 0 sent")
    assert arrived(line).empty
    line.start()
    with phone() as context:
        page = context.new_page()
        page.goto(line.url)
        counted(page, "0 waiting, 5 sent")
        assert page.locator(".went").inner_text() == f"5 of {len(field.doors) - 5} doors"
    assert outcomes(line) == sorted(FIVE)
    assert set(arrived(line)["org_id"]) == set(field.doors[:5])


def test_a_line_dropped_between_commit_and_answer_counts_once(field: Field, line: Line, phone: Phone) -> None:
    line.stop()
    line.start(drops=1)
    with phone() as context:
        page = opened(context, line)
        record(page, "met", "refused")
        page.wait_for_function("() => [...gmPhone.app.entries.values()].some(entry => entry.tries)", timeout=30_000)
        page.wait_for_timeout(500)
        first = set(arrived(line).index)
        assert first, "the server committed it, and the phone was not told"
        counted(page, "0 waiting, 2 sent")
        assert page.evaluate("() => Math.max(...[...gmPhone.app.entries.values()].map(entry => entry.tries))") > 1, "it was sent again"
    assert first <= set(arrived(line).index)
    assert outcomes(line) == ["met", "refused"]
    line.stop()


def test_a_kept_record_is_sent_again_letter_by_letter(field: Field, line: Line, phone: Phone) -> None:
    bodies: list[str] = []
    with phone() as context:
        page = opened(context, line)
        context.route("**/captures*", lambda route: (bodies.append(route.request.post_data or ""), route.abort()))
        record(page, "met")
        page.get_by_role("button", name="Outbox").click()
        page.get_by_text(re.compile(r"tried: \d")).first.wait_for(timeout=30_000)  # by the page, and by the worker at once after it
        before = len(bodies)
        page.get_by_role("button", name="Send now").click()
        page.wait_for_function("count => [...gmPhone.app.entries.values()][0].tries > count", arg=before)
        assert len(bodies) > before
        assert len(set(bodies)) == 1
        assert page.get_by_role("button", name="Take back").count() == 0, "what may have arrived is not taken back"


def test_what_waits_can_be_taken_back(field: Field, line: Line, phone: Phone) -> None:
    with phone() as context:
        page = opened(context, line)
        context.set_offline(True)
        record(page, "closed", "met")
        page.locator(".snack").get_by_role("button", name="Undo").click()
        counted(page, "1 waiting, 0 sent")
        page.get_by_role("button", name="Outbox").click()
        page.get_by_role("button", name="Take back").click()
        page.get_by_text("Nothing recorded yet.").wait_for()
        context.set_offline(False)
        page.wait_for_timeout(1500)
    assert arrived(line).empty


def test_a_record_that_differs_is_shown_and_goes_again_as_a_new_one(field: Field, line: Line, phone: Phone) -> None:
    with phone() as context:
        page = opened(context, line)
        context.set_offline(True)
        record(page, "met")
        entry = page.evaluate("() => [...gmPhone.app.entries.keys()][0]")
        other = page.evaluate("() => [...gmPhone.app.entries.values()][0].body")
        answer = httpx.post(
            f"{line.url}captures", json=[other | {"outcome": "closed"}], headers={"authorization": f"Bearer {field.token}"}, timeout=30
        )
        assert answer.json()["receipts"][0]["status"] == "counted"
        context.set_offline(False)
        page.get_by_role("button", name="Outbox").click()
        page.get_by_text("Needs you", exact=True).wait_for(timeout=30_000)
        assert "need you: 1" in page.locator("#counted").inner_text()
        page.get_by_role("button", name="Send as a new record").click()
        page.get_by_role("button", name="Done").click()
        counted(page, "0 waiting, 1 sent")
        page.get_by_text("Sent again as a new record").wait_for()
    rows = arrived(line)
    assert len(rows) == 2
    assert json.loads(rows.loc[entry, "body"])["outcome"] == "closed", "what was there first stays"


@pytest.mark.parametrize("ending", ["expired", "revoked"])
def test_an_ended_link_still_records_into_review(field: Field, line: Line, phone: Phone, ending: str) -> None:
    seconds = 8 if ending == "expired" else 3600
    link, token = issue_phone_link(
        field.store, ME, BRANCH, field.sweep_id, MANAGER, expires_us=now_us() + seconds * 1_000_000, now_us=now_us()
    )
    with phone() as context:
        page = opened(context, line, token=token)
        context.set_offline(True)
        record(page, "met")
        if ending == "revoked":
            revoke_phone_link(field.store, ME, BRANCH, link.link_id, now_us=now_us())
        else:
            page.wait_for_timeout(9000)
        record(page, "not_in")
        context.set_offline(False)
        counted(page, "in review: 2")
        page.locator(".banner").get_by_text("expired" if ending == "expired" else "revoked").wait_for()
        page.reload()
        if ending == "expired":
            page.locator(".outcomes").wait_for()
        else:
            page.get_by_text("This link was revoked.").first.wait_for()
            assert "单位" not in page.content(), "the names of the doors leave the phone"
            assert page.evaluate("gmPhone.app.keep.get('meta', 'pack').then(kept => kept === undefined)")
        assert "in review: 2" in page.evaluate("gmPhone.app.counted()")
    rows = arrived(line)
    assert set(rows["state"]) == {"review"}
    assert len(rows) == 2
