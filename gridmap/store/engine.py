"""Opening a store: SQLite or PostgreSQL, its pragmas, its transactions, its schema."""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from gridmap.errors import N_, StoreError, say
from gridmap.settings import Settings
from gridmap.store.conflicts import RAW_ERRORS, explain_failure, worth_retrying
from gridmap.store.migrate import migrate
from gridmap.store.records import AUDIT
from gridmap.store.sealing import Seals
from gridmap.store.vault import Head, Vault, audit_key_from, keep_heads, memory_vault

T = TypeVar("T")
_TRIES = 4
_POSTGRES_LIMITS = "-c lock_timeout=15s -c statement_timeout=15min -c idle_in_transaction_session_timeout=15min -c timezone=UTC"


def clock_us() -> int:
    """Return this instant in microseconds since 1970 UTC."""
    return time.time_ns() // 1000


@dataclass(frozen=True)
class Store:
    """An open store: its engine, where it is (without a password), its folder of snapshots, its vault, its clock (microseconds UTC)."""

    engine: sa.Engine
    location: str
    snapshots: Path
    vault: Vault
    clock: Callable[[], int] = clock_us

    @property
    def is_sqlite(self) -> bool:
        """Whether the store is a SQLite file."""
        return self.engine.dialect.name == "sqlite"

    @property
    def audit_key(self) -> bytes:
        """The key that seals the audit chain; it is made when it is first asked for."""
        return self.vault.key()


def wal_is_safe(version: str) -> bool:
    """Say whether a SQLite version has no WAL-reset bug (3.7.0 to 3.51.2 can lose committed writes in WAL mode)."""
    parts = tuple(int(part) for part in version.split("."))
    return parts >= (3, 51, 3) or (3, 50, 7) <= parts < (3, 51) or (3, 44, 6) <= parts < (3, 45)


def open_store(location: str, *, settings: Settings, clock: Callable[[], int] = clock_us) -> Store:
    """Open a store, making it or bringing its schema up to date where needed.

    Parameters
    ----------
    location
        Path of a SQLite file, `:memory:`, or a database URL (`postgresql://...`).
    settings
        `snapshots` names the folder of the Parquet snapshots, `audit_head` the file of the heads of the audit chains; empty: beside the
        store. `secret` gives the key of the audit chains; empty: a file beside the store holds it.
    clock
        Gives the instant "now" where a function is not told one; microseconds UTC.

    Raises
    ------
    StoreError
        When the store cannot be reached, is no gridmap store, or was written by a newer gridmap.
    """
    url = _url(location)
    engine = _sqlite(url) if url.get_backend_name() == "sqlite" else _postgres(url)
    try:
        migrate(engine, url, now_us=clock())
    except (*RAW_ERRORS, OSError) as error:
        engine.dispose()
        raise explain_failure(error) from error
    except StoreError:
        engine.dispose()
        raise
    return Store(engine, url.render_as_string(hide_password=True), _snapshots(url, settings), _vault(url, settings), clock)


@contextmanager
def reading(store: Store) -> Iterator[sa.Connection]:
    """Open a transaction that sees one state of the store; a driver's error becomes a StoreError."""
    level = {} if store.is_sqlite else {"isolation_level": "REPEATABLE READ"}
    try:
        with store.engine.execution_options(**level).begin() as connection:
            yield connection
    except RAW_ERRORS as error:
        raise explain_failure(error) from error


@contextmanager
def writing(store: Store) -> Iterator[sa.Connection]:
    """Open a transaction that writes, all or nothing; it waits for other writers of a SQLite file before it reads."""
    seals = Seals(store.vault)
    try:
        with store.engine.execution_options(write=True, seals=seals).begin() as connection:
            yield connection
    except RAW_ERRORS as error:
        raise explain_failure(error) from error
    _keep(store, seals)


