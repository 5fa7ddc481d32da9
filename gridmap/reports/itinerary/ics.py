"""A sweep as a calendar: an event per stop at local times, with an identity that lasts, so that a new file moves what an old one made."""

from datetime import UTC, date

import icalendar

from gridmap.files.sheets import without_control
from gridmap.reports.itinerary.navigation import navigation_link
from gridmap.reports.itinerary.sheet import SweepSheet, clock
from gridmap.sweeps.planned import DayRoute, PlannedStop


def write_ics(sheet: SweepSheet) -> bytes:
    """Write a sweep as iCalendar (RFC 5545), times in the branch's zone with its rules in the file; nothing rings."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//gridmap//sweep//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _plain(sheet.title))
    for day in sheet.days:
        for number, planned in enumerate(day.stops, start=1):
            calendar.add_component(_event(sheet, day, number, planned))
    if sheet.days:  # the rules of the years that matter; some calendars stumble over those of decades ago
        calendar.add_missing_timezones(date(sheet.days[0].day.year - 1, 1, 1), date(sheet.days[-1].day.year + 2, 1, 1))
    return bytes(calendar.to_ical())


def _event(sheet: SweepSheet, day: DayRoute, number: int, planned: PlannedStop) -> icalendar.Event:
    stop = planned.stop
    event = icalendar.Event()
    event.add("uid", f"sweep-{sheet.sweep_id}-{stop.stop_id}-{day.day:%Y%m%d}@{sheet.branch_id}.gridmap")
    event.add("sequence", sheet.version)
    event.add("dtstamp", sheet.made_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", sheet.at(day.day, planned.start_min))
    event.add("dtend", sheet.at(day.day, max(planned.leave_min, planned.start_min + 1)))
    event.add("summary", _plain(f"{number}. {sheet.place(planned)}"))
    event.add("location", _plain(sheet.address(planned) or sheet.place(planned)))
    event.add("geo", (round(stop.lat, 6), round(stop.lon, 6)))
    event.add("description", _plain("\n".join(_lines(sheet, planned))))
    event.add("url", navigation_link("amap", stop.lat, stop.lon, sheet.place(planned)))
    event.add("categories", [_plain(sheet.who(day.manager_id))])
    return event


def _lines(sheet: SweepSheet, planned: PlannedStop) -> list[str]:
    lines = [f"{clock(planned.start_min)}-{clock(planned.leave_min)}"]
    for door in planned.stop.doors:
        lines.append(
            " · ".join(part for part in (sheet.indoors(door), sheet.name(door.org_id), sheet.trade(door.org_id), door.tier) if part)
        )
        if door.reasons:
            lines.append(f"  {sheet.why(door)}")
    return lines


def _plain(text: str) -> str:
    return without_control(text).replace("\r", " ").encode("utf-8", errors="replace").decode("utf-8")
