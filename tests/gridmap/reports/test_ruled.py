"""Lines are broken where a language may be, and hold no more than their width."""

import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st
from pylopdf_fonts_zh_cn import sans_path

from gridmap.reports.ruled import Ruler


@pytest.fixture(scope="module")
def ruler():
    paper = FPDF()
    paper.add_font("sans", "", sans_path())
    paper.set_font("sans", size=8)
    yield Ruler(paper)
    paper.fonts["sans"].close()


def test_chinese_breaks_anywhere_and_english_between_words(ruler):
    assert ruler.lines("新兴县新城镇不锈钢", ruler.width("新兴县新城")) == ["新兴县新城", "镇不锈钢"]
    assert ruler.lines("Xinxing Yongjigao Trading", ruler.width("Xinxing Yongji")) == ["Xinxing", "Yongjigao", "Trading"]
    assert ruler.lines("东成镇ABC路", ruler.width("东成镇AB")) == ["东成镇", "ABC路"]


def test_a_word_longer_than_the_line_is_cut(ruler):
    assert ruler.lines("88410a42c7fffff", ruler.width("88410a42")) == ["88410a42", "c7fffff"]


def test_a_break_that_is_there_stays(ruler):
    assert ruler.lines("a\nb", 100) == ["a", "b"]
    assert ruler.lines("", 100) == [""]


@settings(max_examples=60, deadline=None)
@given(st.text("ab 新兴县W.", max_size=80), st.floats(4, 40))
def test_nothing_is_lost_and_nothing_is_wider_than_the_line(ruler, text, width_mm):
    lines = ruler.lines(text, width_mm)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(ruler.width(line.rstrip()) <= width_mm + 1e-9 for line in lines)
