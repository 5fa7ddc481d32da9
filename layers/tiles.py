"""Cells as small binary tiles: geometry once per grid and resolution, values once per view; pure numpy."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]
TILE_PX = 256
SUBPIXEL = 16
LONGEST_ZOOM = 19
MOST_TILES = 64  # in one request: a screen of 1440 x 900 asks for about 30
_BUDGET = 4000  # cells of a whole level that are always worth drawing
_EARTH_KM = 40075.017
_EDGE_KM = 1281.256  # of an H3 cell of resolution 0; a step divides it by the square root of 7


@dataclass(frozen=True, eq=False)
class Level:
    """The cells of one resolution ready to cut: corners in the Mercator world (0 to 1, y down) and their boxes.

    `x` and `y` have one row per cell; a cell with fewer corners than the widest repeats its last one. A cell over the 180th
    meridian reaches beyond 1 and is drawn on both ends.
    """

    cells: pd.Index
    x: Floats
    y: Floats
    box: tuple[Floats, Floats, Floats, Floats]  # west, north, east, south


def mercator(lat: npt.ArrayLike, lon: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Project degrees to the Mercator world: x and y from 0 to 1, y from north to south."""
    lat = np.clip(np.asarray(lat, "f8"), -85.05112878, 85.05112878)
    return np.asarray(lon, "f8") / 360 + 0.5, 0.5 - np.arcsinh(np.tan(np.radians(lat))) / (2 * np.pi)


def make_level(cells: pd.Index, counts: npt.ArrayLike, lat: npt.ArrayLike, lon: npt.ArrayLike) -> Level:
    """Make a level from corners.

    Parameters
    ----------
    cells
        Sorted; values of a view come in the same order.
    counts, lat, lon
        As `gridmap.grid.cell_vertices` returns them: corners per cell, degrees (n, 10), what is beyond the count is not read.
    """
    counts = np.asarray(counts, np.intp)
    widest = int(counts.max()) if len(counts) else 6
    column = np.minimum(np.arange(widest), np.maximum(counts, 1)[:, None] - 1)
    lat, lon = (np.take_along_axis(np.asarray(side, "f8"), column, axis=1) for side in (lat, lon))
    over = lon.max(axis=1) - lon.min(axis=1) > 180 if len(counts) else np.zeros(0, bool)
    lon = np.where(over[:, None] & (lon < 0), lon + 360, lon)
    x, y = mercator(lat, lon)
    return Level(cells, x, y, (x.min(axis=1), y.min(axis=1), x.max(axis=1), y.max(axis=1)))


def lod(grid_resolution: int, count: int, lat: float) -> tuple[int, ...]:
    """Choose the resolution to draw at each zoom, 0 to `LONGEST_ZOOM`.

    Parameters
    ----------
    grid_resolution
        Finest resolution: the grid's own.
    count
        Cells of the grid.
    lat
        Middle latitude in degrees; Mercator draws cells larger away from the equator.

    Notes
    -----
    Edges of about 10 to 24 pixels by `round((z - 1) * 0.72)`, counted at the latitude. A level of few cells is drawn finer,
    down to 3 pixels, since a small branch fits the screen whole.
    """
    stretch = float(np.log2(1 / max(np.cos(np.radians(lat)), 0.1)))
    chosen = []
    for zoom in range(LONGEST_ZOOM + 1):
        by_rule = round((zoom - 1 + stretch) * 0.72)
        px_per_km = TILE_PX * 2 ** (zoom + stretch) / _EARTH_KM
        affordable = [
            resolution
            for resolution in range(grid_resolution + 1)
            if count / 7 ** (grid_resolution - resolution) <= _BUDGET and _EDGE_KM / 7 ** (resolution / 2) * px_per_km >= 3
        ]
        chosen.append(min(grid_resolution, max(2, by_rule, *affordable)))
    return tuple(chosen)


def pick(level: Level, zoom: int, tiles: Sequence[tuple[int, int]]) -> list[Positions]:
    """Return, for each tile (x, y), the positions of the cells whose box meets it, ascending."""
    k = float(2**zoom)
    west, north, east, south = level.box
    inside = np.arange(len(west))
    if tiles:  # one pass for all tiles first: the rest is done on what is left
        top, bottom = min(y for _, y in tiles) / k, (max(y for _, y in tiles) + 1) / k
        inside = np.flatnonzero((south >= top) & (north <= bottom))
    west, north, east, south = west[inside], north[inside], east[inside], south[inside]
    wraps = bool((east > 1).any())
    found = []
    for x, y in tiles:
        rows = (south * k >= y) & (north * k <= y + 1)
        columns = (east * k >= x) & (west * k <= x + 1)
        if wraps:
            columns |= ((east - 1) * k >= x) & ((west - 1) * k <= x + 1)
        found.append(inside[rows & columns])
    return found


