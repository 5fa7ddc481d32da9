"""The day sheet: for each manager and day, pages to carry and write on, with the route drawn and the way to the phone page."""

from gridmap.errors import N_, say
from gridmap.reports.codes import draw_code
from gridmap.reports.itinerary.day_map import MAP_MM, draw_map
from gridmap.reports.itinerary.day_rows import draw_stops
from gridmap.reports.itinerary.sheet import SweepSheet, clock
from gridmap.reports.paper import SANS, Paper
from gridmap.reports.report import Report
from gridmap.sweeps.planned import DayRoute
from gridmap.texts import said

_CODE_MM, _QUIET = 27.0, 2


def write_pdf(sheet: SweepSheet) -> bytes:
    """Write the day sheets of a sweep on upright A4, each beginning on a page of its own; one page that says so where no day has a stop."""
    _ = sheet.translate
    head = Report(title=_("Day sheet"), line=sheet.title, told=(), blocks=(), language=sheet.language)
    paper = Paper(head, upright=True)
    try:
        paper.set_title(paper.drawn(f"{head.title} · {sheet.title}"))
        paper.set_creation_date(sheet.made_at)
        for day in sheet.days:
            _day(paper, sheet, day)
        if not sheet.days:
            paper.add_page()
            paper.set_font(SANS, size=11)
            paper.cell(0, 8, paper.drawn(_("No day of this sweep has a stop.")))
        return bytes(paper.output())
    finally:
        paper.close_fonts()


def _day(paper: Paper, sheet: SweepSheet, day: DayRoute) -> None:
    _ = sheet.translate
    branch = sheet.branch.said(sheet.language)
    line = " · ".join((_("Day sheet"), branch, sheet.who(day.manager_id), day.day.isoformat(), sheet.title))
    paper.report = Report(title=_("Day sheet"), line=line, told=(), blocks=(), language=sheet.language)
    paper.add_page()
    top = paper.get_y()
    link = sheet.links.get(day.manager_id, "")
    width = paper.epw - (_CODE_MM + 4.0 if link else 0.0)
    _heading(paper, sheet, day, width)
    if link:
        left = paper.l_margin + paper.epw - _CODE_MM
        draw_code(paper, link, left, top, _CODE_MM, quiet=_QUIET)
        paper.set_font(SANS, size=6.5)
        paper.set_xy(left - 6, top + _CODE_MM)
        caption = _("Opens your stops on the phone. Only for you: keep this sheet to yourself.")
        paper.multi_cell(_CODE_MM + 6, 2.9, paper.drawn(caption), align="R", new_x="LMARGIN", new_y="NEXT")
        paper.set_y(max(paper.get_y(), top + _CODE_MM + 6))
    paper.ln(1.5)
    box = (paper.l_margin, paper.get_y(), paper.epw, MAP_MM[1])
    draw_map(paper, box, day=day, ground=sheet.ground, north=_("N"))
    paper.set_xy(paper.l_margin, box[1] + MAP_MM[1] + 2)
    draw_stops(paper, sheet, day)


def _heading(paper: Paper, sheet: SweepSheet, day: DayRoute, width: float) -> None:
    _ = sheet.translate
    with paper.local_context(text_mode="FILL_STROKE", line_width=0.15):
        paper.set_font(SANS, size=15)
        paper.multi_cell(width, 7.5, paper.drawn(sheet.day_written(day.day)), align="L", new_x="LMARGIN", new_y="NEXT")
    paper.set_font(SANS, size=10)
    paper.multi_cell(width, 5.2, paper.drawn(f"{sheet.who(day.manager_id)} · {sheet.title}"), align="L", new_x="LMARGIN", new_y="NEXT")
    paper.set_font(SANS, size=9)
    for told in _totals(sheet, day):
        paper.multi_cell(width, 4.8, paper.drawn(told), align="L", new_x="LMARGIN", new_y="NEXT")


def _totals(sheet: SweepSheet, day: DayRoute) -> tuple[str, ...]:
    times = say(N_("Leaves {leaves}, back {returns}."), leaves=clock(day.leaves_min), returns=clock(day.returns_min))
    counts = say(
        N_("Stops: {stops}. Doors: {doors}. On the road: {minutes} min, {distance} km. Priority: {priority}."),
        stops=len(day.stops),
        doors=len(day.doors),
        minutes=round(day.travel_min),
        distance=f"{day.travel_m / 1000:.1f}",
        priority=f"{day.prize:,.1f}",
    )
    return said(times, sheet.language), said(counts, sheet.language)
