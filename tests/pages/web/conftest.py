"""A small branch in a store, and the routes of the product over it as one app."""

import asyncio
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
import pytest
import streamlit as st
from starlette.applications import Starlette

from bench.branches import BRANCH, TODAY, make_store
from gridmap.scope import Scope, operator
from pages.shared import cached
from pages.shared.view import View
from pages.web import middleware, routes


@dataclass(frozen=True)
class Client:
    """Somebody who asks the routes: from where, and under which name of the server."""

    app: Any
    host: str = "127.0.0.1"
    peer: str = "127.0.0.1"

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Ask once."""

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, client=(self.peer, 50000))
            async with httpx.AsyncClient(transport=transport, base_url=f"http://{self.host}") as client:
                return await client.get(url, headers=headers)

        with ThreadPoolExecutor(1) as own_thread:  # which has no event loop yet, whatever ran before
            return own_thread.submit(lambda: asyncio.run(ask())).result()


@pytest.fixture(scope="package")
def location(tmp_path_factory) -> str:
    """Give the location of a store whose names would run if anything let them."""
    store = make_store(tmp_path_factory.mktemp("web"), cells=400, organisations=900, tripwires=True, managers=4)
    store.engine.dispose()
    return store.location


@pytest.fixture(scope="package")
def served(location) -> Iterator[None]:
    """Let the process serve that store."""
    before = os.environ.get("GRIDMAP_DATABASE_URL")
    os.environ["GRIDMAP_DATABASE_URL"] = location
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()
    if before is None:
        del os.environ["GRIDMAP_DATABASE_URL"]
    else:
        os.environ["GRIDMAP_DATABASE_URL"] = before


@pytest.fixture(scope="package")
def client(served) -> Client:
    """Give somebody on this computer who asks the routes."""
    return Client(Starlette(routes=routes(), middleware=middleware()))


def view(layer: str = "filing_rate_C", who: Scope | None = None, day: date = TODAY) -> View:
    """Return somebody's view of a layer."""
    return cached.view(who or operator("test"), BRANCH, layer, as_of=day, window_days=365)


def community_manager(manager: str = "m02") -> Scope:
    """Return somebody who sees their own cells only."""
    return Scope("cm", "cm", "community_manager", frozenset({BRANCH}), manager)
