"""The phone page in Chromium at the size of a phone: without signal, across closed browsers and dropped lines, nothing lost or doubled."""

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import pandas as pd
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Error, Page, Request

from bench.branches import BRANCH
from bench.browser import CHROMIUM, FLAGS, ROOT
from gridmap.services.return_files import hand_in, read_return
from gridmap.settings import SweepRules
from gridmap.store import captures, check_ins, issue_phone_link, open_market, photo, photos, revoke_phone_link
from pages.web.phone_pack import make_pack
from tests.phone_branch import CANARY, MANAGER, ME, Field, make_field, now_us

SIZE = {"width": 360, "height": 640}
FIVE = ("met", "not_in", "refused", "staff_only", "moved")


class Line:
    """The server at one address, which a test can take away and bring back; `before` are the captures from before the test."""

    def __init__(self, field: Field) -> None:
        self.field = field
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}/gm-phone/"
        self.process: subprocess.Popen[bytes] | None = None
        self.before: frozenset[str] = frozenset()

    def start(self, drops: int = 0) -> None:
        """Start the server; it throws away as many answers to records."""
        known = {**os.environ, "GRIDMAP_DATABASE_URL": self.field.store.location, "PYTHONPATH": str(ROOT), "TEST_DROPS": str(drops)}
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / "phone_server.py"), str(self.port)], cwd=ROOT, env=known
        )
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        self.stop()
        raise RuntimeError("the server did not start")

    def stop(self) -> None:
        """Kill the server as a power cut would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    """Give a branch with a sweep that is under way."""
    made = make_field(tmp_path_factory.mktemp("phone"), doors=45)
    yield made
    made.store.engine.dispose()


@pytest.fixture(scope="module")
def server(field: Field) -> Iterator[Line]:
    """Give the server of all these tests."""
    made = Line(field)
    yield made
    made.stop()


@pytest.fixture
def line(server: Line, field: Field) -> Line:
    """Give the server, running."""
    if server.process is None:
        server.start()
    server.before = frozenset(captures(field.store, ME, BRANCH)["capture_id"])
    return server


Phone = Callable[..., AbstractContextManager[BrowserContext]]


@pytest.fixture
def phone(browser: Browser, tmp_path: Path) -> Phone:
    """Give a way to open the browser of a phone: its storage is in a folder and outlives it."""

    @contextmanager
    def opened_phone(**how: object) -> Iterator[BrowserContext]:
        options = {"viewport": SIZE, "has_touch": True, "locale": "en-GB", **how}
        context = browser.browser_type.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=CHROMIUM, args=[*FLAGS], **options
        )
        context.set_default_timeout(20_000)
        try:
            yield context
        finally:
            context.close()

    return opened_phone


def opened(context: BrowserContext, line: Line, *, token: str | None = None) -> Page:
    """Open the page by its link and wait for the day, and for the worker that keeps the page."""
    page = context.pages[0] if context.pages else context.new_page()
    page.goto(f"{line.url}#{line.field.token if token is None else token}")
    page.locator(".outcomes").wait_for()
    page.evaluate("navigator.serviceWorker.ready.then(() => caches.keys())")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    return page


def record(page: Page, *outcomes: str) -> None:
    """Record the next doors; asked whether to add where one stands, say no."""
    for outcome in outcomes:
        before = page.evaluate("gmPhone.app.entries.size")
        page.locator(f"[data-outcome={outcome}]").click()
        page.wait_for_function("size => gmPhone.app.entries.size > size && document.querySelector('dialog[open], .snack')", arg=before)
        question = page.get_by_role("button", name="No", exact=True)
        if question.count():
            question.click()
        page.locator(".snack").wait_for()


def counted(page: Page, text: str) -> None:
    """Wait until the page says how many wait and how many were sent."""
    page.locator("#counted").get_by_text(text).wait_for(timeout=40_000)


def arrived(line: Line) -> pd.DataFrame:
    """Return the captures that came during the test, by their number; each visit among them stands in the branch once."""
    rows = captures(line.field.store, ME, BRANCH)
    rows = rows[~rows["capture_id"].isin(line.before)]
    visits = open_market(line.field.store, ME, BRANCH).tables["visits"]["visit_id"]
    counted_visits = rows.loc[rows["kind"].eq("visit") & rows["state"].eq("counted"), "capture_id"]
    assert sorted(visits[visits.isin(rows["capture_id"])]) == sorted(counted_visits)
    assert rows["capture_id"].is_unique
    return rows.set_index("capture_id")


def outcomes(line: Line) -> list[str]:
    """Return what was recorded during the test, in order of the words."""
    return sorted(json.loads(body)["outcome"] for body in arrived(line)["body"])


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
        page.get_by_text("tried: 1").first.wait_for(timeout=30_000)
        page.get_by_role("button", name="Send now").click()
        page.get_by_text("tried: 2").first.wait_for()
        assert len(bodies) == 2
        assert bodies[0] == bodies[1]
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


def test_a_photo_a_note_a_promise_and_where_somebody_stood_arrive(field: Field, line: Line, phone: Phone, tmp_path: Path) -> None:
    picture = tmp_path / "front.png"
    Image.effect_noise((2400, 1800), 90).convert("RGB").save(picture)
    place = {"latitude": 22.70001, "longitude": 112.21999, "accuracy": 9}
    with phone(geolocation=place, permissions=["geolocation"]) as context:
        page = opened(context, line)
        context.set_offline(True)
        page.locator("[data-outcome=met]").click()
        page.get_by_role("button", name="Add it to my records").click()
        page.locator(".snack").get_by_role("button", name="Details").click()
        page.get_by_role("button", name="In a week", exact=True).click()
        page.get_by_label("Note").fill("门口 <b>蓝色</b>")
        page.locator("input[type=file]").set_input_files(picture)
        page.locator(".photo img").wait_for()
        page.get_by_role("button", name="Done").click()
        counted(page, "1 waiting, 0 sent")
        page.wait_for_function("() => [...gmPhone.app.entries.values()].every(entry => entry.state === 'ready')", timeout=20_000)
        context.set_offline(False)
        counted(page, "0 waiting, 1 sent")
        page.wait_for_function("() => gmPhone.app.keep.all('photos').then(left => left.length === 0)")
    rows = arrived(line)
    said = json.loads(rows["body"].iloc[0])
    assert said["note"] == "门口 <b>蓝色</b>"
    assert said["next_due"] is not None
    kept = photos(field.store, ME, BRANCH, capture_ids=list(rows.index))
    image = photo(field.store, ME, BRANCH, str(kept["photo_id"].iloc[0]))
    with Image.open(io.BytesIO(image)) as shrunk:
        assert max(shrunk.size) <= 1280
    assert len(image) <= 600_000
    spots = check_ins(field.store, ME, BRANCH, since_us=0)
    assert list(spots["capture_id"]) == list(rows.index)
    assert spots[["lat", "lon"]].to_numpy().tolist() == [[22.70001, 112.21999]]


def test_a_prospect_and_a_walked_street_arrive(field: Field, line: Line, phone: Phone) -> None:
    with phone() as context:
        page = opened(context, line)
        record(page, "not_in")
        page.get_by_role("button", name="Found …").click()
        page.get_by_role("button", name="New prospect at the door").click()
        page.get_by_role("button", name="Record", exact=True).click()
        page.get_by_text("It needs a name.").wait_for()
        page.get_by_role("textbox", name="Name", exact=True).fill("新店")
        page.get_by_label("Trade").select_option("retail")
        page.get_by_role("button", name="Record", exact=True).click()
        page.get_by_role("button", name="Found …").click()
        page.get_by_role("button", name="This street is walked to the end").click()
        page.get_by_role("textbox", name="Street").fill("中山路")
        page.get_by_label("Doors counted").fill("31")
        page.get_by_role("button", name="Record", exact=True).click()
        counted(page, "0 waiting, 3 sent")
    assert sorted(arrived(line)["kind"]) == ["prospect", "survey", "visit"]


def test_a_full_phone_says_so_and_the_record_still_arrives(field: Field, line: Line, phone: Phone) -> None:
    with phone() as context:
        page = opened(context, line)
        page.evaluate("""() => { IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }; }""")
        record(page, "met")
        page.get_by_text("The phone's storage is full.").wait_for()
        counted(page, "0 waiting, 1 sent")
    assert outcomes(line) == ["met"]


def test_no_number_crosses_the_line_unless_it_is_asked_for(field: Field, line: Line, phone: Phone) -> None:
    with phone() as context:
        page = context.pages[0]
        seen: list[bytes] = []
        asked: list[str] = []
        context.on("requestfinished", lambda request: (asked.append(request.url), seen.append(_body(request))))
        opened(context, line)
        for tab in ("List", "Map", "Outbox", "Next stop"):
            page.get_by_role("button", name=tab, exact=True).click()
        record(page, "met")
        counted(page, "0 waiting, 1 sent")
        page.wait_for_timeout(500)
        assert sum(map(len, seen)) > 50_000, "the answers were read"
        assert not any(CANARY.encode() in body for body in seen)
        assert not any(field.token in url for url in asked), "the token is in no address that a server could write down"
        page.locator(".number").first.click()
        page.get_by_role("link", name=CANARY).wait_for()
        assert CANARY not in page.evaluate("gmPhone.app.keep.all('meta').then(all => JSON.stringify(all))"), "and it is not kept"
    assert all(url.startswith((line.url, "blob:")) for url in asked)


def _body(request: Request) -> bytes:
    answer = request.response()
    try:
        return answer.body() if answer is not None and answer.status < 300 else b""
    except Error:  # the worker's own requests have no body that can be read here
        return b""


_JUDGE = """() => { const bad = [], wide = document.documentElement.clientWidth;
  for (const each of document.querySelectorAll('button, select, input, textarea, summary, a, label.tick, label.plain')) {
    if (each.classList.contains('unseen') || each.closest('details:not([open])') && each.tagName !== 'SUMMARY') continue;
    const own = each.getBoundingClientRect(), box = each.matches('.tick input') ? each.closest('label').getBoundingClientRect() : own;
    if (!own.width) continue;
    const name = each.tagName + '.' + each.className + ' ' + each.textContent.slice(0, 30);
    if (box.width < 43.5 || box.height < 43.5) bad.push(['small', name, box.width, box.height]);
    if (own.left < -1 || own.right > wide + 1) bad.push(['outside', name]);
    if (!['INPUT', 'SELECT'].includes(each.tagName) && each.scrollWidth > each.clientWidth + 1) bad.push(['clipped', name]);
  }
  if (document.documentElement.scrollWidth > wide) bad.push(['the page is wider than the phone']);
  return bad; }"""


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_targets_are_large_and_nothing_is_clipped(line: Line, browser: Browser, language: str) -> None:
    context = browser.new_context(viewport=SIZE, has_touch=True, locale=language, service_workers="block")
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{line.url}#{line.field.token}")

    def judged(*steps: str) -> None:
        for step in steps:
            page.locator(step).first.click()
            page.wait_for_timeout(100)
        assert page.evaluate(_JUDGE) == [], steps

    page.locator(".outcomes").wait_for()
    assert page.evaluate("document.documentElement.lang") == {"en-GB": "en", "zh-CN": "zh-CN"}[language]
    judged()
    judged("[data-outcome=met]")
    judged("dialog .plain", ".snack-act >> nth=1")
    judged("dialog .sheet-end .big", "[data-outcome=filed]")
    judged("dialog .sheet-end .big", ".outcome.more")
    judged("dialog .found .big")
    judged("dialog .cross", ".outcome.more", "dialog .found .plain")
    judged("dialog .cross", "#tab-list")
    judged("#tab-map")
    judged("#tab-box")
    judged("#menu")
    assert wrong == []
    context.close()


def test_the_day_pack_works_from_a_folder_and_gives_a_sealed_file_back(field: Field, line: Line, phone: Phone, tmp_path: Path) -> None:
    pack = make_pack(field.store, ME, BRANCH, field.sweep_id, MANAGER, expires_us=now_us() + 86_400_000_000, now_us=now_us())
    path = tmp_path / pack.name
    path.write_bytes(pack.content)
    with phone() as context:
        context.set_offline(True)
        page = context.pages[0]
        wrong: list[str] = []
        asked: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        page.locator(".outcomes").wait_for()
        record(page, *FIVE)
        counted(page, "5 not in a file yet, 0 in a file")
        page.reload()
        counted(page, "5 not in a file yet, 0 in a file")
        page.get_by_role("button", name="Outbox").click()
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save everything as a file").click()
        counted(page, "0 not in a file yet, 5 in a file")
        content = Path(saved.value.path()).read_bytes()
        assert re.fullmatch(rf"gridmap-return-{field.sweep_id}-{MANAGER}-\d{{4}}-\d\d-\d\d\.json", saved.value.suggested_filename)
        assert wrong == []
        assert {url.split(":")[0] for url in asked} <= {"file", "blob", "data"}
    found = read_return(field.store, content)
    assert found.sealed, "the phone's own SHA-256 and the server's agree"
    told = hand_in(field.store, ME, found, now_us=now_us(), rules=SweepRules())
    assert [each.status for each in told.receipts] == ["counted"] * 5
    assert outcomes(line) == sorted(FIVE)
