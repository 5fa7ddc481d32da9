"""Selecting cells on the map in Chromium: by mouse, by key, by finger."""

import math
from datetime import date

import h3
import pytest

from bench.branches import BRANCH, NOW_US
from gridmap.scope import operator
from gridmap.settings import Settings
from gridmap.store import create_plan, open_store
from tests.browser.test_map import CENTRE, MIDDLE, colour_at, pixel_of, text_of

TOOLS = {"pan": 0, "box": 1, "lasso": 2, "paint": 3}
HOWS = {"replace": 0, "add": 1, "remove": 2}


@pytest.fixture
def opened(look, server):
    """Open the map with its tools, close enough to tell cells apart."""

    def start(shown, more=""):
        shown.page.goto(f"{server.url}?layers=territories&tools=1{more}")
        frame = shown.settle()
        frame.wait_for_function("document.querySelector('.gm-tool').title !== ''")
        frame.evaluate("([lat, lon]) => map.setView([lat, lon], 12, { animate: false })", list(CENTRE))
        return shown.settle()

    return start


def choose(frame, name):
    frame.locator(".gm-tool-row").nth(0).locator(".gm-tool").nth(TOOLS[name]).click()


def how(frame, name):
    frame.locator(".gm-tool-row").nth(1).locator(".gm-tool").nth(HOWS[name]).click()


def drag(shown, frame, places, *, up=True):
    """Draw from place to place with the mouse."""
    points = [pixel_of(frame, *place) for place in places]
    shown.page.mouse.move(*points[0])
    shown.page.mouse.down()
    for point in points[1:]:
        shown.page.mouse.move(*point, steps=4)
    if up:
        shown.page.mouse.up()


def around(radius, north=0.0, east=0.0):
    """Places on a ring around the middle."""
    angles = [2 * math.pi * number / 24 for number in range(24)]
    return [(CENTRE[0] + north + radius * math.sin(each), CENTRE[1] + east + radius * math.cos(each)) for each in angles]


def inside(frame, test):
    """Cells of the branch whose centre passes a test, as the domain has them."""
    cells = h3.grid_disk(MIDDLE, 20)
    return {cell for cell in cells if test(*h3.cell_to_latlng(cell))}


def says(shown, text):
    shown.page.get_by_text(text, exact=True).wait_for()


def corners(radius, north=0.0, east=0.0):
    lat, lon = CENTRE[0] + north, CENTRE[1] + east
    return [(lat - radius, lon - radius), (lat + radius, lon + radius)]


def test_a_box_a_lasso_and_a_brush_select_cells_and_rerun_the_fragment_only(look, opened):
    with look() as shown:
        frame = opened(shown)
        frame.evaluate("window.__same = map")
        choose(frame, "box")
        drag(shown, frame, corners(0.02))
        count = len(inside(frame, lambda lat, lon: max(abs(lat - CENTRE[0]), abs(lon - CENTRE[1])) < 0.02))
        says(shown, f"selected {count} by box replace {count}")
        assert frame.evaluate("document.querySelectorAll('path.gm-selected-line').length") == 1, "one outline, not one for each cell"
        assert frame.evaluate("document.querySelectorAll('path.gm-drawn').length") == 0, "the drawing has gone"
        choose(frame, "lasso")
        drag(shown, frame, around(0.025))
        says(shown, f"selected {len(inside(frame, near(0.025)))} by lasso replace {len(inside(frame, near(0.025)))}")
        choose(frame, "paint")
        middle = (CENTRE[0], CENTRE[1] - 0.03), (CENTRE[0], CENTRE[1] + 0.03)
        drag(shown, frame, middle)
        shown.page.get_by_text("by paint replace").wait_for()
        painted = int(text_of(shown, "by paint").split()[1])
        assert 7 <= painted <= 14, "a row of cells, and those whose centre the brush covers"
        assert text_of(shown, "page runs") == "page runs 1"
        assert frame.evaluate("window.__same === map")
        assert text_of(shown, "clicked") == "clicked 0 None", "drawing is no click"


