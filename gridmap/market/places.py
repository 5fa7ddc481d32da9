"""Where the cells of a market lie: in which town, in which parks and how much of them."""

from typing import Any

import numpy as np
import pandas as pd
import shapely

from gridmap.grid import cells_touching, centres, outlines, points_in_polygons
from gridmap.market.market import Market

Array = np.ndarray[Any, Any]


def towns_of(market: Market, cells: pd.Index) -> pd.Series:
    """Return the town that the middle of each cell lies in, on the index of cells; empty where none does."""
    lat, lon = centres(market.grid, cells)
    return pd.Series(points_in_polygons(lat, lon, market.towns.geometry), index=cells, dtype="str").fillna("")


def park_cells(market: Market) -> pd.DataFrame:
    """List the cells that each park lies in, however little of it.

    Returns
    -------
    park, cell, share: the part of the park's area that lies in the cell, 0 to 1.
    """
    found = {str(park): cells_touching(market.grid, shape) for park, shape in market.parks.geometry.items() if _has_area(shape)}
    table = pd.DataFrame([(park, cell) for park, cells in found.items() for cell in cells], columns=["park", "cell"], dtype="str")
    if not len(table):
        return table.assign(share=np.zeros(0))
    distinct, place = np.unique(table["cell"].to_numpy(dtype=object), return_inverse=True)
    shapes = np.asarray(outlines(market.grid, distinct).array, dtype=object)[place]
    parks = np.asarray(market.parks.geometry.reindex(table["park"]).array, dtype=object)
    # Shares of one small outline: what a degree measures is the same all over it.
    share = shapely.area(shapely.intersection(parks, shapes)) / shapely.area(parks)
    return table.assign(share=share)[share > 0].reset_index(drop=True)


def _has_area(shape: Any) -> bool:
    return shape is not None and not shapely.is_empty(shape) and bool(shapely.area(shape) > 0)
