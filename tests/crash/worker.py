"""A process of its own that writes to a store: `python -m tests.crash.worker` takes orders as lines of JSON and answers in the same way.

It takes part in races itself; to be killed it makes children, which begin at once for everything is loaded already.
"""

import json
import os
import signal
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from gridmap.errors import Conflict, GridmapError
from gridmap.plan import Move
from gridmap.scope import Scope
from gridmap.settings import Settings
from gridmap.store import (
    Store,
    create_plan,
    open_store,
    plan_as_of,
    publish_plan,
    publish_sweep,
    receive_captures,
    record_change,
    take_step,
)
from gridmap.store.changes import Reason, apply_moves, read_moves
from gridmap.store.engine import retrying
from gridmap.store.positions import advance, lock_branch
from gridmap.store.sealing import Seals

BRANCH = "b1"
BATCH = 20  # cells of one change: each brings so many rows and closes as many
CELLS = tuple(f"c{number:02d}" for number in range(3 * BATCH))
FIRST_DAY = date(1970, 1, 1)  # from the beginning on: a change replaces the one row a cell has
Loop = Callable[[Store, Scope, list[str], str, Callable[[int], None]], None]


def say(**answer: Any) -> None:
    """Write one answer, whole: a line is shorter than what a pipe takes at once."""
    os.write(1, (json.dumps(answer) + "\n").encode())


def writer(name: str) -> Scope:
    """Return a scope that may draft, approve and publish."""
    return Scope(name, name, "administrator", None)


def open_beside(location: str) -> Store:
    """Open a store whose key and snapshots lie beside it: beside the file, or in the folder of the server."""
    folder = Path(location).parent if "://" not in location else Path(str(make_url(location).query.get("host", tempfile.gettempdir())))
    return open_store(location, settings=Settings(snapshots=str(folder / "snapshots")))


def frame_of(cells: list[str], owner: str) -> pd.DataFrame:
    """Return moves of cells from the beginning on."""
    return pd.DataFrame({"layer": "cell", "subject": cells, "owner": owner, "valid_from_us": 0})


def clock_us() -> int:
    """Return this instant."""
    return time.time_ns() // 1000


# One batch of each loop: record it, and acknowledge it.
def by_move(store: Store, scope: Scope, cells: list[str], owner: str, acknowledge: Callable[[int], None]) -> None:
    """Move cells directly."""
    acknowledge(record_change(store, scope, BRANCH, frame_of(cells, owner), why="kill", now_us=clock_us()))


def by_plan(store: Store, scope: Scope, cells: list[str], owner: str, acknowledge: Callable[[int], None]) -> None:
    """Draft, submit, approve and publish a plan; somebody else may be first, which is no failure."""
    owners = plan_as_of(store, scope, BRANCH, valid_us=0).owners
    moves = [Move(cell, "cell", owners[cell], owner) for cell in cells]
    try:
        found = create_plan(store, scope, BRANCH, title=owner, effective_on=FIRST_DAY, now_us=clock_us(), moves=moves)
        for step in ("submit", "approve"):
            found = take_step(store, scope, BRANCH, found.plan_id, step, expected=found.version, now_us=clock_us())
        found = publish_plan(store, scope, BRANCH, found.plan_id, expected=found.version, now_us=clock_us())
    except (Conflict, ValueError):  # the cells moved while it was drafted
        return
    acknowledge(int(found.change_id or 0))


def by_either(store: Store, scope: Scope, cells: list[str], owner: str, acknowledge: Callable[[int], None]) -> None:
    """Move or plan."""
    (by_plan if owner.endswith("0") else by_move)(store, scope, cells, owner, acknowledge)


def before_commit(store: Store, scope: Scope, cells: list[str], owner: str, acknowledge: Callable[[int], None]) -> None:
    """Acknowledge what is not committed yet: the control that must lose something."""

    def write(connection: sa.Connection) -> None:
        start = lock_branch(connection, BRANCH, now_us=clock_us())
        reached = apply_moves(connection, scope, start, read_moves(frame_of(cells, owner)), reason=Reason("kill"))
        advance(connection, reached)
        acknowledge(reached.change_id)

    retrying(store, write)


def without_transaction(store: Store, scope: Scope, cells: list[str], owner: str, acknowledge: Callable[[int], None]) -> None:
    """Commit every statement by itself: the control that must leave something half done."""
    plain = sa.create_engine(store.engine.url, connect_args={"isolation_level": None, "timeout": 15})
    with plain.execution_options(seals=Seals(store.vault)).connect() as connection:
        start = lock_branch(connection, BRANCH, now_us=clock_us())
        reached = apply_moves(connection, scope, start, read_moves(frame_of(cells, owner)), reason=Reason("kill"))
        advance(connection, reached)
    plain.dispose()
    acknowledge(reached.change_id)


