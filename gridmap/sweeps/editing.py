"""What a person changes in a planned sweep, as another request: the planner is asked again, with everything else as it was."""

import itertools
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from gridmap.sweeps.planned import DayRoute, PlannedStop, SweepPlan
from gridmap.sweeps.request import Appointment, Pin, SweepRequest

# A stop by the day it stands in and its place there, both from 0, as a plan counts them.
At = tuple[int, int]
_M_PER_DEGREE = 111_195.0


@dataclass(frozen=True)
class Row:
    """A stop as somebody wants it who has the day sheet before them: `day` and `number` from 0, where it should stand."""

    at: At
    day: int
    number: int
    pinned: bool
    out: bool = False


def stop_at(plan: SweepPlan, at: At) -> PlannedStop:
    """Return a stop of a plan.

    Raises
    ------
    IndexError
        When the plan has no such day or the day no such stop.
    """
    day, number = at
    if day < 0 or number < 0:
        raise IndexError(at)
    return plan.days[day].stops[number]


def doors_of(plan: SweepPlan, at: At) -> tuple[str, ...]:
    """Return the organisations at a stop; IndexError like `stop_at`."""
    return tuple(door.org_id for door in stop_at(plan, at).stop.doors)


def pinned(request: SweepRequest, plan: SweepPlan, at: At) -> SweepRequest:
    """Keep a stop on its day, wherever in it."""
    return moved_to_day(request, plan, at, day=at[0])


def moved_to_day(request: SweepRequest, plan: SweepPlan, at: At, *, day: int) -> SweepRequest:
    """Put a stop into another day of the plan, which finds the best place in it; IndexError where there is no such stop or day."""
    doors, route = doors_of(plan, at), plan.days[day]
    kept = tuple(pin for pin in request.pins if pin.org_id not in doors)
    return replace(request, pins=(*kept, *(Pin(door, route.manager_id, route.day) for door in doors)))


def moved_to_place(request: SweepRequest, plan: SweepPlan, at: At, *, day: int, number: int) -> SweepRequest:
    """Put a stop at a place of a day, from 0; that day keeps its stops in the order they then have.

    An order holds between all stops of a day or it would not put the one where it is wanted.
    """
    moved, route = stop_at(plan, at), plan.days[day]
    stops = [stop for place, stop in enumerate(route.stops) if (day, place) != at]
    stops.insert(min(max(number, 0), len(stops)), moved)
    return ordered(request, route, stops)


def ordered(request: SweepRequest, route: DayRoute, stops: Iterable[PlannedStop]) -> SweepRequest:
    """Have a day visit these stops in this order."""
    orders = {door.org_id: order for order, planned in enumerate(stops) for door in planned.stop.doors}
    kept = tuple(pin for pin in request.pins if pin.org_id not in orders)
    return replace(request, pins=(*kept, *(Pin(door, route.manager_id, route.day, order) for door, order in orders.items())))


def freed(request: SweepRequest, doors: Collection[str]) -> SweepRequest:
    """Let doors go wherever they fit."""
    return replace(request, pins=tuple(pin for pin in request.pins if pin.org_id not in doors))


def left_out(request: SweepRequest, doors: Collection[str]) -> SweepRequest:
    """Visit doors not at all in this sweep; what was asked of them before no longer holds."""
    return replace(
        freed(request, doors),
        without=tuple(sorted({*request.without, *doors})),
        mandatory=tuple(door for door in request.mandatory if door not in doors),
        appointments=tuple(each for each in request.appointments if each.org_id not in doors),
    )


def taken_back(request: SweepRequest, doors: Collection[str]) -> SweepRequest:
    """Let doors that were left out be visited again."""
    return replace(request, without=tuple(door for door in request.without if door not in doors))


def demanded(request: SweepRequest, door: str) -> SweepRequest:
    """Have a door visited, whatever it is worth."""
    return replace(taken_back(request, (door,)), mandatory=tuple(sorted({*request.mandatory, door})))


