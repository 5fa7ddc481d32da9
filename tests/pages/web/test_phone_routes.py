"""The routes of the phone page: what they give, to whom, and what they take; nobody without a link, and no number in anything sent."""

import asyncio
import hashlib
import io
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import streamlit as st
from PIL import Image
from starlette.applications import Starlette

from bench.branches import BRANCH
from gridmap.store import captures, issue_phone_link, photo, revoke_phone_link, sweep_events
from pages.web import middleware, phone, routes
from pages.web.phone_files import FILES, pack_page, version_now
from pages.web.phone_pack import make_pack
from tests.phone_branch import CANARY, MANAGER, ME, Field, make_field, now_us

DAY_US = 86_400_000_000


class Phone:
    """Somebody with a link, or without."""

    def __init__(self, app: Any, token: str = "") -> None:
        self.app, self.token = app, token

    def ask(self, method: str, path: str, content: Any = None, headers: dict[str, str] | None = None) -> httpx.Response:
        """Ask once; what is no bytes is sent as JSON."""
        body = content if isinstance(content, (bytes, type(None))) else json.dumps(content).encode()
        known = {"authorization": f"Bearer {self.token}"} if self.token else {}

        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, client=("127.0.0.1", 50000))
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                return await client.request(method, f"/gm-phone/{path}", content=body, headers={**known, **(headers or {})})

        with ThreadPoolExecutor(1) as own_thread:  # which has no event loop yet, whatever ran before
            return own_thread.submit(lambda: asyncio.run(once())).result()


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    """Give a branch with a sweep under way, and let the process serve it."""
    made = make_field(tmp_path_factory.mktemp("phone"))
    before = os.environ.get("GRIDMAP_DATABASE_URL")
    os.environ["GRIDMAP_DATABASE_URL"] = made.store.location
    st.cache_resource.clear()
    yield made
    st.cache_resource.clear()
    made.store.engine.dispose()
    if before is None:
        del os.environ["GRIDMAP_DATABASE_URL"]
    else:
        os.environ["GRIDMAP_DATABASE_URL"] = before


@pytest.fixture(scope="module")
def served(field: Field) -> Any:
    return Starlette(routes=routes(), middleware=middleware())


@pytest.fixture
def mine(served: Any, field: Field) -> Phone:
    return Phone(served, field.token)


def link(field: Field, *, expires_us: int = 14 * DAY_US) -> tuple[str, str]:
    made, token = issue_phone_link(field.store, ME, BRANCH, field.sweep_id, MANAGER, expires_us=now_us() + expires_us, now_us=now_us())
    return made.link_id, token


def visit(org_id: str, outcome: str = "met", **more: object) -> dict[str, Any]:
    said = {
        "capture_id": str(uuid4()), "kind": "visit", "captured_at": datetime.now(UTC).isoformat(timespec="seconds"), "org_id": org_id,
        "outcome": outcome, "note": "", "next_due": None, "filing": None, "photo_id": None, "check_in": None,
    }  # fmt: skip
    return said | more


def stored(field: Field) -> dict[str, str]:
    rows = captures(field.store, ME, BRANCH)
    return dict(zip(rows["capture_id"], rows["state"], strict=True))


def jpeg(**how: Any) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(made, "JPEG", **how)
    return made.getvalue()


def test_the_page_is_the_same_for_everybody_and_loads_nothing_from_elsewhere(served: Any) -> None:
    page = Phone(served).ask("GET", "")
    assert page.status_code == 200
    assert version_now() in page.text
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert page.headers["referrer-policy"] == "no-referrer"
    for name in ("phone.js", "phone.css", "worker.js", "icon.svg", "phone.webmanifest", "texts?lang=zh_CN"):
        answer = Phone(served).ask("GET", name)
        assert answer.status_code == 200, name
        assert len(answer.content) > 100, name
    assert Phone(served).ask("GET", "../gm-phone").status_code == 307
    for path in FILES.glob("*.js"):
        text = path.read_text("utf-8")
        for wrong in ("innerHTML", "insertAdjacentHTML", "document.write", "eval(", "http://", "https://"):
            assert wrong not in text.replace("http://www.w3.org/2000/svg", ""), f"{path.name}: {wrong}"


def test_the_day_is_given_to_its_link_alone_and_holds_no_number(mine: Phone, served: Any, field: Field) -> None:
    answer = mine.ask("GET", "day")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert [len([door for stop in day["stops"] for door in stop["doors"]]) for day in told["days"]] == [9, 5]
    assert told["days"][0]["stops"][0]["doors"][0]["contacts"][0]["phone"] == "139****4321"
    assert CANARY not in answer.text
    assert field.token not in answer.text
    for token in ("", "x", field.token[:-1] + ("A" if field.token[-1] != "A" else "B"), f"{field.link_id}.", "一二三"):
        refused = Phone(served, "").ask("GET", "day", headers={"authorization": f"Bearer {token}".encode()})  # type: ignore[dict-item]
        assert refused.status_code == 401, token
        assert refused.json()["state"] == "unknown"
        assert "days" not in refused.json()


