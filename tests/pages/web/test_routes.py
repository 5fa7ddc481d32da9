import gzip
import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
import streamlit as st

import layers
from bench.branches import BRANCH, NOW_US, TODAY, TRIPWIRES
from gridmap.errors import ScopeError
from gridmap.scope import Scope, operator
from gridmap.store import owned_cells, record_change
from layers import tiles
from layers.layer import FEW, OUTSIDE
from pages.shared import app, cached, links
from pages.shared.view import View
from tests.pages.web.conftest import community_manager, view

ZOOM = 10


@pytest.fixture(scope="module")
def wanted(served):
    """The tiles at a zoom that hold the whole branch."""
    boundary = cached.market(operator("test"), BRANCH).branch.boundary
    west, south, east, north = boundary.bounds
    (x0, x1), (y0, y1) = ((side * 2**ZOOM).astype(int) for side in tiles.mercator([north, south], [west, east]))
    return "_".join(f"{x}.{y}" for y in range(y0, y1 + 1) for x in range(x0, x1 + 1))


def values_of(client, seen: View, wanted: str, res: int = 8):
    answer = client.get(links.view_link(links.VALUES, seen) + f"&res={res}&z={ZOOM}&t={wanted}")
    assert answer.status_code == 200, answer.text
    return tiles.decode_values(answer.content)


def test_geometry_and_values_of_a_tile_belong_together(client, wanted):
    seen = view()
    grid = cached.market(operator("test"), BRANCH).grid
    link = links.grid_link(links.GEOMETRY, BRANCH, grid.fingerprint)
    for resolution in (8, 7, 5):
        shapes = tiles.decode_geometry(client.get(f"{link}&res={resolution}&z={ZOOM}&t={wanted}").content)
        told = values_of(client, seen, wanted, resolution)
        assert [len(each) for each in shapes] == [len(value) for value, _state in told]
        assert sum(map(len, shapes)) > 0


@pytest.mark.parametrize("name", ["branch_id", "layer", "as_of", "window_days", "version", "cells_of", "names", "plan", "known"])
def test_no_part_of_a_link_can_be_changed(client, wanted, name):
    link = links.view_link(links.VALUES, view(who=community_manager()))
    changed = {"as_of": "2026-06-29", "window_days": "364", "cells_of": "", "names": "", "layer": "filing_rate_A"}.get(name, "other")
    path, _, query = link.partition("?")
    parts = dict(pair.split("=") for pair in query.split("&"))
    assert client.get(f"{link}&res=8&z={ZOOM}&t={wanted}").status_code == 200
    parts[name] = changed
    query = "&".join(f"{key}={value}" for key, value in parts.items())
    assert client.get(f"{path}?{query}&res=8&z={ZOOM}&t={wanted}").status_code == 403


def test_a_link_opens_its_own_route_only(client, wanted):
    link = links.view_link(links.SHAPES, view("towns"))
    assert client.get(link).status_code == 200
    assert client.get(link.replace(links.SHAPES, links.ABOUT) + "&res=8").status_code == 403
    assert client.get(link.replace(links.SHAPES, links.VALUES) + f"&res=8&z={ZOOM}&t={wanted}").status_code == 403


@pytest.mark.parametrize("route", [links.GEOMETRY, links.VALUES, links.ABOUT, links.OUTLINES, links.BASE, links.SHAPES])
def test_nothing_is_given_without_a_link(client, route):
    assert client.get(f"/{route}").status_code == 403
    assert client.get(f"/{route}?branch_id={BRANCH}&token=99999999999-{'A' * 24}").status_code == 403


def test_a_link_ends_within_the_hour(client, wanted, monkeypatch):
    link = links.view_link(links.VALUES, view()) + f"&res=8&z={ZOOM}&t={wanted}"
    assert client.get(link).status_code == 200
    now = links.time.time()
    monkeypatch.setattr("pages.web.answers.time.time", lambda: now + 3601)
    assert client.get(link).status_code == 403


@pytest.mark.parametrize(
    "more",
    [
        f"&res=9&z={ZOOM}&t=1.1",  # finer than the grid
        f"&res=x&z={ZOOM}&t=1.1",  # no number
        f"&res=8&z={ZOOM}&t=",  # no tiles
        f"&res=8&z={ZOOM}&t={'_'.join(['1.1'] * 65)}",  # too many
        "&res=8&z=99&t=1.1",  # no such zoom
        "",  # nothing
    ],
)
def test_malformed_requests_are_told_so(client, more):
    assert client.get(links.view_link(links.VALUES, view()) + more).status_code == 400


def test_a_community_manager_gets_values_of_own_cells_only(client, wanted):
    who = community_manager()
    own = owned_cells(app.store(), who, BRANCH)
    for key in ("prospect_density", "visit_history", "territories"):
        states = np.concatenate([state for _value, state in values_of(client, view(key, who), wanted)])
        whole = np.concatenate([state for _value, state in values_of(client, view(key), wanted)])
        assert (whole != OUTSIDE).all()
        seen = cached.market(who, BRANCH).grid.cells.isin(list(own)).sum()
        assert 0 < (states != OUTSIDE).sum() < len(states)
        assert (states != OUTSIDE).sum() >= seen
    told = cached.market(who, BRANCH).tables["organisations"]
    assert set(told["cell"].dropna()) <= own


def test_a_parent_cell_tells_a_community_manager_nothing_of_its_other_cells(client, wanted):
    who = community_manager()
    (value, state), *_ = [each for each in values_of(client, view("visits_owed", who), wanted, 5) if len(each[0])]
    own = sum(v[s <= FEW].sum() for v, s in values_of(client, view("visits_owed", who), wanted, 8))
    assert value[state <= FEW].sum() <= own + 1e-3, "a parent holds what is in the own cells, and no more"


