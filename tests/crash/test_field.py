"""Captures and locked doors under kills and races, on both databases: once and only once, and one person per door."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from gridmap.settings import Settings
from gridmap.store import Store, door_locks, end_sweep, open_store, receive_captures
from tests.crash.field import (
    DOORS,
    ME,
    kill_phones,
    one_capture,
    prepare_field,
    race,
    same_doors,
    visits_and_version,
    wrong_of_doors,
)
from tests.crash.hired import Worker, hired
from tests.crash.kills import PostgresServer, SqliteFile
from tests.crash.server import mortal_server
from tests.crash.worker import BRANCH, capture_of, clock_us

ROUNDS = 8  # of 2 and of 4 writers, on each database


@pytest.fixture(scope="module")
def workers() -> Iterator[list[Worker]]:
    with hired(4) as hands:
        yield hands


@pytest.fixture
def raced(store_location: str, workers: list[Worker], tmp_path: Path) -> Iterator[tuple[Store, str]]:
    """Give a store with its branch, as it is here and where the workers find it."""
    prepare_field(store_location)
    store = open_store(store_location, settings=Settings(snapshots=str(tmp_path / "snapshots")))
    yield store, store_location
    store.engine.dispose()
    for worker in workers:
        worker.tell("close")
        worker.hear()


def test_one_is_sent_to_a_door_and_the_others_are_told_every_one(raced: tuple[Store, str], workers: list[Worker]) -> None:
    store, location = raced
    for writers in (2, 4):
        for number in range(ROUNDS):
            orders, shared = same_doors(store, number, writers)
            answers = race(location, workers[:writers], orders)
            assert wrong_of_doors(store, answers, shared) == []
            won = next(answer["won"] for answer in answers if "won" in answer)
            end_sweep(store, ME, BRANCH, won, expected=None, now_us=clock_us())
            assert door_locks(store, ME, BRANCH).empty


def test_one_record_sent_from_several_processes_at_once_counts_once(raced: tuple[Store, str], workers: list[Worker]) -> None:
    store, location = raced
    for number in range(ROUNDS):
        answers = race(location, workers, one_capture(number, len(workers)))
        said = Counter(status for answer in answers for status in answer.get("won", [str(answer)]))
        assert said == {"counted": 5, "again": 5 * (len(workers) - 1)}
    visits, version = visits_and_version(store)
    assert len(visits) == len(set(visits)) == version == 5 * ROUNDS


def test_killed_between_commit_and_answer_it_is_there_once(raced: tuple[Store, str], workers: list[Worker]) -> None:
    store, location = raced
    sent = [capture_of(f"unanswered {which}", DOORS[which]) for which in range(3)]
    workers[0].tell("die", location=location, captures=sent)
    workers[0].hear()
    for number in range(20):
        receipts = receive_captures(store, ME, BRANCH, sent, way="command", now_us=clock_us() + number, manager_id="m0")
        assert [each.status for each in receipts] == ["again"] * 3
    visits, version = visits_and_version(store)
    assert sorted(visits) == sorted(each["capture_id"] for each in sent)
    assert version == 3


def test_killed_phones_of_a_file_lose_nothing_and_nothing_counts_twice(workers: list[Worker], tmp_path: Path) -> None:
    victim = SqliteFile(str(tmp_path / "store.db"))
    prepare_field(victim.location)
    taken = kill_phones(workers[0], victim, kills=30)
    assert taken.clean, taken
    assert taken.acknowledged >= taken.kills / 2


@pytest.mark.postgres
@pytest.mark.usefixtures("programs_are_here")
def test_a_killed_server_loses_no_record_and_counts_none_twice(workers: list[Worker]) -> None:
    with mortal_server() as server:
        prepare_field(server.url)
        taken = kill_phones(workers[0], PostgresServer(server), kills=4)
    assert taken.clean, taken
    assert taken.acknowledged >= taken.kills / 2
