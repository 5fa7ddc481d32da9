"""Briefings of the seven cells: every format carries the figures of the Overview, no more than the person may see, the same bytes twice."""

import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import numpy as np
import openpyxl
import pandas as pd
import pptx
import pypdfium2
import pytest
import segno
from PIL import Image
from pptx.util import Emu

from gridmap.errors import FileError, ScopeError
from gridmap.facts import measure
from gridmap.reports.briefing import FORMATS, checksum, draw_pictures
from gridmap.reports.briefing.slides import HEIGHT_IN, WIDTH_IN, height_in, write_slides
from gridmap.reports.writer import Writer
from gridmap.scope import ROLES, Scope, operator
from gridmap.services import briefing, briefing_cards, overview
from gridmap.services.briefing_day import ReportDay, last_day_of
from gridmap.settings import Rules
from tests import builders

RULES = Rules(minimum_count=1)
ME = operator("tester")
BEFORE = date(2026, 5, 31)
CRUEL = {"o4": '=cmd|"/c calc"!A1', "o5": "<script>alert(1)</script>"}
# A manager's name that mathtext, HTML, a spreadsheet and a font without the letter would each make something else of.
NAMES = {"am1": "$x^2$ & <b>张</b>", "cm1": "=SUM(A1)", "cm2": "李\U0001f600明", "t-west": r"$\bad$ 新城"}
EXECUTIVE = Scope("p-1", "boss", "executive", frozenset({"xx"}))


def make_day(scope=ME, seen=None, **changes):
    organisations = builders.organisations()
    organisations["name"] = organisations["org_id"].map(CRUEL).fillna(organisations["name"])
    organisations.loc[organisations["org_id"].isin(["o4", "o5"]), "tier"] = "B"
    managers = builders.managers()
    managers["name"] = managers["manager_id"].map(NAMES).fillna(managers["name"])
    managers["name_en"] = managers["name"]
    targets = pd.DataFrame(
        {"metric": ["filing_rate"], "tier": ["C"], "period": ["2026"], "value": [0.8], "level": "branch", "subject": "", "branch_id": "xx"}
    ).assign(valid_from_us=0, valid_to_us=builders.FOREVER_US)
    market = builders.seven_cells(organisations=organisations, managers=managers, targets=targets)
    areas = market.tables["areas"]
    called = areas["area_id"].map(NAMES).fillna(areas["name"]).astype("str")
    market = replace(market, tables={**market.tables, "areas": areas.assign(name=called, name_en=called)})
    plan = builders.plan()
    now, before = (measure(market, plan.holders_now, as_of=day, window_days=365, rules=RULES) for day in (builders.AS_OF, BEFORE))
    return replace(ReportDay(scope, market, plan, now, before, seen, RULES, "2026-06"), **changes)


@pytest.fixture(scope="module")
def day():
    return make_day()


@pytest.fixture(scope="module")
def made(day):
    return briefing.briefing_of(day, language="en")


@pytest.fixture(scope="module")
def files(made):
    return briefing.write_briefing(made, [each.key for each in FORMATS])


@pytest.fixture(scope="module")
def scores(day):
    return overview.scorecard(day.market, day.now, day.before, rules=RULES, plan=day.plan)


def pdf_text(data):
    with pypdfium2.PdfDocument(data) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def slide_texts(data):
    for slide in pptx.Presentation(io.BytesIO(data)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                yield shape.text_frame.text
            if shape.has_table:
                yield from (cell.text for row in shape.table.rows for cell in row.cells)


class Page(HTMLParser):
    """Reads a page: texts, and whatever would be loaded or run."""

    def __init__(self, data):
        super().__init__()
        self.words, self.loads, self.data, self._in = [], [], "", ""
        self.feed(data.decode())

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self._in = tag if tag in ("script", "style") else ""
        if tag == "script" and found.get("type") != "application/json":
            self.loads.append(tag)
        self.loads += [value for name, value in attrs if name in ("src", "srcset", "href", "action", "data") and value != "data:,"]

    def handle_endtag(self, tag):
        if tag == self._in:
            self._in = ""

    def handle_data(self, text):
        if self._in == "script":
            self.data += text
        elif self._in != "style":
            self.words.append(text)


def test_every_format_carries_the_figures_of_the_overview(files, scores):
    writer = Writer("en")
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).worksheets[0]
    rows = {row[0]: row for row in sheet.iter_rows(values_only=True) if row[0]}
    pages, slides = pdf_text(files["pdf"]), " ".join(slide_texts(files["pptx"]))
    html, message = Page(files["html"]), files["txt"].decode()
    figures = json.loads(html.data)["figures"]
    for score in scores:
        value, times = score.now.value, 100 if score.metric.unit == "share" else 1
        if np.isnan(value):
            continue
        shown, title = writer.amount(value, score.metric.unit), writer.translate(score.metric.title)
        assert rows[title][1] == pytest.approx(value * times)
        assert rows[title][3] == pytest.approx(score.now.numerator)
        assert float(figures[f"score.{score.metric.key}.value"]) == pytest.approx(value)
        assert f"{title}: {shown}" in message
        assert shown in slides
        assert shown in html.words
        line = next(line for line in pages.splitlines() if line.startswith(title))
        whole = float(value * times).is_integer()
        assert (f"{value * times:,.0f}" if whole else f"{value * times:,.1f}") in line.split()


