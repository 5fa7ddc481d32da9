"""A sweep as GPX: a route per day through named waypoints, WGS-84 as the format has it."""

from datetime import UTC
from typing import Any

from gpxpy import gpx

from gridmap.files.sheets import without_control
from gridmap.reports.itinerary.sheet import SweepSheet, clock
from gridmap.sweeps.planned import DayRoute, PlannedStop


def write_gpx(sheet: SweepSheet) -> bytes:
    """Write a sweep as GPX 1.1: each day's stops as waypoints, and as a route from where the day starts to where it ends."""
    file = gpx.GPX()
    file.creator, file.name = "gridmap", without_control(sheet.title)
    file.time = sheet.made_at.astimezone(UTC)
    _ = sheet.translate
    for day in sheet.days:
        title = without_control(sheet.day_title(day))
        for number, planned in enumerate(day.stops, start=1):
            file.waypoints.append(gpx.GPXWaypoint(**_point(sheet, day, number, planned), type="stop"))
        route = gpx.GPXRoute(name=title, number=len(file.routes) + 1)
        route.points.append(gpx.GPXRoutePoint(day.start.lat, day.start.lon, name=_("Start")))
        route.points += [gpx.GPXRoutePoint(**_point(sheet, day, number, planned)) for number, planned in enumerate(day.stops, start=1)]
        route.points.append(gpx.GPXRoutePoint(day.end.lat, day.end.lon, name=_("End")))
        file.routes.append(route)
    return file.to_xml(version="1.1").encode("utf-8", errors="replace")


def _point(sheet: SweepSheet, day: DayRoute, number: int, planned: PlannedStop) -> dict[str, Any]:
    doors = "\n".join(" · ".join(part for part in (sheet.indoors(door), sheet.name(door.org_id)) if part) for door in planned.stop.doors)
    return {
        "latitude": round(planned.stop.lat, 6),
        "longitude": round(planned.stop.lon, 6),
        "name": without_control(f"{number}. {sheet.place(planned)}"),
        "time": sheet.at(day.day, planned.start_min).astimezone(UTC),
        "comment": without_control(f"{clock(planned.start_min)}-{clock(planned.leave_min)} {sheet.address(planned)}".strip()),
        "description": without_control(doors),
    }
