"""The report of the sample branch: the figures of the whole branch on paper and in the workbook, the planted towns and parks by name."""

import io
import re
from collections.abc import Iterator

import openpyxl
import pypdfium2
import pytest

from gridmap.market import day_end_us
from gridmap.scope import operator
from gridmap.services import briefing, overview
from gridmap.services.briefing_day import ReportDay, open_report_day
from gridmap.services.demo import build_demo
from gridmap.settings import Settings
from gridmap.store import open_store
from sample_geo import TODAY

ME = operator("tester")
NOW_US = day_end_us(TODAY, "Asia/Shanghai") - 1
RULES = Settings().rules


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReportDay]:
    folder = tmp_path_factory.mktemp("briefing")
    demo = build_demo(folder, seed=5, organisations=1500, scope=ME, settings=Settings(), now_us=NOW_US)
    store = open_store(str(demo.store), settings=Settings(snapshots=str(folder / "snapshots")), clock=lambda: NOW_US)
    yield open_report_day(store, ME, demo.branch_id, period="2026-10", rules=RULES, now_us=NOW_US)
    store.engine.dispose()


@pytest.fixture(scope="module")
def files(day: ReportDay) -> dict[str, bytes]:
    return briefing.write_briefing(briefing.briefing_of(day, language="zh_CN"), ["xlsx", "pdf"])


def test_the_paper_and_the_workbook_say_what_the_overview_says(day, files):
    with pypdfium2.PdfDocument(files["pdf"]) as document:
        lines = [line for page in document for line in page.get_textpage().get_text_bounded().splitlines()]
    rows = {row[0]: row for row in openpyxl.load_workbook(io.BytesIO(files["xlsx"])).worksheets[0].iter_rows(values_only=True)}
    title = "建档率（C 类）"  # noqa: RUF001 - Chinese brackets
    score = next(each for each in overview.scorecard(day.market, day.now, day.before, rules=RULES) if each.metric.key == "filing_rate_C")
    assert rows[title][1:5] == (pytest.approx(score.now.value * 100), "%", score.now.numerator, score.now.denominator)
    printed = next(line for line in lines if re.sub(r"\s", "", line).startswith(re.sub(r"\s", "", title)))
    for number in (f"{score.now.value * 100:.1f}", f"{score.now.numerator:.0f}", f"{score.now.denominator:.0f}"):
        assert number in printed.split()


def test_the_two_vacuum_towns_are_the_worst_and_the_unowned_park_is_named(files):
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    towns = [row[0] for row in book["乡镇"].iter_rows(min_row=2, values_only=True)]
    assert {town.removesuffix("镇") for town in towns[:2]} == {"水台", "大江"}
    parks = {row[0]: row[1] for row in book.worksheets[5].iter_rows(min_row=2, values_only=True)}
    assert any("无责任人" in status for status in parks.values())
    managers = list(book.worksheets[4].iter_rows(min_row=2, values_only=True))
    assert managers[0][0] == "未分配", "what nobody has stands first"
