"""A sweep as GeoJSON (RFC 7946): a point per stop and a line per day, ids as text, WGS-84."""

import json

from gridmap.reports.itinerary.navigation import navigation_links
from gridmap.reports.itinerary.sheet import SweepSheet
from gridmap.sweeps.planned import DayRoute, PlannedStop


def write_geojson(sheet: SweepSheet) -> bytes:
    """Write a sweep as a feature collection; property names are the same in every language."""
    features = []
    for day in sheet.days:
        features.append(_route(sheet, day))
        features += [_stop(sheet, day, number, planned) for number, planned in enumerate(day.stops, start=1)]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, indent=1, allow_nan=False).encode("utf-8", errors="replace")


def _route(sheet: SweepSheet, day: DayRoute) -> dict[str, object]:
    places = [(day.start.lat, day.start.lon), *((each.stop.lat, each.stop.lon) for each in day.stops), (day.end.lat, day.end.lon)]
    return {
        "type": "Feature",
        "id": f"route-{sheet.sweep_id}-{day.manager_id}-{day.day.isoformat()}",
        "geometry": {"type": "LineString", "coordinates": [_pair(*each) for each in places]},
        "properties": {
            **_of_day(sheet, day),
            "leaves": sheet.at(day.day, day.leaves_min).isoformat(),
            "returns": sheet.at(day.day, day.returns_min).isoformat(),
            "stops": len(day.stops),
            "doors": len(day.doors),
            "travel_min": round(day.travel_min, 1),
            "travel_m": round(day.travel_m),
            "priority": round(day.prize, 2),
        },
    }


def _stop(sheet: SweepSheet, day: DayRoute, number: int, planned: PlannedStop) -> dict[str, object]:
    stop = planned.stop
    return {
        "type": "Feature",
        "id": f"stop-{sheet.sweep_id}-{stop.stop_id}-{day.day.isoformat()}",
        "geometry": {"type": "Point", "coordinates": _pair(stop.lat, stop.lon)},
        "properties": {
            **_of_day(sheet, day),
            "number": number,
            "stop_id": stop.stop_id,
            "cell": stop.cell,
            "place": sheet.place(planned),
            "address": sheet.address(planned),
            "arrives": sheet.at(day.day, planned.arrive_min).isoformat(),
            "starts": sheet.at(day.day, planned.start_min).isoformat(),
            "leaves": sheet.at(day.day, planned.leave_min).isoformat(),
            "travel_min": round(planned.travel_min, 1),
            "travel_m": round(planned.travel_m),
            "doors": [
                {
                    "org_id": str(door.org_id),
                    "name": sheet.name(door.org_id),
                    "tier": door.tier,
                    "floor": door.floor,
                    "room": door.room,
                    "why": sheet.why(door),
                    "priority": round(door.prize, 2),
                }
                for door in stop.doors
            ],
            "navigate": {app.key: link for app, link in navigation_links(stop.lat, stop.lon, sheet.place(planned))},
        },
    }


def _of_day(sheet: SweepSheet, day: DayRoute) -> dict[str, object]:
    return {
        "sweep_id": str(sheet.sweep_id),
        "day": day.day.isoformat(),
        "manager_id": str(day.manager_id),
        "manager": sheet.who(day.manager_id),
    }


def _pair(lat: float, lon: float) -> list[float]:
    return [round(float(lon), 6), round(float(lat), 6)]