def near(radius):
    return lambda lat, lon: math.hypot(lat - CENTRE[0], lon - CENTRE[1]) < radius


def test_keys_and_buttons_add_and_remove(look, opened):
    with look() as shown:
        frame = opened(shown)
        choose(frame, "box")
        drag(shown, frame, corners(0.012))
        shown.page.get_by_text("by box replace").wait_for()
        first = int(text_of(shown, "by box").split()[1])
        shown.page.keyboard.down("Shift")
        assert frame.locator(".gm-tool-row").nth(1).locator("[aria-pressed=true]").inner_text() == "Add", "a key held down is seen"
        drag(shown, frame, corners(0.012, east=0.024))
        shown.page.keyboard.up("Shift")
        shown.page.get_by_text("by box add").wait_for()
        both = int(text_of(shown, "by box").split()[1])
        assert both > first
        assert frame.locator(".gm-tool-row").nth(1).locator("[aria-pressed=true]").inner_text() == "Replace"
        how(frame, "remove")
        drag(shown, frame, corners(0.012))
        shown.page.get_by_text("by box remove").wait_for()
        assert int(text_of(shown, "by box").split()[1]) == both - first
        how(frame, "add")
        drag(shown, frame, corners(0.012))
        says(shown, f"selected {both} by box add {first}")


def test_a_click_with_a_tool_in_hand_takes_one_cell_in_and_out(look, opened):
    with look() as shown:
        frame = opened(shown)
        choose(frame, "lasso")
        shown.page.mouse.click(*pixel_of(frame, *CENTRE))
        says(shown, "selected 1 by lasso add 1")
        shown.page.mouse.click(*pixel_of(frame, *CENTRE))
        says(shown, "selected 0 by lasso remove 1")
        assert text_of(shown, "clicked") == "clicked 0 None"
        frame.focus(".leaflet-container")
        shown.page.keyboard.press("Enter")
        says(shown, "selected 1 by lasso add 1")
        choose(frame, "pan")
        shown.page.mouse.click(*pixel_of(frame, *CENTRE))
        shown.page.get_by_text(f"clicked 1 {MIDDLE}").wait_for()
        assert text_of(shown, "selected") == "selected 1 by lasso add 1", "a click in pan mode stays what it was"


def test_escape_ends_a_gesture_and_then_the_tool(look, opened):
    with look() as shown:
        frame = opened(shown)
        choose(frame, "lasso")
        drag(shown, frame, around(0.02), up=False)
        assert frame.evaluate("document.querySelectorAll('path.gm-drawn').length") == 1, "what is being drawn is seen"
        shown.page.keyboard.press("Escape")
        assert frame.evaluate("document.querySelectorAll('path.gm-drawn').length") == 0
        shown.page.mouse.up()
        assert frame.evaluate("map.gridmap.tools.tool") == "lasso"
        shown.page.keyboard.press("Escape")
        assert frame.evaluate("map.gridmap.tools.tool") == "pan"
        before = frame.evaluate("map.getCenter().lng")
        drag(shown, frame, [CENTRE, (CENTRE[0], CENTRE[1] + 0.02)])
        assert frame.evaluate("map.getCenter().lng") < before - 0.01, "the map moves again"
        shown.page.wait_for_timeout(300)
        assert text_of(shown, "selected") == "selected 0 by None", "nothing was sent"


def test_while_a_tool_is_in_hand_the_map_stands_still(look, opened):
    with look() as shown:
        frame = opened(shown)
        choose(frame, "box")
        before = frame.evaluate("[map.getCenter().lat, map.getCenter().lng, map.getZoom()]")
        shown.page.keyboard.down("Shift")  # which zooms to a box without a tool
        drag(shown, frame, corners(0.02))
        shown.page.keyboard.up("Shift")
        shown.page.get_by_text("by box add").wait_for()
        assert frame.evaluate("[map.getCenter().lat, map.getCenter().lng, map.getZoom()]") == before
        frame.locator(".leaflet-control-zoom-in").click()
        assert frame.evaluate("map.getZoom()") == before[2] + 1, "buttons still zoom"


