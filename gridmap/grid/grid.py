"""The grid of a branch: its cells, which cell a point is in, which cells meet."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.errors import N_, CellError, say
from gridmap.grid.borders import Borders, area_borders, cell_borders
from gridmap.grid.indexes import cell_index, fill, index_points, numbers_of, sizes_km2, texts_of
from gridmap.grid.polygons import polygon_area_km2, polygon_positions

Array = np.ndarray[Any, Any]
Kind = Literal["h3", "areas"]


@dataclass(frozen=True, eq=False)
class Grid:
    """The cells of a branch, sorted: H3 indexes of one resolution, or the codes of one set of admin polygons.

    `boundary` is in EPSG:4326 (None where unknown); `outlines` (index: cell) only for admin polygons. Two grids with
    the same fingerprint have the same cells and the same outlines.
    """

    kind: Kind
    resolution: int
    cells: pd.Index
    boundary: shapely.Geometry | None
    outlines: gpd.GeoSeries | None
    fingerprint: str

    @cached_property
    def sizes_km2(self) -> Array:
        """Area of each cell in the order of `cells`: of the whole cell, also where the boundary cuts it."""
        if self.outlines is None:
            return sizes_km2(numbers_of(self.cells))
        return np.array([polygon_area_km2(outline) for outline in self.outlines.array], dtype=float)

    @cached_property
    def borders(self) -> Borders:
        """Which cells share a side and how long it is; worked out when first asked for."""
        if self.outlines is None:
            return cell_borders(self.cells)
        return area_borders(np.asarray(self.outlines.array, dtype=object))


def h3_grid(boundary: shapely.Geometry | None, resolution: int) -> Grid:
    """Make the grid of all H3 cells that overlap a boundary, so that each point of the branch has a cell.

    Parameters
    ----------
    boundary
        Polygon in EPSG:4326; None or empty gives a grid without cells.
    resolution
        H3 resolution, 0 to 15.

    Raises
    ------
    CellError
        When the resolution does not exist.
    """
    if not 0 <= resolution <= 15:
        raise CellError(
            say(N_("There is no H3 resolution {resolution}."), resolution=resolution), expected=say(N_("A whole number from 0 to 15."))
        )
    found = np.zeros(0, dtype=np.uint64) if boundary is None else fill(boundary, resolution, touching=True)
    print_of = hashlib.sha256(b"h3:%d:" % resolution + found.tobytes()).hexdigest()[:16]
    return Grid("h3", resolution, cell_index(texts_of(found)), boundary, None, print_of)


def areas_grid(areas: gpd.GeoDataFrame) -> Grid:
    """Make a grid whose cells are admin polygons.

    Parameters
    ----------
    areas
        Index: area_id, text; geometry in EPSG:4326. Rows without an outline are left out.

    Raises
    ------
    CellError
        When an id comes twice.
    """
    shapes = gpd.GeoSeries(areas.geometry.array, index=cell_index(areas.index), crs="EPSG:4326")
    shapes = shapes[~(shapes.isna() | shapes.is_empty)].sort_index()
    if not shapes.index.is_unique:
        twice = str(shapes.index[shapes.index.duplicated()][0])
        raise CellError(say(N_("The area {area} comes more than once."), area=twice), remedy=say(N_("Keep one row per area of the grid.")))
    digest = hashlib.sha256(b"areas:" + "\n".join(shapes.index).encode())
    for outline in shapely.to_wkb(np.asarray(shapes.array, dtype=object)):
        digest.update(outline)
    boundary = shapely.union_all(np.asarray(shapes.array, dtype=object)) if len(shapes) else None
    return Grid("areas", -1, shapes.index, boundary, shapes, digest.hexdigest()[:16])


def positions_of(grid: Grid, lat: Array, lon: Array) -> Array:
    """Find the cell of each WGS-84 point as a position into `grid.cells`; -1 outside the grid or without a point."""
    if grid.kind == "areas":
        assert grid.outlines is not None  # noqa: S101 - areas_grid always sets them
        return polygon_positions(lat, lon, np.asarray(grid.outlines.array, dtype=object))
    points = index_points(lat, lon, grid.resolution)
    if not len(grid.cells):
        return np.full(len(points), -1, dtype=np.intp)
    cells = numbers_of(grid.cells)
    place = np.minimum(np.searchsorted(cells, points), len(cells) - 1)
    return np.where(cells[place] == points, place, -1)


def place_on_cells(grid: Grid, lat: Array, lon: Array) -> Array:
    """Find the cell of each WGS-84 point.

    Returns
    -------
    Object array of text, None outside the grid or where a coordinate is missing.
    """
    texts: Array = np.empty(len(grid.cells) + 1, dtype=object)
    texts[:-1] = grid.cells
    return texts[positions_of(grid, lat, lon)]


def cells_in(grid: Grid, polygon: shapely.Geometry) -> pd.Index:
    """Return the cells of a polygon by their centres; for a polygon too small to hold one, the cell of an inner point.

    Raises
    ------
    CellError
        When the polygon meets no cell of the grid.
    """
    if grid.kind == "h3":
        place = grid.cells.get_indexer(cell_index(texts_of(fill(polygon, grid.resolution, touching=False))))
    else:
        assert grid.outlines is not None  # noqa: S101 - areas_grid always sets them
        inner = shapely.point_on_surface(np.asarray(grid.outlines.array, dtype=object))
        place = np.flatnonzero(shapely.contains(polygon, inner))
    if not (place >= 0).any() and not shapely.is_empty(polygon):
        middle = shapely.point_on_surface(polygon)
        place = positions_of(grid, np.array([middle.y]), np.array([middle.x]))
    if not (place >= 0).any():
        raise CellError(say(N_("The outline meets no cell of the grid.")), remedy=say(N_("Draw it inside the branch.")))
    return grid.cells[np.sort(place[place >= 0])]


def cells_touching(grid: Grid, polygon: shapely.Geometry) -> pd.Index:
    """Return the cells of the grid that a polygon (EPSG:4326) touches, however little of it lies in them."""
    if grid.kind == "h3":
        place = grid.cells.get_indexer(cell_index(texts_of(fill(polygon, grid.resolution, touching=True))))
    else:
        assert grid.outlines is not None  # noqa: S101 - areas_grid always sets them
        place = shapely.STRtree(np.asarray(grid.outlines.array, dtype=object)).query(polygon, predicate="intersects")
    return grid.cells[np.sort(place[place >= 0])]


def neighbour_pairs(grid: Grid) -> tuple[Array, Array]:
    """Return the pairs of cells that share a side, as two arrays of positions into `grid.cells`, first < second."""
    return grid.borders.first, grid.borders.second
