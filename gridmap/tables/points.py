"""Points: two columns or one geometry, in a coordinate system that is declared, stated by the file, or proved wrong."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from gridmap.coordinates import Detection, detect_system, offset_m, title, to_wgs84
from gridmap.errors import N_, say
from gridmap.tables.issues import Issues
from gridmap.tables.shapes import Shapes
from gridmap.tables.values import to_numbers

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Anchors = tuple[Floats, Floats]

# A file is wrong as a whole where nine points in ten are, and at least three: fewer are told row by row.
_MOST, _LEAST = 0.9, 3
# One row in twenty in another system, and at least five, is no accident of things that moved.
_MIXED_SHARE, _MIXED_LEAST = 0.05, 5


@dataclass(frozen=True)
class Points:
    """Degrees, NaN where there is no point; `headers` of latitude and longitude as in the file."""

    lat: Floats
    lon: Floats
    headers: tuple[str, str]


def from_columns(lat: pa.Array, lon: pa.Array, headers: tuple[str, str], issues: Issues) -> Points:
    """Read two columns; texts that are no number, half points and points at 0, 0 become findings."""
    halves = []
    for texts, header in ((lat, headers[0]), (lon, headers[1])):
        numbers, bad = to_numbers(texts, degrees=True)
        issues.add("not_number", header, bad, texts)
        halves.append((numbers, bad))
    (lats, bad_lat), (lons, bad_lon) = halves
    issues.add("half_point", headers[0], np.isnan(lats) & ~bad_lat & ~np.isnan(lons))
    issues.add("half_point", headers[1], np.isnan(lons) & ~bad_lon & ~np.isnan(lats))
    return without_zeros(Points(lats, lons, headers), issues)


def from_shapes(shapes: Shapes, header: str, issues: Issues) -> Points:
    """Take the points out of a geometry column, x longitude; a geometry that is no point becomes a finding."""
    present = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    single = shapely.get_num_geometries(shapes) == 1
    is_point = present & single & np.isin(shapely.get_type_id(shapes), (0, 4))
    wrong = present & ~is_point
    kinds = np.array([shape.geom_type if shape is not None else "" for shape in shapes], dtype=object)
    issues.add("wrong_shape", header, wrong, kinds, shape="point")
    flat = shapely.get_geometry(shapes, 0)
    flat[~is_point] = None
    return without_zeros(Points(shapely.get_y(flat), shapely.get_x(flat), (header, header)), issues)


def without_zeros(points: Points, issues: Issues) -> Points:
    """Take 0, 0 as missing, with a warning: databases write it where nothing is known."""
    zero = (points.lat == 0) & (points.lon == 0)
    issues.add("zero_point", points.headers[0], zero)
    return Points(np.where(zero, np.nan, points.lat), np.where(zero, np.nan, points.lon), points.headers)


def check_points(points: Points, issues: Issues, *, system: str, anchors: Anchors | None, boundary: shapely.Geometry | None) -> Points:
    """Return the points in WGS-84; swapped, foreign and out-of-branch ones become findings.

    Parameters
    ----------
    points
        As in the file.
    issues
        Where findings go.
    system
        What the points are declared to be in.
    anchors
        Where the same things are known to be, WGS-84, NaN where unknown.
    boundary
        Outline of the branch, EPSG:4326; None where it is not known.
    """
    present = ~np.isnan(points.lat) & ~np.isnan(points.lon)
    swapped, beyond = _impossible(points, present, boundary, system)
    count = int(np.count_nonzero(present))
    if np.count_nonzero(swapped) >= max(_LEAST, _MOST * count):
        issues.add_whole("swapped_columns", value="", count=int(swapped.sum()), lat=points.headers[1], lon=points.headers[0])
    else:
        issues.add("swapped", points.headers[0], swapped, _pairs(points, swapped))
    if np.count_nonzero(beyond) >= max(_LEAST, _MOST * count):
        issues.add_whole("not_degrees", points.headers[0], _pairs(points, beyond)[int(np.flatnonzero(beyond)[0])])
    else:
        for header, values, most in ((points.headers[0], points.lat, 90), (points.headers[1], points.lon, 180)):
            with np.errstate(invalid="ignore"):
                issues.add("out_of_range", header, beyond & (np.abs(values) > most), values, minimum=-most, maximum=most)
    good = present & ~swapped & ~beyond
    lat, lon = np.where(good, points.lat, np.nan), np.where(good, points.lon, np.nan)
    refused = _check_system(lat, lon, issues, system=system, anchors=anchors, boundary=boundary)
    lat, lon = to_wgs84(lat, lon, system)
    if boundary is not None and not refused:
        shapely.prepare(boundary)
        outside = good & ~shapely.intersects_xy(boundary, lon, lat)
        issues.add("outside_branch", points.headers[0], outside, _pairs(points, outside))
    return Points(lat, lon, points.headers)


def check_system(detection: Detection, issues: Issues, *, system: str) -> bool:
    """Turn what was detected into a finding; return whether the file is refused for it."""
    if detection.system == system:
        return False
    proved = detection.certainty > 0.9
    issues.add_whole(
        "wrong_system" if proved else "likely_system",
        shift=round(detection.shift_m),
        likely=title(detection.system),
        system=detection.system,
        reason=detection.reason,
    )
    return proved


def _check_system(
    lat: Floats, lon: Floats, issues: Issues, *, system: str, anchors: Anchors | None, boundary: shapely.Geometry | None
) -> bool:
    detection = detect_system(lat, lon, anchors=anchors, boundary=boundary, assumed=system)
    if check_system(detection, issues, system=system):
        return True
    if anchors is not None:
        _check_mixed(lat, lon, anchors, issues, system=system)
    return issues.refused


def _check_mixed(lat: Floats, lon: Floats, anchors: Anchors, issues: Issues, *, system: str) -> None:
    known = np.flatnonzero(np.isfinite(lat + lon + anchors[0] + anchors[1]))
    off = {
        each: offset_m(*to_wgs84(lat[known], lon[known], each), anchors[0][known], anchors[1][known]) for each in ("wgs84", "gcj02", "bd09")
    }
    for other in sorted(set(off) - {system}):
        foreign = int(np.count_nonzero((off[other] < 50) & (off[system] > 200)))
        if foreign >= max(_MIXED_LEAST, _MIXED_SHARE * known.size):
            issues.add_whole(
                "mixed_systems",
                reason=say(
                    N_("{foreign} of {count} known points are right only as {system}."),
                    foreign=foreign,
                    count=int(known.size),
                    system=title(other),
                ),
            )


def _impossible(points: Points, present: Mask, boundary: shapely.Geometry | None, system: str) -> tuple[Mask, Mask]:
    """Say which points can only be swapped, and which are no degrees at all."""
    with np.errstate(invalid="ignore"):
        high, wide = np.abs(points.lat), np.abs(points.lon)
        swapped = present & (high > 90) & (high <= 180) & (wide <= 90)
        beyond = present & ~swapped & ((high > 90) | (wide > 180))
    rest = np.flatnonzero(present & ~swapped & ~beyond & (np.abs(points.lon) <= 90))
    if boundary is None or rest.size == 0:
        return swapped, beyond
    # Both numbers could be either: the boundary tells.
    shapely.prepare(boundary)
    lat, lon = to_wgs84(points.lat[rest], points.lon[rest], system)
    inside_as_is = shapely.intersects_xy(boundary, lon, lat)
    lat, lon = to_wgs84(points.lon[rest], points.lat[rest], system)
    swapped[rest] = ~inside_as_is & shapely.intersects_xy(boundary, lon, lat)
    return swapped, beyond


def _pairs(points: Points, mask: Mask) -> NDArray[np.object_]:
    texts = np.full(len(mask), None, dtype=object)
    for at in np.flatnonzero(mask):
        texts[at] = f"{points.lat[at]:.8g}, {points.lon[at]:.8g}"
    return texts
