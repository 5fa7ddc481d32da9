"""What the phone page takes at the door and shows at the size of a phone, and the day pack that does the same from a folder."""

import io
import json
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Error, Request

from bench.branches import BRANCH
from gridmap.services.return_files import hand_in, read_return
from gridmap.settings import SweepRules
from gridmap.store import check_ins, photo, photos
from pages.web.phone_pack import make_pack
from tests.browser.phones import FIVE, SIZE, Line, Phone, arrived, counted, opened, outcomes, record
from tests.phone_branch import CANARY, MANAGER, ME, Field, now_us


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
