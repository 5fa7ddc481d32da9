"""Areas, roads and waters: the base map made of the branch's own tables, and the outline of the branch."""

from typing import Any

import numpy as np
import shapely

from layers.shapes import shape_item
from layers.sight import Sight

# What the base map is made of: key, table of the market.
KINDS = ("areas", "waters", "roads", "boundary")


def items(kind: str, sight: Sight) -> list[dict[str, Any]]:
    """Return what one part of the base map is made of.

    Raises
    ------
    KeyError
        When there is no such part.
    """
    if kind == "boundary":
        outline = sight.market.branch.boundary or sight.market.grid.boundary
        return [item for item in [shape_item(outline, closed=False, shift=sight.shift) if outline is not None else None] if item]
    if kind not in KINDS:
        raise KeyError(kind)
    rows = getattr(sight.market, kind)
    if kind == "areas":
        # towns where there are any, else the finest level that has outlines
        levels = [level for level in ("town", "county", "city", "province") if (rows["level"] == level).any()]
        rows = rows[(rows["level"] == levels[0]).to_numpy(bool, na_value=False)] if levels else rows
    rows = rows[~(rows.geometry.isna() | rows.geometry.is_empty)]
    kinds = rows["kind"].fillna("") if kind == "roads" else [""] * len(rows)
    drawn = (
        shape_item(shape, kind=str(sort), shift=sight.shift) for shape, sort in zip(np.asarray(rows.geometry, object), kinds, strict=True)
    )
    return [item for item in drawn if item]


def frame(sight: Sight) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Return the south-west and north-east corner of the branch in the system of the map; None where it has no extent."""
    shape = sight.market.branch.boundary or sight.market.grid.boundary
    if shape is None or shapely.is_empty(shape):
        return None
    west, south, east, north = shapely.bounds(shape)
    lat, lon = sight.shift(np.array([south, north]), np.array([west, east]))
    return (round(float(lat[0]), 5), round(float(lon[0]), 5)), (round(float(lat[1]), 5), round(float(lon[1]), 5))
