"""The briefing as one upright picture for a group chat, readable on a phone: verdict, figures, one map, what got worse."""

import io
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image, ImageDraw

from gridmap.reports.briefing.content import Briefing, Mood, Tile
from gridmap.reports.glyphs import broken, drawable, sized
from gridmap.texts import translator

WIDTH, MARGIN, GAP = 1080, 48, 20
WORSE_SHOWN = 3
INK, SOFT, RULE, PAPER = "#1a1a1a", "#555555", "#d0d0d0", "#ffffff"
MOODS: Mapping[Mood, str] = {"good": "#1a6b33", "bad": "#a3230f", "": SOFT}
_LINE = 1.45
_TALLEST = 6000


@dataclass
class Pen:
    """Draws downwards on a sheet; `y` is where the next thing begins."""

    sheet: Image.Image
    y: int = MARGIN

    def __post_init__(self) -> None:
        self.draw = ImageDraw.Draw(self.sheet)

    def words(self, text: str, size: int, colour: str = INK, *, left: int = MARGIN, width: int = WIDTH - 2 * MARGIN) -> None:
        """Write a text in as many lines as it needs."""
        for line in broken(drawable(text), width, size):
            self.draw.text((left, self.y), line, font=sized(size), fill=colour)
            self.y += round(size * _LINE)


def write_picture(briefing: Briefing, pictures: Mapping[str, bytes]) -> bytes:
    """Draw the picture, 1080 pixels wide; the same briefing gives the same bytes."""
    _ = translator(briefing.language)
    pen = Pen(Image.new("RGB", (WIDTH, _TALLEST), PAPER))
    pen.words(briefing.report.title, 44)
    pen.words(briefing.verdict, 30)
    pen.y += GAP
    _tiles(pen, briefing.tiles)
    if briefing.maps:
        _map(pen, pictures[briefing.maps[0].key])
    for heading, sentences in ((_("What got worse"), briefing.worse[:WORSE_SHOWN]), (_("Do first"), briefing.steps)):
        if sentences:
            pen.words(heading, 34)
            for sentence in sentences:
                pen.words(f"· {sentence}", 27)
            pen.y += GAP
    mark = _("Checksum of the figures")
    pen.words(f"{briefing.source} · {mark}: {briefing.checksum}", 20, SOFT)
    drawn = pen.sheet.crop((0, 0, WIDTH, min(pen.y + MARGIN, _TALLEST)))
    target = io.BytesIO()
    drawn.save(target, format="PNG", optimize=True)
    return target.getvalue()


def _tiles(pen: Pen, tiles: tuple[Tile, ...]) -> None:
    """Draw the figures two in a row, each as high as the taller of the two."""
    width = (WIDTH - 2 * MARGIN - GAP) // 2
    for start in range(0, len(tiles), 2):
        top, bottom = pen.y, pen.y
        for place, tile in enumerate(tiles[start : start + 2]):
            pen.y = top + 12
            left = MARGIN + place * (width + GAP)
            lines = (
                (tile.title, 26, SOFT),
                (tile.value, 46, INK),
                (tile.change, 26, MOODS[tile.mood]),
                (tile.target, 26, MOODS[tile.aim]),
                (tile.evidence, 24, SOFT),
            )
            for text, size, colour in lines:
                if text:
                    pen.words(text, size, colour, left=left + 16, width=width - 32)
            bottom = max(bottom, pen.y + 12)
        for place in range(len(tiles[start : start + 2])):
            left = MARGIN + place * (width + GAP)
            pen.draw.rounded_rectangle((left, top, left + width, bottom), radius=12, outline=RULE, width=2)
        pen.y = bottom + GAP


def _map(pen: Pen, picture: bytes) -> None:
    width = WIDTH - 2 * MARGIN
    with Image.open(io.BytesIO(picture)) as drawn:
        small = drawn.convert("RGB").resize((width, round(width * drawn.height / drawn.width)), Image.Resampling.LANCZOS)
    pen.sheet.paste(small, (MARGIN, pen.y))
    pen.y += small.height + GAP
