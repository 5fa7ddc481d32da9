"""A server of its own on a small branch, and a Chromium in which nothing may ask another computer."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from bench.branches import BRANCH, make_store
from bench.browser import CHROMIUM, FLAGS, Screen, Server, chromium, screen, serve
from gridmap.store import captures
from tests.browser.phones import SIZE, Line, Phone
from tests.phone_branch import ME, Field, make_field

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


@pytest.fixture(scope="package")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    """Give a branch with a sweep that is under way."""
    made = make_field(tmp_path_factory.mktemp("phone"), doors=45)
    yield made
    made.store.engine.dispose()


@pytest.fixture(scope="package")
def phone_server(field: Field) -> Iterator[Line]:
    """Give the server of all these tests."""
    made = Line(field)
    yield made
    made.stop()


@pytest.fixture
def line(phone_server: Line, field: Field) -> Line:
    """Give the server, running."""
    if phone_server.process is None:
        phone_server.start()
    phone_server.before = frozenset(captures(field.store, ME, BRANCH)["capture_id"])
    return phone_server


@pytest.fixture
def phone(browser: Browser, tmp_path: Path) -> Phone:
    """Give a way to open the browser of a phone: its storage is in a folder and outlives it."""

    @contextmanager
    def opened_phone(**how: object) -> Iterator[BrowserContext]:
        options = {"viewport": SIZE, "has_touch": True, "locale": "en-GB", **how}
        context = browser.browser_type.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=CHROMIUM, args=[*FLAGS], **options
        )
        context.set_default_timeout(20_000)
        try:
            yield context
        finally:
            context.close()

    return opened_phone


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
