"""The days of a sweep: a line for each and its stops, numbered in the order they stand in."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from babel.dates import format_skeleton

from gridmap.errors import N_, say
from gridmap.sweeps.planned import DayRoute, PlannedStop
from gridmap.texts import said
from layers.layer import Layer
from layers.shapes import point_items, shape_item
from layers.sight import Sight, called

_MINUTES = 24 * 60


def items(sight: Sight) -> list[dict[str, Any]]:
    """Return the days of the sweep one after the other: first the line of a day, then its stops in order.

    `k` is the number of the day in the plan for both. A line's `n` is the day and the manager, its `d` how many doors; a stop's
    `n` is what stands there, its `d` when and why. Without a sweep there is nothing.
    """
    if sight.sweep is None:
        return []
    organisations = sight.market.at("organisations", sight.as_of).drop_duplicates("org_id", keep="last")
    names = dict(zip(organisations["org_id"], sight.called(organisations), strict=True))
    managers = sight.market.tables["managers"].drop_duplicates("manager_id", keep="last")
    people = dict(zip(managers["manager_id"], called(managers, sight.language), strict=True))
    return [item for slot, day in enumerate(sight.sweep.days) for item in _day(sight, str(slot), day, names, people)]


def day_of(route: DayRoute, language: str) -> str:
    """Write the day of a route with its weekday: it is looked up by people who think in weekdays."""
    return str(format_skeleton("MMMEd", route.day, locale=language))


def clock(minutes: float) -> str:
    """Write minutes from local midnight as a time of day."""
    whole = round(minutes) % _MINUTES
    return f"{whole // 60:02d}:{whole % 60:02d}"


def _day(sight: Sight, slot: str, route: DayRoute, names: Mapping[str, str], people: Mapping[str, str]) -> list[dict[str, Any]]:
    at = [(planned.stop.lat, planned.stop.lon) for planned in route.stops]
    way = [(route.start.lat, route.start.lon), *at, (route.end.lat, route.end.lon)]
    line = shape_item(shapely.LineString([(lon, lat) for lat, lon in way]), kind=slot, closed=False, rough_deg=0, shift=sight.shift)
    if line is None:  # nothing but the base, at which the day stays
        return []
    title = say(N_("{day} · {manager}"), day=day_of(route, sight.language), manager=people.get(route.manager_id) or route.manager_id)
    doors = say(N_("{doors} doors"), doors=len(route.doors))
    line |= {"n": said(title, sight.language), "d": said(doors, sight.language)}
    lat, lon = np.array(at, "f8").reshape(-1, 2).T
    called_stops = [_name(planned, names) for planned in route.stops]
    details = [_detail(planned, sight.language) for planned in route.stops]
    return [line, *point_items(lat, lon, [slot] * len(at), names=called_stops, details=details, shift=sight.shift)]


def _name(planned: PlannedStop, names: Mapping[str, str]) -> str:
    """Name a stop by its first door, with how many more there are."""
    doors = planned.stop.doors
    first = names.get(doors[0].org_id) or doors[0].org_id
    return first if len(doors) == 1 else f"{first} +{len(doors) - 1}"


def _detail(planned: PlannedStop, language: str) -> str:
    """Say from when to when, and why its first door is worth a visit."""
    why = [said(reason.said, language) for door in planned.stop.doors[:1] for reason in door.reasons[:2]]
    return " · ".join([f"{clock(planned.start_min)}-{clock(planned.leave_min)}", *why])


LAYER = Layer(
    "routes",
    N_("Days of the sweep"),
    "coverage",
    "routes",
    help=N_("Where each day goes, with its stops numbered in order."),
    items=items,
    sweeps_only=True,
)
