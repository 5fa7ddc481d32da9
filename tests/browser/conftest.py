"""A server of its own on a small branch, and a Chromium in which nothing may ask another computer."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bench.branches import make_store
from bench.browser import CHROMIUM, Screen, Server, chromium, screen, serve

Look = Callable[..., AbstractContextManager[Screen]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test here."""
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")  # not longer: while it lives, no other test can run an event loop
def browser() -> Iterator[Browser]:
    """Give a Chromium; the tests fail where it is missing, since `make test` installs it."""
    if not Path(CHROMIUM).exists():
        pytest.fail(f"there is no {CHROMIUM}: run make system")
    with chromium() as running:
        yield running


@pytest.fixture(scope="package")
def branch_store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the location of a store whose every name would run as a template, HTML or script if anything let it."""
    store = make_store(tmp_path_factory.mktemp("branch"), cells=900, organisations=4000, tripwires=True, managers=4)
    store.engine.dispose()
    return store.location


@pytest.fixture(scope="package")
def server(branch_store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server that shows the map alone."""
    with serve(branch_store, tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def look(browser: Browser) -> Look:
    """Give a way to open pages; at the end nothing was asked of another computer and no script failed."""

    def opened(**how: object) -> AbstractContextManager[Screen]:
        return _checked(screen(browser, **how))  # type: ignore[arg-type]

    return opened


class _checked(AbstractContextManager[Screen]):  # noqa: N801 - reads as a function
    def __init__(self, inner: AbstractContextManager[Screen]) -> None:
        self.inner = inner

    def __enter__(self) -> Screen:
        self.shown = self.inner.__enter__()
        return self.shown

    def __exit__(self, *error: object) -> None:
        self.inner.__exit__(*error)  # type: ignore[arg-type]
        if error[0] is None:
            assert self.shown.requests, "nothing was recorded, so nothing was shown"
            assert self.shown.foreign == []
            assert [text for text in self.shown.wrong if "403" not in text] == []
