"""When each door may be visited on the days of a sweep: its opening hours, and the half of the day in which it was not yet tried."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gridmap.sweeps.opening_hours import DAY_MIN, OpeningHours, Windows, read_hours
from gridmap.sweeps.presence import NOON_MIN
from gridmap.sweeps.request import SweepRequest

Array = np.ndarray[Any, Any]
_ANY_TIME: Windows = ((0, DAY_MIN),)
# The half that is tried next, by the half in which the door was last found shut (`presence.HALVES`).
_OTHER_HALF = (None, (NOON_MIN, DAY_MIN), (0, NOON_MIN))


@dataclass(frozen=True, eq=False)
class HoursOfDoors:
    """The windows of each door on each day of a request.

    `key` numbers the doors with the same windows, in the order of the organisations; `windows` holds them by that number, one
    tuple of windows per day. `unread` are the texts that were not understood: those doors are taken to be open at any time.
    """

    org_ids: pd.Index
    key: Array
    windows: tuple[tuple[Windows, ...], ...]
    unread: tuple[str, ...]

    def of(self, org_id: str) -> tuple[Windows, ...]:
        """Return the windows of a door, one tuple per day."""
        return self.windows[self.key[self.org_ids.get_loc(org_id)]]


def hours_of_doors(table: pd.DataFrame, request: SweepRequest) -> HoursOfDoors:
    """Work out when doors may be visited.

    Where nobody knows the hours, any time will do. A door last found shut in the morning is tried in the afternoon, and the
    other way round, where it is open then on one of the days while somebody works; otherwise, and for what must be visited, its
    hours stand as they are.

    Parameters
    ----------
    table
        Candidates: `opening_hours`, `last_shut`, `mandatory`; index `org_id`.
    request
        The days and shifts.
    """
    texts = table["opening_hours"].fillna("").astype(str)
    pairs = list(zip(texts, table["last_shut"].where(~table["mandatory"], 0).astype(int), strict=True))
    kinds = {pair: place for place, pair in enumerate(sorted(set(pairs)))}
    read = {text: read_hours(text) for text in sorted(set(texts))}
    windows = [_windows(read[text], shut, request) for text, shut in kinds]
    distinct = {each: place for place, each in enumerate(dict.fromkeys(windows))}
    number = np.array([distinct[each] for each in windows], dtype=np.int64)
    key = number[[kinds[pair] for pair in pairs]] if pairs else np.zeros(0, dtype=np.int64)
    return HoursOfDoors(table.index, key, tuple(distinct), tuple(text for text, hours in read.items() if text.strip() and hours is None))


def _windows(hours: OpeningHours | None, shut: int, request: SweepRequest) -> tuple[Windows, ...]:
    whole = tuple(_ANY_TIME if hours is None else hours.on(day) for day in request.days)
    other = _OTHER_HALF[shut]
    if other is None:
        return whole
    halved = tuple(_cut(each, *other) for each in whole)
    worked = {day: [(shift.begins_min, shift.ends_min) for shift in request.shifts if shift.day == day] for day in request.days}
    meets = any(_cut(each, begins, ends) for day, each in zip(request.days, halved, strict=True) for begins, ends in worked[day])
    return halved if meets else whole


def _cut(windows: Iterable[tuple[int, int]], begins: int, ends: int) -> Windows:
    return tuple((max(opens, begins), min(closes, ends)) for opens, closes in windows if max(opens, begins) < min(closes, ends))
