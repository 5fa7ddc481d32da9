"""From doors to stops: what stands in one building or at one point is one stop, with its doors by floor and room."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gridmap.coordinates import offset_m
from gridmap.settings import Settings, SweepRules
from gridmap.sweeps.candidates import Row, reasons_of
from gridmap.sweeps.hours_of_doors import HoursOfDoors
from gridmap.sweeps.opening_hours import Windows
from gridmap.sweeps.planned import Door, Stop, SweepPlan
from gridmap.sweeps.request import Appointment, Pin, SweepRequest

Array = np.ndarray[Any, Any]
# Two buildings of one name within a cell are two where they are farther apart than this.
ONE_BUILDING_M = 150.0
_NUMBER = re.compile(r"-?\d+")


@dataclass(frozen=True)
class StopToPlan:
    """A stop with what the search needs: expected minutes, the windows of each day of the request, whose, and what is fixed about it.

    `holder` is empty where any of the managers may go. `home` is where a plan to be kept had it: manager and day as text.
    """

    stop: Stop
    service_min: float
    windows: tuple[Windows, ...]
    holder: str
    mandatory: bool = False
    appointment: Appointment | None = None
    pin: Pin | None = None
    home: tuple[str, str] | None = None

    @property
    def prize(self) -> float:
        """The priority of its doors together."""
        return sum(door.prize for door in self.stop.doors)


def expected_minutes(doors: tuple[Door, ...], rules: SweepRules, *, sure: bool = False) -> float:
    """Return how long a stop is expected to take.

    entry_min + sum over its doors of (minutes at the door x in_share + knock_min x (1 - in_share)): where nobody is in only a
    knock is lost. With an appointment (`sure`) somebody is in.
    """
    shares = ((door, 1.0 if sure else door.in_share) for door in doors)
    return rules.entry_min + sum(door.service_min * share + rules.knock_min * (1 - share) for door, share in shares)


def gather_stops(
    table: pd.DataFrame, request: SweepRequest, *, hours: HoursOfDoors, settings: Settings, most: int, keep: SweepPlan | None = None
) -> tuple[StopToPlan, ...]:
    """Make stops of the doors that nothing keeps out.

    Doors are one stop where they are in one building (by its name, within a cell and park, at most 150 m from its middle) or at one
    point, and have the same holder (unless the area is shared), hours, and way of being fixed; at most `sweeps.stop_doors` of them,
    in a building floor by floor, elsewhere what is worth most first. An appointment is a stop of its own. With a plan to keep, what
    was one stop there stays one.

    Parameters
    ----------
    table
        As `find_candidates` gives it.
    hours
        When each door may be visited.
    most
        Stops at most; those that bring the most priority per minute, and whatever is fixed.

    Returns
    -------
    Stops in order of their ids.
    """
    free = table[(table["blocked"] == "").to_numpy()]
    fixed = _Fixed.of(request, keep)
    keys = pd.DataFrame(
        {
            "place": _places(free),
            "holder": "" if request.shared else free["holder"],
            "hours": hours.key[table.index.get_indexer(free.index)],
            "fixed": [fixed.key(org_id) for org_id in free.index],
            "must": free["mandatory"].to_numpy(),
        },
        index=free.index,
    )
    groups = list(_chunks(free, keys, settings.sweeps.stop_doors))
    chosen = _worth_a_look(free, groups, settings.sweeps, most)
    rows = _records(free, groups, chosen)
    stops = [_stop([rows[row] for row in groups[place]], hours, fixed, request=request, settings=settings) for place in chosen]
    return tuple(sorted(stops, key=lambda each: each.stop.stop_id))


@dataclass(frozen=True)
class _Fixed:
    """What is fixed about organisations, by id."""

    appointments: Mapping[str, Appointment]
    pins: Mapping[str, Pin]
    kept: Mapping[str, tuple[str, str, str]]

    @classmethod
    def of(cls, request: SweepRequest, keep: SweepPlan | None) -> "_Fixed":
        kept = {
            door.org_id: (day.manager_id, day.day.isoformat(), planned.stop.stop_id)
            for day in (keep.days if keep else ())
            for planned in day.stops
            for door in planned.stop.doors
        }
        return cls({each.org_id: each for each in request.appointments}, {each.org_id: each for each in request.pins}, kept)

    def key(self, org_id: str) -> str:
        if org_id in self.appointments:
            return f"appointment {org_id}"
        pin, kept = self.pins.get(org_id), self.kept.get(org_id)
        pinned = "" if pin is None else f"pin {pin.manager_id} {pin.day} {pin.order}"
        return f"{pinned}|{'' if kept is None else ' '.join(kept)}"


def _places(free: pd.DataFrame) -> Array:
    lat, lon = (free[name].to_numpy(dtype=float) for name in ("lat", "lon"))
    points = pd.Series([f"{north:.5f} {east:.5f}" for north, east in zip(lat, lon, strict=True)], index=free.index, dtype="str")
    named = free["building"].fillna("").ne("").to_numpy(dtype=bool)
    building = free["cell"].fillna("") + "|" + free["park"].fillna("") + "|" + free["building"].fillna("")
    middle = free.groupby(building)[["lat", "lon"]].transform("median")
    near = offset_m(lat, lon, middle["lat"], middle["lon"]) <= ONE_BUILDING_M
    return np.where(named & near, building, points)


def _chunks(free: pd.DataFrame, keys: pd.DataFrame, most: int) -> Iterator[Array]:
    """Yield the rows of each stop."""
    floors = [_floor(floor, room) for floor, room in zip(free["floor"], free["room"], strict=True)]
    ordered = pd.DataFrame(
        {
            # Within a building people walk floor by floor; at a point without one what is worth most comes first.
            "walk": [floor[0] if known else 0.0 for floor, known in zip(floors, free["floor"].notna(), strict=True)],
            "room": [floor[1] for floor in floors],
            "worth": np.where(free["floor"].notna(), 0.0, -free["prize"]),
            "row": np.arange(len(free)),
        },
        index=free.index,
    ).sort_values(["walk", "room", "worth", "row"], kind="stable")
    names = list(keys.columns)
    number = keys.groupby(names, sort=True).ngroup().reindex(ordered.index).to_numpy()
    rows = ordered["row"].to_numpy()
    order = np.argsort(number, kind="stable")
    ends = np.flatnonzero(np.diff(number[order])) + 1
    for group in np.split(rows[order], ends) if len(order) else ():
        for first in range(0, len(group), most):
            yield group[first : first + most]


def _floor(floor: object, room: object) -> tuple[float, str]:
    """Return the height of a floor and a room in order; B2 lies below B1 and -1, and both below the ground."""
    text = str(floor) if isinstance(floor, str) else ""
    found = _NUMBER.search(text)
    height = float(found[0]) if found else 0.0
    return (-abs(height) if text[:1].upper() == "B" or "地下" in text else height, str(room) if isinstance(room, str) else "")


def _worth_a_look(free: pd.DataFrame, groups: list[Array], rules: SweepRules, most: int) -> list[int]:
    """Return the stops that are searched: all that are fixed, and of the others those with the most priority per minute."""
    if len(groups) <= most:
        return list(range(len(groups)))
    prize, share = (free[name].to_numpy(dtype=float) for name in ("prize", "in_share"))
    minutes = free["service_min"].to_numpy(dtype=float) * share + rules.knock_min * (1 - share)
    must = free["mandatory"].to_numpy(dtype=bool)
    pace = [np.inf if must[rows].any() else prize[rows].sum() / (rules.entry_min + minutes[rows].sum()) for rows in groups]
    order = np.argsort(-np.array(pace), kind="stable")
    # Turn by turn among the holders, so that whoever has the poorer doors is not left without any.
    holders = pd.Series(free["holder"].to_numpy(dtype=object)[[groups[place][0] for place in order]])
    turn = np.where(np.isinf(np.array(pace)[order]), -1, holders.groupby(holders).cumcount())
    return sorted(order[np.argsort(turn, kind="stable")[:most]].tolist())


def _records(free: pd.DataFrame, groups: list[Array], chosen: list[int]) -> dict[int, Row]:
    """Return the rows of the chosen stops one by one, read column by column: a frame is slow to take apart."""
    wanted = np.concatenate([groups[place] for place in chosen]) if chosen else np.zeros(0, dtype=np.int64)
    columns = {"org_id": free.index[wanted].tolist(), **{str(name): free[name].iloc[wanted].tolist() for name in free.columns}}
    rows = zip(*columns.values(), strict=True)
    return {int(place): dict(zip(columns, row, strict=True)) for place, row in zip(wanted, rows, strict=True)}


def _stop(rows: list[Row], hours: HoursOfDoors, fixed: _Fixed, *, request: SweepRequest, settings: Settings) -> StopToPlan:
    first = rows[0]["org_id"]
    appointment, pin, kept = fixed.appointments.get(first), fixed.pins.get(first), fixed.kept.get(first)
    doors = tuple(_door(row, settings) for row in rows)
    stop = Stop(
        stop_id=stop_id(door.org_id for door in doors),
        lat=round(sum(row["lat"] for row in rows) / len(rows), 6),
        lon=round(sum(row["lon"] for row in rows) / len(rows), 6),
        cell=str(rows[0]["cell"]),
        building=_text(rows[0]["building"]),
        doors=doors,
    )
    return StopToPlan(
        stop=stop,
        service_min=expected_minutes(doors, settings.sweeps, sure=appointment is not None),
        windows=hours.of(first) if appointment is None else _promised(appointment, request),
        holder="" if request.shared else str(rows[0]["holder"]),
        mandatory=bool(rows[0]["mandatory"]),
        appointment=appointment,
        pin=pin,
        home=None if kept is None else kept[:2],
    )


def _promised(appointment: Appointment, request: SweepRequest) -> tuple[Windows, ...]:
    # A promise holds whatever the opening hours say.
    return tuple(((appointment.earliest_min, appointment.latest_min),) if day == appointment.day else () for day in request.days)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _door(row: Row, settings: Settings) -> Door:
    return Door(
        org_id=row["org_id"],
        tier=_text(row["tier"]),
        prize=float(row["prize"]),
        in_share=float(row["in_share"]),
        service_min=int(row["service_min"]),
        floor=_text(row["floor"]),
        room=_text(row["room"]),
        reasons=reasons_of(row, settings),
    )


def stop_id(org_ids: Iterator[str]) -> str:
    """Return the id of the stop with these doors, the same whatever their order."""
    return hashlib.sha256("|".join(sorted(org_ids)).encode()).hexdigest()[:12]
