"""A small branch with a published sweep, its doors of several floors, contacts with a number that must never be seen, and a link."""

import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from bench.branches import BRANCH, make_store
from gridmap.errors import N_, say
from gridmap.scope import Scope, operator
from gridmap.store import Store, create_sweep, issue_phone_link, open_market, owned_cells, publish_sweep, write_rows
from gridmap.sweeps.planned import DayRoute, Door, PlannedStop, Reason, Stop, SweepPlan
from gridmap.sweeps.request import Place
from gridmap.sweeps.written import plan_text

ME = operator("test")
ZONE = ZoneInfo("Asia/Shanghai")
CANARY = "13987654321"  # the number of every contact here
MANAGER = "m02"


@dataclass(frozen=True)
class Field:
    """The store, the sweep, and the link with its token."""

    store: Store
    sweep_id: int
    link_id: str
    token: str
    doors: tuple[str, ...]


def now_us() -> int:
    """Return the instant it is: the phone's own clock is the real one."""
    return time.time_ns() // 1000


def make_field(folder: Path, *, doors: int = 14) -> Field:
    """Make the branch, publish a sweep of today and tomorrow (five doors), and issue a link."""
    store = make_store(folder, cells=90, organisations=420, managers=3)
    seen = open_market(store, ME, BRANCH).tables["organisations"]
    mine = seen[
        seen["cell"].isin(owned_cells(store, Scope("test", "test", "community_manager", frozenset({BRANCH}), MANAGER), BRANCH))
        & seen["closed_on"].isna()
    ].head(doors)
    contacts = pd.DataFrame(
        {
            "contact_id": [f"c-{org}" for org in mine["org_id"]],
            "org_id": mine["org_id"].to_numpy(),
            "role": "decision_maker",
            "name": "陈先生",
            "phone": CANARY,
            "branch_id": BRANCH,
        }
    )
    write_rows(
        store, ME, BRANCH, "contacts", contacts, as_of=None, now_us=now_us() - 9_000_000, file_name="contacts.csv", file_sha256="c" * 64,
        mapping={}, source="",
    )  # fmt: skip
    today = datetime.now(ZONE).date()
    rows = list(mine.itertuples())
    plan = SweepPlan((_day(today, rows[:-5]), _day(today + timedelta(days=1), rows[-5:])), (), 1, 100, "iterations", "line")
    first = create_sweep(
        store, ME, BRANCH, title="水台镇 · week 1", request="", result=plan_text(plan), managers=(MANAGER,),
        first_on=today, last_on=today + timedelta(days=1), now_us=now_us() - 8_000_000,
    )  # fmt: skip
    ids = tuple(door.org_id for door in plan.doors)
    publish_sweep(store, ME, BRANCH, first.sweep_id, expected=first.version, doors=dict.fromkeys(ids, MANAGER), now_us=now_us() - 7_000_000)
    link, token = issue_phone_link(
        store, ME, BRANCH, first.sweep_id, MANAGER, expires_us=now_us() + 14 * 86_400_000_000, now_us=now_us() - 6_000_000
    )
    return Field(store, first.sweep_id, link.link_id, token, ids)


def _day(day: date, rows: list[Any]) -> DayRoute:
    """Plan a day by hand: the second stop is a building with three doors, the third was promised."""
    groups = [rows[:1], rows[1:4], *([row] for row in rows[4:])] if len(rows) > 5 else [[row] for row in rows]
    stops, clock = [], 525.0
    for number, group in enumerate(groups):
        several = len(group) > 1
        doors = tuple(_door(row.org_id, at, several=several) for at, row in enumerate(group))
        building = "金辉商业大厦 Jinhui Commercial Building" if several else ""
        stop = Stop(f"s{number}", group[0].lat, group[0].lon, group[0].cell, building, doors)
        stops.append(PlannedStop(stop, clock, clock + 4, clock + 4 + 20 * len(group), 6.0, 800.0, fixed=number == 2))
        clock += 30 + 20 * len(group)
    base = Place(rows[0].lat + 0.004, rows[0].lon - 0.004)
    return DayRoute(MANAGER, day, base, base, 510.0, clock, (690.0, 750.0), tuple(stops), 8.0, 1200.0)


def _door(org_id: str, at: int, *, several: bool) -> Door:
    reasons = (Reason("never_visited", 6.0, say(N_("Never visited."))), Reason("wins_near", 3.0, say(N_("Two wins within 300 m."))))
    floor, room = (str(at + 3), f"{at + 3}0{at + 1}") if several else ("", "")
    return Door(org_id, "C" if at else "A", 6.0, 0.7, 20, floor, room, reasons)
