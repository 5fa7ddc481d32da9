"""Races and kills by the thousand: how often the ledger failed to keep its word, beside what the same loop finds where there is a fault."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from bench.figure import Figure
from gridmap.settings import Settings
from gridmap.store import open_store
from tests.crash.hired import Worker, hired
from tests.crash.kills import PostgresServer, SqliteFile, Tally, kill_loop, prepare
from tests.crash.races import RACES, Score, run_races
from tests.crash.server import mortal_server


def raced(folder: Path, *, rounds: int) -> list[Figure]:
    """Race two and four processes, for the same cells, one plan, and plans that share cells; `rounds` on each database."""
    figures = []
    with hired(4) as workers:
        for database, place in (("SQLite", _file), ("PostgreSQL", _server)):
            with place(folder / f"races-{database}") as location:
                scores = _scores(folder, location, workers, rounds)
            bad = sum(score.not_one + score.incomplete + score.wrong + len(score.raw) for score in scores)
            played = sum(score.rounds for score in scores)
            figures.append(
                Figure(
                    f"{played:,} races of 2 and 4 writers on {database}: rounds that went wrong",
                    bad,
                    "rounds",
                    limit=0,
                    peers={
                        "without exactly one winner": sum(score.not_one for score in scores),
                        "losers not told every subject, who and when": sum(score.incomplete for score in scores),
                        "won by one, but had by another": sum(score.wrong for score in scores),
                        "raw database errors": sum(len(score.raw) for score in scores),
                    },
                )
            )
    return figures


@contextmanager
def _file(folder: Path) -> Iterator[str]:
    folder.mkdir()
    yield str(folder / "store.db")


@contextmanager
def _server(_folder: Path) -> Iterator[str]:
    with mortal_server() as server:
        yield server.url


def _scores(folder: Path, location: str, workers: Sequence[Worker], rounds: int) -> list[Score]:
    prepare(location)
    store = open_store(location, settings=Settings(snapshots=str(folder / "race-snapshots")))
    each = -(-rounds // (2 * len(RACES)))
    scores = [run_races(store, location, list(workers[:writers]), kind, rounds=each) for kind in RACES for writers in (2, 4)]
    store.engine.dispose()
    for worker in workers:
        worker.tell("close")
        worker.hear()
    return scores


def killed(folder: Path, *, files: int, servers: int) -> list[Figure]:
    """Kill writers of a file and a server under its writers; and the same loop with a fault built in, which it must find."""
    with hired(1) as (worker,):
        home = folder / "kills"
        home.mkdir()
        ours, half, early = (SqliteFile(str(home / f"{name}.db")) for name in ("ours", "half", "early"))
        for each in (ours, half, early):
            prepare(each.location)
        controls = min(files, 40)
        tally = kill_loop(worker, ours, kills=files)
        partial = kill_loop(worker, half, kills=controls, loop="without_transaction").partial
        lost = kill_loop(worker, early, kills=controls, loop="before_commit").lost
        found = {
            f"without a transaction, half done in {controls} kills": partial,
            f"acknowledged before commit, lost in {controls} kills": lost,
        }
        with mortal_server() as server:
            prepare(server.url)
            other = kill_loop(worker, PostgresServer(server), kills=servers)
    return [_figure("writers of a SQLite file", tally, found), _figure("a PostgreSQL server and its children", other, {})]


def _figure(what: str, tally: Tally, controls: dict[str, int]) -> Figure:
    wrong = {
        "acknowledged but lost": tally.lost,
        "half done": tally.partial,
        "cells without exactly one owner": tally.owners,
        "files that fail their own check": tally.broken,
        "raw database errors": len(tally.raw),
    }
    peers = {**wrong, "acknowledged": tally.acknowledged, "recovery, p95 s": float(np.percentile(tally.recoveries_s, 95)), **controls}
    return Figure(f"{tally.kills:,} kills of {what}: what went wrong", sum(wrong.values()), "faults", limit=0, peers=peers)
