"""A sweep as KML: a folder per day with numbered stops and the line between them; balloons hold text alone."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from gridmap.errors import N_
from gridmap.files.sheets import without_control
from gridmap.reports.itinerary.sheet import SweepSheet, clock
from gridmap.sweeps.planned import DayRoute, PlannedStop

_SPACE = "http://www.opengis.net/kml/2.2"
# aabbggrr, in the order of the days; they differ for people who see colours differently too.
COLOURS = ("ffb27200", "ff005ed5", "ff739e00", "ffa779cc", "ff00b4e6", "ffe9b456")


def write_kml(sheet: SweepSheet) -> bytes:
    """Write a sweep as KML 2.2."""
    root = Element("kml", xmlns=_SPACE)
    document = SubElement(root, "Document")
    _text(document, "name", sheet.title)
    for place, colour in enumerate(COLOURS):
        style = SubElement(document, "Style", id=f"day{place}")
        line = SubElement(style, "LineStyle")
        _text(line, "color", colour)
        _text(line, "width", "4")
    for place, day in enumerate(sheet.days):
        _day(document, sheet, day, f"#day{place % len(COLOURS)}")
    indent(root, " ")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode").encode("utf-8", errors="replace")


def _day(document: Element, sheet: SweepSheet, day: DayRoute, style: str) -> None:
    folder = SubElement(document, "Folder")
    _text(folder, "name", sheet.day_title(day))
    mark = SubElement(folder, "Placemark")
    _text(mark, "name", sheet.translate(N_("Route")))
    _text(mark, "styleUrl", style)
    line = SubElement(mark, "LineString")
    _text(line, "tessellate", "1")
    places = [(day.start.lat, day.start.lon), *((each.stop.lat, each.stop.lon) for each in day.stops), (day.end.lat, day.end.lon)]
    _text(line, "coordinates", " ".join(f"{lon:.6f},{lat:.6f}" for lat, lon in places))
    for number, planned in enumerate(day.stops, start=1):
        _stop(folder, sheet, number, planned)


def _stop(folder: Element, sheet: SweepSheet, number: int, planned: PlannedStop) -> None:
    mark = SubElement(folder, "Placemark")
    _text(mark, "name", f"{number}. {sheet.place(planned)}")
    address = sheet.address(planned)
    if address:
        _text(mark, "address", address)
    doors = [" · ".join(part for part in (sheet.indoors(door), sheet.name(door.org_id)) if part) for door in planned.stop.doors]
    _text(mark, "description", "\n".join((f"{clock(planned.start_min)}-{clock(planned.leave_min)}", *doors)))
    data = SubElement(mark, "ExtendedData")
    for name, value in (("number", number), ("stop_id", planned.stop.stop_id), ("cell", planned.stop.cell), ("doors", len(doors))):
        _text(SubElement(data, "Data", name=name), "value", str(value))
    _text(SubElement(mark, "Point"), "coordinates", f"{planned.stop.lon:.6f},{planned.stop.lat:.6f}")


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = without_control(text)
