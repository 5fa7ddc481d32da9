"""The outline of a branch that nobody has drawn yet: as far as its data reaches."""

import math
from typing import Any

import numpy as np
import pandas as pd
import shapely

from gridmap.schema import Table

# A box has exactly four sides along the axes, which no drawn outline has: by that an extent is known again.
MARGIN_DEG = 0.001
NEAR = 0.25
NEAR_DEG = 0.05
MOST_OF = 0.5
MOST_CELLS = 400_000
FINEST = 8
_HEXAGON_KM2 = {8: 0.737, 7: 5.161, 6: 36.13, 5: 252.9, 4: 1770.0, 3: 12393.0}
_DEGREE_KM = 111.2


def extent_of(accepted: pd.DataFrame, table: Table) -> Any:
    """Return how far rows reach, EPSG:4326; None where none has a place.

    Parameters
    ----------
    accepted
        Rows that passed the gate.
    table
        Their schema. Towns and areas give their union; everything else a box around it.
    """
    shapes = _shapes(accepted, table)
    if len(shapes):
        if table.name in {"areas", "branches"}:
            union = shapely.union_all(shapely.make_valid(shapes))
            polygons = [part for part in shapely.get_parts(union) if part.area > 0]
            return shapely.multipolygons(polygons) if len(polygons) > 1 else polygons[0] if polygons else None
        west, south, east, north = shapely.total_bounds(shapes)
    elif {"lat", "lon"} <= set(accepted.columns) and (accepted["lat"].notna() & accepted["lon"].notna()).any():
        west, east = accepted["lon"].min(), accepted["lon"].max()
        south, north = accepted["lat"].min(), accepted["lat"].max()
    else:
        return None
    return _box(west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG)


def is_extent(boundary: Any) -> bool:
    """Say whether an outline is only a box around data, so that further data may widen it."""
    return boundary is not None and boundary.geom_type == "Polygon" and len(boundary.exterior.coords) == 5 and bool(
        shapely.equals(boundary, shapely.envelope(boundary))
    )  # fmt: skip


def tolerated(boundary: Any) -> Any:
    """Return within which outline points are believed: the boundary, or a wider box where it is only an extent."""
    if boundary is None or not is_extent(boundary):
        return boundary
    west, south, east, north = boundary.bounds
    wide, high = max(NEAR_DEG, NEAR * (east - west)), max(NEAR_DEG, NEAR * (north - south))
    return _box(west - wide, south - high, east + wide, north + high)


def widened(boundary: Any, reached: Any) -> Any:
    """Return the outline that also holds what new rows reach; None where the boundary stays as it is.

    A drawn outline stays. An extent grows to a larger box, and gives way to the union of towns that covers most of it.
    """
    if reached is None or (boundary is not None and not is_extent(boundary)):
        return None
    if boundary is None:
        return reached
    if not is_extent(reached):
        shared = shapely.area(shapely.intersection(boundary, reached))
        if shared >= MOST_OF * shapely.area(boundary):
            return reached
    if shapely.covers(boundary, reached):
        return None
    return _box(*shapely.total_bounds(np.array([boundary, reached], dtype=object)))


def resolution_for(boundary: Any) -> int:
    """Return the finest H3 resolution, at most 8, that cuts an outline into a number of cells a map can show."""
    if boundary is None:
        return FINEST
    middle = math.cos(math.radians((boundary.bounds[1] + boundary.bounds[3]) / 2))
    area_km2 = boundary.area * _DEGREE_KM**2 * max(middle, 0.01)
    fitting = (resolution for resolution, hexagon in _HEXAGON_KM2.items() if area_km2 / hexagon <= MOST_CELLS)
    return next(fitting, min(_HEXAGON_KM2))


def _shapes(accepted: pd.DataFrame, table: Table) -> Any:
    names = [column.name for column in table.columns if column.kind == "geometry" and column.name in accepted.columns]
    texts = [text for name in names for text in accepted[name].dropna()]
    shapes = shapely.from_wkt(np.array(texts, dtype=object)) if texts else np.zeros(0, dtype=object)
    return shapes[~shapely.is_empty(shapes)] if len(shapes) else shapes


def _box(west: float, south: float, east: float, north: float) -> Any:
    corners = (round(west, 6), round(south, 6), round(east, 6), round(north, 6))
    return shapely.box(max(corners[0], -180.0), max(corners[1], -90.0), min(corners[2], 180.0), min(corners[3], 90.0))