def retrying(store: Store, write: Callable[[sa.Connection], T]) -> T:
    """Run a whole transaction, again where the database asks for it (a deadlock, a failed serialisation).

    Raises
    ------
    Conflict, StoreError
        For what a driver raises, in the words of the product.
    """
    for attempt in range(1, _TRIES + 1):
        seals = Seals(store.vault)
        try:
            with store.engine.execution_options(write=True, seals=seals).begin() as connection:
                result = write(connection)
        except RAW_ERRORS as error:
            if attempt == _TRIES or not worth_retrying(error):
                raise explain_failure(error) from error
        else:
            _keep(store, seals)
            return result
    raise AssertionError("the loop returns or raises")


def _keep(store: Store, seals: Seals) -> None:
    """Write down, after a transaction has ended well, how far it took the audit chains."""
    path = store.vault.head_path
    if path is None or not seals.moved:
        return

    def holds(branch_id: str, head: Head) -> bool:
        same = (AUDIT.c.branch_id == branch_id, AUDIT.c.seq == head.seq, AUDIT.c.mac == head.mac)
        with reading(store) as connection:
            return connection.execute(sa.select(AUDIT.c.seq).where(*same)).first() is not None

    # What was written stands: a head that could not be kept is behind, which the verification and the doctor say.
    with suppress(OSError, StoreError):
        keep_heads(path, seals.store_id, seals.moved, holds)


def _url(location: str) -> URL:
    if "://" not in location:
        return URL.create("sqlite", database=location)
    try:
        url = make_url(location)
        backend = url.get_backend_name()
    except ArgumentError as error:
        raise _not_a_store() from error
    if backend in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        return url
    raise _not_a_store()


def _not_a_store() -> StoreError:
    return StoreError(
        say(N_("This address names no store that gridmap can open.")),
        expected=say(N_("A path, sqlite:///PATH or postgresql://USER@HOST/DATABASE.")),
        remedy=say(N_("Correct --store or GRIDMAP_DATABASE_URL.")),
    )


def _sqlite(url: URL) -> sa.Engine:
    pool = StaticPool if _in_memory(url) else None
    engine = sa.create_engine(url, connect_args={"timeout": 15, "check_same_thread": False}, poolclass=pool)
    mode = "WAL" if wal_is_safe(sqlite3.sqlite_version) else "DELETE"

    @sa.event.listens_for(engine, "connect")
    def _opened(driver: sqlite3.Connection, _record: object) -> None:
        driver.isolation_level = None  # the driver must not send a BEGIN of its own
        for pragma in ("foreign_keys=ON", "recursive_triggers=ON", "synchronous=FULL", "cache_size=-65536", f"journal_mode={mode}"):
            driver.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begun(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("write") else "BEGIN")

    return engine


def _postgres(url: URL) -> sa.Engine:
    return sa.create_engine(url, pool_pre_ping=True, connect_args={"options": _POSTGRES_LIMITS, "connect_timeout": 10})


def _in_memory(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:")


def _name(url: URL) -> str:
    """Return what the files beside a store begin with: the path of a SQLite file, else a name for the database."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    place = sha256(f"{url.host}:{url.port}/{url.database}".encode()).hexdigest()[:8]
    return f"{url.database or 'gridmap'}-{place}"


def _snapshots(url: URL, settings: Settings) -> Path:
    if settings.snapshots:
        return Path(settings.snapshots)
    return Path(tempfile.mkdtemp(prefix="gridmap-")) if _in_memory(url) else Path(f"{_name(url)}.snapshots")


def _vault(url: URL, settings: Settings) -> Vault:
    if _in_memory(url):
        return memory_vault(settings.secret)
    name = _name(url)
    beside = Path(name) if url.get_backend_name() == "sqlite" else Path(settings.snapshots).parent / name
    head = Path(settings.audit_head) if settings.audit_head else Path(f"{beside}.audit")
    return Vault(Path(f"{beside}.key"), head, audit_key_from(settings.secret) if settings.secret else b"")
