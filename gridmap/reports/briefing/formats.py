"""The formats of a briefing: one file each, all of the same content and the same drawn maps."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from gridmap.errors import N_
from gridmap.reports.briefing.content import Briefing
from gridmap.reports.briefing.maps import MapSheet, draw_png
from gridmap.reports.briefing.message import write_message
from gridmap.reports.briefing.one_file import write_one_file
from gridmap.reports.briefing.picture import write_picture
from gridmap.reports.briefing.slides import write_slides
from gridmap.reports.paper import write_pdf
from gridmap.reports.workbook import write_workbook

Pictures = Mapping[str, bytes]
_BEFORE_MAPS = 3  # where we stand, what to do first, what got worse


@dataclass(frozen=True)
class BriefingFormat:
    """One format: its key, which is its ending too, its title, what browsers call it, what writes it, and whether it shows drawn maps."""

    key: str
    title: str
    media_type: str
    write: Callable[[Briefing, Pictures], bytes]
    drawn: bool = False


def draw_pictures(maps: Iterable[MapSheet]) -> Pictures:
    """Draw maps as PNG files, by their keys."""
    return {sheet.key: draw_png(sheet) for sheet in maps}


def _workbook(briefing: Briefing, _pictures: Pictures) -> bytes:
    return write_workbook(briefing.report, made_at=briefing.made_at)


def _paper(briefing: Briefing, pictures: Pictures) -> bytes:
    drawn = [pictures[sheet.key] for sheet in briefing.maps]
    return write_pdf(briefing.report, made_at=briefing.made_at, pictures=drawn, behind=_BEFORE_MAPS)


FORMATS: tuple[BriefingFormat, ...] = (
    BriefingFormat("xlsx", N_("Excel workbook"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _workbook),
    BriefingFormat("pdf", N_("PDF to be printed"), "application/pdf", _paper, drawn=True),
    BriefingFormat(
        "pptx", N_("Slides"), "application/vnd.openxmlformats-officedocument.presentationml.presentation", write_slides, drawn=True
    ),
    BriefingFormat("html", N_("One page that opens without a network"), "text/html", write_one_file),
    BriefingFormat("png", N_("Picture for a group chat"), "image/png", write_picture, drawn=True),
    BriefingFormat("txt", N_("Text for a group chat"), "text/plain; charset=utf-8", write_message),
)
