"""Cards of cells to be cut out and carried: what is in the cell, whose it is, and a code that opens it; eight on a sheet of A4."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gridmap.reports.codes import draw_code
from gridmap.reports.paper import SANS, Paper
from gridmap.reports.report import Report

ACROSS, DOWN = 2, 4
_CODE_MM, _PAD_MM = 34.0, 4.0


@dataclass(frozen=True)
class Card:
    """One card: the cell's name, lines below it (label and text), and what its code says."""

    title: str
    lines: tuple[tuple[str, str], ...]
    code: str


def write_card_sheets(report: Report, cards: Sequence[Card], *, made_at: datetime, empty: str) -> bytes:
    """Write cards as a PDF, ruled where they are cut; the same cards give the same bytes."""
    paper = Paper(report, upright=True)
    try:
        paper.set_title(paper.drawn(report.title))
        paper.set_creation_date(made_at)
        for place, card in enumerate(cards):
            if place % (ACROSS * DOWN) == 0:
                paper.add_page()
            _card(paper, card, place % (ACROSS * DOWN))
        if not cards:
            paper.add_page()
            paper.set_font(SANS, size=12)
            paper.cell(0, 8, paper.drawn(empty))
        return bytes(paper.output())
    finally:
        paper.close_fonts()


def _card(paper: Paper, card: Card, place: int) -> None:
    top_edge = paper.t_margin + 8
    width, height = paper.epw / ACROSS, (paper.h - top_edge - paper.b_margin) / DOWN
    left, top = paper.l_margin + (place % ACROSS) * width, top_edge + (place // ACROSS) * height
    paper.set_draw_color(170)
    paper.rect(left, top, width, height)
    paper.set_draw_color(0)  # of the stroke that makes letters bold
    text_width = width - _CODE_MM - 3 * _PAD_MM
    paper.set_xy(left + _PAD_MM, top + _PAD_MM)
    with paper.local_context(text_mode="FILL_STROKE", line_width=0.1):
        paper.set_font(SANS, size=11)
        paper.multi_cell(text_width, 5.5, paper.drawn(card.title), align="L", new_x="LEFT", new_y="NEXT")
    paper.set_font(SANS, size=9)
    paper.ln(1)
    for label, told in card.lines:
        paper.set_x(left + _PAD_MM)
        paper.multi_cell(text_width, 5, paper.drawn(f"{label}: {told}"), align="L", new_x="LEFT", new_y="NEXT")
    draw_code(paper, card.code, left + width - _CODE_MM - _PAD_MM, top + _PAD_MM, _CODE_MM)
