"""Ruled tables on paper: text broken into lines where Chinese and English may be, headings again on each page."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from fpdf import FPDF

_LINE_MM, _PAD_MM, _ASCENT = 3.9, 0.8, 0.78
_GREY, _RULE = (230, 230, 230), 150
_WIDE_FROM = "\N{CJK RADICAL REPEAT}"


@dataclass(frozen=True)
class Column:
    """A column on paper: its width, and whether its text stands right, as numbers do."""

    heading: str
    width_mm: float
    right: bool = False


@dataclass(frozen=True)
class Ruler:
    """Measures text in the paper's present font; each character once."""

    paper: FPDF
    known: dict[str, float] = field(default_factory=dict)

    def width(self, text: str) -> float:
        """Return the width of a text in mm."""
        for each in set(text) - self.known.keys():
            self.known[each] = self.paper.get_string_width(each)
        return sum(self.known[each] for each in text)

    def lines(self, text: str, width_mm: float) -> list[str]:
        """Break a text into lines no wider than that: at spaces, and between Chinese characters."""
        return [line for part in text.split("\n") for line in self._broken(part, width_mm)]

    def _broken(self, text: str, width_mm: float) -> list[str]:
        if self.width(text) <= width_mm:
            return [text]
        lines, start, best, used = [], 0, 0, 0.0
        for place, each in enumerate(text):
            while used + self.known[each] > width_mm and place > start:
                # a word that is longer than the line is cut where the line ends
                end = best if best > start else place
                lines.append(text[start:end].rstrip())
                start = end
                used = self.width(text[start:place])
            used += self.known[each]
            if each == " " or each >= _WIDE_FROM:
                best = place + 1
        return [*lines, text[start:]]


def draw_table(paper: FPDF, columns: Sequence[Column], rows: Sequence[Sequence[str]], *, totals: int = 0) -> None:
    """Draw a table over the whole width of the paper, in its present font.

    Parameters
    ----------
    paper
        Where; its position is at the left margin below the table afterwards.
    columns
        Their widths are shares of the paper's.
    rows
        Texts; a row is never torn apart between pages.
    totals
        How many rows at the end are sums, and are shaded.
    """
    scale = paper.epw / sum(column.width_mm for column in columns)
    scaled = [Column(column.heading, column.width_mm * scale, column.right) for column in columns]
    ruler = Ruler(paper)
    heading = _wrapped(ruler, scaled, [column.heading for column in columns])
    paper.set_draw_color(_RULE)
    _draw_row(paper, ruler, scaled, heading, shaded=True)
    for number, row in enumerate(rows):
        cells = _wrapped(ruler, scaled, row)
        if paper.will_page_break(_height(cells)):
            paper.add_page(same=True)
            paper.set_draw_color(_RULE)
            _draw_row(paper, ruler, scaled, heading, shaded=True)
        _draw_row(paper, ruler, scaled, cells, shaded=number >= len(rows) - totals)
    paper.set_draw_color(0)


def _wrapped(ruler: Ruler, columns: Sequence[Column], texts: Sequence[str]) -> list[list[str]]:
    return [ruler.lines(text, column.width_mm - 2 * _PAD_MM) for column, text in zip(columns, texts, strict=True)]


def _height(cells: Sequence[Sequence[str]]) -> float:
    return max(len(lines) for lines in cells) * _LINE_MM + 2 * _PAD_MM


def _draw_row(paper: FPDF, ruler: Ruler, columns: Sequence[Column], cells: Sequence[Sequence[str]], *, shaded: bool) -> None:
    left, top, height = paper.l_margin, paper.get_y(), _height(cells)
    if shaded:
        paper.set_fill_color(*_GREY)
    paper.rect(left, top, paper.epw, height, style="DF" if shaded else "D")
    for column, lines in zip(columns, cells, strict=True):
        if left > paper.l_margin:
            paper.line(left, top, left, top + height)
        for number, line in enumerate(lines):
            x = left + column.width_mm - _PAD_MM - ruler.width(line) if column.right else left + _PAD_MM
            if line:
                paper.text(x, top + _PAD_MM + (number + _ASCENT) * _LINE_MM, line)
        left += column.width_mm
    paper.set_xy(paper.l_margin, top + height)
