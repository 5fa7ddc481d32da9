"""Outlines, corners, centres and areas of cells."""

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from h3ronpy import vector

from gridmap.errors import N_, CellError, say
from gridmap.grid.corners import MOST_VERTICES, cell_vertices
from gridmap.grid.grid import Grid
from gridmap.grid.indexes import cell_index, numbers_of, sizes_km2

Array = np.ndarray[Any, Any]


def outlines(grid: Grid, cells: Iterable[str]) -> gpd.GeoSeries:
    """Return the outline of each cell, index `cell`, EPSG:4326.

    Raises
    ------
    CellError
        When a cell does not belong to the grid's kind or set.
    """
    index = cell_index(cells)
    if grid.kind == "areas":
        return _areas(grid, index)
    counts, lat, lon = cell_vertices(index)
    keep = np.arange(MOST_VERTICES)[None, :] < counts[:, None]
    rings = shapely.linearrings(np.column_stack([lon[keep], lat[keep]]), indices=np.repeat(np.arange(len(index)), counts))
    return gpd.GeoSeries(shapely.polygons(rings), index=index, crs="EPSG:4326")


def centres(grid: Grid, cells: Iterable[str]) -> tuple[Array, Array]:
    """Return latitude and longitude of each cell's centre in degrees; for an admin polygon, of a point inside it."""
    index = cell_index(cells)
    if grid.kind == "areas":
        inner = shapely.point_on_surface(np.asarray(_areas(grid, index).array, dtype=object))
        return shapely.get_y(inner), shapely.get_x(inner)
    if not len(index):
        return np.zeros(0), np.zeros(0)
    found = pa.record_batch(vector.cells_to_coordinates(pa.array(numbers_of(index), pa.uint64())))
    return found.column("lat").to_numpy(zero_copy_only=False), found.column("lng").to_numpy(zero_copy_only=False)


def areas_km2(grid: Grid, cells: Iterable[str]) -> pd.Series:
    """Return the area of each cell in km2, index `cell`: of the whole cell, also where the boundary cuts it."""
    if cells is grid.cells:
        return pd.Series(grid.sizes_km2.copy(), index=grid.cells, name="area_km2")
    index = cell_index(cells)
    if grid.kind == "areas":
        place = grid.cells.get_indexer(_areas(grid, index).index)
        return pd.Series(grid.sizes_km2[place], index=index, name="area_km2")
    return pd.Series(sizes_km2(numbers_of(index)), index=index, name="area_km2")


def _areas(grid: Grid, index: pd.Index) -> gpd.GeoSeries:
    assert grid.outlines is not None  # noqa: S101 - areas_grid always sets them
    place = grid.cells.get_indexer(index)
    if (place < 0).any():
        raise CellError(say(N_("The cell {cell} does not belong to the grid."), cell=str(index[place < 0][0])))
    return grid.outlines.iloc[place]
