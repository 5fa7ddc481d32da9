"""A suggestion in Chromium: asked, shown on the map before it is accepted, accepted with the keyboard, undone; and stopped on the way."""

import pandas as pd
import pytest

from bench.branches import BRANCH, NOW_US, make_store
from bench.browser import ROOT, serve
from gridmap.scope import operator
from gridmap.store import write_rows
from tests.browser.test_territories import begin

PROPOSED = "window.map.gridmap.proposed.parts.length"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """The app over a branch whose branch manager drafts."""
    folder = tmp_path_factory.mktemp("suggestions")
    store = make_store(folder, cells=400, organisations=1500, managers=4)
    people = pd.DataFrame({"person_id": ["bm"], "login": "bm", "name": "bm", "name_en": "bm", "role": "branch_manager", "branches": BRANCH})
    told = {"as_of": None, "now_us": NOW_US + 10, "file_name": "people.csv", "file_sha256": "people", "mapping": {}, "source": ""}
    write_rows(store, operator("test"), BRANCH, "people", people, **told)
    location = store.location
    store.engine.dispose()
    with serve(location, folder, launcher=ROOT / "streamlit_app.py") as running:
        yield running


def test_a_suggestion_is_seen_on_the_map_and_accepted_without_a_mouse(look, app):
    with look() as shown:
        hands = begin(shown, app, keyboard=True, title="Fair hours")
        hands.tab("Suggest")
        hands.act(hands.page.get_by_role("radio", name="Fair hours", exact=True))
        hands.idle()
        hands.press("Find the moves")
        accept = hands.page.locator(".st-key-suggest_accept button")
        accept.wait_for(timeout=120_000)
        hands.idle()
        frame = shown.settle()
        frame.wait_for_function(f"{PROPOSED} > 0")
        hands.act(accept)
        hands.says(r"· [1-9]\d* moves? ·")
        hands.idle()
        assert frame.evaluate(PROPOSED) == 0
        hands.press("Undo")
        hands.says(r"· 0 moves ·")
        hands.idle()
        frame.wait_for_function(f"{PROPOSED} > 0")
        hands.press("Lay aside")
        hands.idle()
        assert frame.evaluate(PROPOSED) == 0
        hands.press("Compare budgets", role="radio")
        hands.idle()
        hands.press("Draw the curve")
        hands.act(hands.page.locator(".st-key-suggest_cancel button"))
        hands.page.locator(".st-key-suggest_ask button").wait_for()
        shown.wrong = [text for text in shown.wrong if "404" not in text]  # Streamlit looks for its own base path