def test_points_of_a_community_manager_are_those_of_own_cells(client):
    who = community_manager()
    mine = client.get(links.view_link(links.SHAPES, view("win_cases", who))).json()["items"]
    everybodys = client.get(links.view_link(links.SHAPES, view("win_cases"))).json()["items"]
    assert 0 < len(mine) < len(everybodys)


def test_who_may_not_see_names_gets_points_without_names(client):
    executive = Scope("x", "x", "executive", frozenset({BRANCH}))
    items = client.get(links.view_link(links.SHAPES, view("schools", executive))).json()["items"]
    assert items
    assert all("n" not in item for item in items)
    assert any("n" in item for item in client.get(links.view_link(links.SHAPES, view("schools"))).json()["items"])


def test_who_may_not_see_names_sees_none_in_one_managers_cells_either(served):
    executive = Scope("x", "x", "executive", frozenset({BRANCH}))
    seen = cached.market_of(cached.eyes_of(replace(view("territories", executive), cells_of="m02"))).tables["organisations"]
    assert len(seen)
    assert set(seen["cell"]) <= owned_cells(app.store(), community_manager(), BRANCH)
    assert seen["name"].isna().all()


def test_a_person_of_another_branch_gets_no_link(served):
    with pytest.raises(ScopeError):
        view(who=Scope("x", "x", "planner", frozenset({"elsewhere"})))
    with pytest.raises(ScopeError):
        view(who=Scope("x", "x", "community_manager", frozenset({BRANCH})))  # no manager is named as them


@pytest.mark.parametrize("layer", [each for each in layers.LAYERS if each.on_cells], ids=lambda each: each.key)
def test_every_layer_explains_itself_in_both_languages(client, layer):
    for language, dark in (("en", "0"), ("zh_CN", "1")):
        about = client.get(links.view_link(links.ABOUT, view(layer.key), lang=language, dark=dark, res="8")).json()
        assert about["title"]
        assert len(about["states"]) == 5
        assert about["mode"] == ("classes" if layer.kind == "cells" else "index")
        assert len(about["colours"]) == len(about["legend"])
        counted = sum(row["count"] for row in about["legend"]) + sum(row["count"] for row in about["others"] if row["state"] != FEW)
        assert counted == len(cached.market(operator("test"), BRANCH).grid.cells)


def test_the_same_layer_on_two_days_shares_its_classes(client):
    now, then = view("visits_owed"), view("visits_owed", day=TODAY - timedelta(days=200))
    one = client.get(links.view_link(links.ABOUT, now, res="8", beside=links.beside(then))).json()
    two = client.get(links.view_link(links.ABOUT, then, res="8", beside=links.beside(now))).json()
    assert one["edges"] == two["edges"]
    wider = links.beside(view("visits_owed", community_manager()))
    assert client.get(links.view_link(links.ABOUT, now, res="8", beside=wider)).status_code == 403


def test_tiles_hold_no_text_and_names_come_as_json_only(client, wanted):
    names = [name.encode() for name in TRIPWIRES]
    grid = cached.market(operator("test"), BRANCH).grid
    binary = client.get(links.view_link(links.VALUES, view()) + f"&res=8&z={ZOOM}&t={wanted}").content
    binary += client.get(links.grid_link(links.GEOMETRY, BRANCH, grid.fingerprint) + f"&res=8&z={ZOOM}&t={wanted}").content
    assert not any(name in binary for name in names)
    towns = client.get(links.view_link(links.SHAPES, view("towns")))
    assert towns.headers["content-type"] == "application/json"
    assert towns.headers["x-content-type-options"] == "nosniff"
    assert {item["n"] for item in towns.json()["items"]} == set(TRIPWIRES)


def test_answers_are_packed_and_kept_by_this_browser_only(client, wanted):
    answer = client.get(links.view_link(links.VALUES, view()) + f"&res=8&z={ZOOM}&t={wanted}")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"].startswith("private, max-age=")
    refused = client.get(f"/{links.VALUES}")
    assert refused.headers["cache-control"] == "no-store"
    plain = client.get(links.view_link(links.SHAPES, view("towns")), headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(gzip.compress(plain.content)) == plain.content
    assert json.loads(plain.content)["items"]


def test_links_of_one_five_minutes_are_the_same_so_that_the_browser_keeps_what_it_has(served):
    assert links.view_link(links.VALUES, view()) == links.view_link(links.VALUES, view())


def test_after_a_change_of_ownership_old_links_are_refused_and_new_ones_show_it(client, wanted):
    old = view("territories")
    before = np.concatenate([value for value, _state in values_of(client, old, wanted)])
    st.cache_resource.clear()  # another process would not have the old version either
    cell = cached.market(operator("test"), BRANCH).grid.cells[0]
    day_us = 86_400_000_000
    moves = pd.DataFrame({"layer": ["cell"], "subject": [cell], "owner": ["m03"], "valid_from_us": [NOW_US - 30 * day_us]})
    record_change(app.store(), operator("test"), BRANCH, moves, why="test", now_us=NOW_US + 1)
    st.cache_resource.clear()
    assert client.get(links.view_link(links.VALUES, old) + f"&res=8&z={ZOOM}&t={wanted}").status_code == 403
    after = np.concatenate([value for value, _state in values_of(client, view("territories"), wanted)])
    assert (before != after).sum() >= 1
    earlier = view("territories", day=date(2026, 5, 1))
    assert np.array_equal(before, np.concatenate([value for value, _state in values_of(client, earlier, wanted)])), "then it was not so yet"
