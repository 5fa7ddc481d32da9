"""What every test may ask for: an empty store on either database, a PostgreSQL server, the real files."""

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
from gridmap.store.guards import guard_statements
from gridmap.store.migrate import HEAD
from gridmap.store.tables import METADATA
from tests.postgres_server import NoServerError, private_server

# 1 July 2026, noon in Shanghai: "now" wherever a test does not say otherwise.
NOW_US = 1_782_878_400_000_000


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
def postgres_database(postgres_server: str) -> Iterator[str]:
    """Give the URL of the run's one database, which `postgres_url` empties after each test."""
    url = _database(postgres_server, f"gridmap_{os.getpid()}")
    _make_store(postgres_server, url)
    yield url
    _drop(postgres_server, url)


@pytest.fixture
def postgres_url(postgres_database: str, postgres_server: str) -> Iterator[str]:
    """Give the URL of a freshly made store on PostgreSQL."""
    yield postgres_database
    if not _emptied(postgres_database):
        _drop(postgres_server, postgres_database)
        _make_store(postgres_server, postgres_database)


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """Give the URL of a database without any tables, dropped afterwards."""
    url = _database(postgres_server, f"gridmap_{os.getpid()}_empty")
    _statement(postgres_server, f"CREATE DATABASE {make_url(url).database}")
    yield url
    _drop(postgres_server, url)


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


def _make_store(server: str, url: str) -> None:
    _statement(server, f"CREATE DATABASE {make_url(url).database}")
    open_store(url, settings=Settings()).engine.dispose()


def _drop(server: str, url: str) -> None:
    _statement(server, f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


def _emptied(url: str) -> bool:
    """Take the rows of a test away, which only a superuser can; say no where the test has changed the schema as well."""
    guards = sum("CREATE TRIGGER" in each or "CREATE CONSTRAINT" in each for each in guard_statements("postgresql"))
    with psycopg.connect(url, autocommit=True) as connection:
        try:
            connection.execute("SET session_replication_role = replica")
        except psycopg.errors.InsufficientPrivilege:
            return False
        for table in METADATA.tables.values():
            connection.execute(str(sa.delete(table)).encode() if table.name != "store" else b"SELECT 1")
        found = connection.execute("SELECT (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal), version_num FROM alembic_version")
        return found.fetchone() == (guards, HEAD)


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