def test_twenty_times_the_same_is_once(mine: Phone, field: Field) -> None:
    given = [visit(field.doors[0]), visit(field.doors[1], "not_in")]
    said = [mine.ask("POST", "captures", given) for _ in range(20)]
    assert {answer.status_code for answer in said} == {200}
    assert [receipt["status"] for answer in said for receipt in answer.json()["receipts"]] == ["counted"] * 2 + ["again"] * 38
    assert [stored(field)[each["capture_id"]] for each in given] == ["counted"] * 2


def test_another_content_under_the_same_number_is_said_and_overwrites_nothing(mine: Phone, field: Field) -> None:
    first = visit(field.doors[2])
    assert mine.ask("POST", "captures", [first]).status_code == 200
    other = first | {"outcome": "closed"}
    answer = mine.ask("POST", "captures", [other])
    assert answer.status_code == 409
    assert answer.json()["receipts"][0]["status"] == "differs"
    together = mine.ask("POST", "captures", [other, visit(field.doors[3])])
    assert together.status_code == 200, "one that differs keeps no other out"
    assert [each["status"] for each in together.json()["receipts"]] == ["differs", "counted"]
    rows = captures(field.store, ME, BRANCH).set_index("capture_id")
    assert json.loads(rows.at[first["capture_id"], "body"])["outcome"] == "met"


def test_reasons_are_said_in_the_language_of_the_phone(mine: Phone) -> None:
    wrong = visit("o1", "flown_away")
    answer = mine.ask("POST", "captures?lang=en", [wrong])
    assert answer.json()["receipts"][0]["status"] == "refused"
    assert "outcome" in answer.json()["receipts"][0]["reason"]


@pytest.mark.parametrize("ending", ["expired", "revoked"])
def test_a_link_that_has_ended_reads_nothing_and_still_hands_in(served: Any, field: Field, ending: str) -> None:
    link_id, token = link(field, expires_us=14 * DAY_US if ending == "revoked" else 400_000)
    given = [visit(field.doors[5])]
    if ending == "revoked":
        revoke_phone_link(field.store, ME, BRANCH, link_id, now_us=now_us())
    else:
        while Phone(served, token).ask("GET", "day").status_code == 200:
            pass
    ended = Phone(served, token)
    for method, path, content in (("GET", "day", None), ("POST", "reveal", {"contact_id": f"c-{field.doors[0]}"})):
        answer = ended.ask(method, path, content)
        assert answer.status_code == 403
        assert answer.json()["state"] == ending
        assert answer.json()["message"]
    said = ended.ask("POST", "captures", given)
    assert said.status_code == 200
    assert said.json()["link"] == ending
    assert said.json()["receipts"][0]["status"] == "review"
    assert stored(field)[given[0]["capture_id"]] == "review"


# what a stranger's script could send as records, and the answer
BODIES = (
    (b"", 400),  # nothing
    (b"{", 400),  # no JSON
    (b"{}", 400),  # no list
    (b"[]", 400),  # an empty one
    (b"[" * 100_000, 400),  # nested beyond all reason
    (json.dumps([{}] * (phone.MOST_AT_ONCE + 1)).encode(), 400),  # too many
    (b"[" + b" " * (512 * 1024) + b"]", 413),  # too large
    (b"\xff\xfe", 400),  # no text
)


@pytest.mark.parametrize(("body", "status"), BODIES, ids=range(len(BODIES)))
def test_bodies_that_are_none(mine: Phone, body: bytes, status: int) -> None:
    assert mine.ask("POST", "captures", body).status_code == status


def test_each_of_a_list_is_judged_by_itself(mine: Phone, field: Field) -> None:
    good = visit(field.doors[6])
    answer = mine.ask("POST", "captures", [7, None, {"capture_id": "x"}, good])
    assert answer.status_code == 200
    assert [each["status"] for each in answer.json()["receipts"]] == ["refused"] * 3 + ["counted"]


def test_nobody_hands_in_without_a_link(served: Any, field: Field) -> None:
    given = visit(field.doors[7])
    assert Phone(served).ask("POST", "captures", [given]).status_code == 401
    assert Phone(served).ask("PUT", f"photos/{'0' * 64}?taken=1").status_code == 401
    assert Phone(served).ask("POST", "reveal", {"contact_id": "c"}).status_code == 401
    assert given["capture_id"] not in stored(field)


