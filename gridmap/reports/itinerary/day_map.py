"""The route of a day drawn on paper: lines and numbers only, towns, roads and waters lightly under them, nothing from a network."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import shapely

from gridmap.coordinates import EARTH_RADIUS_M
from gridmap.reports.itinerary.sheet import Ground, Path
from gridmap.reports.paper import Paper
from gridmap.sweeps.planned import DayRoute

Point = tuple[float, float]
ROUTE, INK = (0, 94, 160), (25, 25, 25)
_LAKE, _WATER, _SMALL, _BIG, _AREA = (214, 232, 242), (150, 192, 215), (222, 222, 222), (190, 190, 190), (170, 150, 170)
_PAD, _DOT_MM, _LABEL_MM, _HOUSE_MM, _LEAST_M = 0.10, 0.7, 2.1, 1.3, 300.0
# Upright A4 between the margins, and what is left for a map.
MAP_MM = (186.0, 84.0)
_SPREAD = 9
# Where a number may stand about its place: on it, then farther and farther out.
_RINGS_MM = (0.0, 5.0, 8.0, 11.0, 15.0, 20.0)
_METRES = math.pi / 180 * EARTH_RADIUS_M


@dataclass(frozen=True)
class Frame:
    """A box on paper (mm) that shows a part of the world; `scale` is mm per metre."""

    left: float
    top: float
    width: float
    height: float
    lat: float
    lon: float
    scale: float

    def at(self, lat: float, lon: float) -> Point:
        """Return where a place lies on the paper, in mm."""
        east = (lon - self.lon) * _METRES * math.cos(math.radians(self.lat))
        north = (lat - self.lat) * _METRES
        return self.left + self.width / 2 + east * self.scale, self.top + self.height / 2 - north * self.scale

    def across(self) -> tuple[float, float, float, float]:
        """Return west, south, east and north of the box in degrees."""
        up = self.height / 2 / self.scale / _METRES
        side = self.width / 2 / self.scale / _METRES / math.cos(math.radians(self.lat))
        return self.lon - side, self.lat - up, self.lon + side, self.lat + up

    def holds(self, x: float, y: float, room: float = 0.0) -> bool:
        """Say whether a point of the paper lies in the box, with some room to its edge."""
        return self.left + room <= x <= self.left + self.width - room and self.top + room <= y <= self.top + self.height - room


def draw_map(paper: Paper, box: tuple[float, float, float, float], *, day: DayRoute, ground: Ground, north: str) -> Frame:
    """Draw the route of a day.

    Parameters
    ----------
    paper
        Where, with a font set.
    box
        Left, top, width and height in mm.
    day
        The stops, where the day starts and where it ends.
    ground
        Drawn under it.
    north
        The letter at the arrow.

    Returns
    -------
    The frame.
    """
    frame = _frame(box, _places(day))
    with paper.rect_clip(x=frame.left, y=frame.top, w=frame.width, h=frame.height):
        _draw_ground(paper, frame, ground)
        _draw_towns(paper, frame, ground, _places(day))
        _draw_route(paper, frame, day)
    _draw_numbers(paper, frame, day)
    _draw_scale(paper, frame, north)
    paper.set_draw_color(120)
    paper.set_line_width(0.2)
    paper.rect(frame.left, frame.top, frame.width, frame.height)
    _plain(paper)
    return frame


def map_corners(day: DayRoute) -> list[Point]:
    """Return two opposite corners, (lat, lon), of what the map of a day shows: as far as anything need be drawn."""
    west, south, east, north = _frame((0.0, 0.0, *MAP_MM), _places(day)).across()
    return [(south, west), (north, east)]


def _places(day: DayRoute) -> list[Point]:
    return [(day.start.lat, day.start.lon), *((each.stop.lat, each.stop.lon) for each in day.stops), (day.end.lat, day.end.lon)]


def _frame(box: tuple[float, float, float, float], places: Sequence[Point]) -> Frame:
    """Fit the places into the box, with a margin; a single building still shows the streets around it."""
    left, top, width, height = box
    south, north = min(lat for lat, _ in places), max(lat for lat, _ in places)
    west, east = min(lon for _, lon in places), max(lon for _, lon in places)
    lat, lon = (south + north) / 2, (west + east) / 2
    across = max((east - west) * _METRES * math.cos(math.radians(lat)), _LEAST_M)
    up = max((north - south) * _METRES, _LEAST_M)
    return Frame(left, top, width, height, lat, lon, (1 - 2 * _PAD) * min(width / across, height / up))


def _draw_ground(paper: Paper, frame: Frame, ground: Ground) -> None:
    paper.set_fill_color(*_LAKE)
    for ring in _seen(frame, ground.lakes):
        paper.polygon(ring, style="F")
    _lines(paper, _seen(frame, ground.waters), _WATER, 0.5)
    _lines(paper, _seen(frame, (path for big, path in ground.roads if not big)), _SMALL, 0.25)
    _lines(paper, _seen(frame, (path for big, path in ground.roads if big)), _BIG, 0.7)
    with paper.local_context(dash_pattern={"dash": 2.0, "gap": 1.2, "phase": 0.0}):
        _lines(paper, _seen(frame, ground.areas), _AREA, 0.25)


def _draw_towns(paper: Paper, frame: Frame, ground: Ground, places: Sequence[Point]) -> None:
    """Write the towns' names where what is seen of them has most room beside the stops."""
    size = paper.font_size_pt
    paper.set_font_size(8)
    paper.set_text_color(*_AREA)
    stops = [frame.at(*place) for place in places]
    for name, outline in ground.towns:
        called = paper.drawn(name)
        half = paper.get_string_width(called) / 2
        spots = [frame.at(lat, lon) for lat, lon in _spread(shapely.clip_by_rect(outline, *frame.across()))]
        fitting = [spot for spot in spots if frame.holds(*spot, half + 1.0)]
        if fitting:
            x, y = max(fitting, key=lambda spot: min(math.dist(spot, stop) for stop in stops))
            paper.text(x - half, y, called)
    paper.set_text_color(0)
    paper.set_font_size(size)


