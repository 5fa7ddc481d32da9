"""What the map component is handed, and what is believed of what comes back; no browser."""

import json
import re
from datetime import date

import h3
import numpy as np
import pytest
import streamlit_folium
from streamlit.testing.v1 import AppTest

from bench.branches import BRANCH, CENTRE, NOW_US, TRIPWIRES
from gridmap.coordinates import from_wgs84, offset_m
from gridmap.scope import Scope, operator
from gridmap.settings import BaseMap, Settings
from gridmap.store import create_plan, owned_cells
from layers import shapes
from pages.shared import app, cached
from pages.shared.view import plan_text
from tests.pages.web.conftest import location, served  # noqa: F401 - fixtures

CELL = h3.latlng_to_cell(*CENTRE, 8)


def page():
    """One map, and what it told; run by AppTest in a file of its own, so it imports for itself."""
    import streamlit as st  # noqa: PLC0415

    from bench.branches import BRANCH, TODAY  # noqa: PLC0415
    from gridmap.scope import Scope, operator  # noqa: PLC0415
    from pages.parts import map_view  # noqa: PLC0415
    from pages.shared import cached  # noqa: PLC0415

    state = st.session_state
    own = Scope("m", "m", "community_manager", frozenset({BRANCH}), "m00")
    who = own if "community" in state else operator("test")
    chosen, plan = state.get("layers", ["prospect_density", "towns"]), state.get("plan", "")
    views = [cached.view(who, BRANCH, key, as_of=TODAY, window_days=365, plan=plan) for key in chosen]
    how = {"selected": state.get("selected"), "tools": state.get("tools", False), "marked": state.get("marked", ())}
    told = map_view.show(views, opacity=state.get("opacity", 0.8), **how)
    st.session_state["told"] = told


@pytest.fixture
def drawn(served):  # noqa: F811
    """A way to run the page and read what the component is handed."""

    def run(**state):
        test = AppTest.from_function(page, default_timeout=60)
        for key, value in state.items():
            test.session_state[key] = value
        test.run()
        assert not test.exception
        found = [element for element in test.main if element.type == "component_instance"]
        return test, json.loads(found[0].proto.json_args) if found else None

    return run


def handed(args):
    group = args["feature_group"]
    start = group.index("gridmap.show(map_div, ") + len("gridmap.show(map_div, ")
    return json.loads(group[start : group.rindex("});") + 1])


def ring_of(text):
    """The corners of an outline of one ring, as the browser reads it."""
    steps = np.array(text.split(","), float).reshape(-1, 2).cumsum(axis=0) / shapes.WORLD
    return np.column_stack([np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * steps[:, 1])))), steps[:, 0] * 360 - 180])


def test_the_component_gets_addresses_of_this_server_and_no_name(drawn):
    _test, args = drawn(layers=["territories", "towns", "parks", "schools", "win_cases"])
    everything = json.dumps(args)
    assert not any(name in args["script"] + args["feature_group"] for name in TRIPWIRES)
    assert not any(sign in args["script"] + args["feature_group"] for sign in ("{{", "{%", "{#"))
    assert all(link.startswith("/gm-assets/") for link in (*args["js_links"], *args["css_links"]))
    assert not re.search(r"https?://", everything)
    assert args["returned_objects"] == []
    state = handed(args)
    assert [each["key"] for each in state["over"]] == ["territory_outlines", "towns", "parks", "schools", "win_cases"]
    assert all(url.startswith("/gm-base?") and "token=" in url for url in state["base"].values())


def test_what_is_chosen_changes_the_group_and_never_the_component(drawn):
    _test, one = drawn()
    _test, two = drawn(layers=["territories"], opacity=0.3, selected=CELL)
    assert one["script"] == two["script"]
    assert handed(two)["opacity"] == 0.3
    assert len(ring_of(handed(two)["selected"])) == 7
    assert handed(one)["selected"] == ""


def clicked(monkeypatch, value):
    """Let the component answer with a value, as the browser would."""
    real = streamlit_folium._component_func

    def answered(**how):
        real(**how)
        return value

    monkeypatch.setattr(streamlit_folium, "_component_func", answered)


def test_a_click_is_the_cell_it_lies_in_and_counts_once(drawn, monkeypatch):
    clicked(monkeypatch, {"click": {"lat": CENTRE[0], "lon": CENTRE[1], "zoom": 11.5, "res": 8, "seq": 17}})
    test, _args = drawn()
    told = test.session_state["told"]
    assert (told.kind, told.cell, told.zoom) == ("click", CELL, 11.5)
    test.run()
    assert test.session_state["told"] is None


@pytest.mark.parametrize(
    "value",
    [
        None,  # nothing yet
        {},  # nothing
        {"click": "x"},  # no click
        {"click": {"seq": 1}},  # half a click
        {"click": {"lat": "1", "lon": 2, "zoom": 3, "seq": 2}},  # text for a number
        {"click": {"lat": 1e9, "lon": 2, "zoom": 3, "seq": 3}},  # off the globe
        {"click": {"lat": float("nan"), "lon": 2, "zoom": 3, "seq": 4}},  # no number
        {"click": {"lat": True, "lon": 2, "zoom": None, "seq": 5}},  # nothing of a number
        {"click": {"lat": 22.7, "lon": 112.2, "zoom": 9, "centre": ["x", 2], "seq": 7}},  # a middle that is none
        {"click": {"lat": 22.7, "lon": 112.2, "zoom": 9, "centre": [1e9, 2], "seq": 8}},  # a middle off the globe
        {"expired": {"seq": 6}},  # a link to be renewed: the page runs again, and that is all
    ],
)
def test_what_the_browser_says_is_not_believed_blindly(drawn, monkeypatch, value):
    clicked(monkeypatch, value)
    test, _args = drawn()
    assert test.session_state["told"] is None


