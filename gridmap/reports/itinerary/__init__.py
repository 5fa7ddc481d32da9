"""Sweeps out of the tool: files for maps, calendars, spreadsheets and paper, and links into navigation apps."""

from gridmap.reports.itinerary.day_map import map_corners
from gridmap.reports.itinerary.formats import FORMATS, Format, itinerary_format
from gridmap.reports.itinerary.navigation import APPS, App, navigation_link, navigation_links
from gridmap.reports.itinerary.sheet import Ground, SweepSheet

__all__ = [
    "APPS",
    "FORMATS",
    "App",
    "Format",
    "Ground",
    "SweepSheet",
    "itinerary_format",
    "map_corners",
    "navigation_link",
    "navigation_links",
]
