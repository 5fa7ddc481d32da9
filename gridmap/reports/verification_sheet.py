"""The list of a verification round as a workbook: rows to go through, answers to choose from, and how to fill it in."""

import io
from datetime import datetime
from typing import Any

import pandas as pd
import xlsxwriter

from gridmap.errors import N_
from gridmap.files.sheets import without_control
from gridmap.texts import translator, worded
from gridmap.verification import ANSWERS, LIST

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_WIDTHS = {"org_id": 14, "answer": 14, "name": 34, "address": 40, "street": 18, "building": 18, "trade": 16, "remark": 30, "stamp": 13}
# What people in the towns read before they begin.
HOW = (
    N_("Go through the rows. In the column of answers choose whether the organisation is there, gone, or nobody could tell."),
    N_("Where something is wrong, write what is right over it. What you leave as it is stays as it is."),
    N_("Add what is not on the list at the end, with its name and address; leave its code empty."),
    N_("Do not change the codes, nor the last column: by it a row is recognised when the list comes back."),
)


def heading_of(name: str, language: str) -> str:
    """Return the heading of a column that the list is read back by: in Chinese what people call it there, else its name in words."""
    local = [each for each in LIST.column(name).headers if not each.isascii()]
    return local[0] if language == "zh_CN" and local else worded(name)


def write_list(rows: pd.DataFrame, *, told: tuple[tuple[str, str], ...], language: str, made_at: datetime) -> bytes:
    """Write a list (`verification.list_of`) as a workbook with a sheet of instructions behind it.

    Parameters
    ----------
    told
        What the list is: label and text of branch, place and day.
    made_at
        What the file says it was made at.
    """
    _ = translator(language)
    title = _(LIST.title)
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
        head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E6E6E6", "text_wrap": True, "valign": "top"})
        fill, text = book.add_format({"num_format": "@", "bg_color": "#FFF7D6"}), book.add_format({"num_format": "@"})
        whole, grey = book.add_format({"num_format": "0"}), book.add_format({"num_format": "@", "font_color": "#767676"})
        sheet = book.add_worksheet(without_control(title)[:31])
        answers = {key: _(words) for key, words in ANSWERS}
        for column, name in enumerate(LIST.names):
            sheet.write_string(0, column, heading_of(name, language), head)
            look = {"answer": fill, "remark": fill, "stamp": grey, "employees": whole, "lines_known": whole}.get(name, text)
            sheet.set_column(column, column, _WIDTHS.get(name, 10))
            for row, value in enumerate(rows[name], start=1):
                _write(sheet, row, column, _(worded(value)) if name == "trade" and isinstance(value, str) else value, look)
        last = max(len(rows), 1)
        sheet.data_validation(
            1, LIST.names.index("answer"), last + 200, LIST.names.index("answer"), {"validate": "list", "source": list(answers.values())}
        )
        sheet.freeze_panes(1, 3)
        sheet.autofilter(0, 0, last, len(LIST.names) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        _instructions(book, title, told, _)
    return target.getvalue()


def _instructions(book: Any, title: str, told: tuple[tuple[str, str], ...], _: Any) -> None:
    sheet = book.add_worksheet(without_control(_("How to fill it in"))[:31])
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, without_control(title), book.add_format({"bold": True, "font_size": 14}))
    for row, (label, value) in enumerate(told, start=1):
        sheet.write_string(row, 0, without_control(label), book.add_format({"bold": True}))
        sheet.write_string(row, 1, without_control(value))
    for row, words in enumerate(HOW, start=len(told) + 2):
        sheet.write_string(row, 1, without_control(_(words)))


def _write(sheet: Any, row: int, column: int, value: Any, look: Any) -> None:
    if pd.isna(value):
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, str):
        sheet.write_string(row, column, without_control(value), look)
    else:
        sheet.write_number(row, column, float(value), look)
