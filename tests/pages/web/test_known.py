"""Views of the past as it was known: signed, kept apart from what is known now, and in the same colours."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd
import pytest
import streamlit as st

from bench.branches import BRANCH, NOW_US, TODAY
from gridmap.errors import ScopeError
from gridmap.scope import Scope, operator
from gridmap.store import plan_as_of, record_change
from pages.shared import app, cached, links, pictures
from tests.pages.web.conftest import view

ME = operator("test")
BEFORE = NOW_US + 5_000_000
DAY_US = 86_400_000_000


@pytest.fixture(scope="module")
def own_store(served, location, tmp_path_factory) -> Iterator[None]:
    """Serve a copy of the store, since what is recorded stays."""
    copy = tmp_path_factory.mktemp("known") / "gridmap.db"
    shutil.copy(location.removeprefix("sqlite:///"), copy)
    before = os.environ["GRIDMAP_DATABASE_URL"]
    os.environ["GRIDMAP_DATABASE_URL"] = str(copy)
    st.cache_resource.clear()
    yield
    os.environ["GRIDMAP_DATABASE_URL"] = before
    st.cache_resource.clear()


@pytest.fixture(scope="module")
def corrected(own_store) -> str:
    """Give a cell of m00 that a later correction says was m03's for a month already, as was all of m01's."""
    owners = plan_as_of(app.store(), ME, BRANCH, valid_us=NOW_US).owners
    cell = str(owners.index[owners.eq("m00")][0])
    moved = [cell, *owners.index[owners.eq("m01")]]
    moves = pd.DataFrame({"layer": "cell", "subject": moved, "owner": "m03", "valid_from_us": NOW_US - 30 * DAY_US})
    record_change(app.store(), ME, BRANCH, moves, why="wrong list", now_us=BEFORE + 1_000_000)
    return cell


def known(us: int | None = BEFORE, layer: str = "territories"):
    return cached.view(ME, BRANCH, layer, as_of=TODAY, window_days=365, known_us=us)


def test_known_then_and_now_are_kept_apart(corrected):
    then, now = (cached.plan(ME, BRANCH, TODAY, known_us=us).owners[corrected] for us in (BEFORE, None))
    assert (then, now) == ("m00", "m03")
    pictured = [pictures.cell_values(each, 8) for each in (known(), known(None))]
    place = pictured[0].cells.get_loc(corrected)
    assert [int(told.value[place]) for told in pictured] == [0, 2], "m00 of four; m03 of three, for m01 has nothing any more"


def test_the_legend_says_as_known_when_and_managers_keep_their_colour(corrected):
    then, now = (pictures.described(each, None, 8, language="en", dark=False) for each in (known(), known(None)))
    assert then["note"] == f"As of {TODAY}, as known on 2026-07-02"
    assert now["note"] == f"As of {TODAY}"
    colours = [dict(zip((row["label"] for row in told["legend"]), told["colours"], strict=True)) for told in (then, now)]
    assert colours[0].keys() > colours[1].keys(), "m01 had cells then"
    assert colours[1].items() <= colours[0].items()


def test_figures_by_cell_do_not_ask_for_knowledge_in_words(corrected):
    assert "known" not in pictures.described(known(layer="filing_rate"), None, 8, language="en", dark=False)["note"]


def test_the_instant_of_the_knowledge_is_signed(client, corrected):
    link = links.view_link(links.ABOUT, known()) + "&res=8"
    assert client.get(link).status_code == 200
    assert client.get(link.replace(f"known={BEFORE}", f"known={BEFORE + 1}")).status_code == 403
    assert client.get(link.replace(f"known={BEFORE}", "known=")).status_code == 403
    assert replace(known(), known="") == known(None)


@pytest.mark.parametrize("role", ["community_manager", "account_manager"])
def test_what_was_known_is_history_and_not_for_everybody(served, role):
    who = Scope("p", "n", role, frozenset({BRANCH}), "m00")
    assert view("territories", who).known == ""
    with pytest.raises(ScopeError):
        cached.view(who, BRANCH, "territories", as_of=TODAY, window_days=365, known_us=BEFORE)
