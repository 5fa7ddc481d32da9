"""Reports as PDF on A4: the font that draws Chinese is in the file, cut to the characters used; each page says what it is of how many."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from fpdf import FPDF
from fpdf.fonts import TTFFont
from pylopdf_fonts_zh_cn import sans_path

from gridmap.reports.glyphs import drawable
from gridmap.reports.report import NUMERIC, Block, Kind, Report, Value
from gridmap.reports.ruled import Column, draw_table

_MARGIN_MM, _LINE_MM = 12.0, 4.2
_BOX_MM, _GAP_MM = 24.0, 4.0
SANS = "sans"


class Paper(FPDF):
    """A4, with the report's line at the head of each page and the page's number at its foot."""

    def __init__(self, report: Report, *, upright: bool = False) -> None:
        super().__init__(orientation="portrait" if upright else "landscape", format="A4")
        self.report = report
        self.add_font(SANS, "", sans_path())
        self.set_margin(_MARGIN_MM)
        self.set_auto_page_break(True, margin=_MARGIN_MM + 4)
        self.set_lang("zh-CN" if report.language.startswith("zh") else report.language)

    def drawn(self, text: str) -> str:
        """Return text with what the font cannot draw replaced by a mark; a break of line stays."""
        return drawable(text)

    def close_fonts(self) -> None:
        """Let go of the font's file, which is read until the last character is drawn."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def header(self) -> None:
        """Draw the line that every page begins with."""
        self.set_font(SANS, size=8)
        self.set_text_color(90)
        self.cell(0, 5, self.drawn(self.report.line), border="B", new_x="LMARGIN", new_y="NEXT")
        self.set_text_color(0)
        self.ln(2)

    def footer(self) -> None:
        """Draw the number of the page and of all pages."""
        self.set_y(-_MARGIN_MM)
        self.set_font(SANS, size=8)
        self.cell(0, 5, f"{self.page_no()}/{{nb}}", align="R")


def write_pdf(report: Report, *, made_at: datetime, pictures: Sequence[bytes] = (), behind: int = 0) -> bytes:
    """Write a report to be printed.

    Parameters
    ----------
    report
        The report; its fields with a width are printed, headings again on each page.
    made_at
        The instant the file carries, with its time zone; the same report at the same instant gives the same bytes.
    pictures
        PNG files, four to three, which stand two beside each other.
    behind
        How many tables stand before the pictures.
    """
    paper = Paper(report)
    try:
        return _drawn(paper, report, made_at, pictures, behind)
    finally:
        paper.close_fonts()


def _drawn(paper: Paper, report: Report, made_at: datetime, pictures: Sequence[bytes], behind: int) -> bytes:
    paper.set_title(paper.drawn(report.title))
    paper.set_creation_date(made_at)
    paper.add_page()
    with paper.local_context(text_mode="FILL_STROKE", line_width=0.15):  # the font has one weight; a stroke makes it bold
        paper.set_font(SANS, size=16)
        paper.cell(0, 9, paper.drawn(report.title), new_x="LMARGIN", new_y="NEXT")
    paper.ln(1)
    _told(paper, report)
    printed = [block for block in report.blocks if block.where != "workbook"]
    for block in printed[:behind]:
        _block(paper, block)
    _pictures(paper, pictures)
    for block in printed[behind:]:
        _block(paper, block)
    for line, boxes in report.boxes:
        _boxes(paper, report, line, [f"{box.role}{': ' if box.name else ''}{box.name}" for box in boxes])
    return bytes(paper.output())


def _told(paper: Paper, report: Report) -> None:
    paper.set_font(SANS, size=9)
    for label, told in report.told:
        paper.cell(48, _LINE_MM + 0.8, paper.drawn(label))
        paper.multi_cell(0, _LINE_MM + 0.8, paper.drawn(told), new_x="LMARGIN", new_y="NEXT")


def _block(paper: Paper, block: Block) -> None:
    if paper.will_page_break(12 * _LINE_MM):  # a title is not left alone at the foot of a page
        paper.add_page()
    paper.ln(4)
    _title(paper, block.title)
    paper.set_font(SANS, size=7.5)
    if not block.rows:
        paper.cell(0, _LINE_MM + 1, paper.drawn(block.empty), new_x="LMARGIN", new_y="NEXT")
        return
    printed = [(place, each) for place, each in enumerate(block.fields) if each.width_mm]
    columns = [Column(paper.drawn(each.title), each.width_mm, each.kind in NUMERIC) for _place, each in printed]
    rows = [[paper.drawn(written(values[place], field.kind)) for place, field in printed] for values in block.rows]
    draw_table(paper, columns, rows, totals=block.bold_last)


def _pictures(paper: Paper, pictures: Sequence[bytes]) -> None:
    """Draw pictures two beside each other."""
    width = (paper.epw - _GAP_MM) / 2
    for place, picture in enumerate(pictures):
        if place % 2 == 0:
            if paper.will_page_break(0.75 * width + _GAP_MM):
                paper.add_page()
            paper.ln(_GAP_MM)
        top = paper.get_y()
        paper.image(io.BytesIO(picture), x=paper.l_margin + (place % 2) * (width + _GAP_MM), y=top, w=width, h=0.75 * width)
        paper.set_y(top if place % 2 == 0 and place + 1 < len(pictures) else top + 0.75 * width)


def _title(paper: Paper, title: str) -> None:
    with paper.local_context(text_mode="FILL_STROKE", line_width=0.1):
        paper.set_font(SANS, size=11)
        paper.cell(0, 6, paper.drawn(title), new_x="LMARGIN", new_y="NEXT")


def _boxes(paper: Paper, report: Report, line: str, names: Iterable[str]) -> None:
    """Draw a row of boxes to sign, never apart from the line above it."""
    heads = list(names)
    if paper.will_page_break(_BOX_MM + 3 * _LINE_MM):
        paper.add_page()
    paper.ln(4)
    paper.set_font(SANS, size=9)
    paper.multi_cell(0, _LINE_MM + 0.8, paper.drawn(line), new_x="LMARGIN", new_y="NEXT")
    left, top, width = paper.l_margin, paper.get_y() + 1, paper.epw / len(heads)
    for place, head in enumerate(heads):
        x = left + place * width
        paper.rect(x, top, width, _BOX_MM)
        for offset, text in ((1.0, head), (9.0, f"{report.signature}:"), (17.0, f"{report.signed_on}:")):
            paper.set_xy(x + 1, top + offset)
            paper.multi_cell(width - 2, _LINE_MM, paper.drawn(text), max_line_height=_LINE_MM)
    paper.set_xy(left, top + _BOX_MM)


def written(value: Value, kind: Kind) -> str:
    """Write a value as paper and slides show it; nothing where there is none."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if kind in ("whole", "figure") and float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