def test_the_checksum_is_over_the_numbers_and_the_same_everywhere(day, made, files):
    assert briefing.briefing_of(day, language="zh_CN").checksum == made.checksum
    told = json.loads(Page(files["html"]).data)
    assert told["checksum"] == made.checksum == checksum({key: float(value) for key, value in told["figures"].items()})
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))["Figures"]
    kept = dict(sheet.iter_rows(min_row=2, values_only=True))
    assert checksum(kept) == made.checksum
    for text in (pdf_text(files["pdf"]), " ".join(slide_texts(files["pptx"])), files["txt"].decode()):
        assert made.checksum in text
    key = min(made.figures)
    assert checksum({**made.figures, key: made.figures[key] + 1}) != made.checksum


def test_the_same_day_gives_the_same_bytes(day, files):
    again = briefing.write_briefing(briefing.briefing_of(day, language="en"), [each.key for each in FORMATS])
    assert {key: again[key] == data for key, data in files.items()} == dict.fromkeys(files, True)


def test_no_name_becomes_a_formula_in_the_workbook(files):
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    named = [cell for cell in cells if cell.value in (*CRUEL.values(), *NAMES.values())]
    assert {cell.value for cell in named} >= {CRUEL["o4"], NAMES["cm1"]}
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref


def test_the_page_loads_nothing_and_runs_nothing(files):
    page = Page(files["html"])
    assert page.loads == []
    assert "default-src 'none'" in files["html"].decode()
    assert CRUEL["o5"] not in files["html"].decode()
    assert CRUEL["o5"] in " ".join(page.words)


def test_the_maps_of_the_page_are_drawings_with_every_cell_in_one_class(made, files):
    drawings = re.findall(r"<svg viewBox.*?</svg>", files["html"].decode(), re.DOTALL)
    assert len(drawings) == len(made.maps) == 4
    for drawing in drawings:
        ET.fromstring(drawing)  # noqa: S314 - ours
    for sheet in made.maps:
        assert sum(line.count for line in sheet.classes) == len(builders.CELLS) == len(sheet.class_of)


def test_few_are_hatched_and_no_data_have_a_look_of_their_own():
    few = briefing.briefing_of(make_day(rules=Rules(minimum_count=5)), language="en")
    sheet = next(each for each in few.maps if each.key == "visit_coverage")
    assert sheet.few_count > 0
    assert any(line.key == "few" and line.hatch for line in sheet.lines)
    none = next(line for line in sheet.classes if line.key == "no_data")
    assert none.count > 0
    assert none.colour not in {line.colour for line in sheet.classes if line.key.startswith("class_")}


# Missing letters and mathtext that cannot be read are warnings or errors, and every warning is an error here.
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_maps_are_drawn_with_any_name(day, language):
    pictures = draw_pictures(briefing.briefing_of(day, language=language).maps)
    for picture in pictures.values():
        with Image.open(io.BytesIO(picture)) as drawn:
            assert drawn.size == (1600, 1200)
            assert len(drawn.convert("RGB").getcolors(1 << 24)) > 10


@pytest.mark.parametrize("long", [False, True])
def test_nothing_stands_outside_of_a_slide_and_every_text_fits(made, files, long):
    words = "Visit coverage went from 56.0% to 52.2% in a town with a long name. " * 4
    wordy = replace(made, verdict=words, worse=(words,) * 6, tiles=tuple(replace(tile, evidence=words[:110]) for tile in made.tiles))
    data = write_slides(wordy, draw_pictures(made.maps)) if long else files["pptx"]
    deck = pptx.Presentation(io.BytesIO(data))
    width, height = Emu(deck.slide_width).inches, Emu(deck.slide_height).inches
    assert (width, height) == (pytest.approx(WIDTH_IN, abs=0.01), HEIGHT_IN)
    pictures = 0
    for slide in deck.slides:
        for shape in slide.shapes:
            left, top, wide, high = (Emu(side).inches for side in (shape.left, shape.top, shape.width, shape.height))
            assert left >= 0
            assert top >= 0
            assert left + wide <= width + 0.01
            assert top + high <= height + 0.01
            if shape.has_text_frame and shape.text_frame.text:
                size = shape.text_frame.paragraphs[0].runs[0].font.size.pt
                assert height_in(shape.text_frame.text, wide, size) <= high + 0.01, shape.text_frame.text
            if shape.shape_type == 13:
                pictures += 1
                assert shape._element.nvPicPr.cNvPr.get("descr")
    assert pictures == 4


