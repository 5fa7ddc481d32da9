"""Small builders for the store's tests: a branch of three organisations, and a short way to write rows."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest

from gridmap.scope import Scope
from gridmap.services.regrid import do_regrid, preview_regrid
from gridmap.store import FOREVER_US, ImportResult, Store, ensure_branch, open_market, record_change, write_rows

NOW_US = 1_782_878_400_000_000  # 1 July 2026, noon in Shanghai
BOUNDARY = "POLYGON ((112.1 22.6, 112.3 22.6, 112.3 22.8, 112.1 22.8, 112.1 22.6))"
Write = Callable[..., ImportResult]
Change = Callable[..., int]
Regridding = Callable[..., int]
SMALL = "POLYGON ((112.19 22.69, 112.26 22.69, 112.26 22.76, 112.19 22.76, 112.19 22.69))"
MARCH, APRIL, JULY = 1_772_294_400_000_000, 1_774_972_800_000_000, 1_782_835_200_000_000


def organisations(**columns: Any) -> pd.DataFrame:
    """Three organisations: two placed far apart, one nowhere."""
    frame = pd.DataFrame(
        {
            "org_id": ["o1", "o2", "o3"],
            "name": ["Steel works", "School", "Tea house"],
            "lat": [22.70, 22.75, None],
            "lon": [112.20, 112.25, None],
            "our_lines": pd.array([600, None, 3], dtype="Int64"),
            "opened_on": pd.to_datetime(["2020-01-01", None, "2024-02-29"]),
            "core": pd.array([True, None, False], dtype="boolean"),
        }
    )
    return frame.assign(**columns)


def visits(*pairs: tuple[str, str], at: str = "2026-06-30T03:00:00") -> pd.DataFrame:
    """One visit per (visit_id, org_id), met, by m1."""
    return pd.DataFrame(
        {
            "visit_id": [visit for visit, _ in pairs],
            "org_id": [org for _, org in pairs],
            "manager_id": "m1",
            "visited_at": pd.to_datetime([at] * len(pairs), utc=True),
            "outcome": "met",
        }
    )


@pytest.fixture
def write(store: Store, me: Scope) -> Write:
    """Give a short way to write rows of branch b1, which exists; each call is recorded a second after the last."""
    ensure_branch(store, me, "b1", now_us=NOW_US, name="Xinxing", boundary=BOUNDARY, time_zone="Asia/Shanghai", grid_resolution=8)
    calls = iter(range(1, 1000))

    def run(table: str, frame: pd.DataFrame, *, as_of: date | None = None, scope: Scope = me, **origin: Any) -> ImportResult:
        chosen = {"file_name": f"{table}.csv", "file_sha256": "f" * 64, "mapping": {}, "source": "", **origin}
        return write_rows(store, scope, "b1", table, frame, as_of=as_of, now_us=NOW_US + next(calls) * 1_000_000, **chosen)

    return run


def moves(*rows: tuple[Any, ...], layer: str = "cell") -> pd.DataFrame:
    """Rows of (subject, owner, from) or (subject, owner, from, to)."""
    frame = pd.DataFrame([(*row, FOREVER_US)[:4] for row in rows], columns=["subject", "owner", "valid_from_us", "valid_to_us"])
    return frame.assign(layer=layer)


@pytest.fixture
def change(store: Store, me: Scope) -> Change:
    """Give a short way to record moves of branch b1, which exists; each is recorded a second after the last."""
    ensure_branch(store, me, "b1", now_us=NOW_US)
    calls = iter(range(1, 1000))

    def run(frame: pd.DataFrame, *, scope: Scope = me, **rest: Any) -> int:
        return record_change(store, scope, "b1", frame, why="a reason", now_us=NOW_US + next(calls) * 1_000_000, **rest)

    return run


@pytest.fixture
def small(write: Write) -> Write:
    """Give `write` on a branch b1 of some eighty cells."""
    write("branches", pd.DataFrame({"branch_id": ["b1"], "boundary": [SMALL]}))
    return write


@pytest.fixture
def two_owned(store: Store, me: Scope, small: Write) -> dict[str, str]:
    """Give the small branch three organisations, m1 the cell of o1 and m2 that of o2; o3 has no place. Returns owner by cell."""
    small("organisations", organisations())
    placed = open_market(store, me, "b1").tables["organisations"].set_index("org_id")["cell"]
    cells = {placed["o1"]: "m1", placed["o2"]: "m2"}
    record_change(store, me, "b1", moves(*((cell, owner, 0) for cell, owner in cells.items())), why="first", now_us=NOW_US + 90_000_000)
    return cells


@pytest.fixture
def regridding(store: Store, me: Scope) -> Regridding:
    """Give a short way to preview and do a regrid of b1; each is recorded a second after the last."""
    calls = iter(range(100, 1000))

    def run(to: tuple[str, int], day: date, **rest: bool) -> int:
        preview = preview_regrid(store, me, "b1", to=to, effective_on=day, **rest)
        return do_regrid(store, me, preview, why="finer", now_us=NOW_US + next(calls) * 1_000_000)

    return run
