"""Who had one cell or organisation over time, in both times: as known now, and what was recorded and corrected later."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

import pandas as pd

from gridmap.errors import N_
from gridmap.store import BEGINNING_US, FOREVER_US

KNOWN, CORRECTED, WITHDRAWN = "known", "corrected", "withdrawn"
STATES = (
    (KNOWN, N_("Recorded")),
    (CORRECTED, N_("Corrected later")),
    (WITHDRAWN, N_("Planned, taken back before its day")),
)
COLUMNS = (
    "valid_from", "valid_to", "first_day", "last_day", "owner", "state",
    "change_id", "kind", "who", "why", "recorded_us", "replaced_us", "replaced_by",
)  # fmt: skip


@dataclass(frozen=True)
class _Run:
    """An owner over a range of valid time, and the range of recorded time in which that was what the ledger said.

    `decided` is the ledger row that first said so: what a later change cuts it inserts again, and yet did not decide it.
    """

    begin: int
    end: int
    owner: str
    decided: int
    recorded_from: int
    recorded_to: int
    replaced_by: int


def timeline(rows: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Tell the story of one subject of one layer.

    Parameters
    ----------
    rows
        All its ledger rows, superseded ones included, as `gridmap.store.ledger_rows` gives them.
    zone
        Time zone in which the days of the branch are counted.

    Returns
    -------
    One row per range of time and owner, in order of valid time, the later knowledge first; columns `COLUMNS`. `owner` is empty for
    nobody; `first_day` to `last_day`, inclusive, missing where it has always been so or has no end; `state` is one of `STATES`.
    `change_id`, `kind`, `who`, `why` and `recorded_us` are of the change that decided it; `replaced_us` and `replaced_by` of the one
    that took it back, missing where none did. Of superseded rows only what was said of days already gone (`corrected`), and what was
    planned and never came (`withdrawn`), is told: that an owner stays for ever holds only until the next move.
    """
    local = ZoneInfo(zone)
    ordered = rows.sort_values(["recorded_from", "valid_from"], ignore_index=True)
    told = [piece for run in _joined(list(_runs(ordered))) for piece in _told(run, ordered, local)]
    lines = [_line(run, state, ordered, local) for run, state in told]
    frame = pd.DataFrame(lines, columns=list(COLUMNS)).astype({"replaced_us": "Int64", "replaced_by": "Int64"})
    frame = frame.astype({"first_day": "datetime64[us]", "last_day": "datetime64[us]"})
    return frame.sort_values(["valid_from", "recorded_us"], ascending=[True, False], ignore_index=True)


def local_day(instant_us: int, zone: ZoneInfo) -> date:
    """Return the day an instant lies in."""
    return datetime.fromtimestamp(instant_us / 1_000_000, tz=zone).date()


def days_between(valid_from: int, valid_to: int, zone: ZoneInfo) -> tuple[date | None, date | None]:
    """Return the first and last day of a range of time, both inclusive; None where it has always been so, or has no end.

    The end of a day decides who had something that day, so the day in which a range ends is not its own.
    """
    first = None if valid_from <= BEGINNING_US else local_day(valid_from, zone)
    if valid_to >= FOREVER_US:
        return first, None
    last = local_day(valid_to, zone) - timedelta(days=1)
    return first, last if first is None else max(first, last)


def _runs(rows: pd.DataFrame) -> Iterator[_Run]:
    """Give for each range of valid time what the ledger said of it, one owner after the other in recorded time."""
    columns = ("valid_from", "valid_to", "recorded_from", "recorded_to", "change_id")
    begins, ends, known_from, known_to, change_ids = (rows[name].astype("int64").tolist() for name in columns)
    owners = rows["owner"].astype("str").fillna("").tolist()
    for begin, end in pairwise(sorted({*begins, *ends})):
        lying = [at for at in range(len(rows)) if begins[at] <= begin < ends[at]]
        said = [list(same) for _, same in groupby(lying, key=owners.__getitem__)]
        for number, same in enumerate(said):
            following = said[number + 1][0] if number + 1 < len(said) else None
            replaced_by = 0 if following is None else change_ids[following]
            yield _Run(begin, end, owners[same[0]], same[0], known_from[same[0]], known_to[same[-1]], replaced_by)


def _joined(runs: Sequence[_Run]) -> list[_Run]:
    """Join ranges that follow each other and were decided, and replaced, together."""
    result: list[_Run] = []
    for run in sorted(runs, key=lambda each: (each.recorded_from, each.recorded_to, each.begin)):
        last = result[-1] if result else None
        same = last and (last.end, last.owner, last.recorded_from, last.recorded_to) == (
            run.begin, run.owner, run.recorded_from, run.recorded_to,
        )  # fmt: skip
        if last and same:
            result[-1] = _Run(last.begin, run.end, run.owner, last.decided, run.recorded_from, run.recorded_to, run.replaced_by)
        else:
            result.append(run)
    return result


def _told(run: _Run, rows: pd.DataFrame, zone: ZoneInfo) -> Iterator[tuple[_Run, str]]:
    """Give what of a run is worth telling: all that stands, and of what was replaced the days gone, or else a plan that never came."""
    if run.recorded_to == FOREVER_US:
        yield run, KNOWN
        return
    day = datetime.fromtimestamp(run.recorded_to / 1_000_000, tz=zone).replace(hour=0, minute=0, second=0, microsecond=0)
    today_us = round(day.timestamp()) * 1_000_000
    if run.begin < today_us:
        end = min(run.end, today_us)
        yield _Run(run.begin, end, run.owner, run.decided, run.recorded_from, run.recorded_to, run.replaced_by), CORRECTED
    elif _owner_at(rows, run.begin - 1, run.recorded_to - 1) != run.owner:
        yield run, WITHDRAWN


def _owner_at(rows: pd.DataFrame, valid_us: int, known_us: int) -> str:
    lying = (rows["valid_from"] <= valid_us) & (rows["valid_to"] > valid_us)
    known = (rows["recorded_from"] <= known_us) & (rows["recorded_to"] > known_us)
    found = rows.loc[lying & known, "owner"]
    return "" if found.empty or pd.isna(found.iloc[0]) else str(found.iloc[0])


def _line(run: _Run, state: str, rows: pd.DataFrame, zone: ZoneInfo) -> tuple[object, ...]:
    first, last = days_between(run.begin, run.end, zone)
    decided = rows.iloc[run.decided]
    replaced = (None, None) if run.recorded_to == FOREVER_US else (run.recorded_to, run.replaced_by)
    facts = (int(decided["change_id"]), str(decided["kind"]), str(decided["who"]), str(decided["why"]), run.recorded_from)
    days = (None if each is None else pd.Timestamp(each) for each in (first, last))
    return run.begin, run.end, *days, run.owner, state, *facts, *replaced
