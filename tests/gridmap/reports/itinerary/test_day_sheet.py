"""Day sheets on paper: what stands on them in both languages, their map, and the code that a phone reads."""

import math
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date

import numpy as np
import pypdfium2
import pytest
import segno
import shapely

from gridmap.reports.itinerary import Ground, SweepSheet, map_corners
from gridmap.reports.itinerary.day_map import MAP_MM, draw_map
from gridmap.reports.itinerary.day_sheet import write_pdf
from gridmap.reports.paper import SANS, Paper
from gridmap.reports.report import Report
from gridmap.sweeps.planned import DayRoute, SweepPlan
from gridmap.sweeps.request import Place
from tests.gridmap.reports.itinerary.made import GROUND, LINK, door, made_plan, made_sheet, planned

POINTS_PER_MM = 72 / 25.4


def pages(sheet: SweepSheet) -> list[str]:
    with closing(pypdfium2.PdfDocument(write_pdf(sheet))) as document:
        return [page.get_textpage().get_text_range() for page in document]


def of_stops(*stops: tuple[float, float], doors: int = 1) -> SweepPlan:
    made = tuple(planned(f"s{number}", place, tuple(door(f"d{number}-{each}") for each in range(doors)), 520.0 + number)
                 for number, place in enumerate(stops))  # fmt: skip
    day = DayRoute("M1", date(2026, 11, 2), Place(22.70, 112.23), Place(22.70, 112.23), 510.0, 900.0, None, made, 5.0, 900.0)
    return replace(made_plan(), days=(day,))


@pytest.mark.parametrize(("language", "heading"), [("zh_CN", "2026年11月2日星期一"), ("en", "Monday, November 2, 2026")])
def test_a_page_per_manager_and_day_with_all_that_is_needed_at_the_door(language: str, heading: str) -> None:
    first, second, third = pages(made_sheet(language))
    assert heading in first
    assert ("李华玉" if language == "zh_CN" else "Li Huayu") in first
    assert "@王芳" in second
    assert "08:40-09:20" in first
    assert "3F 301" in first
    assert "新城镇环城东路1号" in first
    assert "138****5678" in first
    assert "12:01-12:21" in first
    assert ("1.4 公里" if language == "zh_CN" else "1.4 km") in first
    assert re.search(r"Lunch|午餐|午休", first)
    assert first.index("09:20") < first.index("10:00-11:00") < first.index("12:01")  # lunch stands where it falls
    assert "3/3" in third


def test_chinese_and_odd_characters_are_drawn_and_what_no_font_has_is_marked() -> None:
    first = pages(made_sheet())[0].replace("\r\n", "")
    assert "广东新兴不锈钢餐具制造有限公司" in first
    assert "<b>甲&乙</b>" in first
    assert '=HYPERLINK("http://evil.example","赢")' in first