def _spread(seen: shapely.Geometry) -> list[Point]:
    """Return points (lat, lon) spread over the inside of a shape; none where it is empty."""
    if shapely.is_empty(seen):
        return []
    west, south, east, north = shapely.bounds(seen)
    steps = [(step + 0.5) / _SPREAD for step in range(_SPREAD)]
    points = [(south + up * (north - south), west + side * (east - west)) for up in steps for side in steps]
    return [(lat, lon) for lat, lon in points if shapely.contains_xy(seen, lon, lat)]


def _seen(frame: Frame, paths: Iterable[Path]) -> Iterable[list[Point]]:
    """Give the paths, in mm, that come into the box; the others are not written into the file."""
    right, bottom = frame.left + frame.width, frame.top + frame.height
    for path in paths:
        points = [frame.at(lat, lon) for lat, lon in path]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        if len(points) > 1 and max(xs) >= frame.left and min(xs) <= right and max(ys) >= frame.top and min(ys) <= bottom:
            yield points


def _lines(paper: Paper, paths: Iterable[list[Point]], colour: tuple[int, int, int], width: float) -> None:
    paper.set_draw_color(*colour)
    paper.set_line_width(width)
    for points in paths:
        paper.polyline(points)


def _draw_route(paper: Paper, frame: Frame, day: DayRoute) -> None:
    points = [frame.at(*place) for place in _places(day)]
    _lines(paper, [points], ROUTE, 0.6)
    paper.set_fill_color(*ROUTE)
    for one, other in pairwise(points):
        _arrow(paper, one, other)
    for place, point in ((day.start, points[0]), (day.end, points[-1])):
        paper.set_fill_color(255)
        if (place.lat, place.lon) == (day.start.lat, day.start.lon) and point is points[-1]:
            continue  # one house at both ends
        paper.rect(point[0] - _HOUSE_MM, point[1] - _HOUSE_MM, 2 * _HOUSE_MM, 2 * _HOUSE_MM, style="DF")


def _arrow(paper: Paper, one: Point, other: Point) -> None:
    """Draw which way a leg goes, at its middle; a short leg has no room for it."""
    across, down = other[0] - one[0], other[1] - one[1]
    length = math.hypot(across, down)
    if length < 7.0:
        return
    ux, uy = across / length, down / length
    x, y = one[0] + 0.55 * across, one[1] + 0.55 * down
    paper.polygon([(x + 1.2 * ux, y + 1.2 * uy), (x - ux - 0.8 * uy, y - uy + 0.8 * ux), (x - ux + 0.8 * uy, y - uy - 0.8 * ux)], style="F")


