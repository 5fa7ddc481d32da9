"""A small branch whose names would run if anything let them, people of every role, and the pages over it."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from bench.branches import BRANCH, NOW_US, TODAY, make_store
from gridmap.scope import ROLES, operator
from gridmap.settings import Settings
from gridmap.store import Store, open_store, plan_as_of, write_rows
from pages.shared import app

FRAME = Path(__file__).parents[2] / "pages" / "frame.py"
PATIENCE_S = 60


@pytest.fixture(scope="session")
def branch_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Give the store of the branch; m00 is the community manager who logs in."""
    store = make_store(tmp_path_factory.mktemp("pages"), cells=90, organisations=260, tripwires=True, managers=4)
    people = pd.DataFrame(
        {
            "person_id": [f"p-{role}" for role, _title in ROLES],
            "login": [role for role, _title in ROLES],
            "name": ["<b>张</b>{{7*7}}" for _role in ROLES],
            "name_en": [f"**{role}**" for role, _title in ROLES],
            "role": [role for role, _title in ROLES],
            "branches": BRANCH,
            "manager_id": [{"community_manager": "m00", "account_manager": "m01"}.get(role) for role, _title in ROLES],
        }
    )
    targets = pd.DataFrame(
        {
            "branch_id": BRANCH,
            "level": "branch",
            "subject": "",
            "metric": "filing_rate",
            "tier": ["A", "B", "C"],
            "period": "2026H1",
            "value": [0.95, 0.95, 0.8],
        }
    )
    for name, frame in (("people", people), ("targets", targets)):
        told = {"as_of": None, "now_us": NOW_US + 10, "file_name": f"{name}.csv", "file_sha256": name, "mapping": {}, "source": ""}
        write_rows(store, operator("test"), BRANCH, name, frame, **told)
    return store


@pytest.fixture
def serve() -> Iterator[Callable[..., None]]:
    """Let the pages of this process read a store; what is cached of the same store stays, since opening it takes a second."""
    before = os.environ.get("GRIDMAP_DATABASE_URL")

    def use(location: str, *, same: bool = False) -> None:
        os.environ["GRIDMAP_DATABASE_URL"] = location
        if app.settings().store == location:
            return
        if same:  # what is kept of the same data under another name holds: its keys name the place or what is in it
            app.settings.clear()
            app.store.clear()
        else:
            st.cache_resource.clear()

    yield use
    if before is None:
        os.environ.pop("GRIDMAP_DATABASE_URL", None)
    else:
        os.environ["GRIDMAP_DATABASE_URL"] = before
        if app.settings().store != before:  # a wider fixture serves its own store, and goes on after this test
            st.cache_resource.clear()


@pytest.fixture
def open_page(branch_store: Store, serve: Callable[..., None]) -> Callable[..., AppTest]:
    """Open a page as a person of a role, under an address."""
    serve(branch_store.location)
    return page_opener()


def page_opener(*, language: str = "en", who: str = "p-{role}") -> Callable[..., AppTest]:
    """Give a way to open the pages that are served; `who` is the person of a role, empty for the first who may log in."""

    def opened(page: str = "overview.py", role: str = "branch_manager", **address: str) -> AppTest:
        test = AppTest.from_file(FRAME, default_timeout=PATIENCE_S)
        test.session_state["language"] = language
        if who:
            test.session_state["who"] = who.format(role=role)
        for name, value in address.items():
            test.query_params[name] = value
        return test.run() if page == "overview.py" else test.switch_page(page).run()

    return opened


@pytest.fixture
def own_page(branch_store: Store, tmp_path: Path, serve: Callable[..., None]) -> Callable[..., AppTest]:
    """Open a page like `open_page`, over a store of the test's own that it may change."""
    copy = tmp_path / "own.db"
    with closing(sqlite3.connect(branch_store.location.removeprefix("sqlite:///"))) as whole, closing(sqlite3.connect(copy)) as own:
        whole.backup(own)
    serve(str(copy), same=True)
    return page_opener()


@pytest.fixture
def empty_page(tmp_path: Path, serve: Callable[..., None]) -> AppTest:
    """Open the pages over a store that holds nothing."""
    location = str(tmp_path / "empty.db")
    open_store(location, settings=Settings()).engine.dispose()
    serve(location)
    return AppTest.from_file(FRAME, default_timeout=PATIENCE_S).run()


@pytest.fixture(scope="session")
def own_cells(branch_store: Store) -> frozenset[str]:
    """Return the cells that the community manager m00 owns."""
    owners = plan_as_of(branch_store, operator("test"), BRANCH, valid_us=NOW_US).owners_now
    return frozenset(owners.index[owners.eq("m00")])


__all__ = ["BRANCH", "TODAY"]
