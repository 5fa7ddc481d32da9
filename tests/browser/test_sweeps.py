"""A sweep in Chromium: planned with one press, its numbers on the map, one dragged to another day, published, and on a phone's screen."""

import pandas as pd
import pytest

import bench.branches
from bench.branches import BRANCH, NOW_US, make_store
from bench.browser import ROOT, serve
from gridmap.schema.staff import MANAGERS
from gridmap.scope import operator
from gridmap.store import open_market, write_rows
from tests.browser.test_territories import Hands

PATIENCE_MS = 180_000  # the planner is compiled at its first use
LEAST_PX = 11
_READY = """() => { const here = window.map && window.map.gridmap, days = here && here.rest.get('routes');
  return !!(days && days.days && days.markers.length && window.gridmap.status.pending === 0); }"""
_PLACES = """() => window.map.gridmap.rest.get('routes').markers.map(each => { const box = each.getElement().getBoundingClientRect();
  return { day: each.slot, x: box.x + 11, y: box.y + 11, text: each.getElement().innerText,
    dot: each.getElement().classList.contains('gm-stop-dot') }; })"""


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """The app over a branch whose names would run, with managers who have a base, and a planner that does not look for long."""
    folder = tmp_path_factory.mktemp("sweeps")
    store = make_store(folder, cells=400, organisations=1200, managers=4, tripwires=True)
    rows = open_market(store, operator("test"), BRANCH).tables["managers"].drop_duplicates("manager_id", keep="last")
    lat, lon = bench.branches.CENTRE
    people = pd.DataFrame(
        {"person_id": ["boss"], "login": "boss", "name": "boss", "name_en": "boss", "role": "branch_manager", "branches": BRANCH}
    )
    told = {"as_of": None, "now_us": NOW_US + 10, "file_name": "x.csv", "mapping": {}, "source": ""}
    based = rows[[name for name in MANAGERS.names if name in rows]].assign(lat=lat, lon=lon)
    for name, frame in (("managers", based), ("people", people)):
        write_rows(store, operator("test"), BRANCH, name, frame, file_sha256=name, **told)
    store.engine.dispose()
    (folder / "settings.toml").write_text("[sweeps]\niterations = 300\nmost_doors = 6\n", "utf-8")
    with serve(
        store.location, folder, launcher=ROOT / "streamlit_app.py", environment={"GRIDMAP_SETTINGS": str(folder / "settings.toml")}
    ) as server:
        yield server


def plan(shown, app, *, keyboard=False):
    """Plan the coming days and wait for their numbers on the map."""
    hands = Hands(shown, keyboard=keyboard)
    hands.page.set_default_timeout(PATIENCE_MS)
    hands.page.goto(f"{app.url}/?branch={BRANCH}")
    hands.idle()
    hands.page.get_by_role("link", name="Sweeps").click()
    hands.idle()
    if hands.page.get_by_role("button", name="Plan these 5 days").count() == 0:
        hands.choose("Sweep", "New sweep")
    hands.press("Plan these 5 days")
    hands.page.get_by_text("Priority collected").first.wait_for()
    return hands, drawn(shown)


def drawn(shown):
    frame = shown.map
    frame.wait_for_function(_READY, timeout=PATIENCE_MS)
    return frame


def test_one_press_and_every_stop_has_a_number_that_can_be_read(look, app):
    with look() as shown:
        hands, frame = plan(shown, app)
        numbers = frame.evaluate(_PLACES)
        assert len({each["day"] for each in numbers}) > 1
        assert {each["text"] for each in numbers if not each["dot"]} >= {"1", "2"}
        size = frame.evaluate("() => parseFloat(getComputedStyle(document.querySelector('.gm-stop:not(.gm-stop-dot) span')).fontSize)")
        assert size >= LEAST_PX
        legend = frame.locator(".gm-route-legend tr")
        assert legend.count() == len({each["day"] for each in numbers})
        dashes = frame.evaluate(
            "() => [...document.querySelectorAll('.gm-route-legend line')].map(each => each.getAttribute('stroke-dasharray'))"
        )
        assert len(set(dashes)) == len(dashes), "colour is never the only difference"
        assert not hands.page.evaluate("() => window.__tripped")


def test_a_number_dragged_onto_another_day_goes_there_and_the_map_stays(look, app):
    with look() as shown:
        hands, frame = plan(shown, app)
        numbers = [each for each in frame.evaluate(_PLACES) if not each["dot"]]
        stop = numbers[0]
        goal = next(each for each in numbers if each["day"] != stop["day"])
        frame.evaluate("() => { window.__same = true; }")
        outer = hands.page.locator("iframe").first.bounding_box()
        hands.page.mouse.move(outer["x"] + stop["x"], outer["y"] + stop["y"])
        hands.page.mouse.down()
        for step in range(1, 9):
            share = step / 8
            x, y = (stop[side] + (goal[side] - stop[side]) * share for side in ("x", "y"))
            hands.page.mouse.move(outer["x"] + x, outer["y"] + y)
        hands.page.mouse.up()
        hands.page.locator(".st-key-sweep_undo button:enabled").wait_for()  # gone while the planner looks, then there is something to undo
        hands.idle()
        assert drawn(shown).evaluate("() => window.__same === true"), "the same map, so nothing flickers"
        hands.tab("Must and must not")
        hands.table_says("Pinned to")


def test_with_the_keyboard_alone_doors_are_planned_and_locked(look, app):
    with look() as shown:
        hands, _frame = plan(shown, app, keyboard=True)
        hands.idle()
        hands.press("Publish")
        hands.press("Publish and lock the doors")
        hands.page.locator(".st-key-sweep_steps, .st-key-sweep_taken").get_by_text("Published").or_(
            hands.page.get_by_text("belong to somebody else now")
        ).first.wait_for()


@pytest.mark.parametrize("dark", [False, True])
def test_on_a_phone_nothing_is_wider_than_the_screen(look, app, dark):
    with look(width=390, height=844, dark=dark) as shown:
        hands = Hands(shown, keyboard=False)
        hands.page.goto(f"{app.url}/?branch={BRANCH}")
        hands.idle()
        hands.page.get_by_test_id("stExpandSidebarButton").click()
        hands.page.get_by_role("link", name="Sweeps").click()
        hands.idle()
        wide = hands.page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth")
        assert wide <= 390
