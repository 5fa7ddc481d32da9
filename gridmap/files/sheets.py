"""Write CSV, Excel workbooks and JSON; no text in them can become a formula, a link or a script."""

import csv
import io
import json
import re

import pandas as pd
import xlsxwriter

from gridmap.files.formula import GUARD, NUMBERLIKE, OPEN
from gridmap.files.layout import Layout, plain_column
from gridmap.schema import Kind

_OPEN = re.compile(OPEN)
_NUMBERLIKE = re.compile(NUMBERLIKE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST_CELL = 32_767
_TEXT_KINDS: tuple[Kind, ...] = ("id", "ids", "text", "choice", "month", "geometry")


def write_csv(frame: pd.DataFrame, layout: Layout) -> bytes:
    """Write UTF-8 with a mark, which Excel needs; text that a spreadsheet would run gets an apostrophe before it.

    So do codes of a table of the schema that it would take for a number: saved from there they would come back as others.
    """
    columns = {str(name): _csv_column(frame[name], layout.kind(str(name), frame[name])) for name in frame.columns}
    target = io.StringIO()
    writer = csv.writer(target, delimiter=layout.delimiter, lineterminator="\r\n")
    writer.writerow([guarded(name) for name in columns])
    writer.writerows(zip(*columns.values(), strict=True))
    return b"\xef\xbb\xbf" + target.getvalue().encode("utf-8", errors="replace")


def write_xlsx(frame: pd.DataFrame, layout: Layout) -> bytes:
    """Write a workbook: frozen header, filters, codes as text, dates as dates; nothing in it is a formula or a link."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", layout.name)[:31] or "table")
        bold = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 0)
        for at, name in enumerate(frame.columns):
            sheet.write_string(0, at, _cell_text(str(name)), bold)
            kind = layout.kind(str(name), frame[name])
            sheet.set_column(at, at, min(40, max(10, len(str(name)) + 2)), text if kind in _TEXT_KINDS else None)
            _fill(sheet, at, frame[name], kind, day if kind == "date" else None)
        if len(frame) and len(frame.columns):
            sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)
    return target.getvalue()


def write_json(frame: pd.DataFrame, layout: Layout) -> bytes:
    """Write an array of objects, one per row; what is missing is null."""
    columns = {str(name): plain_column(frame[name], layout.kind(str(name), frame[name])) for name in frame.columns}
    records = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return json.dumps(records, ensure_ascii=False, indent=1).encode("utf-8", errors="replace")


def guarded(text: str) -> str:
    """Return text that no spreadsheet takes for a formula; the reader gives back what was there."""
    return _OPEN.sub(GUARD, text) if text else text


def without_control(text: str) -> str:
    """Return text without the characters that XML, and so a workbook or a KML, cannot hold."""
    return _CONTROL.sub("", text)


def _csv_column(values: pd.Series, kind: Kind) -> list[object]:
    plain = plain_column(values, kind)
    if kind == "boolean":
        return ["" if value is None else ("yes" if value else "no") for value in plain]
    if kind in ("integer", "number", "lat", "lon", "date", "time"):
        return ["" if value is None else guarded(value) if isinstance(value, str) else value for value in plain]
    texts = ["" if value is None else guarded(str(value).replace("\0", "")) for value in plain]
    return [_NUMBERLIKE.sub(GUARD, text) if kind == "id" else text for text in texts]


def _fill(sheet: "xlsxwriter.worksheet.Worksheet", at: int, values: pd.Series, kind: Kind, style: object) -> None:
    for row, value in enumerate(values if kind == "date" else plain_column(values, kind), start=1):
        if value is None or value is pd.NaT:
            continue
        if kind == "date" and isinstance(value, pd.Timestamp):
            # Excel knows no day before 1900.
            if value.year >= 1900:
                sheet.write_datetime(row, at, value.to_pydatetime(), style)
            else:
                sheet.write_string(row, at, value.strftime("%Y-%m-%d"))
        elif isinstance(value, bool):
            sheet.write_boolean(row, at, value)
        elif isinstance(value, int | float) and kind not in _TEXT_KINDS:
            sheet.write_number(row, at, value)
        elif value == value:  # noqa: PLR0124 - NaN is not
            sheet.write_string(row, at, _cell_text(str(value)))


def _cell_text(text: str) -> str:
    return without_control(text)[:_LONGEST_CELL]
