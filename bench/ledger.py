"""Publish plans that move a twentieth of the cells, on both databases; then race and kill the writers, and say what a plan would change."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import sqlalchemy as sa

from bench.branches import BRANCH, NOW_US, TODAY, make_store
from bench.figure import Figure
from bench.measure import timed
from bench.options import Options
from bench.proofs import killed, raced
from gridmap.facts import measure
from gridmap.plan import Move
from gridmap.reallocation.effect import loads_before, plan_effect
from gridmap.scope import operator
from gridmap.settings import Rules, Settings
from gridmap.store import (
    Store,
    create_plan,
    ensure_branch,
    open_market,
    open_store,
    plan_as_of,
    publish_plan,
    record_change,
    take_step,
)
from gridmap.store.tables import LEDGER
from tests.crash.server import DURABLE
from tests.postgres_server import private_server

MANAGERS = 100
FULL = 5_000  # fewer cells are for trying it out: few rounds
SCOPE = operator("bench")
LIMIT_MS = 300
_TICKS = os.sysconf("SC_CLK_TCK")
# The peer writes the same rows into a table with the ledger's columns and indexes, but without any guard.
_COPIED = tuple(column.name for column in LEDGER.c)
_CLOSE = "UPDATE plain SET recorded_to = {0} WHERE row_id = {0}"
_ADD = f"INSERT INTO plain ({', '.join(_COPIED)}) VALUES ({', '.join(['{0}'] * len(_COPIED))})"  # noqa: S608 - names come from the metadata
_PLAIN = (
    "CREATE TABLE plain AS SELECT * FROM ledger",
    "CREATE UNIQUE INDEX plain_row ON plain (row_id)",
    "CREATE UNIQUE INDEX plain_subject ON plain (branch_id, layer, subject, recorded_to, valid_from)",
    "CREATE INDEX plain_change ON plain (change_id)",
)


@dataclass
class Costs:
    """What each round took: wall clock, processor seconds of this process and of the server, and wall clock of the peer."""

    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    peer_s: list[float] = field(default_factory=list)


def run(options: Options) -> list[Figure]:
    """Measure writing, then prove it: races, kills; then the effect of a plan."""
    full = options.size >= FULL
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        figures = [_written(folder, options, "SQLite", str(folder / "ledger.db"))]
        with private_server(DURABLE) as url:
            figures.append(_written(folder, options, "PostgreSQL", url))
        figures += [_effect(folder, options), *raced(folder, rounds=1_000 if full else 6)]
        figures += killed(folder, files=1_000 if full else 4, servers=200 if full else 1)
    return figures


def _written(folder: Path, options: Options, database: str, location: str) -> Figure:
    store = open_store(location, settings=Settings(snapshots=str(folder / "snapshots")))
    rounds = 60 if options.size >= FULL else 4
    costs, count = _publish(store, options, rounds=rounds), max(1, options.size // 20)
    store.engine.dispose()
    wall, peer = _p95_ms(costs.wall_s), _p95_ms(costs.peer_s)
    return Figure(
        f"publish a plan of {count:,} of {options.size:,} cells on {database}, p95 of {rounds}",
        wall,
        "ms",
        limit=LIMIT_MS,
        peers={
            "the same, median ms": statistics.median(costs.wall_s) * 1000,
            "the same, median cpu ms, this process and the server": statistics.median(costs.cpu_s) * 1000,
            "the same rows by executemany into an unguarded copy, p95 ms": peer,
            "the same peer, median ms": statistics.median(costs.peer_s) * 1000,
            "of the peer, medians, x": statistics.median(costs.wall_s) / statistics.median(costs.peer_s),
        },
    )


def _p95_ms(seconds: Sequence[float]) -> float:
    return float(np.percentile(seconds, 95)) * 1000


def _publish(store: Store, options: Options, *, rounds: int) -> Costs:
    rng, costs = np.random.default_rng(options.seed), Costs()
    cells = np.array([f"88411c{number:05x}ffff"[:15] for number in range(options.size)])
    ensure_branch(store, SCOPE, BRANCH, now_us=NOW_US, time_zone="Asia/Shanghai")
    owners = {cell: f"m{number % MANAGERS:02d}" for number, cell in enumerate(cells)}
    frame = pd.DataFrame({"layer": "cell", "subject": list(owners), "owner": list(owners.values()), "valid_from_us": 0})
    record_change(store, SCOPE, BRANCH, frame, why="start", now_us=NOW_US)
    with store.engine.begin() as connection:
        for statement in _PLAIN:
            connection.exec_driver_sql(statement)
    for number in range(rounds):
        chosen = sorted(rng.choice(cells, max(1, options.size // 20), replace=False).tolist())
        now_us = NOW_US + (number + 1) * 10_000_000
        plan_id = _approved(store, chosen, owners, taker=f"n{number}", day=date(2026, 8, 1) + timedelta(number), now_us=now_us)
        with _timed(store, costs):
            done = publish_plan(store, SCOPE, BRANCH, plan_id, expected=None, now_us=now_us + 5)
        owners.update(dict.fromkeys(chosen, f"n{number}"))
        costs.peer_s.append(_repeated(store, int(done.change_id or 0)))
    return costs


def _approved(store: Store, cells: Sequence[str], owners: dict[str, str], *, taker: str, day: date, now_us: int) -> int:
    moves = [Move(cell, "cell", owners[cell], taker, "bench") for cell in cells]
    found = create_plan(store, SCOPE, BRANCH, title=taker, effective_on=day, now_us=now_us, moves=moves)
    for step in ("submit", "approve"):
        found = take_step(store, SCOPE, BRANCH, found.plan_id, step, expected=found.version, now_us=now_us + 1)
    return found.plan_id


@contextmanager
def _timed(store: Store, costs: Costs) -> Iterator[None]:
    """Time a block: wall clock, and processor seconds of this process and of the server's for our one connection."""
    with store.engine.connect() as connection:
        pid = None if store.is_sqlite else connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    wall, cpu = time.perf_counter(), time.process_time() + _server_s(pid)
    yield
    costs.wall_s.append(time.perf_counter() - wall)
    costs.cpu_s.append(time.process_time() + _server_s(pid) - cpu)


