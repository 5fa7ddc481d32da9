"""Record visits by a phone's link, on both databases: how long one takes, what opening the Market costs after it, and 10,000 replays."""

import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench.figure import Figure
from bench.measure import cpu_now_s
from bench.options import Options
from gridmap.scope import operator
from gridmap.settings import Settings
from gridmap.store import (
    Store,
    create_sweep,
    ensure_branch,
    issue_phone_link,
    link_of_token,
    open_market,
    open_store,
    publish_sweep,
    read_table,
    receive_captures,
    write_rows,
)
from tests.crash.server import DURABLE
from tests.postgres_server import private_server

BRANCH, MANAGER = "bench", "m1"
NOW_US = 1_782_950_400_000_000  # 2 July 2026
SECOND_US, DAY_US = 1_000_000, 86_400_000_000
DOORS, LIMIT_MS = 100, 100
FULL = 6_000  # organisations; fewer are for trying it out: few rounds
_SCOPE = operator("bench")
_BOUNDARY = "POLYGON ((112.1 22.6, 112.4 22.6, 112.4 22.8, 112.1 22.8, 112.1 22.6))"
_ORIGIN: dict[str, Any] = {"as_of": None, "file_name": "", "file_sha256": "", "mapping": {}, "source": ""}


def run(options: Options) -> list[Figure]:
    """Measure on SQLite, then on PostgreSQL with its disk synchronised."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        figures = _measured(folder, options, "SQLite", str(folder / "visits.db"))
        with private_server(DURABLE) as url:
            return [*figures, *_measured(folder, options, "PostgreSQL", url)]


def _measured(folder: Path, options: Options, database: str, location: str) -> list[Figure]:
    store = open_store(location, settings=Settings(snapshots=str(folder / database)), clock=lambda: NOW_US)
    token = _begin(store, options)
    began = time.perf_counter()
    open_market(store, _SCOPE, BRANCH)
    built_s = time.perf_counter() - began
    at = iter(range(NOW_US + SECOND_US, NOW_US + DAY_US, SECOND_US))
    rounds = 300 if options.size >= FULL else 10
    wall, cpu, opened = [], [], []
    for number in range(rounds):
        wall_s, cpu_s = time.perf_counter(), cpu_now_s()
        _send(store, token, [_visit(number)], next(at))
        wall.append(time.perf_counter() - wall_s)
        cpu.append(cpu_now_s() - cpu_s)
        if number % 10 == 0:
            began = time.perf_counter()
            open_market(store, _SCOPE, BRANCH)
            opened.append(time.perf_counter() - began)
    extra = _replayed(store, token, at, calls=200 if options.size >= FULL else 4)
    store.engine.dispose()
    return [
        Figure(
            f"record one visit on {database}, p95 of {rounds}",
            float(np.percentile(wall, 95)) * 1000,
            "ms",
            limit=LIMIT_MS,
            peers={"median ms": float(np.median(wall)) * 1000, "median cpu ms, without the server": float(np.median(cpu)) * 1000},
        ),
        Figure(
            f"open the Market of {options.size:,} organisations after one more visit on {database}, median of {len(opened)}",
            float(np.median(opened)),
            "s",
            limit=built_s,
            peers={"built from the tables, s": built_s, "the longest, s": max(opened)},
        ),
        Figure(f"50 records sent {extra[0]:,} times on {database}: visits too many or too few", extra[1], "visits", limit=0),
    ]


def _begin(store: Store, options: Options) -> str:
    """Make the branch, publish a sweep of many doors, and return the token of its phone."""
    rng, count = np.random.default_rng(options.seed), options.size
    ensure_branch(store, _SCOPE, BRANCH, now_us=NOW_US, boundary=_BOUNDARY, time_zone="Asia/Shanghai")
    orgs = [f"o{number}" for number in range(count)]
    visited = rng.integers(0, count, 4 * count)
    moments = pd.to_datetime(NOW_US - rng.integers(1, 700 * DAY_US, 4 * count), unit="us", utc=True)
    for name, frame in (
        ("managers", pd.DataFrame({"manager_id": [MANAGER], "name": ["Li"], "role": ["community"]})),
        (
            "organisations",
            pd.DataFrame({"org_id": orgs, "name": orgs, "lat": rng.uniform(22.6, 22.8, count), "lon": rng.uniform(112.1, 112.4, count)}),
        ),
        (
            "visits",
            pd.DataFrame(
                {
                    "visit_id": [f"v{number}" for number in range(4 * count)],
                    "org_id": [orgs[number] for number in visited],
                    "manager_id": MANAGER,
                    "visited_at": moments,
                    "outcome": "met",
                }
            ),
        ),
    ):
        write_rows(store, _SCOPE, BRANCH, name, frame, now_us=NOW_US, **_ORIGIN)
    days = {"first_on": date(2026, 7, 1), "last_on": date(2026, 7, 9)}
    made = create_sweep(store, _SCOPE, BRANCH, title="b", request="{}", result="{}", managers=[MANAGER], now_us=NOW_US, **days)
    doors = dict.fromkeys(orgs[:DOORS], MANAGER)
    publish_sweep(store, _SCOPE, BRANCH, made.sweep_id, expected=made.version, doors=doors, now_us=NOW_US)
    return issue_phone_link(store, _SCOPE, BRANCH, made.sweep_id, MANAGER, expires_us=NOW_US + 7 * DAY_US, now_us=NOW_US)[1]


def _visit(number: int) -> dict[str, Any]:
    return {
        "capture_id": str(uuid.uuid4()),
        "kind": "visit",
        "captured_at": "2026-07-02T08:00:30+08:00",
        "org_id": f"o{number % DOORS}",
        "outcome": "met",
        "note": "",
        "check_in": {"lat": 22.7, "lon": 112.2, "accuracy_m": 9.5},
    }


def _send(store: Store, token: str, captures: list[dict[str, Any]], now_us: int) -> list[str]:
    seen = link_of_token(store, token, now_us=now_us)
    return [each.status for each in receive_captures(store, seen.scope, BRANCH, captures, way="phone", now_us=now_us, link=seen)]


def _replayed(store: Store, token: str, at: Iterator[int], *, calls: int) -> tuple[int, int]:
    """Send the same records again and again; return how many were sent, and by how many visits that was wrong."""
    sent = [_visit(number) for number in range(50)]
    before = len(read_table(store, _SCOPE, BRANCH, "visits", columns=["outcome"]))
    said = [status for _ in range(calls) for status in _send(store, token, sent, next(at))]
    visits = read_table(store, _SCOPE, BRANCH, "visits", columns=["outcome"])
    twice = len(visits) - visits["visit_id"].nunique()
    return len(said), abs(len(visits) - before - len(sent)) + twice + abs(said.count("counted") - len(sent))
