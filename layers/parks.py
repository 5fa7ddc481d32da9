"""Industrial parks: outlines with names."""

from typing import Any

import numpy as np

from gridmap.errors import N_
from layers.layer import Layer
from layers.shapes import shape_item
from layers.sight import Sight


def items(sight: Sight) -> list[dict[str, Any]]:
    """Return the outline of each park with its name; where a park lies is no secret, what is in it stays with the cells."""
    parks = sight.market.parks
    parks = parks[~(parks.geometry.isna() | parks.geometry.is_empty)]
    drawn = (
        shape_item(shape, name=name, kind=str(status), rough_deg=0, shift=sight.shift)
        for shape, name, status in zip(np.asarray(parks.geometry, object), sight.called(parks), parks["status"].fillna(""), strict=True)
    )
    return [item for item in drawn if item]


LAYER = Layer(
    "parks", N_("Industrial parks"), "places", "areas", help=N_("Outlines and names of industrial parks."), items=items, look="parks"
)
