"""Geometries in cells: read from WKT, GeoJSON or WKB, brought to WGS-84, repaired, and of the right shape."""

import re
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from gridmap.coordinates import geometries_to_wgs84
from gridmap.schema import Table
from gridmap.tables.issues import Issues

Shapes = NDArray[np.object_]

_DECIMALS = 9
_POINTS, _LINES, _POLYGONS = (0, 4), (1, 2, 5), (3, 6)
_COLLECTION = 7
_KINDS = (("point", _POINTS), ("line", _LINES), ("polygon", _POLYGONS), ("none", (*_POLYGONS, *_LINES, *_POINTS)))
# A lake is drawn by its outline, a river by its course.
_ALSO = (("waters", _POLYGONS),)
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){9,}")


def read_shapes(texts: pa.Array, issues: Issues, header: str) -> Shapes:
    """Return shapely geometries, None where there is none; what cannot be read becomes a finding."""
    written = texts.to_numpy(zero_copy_only=False)
    shapes = shapely.from_wkt(np.where(_starts(written, "{") | _is_hex(written), None, written), on_invalid="ignore")
    for mask, read in ((_starts(written, "{"), shapely.from_geojson), (_is_hex(written), shapely.from_wkb)):
        if mask.any():
            shapes[mask] = read(written[mask], on_invalid="ignore")
    present = np.asarray(texts.is_valid())
    issues.add("not_geometry", header, present & shapely.is_missing(shapes), texts)
    return shapely.force_2d(shapes)


def check_shapes(shapes: Shapes, texts: pa.Array, issues: Issues, header: str, *, table: Table, system: str) -> Shapes:
    """Return valid geometries in WGS-84 degrees of the table's shape; what is not becomes a finding and None.

    Parameters
    ----------
    shapes, texts
        The geometries as read, in `system`, and how they were written.
    issues
        Where findings go.
    header
        Header of the column, for messages.
    table
        Gives the shape that is wanted.
    system
        One of `coordinates.SYSTEMS`.
    """
    shapes = _in_degrees(shapes, texts, issues, header)
    shapes = geometries_to_wgs84(shapes, system)
    shapes = _repaired(shapes, issues, header)
    allowed = dict(_KINDS)[table.shape] + dict(_ALSO).get(table.name, ())
    kinds = shapely.get_type_id(shapes)
    wrong = ~shapely.is_missing(shapes) & ~np.isin(kinds, allowed)
    names = [shape.geom_type if shape is not None else "" for shape in shapes]
    issues.add("wrong_shape", header, wrong, np.array(names, dtype=object), shape=table.shape)
    shapes = shapes.copy()
    shapes[wrong] = None
    return shapes


def to_wkt(shapes: Shapes) -> pa.Array:
    """Return WKT with nine decimals (a tenth of a millimetre), null where there is no geometry."""
    return pa.array(shapely.to_wkt(shapes, rounding_precision=_DECIMALS), pa.large_string(), from_pandas=True)


def swapped_bounds(shapes: Shapes) -> NDArray[np.bool_]:
    """Say which geometries can only have latitude first: the second number is beyond 90 degrees, the first is not."""
    west, south, east, north = shapely.bounds(shapes).T
    high, wide = np.maximum(np.abs(south), np.abs(north)), np.maximum(np.abs(west), np.abs(east))
    with np.errstate(invalid="ignore"):
        return np.asarray((high > 90) & (high <= 180) & (wide <= 90))


def _in_degrees(shapes: Shapes, texts: pa.Array, issues: Issues, header: str) -> Shapes:
    present = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    swapped = swapped_bounds(shapes) & present
    west, south, east, north = shapely.bounds(shapes).T
    with np.errstate(invalid="ignore"):
        beyond = present & ~swapped & ((np.minimum(west, -east) < -180) | (np.minimum(south, -north) < -90))
    if swapped.any() and np.count_nonzero(swapped) * 10 >= np.count_nonzero(present) * 9:
        issues.add_whole("swapped_geometry", header)
    else:
        issues.add("swapped", header, swapped, texts)
    issues.add("not_degrees", header, beyond, texts)
    shapes = shapes.copy()
    shapes[swapped | beyond] = None
    return shapes


def _repaired(shapes: Shapes, issues: Issues, header: str) -> Shapes:
    present = ~shapely.is_missing(shapes)
    broken = present & ~shapely.is_valid(shapes)
    if broken.any():
        issues.add("invalid_geometry", header, np.flatnonzero(broken), list(shapely.is_valid_reason(shapes[broken])))
        shapes = shapes.copy()
        shapes[broken] = shapely.make_valid(shapes[broken])
    mixed = np.flatnonzero(present & (shapely.get_type_id(shapes) == _COLLECTION))
    for at in mixed:
        shapes[at] = _largest_kind(shapes[at])
    nothing = present & shapely.is_empty(shapes)
    issues.add("empty_geometry", header, nothing)
    shapes[nothing] = None
    return shapes


def _largest_kind(collection: Any) -> Any:
    """Reduce a collection to its polygons, or its lines, or its points: what a repair leaves over is slivers."""
    parts = shapely.get_parts(shapely.get_parts(collection))
    for kind, join in ((3, shapely.multipolygons), (1, shapely.multilinestrings), (0, shapely.multipoints)):
        chosen = parts[shapely.get_type_id(parts) == kind]
        if len(chosen):
            return chosen[0] if len(chosen) == 1 else (shapely.union_all(chosen) if kind == 3 else join(chosen))
    return collection


def _starts(written: NDArray[np.object_], sign: str) -> NDArray[np.bool_]:
    return np.fromiter((text is not None and text.startswith(sign) for text in written), dtype=np.bool_, count=len(written))


def _is_hex(written: NDArray[np.object_]) -> NDArray[np.bool_]:
    return np.fromiter((text is not None and text[:1] == "0" and bool(_HEX.fullmatch(text)) for text in written), np.bool_, len(written))
