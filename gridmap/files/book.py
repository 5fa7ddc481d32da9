"""Read Excel workbooks, in the child process: saved values only, no formula is ever worked out."""

import io
import sys
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

import numpy as np
import openpyxl
from defusedxml import DefusedXmlException

from gridmap.errors import N_, FileError, Message, say
from gridmap.files import archive
from gridmap.files.parsed import Ask, Parsed, Spot, text_table

_BROKEN = ("#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")
_TELL_EVERY = 5000


def read_book(data: bytes, ask: Ask) -> Parsed:
    """Read the sheet named like the table, else the first one that is not empty.

    Raises
    ------
    FileError
        When the workbook is broken, or has more rows than a workbook may have.
    """
    formulas = _has_formulas(data, ask)
    book = _open(data, data_only=True)
    sheet, notes = _choose_sheet(book, ask)
    rows, numbers = _rows_of(sheet, ask)
    width = max((len(row) for row in rows), default=0)
    flaws: list[Spot] = []
    if formulas:
        notes, flaws = _formula_cells(data, sheet.title, numbers, rows, notes)
    flaws += [
        (number, at, "formula_error", cell)
        for number, row in zip(numbers, rows, strict=True)
        for at, cell in enumerate(row)
        if cell is not None and cell in _BROKEN
    ]
    columns = {str(at): [row[at] if at < len(row) else None for row in rows] for at in range(width)}
    first = _first_row(rows, width)
    table = text_table(columns).slice(first) if columns else text_table({"0": []})
    if first:
        notes = (*notes, say(N_("Rows above the header were left out: {count}."), count=first))
    return Parsed(table, np.array(numbers[first:], dtype=np.int64), named=False, notes=notes, flaws=tuple(flaws))


def _has_formulas(data: bytes, ask: Ask) -> bool:
    try:
        opened = archive.count_members(data, ask)
    except FileError as error:
        raise FileError(error.what, remedy=say(N_("Save the sheet as CSV (UTF-8) and send that."))) from error
    sheets = [name for name in opened.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
    return any(b"<f" in archive.read_member(opened, name, ask, packed=len(data)) for name in sheets)


def _open(data: bytes, *, data_only: bool) -> Any:
    try:
        return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=data_only, keep_links=False)
    except DefusedXmlException as error:
        raise FileError(say(N_("The workbook holds a document type or entities, which no honest workbook does."))) from error
    except (KeyError, ValueError, OSError, ParseError, TypeError, AttributeError) as error:
        raise FileError(say(N_("The workbook is broken: {reason}"), reason=str(error)[:200])) from error


def _choose_sheet(book: Any, ask: Ask) -> tuple[Any, tuple[Message, ...]]:
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or list(book.worksheets)
    if not sheets:
        raise FileError(say(N_("The workbook has no sheet.")))
    named = [sheet for sheet in sheets if sheet.title.strip().lower() == ask.table]
    filled = [sheet for sheet in sheets if (sheet.max_row or 2) > 1]
    chosen = (named or filled or sheets)[0]
    if len(sheets) == 1:
        return chosen, ()
    return chosen, (say(N_("Of {count} sheets, {sheet} was read."), count=len(sheets), sheet=chosen.title),)


def _rows_of(sheet: Any, ask: Ask) -> tuple[list[list[str | None]], list[int]]:
    # What a sheet says of its size may be wrong either way; it only saves the time of counting.
    expected = sheet.max_row or 0
    if expected > ask.xlsx_rows + 1:
        raise _too_long(expected, ask)
    sheet.reset_dimensions()
    rows: list[list[str | None]] = []
    numbers: list[int] = []
    try:
        for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            row = [_text(value) for value in values]
            while row and not row[-1]:
                row.pop()
            if row:
                rows.append(row)
                numbers.append(number)
            if len(rows) > ask.xlsx_rows + 1:
                raise _too_long(len(rows), ask)
            if number % _TELL_EVERY == 0 and expected:
                sys.stderr.write(f"@{min(1.0, number / expected):.3f}\n")
                sys.stderr.flush()
    except DefusedXmlException as error:
        raise FileError(say(N_("The workbook holds a document type or entities, which no honest workbook does."))) from error
    except (ParseError, KeyError, ValueError, OSError) as error:
        raise FileError(say(N_("The workbook is broken: {reason}"), reason=str(error)[:200])) from error
    return rows, numbers


def _too_long(rows: int, ask: Ask) -> FileError:
    return FileError(
        say(N_("The sheet has {rows} rows; a workbook may have {limit}."), rows=rows, limit=ask.xlsx_rows),
        remedy=say(N_("Save the sheet as CSV (UTF-8) and send that.")),
    )


def _formula_cells(
    data: bytes, title: str, numbers: list[int], rows: list[list[str | None]], notes: tuple[Message, ...]
) -> tuple[tuple[Message, ...], list[Spot]]:
    """Find the formulas; one whose result was not saved with the workbook is a flaw, for nobody works it out here."""
    values = dict(zip(numbers, rows, strict=True))
    count, flaws = 0, []
    sheet = _open(data, data_only=False)[title]
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        for at, cell in enumerate(cells):
            if cell.data_type != "f":
                continue
            count += 1
            row = values.get(number, [])
            if at >= len(row) or row[at] is None:
                flaws.append((number, at, "formula", str(cell.value)[:80]))
    if count:
        notes = (*notes, say(N_("{count} cells hold formulas; the results saved with the workbook were read."), count=count))
    return notes, flaws


def _first_row(rows: list[list[str | None]], width: int) -> int:
    # A title or a date above the table is a row of one or two cells where the table has several columns.
    for at, row in enumerate(rows[:10]):
        if sum(cell is not None for cell in row) * 2 > width:
            return at
    return 0


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) or None
