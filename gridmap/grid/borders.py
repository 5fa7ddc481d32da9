"""Sides that cells share, and how long they are: what hangs together, and how long the border of a territory is."""

from dataclasses import dataclass, fields
from typing import Any

import h3ronpy
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from pyproj import Geod

from gridmap.coordinates import EARTH_RADIUS_M
from gridmap.grid.corners import cell_vertices
from gridmap.grid.indexes import numbers_of

Array = np.ndarray[Any, Any]
# Two corners are one when they lie closer than this share of a side: cells compute a shared corner each on its own.
_SAME_CORNER = 1e-3
_CHUNK = 20_000


@dataclass(frozen=True, eq=False)
class Borders:
    """The sides of a grid, arrays that cannot be written.

    `first`, `second`: positions into `grid.cells` of each pair that shares a side, first < second, in order. `side_km`: length of
    what a pair shares. `around_km`: perimeter of each cell, holes included. So a set of cells has a border of the sum of their
    `around_km` less twice the `side_km` inside, and what a cell's sides lack to its perimeter lies on the rim of the grid.
    """

    first: Array
    second: Array
    side_km: Array
    around_km: Array

    def __post_init__(self) -> None:
        """Close the arrays: many readers share them."""
        for each in fields(self):
            getattr(self, each.name).flags.writeable = False

    @property
    def open_km(self) -> Array:
        """Length of each cell's perimeter that no other cell of the grid shares, never below 0."""
        count = len(self.around_km)
        shared = np.bincount(self.first, self.side_km, count) + np.bincount(self.second, self.side_km, count)
        rest: Array = np.maximum(self.around_km - shared, 0.0)
        return rest


def cell_borders(cells: pd.Index) -> Borders:
    """Measure the sides of H3 cells, sorted, by great circles between their corners.

    A side over the edge of the icosahedron has a corner more; it is the sum of its parts. Pentagons have five sides.
    """
    if not len(cells):
        nothing = np.zeros(0, dtype=np.intp)
        return Borders(nothing, nothing.copy(), np.zeros(0), np.zeros(0))
    counts, lat, lon = cell_vertices(cells)
    corners = _on_sphere(lat, lon)
    following = np.where(np.arange(lat.shape[1])[None, :] + 1 < counts[:, None], np.arange(lat.shape[1])[None, :] + 1, 0)
    along = _apart_km(corners, np.take_along_axis(corners, following[:, :, None], axis=1))
    along[np.arange(lat.shape[1])[None, :] >= counts[:, None]] = 0.0  # beyond the last corner a row repeats it
    around = along.sum(axis=1)
    first, second = _meeting_cells(numbers_of(cells))
    side = np.empty(len(first))
    for begin in range(0, len(first), _CHUNK):
        chunk = slice(begin, begin + _CHUNK)
        one, other = first[chunk], second[chunk]
        width = int(counts[np.concatenate([one, other])].max())
        apart = np.square(corners[one, :width, None, :] - corners[other, None, :width, :]).sum(axis=-1).min(axis=2)
        both = apart < np.square(_SAME_CORNER * around[one] / counts[one] / EARTH_RADIUS_M * 1e3)[:, None]
        both = np.pad(both, ((0, 0), (0, lat.shape[1] - width)))
        side[chunk] = (along[one] * (both & np.take_along_axis(both, following[one], axis=1))).sum(axis=1)
    return Borders(first, second, side, around)


def area_borders(shapes: Array) -> Borders:
    """Measure the sides of admin polygons (EPSG:4326, none missing or empty) on the WGS-84 ellipsoid.

    A corner alone is no side: one cannot walk from one into the other. Where two polygons are drawn over each other, half of what
    runs around the overlap stands for the side.
    """
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects") if len(shapes) else (np.zeros(0, dtype=np.intp),) * 2
    kept = first < second
    order = np.lexsort((second[kept], first[kept]))
    first, second = first[kept][order], second[kept][order]
    parts, pair = shapely.get_parts(shapely.intersection(shapes[first], shapes[second]), return_index=True)
    weight = np.select([shapely.get_dimensions(parts) == 1, shapely.get_dimensions(parts) == 2], [1.0, 0.5], default=0.0)
    side = np.bincount(pair, weights=weight * _lengths_km(parts), minlength=len(first)) if len(parts) else np.zeros(len(first))
    met = side > 0
    return Borders(first[met], second[met], side[met], _lengths_km(shapes))


def _meeting_cells(numbers: Array) -> tuple[Array, Array]:
    disks = pa.array(h3ronpy.grid_disk(pa.array(numbers, pa.uint64()), 1))
    around = disks.flatten().to_numpy(zero_copy_only=False)
    first = np.repeat(np.arange(len(numbers)), np.diff(disks.offsets.to_numpy(zero_copy_only=False)))
    second = np.minimum(np.searchsorted(numbers, around), len(numbers) - 1)
    kept = (numbers[second] == around) & (first < second)
    first, second = first[kept], second[kept]
    order = np.lexsort((second, first))
    return first[order], second[order]


def _on_sphere(lat: Array, lon: Array) -> Array:
    # As vectors corners compare alike at the 180th meridian and at the poles.
    phi, lam = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], axis=-1)


def _apart_km(one: Array, other: Array) -> Array:
    chord = np.sqrt(np.square(one - other).sum(axis=-1))
    apart: Array = 2 * EARTH_RADIUS_M / 1e3 * np.arcsin(np.clip(chord / 2, 0.0, 1.0))
    return apart


def _lengths_km(shapes: Array) -> Array:
    # Length of all rings and lines of each shape; points have none.
    lines = np.where(shapely.get_dimensions(shapes) == 2, shapely.boundary(shapes), shapes)
    points, shape = shapely.get_coordinates(lines, return_index=True)
    parts = shapely.get_parts(lines)
    part = np.repeat(np.arange(len(parts)), shapely.get_num_coordinates(parts))
    inside = part[1:] == part[:-1] if len(part) else np.zeros(0, dtype=bool)
    _, _, metres = Geod(ellps="WGS84").inv(*points[:-1][inside].T, *points[1:][inside].T)
    return np.bincount(shape[1:][inside], weights=np.asarray(metres) / 1e3, minlength=len(shapes))
