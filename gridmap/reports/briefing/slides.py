"""The briefing as slides: verdict and figures, what to do, a slide per map with its classes, and the tables as tables."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pptx
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from gridmap.reports.briefing.content import Briefing, Mood, Tile
from gridmap.reports.briefing.maps import MapSheet
from gridmap.reports.glyphs import broken, drawable, sized
from gridmap.reports.paper import written
from gridmap.reports.report import NUMERIC, Block, Field
from gridmap.texts import translator

WIDTH_IN, HEIGHT_IN, MARGIN_IN = 13.333, 7.5, 0.5
BODY_IN = WIDTH_IN - 2 * MARGIN_IN
TOP_IN, FOOT_IN = 1.2, 7.05
# What every office has, or something of the same widths; maps bring their letters along as pictures.
LATIN_FACE, CHINESE_FACE = "Arial", "Microsoft YaHei"
INK, SOFT = "1A1A1A", "555555"
MOODS: Mapping[Mood, str] = {"good": "1A6B33", "bad": "A3230F", "": SOFT}
ROW_PT, HEAD_FILL = 11, "E6E6E6"
_LINE, _PAD_IN, _FINE = 1.25, 0.06, 8  # height of a line in sizes; room beside a cell's text; letters are measured this much larger
_BOLDER = 1.1  # how much wider bold letters are, and those of another font
_FIRST_ZIP = (1980, 1, 1, 0, 0, 0)


def write_slides(briefing: Briefing, pictures: Mapping[str, bytes]) -> bytes:
    """Write the slides, 16 to 9; the same briefing gives the same bytes."""
    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH_IN), Inches(HEIGHT_IN)
    _properties(deck, briefing)
    _figures(_slide(deck, briefing, briefing.report.title), briefing)
    _sentences(deck, briefing)
    for sheet in briefing.maps:
        _map(_slide(deck, briefing, sheet.title), sheet, pictures[sheet.key], briefing)
    for block in briefing.report.blocks:
        if block.where != "workbook" and len(block.fields) > 1 and block.name != briefing.beside_maps:
            _tables(deck, briefing, block)
    return _packed(deck)


def line_count(text: str, width_in: float, size_pt: float) -> int:
    """Estimate in how many lines a text of a size is shown in a width."""
    return len(broken(drawable(text), width_in / _BOLDER * 72 * _FINE, round(size_pt * _FINE)))


def height_in(text: str, width_in: float, size_pt: float) -> float:
    """Estimate how high a text of a size is in a width."""
    return line_count(text, width_in, size_pt) * size_pt * _LINE / 72


def _slide(deck: Any, briefing: Briefing, title: str) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    _write(slide, title, (MARGIN_IN, 0.35, BODY_IN, 0.75), 26, bold=True)
    _write(slide, f"{briefing.report.line} · {briefing.source}", (MARGIN_IN, FOOT_IN, BODY_IN, 0.3), 9, colour=SOFT)
    return slide


def _figures(slide: Any, briefing: Briefing) -> None:
    _write(slide, briefing.verdict, (MARGIN_IN, TOP_IN - 0.1, BODY_IN, 0.65), 16)
    across, gap = 4, 0.18
    width, height, top = (BODY_IN - (across - 1) * gap) / across, 2.45, TOP_IN + 0.65
    for place, tile in enumerate(briefing.tiles):
        left = MARGIN_IN + (place % across) * (width + gap)
        _tile(slide, tile, left, top + (place // across) * (height + gap), width)


def _tile(slide: Any, tile: Tile, left: float, top: float, width: float) -> None:
    box = slide.shapes.add_shape(1, Inches(left), Inches(top), Inches(width), Inches(2.45))
    box.fill.background()
    box.line.color.rgb, box.line.width, box.shadow.inherit = RGBColor.from_string("C8C8C8"), Pt(0.75), False
    rows = (
        (tile.title, 13, SOFT, 0.34),
        (tile.value, 28, INK, 0.6),
        (tile.change, 13, MOODS[tile.mood], 0.34),
        (tile.target, 13, MOODS[tile.aim], 0.4),
        (tile.evidence, 12, SOFT, 0.5),
    )
    at = top + 0.08
    for text, size, colour, height in rows:
        if text:
            _write(slide, text, (left + 0.12, at, width - 0.24, height), size, colour=colour)
        at += height


def _sentences(deck: Any, briefing: Briefing) -> None:
    _ = translator(briefing.language)
    parts = [(heading, lines) for heading, lines in ((_("What got worse"), briefing.worse), (_("Do first"), briefing.steps)) if lines]
    if not parts:
        return
    slide, at = _slide(deck, briefing, parts[0][0]), TOP_IN
    room = (FOOT_IN - TOP_IN - 0.6 * (len(parts) - 1)) / sum(len(lines) for _heading, lines in parts)
    for number, (heading, lines) in enumerate(parts):
        if number:
            _write(slide, heading, (MARGIN_IN, at, BODY_IN, 0.5), 20, bold=True)
            at += 0.6
        for line in lines:
            height = min(room, 0.8)
            _write(slide, f"· {line}", (MARGIN_IN, at, BODY_IN, height), 15)
            at += height


def _map(slide: Any, sheet: MapSheet, picture: bytes, briefing: Briefing) -> None:
    _ = translator(briefing.language)
    height = FOOT_IN - TOP_IN - 0.1
    shown = slide.shapes.add_picture(io.BytesIO(picture), Inches(MARGIN_IN), Inches(TOP_IN), height=Inches(height))
    shown._element.nvPicPr.cNvPr.set("descr", f"{sheet.title}. {sheet.subtitle}. {sheet.legend}")  # noqa: SLF001 - it has no other way
    left = MARGIN_IN + height * 4 / 3 + 0.25
    fields = (Field(sheet.legend, "text", 70), Field(_("Cells"), "whole", 24))
    rows = [(drawable(line.label), written(line.count, "whole")) for line in sheet.lines]
    _table(slide, fields, rows, left, WIDTH_IN - MARGIN_IN - left)


def _tables(deck: Any, briefing: Briefing, block: Block) -> None:
    """Show a table on as many slides as it needs."""
    rows = [tuple(written(value, field.kind) for value, field in zip(row, block.fields, strict=True)) for row in block.rows]
    if not rows:
        _write(_slide(deck, briefing, block.title), block.empty, (MARGIN_IN, TOP_IN, BODY_IN, 0.5), 14)
        return
    widths, room = _widths(block.fields, BODY_IN), FOOT_IN - TOP_IN - 0.1
    head = _row_height([field.title for field in block.fields], widths)
    page: list[tuple[str, ...]] = []
    used, pages = head, [page]
    for row in rows:
        height = _row_height(row, widths)
        if used + height > room and page:
            page, used = [], head
            pages.append(page)
        page.append(row)
        used += height
    for number, each in enumerate(pages, start=1):
        title = block.title if len(pages) == 1 else f"{block.title} ({number}/{len(pages)})"
        _table(_slide(deck, briefing, title), block.fields, each, MARGIN_IN, BODY_IN)


def _widths(fields: Sequence[Field], width_in: float) -> list[float]:
    """Share a width among columns as their fields ask, but none narrower than the longest word of its heading."""
    least = [max(sized(ROW_PT * _FINE).getlength(word) for word in field.title.split()) for field in fields]
    least = [each * _BOLDER / _FINE / 72 + 2 * _PAD_IN for each in least]
    spare = max(width_in - sum(least), 0.0)
    asked = [
        max(width_in * field.width_mm / sum(each.width_mm for each in fields) - low, 0.0) for field, low in zip(fields, least, strict=True)
    ]
    scale = min(spare / (sum(asked) or 1.0), 1.0)
    widths = [low + more * scale for low, more in zip(least, asked, strict=True)]
    return [each * width_in / sum(widths) for each in widths]


def _row_height(texts: Sequence[str], widths: Sequence[float]) -> float:
    lines = max(line_count(text, width - 2 * _PAD_IN, ROW_PT) for text, width in zip(texts, widths, strict=True))
    return lines * ROW_PT * _LINE / 72 + 2 * 0.04


def _table(slide: Any, fields: Sequence[Field], rows: Sequence[Sequence[str]], left: float, width: float) -> None:
    widths = _widths(fields, width)
    heights = [_row_height(row, widths) for row in ([field.title for field in fields], *rows)]
    frame = slide.shapes.add_table(len(rows) + 1, len(fields), Inches(left), Inches(TOP_IN), Inches(width), Inches(sum(heights)))
    table = frame.table
    table._tbl.tblPr.find(qn("a:tableStyleId")).text = "{5940675A-B579-460E-94D1-54222C63F5DA}"  # noqa: SLF001 - "no style, table grid"
    table.horz_banding = False
    for column, each in enumerate(widths):
        table.columns[column].width = Inches(each)
    for number, texts in enumerate(([field.title for field in fields], *rows)):
        table.rows[number].height = Inches(heights[number])
        for column, (text, field) in enumerate(zip(texts, fields, strict=True)):
            _cell(table.cell(number, column), text, head=number == 0, right=field.kind in NUMERIC)


def _cell(cell: Any, text: str, *, head: bool, right: bool) -> None:
    cell.margin_left = cell.margin_right = Inches(_PAD_IN)
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    if head:
        cell.fill.solid()
        cell.fill.fore_color.rgb = RGBColor.from_string(HEAD_FILL)
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    if text:
        _run(paragraph, text, ROW_PT, INK, bold=head)
    # An empty cell is as high as its letters would be, which are larger than ours where nothing says so.
    paragraph._p.get_or_add_endParaRPr().set("sz", str(100 * ROW_PT))  # noqa: SLF001 - it has no other way in


def _write(slide: Any, text: str, box: tuple[float, float, float, float], size: float, *, colour: str = INK, bold: bool = False) -> None:
    """Write a text into a box of inches, smaller where it would not fit."""
    left, top, width, height = box
    while size > 8 and height_in(text, width, size) > height:
        size -= 1
    frame = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(height)).text_frame
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    _run(frame.paragraphs[0], text, size, colour, bold=bold)


def _run(paragraph: Any, text: str, size: float, colour: str, *, bold: bool) -> None:
    run = paragraph.add_run()
    run.text = drawable(text)
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, LATIN_FACE
    run.font.color.rgb = RGBColor.from_string(colour)
    fonts = run._r.get_or_add_rPr()  # noqa: SLF001 - the font of Chinese letters has no other way in
    east = fonts.makeelement(qn("a:ea"), {"typeface": CHINESE_FACE})
    fonts.append(east)


def _properties(deck: Any, briefing: Briefing) -> None:
    told, made = deck.core_properties, briefing.made_at.replace(tzinfo=None)
    told.title, told.author, told.last_modified_by, told.revision = briefing.report.title, "gridmap", "gridmap", 1
    told.created = told.modified = told.last_printed = datetime(made.year, made.month, made.day, made.hour, made.minute)  # noqa: DTZ001
    told.language = briefing.language


def _packed(deck: Any) -> bytes:
    """Write the deck with every part dated alike: the library writes the present time into the archive."""
    loose, packed = io.BytesIO(), io.BytesIO()
    deck.save(loose)
    with zipfile.ZipFile(loose) as parts, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(parts.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            archive.writestr(zipfile.ZipInfo(part, _FIRST_ZIP), parts.read(part), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
