"""Areas, roads, waters, parks, outlines and points as compact JSON: whole numbers in the Mercator world, steps between corners."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from gridmap import grid as grids
from gridmap.grid import Grid
from layers.sight import Shift
from layers.tiles import mercator

Polygons = npt.NDArray[Any]
WORLD = 2**26  # one step is a pixel of zoom 18
_ROUGH_DEG = 0.00008  # about nine metres: below a pixel up to zoom 14


def whole(lat: npt.ArrayLike, lon: npt.ArrayLike, shift: Shift | None = None) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Project degrees to whole steps of the Mercator world; `shift` moves them to the system of the base map first."""
    if shift is not None:
        lat, lon = shift(np.asarray(lat, "f8"), np.asarray(lon, "f8"))
    x, y = mercator(lat, lon)
    return np.round(x * WORLD).astype(np.int64), np.round(y * WORLD).astype(np.int64)


def shape_item(
    geometry: shapely.Geometry,
    *,
    name: str = "",
    kind: str = "",
    closed: bool = True,
    rough_deg: float = _ROUGH_DEG,
    shift: Shift | None = None,
) -> dict[str, Any] | None:
    """Write one geometry as an item: `p` rings or lines, `c` 1 when closed, `at` where its name stands, `n` name, `k` kind.

    Parameters
    ----------
    geometry
        EPSG:4326, any polygon or line; points and empty ones give None.
    name, kind
        Name in the language of the reader, and what picks its stroke.
    closed
        False draws the boundary of a polygon as it is but never fills it.
    rough_deg
        Tolerance of simplification in degrees; 0 keeps every corner.
    shift
        Moves WGS-84 degrees to the system of the base map.
    """
    simple = shapely.simplify(geometry, rough_deg) if rough_deg else geometry
    simple = geometry if shapely.is_missing(simple) or shapely.is_empty(simple) else simple
    lines, is_area = _lines(simple)
    if not lines:
        return None
    item: dict[str, Any] = {"p": [_steps(line, shift) for line in lines]}
    if is_area and closed:
        item["c"] = 1
    if kind:
        item["k"] = kind
    if name:
        inner = shapely.point_on_surface(geometry)
        x, y = whole(inner.y, inner.x, shift)
        item |= {"n": name, "at": [int(x), int(y)]}
    return item


def outline_item(cells: Polygons, shift: Shift | None = None) -> dict[str, Any] | None:
    """Write the outline around some cells of a grid (`cell_polygons`), with the place of a name; None for no cells."""
    if not len(cells):
        return None
    return shape_item(shapely.coverage_union_all(cells), name="-", closed=False, rough_deg=0, shift=shift)


def cell_polygons(grid: Grid, place: npt.NDArray[np.intp]) -> Polygons:
    """Return the polygons of cells of a grid, by their places in it, EPSG:4326."""
    return np.asarray(grids.outlines(grid, grid.cells[place]).array, dtype=object)


def rings_text(geometry: shapely.Geometry, *, shift: Shift | None = None) -> str:
    """Write the rings of a polygon as one text: whole steps like an item's, numbers parted by commas and rings by spaces.

    A text of numbers costs a page with thousands of corners next to nothing where lists of them are looked through one by one.
    """
    lines, _is_area = _lines(geometry)
    return " ".join(",".join(map(str, _steps(line, shift))) for line in lines)


def point_items(
    lat: npt.ArrayLike,
    lon: npt.ArrayLike,
    kinds: Sequence[str],
    *,
    names: Sequence[str] | None = None,
    details: Sequence[str] | None = None,
    shift: Shift | None = None,
) -> list[dict[str, Any]]:
    """Write points as items: `at` place, `k` kind, `n` name and `d` detail where they are given; points without a place are left out."""
    lat, lon = np.asarray(lat, "f8"), np.asarray(lon, "f8")
    placed = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
    x, y = whole(lat[placed], lon[placed], shift)
    items = []
    for number, at in enumerate(placed.tolist()):
        item: dict[str, Any] = {"p": [], "at": [int(x[number]), int(y[number])], "k": kinds[at]}
        for key, texts in (("n", names), ("d", details)):
            if texts is not None and texts[at]:
                item[key] = texts[at]
        items.append(item)
    return items


def cell_items(outlines: Iterable[shapely.Geometry], *, shift: Shift | None = None) -> list[dict[str, Any]]:
    """Write the outlines of a grid of admin polygons, in its order; common borders stay common when simplified."""
    shapes = np.asarray(list(outlines), dtype=object)
    if len(shapes):
        west, south, east, north = shapely.total_bounds(shapes)
        rough = max(east - west, north - south) / 8192
        simple = shapely.coverage_simplify(shapes, rough, simplify_boundary=True) if rough > 0 else shapes
        shapes = np.where(shapely.is_empty(simple) | shapely.is_missing(simple), shapes, simple)
    return [shape_item(shape, rough_deg=0, shift=shift) or {"p": [], "c": 1} for shape in shapes]


def _lines(geometry: shapely.Geometry) -> tuple[list[npt.NDArray[np.float64]], bool]:
    parts = [part for part in shapely.get_parts(shapely.get_parts(geometry)) if not part.is_empty]
    areas = [part for part in parts if part.geom_type == "Polygon"]
    if areas:
        return [shapely.get_coordinates(ring) for area in areas for ring in (area.exterior, *area.interiors)], True
    return [shapely.get_coordinates(part) for part in parts if part.geom_type in {"LineString", "LinearRing"}], False


def _steps(line: npt.NDArray[np.float64], shift: Shift | None) -> list[int]:
    x, y = whole(line[:, 1], line[:, 0], shift)
    steps = np.column_stack([np.diff(x, prepend=0), np.diff(y, prepend=0)])
    moving = np.ones(len(steps), bool)
    moving[1:] = (steps[1:] != 0).any(axis=1)
    return list(steps[moving].ravel().tolist())