def test_a_click_outside_ones_own_cells_names_no_cell(drawn, monkeypatch):
    east = cached.market(operator("t"), BRANCH).branch.boundary.bounds[2] - 0.01
    clicked(monkeypatch, {"click": {"lat": CENTRE[0], "lon": east, "zoom": 11, "res": 8, "seq": 1}})
    test, args = drawn(community=True, layers=["prospect_density"])
    assert test.session_state["told"].cell is None
    assert "cells_of=m00" in handed(args)["main"]["values"]


def test_on_a_gcj02_base_map_everything_is_shifted_and_a_click_comes_back(drawn, monkeypatch):
    chinese = Settings(store=app.settings().store, base_map=BaseMap(url="/tiles/{z}/{x}/{y}.png", system="gcj02"))
    monkeypatch.setattr(app, "settings", lambda: chinese)
    lat, lon = (float(side[0]) for side in from_wgs84([CENTRE[0]], [CENTRE[1]], "gcj02"))
    assert 300 < float(offset_m(lat, lon, *CENTRE)) < 800, "the shift a WGS-84 point has on such a map"
    clicked(monkeypatch, {"click": {"lat": lat, "lon": lon, "zoom": 11, "res": 8, "seq": 2}})
    test, args = drawn(selected=CELL)
    told, state = test.session_state["told"], handed(args)
    assert told.cell == CELL
    assert float(offset_m(told.lat, told.lon, *CENTRE)) < 0.01
    assert state["raster"] == "/gm-raster"
    assert all("system=gcj02" in state[part][key] for part, key in (("grid", "geometry"), ("base", "areas")))
    marked = ring_of(state["selected"])[0]
    plain = [offset_m(*marked, *corner) for corner in h3.cell_to_boundary(CELL)]
    assert float(min(plain)) > 100, "the mark is shifted like the cells"


BOX = {
    "mode": "box",
    "how": "replace",
    "zoom": 12,
    "centre": list(CENTRE),
    "pts": [[side - 0.01 for side in CENTRE], [side + 0.01 for side in CENTRE]],
}


def test_what_is_drawn_with_a_tool_is_cells_and_counts_once(drawn, monkeypatch):
    clicked(monkeypatch, {"select": BOX | {"seq": 5}})
    test, args = drawn(tools=True)
    told = test.session_state["told"]
    assert handed(args)["tools"] is True
    assert (told.kind, told.change) == ("box", "replace")
    assert CELL in told.cells
    assert len(told.cells) > 3
    test.run()
    assert test.session_state["told"] is None


def test_a_tap_takes_out_what_is_marked(drawn, monkeypatch):
    clicked(monkeypatch, {"select": BOX | {"pts": [list(CENTRE)], "how": "toggle", "seq": 6}})
    test, _args = drawn(tools=True, marked=(CELL,))
    assert (test.session_state["told"].cells, test.session_state["told"].change) == ((CELL,), "remove")


def test_a_drawing_outside_ones_own_cells_selects_none(drawn, monkeypatch):
    who = Scope("m", "m", "community_manager", frozenset({BRANCH}), "m00")
    clicked(monkeypatch, {"select": BOX | {"pts": [[20.0, 110.0], [25.0, 115.0]], "seq": 7}})
    test, _args = drawn(tools=True, community=True)
    assert set(test.session_state["told"].cells) == owned_cells(app.store(), who, BRANCH)
    assert set(test.session_state["told"].cells) < set(cached.market(operator("t"), BRANCH).grid.cells)


def test_the_selection_is_one_outline_of_numbers(drawn):
    around = [*h3.grid_disk(CELL, 2), "88ffffffffffffff", "no cell"]
    _test, args = drawn(tools=True, marked=around)
    marked = handed(args)["marked"]
    assert re.fullmatch(r"[-\d,]+", marked), "one ring, so no space"
    assert len(ring_of(marked)) < 19 * 6 / 2
    _test, args = drawn(tools=True, marked=[*h3.grid_ring(CELL, 1)])
    assert handed(args)["marked"].count(" ") == 1, "a hole is a ring of its own"
    assert handed(drawn()[1])["marked"] == ""


def test_a_map_of_a_plan_asks_for_its_owners_and_not_again_for_what_no_move_changes(drawn):
    record = create_plan(app.store(), operator("t"), BRANCH, title="x", effective_on=date(2026, 8, 1), now_us=NOW_US)
    plan = plan_text(record.plan_id, record.version)
    state = handed(drawn(layers=["territories", "towns"], plan=plan)[1])
    links = {each["key"]: each["url"] for each in state["over"]} | {"cells": state["main"]["values"]}
    asked = {key: f"&plan={plan}&" in url for key, url in links.items()}
    assert asked == {"cells": True, "territory_outlines": True, "plan_moves": True, "towns": False}
    state = handed(drawn(layers=["filing_rate_C"], plan=plan)[1])
    assert "&plan=&" in state["main"]["values"], "a rate of cells is the same whoever has them"
    assert [each["key"] for each in state["over"]] == ["plan_moves"]
    assert "plan_moves" not in json.dumps(handed(drawn(layers=["territories"])[1]))
