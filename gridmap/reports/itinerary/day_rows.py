"""The stops of a day on paper: a band per stop with its times, a line per door with boxes to tick."""

from collections.abc import Sequence
from dataclasses import dataclass

from gridmap.reports.itinerary.day_map import INK, numbered_circle
from gridmap.reports.itinerary.sheet import SweepSheet, clock
from gridmap.reports.paper import SANS, Paper
from gridmap.reports.ruled import Ruler
from gridmap.schema.field import OUTCOMES
from gridmap.sweeps.planned import DayRoute, Door, PlannedStop
from gridmap.texts import worded

_LINE_MM, _PAD_MM, _ASCENT, _BAND_MM, _BOX_MM = 3.6, 0.9, 0.78, 6.4, 2.6
_BAND, _RULE, _FAINT = (232, 238, 243), 170, 90
_SIZE = 7.5
# Widths in mm: floor and room, whom, why, what came of it; together the width between the margins of upright A4.
_DOOR, _WHOM, _WHY, _BOXES = 16.0, 60.0, 44.0, 66.0


@dataclass(frozen=True)
class _Line:
    """A door's texts, broken into lines."""

    indoors: Sequence[str]
    whom: Sequence[str]
    known: Sequence[str]
    why: Sequence[str]

    def height(self, boxes: int) -> float:
        most = max(len(self.indoors), len(self.whom) + len(self.known), len(self.why), boxes + 1)
        return most * _LINE_MM + 2 * _PAD_MM


def draw_stops(paper: Paper, sheet: SweepSheet, day: DayRoute) -> None:
    """Draw the stops of a day below what stands on the page, lunch where it falls, and the way back; a stop's band never stands alone."""
    paper.set_font(SANS, size=_SIZE)
    ruler = Ruler(paper)
    boxes = _box_rows(ruler, [sheet.translate(worded(each)) for each in OUTCOMES])
    _ = sheet.translate
    lunch = day.lunch_min
    for number, planned in enumerate(day.stops, start=1):
        if lunch is not None and lunch[0] <= planned.start_min:
            _say(paper, _("Lunch {begins}-{ends}").format(begins=clock(lunch[0]), ends=clock(lunch[1])))
            lunch = None
        lines = [_line(ruler, paper, sheet, planned, door) for door in planned.stop.doors]
        if paper.will_page_break(_BAND_MM + lines[0].height(len(boxes))):
            paper.add_page()
            paper.set_font(SANS, size=_SIZE)
        _band(paper, ruler, sheet, number, planned)
        for line in lines:
            if paper.will_page_break(line.height(len(boxes))):
                paper.add_page()
                paper.set_font(SANS, size=_SIZE)
                _band(paper, ruler, sheet, number, planned)
            _draw(paper, line, boxes, _("Note"))
    if lunch is not None:
        _say(paper, _("Lunch {begins}-{ends}").format(begins=clock(lunch[0]), ends=clock(lunch[1])))
    back = _("Back at {time}: {minutes} min, {distance} km").format(
        time=clock(day.returns_min), minutes=round(day.back_min), distance=f"{day.back_m / 1000:.1f}"
    )
    _say(paper, back)


def _say(paper: Paper, text: str) -> None:
    if paper.will_page_break(_BAND_MM):
        paper.add_page()
        paper.set_font(SANS, size=_SIZE)
    paper.set_text_color(_FAINT)
    paper.cell(0, _BAND_MM, paper.drawn(text), new_x="LMARGIN", new_y="NEXT")
    paper.set_text_color(0)


def _band(paper: Paper, ruler: Ruler, sheet: SweepSheet, number: int, planned: PlannedStop) -> None:
    _ = sheet.translate
    left, top = paper.l_margin, paper.get_y()
    paper.set_fill_color(*_BAND)
    paper.rect(left, top, paper.epw, _BAND_MM, style="F")
    numbered_circle(paper, left + 3.4, top + _BAND_MM / 2, number)
    marks = [_("appointment")] if planned.fixed else [_("pinned")] if planned.pinned else []
    doors = [_("Doors: {count}").format(count=len(planned.stop.doors))] if len(planned.stop.doors) > 1 else []
    right = paper.drawn(" · ".join((*marks, *doors, _way(sheet, planned))))
    base = top + _BAND_MM / 2 + 1.0
    paper.text(left + paper.epw - 1.5 - ruler.width(right), base, right)
    times = f"{clock(planned.start_min)}-{clock(planned.leave_min)}"
    with paper.local_context(text_mode="FILL_STROKE", line_width=0.05, draw_color=INK):
        paper.text(left + 7.2, base, times)
    begins = left + 7.2 + ruler.width(times) + 3.0
    room = paper.epw - (begins - left) - ruler.width(right) - 5.0
    called = paper.drawn(sheet.place(planned))
    paper.text(begins, base, _cut(ruler, called, room))
    address = paper.drawn(sheet.address(planned))
    begins += ruler.width(called) + 2.5
    room -= ruler.width(called) + 2.5
    if address and room > 20.0:
        paper.set_text_color(_FAINT)
        paper.text(begins, base, _cut(ruler, address, room))
        paper.set_text_color(0)
    paper.set_xy(left, top + _BAND_MM)


