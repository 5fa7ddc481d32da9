"""A branch with a sweep under way, and captures as a phone sends them: small builders for the tests of work in the field."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from gridmap.scope import Scope
from gridmap.store import (
    FOREVER_US,
    LinkSeen,
    Receipt,
    Store,
    SweepRecord,
    create_sweep,
    issue_phone_link,
    link_of_token,
    publish_sweep,
    read_table,
    receive_captures,
)
from tests.gridmap.store.conftest import NOW_US

FIRST, LAST = date(2026, 7, 1), date(2026, 7, 3)
SECOND_US, HOUR_US, DAY_US = 1_000_000, 3_600_000_000, 86_400_000_000
POINT = {"lat": 22.7, "lon": 112.2, "accuracy_m": 8.0}
CHIEF = Scope("p-chief", "Chief Chen", "chief", frozenset({"b1"}), "m9")
LI = Scope("p-li", "Li", "community_manager", frozenset({"b1"}), "m1")
WANG = Scope("p-wang", "Wang", "account_manager", frozenset({"b1"}), "m2")
MANAGERS = pd.DataFrame(
    {"manager_id": ["m1", "m2", "m3", "m9"], "name": ["Li", "Wang", "Boss", "Chen"], "role": ["community", "account", "leader", "chief"]}
)


@dataclass(frozen=True)
class Field:
    """A published sweep of m1 that goes to o1 and o2, and a live link of its phone."""

    store: Store
    sweep: SweepRecord
    token: str
    link: LinkSeen

    def send(self, *captures: Mapping[str, Any], at_us: int = NOW_US + HOUR_US, **rest: Any) -> tuple[Receipt, ...]:
        """Hand captures in by the link as the store then sees it."""
        seen = link_of_token(self.store, self.token, now_us=at_us)
        return receive_captures(self.store, seen.scope, "b1", captures, way="phone", now_us=at_us, link=seen, **rest)


def draft(store: Store, *managers: str, scope: Scope = CHIEF, title: str = "July", days: tuple[date, date] = (FIRST, LAST)) -> SweepRecord:
    """Begin a planned draft."""
    return create_sweep(
        store, scope, "b1", title=title, request="{}", result="{}", managers=managers, first_on=days[0], last_on=days[1], now_us=NOW_US
    )


def published(store: Store, doors: Mapping[str, str], *, now_us: int = NOW_US, scope: Scope = CHIEF, **rest: Any) -> SweepRecord:
    """Publish a sweep that sends managers to doors."""
    made = draft(store, *sorted(set(doors.values())), scope=scope, **rest)
    return publish_sweep(store, scope, "b1", made.sweep_id, expected=made.version, doors=doors, now_us=now_us)


def begin_field(store: Store, write: Callable[..., Any], organisations: pd.DataFrame) -> Field:
    """Give branch b1 managers and organisations, a sweep of m1 to o1 and o2, and a link to it that lasts a week."""
    write("managers", MANAGERS)
    write("organisations", organisations)
    sweep = published(store, {"o1": "m1", "o2": "m1"})
    _, token = issue_phone_link(store, CHIEF, "b1", sweep.sweep_id, "m1", expires_us=NOW_US + 7 * DAY_US, now_us=NOW_US)
    return Field(store, sweep, token, link_of_token(store, token, now_us=NOW_US + 1))


def visit(org_id: str = "o1", outcome: str = "met", **rest: Any) -> dict[str, Any]:
    """A visit as the phone sends it, recorded half an hour after the sweep began."""
    return {
        "capture_id": str(uuid.uuid4()), "kind": "visit", "captured_at": "2026-07-01T12:30:05+08:00", "org_id": org_id, "outcome": outcome,
        "note": "", "next_due": None, "filing": None, "photo_id": None, "check_in": None, **rest,
    }  # fmt: skip


def prospect(name: str = "New noodle shop", **rest: Any) -> dict[str, Any]:
    """A prospect found at the door, as the phone sends it."""
    return {
        "capture_id": str(uuid.uuid4()), "kind": "prospect", "captured_at": "2026-07-01T12:31:00+08:00", "name": name, "trade": "catering",
        "street": "East Street", "building": "", "floor": "", "room": "3", "lines_known": 4, "outcome": None, "note": "",
        "place": {"lat": 22.7001, "lon": 112.2001}, "check_in": None, **rest,
    }  # fmt: skip


def survey(**rest: Any) -> dict[str, Any]:
    """A street walked to its end, as the phone sends it."""
    return {
        "capture_id": str(uuid.uuid4()), "kind": "survey", "captured_at": "2026-07-01T12:32:00+08:00", "street": "East Street",
        "cell": None, "park_id": None, "doors": 41, "note": "", "check_in": None, **rest,
    }  # fmt: skip


def statuses(receipts: tuple[Receipt, ...]) -> list[str]:
    """What became of captures, in order."""
    return [each.status for each in receipts]


def rows(store: Store, name: str, scope: Scope) -> pd.DataFrame:
    """The rows of a table of b1 that are in force for ever."""
    return read_table(store, scope, "b1", name, valid_us=FOREVER_US - 1)
