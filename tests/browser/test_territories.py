"""A plan from the first line on the map to the ledger and back, in Chromium: with the mouse, and with the keyboard and tables alone."""

import math
import re

import pandas as pd
import pytest

import bench.branches
from bench.branches import BRANCH, NOW_US, make_store
from bench.browser import ROOT, serve
from gridmap.scope import operator
from gridmap.store import write_rows
from tests.browser.test_map import hover, pixel_of

LAT, LON = bench.branches.CENTRE
CELL_KM2 = 0.737
PATIENCE_MS = 60_000
ROLES = ("branch_manager", "executive")


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """The app over a branch in which one may be the branch manager or the executive."""
    folder = tmp_path_factory.mktemp("plans")
    store = make_store(folder, cells=900, organisations=3000, managers=4)
    people = pd.DataFrame({"person_id": ROLES, "login": ROLES, "name": ROLES, "name_en": ROLES, "role": ROLES, "branches": BRANCH})
    told = {"as_of": None, "now_us": NOW_US + 10, "file_name": "people.csv", "file_sha256": "people", "mapping": {}, "source": ""}
    write_rows(store, operator("test"), BRANCH, "people", people, **told)
    location = store.location
    store.engine.dispose()
    with serve(location, folder, launcher=ROOT / "streamlit_app.py") as running:
        yield running


class Hands:
    """What a person does on the page, with the mouse or with the keyboard alone."""

    def __init__(self, shown, *, keyboard):
        self.shown, self.page, self.keyboard = shown, shown.page, keyboard
        self.page.set_default_timeout(PATIENCE_MS)

    def press(self, name, role="button", within=None):
        button = (within or self.page).get_by_role(role, name=name, exact=True)
        self.act(button)

    def act(self, element):
        if self.keyboard:
            element.focus()
            self.page.keyboard.press("Enter")
        else:
            element.click()

    def choose(self, label, text):
        box = self.page.get_by_role("combobox", name=label, exact=True)
        self.page.wait_for_function("e => !e.disabled", arg=box.element_handle())
        box.focus() if self.keyboard else box.click()
        self.page.keyboard.type(text)
        self.page.get_by_role("option").filter(has_text=text).first.wait_for()
        self.page.keyboard.press("Enter")
        self.idle()

    def idle(self):
        """Wait until the server has nothing more to say."""
        self.page.wait_for_timeout(300)
        self.page.wait_for_function(
            "() => document.querySelector('[data-testid=stApp]').getAttribute('data-test-script-state') === 'notRunning'"
            " && !document.querySelector('[data-stale=true]')"
        )

    def says(self, pattern):
        self.page.get_by_text(re.compile(pattern)).first.wait_for()

    def stands(self, state):
        self.page.locator(".st-key-draft_state").get_by_text(re.compile(f"{state}$")).first.wait_for()

    def tab(self, name):
        self.act(self.page.get_by_role("tab", name=name, exact=True))
        self.idle()

    def day(self, year, month, day):
        """Type a day into the field of the open form."""
        parts = self.page.get_by_test_id("stDateInput").locator("[role=spinbutton]")
        for part, digits in zip((parts.nth(0), parts.nth(1), parts.nth(2)), (f"{year}", f"{month:02}", f"{day:02}"), strict=True):
            part.focus()
            self.page.keyboard.type(digits)

    def be(self, role):
        self.choose("You are", role)
        self.shown.settle()

    def table_says(self, text):
        """Wait for a text in a table on the page, as a screen reader has it."""
        self.page.locator("[data-testid=stDataFrame] canvas td").filter(has_text=text).first.wait_for(state="attached")


def begin(shown, app, *, keyboard, title):
    """A new draft that shall hold from 1 June, before the last day with data, so that what is published is on today's map."""
    hands = Hands(shown, keyboard=keyboard)
    hands.page.goto(f"{app.url}/territories?branch={BRANCH}")
    shown.settle()
    hands.press("New plan")
    hands.day(2026, 6, 1)
    title_field = hands.page.get_by_label("What is it for?")
    title_field.focus() if keyboard else title_field.click()  # which shuts the calendar
    hands.page.keyboard.type(title)
    hands.press("Begin the draft")
    hands.says("From Jun 1, 2026 · 0 moves")
    hands.idle()
    return hands


