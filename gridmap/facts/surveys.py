"""Where somebody has walked: without a survey an empty cell is unknown, not empty."""

from datetime import date

import numpy as np
import pandas as pd

from gridmap.grid import cells_in, centres, points_in_polygons
from gridmap.market import Market
from gridmap.market.columns import rows_in


def survey_places(market: Market, as_of: date) -> pd.DataFrame:
    """Return one row per surveyed cell or park up to the day: `cell`, `town`, `park`.

    A surveyed park has surveyed the cells whose centre it holds. A cell counts for the town its centre is in.
    """
    surveys = market.at("surveys", as_of)
    surveys = surveys[surveys["surveyed_on"] <= pd.Timestamp(as_of)]
    cells = surveys.loc[rows_in(surveys["cell"], market.grid.cells) >= 0, "cell"]
    parks = market.parks.geometry
    walked = surveys.loc[surveys["cell"].isna() & surveys["park_id"].isin(parks.index), "park_id"]
    inside = [pd.DataFrame({"cell": cells_in(market.grid, parks[park]), "park": park}) for park in walked]
    places = pd.concat([pd.DataFrame({"cell": cells.to_numpy(), "park": None}), *inside], ignore_index=True).astype("str")
    lat, lon = centres(market.grid, places["cell"])
    return places.assign(town=pd.Series(points_in_polygons(np.asarray(lat), np.asarray(lon), market.towns.geometry), dtype="str"))