def test_the_tools_are_worked_by_keyboard_and_named_in_the_language(look, opened):
    with look() as shown:
        frame = opened(shown, "&lang=zh_CN")
        names = frame.evaluate("[...document.querySelectorAll('.gm-tool')].map(e => e.getAttribute('aria-label') || e.textContent)")
        assert all(names)
        frame.locator(".gm-tool").nth(0).focus()
        shown.page.keyboard.press("Tab")
        shown.page.keyboard.press("Enter")
        assert frame.evaluate("map.gridmap.tools.tool") == "box"
        assert frame.locator(".gm-tool-row").nth(0).locator("[aria-pressed=true]").count() == 1
        for _press in range(3):
            shown.page.keyboard.press("Tab")
        shown.page.keyboard.press("Tab")
        shown.page.keyboard.press("Space")
        assert frame.evaluate("map.gridmap.tools.how") == "add"
        frame.focus(".leaflet-container")
        shown.page.keyboard.press("Enter")
        shown.page.get_by_text("selected 1 by box add 1").wait_for()


def test_a_long_stroke_is_thinned_before_it_is_sent(look, opened):
    with look() as shown:
        frame = opened(shown)
        choose(frame, "lasso")
        frame.evaluate("""() => { const send = Streamlit.setComponentValue.bind(Streamlit);
          Streamlit.setComponentValue = value => { window.__sent = value; send(value); };
          const box = map.getContainer().getBoundingClientRect(), finger = { pointerId: 1, isPrimary: true, button: 0, bubbles: true };
          const at = (x, y, kind) => map.getContainer().dispatchEvent(
            new PointerEvent(kind, { clientX: box.left + x, clientY: box.top + y, ...finger }));
          at(300, 300, 'pointerdown');
          for (let i = 0; i < 20000; i += 1)
            at(300 + 150 * Math.sin(i / 3) + 20 * Math.sin(i), 300 + 150 * Math.cos(i / 3.7), 'pointermove');
          at(300, 300, 'pointerup'); }""")
        shown.page.get_by_text("by lasso replace").wait_for()
        sent = frame.evaluate("window.__sent.select")
        assert 100 < len(sent["pts"]) <= 500
        assert set(sent) == {"mode", "how", "pts", "zoom", "centre", "seq"}, "places only"
        assert int(text_of(shown, "by lasso").split()[1]) > 20


@pytest.mark.parametrize("dark", [False, True])
def test_a_finger_draws_and_two_move_the_map(look, opened, dark):
    with look(width=390, height=844, dark=dark, sharp=2, touch=True) as shown:
        frame = opened(shown)
        sizes = frame.evaluate("[...document.querySelectorAll('.gm-tool')].map(e => [e.offsetWidth, e.offsetHeight])")
        assert len(sizes) == 7
        assert all(min(size) >= 44 for size in sizes[:4])
        frame.evaluate("map.gridmap.legend.box.open = true")
        choose(frame, "box")
        assert frame.evaluate("map.gridmap.legend.box.open") is False, "it would lie over what is to be drawn on"
        sizes = frame.evaluate("[...document.querySelectorAll('.gm-tool')].map(e => [e.offsetWidth, e.offsetHeight])")
        assert all(min(size) >= 44 for size in sizes)
        assert shown.page.evaluate("document.documentElement.scrollWidth") <= 390
        fingers = shown.page.context.new_cdp_session(shown.page)

        def touch(kind, *places):
            points = [dict(zip("xy", pixel_of(frame, *place), strict=True), id=number) for number, place in enumerate(places)]
            fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        here, there = corners(0.02)
        touch("touchStart", here)
        touch("touchMove", CENTRE)
        touch("touchMove", there)
        touch("touchEnd")
        shown.page.get_by_text("by box replace").wait_for()
        assert int(text_of(shown, "by box").split()[1]) > 4
        selected = text_of(shown, "selected")
        pressed = frame.evaluate(
            "[...document.querySelectorAll('.gm-tool[aria-pressed=true]')].map(e => getComputedStyle(e).backgroundColor)"
        )
        idle = frame.evaluate("getComputedStyle(document.querySelector('.gm-tool[aria-pressed=false]')).backgroundColor")
        assert set(pressed) == {"rgb(143, 193, 255)" if dark else "rgb(31, 95, 168)"}
        assert idle not in pressed
        zoom = frame.evaluate("map.getZoom()")
        left, right = (CENTRE[0], CENTRE[1] - 0.01), (CENTRE[0], CENTRE[1] + 0.01)
        far_left, far_right = (CENTRE[0], CENTRE[1] - 0.03), (CENTRE[0], CENTRE[1] + 0.03)
        touch("touchStart", left)
        touch("touchStart", left, right)
        assert frame.evaluate("document.querySelectorAll('path.gm-drawn').length") == 0, "the second finger ends what the first began"
        touch("touchMove", far_left, far_right)
        touch("touchEnd")
        frame.wait_for_function("zoom => map.getZoom() > zoom", arg=zoom)
        assert text_of(shown, "selected") == selected


