"""A branch that was regridded: each day's map stands on its own grid, figures and owners too, and nobody sees more by it."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import streamlit as st

from bench.branches import BRANCH, NOW_US, TODAY, make_store
from gridmap.scope import operator
from gridmap.services.plans import look
from gridmap.services.regrid import do_regrid, preview_regrid
from gridmap.store import create_plan, owned_cells
from layers import tiles
from pages.parts import opened
from pages.parts.drafts.draft import open_draft
from pages.shared import app, cached, links
from tests.pages.web.conftest import Client, community_manager, view

ME = operator("test")
BEFORE = TODAY - timedelta(days=1)


@pytest.fixture(scope="module")
def regridded(client: Client, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Let the process serve a branch that has finer cells from `TODAY` on."""
    made = make_store(Path(tmp_path_factory.mktemp("eras")), cells=60, organisations=150, managers=3)
    preview = preview_regrid(made, ME, BRANCH, to=("h3", 9), effective_on=TODAY)
    do_regrid(made, ME, preview, why="finer", now_us=NOW_US + 10_000_000)
    made.engine.dispose()
    former = os.environ["GRIDMAP_DATABASE_URL"]
    os.environ["GRIDMAP_DATABASE_URL"] = made.location
    st.cache_resource.clear()
    yield client
    os.environ["GRIDMAP_DATABASE_URL"] = former
    st.cache_resource.clear()


def test_each_day_has_its_grid_its_owners_and_the_same_totals(regridded: Client) -> None:
    coarse, fine = (opened.open_day(ME, BRANCH, as_of=day, window_days=365) for day in (BEFORE, TODAY))
    assert [each.market.grid.resolution for each in (coarse, fine)] == [8, 9]
    for each in (coarse, fine):
        assert len(each.plan.owners) > 0
        assert set(each.plan.owners.index) <= set(each.market.grid.cells)
        assert set(each.now.atoms["cell"]) - {""} <= set(each.market.grid.cells)
    assert coarse.now.atoms["organisations"].sum() == fine.now.atoms["organisations"].sum()


def test_a_link_made_for_the_grid_of_a_past_day_still_works(regridded: Client) -> None:
    for day, resolution in ((BEFORE, 8), (TODAY, 9)):
        grid = cached.market(ME, BRANCH, as_of=day).grid
        west, south, east, north = grid.boundary.bounds
        (x0, x1), (y0, y1) = ((side * 2**10).astype(int) for side in tiles.mercator(np.array([north, south]), np.array([west, east])))
        wanted = "_".join(f"{x}.{y}" for y in range(y0, y1 + 1) for x in range(x0, x1 + 1))
        link = links.grid_link(links.GEOMETRY, BRANCH, grid.fingerprint)
        shapes = tiles.decode_geometry(regridded.get(f"{link}&res={resolution}&z=10&t={wanted}").content)
        values = tiles.decode_values(
            regridded.get(links.view_link(links.VALUES, view(day=day)) + f"&res={resolution}&z=10&t={wanted}").content
        )
        assert sum(map(len, shapes)) == len(grid.cells)
        assert [len(each) for each in shapes] == [len(value) for value, _state in values]
    unknown = links.grid_link(links.GEOMETRY, BRANCH, "0" * 16)
    assert regridded.get(f"{unknown}&res=8&z=10&t=0.0").status_code == 403


def test_a_community_manager_sees_their_cells_on_either_grid_and_no_more(regridded: Client) -> None:
    who = community_manager("m01")
    coarse, fine = (opened.open_day(who, BRANCH, as_of=day, window_days=365) for day in (BEFORE, TODAY))
    assert fine.seen == owned_cells(app.store(), who, BRANCH)
    mine = set(fine.market.tables["organisations"]["org_id"])
    assert 0 < len(coarse.seen) < len(coarse.market.grid.cells)
    assert set(coarse.market.tables["organisations"]["org_id"]) <= mine
    assert set(coarse.market.tables["organisations"]["cell"].dropna()) <= coarse.seen


def test_a_plan_is_drafted_on_the_grid_of_its_own_day(regridded: Client) -> None:
    before = opened.open_day(ME, BRANCH, as_of=BEFORE, window_days=365)
    record = create_plan(
        app.store(), ME, BRANCH, title="after the regrid", effective_on=TODAY + timedelta(days=30), now_us=NOW_US + 20_000_000
    )
    draft = open_draft(opened.open_day(ME, BRANCH, as_of=BEFORE, window_days=365), record.plan_id)
    assert (before.market.grid.resolution, draft.branch.market.grid.resolution) == (8, 9)
    assert set(draft.plan.owners.index) <= set(draft.branch.market.grid.cells)
    assert draft.branch.now.as_of == BEFORE
    assert set(draft.branch.now.atoms["cell"]) - {""} <= set(draft.branch.market.grid.cells)
    assert draft.branch.now.atoms["organisations"].sum() == before.now.atoms["organisations"].sum()
    looked = look(app.store(), ME, BRANCH, record.plan_id, rules=app.settings().rules)
    assert looked.market.grid.resolution == 9
    same = open_draft(opened.open_day(ME, BRANCH, as_of=TODAY, window_days=365), record.plan_id)
    assert same.branch.market is opened.open_day(ME, BRANCH, as_of=TODAY, window_days=365).market
