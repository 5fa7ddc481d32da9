"""Nothing acknowledged is lost and nothing is half done, however writers or servers are killed; with controls that must fail."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.hired import Worker, hired
from tests.crash.kills import PostgresServer, SqliteFile, Tally, kill_loop, prepare
from tests.crash.server import DURABLE, mortal_server


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with hired(1) as workers:
        yield workers[0]


@pytest.fixture
def file(tmp_path: Path) -> SqliteFile:
    victim = SqliteFile(str(tmp_path / "store.db"))
    prepare(victim.location)
    return victim


def test_killed_writers_of_a_file_lose_nothing_and_leave_nothing_half_done(worker: Worker, file: SqliteFile) -> None:
    tally = kill_loop(worker, file, kills=60)
    assert tally.clean, tally
    assert tally.acknowledged >= tally.kills / 2
    assert max(tally.recoveries_s) < 10


@pytest.mark.postgres
@pytest.mark.usefixtures("programs_are_here")
def test_a_killed_server_loses_nothing_and_leaves_nothing_half_done(worker: Worker) -> None:
    with mortal_server() as server:
        prepare(server.url)
        tally = kill_loop(worker, PostgresServer(server), kills=4)
    assert tally.clean, tally
    assert tally.acknowledged >= tally.kills / 2
    assert max(tally.recoveries_s) < 30


def test_without_a_transaction_the_same_loop_finds_changes_half_done(worker: Worker, file: SqliteFile) -> None:
    tally = until_caught(worker, file, loop="without_transaction")
    assert tally.partial > 0, tally


def test_acknowledged_before_commit_the_same_loop_finds_changes_lost(worker: Worker, file: SqliteFile) -> None:
    tally = until_caught(worker, file, loop="before_commit")
    assert tally.lost > 0, tally


@pytest.mark.postgres
@pytest.mark.usefixtures("programs_are_here")
def test_on_a_server_that_commits_later_than_it_says_the_same_loop_finds_changes_lost(worker: Worker) -> None:
    with mortal_server(f"{DURABLE} -c synchronous_commit=off -c wal_writer_delay=10s") as server:
        prepare(server.url)
        assert until_caught(worker, PostgresServer(server), loop="by_move").lost > 0


def until_caught(worker: Worker, victim: SqliteFile | PostgresServer, *, loop: str) -> Tally:
    """Kill until something is wrong, 40 times at most."""
    tally = Tally()
    for seed in range(10):
        tally = kill_loop(worker, victim, kills=4, loop=loop, seed=seed)
        if not tally.clean:
            break
    return tally
