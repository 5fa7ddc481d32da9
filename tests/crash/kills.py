"""Kill writers, or the server under them, again and again, and count what was lost, half done or doubled."""

import os
import signal
import time
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

import sqlalchemy as sa

from gridmap.store import FOREVER_US, ensure_branch, plan_as_of, record_change
from gridmap.store.records import AUDIT, PLANS
from gridmap.store.tables import CHANGES, LEDGER
from tests.crash.hired import Worker
from tests.crash.server import MortalServer
from tests.crash.worker import BATCH, BRANCH, CELLS, clock_us, frame_of, open_beside, writer

ME = writer("first")


class Victim(Protocol):
    """What is struck: a store that lies somewhere."""

    @property
    def location(self) -> str:
        """Where it lies."""

    def strike(self, pids: list[int]) -> None:
        """Kill the writers, or what they write to."""

    def recover(self) -> None:
        """Start again what was killed beside the writers."""


@dataclass
class Tally:
    """What came of many kills."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    partial: int = 0
    owners: int = 0  # cells with another number of owners than one
    broken: int = 0  # files that fail their own check
    raw: list[str] = field(default_factory=list)  # a database's own errors that reached a writer
    recoveries_s: list[float] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing at all went wrong."""
        return not (self.lost or self.partial or self.owners or self.broken or self.raw)


@dataclass(frozen=True)
class SqliteFile:
    """A SQLite file, whose writers are killed."""

    location: str

    def strike(self, pids: list[int]) -> None:
        """Kill the writers."""
        _kill(pids)

    def recover(self) -> None:
        """Do nothing: whoever opens it next takes back what was not committed."""


@dataclass(frozen=True)
class PostgresServer:
    """A store on a server that is killed together with its children; the writers learn of it and end."""

    server: MortalServer

    @property
    def location(self) -> str:
        """Where it answers."""
        return self.server.url

    def strike(self, pids: list[int]) -> None:
        """Kill the server, and only when the writers had time to notice the writers too."""
        self.server.kill()
        time.sleep(0.05)
        _kill(pids)

    def recover(self) -> None:
        """Start it again."""
        self.server.start()


def _kill(pids: list[int]) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)  # one that ended is there until it is buried


def prepare(location: str) -> None:
    """Make the store with its branch and one owner of every cell."""
    store = open_beside(location)
    ensure_branch(store, ME, BRANCH, now_us=clock_us(), time_zone="Asia/Shanghai")
    record_change(store, ME, BRANCH, frame_of(list(CELLS), "m0"), why="start", now_us=clock_us())
    store.engine.dispose()


def kill_loop(worker: Worker, victim: Victim, *, kills: int, loop: str = "by_either", seed: int = 0, writers: int = 2) -> Tally:
    """Let writers write, strike at a random moment or right upon an acknowledgement, and look at what is left; `kills` times."""
    rng, tally, checked = Random(seed), Tally(), 1  # noqa: S311 - when to strike
    for number in range(kills):
        heard: list[dict[str, Any]] = []
        for which in range(writers):
            worker.tell("begin", **{"with": {"location": victim.location, "loop": loop, "name": f"w{seed}-{number}-{which}"}})
        hear_until(worker, heard, "ready", writers)
        hear_until(worker, heard, "begun", writers)
        if number % 2:
            hear_until(worker, heard, "ack", 1)
        else:
            time.sleep(rng.uniform(0.005, 0.1))
        pids = [each["begun"] for each in heard if "begun" in each]
        victim.strike(pids)
        for pid in pids:
            worker.tell("bury", pid=pid)
        hear_until(worker, heard, "dead", writers)
        tally.kills += 1
        tally.raw += [each["raw"] for each in heard if "raw" in each]
        checked = _look(victim, tally, {int(each["ack"]) for each in heard if "ack" in each}, checked)
    return tally


def hear_until(worker: Worker, heard: list[dict[str, Any]], word: str, times: int) -> None:
    """Hear until a word was said so often, or a writer said that it ended."""
    while sum(word in each for each in heard) < times and not (word == "ack" and any("ended" in each or "raw" in each for each in heard)):
        heard.append(worker.hear())


def _look(victim: Victim, tally: Tally, acknowledged: set[int], checked: int) -> int:
    """Recover, count what is wrong among the changes since the last look, and return the last change there is."""
    began = time.perf_counter()
    victim.recover()
    store = open_beside(victim.location)
    owners = len(plan_as_of(store, ME, BRANCH, valid_us=0).owners)
    tally.recoveries_s.append(time.perf_counter() - began)
    with store.engine.connect() as connection:
        rows = _counts(connection, sa.select(LEDGER.c.change_id, sa.func.count()).group_by(LEDGER.c.change_id), checked)
        stamp = sa.select(CHANGES.c.change_id, sa.func.count()).join(LEDGER, LEDGER.c.recorded_to == CHANGES.c.recorded_us)
        closed = _counts(connection, stamp.group_by(CHANGES.c.change_id), checked)
        sealed = _counts(
            connection, sa.select(AUDIT.c.record_id, sa.func.count()).where(AUDIT.c.kind == "change").group_by(AUDIT.c.record_id), checked
        )
        query = sa.select(CHANGES.c.change_id, CHANGES.c.kind, PLANS.c.state).outerjoin(PLANS, PLANS.c.change_id == CHANGES.c.change_id)
        found = {row.change_id: row for row in connection.execute(query.where(CHANGES.c.change_id > checked))}
        open_rows = sa.select(LEDGER.c.subject).where(LEDGER.c.recorded_to == FOREVER_US).group_by(LEDGER.c.subject)
        doubled = connection.execute(open_rows.having(sa.func.count() != 1)).all()
        broken = store.is_sqlite and connection.exec_driver_sql("PRAGMA integrity_check").scalar() != "ok"
    store.engine.dispose()
    whole = {change_id for change_id, row in found.items() if (row.kind == "plan") == (row.state == "published")}
    whole = {each for each in whole if (rows.get(each), closed.get(each), sealed.get(each)) == (BATCH, BATCH, 1)}
    tally.acknowledged += len(acknowledged)
    tally.lost += len(acknowledged - set(found))
    tally.partial += len({*found, *rows} - whole)
    tally.owners += len(doubled) + abs(owners - len(CELLS))
    tally.broken += int(broken)
    return max(found, default=checked)


def _counts(connection: sa.Connection, query: "sa.Select[Any]", above: int) -> dict[int, int]:
    number = query.selected_columns[0]
    return {int(change_id): int(count) for change_id, count in connection.execute(query.where(number > above))}