def _way(sheet: SweepSheet, planned: PlannedStop) -> str:
    _ = sheet.translate
    if planned.travel_m < 1.0:
        return _("same place")
    return _("{minutes} min, {distance} km").format(minutes=round(planned.travel_min), distance=f"{planned.travel_m / 1000:.1f}")


def _cut(ruler: Ruler, text: str, room: float) -> str:
    if ruler.width(text) <= room:
        return text
    return ruler.lines(text, room - ruler.width("…"))[0].rstrip() + "…"


def _line(ruler: Ruler, paper: Paper, sheet: SweepSheet, planned: PlannedStop, door: Door) -> _Line:
    _ = sheet.translate
    # The tier stands among the reasons where the planner gave any; the band has the name of a stop that is one door.
    tier = "" if door.reasons else _("tier {tier}").format(tier=door.tier)
    name = "" if sheet.place(planned) == sheet.name(door.org_id) else sheet.name(door.org_id)
    address = sheet.known(door.org_id, "address")
    said = [" · ".join(part for part in (sheet.trade(door.org_id), tier, sheet.known(door.org_id, "opening_hours")) if part)]
    said += [sheet.known(door.org_id, "contact")]
    if address != sheet.address(planned):
        said.append(address)

    def broken(text: str, width: float) -> list[str]:
        return ruler.lines(paper.drawn(text), width - 2 * _PAD_MM)

    return _Line(
        broken(sheet.indoors(door), _DOOR),
        broken(name, _WHOM) if name else [],
        [line for text in said if text for line in broken(text, _WHOM)],
        broken(sheet.why(door), _WHY),
    )


def _box_rows(ruler: Ruler, labels: Sequence[str]) -> list[list[str]]:
    """Share the boxes to tick out over as many rows as their words need."""
    rows: list[list[str]] = [[]]
    used = 0.0
    for label in labels:
        width = _BOX_MM + 1.0 + ruler.width(label) + 2.2
        if rows[-1] and used + width > _BOXES - _PAD_MM:
            rows.append([])
            used = 0.0
        rows[-1].append(label)
        used += width
    return rows


def _draw(paper: Paper, line: _Line, boxes: Sequence[Sequence[str]], note: str) -> None:
    left, top, height = paper.l_margin, paper.get_y(), line.height(len(boxes))
    paper.set_draw_color(_RULE)
    paper.set_line_width(0.15)
    paper.line(left, top + height, left + paper.epw, top + height)
    _texts(paper, left, top, line.indoors)
    _texts(paper, left + _DOOR, top, line.whom)
    paper.set_text_color(_FAINT)
    _texts(paper, left + _DOOR, top + len(line.whom) * _LINE_MM, line.known)
    paper.set_text_color(0)
    _texts(paper, left + _DOOR + _WHOM, top, line.why)
    _tick_boxes(paper, left + _DOOR + _WHOM + _WHY, top, boxes)
    x, y = left + _DOOR + _WHOM + _WHY + _PAD_MM, top + _PAD_MM + len(boxes) * _LINE_MM
    paper.set_text_color(_FAINT)
    paper.text(x, y + _ASCENT * _LINE_MM, note)
    begins = x + paper.get_string_width(note) + 1.0
    paper.line(begins, y + _LINE_MM - 0.3, left + paper.epw, y + _LINE_MM - 0.3)
    paper.set_text_color(0)
    paper.set_draw_color(0)
    paper.set_xy(left, top + height)


def _texts(paper: Paper, left: float, top: float, lines: Sequence[str]) -> None:
    for number, text in enumerate(lines):
        if text:
            paper.text(left + _PAD_MM, top + _PAD_MM + (number + _ASCENT) * _LINE_MM, text)


def _tick_boxes(paper: Paper, left: float, top: float, rows: Sequence[Sequence[str]]) -> None:
    paper.set_draw_color(*INK)
    paper.set_line_width(0.2)
    for number, row in enumerate(rows):
        x, y = left + _PAD_MM, top + _PAD_MM + number * _LINE_MM
        for label in row:
            paper.rect(x, y + 0.3, _BOX_MM, _BOX_MM)
            paper.text(x + _BOX_MM + 1.0, y + _ASCENT * _LINE_MM, label)
            x += _BOX_MM + 1.0 + paper.get_string_width(label) + 2.2
    paper.set_draw_color(_RULE)
