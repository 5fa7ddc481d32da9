"""The formats a sweep leaves the tool in."""

from collections.abc import Callable
from dataclasses import dataclass

from gridmap.errors import N_, FileError, say
from gridmap.reports.itinerary.day_sheet import write_pdf
from gridmap.reports.itinerary.geojson import write_geojson
from gridmap.reports.itinerary.gpx import write_gpx
from gridmap.reports.itinerary.ics import write_ics
from gridmap.reports.itinerary.kml import write_kml
from gridmap.reports.itinerary.sheet import SweepSheet
from gridmap.reports.itinerary.tables import write_csv, write_xlsx


@dataclass(frozen=True)
class Format:
    """A format: its key, its title for people, how its file is called and served, and what writes it."""

    key: str
    title: str
    suffix: str
    media_type: str
    write: Callable[[SweepSheet], bytes]


FORMATS = (
    Format("pdf", N_("Day sheets to print (PDF)"), ".pdf", "application/pdf", write_pdf),
    Format("xlsx", N_("Excel workbook"), ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    Format("ics", N_("Calendar (ICS)"), ".ics", "text/calendar", write_ics),
    Format("gpx", N_("Route for GPS devices (GPX)"), ".gpx", "application/gpx+xml", write_gpx),
    Format("kml", N_("Map file (KML)"), ".kml", "application/vnd.google-earth.kml+xml", write_kml),
    Format("csv", N_("Table (CSV)"), ".csv", "text/csv", write_csv),
    Format("geojson", N_("GeoJSON"), ".geojson", "application/geo+json", write_geojson),
)


def itinerary_format(key: str) -> Format:
    """Return a format by its key; FileError where there is none."""
    for each in FORMATS:
        if each.key == key:
            return each
    raise FileError(
        say(N_("There is no format {name}."), name=key), expected=say(N_("One of: {known}."), known=", ".join(each.key for each in FORMATS))
    )