def pick_all(count: int) -> list[Positions]:
    """Return the positions of all cells as of one tile: a grid of admin polygons is not cut."""
    return [np.arange(count)]


def encode_geometry(level: Level, zoom: int, tiles: Sequence[tuple[int, int]]) -> bytes:
    """Write the outlines of the cells of some tiles.

    Returns
    -------
    Little endian: count of tiles; per tile the count of cells n (32 bit), corners per cell v and bytes per number w
    (16 bit each), then all steps in x and all steps in y: v columns of n numbers, the first corner and the step from each
    corner to the next, in sixteenths of a pixel of the tile; padded to four bytes. Columns of almost equal steps are
    what makes the compressed tile small.
    """
    k = float(2**zoom)
    parts = [struct.pack("<I", len(tiles))]
    for (x, y), at in zip(tiles, pick(level, zoom, tiles), strict=True):
        px, py = level.x[at] * k - x, level.y[at] * k - y
        beyond = px.min(axis=1, initial=np.inf) > 1  # its box met the tile only one world further west
        px[beyond] -= k
        steps = [np.diff(np.round(each * (TILE_PX * SUBPIXEL)).astype(np.int64), axis=1, prepend=0) for each in (px, py)]
        wide = any(len(each) and np.abs(each).max() > np.iinfo(np.int16).max for each in steps)
        form = "<i4" if wide else "<i2"
        body = b"".join(each.T.astype(form).tobytes() for each in steps)
        parts.append(struct.pack("<IHH", len(at), level.x.shape[1], 4 if wide else 2) + body + b"\0" * (-len(body) % 4))
    return b"".join(parts)


def encode_values(values: npt.ArrayLike, states: npt.ArrayLike, picked: Sequence[Positions]) -> bytes:
    """Write the values of the cells of some tiles, in the order of `encode_geometry`.

    Returns
    -------
    Little endian: count of tiles; per tile the count of cells (32 bit), 32-bit values, 8-bit states, padded to four bytes.
    A value whose state has none is written as 0.
    """
    numbers, flags = np.nan_to_num(np.asarray(values, "<f4"), nan=0.0), np.asarray(states, "u1")
    parts = [struct.pack("<I", len(picked))]
    for at in picked:
        body = numbers[at].tobytes() + flags[at].tobytes()
        parts.append(struct.pack("<I", len(at)) + body + b"\0" * (-len(body) % 4))
    return b"".join(parts)


def read_tiles(text: str, zoom: int) -> tuple[tuple[int, int], ...]:
    """Read a list of tiles such as `821.443_822.443` from an address.

    Raises
    ------
    ValueError
        When it is no such list, too long, or names a tile outside the zoom.
    """
    if not 0 <= zoom <= LONGEST_ZOOM or len(text) > MOST_TILES * 16:
        raise ValueError("no such tiles")
    pairs = [each.partition(".") for each in text.split("_")]
    if len(pairs) > MOST_TILES or not all(x.isdecimal() and y.isdecimal() for x, _, y in pairs):
        raise ValueError("no such tiles")
    tiles = tuple((int(x), int(y)) for x, _, y in pairs)
    if any(not (0 <= x < 2**zoom and 0 <= y < 2**zoom) for x, y in tiles):
        raise ValueError("no such tiles")
    return tiles


def decode_geometry(data: bytes) -> list[Any]:
    """Read `encode_geometry` back: per tile the corners in pixels, (n, v, 2); the browser does the same."""
    (tiles,) = struct.unpack_from("<I", data)
    at, found = 4, []
    for _tile in range(tiles):
        n, v, wide = struct.unpack_from("<IHH", data, at)
        at += 8
        steps = np.frombuffer(data, f"<i{wide}", 2 * n * v, at).reshape(2, v, n).astype(np.int64)
        at += 2 * n * v * wide + (-2 * n * v * wide % 4)
        found.append(np.moveaxis(steps.cumsum(axis=1), (0, 1, 2), (2, 1, 0)) / SUBPIXEL)
    return found


def decode_values(data: bytes) -> list[Any]:
    """Read `encode_values` back: per tile values and states."""
    (tiles,) = struct.unpack_from("<I", data)
    at, found = 4, []
    for _tile in range(tiles):
        (n,) = struct.unpack_from("<I", data, at)
        found.append((np.frombuffer(data, "<f4", n, at + 4), np.frombuffer(data, "u1", n, at + 4 + 4 * n)))
        at += 4 + 5 * n + (-5 * n % 4)
    return found