def _server_s(pid: int | None) -> float:
    if pid is None:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _repeated(store: Store, change_id: int) -> float:
    """Write what a change wrote once more, into the unguarded copy, and return how long that took."""
    line = LEDGER.c
    with store.engine.connect() as connection:
        added = [tuple(row) for row in connection.execute(sa.select(LEDGER).where(line.change_id == change_id))]
        stamp = added[0][_COPIED.index("recorded_from")]
        closed = [(stamp, row_id) for (row_id,) in connection.execute(sa.select(line.row_id).where(line.recorded_to == stamp))]
    place = "?" if store.is_sqlite else "%s"
    began = time.perf_counter()
    with store.engine.execution_options(write=True).begin() as connection:
        cursor = connection.connection.cursor()
        cursor.executemany(_CLOSE.format(place), closed)
        cursor.executemany(_ADD.format(place), added)
    return time.perf_counter() - began


def _effect(folder: Path, options: Options) -> Figure:
    """Say what a plan changes for everybody, as a page does after each gesture."""
    home = folder / "effect"
    home.mkdir()
    store = make_store(home, cells=options.size, organisations=2 * options.size, managers=MANAGERS)
    market = open_market(store, SCOPE, BRANCH)
    base = plan_as_of(store, SCOPE, BRANCH, valid_us=NOW_US)
    rules = Rules()
    facts = measure(market, base.holders, as_of=TODAY, window_days=365, rules=rules)
    before = loads_before(market, base, facts, rules=rules)
    chosen = base.owners[base.owners != "m00"].index[: max(1, options.size // 20)]
    plan = base.reassigned("cell", list(chosen), "m00")
    effect: Callable[[], pd.DataFrame] = lambda: plan_effect(market, plan, facts, rules=rules, before=before)  # noqa: E731
    effect()  # warm
    kept, anew = timed(effect, runs=5), timed(lambda: plan_effect(market, plan, facts, rules=rules), runs=3)
    store.engine.dispose()
    return Figure(
        f"what {len(plan.moves):,} moved cells change for {MANAGERS} managers of {options.size:,} cells",
        kept.cpu_s,
        "cpu s",
        limit=0.5,
        peers={"the same, wall s": kept.wall_s, "with the loads before worked out anew, cpu s": anew.cpu_s},
    )
