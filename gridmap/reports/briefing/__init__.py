"""Briefings: the figures of a branch in a workbook, on paper, on slides, in one page that needs no network, a picture and a message."""

from gridmap.reports.briefing.content import Briefing, Tile, checksum
from gridmap.reports.briefing.formats import FORMATS, BriefingFormat, draw_pictures

__all__ = ["FORMATS", "Briefing", "BriefingFormat", "Tile", "checksum", "draw_pictures"]
