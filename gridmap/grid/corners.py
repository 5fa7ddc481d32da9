"""Corners of H3 cells as arrays."""

from collections.abc import Iterable
from typing import Any

import h3
import numpy as np
import pyarrow as pa
import shapely
from h3ronpy import vector

from gridmap.grid.indexes import numbers_of, texts_of

Array = np.ndarray[Any, Any]
MOST_VERTICES = 10


def cell_vertices(cells: Iterable[str]) -> tuple[Array, Array, Array]:
    """Return the corners of H3 cells.

    Hexagons have six, pentagons five, distorted cells up to ten; the rest of a row repeats the last corner.

    Returns
    -------
    Counts (n, unsigned 8 bit), latitudes (n, 10) and longitudes (n, 10) in degrees; a cell over the 180th meridian
    has longitudes of both signs.
    """
    numbers = numbers_of(cells)
    if not len(numbers):
        return np.zeros(0, dtype=np.uint8), np.zeros((0, MOST_VERTICES)), np.zeros((0, MOST_VERTICES))
    rings = shapely.from_wkb(pa.array(vector.cells_to_wkb_polygons(pa.array(numbers, pa.uint64()))).to_numpy(zero_copy_only=False))
    split = shapely.get_type_id(rings) != shapely.GeometryType.POLYGON.value
    if split.any():  # cut at the 180th meridian: take the ring as H3 itself has it
        rings[split] = [shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(cell)]) for cell in texts_of(numbers[split])]
    counts = shapely.get_num_coordinates(rings) - 1
    corners = shapely.get_coordinates(rings)
    starts = np.cumsum(counts + 1) - (counts + 1)
    place = starts[:, None] + np.minimum(np.arange(MOST_VERTICES)[None, :], counts[:, None] - 1)
    return counts.astype(np.uint8), corners[place, 1], corners[place, 0]