def by_capture(store: Store, scope: Scope, cells: list[str], owner: str, acknowledge: Callable[[int], None]) -> None:
    """Hand in what was recorded at a door, and at once again; the number of the capture is acknowledged."""
    sent = capture_of(owner, cells[0])
    for _ in range(2):
        receive_captures(store, scope, BRANCH, [sent], way="command", now_us=clock_us(), manager_id="m0")
        acknowledge(uuid.UUID(sent["capture_id"]).int)


def capture_of(name: str, org_id: str, note: str = "") -> dict[str, Any]:
    """Return a visit as a phone sends it, its number made of a name."""
    captured_at = pd.Timestamp(clock_us() - 60_000_000, unit="us", tz="UTC").isoformat()
    return {
        "capture_id": str(uuid.uuid5(uuid.NAMESPACE_OID, name)), "kind": "visit", "captured_at": captured_at, "org_id": org_id,
        "outcome": "met", "note": note, "check_in": {"lat": 22.7, "lon": 112.2},
    }  # fmt: skip


LOOPS: dict[str, Loop] = {each.__name__: each for each in (by_either, by_move, by_capture, before_commit, without_transaction)}


def write_until_killed(location: str, loop: str, name: str) -> None:
    """Write batch after batch, until the end."""
    rng = Random(name)  # noqa: S311 - which cells a test moves
    store = open_beside(location)
    say(ready=name)
    try:
        for number in count():
            LOOPS[loop](store, writer(name), sorted(rng.sample(CELLS, BATCH)), f"{name}-{number}", lambda change_id: say(ack=change_id))
    except GridmapError as error:
        say(ended=str(error))
    except Exception as error:  # noqa: BLE001 - it is what must never happen
        say(raw=repr(error))


def race(stores: dict[str, Store], order: dict[str, Any]) -> dict[str, Any]:
    """Wait for the moment that all were told, then do the one thing, and tell what came of it."""
    if order["location"] not in stores:
        stores[order["location"]] = open_beside(order["location"])
    store = stores[order["location"]]
    scope, now_us = writer(order["name"]), clock_us()
    frame = frame_of(order["cells"], order["owner"]) if "cells" in order else None
    while time.monotonic() < order["at"]:
        pass
    try:
        if "captures" in order:
            taken = receive_captures(store, scope, BRANCH, order["captures"], way="command", now_us=now_us, manager_id="m0")
            return {"won": [receipt.status for receipt in taken]}
        if "sweep_id" in order:
            given = {"expected": order["expected"], "doors": order["doors"], "now_us": now_us}
            return {"won": publish_sweep(store, scope, BRANCH, order["sweep_id"], **given).sweep_id}
        if frame is not None:
            return {"won": record_change(store, scope, BRANCH, frame, why="race", now_us=now_us, expected=order["expected"])}
        return {"won": publish_plan(store, scope, BRANCH, order["plan_id"], expected=order["expected"], now_us=now_us).change_id}
    except Conflict as error:
        return {"lost": [[clash.subject, clash.who, clash.at_us] for clash in error.clashes]}
    except Exception as error:  # noqa: BLE001 - it is what must never happen
        return {"raw": repr(error)}


def main() -> None:
    """Take orders until there are no more."""
    stores: dict[str, Store] = {}
    say(ready="worker")
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "race":
            say(**race(stores, order["with"]))
        elif order["do"] == "begin":
            pid = os.fork()
            if pid == 0:
                write_until_killed(**order["with"])
                os._exit(0)
            say(begun=pid)
        elif order["do"] == "die":
            pid = os.fork()
            if pid == 0:  # what is written is committed, and nobody is told
                receive_captures(open_beside(order["location"]), writer("w0"), BRANCH, order["captures"], way="command",
                                 now_us=clock_us(), manager_id="m0")  # fmt: skip
                os.kill(os.getpid(), signal.SIGKILL)
            os.waitpid(pid, 0)
            say(dead=pid)
        elif order["do"] == "bury":
            os.waitpid(order["pid"], 0)
            say(dead=order["pid"])
        elif order["do"] == "close":
            for store in stores.values():
                store.engine.dispose()
            stores.clear()
            say(closed=True)


if __name__ == "__main__":
    main()
