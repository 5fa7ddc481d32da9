"""QR codes on paper: what a phone reads off a sheet."""

import segno
from fpdf import FPDF


def draw_code(paper: FPDF, said: str, left: float, top: float, size_mm: float, *, quiet: int = 4) -> None:
    """Draw a QR code out of rectangles, each row's dark runs as one, with a white edge of `quiet` modules, which readers need."""
    rows = [list(row) for row in segno.make(said, error="m", micro=False).matrix]
    step = size_mm / (len(rows) + 2 * quiet)
    paper.set_fill_color(0)
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                # A hair more than its height, so that no reader sees white between rows.
                paper.rect(left + (x + quiet) * step, top + (y + quiet) * step, (end - x) * step, step * 1.02, style="F")
            x = max(end, x + 1)
    paper.set_fill_color(255)