def test_a_photo_is_kept_once_under_its_own_digest(mine: Phone, field: Field) -> None:
    image = jpeg()
    name = hashlib.sha256(image).hexdigest()
    given = visit(field.doors[8], photo_id=name)
    assert mine.ask("POST", "captures", [given]).status_code == 200
    for _ in range(2):
        answer = mine.ask("PUT", f"photos/{name}?capture={given['capture_id']}&taken=1782878400000", image)
        assert answer.status_code == 200, answer.text
    assert photo(field.store, ME, BRANCH, name) == image


def test_photos_that_are_none_are_refused_in_words(mine: Phone) -> None:
    noted = Image.Exif()
    noted[0x010F] = "Maker"
    png = io.BytesIO()
    Image.new("RGB", (8, 8)).save(png, "PNG")
    large = io.BytesIO()
    Image.new("RGB", (1700, 10)).save(large, "JPEG")
    for image in (b"", b"<svg onload=alert(1)>", jpeg()[:-40], jpeg(exif=noted), png.getvalue(), large.getvalue()):
        answer = mine.ask("PUT", f"photos/{hashlib.sha256(image).hexdigest()}?taken=1", image, headers={"content-type": "image/jpeg"})
        assert answer.status_code == 409, image[:20]
        assert answer.json()["message"]
    assert mine.ask("PUT", f"photos/{'0' * 64}?taken=1", jpeg()).status_code == 409, "another name"
    assert mine.ask("PUT", f"photos/{'0' * 64}?taken=x", jpeg()).status_code == 400
    assert mine.ask("PUT", f"photos/{'0' * 64}?taken=1", b"x" * (640 * 1024 + 1)).status_code == 413


def test_a_number_is_shown_on_request_and_written_down(mine: Phone, field: Field) -> None:
    contact = f"c-{field.doors[0]}"
    before = len(sweep_events(field.store, ME, BRANCH, field.sweep_id))
    answer = mine.ask("POST", "reveal", {"contact_id": contact})
    assert answer.json() == {"phone": CANARY}
    assert answer.headers["cache-control"] == "no-store"
    events = sweep_events(field.store, ME, BRANCH, field.sweep_id)
    assert len(events) == before + 1
    assert events.iloc[-1]["kind"] == "revealed"
    assert mine.ask("POST", "reveal", {"contact_id": "nobody"}).status_code == 409
    assert mine.ask("POST", "reveal", {"contact_id": ["c"]}).status_code == 400


def test_methods_of_other_kinds_are_refused(mine: Phone) -> None:
    for method, path in (
        ("POST", "day"),
        ("GET", "captures"),
        ("GET", f"photos/{'0' * 64}"),
        ("DELETE", f"photos/{'0' * 64}"),
        ("GET", "reveal"),
    ):
        assert mine.ask(method, path).status_code == 405


def test_the_day_pack_is_one_file_without_a_number_or_a_token(field: Field) -> None:
    pack = make_pack(field.store, ME, BRANCH, field.sweep_id, MANAGER, expires_us=now_us() + DAY_US, now_us=now_us())
    text = pack.content.decode()
    assert pack.name == f"gridmap-day-pack-{field.sweep_id}-{MANAGER}.html"
    assert CANARY not in text
    assert field.token not in text
    assert f"{pack.link.link_id}." not in text, "a token begins with the id of its link and a dot"
    data = text.partition('id="gm-pack">')[2].partition("</script>")[0]
    assert len(json.loads(data)["pack"]["days"]) == 2
    assert set(json.loads(data)["texts"]) == {"en", "zh_CN"}


def test_a_name_that_is_code_stays_text_in_the_day_pack() -> None:
    evil = "</script><script>alert(1)</script><!--\u2028{script}{data}"
    text = pack_page({"title": evil}).decode()
    assert text.count("<script") == 2
    assert "alert(1)</script>" not in text
    data = text.partition('id="gm-pack">')[2].partition("</script>")[0]
    assert json.loads(data)["pack"]["title"] == evil


def test_a_day_is_of_today(mine: Phone) -> None:
    days = [each["day"] for each in mine.ask("GET", "day").json()["days"]]
    first = datetime.fromisoformat(days[0])
    assert datetime.fromisoformat(days[1]) - first == timedelta(days=1)


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b'{"contact_id": 1}', b"[" * 100_000])
def test_what_our_script_never_sends_is_named_malformed(mine: Phone, body: bytes) -> None:
    answer = mine.ask("POST", "reveal", body[:1000])
    assert (answer.status_code, answer.json()["state"]) == (400, "malformed")


def test_a_fault_of_ours_is_not_put_on_the_phone(mine: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object, **_how: object) -> None:
        raise KeyError("a column that is not there")

    monkeypatch.setattr(phone, "phone_days", broken)
    with pytest.raises(KeyError, match="a column"):  # which the server writes down and answers with 500, and the phone tries again
        mine.ask("GET", "day")
