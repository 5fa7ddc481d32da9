"""A sweep as tables: every door in the order of visiting, for spreadsheets; nothing in them runs."""

import csv
import io
import re

from gridmap.errors import N_
from gridmap.files.formula import GUARD, NUMBERLIKE
from gridmap.files.sheets import guarded
from gridmap.reports.itinerary.navigation import navigation_link
from gridmap.reports.itinerary.sheet import Row, SweepSheet, clock
from gridmap.reports.report import Block, Field, Report, Value
from gridmap.reports.workbook import write_workbook
from gridmap.texts import said
from gridmap.travel import source_said

_NUMBERLIKE = re.compile(NUMBERLIKE)


def write_csv(sheet: SweepSheet) -> bytes:
    """Write every door as CSV: UTF-8 with the mark that Excel needs; what a spreadsheet would run, or take for a number, is guarded."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    fields = _door_fields(sheet)
    writer.writerow([guarded(each.title) for each in fields])
    for row in sheet.rows:
        writer.writerow([_csv_cell(value) for value in _door_values(sheet, row)])
    return b"\xef\xbb\xbf" + target.getvalue().encode("utf-8", errors="replace")


def write_xlsx(sheet: SweepSheet) -> bytes:
    """Write a workbook: what the sweep is and its days, then every door with a frozen heading and filters."""
    _ = sheet.translate
    told = (
        (_("Branch"), sheet.branch.said(sheet.language)),
        (_("Sweep"), f"{sheet.sweep_id} · {sheet.title}"),
        (_("Time zone"), sheet.time_zone),
        (_("Priority of all doors"), f"{sheet.plan.prize:,.1f}"),
        (_("Travel"), said(source_said(sheet.plan.travel_source), sheet.language)),
        (_("Pairs of places without a road, estimated"), f"{sheet.plan.filled:,}"),
    )
    report = Report(
        title=_("Sweep"),
        line=" · ".join((_("Sweep"), sheet.branch.said(sheet.language), sheet.title)),
        told=told,
        blocks=(
            Block(_("Days"), _("Days"), _day_fields(sheet), _day_rows(sheet), bold_last=1),
            Block(_("Doors"), _("Doors"), _door_fields(sheet), tuple(_door_values(sheet, row) for row in sheet.rows)),
        ),
        language=sheet.language,
    )
    return write_workbook(report, made_at=sheet.made_at)


def _day_fields(sheet: SweepSheet) -> tuple[Field, ...]:
    _ = sheet.translate
    return (
        *(Field(title) for title in (_("Manager"), _("Manager code"))),
        Field(_("Day"), "date"),
        *(Field(title) for title in (_("Leaves"), _("Returns"))),
        *(Field(title, "whole") for title in (_("Stops"), _("Doors"))),
        *(Field(title, "number") for title in (_("On the road (min)"), _("On the road (km)"), _("Priority"))),
    )


def _day_rows(sheet: SweepSheet) -> tuple[tuple[Value, ...], ...]:
    days = sheet.days
    rows: list[tuple[Value, ...]] = [
        (
            *(sheet.who(day.manager_id), day.manager_id, day.day, clock(day.leaves_min), clock(day.returns_min)),
            *(len(day.stops), len(day.doors), day.travel_min, day.travel_m / 1000, day.prize),
        )
        for day in days
    ]
    sums = (
        *(sum(len(day.stops) for day in days), sum(len(day.doors) for day in days)),
        *(sum(day.travel_min for day in days), sum(day.travel_m for day in days) / 1000, sum(day.prize for day in days)),
    )
    return (*rows, (sheet.translate(N_("In all")), "", None, "", "", *sums))


def _door_fields(sheet: SweepSheet) -> tuple[Field, ...]:
    _ = sheet.translate
    return (
        Field(_("Day"), "date"),
        *(Field(title) for title in (_("Manager"), _("Manager code"))),
        Field(_("Stop"), "whole"),
        *(Field(title) for title in (_("Arrives"), _("Starts"), _("Leaves"))),
        *(Field(title, "number") for title in (_("Travel (min)"), _("Travel (km)"))),
        *(
            Field(title)
            for title in (_("Building"), _("Floor"), _("Room"), _("Organisation code"), _("Organisation"), _("Trade"), _("Tier"))
        ),
        *(Field(title) for title in (_("Address"), _("Opening hours"), _("Contact"), _("Why"))),
        Field(_("Time at the door (min)"), "whole"),
        *(Field(title, "number") for title in (_("Chance somebody is in (%)"), _("Priority"))),
        *(Field(title, "degrees") for title in (_("Latitude (WGS-84)"), _("Longitude (WGS-84)"))),
        Field(_("Amap")),
    )


def _door_values(sheet: SweepSheet, row: Row) -> tuple[Value, ...]:
    day, planned, door = row.day, row.planned, row.door
    stop = planned.stop
    first = row.place == 0  # the way to a stop is told once, so that a column can be summed
    return (
        *(day.day, sheet.who(day.manager_id), day.manager_id, row.number),
        *(clock(planned.arrive_min), clock(planned.start_min), clock(planned.leave_min)),
        *(planned.travel_min if first else None, planned.travel_m / 1000 if first else None),
        *(stop.building, door.floor, door.room, door.org_id, sheet.name(door.org_id), sheet.trade(door.org_id), door.tier),
        *(
            sheet.known(door.org_id, "address"),
            sheet.known(door.org_id, "opening_hours"),
            sheet.known(door.org_id, "contact"),
            sheet.why(door),
        ),
        *(door.service_min, 100 * door.in_share, door.prize, round(stop.lat, 6), round(stop.lon, 6)),
        navigation_link("amap", stop.lat, stop.lon, sheet.place(planned)),
    )


def _csv_cell(value: Value) -> object:
    if value is None:
        return ""
    if isinstance(value, str):
        return _NUMBERLIKE.sub(GUARD, guarded(value.replace("\0", "")))
    return round(value, 6) if isinstance(value, float) else value
