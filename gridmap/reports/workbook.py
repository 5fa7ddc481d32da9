"""Reports as Excel workbooks: a first sheet that says what it is, then one sheet per table; nothing in it is a formula or a link."""

import io
import re
from datetime import date, datetime
from typing import Any

import xlsxwriter

from gridmap.files.sheets import without_control
from gridmap.reports.report import Block, Field, Report, Value

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LONGEST_CELL, _LONGEST_NAME = 32_767, 31
_WIDEST, _NARROWEST = 60, 8
_NUMBERS = {"whole": "#,##0", "number": "#,##0.0", "figure": "#,##0.0", "exact": "General", "degrees": "0.000000", "date": "yyyy-mm-dd"}


def write_workbook(report: Report, *, made_at: datetime) -> bytes:
    """Write a report as a workbook.

    The first sheet has the title, what the report is about, its first table and the boxes to sign; each further table has a
    sheet of its own with a frozen heading and filters.

    Parameters
    ----------
    report
        The report.
    made_at
        What the file says it was made at; the same report at the same instant gives the same tables.
    """
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        book.set_properties({"title": report.title, "created": made_at.replace(tzinfo=None)})
        looks = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "head": book.add_format({"bold": True, "bottom": 1, "bg_color": "#E6E6E6", "text_wrap": True, "valign": "top"}),
            "label": book.add_format({"bold": True}),
            "box": book.add_format({"top": 1, "valign": "top"}),
        }
        for kind in ("text", *_NUMBERS):
            looks[kind] = book.add_format({"num_format": _NUMBERS.get(kind, "@")})
            looks[f"{kind} total"] = book.add_format({"num_format": _NUMBERS.get(kind, "@"), "bold": True, "top": 1})
        blocks = tuple(block for block in report.blocks if block.where != "paper")
        names = _sheet_names(blocks)
        _first(book.add_worksheet(names[0]), report, blocks[0], looks)
        for name, block in zip(names[1:], blocks[1:], strict=True):
            sheet = book.add_worksheet(name)
            _table(sheet, block, looks, 0)
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, max(len(block.rows), 1), len(block.fields) - 1)
            _widths(sheet, block)
            _paper(sheet, report)
            sheet.repeat_rows(0)
    return target.getvalue()


def _first(sheet: Any, report: Report, block: Block, looks: dict[str, Any]) -> None:
    sheet.write_string(0, 0, _text(report.title), looks["title"])
    for row, (label, told) in enumerate(report.told, start=1):
        sheet.write_string(row, 0, _text(label), looks["label"])
        sheet.write_string(row, 1, _text(told))
    at = len(report.told) + 2
    _table(sheet, block, looks, at)
    at += len(block.rows) + 2
    for line, boxes in report.boxes:
        sheet.write_string(at, 0, _text(line), looks["label"])
        for column, box in enumerate(boxes):
            sheet.write_string(at + 1, 2 * column, _text(f"{box.role}: {box.name}" if box.name else f"{box.role}:"), looks["box"])
            sheet.write_string(at + 2, 2 * column, _text(f"{report.signature}:"))
            sheet.write_string(at + 3, 2 * column, _text(f"{report.signed_on}:"))
        at += 5
    _widths(sheet, block)
    sheet.set_column(0, 1, 26)
    _paper(sheet, report)


def _table(sheet: Any, block: Block, looks: dict[str, Any], at: int) -> None:
    for column, field in enumerate(block.fields):
        sheet.write_string(at, column, _text(field.title), looks["head"])
    totals = len(block.rows) - block.bold_last
    for row, values in enumerate(block.rows):
        for column, (field, value) in enumerate(zip(block.fields, values, strict=True)):
            kind = "whole" if field.kind == "figure" and isinstance(value, int | float) and float(value).is_integer() else field.kind
            _write(sheet, at + 1 + row, column, value, looks[f"{kind} total" if row >= totals else kind])


def _write(sheet: Any, row: int, column: int, value: Value, look: Any) -> None:
    if value is None:
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, date):
        if value.year >= 1900:
            sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), look)  # noqa: DTZ001 - a day has no zone
        else:  # Excel knows no day before 1900
            sheet.write_string(row, column, value.isoformat(), look)
    elif isinstance(value, str):
        sheet.write_string(row, column, _text(value), look)
    else:
        sheet.write_number(row, column, value, look)


def _widths(sheet: Any, block: Block) -> None:
    for column, field in enumerate(block.fields):
        longest = max((_wide(row[column]) for row in block.rows), default=0)
        sheet.set_column(column, column, min(_WIDEST, max(_NARROWEST, longest + 2, _heading(field) + 3)))


def _heading(field: Field) -> int:
    return max(_wide(word) for word in field.title.split() or [""])


def _wide(value: Value) -> int:
    """Return how wide a value is in characters; Chinese ones take two."""
    text = value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
    return sum(2 if ord(each) > 0x2E7F else 1 for each in text)


def _paper(sheet: Any, report: Report) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    # In a header "&" begins a code of Excel's own, so that of a name is doubled.
    sheet.set_header("&L" + _text(report.line).replace("&", "&&")[:200])
    sheet.set_footer("&R&P/&N")


def _sheet_names(blocks: tuple[Block, ...]) -> list[str]:
    names: list[str] = []
    for block in blocks:
        name = re.sub(r"[\[\]:*?/\\']", " ", _text(block.name)).strip()[:_LONGEST_NAME] or str(len(names) + 1)
        taken = {each.casefold() for each in names}
        names.append(name if name.casefold() not in taken else f"{name[:27]} {len(names) + 1}")
    return names


def _text(text: str) -> str:
    return without_control(text)[:_LONGEST_CELL]
