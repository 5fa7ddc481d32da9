"""What phones elsewhere may ask: the phone page under its own host name, and nothing else by whatever way it is written."""

import asyncio
from typing import Any

import pytest

from pages.web.guards import LocalOnly, phone_host

HOST = "branch.example"
PROXY = ((b"x-forwarded-for", b"203.0.113.9"), (b"x-forwarded-proto", b"https"), (b"via", b"1.1 front"))


async def _inside(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def asked(
    path: str, *, host: str = HOST, base: str = "", raw: bytes | None = None, kind: str = "http", known: str = HOST, hosts: int = 1
) -> int:
    """Return the status of a request that came through a proxy: 200 is let through, 1008 a closed websocket."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": kind, "method": "GET", "path": path, "raw_path": path.encode() if raw is None else raw, "query_string": b"",
        "headers": [*[(b"host", host.encode())] * hosts, *PROXY], "client": ("203.0.113.9", 4711),
    }  # fmt: skip
    guard = LocalOnly(_inside, phone_host=known, base=base)
    asyncio.run(guard(scope, None, send))  # type: ignore[arg-type]
    return int(sent[0].get("status", sent[0].get("code")))


@pytest.mark.parametrize(
    "path", ["/gm-phone", "/gm-phone/", "/gm-phone/phone.js", "/gm-phone/day", "/gm-phone/captures", f"/gm-phone/photos/{'a' * 64}"]
)
def test_the_phone_page_is_answered_through_a_proxy(path: str) -> None:
    assert asked(path) == 200
    assert asked(f"/gm{path}", base="/gm") == 200
    assert asked(path, host=f"{HOST}:443") == 200
    assert asked(path, host=HOST.upper()) == 200


@pytest.mark.parametrize(
    "path",
    [
        "/",  # the pages
        "/gm-health",
        "/gm-texts",
        "/_stcore/stream",
        "/gm-phoney",  # one that begins like ours
        "/gm-phone.js",
        "/gm-phone/../gm-values",  # dots
        "/gm-phone/..",
        "/gm-phone/./day",
        "/gm-phone/...",
        "//gm-phone/day",  # doubled slashes
        "/gm-phone//day",
        "/gm-phone//../gm-values",
        "/gm-phone/day/",  # one more at the end
        "/gm-phone/photos/../../gm-values",
        "/gm-phone/photos/abc",
        "/gm-phone/day;x",  # parameters of a segment
        "/gm-phone/day\\..\\x",  # the other slash
        "/gm-phone/day\n",
        "/GM-PHONE/day",
        "/gm/gm-phone/day",  # below a base path that is not ours
        "gm-phone/day",
    ],
)
def test_nothing_else_is(path: str) -> None:
    assert asked(path) == 403


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b"/gm-phone/%2e%2e/gm-values", "/gm-phone/../gm-values"),  # dots, encoded
        (b"/gm-phone%2Fday", "/gm-phone/day"),  # a slash, encoded
        (b"/%67m-phone/day", "/gm-phone/day"),  # a letter, encoded
        (b"/gm-phone/d%61y", "/gm-phone/day"),
        (b"/gm-values", "/gm-phone/day"),  # one path asked, another read
        (b"/gm-phone/day%00", "/gm-phone/day\x00"),
    ],
)
def test_an_address_that_is_written_in_another_way_is_nobodys(raw: bytes, path: str) -> None:
    assert asked(path, raw=raw) == 403


def test_the_query_is_not_part_of_the_path() -> None:
    assert asked("/gm-phone/texts", raw=b"/gm-phone/texts?lang=en") == 200


@pytest.mark.parametrize("host", ["evil.example", f"{HOST}.evil.example", f"x.{HOST}", "127.0.0.1", "localhost", "", f"evil@{HOST}:x"])
def test_other_names_open_nothing(host: str) -> None:
    assert asked("/gm-phone/day", host=host) == 403


def test_two_names_or_none_open_nothing() -> None:
    assert asked("/gm-phone/day", hosts=2) == 403
    assert asked("/gm-phone/day", hosts=0) == 403


def test_no_websocket_is_opened_for_phones() -> None:
    assert asked("/gm-phone/day", kind="websocket") == 1008
    assert asked("/_stcore/stream", kind="websocket") == 1008


def test_without_an_address_for_phones_nothing_is_open() -> None:
    assert asked("/gm-phone/day", known="") == 403
    assert asked("/gm-phone/day", host="", known="") == 403


def test_the_address_of_the_settings() -> None:
    assert phone_host("") == ""
    assert phone_host("https://Branch.Example:8443/gm") == "branch.example"
    assert phone_host("http://127.0.0.1:8501") == "", "this computer needs no opening"
    for wrong in ("branch.example", "ftp://branch.example", "https://", "javascript:alert(1)"):
        with pytest.raises(ValueError, match=r"phone\.url"):
            phone_host(wrong)
