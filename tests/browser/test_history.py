"""History in Chromium: the slider over the days of change, by keyboard, changes the map in place."""

import re

import pandas as pd
import pytest

from bench.branches import BRANCH, NOW_US, make_store
from bench.browser import ROOT, serve
from gridmap.scope import operator
from gridmap.store import plan_as_of, record_change

ME = operator("test")
MOVED = 7


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """The app on a branch in which seven cells went from m00 to m03 two months ago."""
    store = make_store(tmp_path_factory.mktemp("history"), cells=300, organisations=50, managers=4)
    owners = plan_as_of(store, ME, BRANCH, valid_us=NOW_US).owners
    moved = owners.index[owners.eq("m00")][:MOVED]
    moves = pd.DataFrame({"layer": "cell", "subject": moved, "owner": "m03", "valid_from_us": NOW_US - 60 * 86_400_000_000})
    record_change(store, ME, BRANCH, moves, why="nearer", now_us=NOW_US + 1)
    store.engine.dispose()
    with serve(store.location, tmp_path_factory.mktemp("app"), launcher=ROOT / "streamlit_app.py") as running:
        yield running


def counts(frame) -> dict[str, int]:
    """Cells of each manager as the legend counts them."""
    text = frame.evaluate("document.querySelector('.gm-legend').textContent")
    return {name: int(number) for name, number in re.findall(r"(Manager \d)\D*?(\d+)", text)}


def test_the_slider_changes_the_map_in_place(look, app):
    with look() as shown:
        shown.page.goto(f"{app.url}/history?part=any_day")
        frame = shown.settle()
        frame.evaluate("window.__same = true")
        today = counts(frame)
        thumb = shown.page.get_by_role("slider")
        thumb.focus()
        thumb.press("ArrowLeft")
        frame.wait_for_function("document.querySelector('.gm-legend').textContent.includes('2026-05-03')")
        shown.settle()
        assert counts(frame) == today, "the seven had moved by then"
        shown.page.get_by_text(f"{MOVED} cells changed hands that day.").wait_for()
        frame.wait_for_function("!!map.gridmap.shown.marked")
        thumb.press("ArrowLeft")
        frame.wait_for_function("document.querySelector('.gm-legend').textContent.includes('2025-07-02')")
        frame = shown.settle()
        before = counts(frame)
        assert before["Manager 0"] == today["Manager 0"] + MOVED
        assert before["Manager 3"] == today["Manager 3"] - MOVED
        assert frame.evaluate("window.__same") is True, "the map was not made anew"
        assert "day=2025-07-02" in shown.page.url, "the link restores the day"
        shown.wrong = [text for text in shown.wrong if "404" not in text]  # Streamlit looks for its own base path
