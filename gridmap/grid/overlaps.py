"""Which cells of two grids share ground, and how much of it."""

from typing import Any

import h3
import numpy as np
import shapely

from gridmap.grid.grid import Grid
from gridmap.grid.polygons import polygon_area_km2
from gridmap.grid.shapes import outlines

Array = np.ndarray[Any, Any]
LEAST_SHARE = 1e-6  # two outlines drawn along one line overlap by rounding; that is no shared ground


def overlaps(first: Grid, second: Grid) -> tuple[Array, Array, Array]:
    """Find the cells of two grids that share ground.

    Returns
    -------
    Positions into `first.cells`, positions into `second.cells`, sorted, and the share of the first cell's area that lies in the second
    (0 to 1). Shares are taken on the plane of the degrees, which for cells of a branch is true to a thousandth.
    """
    ours, theirs = _shapes(first), _shapes(second)
    if not len(ours) or not len(theirs):
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp), np.zeros(0)
    one, other = shapely.STRtree(theirs).query(ours, predicate="intersects")
    shares = shapely.area(shapely.intersection(ours[one], theirs[other])) / shapely.area(ours[one])
    kept = shares > LEAST_SHARE
    order = np.lexsort((other[kept], one[kept]))
    return one[kept][order], other[kept][order], np.minimum(shares[kept][order], 1.0)


def expected_cells(boundary: shapely.Geometry | None, resolution: int) -> int:
    """Return about how many H3 cells of a resolution an EPSG:4326 outline holds, without making them."""
    return round(polygon_area_km2(boundary) / float(h3.average_hexagon_area(resolution, unit="km^2")))


def _shapes(grid: Grid) -> Array:
    return shapely.make_valid(np.asarray(outlines(grid, grid.cells).array, dtype=object))
