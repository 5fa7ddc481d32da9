"""Two and four processes at the same moment, on both databases: exactly one winner, every loser told every cell, who and when."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gridmap.settings import Settings
from gridmap.store import Store, open_store
from tests.crash.hired import Worker, hired
from tests.crash.kills import prepare
from tests.crash.races import RACES, Round, run_races, same_cells

ROUNDS = 9  # of each kind, of 2 and of 4 writers, on each database: 108 together


@pytest.fixture(scope="module")
def workers() -> Iterator[list[Worker]]:
    with hired(4) as hands:
        yield hands


@pytest.fixture
def raced(store_location: str, workers: list[Worker], tmp_path: Path) -> Iterator[tuple[Store, str]]:
    """Give a store with its branch, as it is here and where the workers find it."""
    prepare(store_location)
    store = open_store(store_location, settings=Settings(snapshots=str(tmp_path / "snapshots")))
    yield store, store_location
    store.engine.dispose()
    for worker in workers:
        worker.tell("close")
        worker.hear()


@pytest.mark.parametrize("kind", RACES)
def test_one_wins_and_the_others_are_told_everything(
    raced: tuple[Store, str], workers: list[Worker], kind: Callable[[Store, int, int], Round]
) -> None:
    store, location = raced
    for writers in (2, 4):
        score = run_races(store, location, workers[:writers], kind, rounds=ROUNDS)
        assert score.rounds == ROUNDS
        assert score.clean, score


def test_without_what_they_had_seen_the_same_race_has_no_loser(raced: tuple[Store, str], workers: list[Worker]) -> None:
    def blind(store: Store, number: int, writers: int) -> Round:
        orders, told = same_cells(store, number, writers)
        return [{**order, "expected": None} for order in orders], told

    assert run_races(*raced, workers[:2], blind, rounds=2).not_one == 2
