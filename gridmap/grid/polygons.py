"""Points in polygons: sort by longitude, slice by bounds, test exactly; a stated rule where polygons overlap."""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Geod

Array = np.ndarray[Any, Any]


def polygon_positions(lat: Array, lon: Array, polygons: Array) -> Array:
    """Find the polygon of each WGS-84 point by its position.

    Polygons are tried in their order and the first that holds the point, border included, keeps it. So a point on the
    border of two towns, or in two parks drawn over each other, has one place.

    Parameters
    ----------
    lat, lon
        Degrees; a missing coordinate is in no polygon.
    polygons
        Polygons or multi-polygons, x = longitude; None and empty ones hold nothing.

    Returns
    -------
    Positions into `polygons`, -1 for none.
    """
    lat, lon = np.asarray(lat, dtype=float), np.asarray(lon, dtype=float)
    found = np.full(len(lat), -1, dtype=np.intp)
    usable = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
    order = usable[np.argsort(lon[usable], kind="stable")]
    x, y = lon[order], lat[order]
    taken = np.full(len(order), -1, dtype=np.intp)
    for position, polygon in enumerate(polygons):
        if polygon is None or shapely.is_empty(polygon):
            continue
        west, south, east, north = shapely.bounds(polygon)
        low, high = np.searchsorted(x, west, "left"), np.searchsorted(x, east, "right")
        inside = y[low:high]
        near = low + np.flatnonzero((inside >= south) & (inside <= north) & (taken[low:high] < 0))
        if len(near):
            shapely.prepare(polygon)
            taken[near[shapely.intersects_xy(polygon, x[near], y[near])]] = position
    found[order] = taken
    return found


def points_in_polygons(lat: Array, lon: Array, polygons: gpd.GeoSeries) -> Array:
    """Find the polygon of each WGS-84 point by its id.

    Parameters
    ----------
    lat, lon
        Degrees.
    polygons
        Index: id, text. Where several hold a point the lowest id keeps it.

    Returns
    -------
    Object array of ids, None for points in no polygon.
    """
    ids = np.asarray(polygons.index, dtype=object)
    order = np.argsort(ids, kind="stable")
    positions = polygon_positions(lat, lon, np.asarray(polygons.array, dtype=object)[order])
    texts: Array = np.empty(len(ids) + 1, dtype=object)
    texts[:-1] = ids[order]
    return texts[positions]


def polygon_area_km2(polygon: shapely.Geometry | None) -> float:
    """Return the area of an EPSG:4326 polygon in km2, on the WGS-84 ellipsoid; 0 for none."""
    if polygon is None or shapely.is_empty(polygon):
        return 0.0
    return float(abs(Geod(ellps="WGS84").geometry_area_perimeter(shapely.orient_polygons(polygon))[0]) / 1e6)