def test_the_picture_is_upright_and_the_message_has_every_sentence(made, files):
    with Image.open(io.BytesIO(files["png"])) as drawn:
        assert drawn.width == 1080 < drawn.height
    message = files["txt"].decode()
    assert all(sentence in message for sentence in (*made.worse, *made.steps, made.verdict, made.source))


def test_an_executive_s_report_names_no_organisation(made):
    title = "Organisations of tiers A and B without a file"
    assert title in [block.title for block in made.report.blocks]
    told = briefing.briefing_of(make_day(EXECUTIVE), language="en")
    assert title not in [block.title for block in told.report.blocks]
    assert told.checksum == made.checksum, "figures are the same for whoever sees the whole branch"
    files = briefing.write_briefing(told, ["xlsx", "html", "txt"])
    names = [cell.value for sheet in openpyxl.load_workbook(io.BytesIO(files["xlsx"])) for row in sheet.iter_rows() for cell in row]
    assert not set(names) & set(CRUEL.values())
    assert "calc" not in files["html"].decode() + files["txt"].decode()


@pytest.mark.parametrize("role", [role for role, _title in ROLES])
def test_only_who_may_take_data_away_gets_a_report(role):
    who = Scope("p", "p", role, frozenset({"xx"}), "cm1")
    day = make_day(who, frozenset() if who.own_cells_only else None)
    if who.allows("export_data"):
        assert briefing.briefing_of(day, language="en").tiles
        assert briefing_cards.cards_of(day, language="en")
        return
    with pytest.raises(ScopeError):
        briefing.briefing_of(day, language="en")
    with pytest.raises(ScopeError):
        briefing_cards.cards_of(day, language="en")


def test_a_format_that_is_none_is_named(made):
    with pytest.raises(FileError, match="docx"):
        briefing.write_briefing(made, ["docx"])


@pytest.mark.parametrize("period", ["2026-13", "June", "2026-6", "2026Q5", "2031-01", "1999"])
def test_a_period_that_is_none_or_holds_nothing_is_refused(day, period):
    with pytest.raises(FileError):
        last_day_of(day.market, period, today=builders.AS_OF)


READ_AT = (
    ("", date(2026, 6, 30)),  # the last day with data
    ("2026-05", date(2026, 5, 31)),
    ("2026Q1", date(2026, 3, 31)),
    ("2026", date(2026, 6, 30)),  # the year goes on
)


@pytest.mark.parametrize(("period", "last"), READ_AT)
def test_a_period_is_read_at_its_last_day_with_data(day, period, last):
    assert last_day_of(day.market, period, today=builders.AS_OF) == last


def test_cards_tell_what_is_in_each_cell_and_open_it(day):
    cards = briefing_cards.cards_of(day, language="en", address="https://app.example/")
    assert len(cards) == 4, "mid, ne, nw and w: o11 of e is not open yet"
    card = next(each for each in cards if builders.MID in each.title)
    lines = dict(card.lines)
    assert lines["Organisations"] == "4"
    assert lines["Owner"] == NAMES["cm1"]
    assert card.code == f"https://app.example/?branch=xx&cell={builders.MID}"
    assert briefing_cards.cards_of(day, language="en")[0].code in builders.CELLS.values(), "without an address the code is the cell's own"


def test_the_code_on_a_card_can_be_read_back(day):
    data = briefing_cards.write_cards(day, language="zh_CN")
    assert data == briefing_cards.write_cards(day, language="zh_CN")
    first = briefing_cards.cards_of(day, language="zh_CN")[0]
    matrix = np.array([list(row) for row in segno.make(first.code, error="m", micro=False).matrix], dtype=bool)
    with pypdfium2.PdfDocument(data) as document:
        page = document[0].render(scale=4).to_numpy()[:, :, 0] < 128
        assert first.code in document[0].get_textpage().get_text_bounded()
    scale = 4 * 72 / 25.4
    left, top = (12 + 93 - 34 - 4) * scale, (12 + 8 + 4) * scale
    step = 34 * scale / (len(matrix) + 8)
    at = (np.arange(len(matrix)) + 4.5) * step
    read = page[np.ix_((top + at).astype(int), (left + at).astype(int))]
    assert (read == matrix).mean() > 0.99