def test_every_day_s_heading_is_as_dark_as_the_first() -> None:
    """Letters are made bold by a stroke, whose colour must not be left over from what was drawn before."""
    with closing(pypdfium2.PdfDocument(write_pdf(made_sheet()))) as document:
        seen = [np.asarray(page.render(scale=3).to_pil().convert("L"))[round(17 * 8.5) : round(26 * 8.5), 100:700] for page in document]
    assert [int((each < 60).sum()) // 1000 for each in seen] == [int((seen[0] < 60).sum()) // 1000] * 3


def test_every_outcome_has_a_box(monkeypatch: pytest.MonkeyPatch) -> None:
    """Boxes are counted where they are drawn: squares of one size, seven for each door."""
    drawn: list[tuple[float, float]] = []
    rect = Paper.rect

    def counted(paper: Paper, x: float, y: float, w: float, h: float, **style: object) -> None:
        if (w, h) == (2.6, 2.6) and not style:
            drawn.append((x, y))
        rect(paper, x, y, w, h, **style)  # type: ignore[arg-type]

    monkeypatch.setattr(Paper, "rect", counted)
    write_pdf(made_sheet("en", ground=Ground()))
    assert len(drawn) == 7 * 5
    assert "Met" in pages(made_sheet("en"))[0]


def test_a_long_day_goes_on_over_pages_and_each_says_whose_it_is() -> None:
    stops = [(22.70 + number / 1000, 112.23) for number in range(12)]
    found = pages(made_sheet("en", plan=of_stops(*stops, doors=4)))
    assert len(found) > 3
    assert all("Li Huayu" in page and "2026-11-02" in page for page in found)
    words = "".join(found)
    assert all(f"d{stop}-{place}" in words for stop in range(12) for place in range(4))


def test_names_longer_than_the_page_stay_on_it() -> None:
    frame = made_sheet().organisations
    frame.loc["o3", ["name", "address"]] = ["很长的名称" * 60, "x" * 400]
    with closing(pypdfium2.PdfDocument(write_pdf(made_sheet(organisations=frame)))) as document:
        for page in document:
            text = page.get_textpage()
            boxes = [text.get_charbox(place) for place in range(text.count_chars())]
            assert max(box[2] for box in boxes) < page.get_width() - 20
            assert min(box[0] for box in boxes) > 20


def modules(page: pypdfium2.PdfPage, size: int) -> np.ndarray:
    """Return the dark squares of the code as they are seen on the paper, a sample in the middle of each."""
    scale = 6.0
    seen = np.asarray(page.render(scale=scale).to_pil().convert("L")) < 128
    corner = seen[: int(60 * POINTS_PER_MM * scale), int(150 * POINTS_PER_MM * scale) : int(200 * POINTS_PER_MM * scale)]
    # Below the line at the head of the page.
    below = int(19 * POINTS_PER_MM * scale)
    rows = np.flatnonzero(corner[below : int(46 * POINTS_PER_MM * scale)].any(axis=1)) + below
    step = (27.0 / (size + 4)) * POINTS_PER_MM * scale
    top = rows[0]
    columns = np.flatnonzero(corner[int(top) : int(top + 7 * step)].any(axis=0))
    left = columns[0]
    at = (np.arange(size) + 0.5) * step
    return corner[np.ix_((top + at).astype(int), (left + at).astype(int))]


def test_the_code_is_that_of_the_link_and_only_on_its_manager_s_sheet() -> None:
    matrix = np.array([list(row) for row in segno.make(LINK, error="m", micro=False).matrix], dtype=bool)
    with closing(pypdfium2.PdfDocument(write_pdf(made_sheet()))) as document:
        assert (modules(document[0], len(matrix)) == matrix).all()
    own, other, _ = pages(made_sheet("en"))
    assert "keep this sheet to yourself" in own.replace("\r\n", " ")
    assert "keep this sheet" not in other.replace("\r\n", " ")


def test_without_a_link_there_is_no_code() -> None:
    assert "to yourself" not in "".join(pages(made_sheet("en", links={})))


def test_nothing_on_paper_leads_or_loads_from_elsewhere() -> None:
    data = write_pdf(made_sheet())
    assert not re.search(rb"/URI|/Launch|/JavaScript|/EmbeddedFile", data)


@pytest.fixture
def paper() -> Iterator[Paper]:
    made = Paper(Report("", "", (), ()), upright=True)
    made.add_page()
    made.set_font(SANS, size=8)
    yield made
    made.close_fonts()


def test_the_map_is_to_scale_with_north_up(paper: Paper) -> None:
    day = of_stops((22.70, 112.23), (22.71, 112.23)).days[0]
    frame = draw_map(paper, (12, 50, 186, 84), day=day, ground=GROUND, north="N")
    (x1, y1), (x2, y2) = frame.at(22.70, 112.23), frame.at(22.71, 112.23)
    assert x1 == pytest.approx(x2)
    assert y1 - y2 == pytest.approx(1111.95 * frame.scale, rel=1e-3)
    assert frame.at(22.70, 112.24)[0] - x1 == pytest.approx(1111.95 * math.cos(math.radians(22.705)) * frame.scale, rel=1e-3)


@pytest.mark.parametrize(
    "stops", [((22.70, 112.23),), ((22.70, 112.23), (23.9, 113.9)), ((0.0, 0.0),), tuple((22.7 + n / 9e4, 112.23) for n in range(25))]
)
def test_every_place_lies_in_the_frame(paper: Paper, stops: tuple[tuple[float, float], ...]) -> None:
    day = of_stops(*stops).days[0]
    frame = draw_map(paper, (12, 50, *MAP_MM), day=day, ground=GROUND, north="N")
    for place in (*stops, (day.start.lat, day.start.lon)):
        assert frame.holds(*frame.at(*place), 2.0)


def test_the_corners_are_those_of_the_drawn_map(paper: Paper) -> None:
    day = of_stops((22.70, 112.23), (22.75, 112.25)).days[0]
    frame = draw_map(paper, (12, 50, *MAP_MM), day=day, ground=Ground(), north="N")
    low, high = map_corners(day)
    assert frame.at(*low) == pytest.approx((12, 50 + MAP_MM[1]))
    assert frame.at(*high) == pytest.approx((12 + MAP_MM[0], 50))


def circles(monkeypatch: pytest.MonkeyPatch, plan: SweepPlan) -> list[tuple[float, float]]:
    drawn: list[tuple[float, float]] = []
    circle = Paper.circle

    def kept(paper: Paper, x: float, y: float, radius: float, **style: object) -> None:
        if radius == 2.1:
            drawn.append((x, y))
        circle(paper, x, y, radius, **style)  # type: ignore[arg-type]

    monkeypatch.setattr(Paper, "circle", kept)
    write_pdf(made_sheet(plan=plan))
    return drawn[: len(plan.days[0].stops)]


def test_no_number_hides_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve stops at four corners of one crossing, the manager's base beside it."""
    stops = [(22.70 + (number % 2) * 1e-5, 112.231 + (number // 2 % 2) * 1e-5) for number in range(12)]
    drawn = circles(monkeypatch, of_stops(*stops, (22.72, 112.25)))
    assert len(drawn) == 13
    assert min(math.dist(one, other) for one in drawn for other in drawn if one != other) >= 4.2


def test_what_lies_beside_the_map_is_not_in_the_file() -> None:
    far = Ground(roads=tuple((1, ((30.0 + step / 1e4, 110.0), (30.0, 111.0))) for step in range(3000)))
    near = made_sheet(ground=Ground())
    assert len(write_pdf(made_sheet(ground=far))) < len(write_pdf(near)) + 2000


@pytest.mark.parametrize(
    "outline",
    [shapely.Polygon(), shapely.box(112.2299, 22.6999, 112.2301, 22.7001), shapely.MultiPolygon([shapely.box(112.2, 22.6, 112.3, 22.8)])],
)
def test_towns_of_any_shape_are_borne(outline: shapely.Geometry) -> None:
    assert pages(made_sheet(ground=Ground(towns=(("新城镇", outline),))))


def test_a_town_is_named_where_it_is_seen() -> None:
    first = pages(made_sheet())[0]
    assert "新城镇" in first.replace("新城镇环城东路1号", "")
    assert "远镇" not in first