def promised(request: SweepRequest, appointment: Appointment) -> SweepRequest:
    """Have a door visited at a time that was agreed; in place of what was agreed or pinned before."""
    others = tuple(each for each in request.appointments if each.org_id != appointment.org_id)
    cleared = freed(taken_back(request, (appointment.org_id,)), (appointment.org_id,))
    return replace(cleared, appointments=(*others, appointment))


def released(request: SweepRequest, door: str) -> SweepRequest:
    """Take back that a door must be visited, and when."""
    return replace(
        request,
        mandatory=tuple(each for each in request.mandatory if each != door),
        appointments=tuple(each for each in request.appointments if each.org_id != door),
    )


def edited(request: SweepRequest, plan: SweepPlan, rows: Sequence[Row]) -> SweepRequest:
    """Change a request to what was written into the day sheet; rows that say what the plan says change nothing.

    A stop with another number puts its day into that order; one with another day goes there, and to its number if that was changed
    as well. What is left out goes whatever else was written.
    """
    gone = {row.at for row in rows if row.out}
    for row in rows:
        if row.at in gone:
            request = left_out(request, doors_of(plan, row.at))
        elif row.day != row.at[0]:
            request = moved_to_day(request, plan, row.at, day=row.day)
        elif row.pinned != is_pinned(request, plan, row.at):
            request = pinned(request, plan, row.at) if row.pinned else freed(request, doors_of(plan, row.at))
    kept = [row for row in rows if row.at not in gone]
    for day in sorted({row.day for row in kept if row.number != row.at[1]}):
        there = [row for row in kept if row.day == day and (row.at[0] == day or row.number != row.at[1])]
        request = ordered(request, plan.days[day], [stop_at(plan, row.at) for row in sorted(there, key=_wanted_place)])
    return request


def _wanted_place(row: Row) -> float:
    """Return where a stop stands among those of its day: one that was moved up goes before what had the number, one moved down after."""
    if row.day != row.at[0] or row.number < row.at[1]:
        return row.number - 0.5
    return row.number + 0.5 if row.number > row.at[1] else row.number


def is_pinned(request: SweepRequest, plan: SweepPlan, at: At) -> bool:
    """Say whether a stop stays where it is: one of its doors is pinned."""
    doors = set(doors_of(plan, at))
    return any(pin.org_id in doors for pin in request.pins)


def place_of_drop(plan: SweepPlan, at: At, *, lat: float, lon: float, within_m: float, days: Collection[int] = ()) -> At | None:
    """Say where a stop was put down: the day whose way passes nearest, and the place on that way.

    Parameters
    ----------
    at
        The stop that was moved; the way of its own day is taken without it.
    lat, lon
        Where it was put down, EPSG:4326.
    within_m
        A way further off than this was not meant.
    days
        Days that can be meant; all where empty.

    Returns
    -------
    Day and place in it, from 0; None where nothing is near. Of ways equally near the earlier one is taken.
    """
    best: tuple[float, At] | None = None
    for day, route in enumerate(plan.days):
        if days and day not in days:
            continue
        stops = [planned.stop for number, planned in enumerate(route.stops) if (day, number) != at]
        way = [(route.start.lat, route.start.lon), *((stop.lat, stop.lon) for stop in stops), (route.end.lat, route.end.lon)]
        for number, (left, right) in enumerate(itertools.pairwise(way)):
            away = _off(left, right, (lat, lon))
            if away <= within_m and (best is None or away < best[0]):
                best = (away, (day, number))
    return None if best is None else best[1]


def _off(left: tuple[float, float], right: tuple[float, float], point: tuple[float, float]) -> float:
    """Return the metres of a point from a straight leg, on a plane around the point: legs are short."""
    narrow = math.cos(math.radians(point[0]))

    def flat(place: tuple[float, float]) -> tuple[float, float]:
        return (place[1] - point[1]) * narrow * _M_PER_DEGREE, (place[0] - point[0]) * _M_PER_DEGREE

    (ax, ay), (bx, by) = flat(left), flat(right)
    length = (bx - ax) ** 2 + (by - ay) ** 2
    share = 0.0 if length == 0 else min(1.0, max(0.0, -(ax * (bx - ax) + ay * (by - ay)) / length))
    return math.hypot(ax + share * (bx - ax), ay + share * (by - ay))