def _draw_numbers(paper: Paper, frame: Frame, day: DayRoute) -> None:
    """Draw the stops' numbers so that none hides another: where there is no room beside, a thin line leads to the place."""
    dots = [frame.at(each.stop.lat, each.stop.lon) for each in day.stops]
    ends = [frame.at(place.lat, place.lon) for place in (day.start, day.end)]
    taken: list[Point] = []
    for dot in dots:
        taken.append(_free(frame, dot, taken, (dots, ends)))
    paper.set_draw_color(*INK)
    paper.set_line_width(0.15)
    for (x, y), (at_x, at_y) in zip(dots, taken, strict=True):
        if (x, y) != (at_x, at_y):
            paper.line(x, y, at_x, at_y)
            paper.set_fill_color(*INK)
            paper.circle(x, y, _DOT_MM, style="F")
    for number, (x, y) in enumerate(taken, start=1):
        numbered_circle(paper, x, y, number)


def numbered_circle(paper: Paper, x: float, y: float, number: int) -> None:
    """Draw a stop's number, white in a dark circle, around a point in mm."""
    paper.set_fill_color(*INK)
    paper.circle(x, y, _LABEL_MM, style="F")
    paper.set_text_color(255)
    size, height = paper.font_size_pt, 6.5 if number < 100 else 5.0
    paper.set_font_size(height)
    paper.text(x - paper.get_string_width(str(number)) / 2, y + 0.125 * height, str(number))
    paper.set_font_size(size)
    paper.set_text_color(0)


def _free(frame: Frame, dot: Point, taken: Sequence[Point], clear_of: tuple[Sequence[Point], Sequence[Point]]) -> Point:
    dots, ends = clear_of
    others = [each for each in dots if each != dot]
    for ring in _RINGS_MM:
        for step in range(12 if ring else 1):
            turn = math.pi * step / 6
            x, y = dot[0] + ring * math.cos(turn), dot[1] + ring * math.sin(turn)
            apart = all(math.hypot(x - a, y - b) >= 2 * _LABEL_MM + 0.2 for a, b in taken)
            clear = not ring or all(math.hypot(x - a, y - b) >= _LABEL_MM + _DOT_MM for a, b in others)
            clear = clear and all(math.hypot(x - a, y - b) >= _LABEL_MM + _HOUSE_MM for a, b in ends)
            if apart and clear and frame.holds(x, y, _LABEL_MM):
                return x, y
    return dot


def _draw_scale(paper: Paper, frame: Frame, north: str) -> None:
    length_m = _round_down(0.25 * frame.width / frame.scale)
    length = length_m * frame.scale
    left, low = frame.left + 3.0, frame.top + frame.height - 3.0
    label = f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m:g} m"
    paper.set_fill_color(255)
    paper.rect(left - 1.5, low - 4.6, length + 3.0, 6.2, style="F")
    paper.set_draw_color(*INK)
    paper.set_line_width(0.3)
    paper.polyline([(left, low - 1.2), (left, low), (left + length, low), (left + length, low - 1.2)])
    size = paper.font_size_pt
    paper.set_font_size(7)
    paper.text(left + (length - paper.get_string_width(label)) / 2, low - 1.4, label)
    right, top = frame.left + frame.width - 5.0, frame.top + 3.0
    paper.set_fill_color(255)
    paper.rect(right - 3.0, top - 1.5, 6.0, 11.5, style="F")
    paper.set_fill_color(*INK)
    paper.polygon([(right, top), (right - 1.8, top + 5.5), (right, top + 4.3), (right + 1.8, top + 5.5)], style="F")
    paper.text(right - paper.get_string_width(north) / 2, top + 8.8, north)
    paper.set_font_size(size)


def _round_down(metres: float) -> float:
    ten = 10.0 ** math.floor(math.log10(metres))
    return ten * max(step for step in (1, 2, 5) if step * ten <= metres)


def _plain(paper: Paper) -> None:
    paper.set_draw_color(0)
    paper.set_fill_color(255)
    paper.set_line_width(0.2)
