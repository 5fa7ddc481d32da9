"""The cells under what somebody drew: inside a closed line, or under the trail of a brush."""

from typing import Any

import numpy as np
import pandas as pd
import shapely

from gridmap.grid.grid import Grid, positions_of
from gridmap.grid.shapes import centres, outlines

Array = np.ndarray[Any, Any]
_M_PER_DEG = 111_320.0


def cells_inside(grid: Grid, lat: Array, lon: Array) -> pd.Index:
    """Return the cells whose centre lies inside a line that somebody drew and that is closed from its end to its start.

    A line may cross itself: what it goes round is inside, also where it goes round twice. A shape too small to hold a centre
    has the cell that its middle, or else its first point, lies in. Work grows with cells times crossings of their latitude,
    whatever the shape, so that a shape over half the globe costs no more than one around the branch.

    Parameters
    ----------
    lat, lon
        Corners in WGS-84 degrees, three or more; admin polygons count by a point inside them.

    Returns
    -------
    Sorted cells of the grid; empty where the shape lies beside it.
    """
    middle_lat, middle_lon = centres(grid, grid.cells)
    inside = np.flatnonzero(turns_around(middle_lat, middle_lon, lat, lon) != 0)
    if not len(inside):
        own = np.array([lat.mean()]), np.array([lon.mean()])
        at = own if turns_around(*own, lat, lon)[0] else (lat[:1], lon[:1])
        inside = positions_of(grid, *at)
    return grid.cells[inside[inside >= 0]]


def cells_under(grid: Grid, lat: Array, lon: Array, *, radius_m: float) -> pd.Index:
    """Return the cells under the trail of a brush: all that its middle line passes through, and those whose centre it covers.

    No cell between two points is left out, however far apart they are.

    Parameters
    ----------
    lat, lon
        Points of the trail in WGS-84 degrees, one or more, in the order they were drawn.
    radius_m
        Half the width of the brush in metres.

    Returns
    -------
    Sorted cells of the grid; empty where the trail lies beside it.
    """
    if not len(grid.cells):
        return grid.cells
    flat = max(float(np.cos(np.radians(lat.mean()))), 0.01)  # degrees of longitude are shorter: made as long as those of latitude
    points = np.column_stack([lon * flat, lat])
    trail = shapely.linestrings(points if len(points) > 1 else np.repeat(points, 2, axis=0))
    shapely.prepare(trail)
    middle_lat, middle_lon = centres(grid, grid.cells)
    middle_lon = middle_lon * flat
    # the line can pass through a cell only where it comes nearer to its centre than its farthest corner
    radius, reach = radius_m / _M_PER_DEG, _reach_deg(grid)
    (west, south, east, north), margin = shapely.bounds(trail), max(radius, reach)
    in_width = (middle_lon >= west - margin) & (middle_lon <= east + margin)
    near = np.flatnonzero(in_width & (middle_lat >= south - margin) & (middle_lat <= north + margin))
    away = shapely.distance(trail, shapely.points(middle_lon[near], middle_lat[near]))
    covered = near[away <= radius]
    doubtful = near[(away > radius) & (away <= reach)]
    shapes = np.asarray(outlines(grid, grid.cells[doubtful]).array, dtype=object)
    crossed = shapely.intersects(trail, shapely.transform(shapes, lambda corners: corners * [flat, 1.0]))
    return grid.cells[np.sort(np.concatenate([covered, doubtful[crossed]]))]


def turns_around(lat: Array, lon: Array, ring_lat: Array, ring_lon: Array) -> Array:
    """Count how often a closed line goes round each point, anticlockwise positive; 0 is outside.

    Parameters
    ----------
    lat, lon
        Points, degrees.
    ring_lat, ring_lon
        Corners of the line, which is closed from the last to the first.
    """
    order = np.argsort(lat, kind="stable")
    y, x = lat[order], lon[order]
    counted = np.zeros(len(order), dtype=np.int64)
    next_lat, next_lon = np.roll(ring_lat, -1), np.roll(ring_lon, -1)
    low = np.searchsorted(y, np.minimum(ring_lat, next_lat), "left")
    high = np.searchsorted(y, np.maximum(ring_lat, next_lat), "left")
    for side in np.flatnonzero(low < high):
        part = slice(low[side], high[side])
        rise = next_lat[side] - ring_lat[side]
        crossed_at = ring_lon[side] + (y[part] - ring_lat[side]) * ((next_lon[side] - ring_lon[side]) / rise)
        counted[part] += np.where(x[part] < crossed_at, 1 if rise > 0 else -1, 0)
    turns = np.empty_like(counted)
    turns[order] = counted
    return turns


def _reach_deg(grid: Grid) -> float:
    """Return a distance no cell's corner is farther from its centre than; unlimited for admin polygons, which have any form."""
    if grid.kind == "areas":
        return np.inf
    # a hexagon's corner is 0.62 times the root of its area away; H3 cells are distorted, so twice that is taken
    return float(1.24 * 1000 * np.sqrt(grid.sizes_km2.max()) / _M_PER_DEG)
