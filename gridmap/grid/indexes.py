"""H3 indexes as text and as numbers; h3ronpy in, numpy out."""

from collections.abc import Iterable
from typing import Any

import h3ronpy
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from h3ronpy import ContainmentMode, vector

from gridmap.errors import N_, CellError, say

Array = np.ndarray[Any, Any]


def cell_index(cells: Iterable[str]) -> pd.Index:
    """Return cells as an index of text named `cell`."""
    texts: Any = cells if isinstance(cells, pd.Index) else np.asarray(list(cells), dtype=object)
    index: pd.Index = pd.Index(texts, dtype="str", name="cell")
    return index


def numbers_of(cells: Iterable[str]) -> Array:
    """Read H3 indexes from text as unsigned 64-bit numbers.

    Raises
    ------
    CellError
        When one of them is no H3 index; names the first and how many there are.
    """
    text = pa.array(np.asarray(cell_index(cells), dtype=object), pa.large_string())
    read = pa.array(h3ronpy.cells_parse(text, set_failing_to_invalid=True))
    if read.null_count:
        wrong = text.filter(read.is_null())
        raise CellError(
            say(N_("{count} cells are no H3 index, the first is {cell}."), count=len(wrong), cell=str(wrong[0])),
            expected=say(N_("A text such as 88410a42c7fffff.")),
        )
    numbers: Array = read.to_numpy(zero_copy_only=False)
    return numbers


def resolutions_of(cells: Iterable[str]) -> Array:
    """Return the resolution of each text that is an H3 index as gridmap writes it, -1 for any other text."""
    text = pa.array(np.asarray(cell_index(cells), dtype=object), pa.large_string())
    found = np.full(len(text), -1, dtype=np.int64)
    # The parser of h3ronpy also takes "lat,lon,resolution" and decimal numbers, which area codes may look like.
    written = np.flatnonzero(pc.match_substring_regex(text, "^[0-9a-f]{15}$").to_numpy(zero_copy_only=False))
    read = pa.array(h3ronpy.cells_parse(text.take(pa.array(written)), set_failing_to_invalid=True))
    known = written[read.is_valid().to_numpy(zero_copy_only=False)]
    if len(known):
        found[known] = pa.array(h3ronpy.cells_resolution(read.drop_null())).to_numpy(zero_copy_only=False)
    return found


def texts_of(numbers: Array) -> Array:
    """Write H3 indexes as text, object array."""
    return np.asarray(pa.array(h3ronpy.cells_to_string(pa.array(numbers, pa.uint64()))).to_numpy(zero_copy_only=False), dtype=object)


def index_points(lat: Array, lon: Array, resolution: int) -> Array:
    """Index WGS-84 points in degrees as unsigned 64-bit numbers; 0 where a coordinate is missing or impossible."""
    lat, lon = np.asarray(lat, dtype=float), np.asarray(lon, dtype=float)
    usable = np.isfinite(lat) & np.isfinite(lon) & (np.abs(lat) <= 90) & (np.abs(lon) <= 180)
    found = np.zeros(len(lat), dtype=np.uint64)
    if usable.all():
        return pa.array(vector.coordinates_to_cells(lat, lon, resolution)).to_numpy(zero_copy_only=False) if len(lat) else found
    if usable.any():
        found[usable] = pa.array(vector.coordinates_to_cells(lat[usable], lon[usable], resolution)).to_numpy(zero_copy_only=False)
    return found


def sizes_km2(numbers: Array) -> Array:
    """Return the area of H3 cells in km2, on the sphere H3 is made on."""
    sizes: Array = pa.array(h3ronpy.cells_area_km2(pa.array(numbers, pa.uint64()))).to_numpy(zero_copy_only=False)
    return sizes if len(numbers) else np.zeros(0)


def fill(polygon: shapely.Geometry, resolution: int, *, touching: bool) -> Array:
    """Return the sorted indexes of a polygon's cells: those that touch it, or those whose centre it holds."""
    mode = ContainmentMode.IntersectsBoundary if touching else ContainmentMode.ContainsCentroid
    parts = [part for part in shapely.get_parts(polygon) if shapely.get_dimensions(part) == 2 and not part.is_empty]
    found = [pa.array(vector.geometry_to_cells(part, resolution, mode)).to_numpy(zero_copy_only=False) for part in parts]
    return np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.uint64)


def parents(cells: Iterable[str], resolution: int) -> Array:
    """Return the parent of each H3 cell at a coarser (or the same) resolution, object array of text.

    Raises
    ------
    CellError
        When a text is no H3 index, or a cell is coarser than the resolution asked for.
    """
    numbers = numbers_of(cells)
    if not len(numbers):
        return np.zeros(0, dtype=object)
    coarsest = int(pa.array(h3ronpy.cells_resolution(pa.array(numbers, pa.uint64()))).to_numpy(zero_copy_only=False).min())
    if not 0 <= resolution <= coarsest:
        raise CellError(
            say(N_("Cells of resolution {own} have no parent at resolution {asked}."), own=coarsest, asked=resolution),
            expected=say(N_("A resolution from 0 to {own}."), own=coarsest),
        )
    raised = pa.array(h3ronpy.change_resolution(pa.array(numbers, pa.uint64()), resolution)).to_numpy(zero_copy_only=False)
    # Writing a text costs more than indexing: each parent is written once.
    distinct, place = np.unique(raised, return_inverse=True)
    return texts_of(distinct)[place]
