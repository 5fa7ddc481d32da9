"""A workbook as Excel reads it: text is text whatever it begins with, numbers and days are what they are."""

import io
from datetime import UTC, date, datetime

import openpyxl
import pytest

from gridmap.reports.handover_sheet import handover_report
from gridmap.reports.report import Block, Box, Field, Report
from gridmap.reports.workbook import write_workbook
from tests.gridmap.reports.conftest import HEAD

MADE = datetime(2026, 7, 1, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def book(handover):
    return openpyxl.load_workbook(io.BytesIO(write_workbook(handover_report(handover, "cm1", head=HEAD, language="en"), made_at=MADE)))


def test_there_is_a_sheet_for_each_table(book):
    assert book.sheetnames == ["Summary", "Given", "Received", "Promises and open tasks", "Dangers", "Cells", "Sponsorships"]


def test_a_name_that_begins_like_a_formula_is_text(book):
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    named = [cell for cell in cells if cell.value == "=SUM(A1)"]
    assert named
    assert {cell.data_type for cell in named} == {"s"}


def test_headings_are_frozen_and_can_be_filtered(book):
    sheet = book["Given"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:{sheet.cell(1, sheet.max_column).column_letter}{sheet.max_row}"
    assert book["Received"].max_row == 1  # nothing but the heading


def test_days_are_days_and_numbers_numbers(book):
    sheet = book["Given"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    row = next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, heads["Code"]).value == "o3")
    assert sheet.cell(row, heads["Last visit"]).value.date() == date(2026, 3, 1)
    assert sheet.cell(row, heads["Last visit"]).number_format == "yyyy-mm-dd"
    assert sheet.cell(row, heads["Our lines"]).value == 20
    assert sheet.cell(row, heads["Hours a month (h)"]).value == pytest.approx(0.2818, abs=1e-4)


def test_the_first_sheet_says_what_it_is_and_has_places_to_sign(book):
    texts = [cell.value for row in book["Summary"].iter_rows() for cell in row if isinstance(cell.value, str)]
    for text in ("Handover sheet", "新兴县分公司", "2026-08-01", "Giver: 李明 (cm1)", "Taker: 王芳 (cm2)", "Witness:", "Signature:"):
        assert text in texts


def test_characters_that_a_workbook_cannot_hold_are_left_out(book):
    sheet = book["Given"]
    assert "甲𠀀乙" in [cell.value for row in sheet.iter_rows() for cell in row]


def test_names_of_sheets_are_cut_cleaned_and_kept_apart():
    field = (Field("a"),)
    blocks = tuple(Block("t", name, field, (("x",),)) for name in ("one", "a/b:c?" + "d" * 40, "same", "SAME", ""))
    found = openpyxl.load_workbook(io.BytesIO(write_workbook(Report("t", "l & l", (), blocks), made_at=MADE))).sheetnames
    assert len({name.casefold() for name in found}) == 5
    assert all(len(name) <= 31 for name in found)


def test_a_day_that_excel_does_not_know_is_text_and_nothing_stays_empty():
    block = Block("t", "t", (Field("day", "date"), Field("n", "whole"), Field("x")), ((date(1899, 1, 1), None, ""),))
    report = Report("t", "l", (), (block,), boxes=(("sign", (Box("Giver"),)),))
    sheet = openpyxl.load_workbook(io.BytesIO(write_workbook(report, made_at=MADE)))["t"]
    assert [cell.value for cell in sheet[4]][:2] == ["1899-01-01", None]
