"""What every test may ask for: an empty store on either database, a PostgreSQL server, the real files."""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from gridmap.scope import Scope, operator
from gridmap.settings import Settings
from gridmap.store import Store, open_store
from tests.postgres_server import NoServerError, private_server

# 1 July 2026, noon in Shanghai: "now" wherever a test does not say otherwise.
NOW_US = 1_782_878_400_000_000
_TEMPLATE = "gridmap_template"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of the real files; the test is skipped where it is absent."""
    folder = Path(os.environ.get("GRIDMAP_SHARED", str(Path(__file__).parents[2] / "shared")))
    if not (folder / "data").is_dir():
        pytest.skip(f"the real files are not there: set GRIDMAP_SHARED ({folder})")
    return folder


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a freshly made store, to be copied."""
    path = tmp_path_factory.mktemp("template") / "store.db"
    open_store(str(path), settings=Settings()).engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Give the URL of a PostgreSQL server on which databases can be made."""
    if os.environ.get("GRIDMAP_SKIP_POSTGRES") == "1":
        pytest.skip("GRIDMAP_SKIP_POSTGRES=1")
    named = os.environ.get("GRIDMAP_TEST_POSTGRES")
    if named:
        yield named
        return
    try:
        with private_server() as url:
            yield url
    except NoServerError as error:
        pytest.fail(str(error))


@pytest.fixture(scope="session")
def postgres_database(postgres_server: str) -> Iterator[Callable[[], str]]:
    """Give a maker of databases, each a copy of a freshly made store."""
    run = f"{os.getpid()}"
    template = f"{_TEMPLATE}_{run}"
    _statement(postgres_server, f"CREATE DATABASE {template}")
    open_store(_database(postgres_server, template), settings=Settings()).engine.dispose()
    numbers = itertools.count()

    def make() -> str:
        name = f"gridmap_{run}_{next(numbers)}"
        _statement(postgres_server, f"CREATE DATABASE {name} TEMPLATE {template}")
        return _database(postgres_server, name)

    yield make
    _statement(postgres_server, f"DROP DATABASE {template} WITH (FORCE)")


@pytest.fixture
def postgres_url(postgres_database: Callable[[], str], postgres_server: str) -> Iterator[str]:
    """Give the URL of a freshly made store on PostgreSQL, dropped afterwards."""
    url = postgres_database()
    yield url
    _statement(postgres_server, f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


@pytest.fixture
def sqlite_path(sqlite_template: Path, tmp_path: Path) -> Path:
    """Return the path of a freshly made store in a SQLite file."""
    return Path(shutil.copy(sqlite_template, tmp_path / "store.db"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store_location(request: pytest.FixtureRequest) -> str:
    """Give where a freshly made store is, on either database."""
    return str(request.getfixturevalue("sqlite_path" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def open_again(store_location: str, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Give a function that opens the test's store once more, as another process would."""
    opened: list[Store] = []

    def make() -> Store:
        opened.append(open_store(store_location, settings=Settings(snapshots=str(tmp_path / "snapshots")), clock=lambda: NOW_US))
        return opened[-1]

    yield make
    for store in opened:
        store.engine.dispose()


@pytest.fixture
def store(open_again: Callable[[], Store]) -> Store:
    """Give a freshly made store, once on SQLite and once on PostgreSQL; its clock stands at `NOW_US`."""
    return open_again()


@pytest.fixture
def sqlite_store(sqlite_path: Path, tmp_path: Path) -> Iterator[Store]:
    """Give a freshly made store on SQLite alone."""
    store = open_store(str(sqlite_path), settings=Settings(snapshots=str(tmp_path / "snapshots")), clock=lambda: NOW_US)
    yield store
    store.engine.dispose()


@pytest.fixture
def me() -> Scope:
    """Return a scope that may do everything everywhere."""
    return operator("tester")


def _statement(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def _database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def sql() -> Callable[[Store, str], list[sa.Row[tuple[object, ...]]]]:
    """Give a way to run one statement directly, as somebody with a database client would."""

    def run(store: Store, statement: str) -> list[sa.Row[tuple[object, ...]]]:
        with store.engine.execution_options(write=True).begin() as connection:
            result = connection.exec_driver_sql(statement)
            return list(result) if result.returns_rows else []

    return run