def test_the_selection_stands_out_on_its_cells(look, opened):
    for dark in (False, True):
        with look(dark=dark) as shown:
            frame = opened(shown)
            before = colour_at(frame, *CENTRE)
            choose(frame, "box")
            drag(shown, frame, corners(0.02))
            shown.page.get_by_text("by box replace").wait_for()
            assert colour_at(frame, *CENTRE) == before, "cells keep their colour"
            line, halo = (
                frame.evaluate(f"getComputedStyle(document.querySelector('path.gm-selected-{part}')).stroke") for part in ("line", "halo")
            )
            assert (line, halo) == (("rgb(255, 255, 255)", "rgb(14, 17, 23)") if dark else ("rgb(29, 37, 48)", "rgb(255, 255, 255)"))


# Counts in every frame the painted tiles that are seen.
_WATCH = """pane => { const seen = window.__seen = { frames: 0, least: Infinity };
  const look = () => {
    const tiles = [...map.getPane(pane).querySelectorAll('canvas.leaflet-tile-loaded')];
    seen.frames += 1;
    seen.least = Math.min(seen.least, tiles.filter(each => getComputedStyle(each).visibility !== 'hidden').length);
    if (window.__seen === seen) requestAnimationFrame(look); };
  look(); }"""


@pytest.mark.parametrize("pane", ["gm-cells", "gm-over"])
def test_a_move_repaints_the_cells_and_nothing_is_gone_for_a_moment(look, opened, branch_store, pane):
    store = open_store(branch_store, settings=Settings())
    record = create_plan(store, operator("x"), BRANCH, title="x", effective_on=date(2026, 8, 1), now_us=NOW_US)
    store.engine.dispose()
    with look() as shown:
        frame = opened(shown, f"&plan={record.plan_id}")
        assert "Moved in this plan" in frame.inner_text(".gm-legend")
        choose(frame, "box")
        drag(shown, frame, corners(0.02))
        shown.page.get_by_text("by box replace").wait_for()
        before, colour = int(text_of(shown, "selected").split()[1]), colour_at(frame, *CENTRE)
        frame.evaluate(_WATCH, pane)
        standing = frame.evaluate("window.__seen.least")
        shown.page.get_by_role("button", name="Give to m00").click()
        frame.wait_for_function(
            "count => [...document.querySelectorAll('.gm-legend tr')].some(row => row.textContent === 'Moved in this plan' + count)",
            arg=before,
        )
        shown.settle()
        shown.page.wait_for_timeout(200)
        seen = frame.evaluate("window.__seen")
        assert seen["frames"] > 5
        assert seen["least"] >= standing > 0
        assert colour_at(frame, *CENTRE) != colour
        edges = frame.evaluate("[...map.gridmap.rest.keys()]")
        assert {"plan_moves", "territory_outlines"} <= set(edges)
        assert len(edges) == len(set(edges))
