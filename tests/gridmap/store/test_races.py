"""Writers at the same moment: exactly one wins, every loser gets the whole conflict, nobody sees a database's own error."""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from gridmap.errors import Conflict, GridmapError
from gridmap.scope import Scope
from gridmap.settings import Settings
from gridmap.store import FOREVER_US, Store, ensure_branch, ledger_rows, open_store, plan_as_of, record_change, write_rows
from tests.gridmap.store.conftest import NOW_US, organisations

CELLS = [f"c{number}" for number in range(8)]
ROUNDS = 25


def frame(cells: list[str], owner: str) -> pd.DataFrame:
    return pd.DataFrame({"layer": "cell", "subject": cells, "owner": owner, "valid_from_us": 0})


def race(runners: list[Callable[[], object]]) -> list[object]:
    """Run functions at the same moment; return what each returned or raised."""
    barrier, results = threading.Barrier(len(runners)), [None] * len(runners)

    def run(number: int, runner: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results[number] = runner()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at below
            results[number] = error

    threads = [threading.Thread(target=run, args=each) for each in enumerate(runners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.parametrize("writers", [2, 4])
def test_one_of_several_writers_wins(open_again: Callable[[], Store], me: Scope, writers: int) -> None:
    stores = [open_again() for _ in range(writers)]
    ensure_branch(stores[0], me, "b1", now_us=NOW_US)
    seen = record_change(stores[0], me, "b1", frame(CELLS, "m0"), why="", now_us=NOW_US)
    for number in range(ROUNDS):
        order = CELLS if number % 2 else CELLS[::-1]
        asked = {"why": "", "now_us": NOW_US + number, "expected": seen}
        moves = [frame(order, f"m{number}-{which}") for which in range(writers)]
        runners = [partial(record_change, store, me, "b1", each, **asked) for store, each in zip(stores, moves, strict=True)]
        results = race(runners)
        won = [each for each in results if isinstance(each, int)]
        lost = [each for each in results if isinstance(each, Conflict)]
        assert (len(won), len(lost)) == (1, writers - 1), results
        assert all([clash.subject for clash in each.clashes] == CELLS for each in lost)
        assert all(clash.who == "tester" and clash.at_us > 0 for each in lost for clash in each.clashes)
        seen = won[0]
    owners = plan_as_of(stores[0], me, "b1", valid_us=NOW_US).owners
    assert len(set(owners)) == 1
    record = ledger_rows(stores[0], me, "b1", layer="cell")
    assert len(record) == len(CELLS) * (ROUNDS + 1)
    assert (record["recorded_to"] == FOREVER_US).sum() == len(CELLS)


def test_two_imports_at_the_same_moment_write_each_row_once(open_again: Callable[[], Store], me: Scope) -> None:
    stores = [open_again(), open_again()]
    ensure_branch(stores[0], me, "b1", now_us=NOW_US)
    known = {"as_of": None, "now_us": NOW_US, "file_name": "", "file_sha256": "", "mapping": {}, "source": ""}
    runners = [partial(write_rows, store, me, "b1", "organisations", organisations(), **known) for store in stores]
    results = race(runners)
    assert not any(isinstance(each, Exception) and not isinstance(each, GridmapError) for each in results), results
    assert sorted(each.new for each in results) == [0, 3]


@pytest.mark.parametrize("where", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_an_empty_database_opened_by_several_at_once_is_made_once(request: pytest.FixtureRequest, tmp_path: Path, where: str) -> None:
    location = str(tmp_path / "new.db") if where == "sqlite" else request.getfixturevalue("empty_postgres_url")
    results = race([lambda: open_store(location, settings=Settings(snapshots=str(tmp_path))) for _ in range(3)])
    assert all(isinstance(each, Store) for each in results), results
    with results[0].engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM store").scalar() == 1
    for each in results:
        each.engine.dispose()


def test_different_branches_do_not_wait_for_each_other_long(open_again: Callable[[], Store], me: Scope) -> None:
    stores = [open_again(), open_again()]
    for branch in ("b1", "b2"):
        ensure_branch(stores[0], me, branch, now_us=NOW_US)
    runners = [
        lambda store=store, branch=branch: [
            record_change(store, me, branch, frame(CELLS, f"m{number}"), why="", now_us=NOW_US + number) for number in range(10)
        ]
        for store, branch in zip(stores, ("b1", "b2"), strict=True)
    ]
    results = race(runners)
    assert all(isinstance(each, list) and len(each) == 10 for each in results), results
