"""Coordinate systems: WGS-84, GCJ-02 and BD-09, the metric CRS of a market, and which system a file is in."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS

from gridmap.errors import N_, CoordinateError, Message, say

SYSTEMS = ("wgs84", "gcj02", "bd09")
TITLES = (("wgs84", "WGS-84"), ("gcj02", "GCJ-02"), ("bd09", "BD-09"))
EARTH_RADIUS_M = 6_371_008.8

# The published constants of the GCJ-02 formula: Krasovsky 1940, and the box outside which it is the identity.
_AXIS_M, _ECCENTRICITY2 = 6_378_245.0, 0.00669342162296594323
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_BD_TURN = np.pi * 3000.0 / 180.0
_ROUNDS = 3
_SAMPLE = 200_000

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Detection:
    """The system that points seem to be in; `shift_m` is how far off they are when read as the system assumed.

    `certainty` runs from 0 (nothing to go by) to 1; above 0.9 nobody should import the points as anything else.
    """

    system: str
    shift_m: float
    certainty: float
    reason: Message


def title(system: str) -> str:
    """Return how people write a system, such as GCJ-02; CoordinateError where there is no such system."""
    for key, text in TITLES:
        if key == system:
            return text
    raise CoordinateError(
        say(N_("There is no coordinate system {system}."), system=system),
        expected=say(N_("One of: {known}."), known=", ".join(SYSTEMS)),
    )


def from_wgs84(lat: ArrayLike, lon: ArrayLike, system: str) -> tuple[Floats, Floats]:
    """Turn WGS-84 degrees into another system.

    Outside mainland China's bounding box all systems coincide. NaN stays NaN.

    Raises
    ------
    CoordinateError
        When the system is not one of `SYSTEMS`.
    """
    title(system)
    lat, lon = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
    if system == "wgs84":
        return lat.copy(), lon.copy()
    inside = _in_china(lat, lon)
    shifted_lat, shifted_lon = _gcj02(lat, lon)
    if system == "bd09":
        shifted_lat, shifted_lon = _bd09(shifted_lat, shifted_lon)
    return np.where(inside, shifted_lat, lat), np.where(inside, shifted_lon, lon)


def to_wgs84(lat: ArrayLike, lon: ArrayLike, system: str) -> tuple[Floats, Floats]:
    """Turn degrees of a system into WGS-84, by three fixed-point rounds (closes to 0.2 mm of the public formula).

    Outside mainland China's bounding box all systems coincide. NaN stays NaN.

    Raises
    ------
    CoordinateError
        When the system is not one of `SYSTEMS`.
    """
    title(system)
    lat, lon = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
    if system == "wgs84":
        return lat.copy(), lon.copy()
    inside = _in_china(lat, lon)
    middle_lat, middle_lon = _inverse(_bd09, lat, lon) if system == "bd09" else (lat, lon)
    true_lat, true_lon = _inverse(_gcj02, middle_lat, middle_lon)
    return np.where(inside, true_lat, lat), np.where(inside, true_lon, lon)


def geometries_to_wgs84(geometries: ArrayLike, system: str) -> NDArray[np.object_]:
    """Turn shapely geometries (x longitude, y latitude) of a system into WGS-84; None stays None."""
    if system == "wgs84":
        return np.asarray(geometries, dtype=object)

    def turned(points: Floats) -> Floats:
        lat, lon = to_wgs84(points[:, 1], points[:, 0], system)
        return np.column_stack((lon, lat))

    return shapely.transform(np.asarray(geometries, dtype=object), turned)


def metric_crs(lat: float, lon: float) -> CRS:
    """Return the metric CRS of a market: Lambert azimuthal equal area, centred on it, axes x, y in metres."""
    return CRS.from_proj4(f"+proj=laea +lat_0={lat:.6f} +lon_0={lon:.6f} +datum=WGS84 +units=m +no_defs")


def offset_m(lat1: ArrayLike, lon1: ArrayLike, lat2: ArrayLike, lon2: ArrayLike) -> Floats:
    """Return great circle distances in metres between WGS-84 points, element by element; NaN where one is NaN."""
    a, b = np.radians(np.asarray(lat1, dtype=np.float64)), np.radians(np.asarray(lat2, dtype=np.float64))
    across = np.radians(np.asarray(lon2, dtype=np.float64) - np.asarray(lon1, dtype=np.float64))
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(across / 2) ** 2
    return cast("Floats", 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


def detect_system(
    lat: ArrayLike,
    lon: ArrayLike,
    *,
    anchors: tuple[ArrayLike, ArrayLike] | None = None,
    boundary: shapely.Geometry | None = None,
    assumed: str = "wgs84",
) -> Detection:
    """Say which system points are in, by anchors if there are any, else by the boundary.

    Parameters
    ----------
    lat, lon
        Degrees as in the file.
    anchors
        Where the same things are known to be, WGS-84, element by element; NaN where unknown.
    boundary
        Outline of the branch, EPSG:4326.
    assumed
        The system the points are taken to be in.
    """
    lat, lon = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
    if anchors is not None:
        found = _by_anchors(lat, lon, np.asarray(anchors[0], dtype=np.float64), np.asarray(anchors[1], dtype=np.float64), assumed)
        if found is not None:
            return found
    if boundary is not None and not shapely.is_empty(boundary):
        return _by_boundary(lat, lon, boundary, assumed)
    return Detection(assumed, 0.0, 0.0, say(N_("There is nothing to compare the points with.")))


def shift_from(lat: Floats, lon: Floats, true_lat: Floats, true_lon: Floats, system: str) -> tuple[float, float]:
    """Return the median shift in metres of points read in a system against where they truly are, and its error."""
    read_lat, read_lon = to_wgs84(lat, lon, system)
    metres = np.pi / 180 * EARTH_RADIUS_M
    north = (read_lat - true_lat) * metres
    east = (read_lon - true_lon) * metres * np.cos(np.radians(true_lat))
    # The median absolute deviation bears things that really moved; 1.86 = 1.4826 * sqrt(pi / 2).
    error = 1.86 * float(np.hypot(_deviation(north), _deviation(east))) / np.sqrt(len(north))
    return float(np.hypot(np.median(north), np.median(east))), error


def _by_anchors(lat: Floats, lon: Floats, true_lat: Floats, true_lon: Floats, assumed: str) -> Detection | None:
    both = np.flatnonzero(np.isfinite(lat + lon + true_lat + true_lon))
    if both.size < 3:
        return None
    both = both[:: max(1, both.size // _SAMPLE)]
    lat, lon, true_lat, true_lon = lat[both], lon[both], true_lat[both], true_lon[both]
    shifts = {system: shift_from(lat, lon, true_lat, true_lon, system) for system in SYSTEMS}
    shift, error = shifts[assumed]
    best = min(SYSTEMS, key=lambda system: shifts[system][0])
    # Another system must fit clearly better than the assumed one: by three errors, and at least 100 m.
    better = shift - shifts[best][0]
    sure = best != assumed and better > max(100.0, 3 * (error + shifts[best][1])) and shifts[best][0] < shift / 3
    if not sure:
        return Detection(assumed, shift, 0.95 if shift < 100.0 else 0.3, say(N_("{count} known points agree."), count=int(both.size)))
    reason = say(
        N_("{count} known points lie {shift} m off when read as {assumed}, and {rest} m off as {system}."),
        count=int(both.size),
        shift=round(shift),
        assumed=title(assumed),
        rest=round(shifts[best][0]),
        system=title(best),
    )
    return Detection(best, shift, 0.99, reason)


def _by_boundary(lat: Floats, lon: Floats, boundary: shapely.Geometry, assumed: str) -> Detection:
    known = np.flatnonzero(np.isfinite(lat + lon))
    known = known[:: max(1, known.size // _SAMPLE)]
    lat, lon = lat[known], lon[known]
    shapely.prepare(boundary)
    outside: dict[str, int] = {}
    for system in SYSTEMS:
        read_lat, read_lon = to_wgs84(lat, lon, system)
        outside[system] = int(known.size - np.count_nonzero(shapely.intersects_xy(boundary, read_lon, read_lat)))
    best = min(SYSTEMS, key=lambda system: (outside[system], system != assumed))
    reason = say(
        N_("{outside} of {count} points lie outside the branch when read as {assumed}, and {rest} as {system}."),
        outside=outside[assumed],
        count=int(known.size),
        assumed=title(assumed),
        rest=outside[best],
        system=title(best),
    )
    # A handful outside proves little: organisations near the border, a boundary drawn coarsely.
    telling = outside[assumed] >= max(5, known.size // 100) and outside[best] * 4 <= outside[assumed]
    if best == assumed or not telling:
        return Detection(assumed, 0.0, 0.2, reason)
    here, there = to_wgs84(lat, lon, assumed), to_wgs84(lat, lon, best)
    return Detection(best, float(np.median(offset_m(*here, *there))), 0.6, reason)


def _deviation(values: Floats) -> float:
    return float(np.median(np.abs(values - np.median(values))))


def _in_china(lat: Floats, lon: Floats) -> NDArray[np.bool_]:
    return (lon >= _WEST) & (lon <= _EAST) & (lat >= _SOUTH) & (lat <= _NORTH)


def _gcj02(lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    # The published formula; the true encoder is secret, so a phone may differ by metres.
    x, y = lon - 105.0, lat - 35.0
    root, product = np.sqrt(np.abs(x)), x * y
    wave = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * product + 0.2 * root
    north += (wave + 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi / 3.0 * y)) * 2.0 / 3.0
    north += (160.0 * np.sin(np.pi / 12.0 * y) + 320.0 * np.sin(np.pi / 30.0 * y)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * product + 0.1 * root
    east += (wave + 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi / 3.0 * x)) * 2.0 / 3.0
    east += (150.0 * np.sin(np.pi / 12.0 * x) + 300.0 * np.sin(np.pi / 30.0 * x)) * 2.0 / 3.0
    radians = np.radians(lat)
    magic = 1.0 - _ECCENTRICITY2 * np.sin(radians) ** 2
    lat_scale = _AXIS_M * (1.0 - _ECCENTRICITY2) / (magic * np.sqrt(magic)) * np.pi / 180.0
    lon_scale = _AXIS_M / np.sqrt(magic) * np.cos(radians) * np.pi / 180.0
    return lat + north / lat_scale, lon + east / lon_scale


def _bd09(lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_TURN)
    return radius * np.sin(angle) + 0.006, radius * np.cos(angle) + 0.0065


def _inverse(forward: Any, lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    guess_lat, guess_lon = lat, lon
    for _ in range(_ROUNDS):
        there_lat, there_lon = forward(guess_lat, guess_lon)
        guess_lat, guess_lon = guess_lat + (lat - there_lat), guess_lon + (lon - there_lon)
    return guess_lat, guess_lon
