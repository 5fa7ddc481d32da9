"""Plans made by hand for tests: who goes to which door on which day, at which minute."""

from collections.abc import Sequence
from datetime import date

from gridmap.sweeps.planned import DayRoute, Door, PlannedStop, Stop, SweepPlan
from gridmap.sweeps.request import Place

BASE = Place(22.7, 112.23)


def door(org_id: str, *, tier: str = "C", in_share: float = 0.7, prize: float = 6.0) -> Door:
    return Door(org_id, tier, prize, in_share, 20)


def stop(*doors: Door, start_min: float = 540.0, cell: str = "") -> PlannedStop:
    own = Stop("+".join(each.org_id for each in doors), BASE.lat, BASE.lon, cell, "", doors)
    return PlannedStop(own, start_min - 5, start_min, start_min + 20, 5.0, 400.0)


def route(day: date, stops: Sequence[PlannedStop], *, manager_id: str = "cm1") -> DayRoute:
    return DayRoute(manager_id, day, BASE, BASE, 510.0, 1000.0, None, tuple(stops), 5.0, 400.0)


def sweep(*routes: DayRoute) -> SweepPlan:
    return SweepPlan(tuple(routes), (), seed=1, iterations=0, stopped="made", travel_source="made")
