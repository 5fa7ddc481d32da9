"""Work in the field under kills and races: phones whose answers are lost, planners who send people to the same doors at the same moment."""

import time
import uuid
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

import pandas as pd
import sqlalchemy as sa

from gridmap.store import FOREVER_US, Store, create_sweep, door_locks, ensure_branch, write_rows
from gridmap.store.fieldwork import CAPTURES, CHECK_INS, DOOR_LOCKS
from gridmap.store.positions import position
from gridmap.store.tables import FACTS
from tests.crash.hired import Worker
from tests.crash.kills import ME, Victim, hear_until
from tests.crash.worker import BRANCH, CELLS, capture_of, clock_us, open_beside

DOORS = CELLS  # the organisations of the branch: called like the cells that other loops move
LONG = (date(2020, 1, 1), date(2099, 12, 31))


def prepare_field(location: str) -> None:
    """Make the store with its branch, its doors and four managers."""
    store = open_beside(location)
    ensure_branch(store, ME, BRANCH, now_us=clock_us(), time_zone="Asia/Shanghai")
    origin = {"as_of": None, "file_name": "", "file_sha256": "", "mapping": {}, "source": ""}
    managers = pd.DataFrame({"manager_id": [f"m{n}" for n in range(4)], "name": [f"w{n}" for n in range(4)], "role": "account"})
    write_rows(store, ME, BRANCH, "managers", managers, now_us=clock_us(), **origin)
    write_rows(store, ME, BRANCH, "organisations", pd.DataFrame({"org_id": DOORS, "name": DOORS}), now_us=clock_us(), **origin)
    store.engine.dispose()


@dataclass
class Taken:
    """What came of captures handed in under kills."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0  # acknowledged and not there
    doubled: int = 0  # visits, or rows of the version, beyond one per capture
    partial: int = 0  # captures without their visit or check-in, and the other way round
    raw: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing at all went wrong."""
        return not (self.lost or self.doubled or self.partial or self.raw)


def kill_phones(worker: Worker, victim: Victim, *, kills: int, seed: int = 0, writers: int = 2) -> Taken:
    """Let writers hand captures in, each twice, strike, and look at what is left; `kills` times."""
    rng, taken = Random(seed), Taken()  # noqa: S311 - when to strike
    for number in range(kills):
        heard: list[dict[str, Any]] = []
        for which in range(writers):
            worker.tell("begin", **{"with": {"location": victim.location, "loop": "by_capture", "name": f"p{seed}-{number}-{which}"}})
        hear_until(worker, heard, "ready", writers)
        hear_until(worker, heard, "begun", writers)
        hear_until(worker, heard, "ack", 1 + number % 3)
        time.sleep(rng.uniform(0.0, 0.05))
        pids = [each["begun"] for each in heard if "begun" in each]
        victim.strike(pids)
        for pid in pids:
            worker.tell("bury", pid=pid)
        hear_until(worker, heard, "dead", writers)
        victim.recover()
        taken.kills += 1
        taken.raw += [each["raw"] for each in heard if "raw" in each]
        _look(victim, taken, {str(uuid.UUID(int=each["ack"])) for each in heard if "ack" in each})
    return taken


def _look(victim: Victim, taken: Taken, acknowledged: set[str]) -> None:
    store = open_beside(victim.location)
    visits, version = visits_and_version(store)
    with store.engine.connect() as connection:
        captures = set(connection.execute(sa.select(CAPTURES.c.capture_id).where(CAPTURES.c.state == "counted")).scalars())
        points = set(connection.execute(sa.select(CHECK_INS.c.capture_id)).scalars())
    store.engine.dispose()
    taken.acknowledged += len(acknowledged)
    taken.lost += len(acknowledged - captures)
    taken.doubled += len(visits) - len(set(visits)) + abs(version - len(visits))
    taken.partial += len(captures ^ set(visits)) + len(captures ^ points)


def visits_and_version(store: Store) -> tuple[list[str], int]:
    """Return the visits there are, doubles included, and how many the branch's version counts."""
    line = FACTS["visits"].c
    with store.engine.connect() as connection:
        visits = list(connection.execute(sa.select(line.visit_id).where(line.recorded_to == FOREVER_US)).scalars())
        return visits, position(connection, BRANCH).visit_no


def race(location: str, workers: list[Worker], orders: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Let workers do their orders at the same moment; return what each says."""
    start = time.monotonic() + 0.02
    for which, (worker, order) in enumerate(zip(workers, orders, strict=True)):
        worker.tell("race", **{"with": {**order, "location": location, "name": f"w{which}", "at": start}})
    return [worker.hear() for worker in workers]


def same_doors(store: Store, number: int, writers: int) -> tuple[list[dict[str, Any]], list[str]]:
    """Return an order for each writer to publish a sweep of their own, and the doors that all of them share."""
    shared = list(DOORS[:3])
    orders = []
    for which in range(writers):
        made = create_sweep(
            store, ME, BRANCH, title=f"race {number}", request="{}", result="{}", managers=[f"m{which}"], first_on=LONG[0], last_on=LONG[1],
            now_us=clock_us(),
        )  # fmt: skip
        doors = dict.fromkeys((*shared[:: -1 if which % 2 else 1], DOORS[10 + which]), f"m{which}")
        orders.append({"sweep_id": made.sweep_id, "expected": made.version, "doors": doors})
    return orders, shared


def wrong_of_doors(store: Store, answers: list[dict[str, Any]], shared: list[str]) -> list[str]:
    """Say what is wrong after a race for doors: nothing where one won, the others were told every door, and no door is open twice."""
    wrong = [f"raw: {answer['raw']}" for answer in answers if "raw" in answer]
    winners = [which for which, answer in enumerate(answers) if "won" in answer]
    if len(winners) != 1:
        return [*wrong, f"{len(winners)} won"]
    for answer in (each for each in answers if "lost" in each):
        told = [(subject, who) for subject, who, at_us in answer["lost"] if at_us > 0]
        wrong += [] if told == [(door, f"w{winners[0]}") for door in shared] else [f"told {answer['lost']}"]
    locks = door_locks(store, ME, BRANCH)
    wrong += [] if locks["org_id"].is_unique and set(locks["manager_id"]) == {f"m{winners[0]}"} else [f"locks {locks.to_dict('records')}"]
    with store.engine.connect() as connection:
        still = connection.execute(sa.select(DOOR_LOCKS.c.org_id).where(DOOR_LOCKS.c.released_us.is_(None))).scalars().all()
    return wrong if sorted(still) == locks["org_id"].tolist() else [*wrong, f"open {still}"]


def one_capture(number: int, writers: int) -> list[dict[str, Any]]:
    """Return an order for each writer to hand in the same captures, in one order or the other."""
    sent = [capture_of(f"race {number} {which}", DOORS[which]) for which in range(5)]
    return [{"captures": sent[:: -1 if which % 2 else 1]} for which in range(writers)]
