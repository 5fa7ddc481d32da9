"""What stands before every request: only this computer may ask while there is no login, and the browser loads nothing from elsewhere."""

import ipaddress
import re
from urllib.parse import urlsplit

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gridmap.errors import N_
from gridmap.texts import translator
from pages.shared import app
from pages.web.phone_files import HOME

REFUSED = N_(
    "gridmap has no login yet, so it may only listen on this computer: server.address is {address}, which others can reach. "
    "Start it with --server.address 127.0.0.1, or take the setting out of .streamlit/config.toml."
)
# st_folium runs its map through eval and inline scripts; connect-src still keeps any script from talking to another host.
CSP = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:{tiles}; font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self' blob:; "
    "frame-src 'self'; frame-ancestors 'self'; object-src 'none'; base-uri 'self'; form-action 'self'"
)

# The phone page needs none of that: its own files and nothing else, in no frame. Its addresses hold letters, digits, dots and lines.
PHONE_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_PHONE_PATH = re.compile(rf"/{HOME}(?:/|/[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*|/photos/[0-9a-f]{{64}})?")

# What a proxy adds: behind one every request comes from this computer, whoever made it.
_RELAYED = (b"forwarded", b"via", b"x-real-ip")
_RELAYED_BEGINNING = b"x-forwarded-"


def stay_local() -> None:
    """Refuse to start on an address that another computer can reach.

    Raises
    ------
    SystemExit
        With the reason and what to do.
    """
    address = st.get_option("server.address")
    if not is_loopback(str(address or "")):
        raise SystemExit(translator(app.settings().language)(REFUSED).format(address=address or "0.0.0.0"))  # noqa: S104 - where it listens when not told


def is_loopback(address: str) -> bool:
    """Say whether an address or host name means this computer only."""
    name = address.strip("[]").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


class LocalOnly:
    """Refuses requests from other computers, through a proxy or not, and those that a foreign name was pointed here for (DNS rebinding).

    The one opening is for phones: under the host name of `phone_host`, through whatever stands in front, the phone page is answered and
    nothing else; its routes ask for a signed link themselves.
    """

    def __init__(self, inner: ASGIApp, phone_host: str = "", base: str = "") -> None:
        self.inner, self.phone_host, self.base = inner, phone_host, base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what comes from this computer under one of its own names."""
        if scope["type"] not in {"http", "websocket"}:
            await self.inner(scope, receive, send)
            return
        if scope["type"] == "http" and self._for_phones(scope):
            await self.inner(scope, receive, send)
            return
        client = scope.get("client")
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
        relayed = any(name in _RELAYED or name.startswith(_RELAYED_BEGINNING) for name, _ in scope["headers"])
        if client and not relayed and is_loopback(client[0]) and is_loopback(_host_name(host)):
            await self.inner(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse("gridmap answers this computer only while there is no login.", 403)(scope, receive, send)

    def _for_phones(self, scope: Scope) -> bool:
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if not self.phone_host or len(hosts) != 1 or _host_name(hosts[0]) != self.phone_host:
            return False
        # What was asked for, letter by letter: an address that is written in another way than ours (encoded, with dots or doubled
        # slashes) might be read in another way further in, so it is nobody's.
        path, asked = scope["path"], scope.get("raw_path")
        plain = asked is None or asked.partition(b"?")[0].decode("latin-1") == path
        return plain and path.startswith(f"{self.base}/{HOME}") and _PHONE_PATH.fullmatch(path[len(self.base) :]) is not None


def _host_name(host: str) -> str:
    try:
        return "" if "@" in host else urlsplit(f"//{host}").hostname or ""  # a host is no account at one
    except ValueError:  # not even an address, such as a bracket that is never closed
        return ""


class Headers:
    """Adds the security headers to every answer; buffers nothing."""

    def __init__(self, inner: ASGIApp, tile_host: str = "", base: str = "") -> None:
        self.inner = inner
        self.headers = _headers(CSP.format(tiles=f" {tile_host}" if tile_host else ""), "same-origin")
        self.phone, self.headers_phone = f"{base}/{HOME}", _headers(PHONE_CSP, "no-referrer")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and the headers back."""
        path = scope.get("path", "")
        headers = self.headers_phone if path == self.phone or path.startswith(f"{self.phone}/") else self.headers

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = {name for name, _ in headers}
                kept = [pair for pair in message["headers"] if pair[0].lower() not in ours]
                message = {**message, "headers": [*kept, *headers]}
            await send(message)

        await self.inner(scope, receive, with_headers if scope["type"] == "http" else send)


def _headers(policy: str, referrer: str) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", referrer.encode()),
    ]


def middleware() -> list[Middleware]:
    """Return what stands before every request, the outermost first."""
    settings = app.settings()
    return [
        Middleware(Headers, tile_host=tile_host(settings.base_map.url), base=app.base()),
        Middleware(LocalOnly, phone_host=phone_host(settings.phone.url), base=app.base()),
    ]


def phone_host(url: str) -> str:
    """Return the host name under which phones reach the server; empty for none, or for this computer itself.

    Raises
    ------
    ValueError
        When the address is not http or https with a host.
    """
    if not url:
        return ""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("phone.url must be an https address such as https://branch.example/gm")
    return "" if is_loopback(parts.hostname) else parts.hostname


def tile_host(url: str) -> str:
    """Return scheme and host of the raster base map for the policy; empty for none or one of our own.

    Raises
    ------
    ValueError
        When the address is not http or https, or could write another rule into the policy.
    """
    if not url or url.startswith("/"):
        return ""
    parts = urlsplit(url.replace("{s}", "*"))
    if parts.scheme not in {"http", "https"} or not parts.hostname or any(sign in parts.netloc for sign in " ;,'\"@"):
        raise ValueError("base_map.url must be an http or https address of tiles")
    return f"{parts.scheme}://{parts.netloc}"
