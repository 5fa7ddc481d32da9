"""A PDF as a reader takes it: Chinese in a font of its own, pages numbered of how many, headings again on each."""

import re
from datetime import UTC, datetime

import pypdfium2
import pytest

from gridmap.reports.handover_sheet import handover_report
from gridmap.reports.paper import write_pdf
from gridmap.reports.report import Block, Box, Field, Report
from tests.gridmap.reports.conftest import HEAD, NAMES

MADE = datetime(2026, 7, 1, 4, tzinfo=UTC)


def texts(data):
    """Return the text of each page as PDFium reads it, without spaces."""
    with pypdfium2.PdfDocument(data) as document:
        return [re.sub(r"\s+", "", page.get_textpage().get_text_bounded()) for page in document]


@pytest.fixture(scope="module")
def sheet(handover):
    return write_pdf(handover_report(handover, "am1", head=HEAD, language="zh_CN"), made_at=MADE)


def test_chinese_names_can_be_read_and_searched(sheet):
    whole = "".join(texts(sheet))
    for text in (NAMES["o1"], "新兴县分公司", "离职&调整", "张伟(am1)", "@刘洋(am2)"):
        assert text in whole


def test_the_font_is_in_the_file_and_cut_to_what_is_used(sheet):
    names = re.findall(rb"/FontName /([^\s/]+)", sheet)
    assert names
    assert all(re.fullmatch(rb"[A-Z]{6}\+NotoSansSC.*", name) for name in names)
    assert sheet.count(b"/FontFile3") == len(names)
    assert len(sheet) < 200_000  # the whole font has eight million bytes


def test_pages_are_a4_and_say_which_they_are_of_how_many():
    rows = tuple((f"单位{number}", number) for number in range(120))
    report = Report(
        "移交单", "头", (("分公司", "新兴"),), (Block("表", "表", (Field("名称", width_mm=80), Field("数", "whole", 20)), rows),)
    )
    data = write_pdf(report, made_at=MADE)
    pages = texts(data)
    assert len(pages) > 2
    for number, text in enumerate(pages, start=1):
        assert text.endswith(f"{number}/{len(pages)}")
        assert text.startswith("头")
        assert "名称数" in text  # the heading of the table, on each page
    with pypdfium2.PdfDocument(data) as document:
        assert document[0].get_size() == pytest.approx((841.89, 595.28), abs=0.01)
    assert sum(len(re.findall(r"单位\d+", text)) for text in pages) == 120


def test_there_are_boxes_for_giver_taker_and_witness_each_with_a_place_for_name_and_day(handover):
    data = write_pdf(handover_report(handover, "am1", head=HEAD, language="en"), made_at=MADE)
    last = texts(data)[-1]
    assert "Giver:张伟(am1)" in last
    assert "Taker:@刘洋(am2)" in last
    assert last.count("Signature:") == last.count("Date:") == 3
    assert "Witness" in last


def test_a_row_of_boxes_is_not_torn_from_its_line():
    boxes = tuple((f"line{number}.", (Box("Giver", "a"), Box("Taker", "b"), Box("Witness"))) for number in range(12))
    block = Block("t", "t", (Field("x", width_mm=10),), ())
    pages = texts(write_pdf(Report("t", "l", (), (block,), boxes=boxes, signature="Sign", signed_on="Day"), made_at=MADE))
    for text in pages:
        assert text.count("Sign:") == 3 * len(re.findall(r"line\d+\.", text))


def test_what_the_font_cannot_draw_is_marked_and_not_left_out(handover):
    data = write_pdf(handover_report(handover, "cm1", head=HEAD, language="zh_CN"), made_at=MADE)
    assert "甲〓乙" in "".join(texts(data))


def test_the_same_report_at_the_same_instant_is_the_same_file(handover, sheet):
    assert write_pdf(handover_report(handover, "am1", head=HEAD, language="zh_CN"), made_at=MADE) == sheet


def test_a_table_without_rows_says_so():
    report = Report("t", "l", (), (Block("Cells", "c", (Field("x", width_mm=10),), (), "None here."),))
    assert "Nonehere." in texts(write_pdf(report, made_at=MADE))[0]


def test_a_name_of_any_length_stays_on_its_page():
    block = Block("b", "b", (Field("x", width_mm=20), Field("y", "whole", 80)), (("长" * 200, 1), ("短", 2)))
    pages = texts(write_pdf(Report("t", "l", (), (block,)), made_at=MADE))
    assert "".join(pages).count("长") == 200
    assert "".join(pages).count("短") == 1
