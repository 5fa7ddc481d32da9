"""A server of our own and a Chromium that looks at it: every request recorded, none off this computer, times from the browser's clock."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Frame, Page, Route, sync_playwright

ROOT = Path(__file__).parents[1]
SCREEN = ROOT / "bench" / "screen" / "launcher.py"
CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Notes when the map of the component exists; the pixels after that are counted by the map's own script.
_WATCH = "(() => { const t = setInterval(() => { if (window.map) { window.__born = performance.now(); clearInterval(t); } }, 4); })()"
_SETTLED = """() => { const G = window.gridmap, here = window.map && window.map.gridmap;
  return !!(here && here.main && G.status.pending === 0 && G.status.painted > 0 && !here.main.isLoading()); }"""
_GESTURE = """async move => {
  const G = window.gridmap, map = window.map, start = performance.now();
  if (move.zoom) map.setZoom(map.getZoom() + move.zoom, { animate: false }); else map.panBy([move.x, move.y], { animate: false });
  const work = performance.now() - start;
  await new Promise(done => { const look = () => {
    const busy = G.status.pending > 0 || map.gridmap.main.isLoading();
    if (!busy && performance.now() - start > 15) done(); else setTimeout(look, 5); }; look(); });
  return { ms: Math.max(work, G.status.at - start), block: work }; }"""


@dataclass(frozen=True)
class Server:
    """A running server: its address, its process, and what it wrote."""

    url: str
    process: "subprocess.Popen[bytes]"
    log: Path


@contextmanager
def serve(
    store: str, folder: Path, *, launcher: Path = SCREEN, environment: Mapping[str, str] | None = None, base: str = ""
) -> Iterator[Server]:
    """Run a launcher on a free port of this computer until the block ends.

    Parameters
    ----------
    store
        Path or URL of the store, for `GRIDMAP_DATABASE_URL`.
    folder
        Where the log goes.
    environment
        Further variables.
    base
        Base path such as `gm`.

    Raises
    ------
    RuntimeError
        When the server does not answer within a minute; with what it wrote.
    """
    port = _free_port()
    log = folder / f"server-{port}.log"
    known = {**os.environ, "GRIDMAP_DATABASE_URL": store, "PYTHONPATH": str(ROOT), **(environment or {})}
    command = [sys.executable, "-m", "streamlit", "run", str(launcher), "--server.port", str(port), "--server.headless", "true"]
    with log.open("wb") as written:
        process = subprocess.Popen(
            [*command, *(["--server.baseUrlPath", base] if base else [])], cwd=ROOT, env=known, stdout=written, stderr=subprocess.STDOUT
        )
    url = f"http://127.0.0.1:{port}" + (f"/{base}" if base else "")
    try:
        _wait_for(url, process, log)
        yield Server(url, process, log)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a headless Chromium until the block ends."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS])
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Screen:
    """One page: what it asked for, what of it was foreign (and was stopped), what went wrong in its scripts."""

    page: Page
    requests: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    bytes_of: dict[str, int] = field(default_factory=dict)

    @property
    def map(self) -> Frame:
        """The frame of the map component, waited for until its map exists."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            for frame in self.page.frames:
                if "st_folium" in frame.url and frame.evaluate("() => !!window.map"):
                    return frame
            self.page.wait_for_timeout(20)
        raise TimeoutError(f"no map: {self.wrong}")

    def settle(self) -> Frame:
        """Wait until every tile of the cells is painted and nothing is on its way; return the map's frame."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            frame = self.map
            if frame.evaluate(_SETTLED):
                return frame
            self.page.wait_for_timeout(20)
        raise TimeoutError(f"the map did not settle: {self.wrong}")

    def wire_bytes(self) -> int:
        """Bytes on the wire of everything data: tiles, values, legends, shapes; scripts and styles left out."""
        return sum(size for url, size in self.bytes_of.items() if "/gm-" in url and "/gm-assets/" not in url)


@contextmanager
def screen(
    browser: Browser, *, width: int = 1440, height: int = 900, dark: bool = False, sharp: float = 1, touch: bool = False
) -> Iterator[Screen]:
    """Open a page of a size in a context of its own; whatever asks another computer is stopped and noted."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        device_scale_factor=sharp,
        has_touch=touch,
        locale="en-GB",
    )
    context.add_init_script(_WATCH)
    page = context.new_page()
    page.set_default_timeout(15_000)
    shown = Screen(page)

    def judge(route: Route) -> None:
        url = route.request.url
        shown.requests.append(url)
        if urlsplit(url).hostname in {"127.0.0.1", "localhost", None}:
            route.continue_()
        else:
            shown.foreign.append(url)
            route.abort()

    context.route("**/*", judge)
    page.on("pageerror", lambda error: shown.wrong.append(str(error)))
    page.on("console", lambda message: shown.wrong.append(message.text) if message.type == "error" else None)
    wire = context.new_cdp_session(page)
    _count_bytes(wire, shown)
    try:
        yield shown
    finally:
        context.close()


def time_to_last_pixel(shown: Screen, url: str) -> float:
    """Open an address and return the seconds from navigation to the last painted tile."""
    shown.page.goto(url)
    frame = shown.settle()
    at = frame.evaluate("() => performance.timeOrigin + gridmap.status.at")
    return float(at - shown.page.evaluate("() => performance.timeOrigin")) / 1000


def time_to_empty_map(shown: Screen, url: str) -> float:
    """Open an address with a map that draws nothing and return the seconds until the map exists."""
    shown.page.goto(url)
    frame = shown.map
    at = frame.evaluate("() => performance.timeOrigin + (window.__born || performance.now())")
    return float(at - shown.page.evaluate("() => performance.timeOrigin")) / 1000


def gesture(frame: Frame, *, zoom: int = 0, pan: tuple[int, int] = (0, 0)) -> dict[str, Any]:
    """Zoom or pan and return `ms` until every new tile is painted and `block`, the milliseconds the page stood still."""
    told: dict[str, Any] = frame.evaluate(_GESTURE, {"zoom": zoom, "x": pan[0], "y": pan[1]})
    return told


def _count_bytes(wire: Any, shown: Screen) -> None:
    urls: dict[str, str] = {}
    wire.send("Network.enable")
    wire.on("Network.requestWillBeSent", lambda told: urls.__setitem__(told["requestId"], told["request"]["url"]))
    wire.on(
        "Network.loadingFinished",
        lambda told: shown.bytes_of.__setitem__(urls.get(told["requestId"], ""), int(told["encodedDataLength"])),
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    address = urlsplit(url)
    for _try in range(240):
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", address.port or 80)) == 0:
                return
        time.sleep(0.25)
    raise RuntimeError(f"the server did not start:\n{log.read_text('utf-8')}")