def bring_to_the_ledger(hands):
    """Submit as the branch manager, approve and publish as the executive."""
    hands.press("Submit")
    hands.stands("Submitted")
    hands.be("executive")
    hands.press("Approve")
    hands.stands("Approved")
    hands.idle()
    hands.press("Publish")
    hands.press("Publish these moves")
    hands.stands("Published")
    hands.idle()


def take_back(hands):
    hands.press("Undo this plan")
    form = hands.page.get_by_test_id("stForm")
    hands.act(form.get_by_role("button", name="Undo this plan", exact=True))
    hands.stands("Undone")
    hands.idle()


def lasso(shown, frame, km):
    """Draw a ring around the middle of the branch."""
    lat_km, lon_km = 111.32, 111.32 * math.cos(math.radians(LAT))
    ring = [(LAT + km * math.sin(turn) / lat_km, LON + km * math.cos(turn) / lon_km) for turn in (i * math.tau / 40 for i in range(41))]
    points = [pixel_of(frame, *place) for place in ring]
    shown.page.mouse.move(*points[0])
    shown.page.mouse.down()
    for point in points[1:]:
        shown.page.mouse.move(*point)
    shown.page.mouse.up()


def count_of(hands, pattern):
    hands.says(pattern)
    return int(re.search(pattern, hands.page.get_by_text(re.compile(pattern)).first.inner_text()).group(1).replace(",", ""))


def owner_in_the_middle(shown):
    """Who has the middle of the branch, as the map says it under the pointer."""
    frame = shown.settle()
    frame.evaluate("([lat, lon]) => map.setView([lat, lon], 12, { animate: false })", [LAT, LON])
    frame = shown.settle()
    return re.search(r"Manager \d|Nobody", hover(shown, frame, LAT, LON)).group()


def test_thirty_cells_are_lassoed_given_approved_published_and_taken_back(look, app):
    with look() as shown:
        hands = begin(shown, app, keyboard=False, title="lasso")
        before = owner_in_the_middle(shown)
        assert before != "Manager 0"
        frame = shown.map
        frame.locator(".gm-tool").nth(2).click()
        lasso(shown, frame, math.sqrt(30 * CELL_KM2 / math.pi))
        count = count_of(hands, r"^(\d+) cells selected")
        assert 20 <= count <= 45
        hands.choose("Give to", "Manager 0")
        hands.press("Assign")
        hands.says(f"· {count} moves")
        hands.idle()
        hands.says("managers are touched")
        hands.table_says("→")  # the effect, before and after
        frame.locator(".gm-tool").first.click()
        assert owner_in_the_middle(shown) == "Manager 0"

        bring_to_the_ledger(hands)
        hands.choose("Show", "Today")
        assert owner_in_the_middle(shown) == "Manager 0", "today's map has changed"
        hands.choose("Show", "lasso")
        take_back(hands)
        hands.choose("Show", "Today")
        assert owner_in_the_middle(shown) == before
        shown.wrong = [text for text in shown.wrong if "404" not in text]  # Streamlit looks for its own base path


def test_the_same_with_the_keyboard_and_tables_alone(look, app):
    with look() as shown:
        hands = begin(shown, app, keyboard=True, title="keys")
        hands.tab("Cells")
        hands.choose("Town", "Town 6")
        hands.choose("Manager", "Manager 1")
        count = count_of(hands, r"^All (\d+) listed cell")
        hands.press("Select")
        hands.says(f"^{count} cells? selected")
        hands.idle()
        hands.choose("Give to", "Manager 2")
        hands.press("Assign")
        hands.says(f"· {count} moves?")
        hands.idle()
        hands.tab("Effect")
        hands.says("managers are touched")
        hands.table_says("→")
        hands.press("Undo")
        hands.says("· 0 moves")
        hands.idle()
        hands.press("Redo")
        hands.says(f"· {count} moves?")
        hands.idle()
        hands.tab("Check")
        hands.says("Nothing blocks this plan|Nothing speaks against")
        bring_to_the_ledger(hands)
        take_back(hands)
        shown.wrong = [text for text in shown.wrong if "404" not in text]
