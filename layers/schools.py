"""Schools: where they are, and which of them have our service."""

from typing import Any

import numpy as np

from gridmap.errors import N_
from gridmap.market import live_at, stage_at
from layers.layer import Layer
from layers.shapes import point_items
from layers.sight import Sight


def items(sight: Sight) -> list[dict[str, Any]]:
    """Return the schools that are open on the day, with what the sight has of their names."""
    rows = sight.market.at("organisations", sight.as_of)
    rows = rows[(rows["trade"] == "education").to_numpy(bool, na_value=False) & live_at(rows, sight.as_of).to_numpy(bool)]
    served = (stage_at(rows, sight.as_of) == "account").to_numpy(bool, na_value=False)
    kinds = np.where(served, "served", "unserved").tolist()
    return point_items(rows["lat"], rows["lon"], kinds, names=sight.called(rows), shift=sight.shift)


LAYER = Layer("schools", N_("Schools"), "places", "points", help=N_("Schools with and without our service."), items=items)
