"""Towns: outlines with names, for bearings."""

from typing import Any

import numpy as np

from gridmap.errors import N_
from layers.layer import Layer
from layers.shapes import shape_item
from layers.sight import Sight


def items(sight: Sight) -> list[dict[str, Any]]:
    """Return the outline of each town with its name in the language of the reader."""
    towns = sight.market.towns
    drawn = (
        shape_item(shape, name=name, closed=False, shift=sight.shift)
        for shape, name in zip(np.asarray(towns.geometry, object), sight.called(towns), strict=True)
    )
    return [item for item in drawn if item]


LAYER = Layer("towns", N_("Towns"), "places", "areas", help=N_("Outlines and names of the towns."), items=items, look="towns")
