"""What tests of the phone page share: a server that can be taken away, and what a person does on the phone."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pandas as pd
from playwright.sync_api import BrowserContext, Page

from bench.branches import BRANCH
from bench.browser import ROOT
from gridmap.store import captures, open_market
from tests.phone_branch import ME, Field

SIZE = {"width": 360, "height": 640}
FIVE = ("met", "not_in", "refused", "staff_only", "moved")
Phone = Callable[..., AbstractContextManager[BrowserContext]]


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
    # A line that hangs is given up after 30 seconds, by the page or by its worker, and only then tried again.
    page.locator("#counted").get_by_text(text).wait_for(timeout=90_000)


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
