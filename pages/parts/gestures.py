"""What a person did on the map, out of what the browser says, which may be anything: read, moved to WGS-84, cut to what may be seen."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from gridmap import grid as grids
from gridmap.coordinates import to_wgs84
from gridmap.grid import Grid
from gridmap.grid.drawing import cells_inside, cells_under

Kind = Literal["click", "box", "lasso", "paint", "stop"]
Change = Literal["replace", "add", "remove"]
Points = npt.NDArray[np.float64]

MOST_POINTS = 1000  # the browser thins what was drawn to half of it
BRUSH_PX = 14  # as wide as tools.js draws it
_LONGEST_ZOOM = 24
_M_PER_PX_AT_0 = 156_543.034  # of a map tile at the equator


@dataclass(frozen=True)
class Gesture:
    """What a person did on the map, once.

    A `click` chooses one place: `cell` is the cell it lies in, None where there is none that may be seen. `box`, `lasso` and
    `paint` change a selection: `cells` are the cells that were drawn on, sorted, within what may be seen, and `change` says whether
    they replace the selection, are added to it or removed from it; with the tools a tap on one cell adds it, or takes it out where it
    was marked. A `stop` of a sweep is named by its day and its place in it, both from 0; `dropped` where it was put down at `lat` and
    `lon`, else it was pointed at. `lat`, `lon` and `centre`, the middle of the map, are WGS-84 degrees.
    """

    kind: Kind
    lat: float
    lon: float
    zoom: float
    cell: str | None
    centre: tuple[float, float]
    cells: tuple[str, ...] = ()
    change: Change = "replace"
    stop: tuple[int, int] | None = None
    dropped: bool = False


def read_click(given: Mapping[str, Any], grid: Grid, *, system: str, seen: Collection[str] | None = None) -> Gesture | None:
    """Read a click; None where it is none.

    Parameters
    ----------
    given
        As the browser sent it: `lat`, `lon`, `zoom`, and `centre` where it knows it.
    system
        Coordinate system the map is drawn in.
    seen
        Cells that may be seen, None for all.
    """
    points = _points([[given.get("lat"), given.get("lon")], given.get("centre") or [given.get("lat"), given.get("lon")]], system)
    zoom = _zoom(given.get("zoom"))
    if points is None or zoom is None:
        return None
    (lat, lon), centre = points.tolist()
    cell = _allowed(grids.place_on_cells(grid, points[:1, 0], points[:1, 1]), seen)
    return Gesture("click", lat, lon, zoom, cell[0] if cell else None, (centre[0], centre[1]))


def read_selection(
    given: Mapping[str, Any], grid: Grid, *, system: str, seen: Collection[str] | None = None, marked: Collection[str] = ()
) -> Gesture | None:
    """Read what was drawn with a tool; None where it is nothing that can be drawn.

    Parameters
    ----------
    given
        As the browser sent it: `mode` box, lasso or paint; `how` replace, add, remove or toggle; `pts` one point of a tap, else two
        corners of a box, three or more of a lasso, two or more of a trail; `zoom`, `centre`.
    system, seen
        Like `read_click`.
    marked
        The selection as it was shown; a tap takes out of it what it holds.
    """
    kind, how = given.get("mode"), given.get("how")
    drawn, middle, zoom = _points(given.get("pts"), system), _points([given.get("centre")], system), _zoom(given.get("zoom"))
    if kind not in ("box", "lasso", "paint") or how not in ("replace", "add", "remove", "toggle"):
        return None
    if drawn is None or middle is None or zoom is None or not _can_be(kind, len(drawn)):
        return None
    cells = _allowed(_cells_of(kind, drawn, grid, zoom), seen)
    if how == "toggle":
        how = "remove" if cells and set(cells) <= set(marked) else "add"
    lat, lon = drawn[-1].tolist()
    return Gesture(kind, lat, lon, zoom, cells[0] if len(drawn) == 1 and cells else None, tuple(middle[0].tolist()), cells, how)


def read_stop(given: Mapping[str, Any], *, system: str, sweep: str) -> Gesture | None:
    """Read what was done with a stop of a sweep; None where it is nothing, or of another save of the sweep than the shown one.

    Parameters
    ----------
    given
        As the browser sent it: `day` and `number` of the stop from 0, `dropped`, `lat`, `lon`, `zoom`, `centre`, and `sweep`.
    system
        Coordinate system the map is drawn in.
    sweep
        The save of the sweep that is shown, as `pages.shared.swept` writes it.
    """
    points = _points([[given.get("lat"), given.get("lon")], given.get("centre")], system)
    day, number, zoom = given.get("day"), given.get("number"), _zoom(given.get("zoom"))
    if points is None or zoom is None or given.get("sweep") != sweep:
        return None
    if not (type(day) is int and type(number) is int and 0 <= day < MOST_POINTS and 0 <= number < MOST_POINTS):
        return None
    (lat, lon), centre = points.tolist()
    return Gesture("stop", lat, lon, zoom, None, (centre[0], centre[1]), stop=(day, number), dropped=given.get("dropped") is True)


def _can_be(kind: str, count: int) -> bool:
    return count == 1 or {"box": count == 2, "lasso": count >= 3, "paint": count >= 2}[kind]


def _cells_of(kind: str, drawn: Points, grid: Grid, zoom: float) -> Collection[str | None]:
    lat, lon = drawn.T
    if len(drawn) == 1:
        return list(grids.place_on_cells(grid, lat, lon))
    if kind == "paint":
        m_per_px = _M_PER_PX_AT_0 * float(np.cos(np.radians(lat.mean()))) / 2**zoom
        return cells_under(grid, lat, lon, radius_m=BRUSH_PX / 2 * m_per_px)
    if kind == "box":
        lat, lon = lat[[0, 0, 1, 1]], lon[[0, 1, 1, 0]]
    return cells_inside(grid, lat, lon)


def _allowed(cells: Collection[str | None], seen: Collection[str] | None) -> tuple[str, ...]:
    return tuple(sorted(str(cell) for cell in cells if cell is not None and (seen is None or cell in seen)))


def _points(given: object, system: str) -> Points | None:
    """Read places as rows of WGS-84 latitude and longitude; None where one of them is no place on the globe, or there are too many."""
    if not isinstance(given, list | tuple) or not 0 < len(given) <= MOST_POINTS:
        return None
    if not all(isinstance(each, list | tuple) and len(each) == 2 and all(map(_is_number, each)) for each in given):
        return None
    points = np.array(given, dtype=np.float64)
    if not (np.isfinite(points).all() and (np.abs(points) <= [90, 180]).all()):
        return None
    return np.column_stack(to_wgs84(points[:, 0], points[:, 1], system))


def _zoom(given: object) -> float | None:
    if not _is_number(given):
        return None
    zoom = float(given)  # type: ignore[arg-type] - looked at just now
    return zoom if 0 <= zoom <= _LONGEST_ZOOM else None


def _is_number(given: object) -> bool:
    return isinstance(given, int | float) and not isinstance(given, bool) and abs(given) < 1e9
