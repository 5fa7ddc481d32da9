"""Measures of on-site days: how many were held, and what they brought, where they were held."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.facts.stock import Standing
from gridmap.grid import place_on_cells, points_in_polygons
from gridmap.market import Market
from gridmap.market.columns import dates_in, is_one_of, numbers_in

Array = np.ndarray[Any, Any]
HELD = "held"
# measure, column of `campaigns` it adds up
RESULTS = (
    ("on_site_cards", "cards"),
    ("on_site_terminals", "terminals"),
    ("on_site_services", "services_sold"),
    ("on_site_conversions", "conversions"),
)


def sessions_in_window(market: Market, standing: Standing) -> pd.DataFrame:
    """Return the on-site days held in the window, with `cell`, `town` and `park` of the park they were held in.

    The place of one at an organisation is the organisation's own, so it is missing here unless a park is named. A park lies in the
    cell and the town that a point inside it lies in.
    """
    sessions = market.at("campaigns", standing.as_of)
    held_on = dates_in(sessions, "held_on")
    inside = (held_on >= np.datetime64(standing.start, "D")) & (held_on <= np.datetime64(standing.as_of, "D"))
    kept = sessions[inside & is_one_of(sessions["state"], HELD)].reset_index(drop=True)
    parks = market.parks.geometry.reindex(kept["park_id"]).set_axis(kept.index)
    inner = gpd.GeoSeries(shapely.point_on_surface(np.asarray(parks.array, dtype=object)), index=kept.index, crs=market.parks.crs)
    lat, lon = inner.y.to_numpy(), inner.x.to_numpy()
    places = {"cell": place_on_cells(market.grid, lat, lon), "town": points_in_polygons(lat, lon, market.towns.geometry)}
    found = {name: pd.Series(texts, index=kept.index, dtype="str") for name, texts in places.items()}
    return kept.assign(park=kept["park_id"].where(parks.notna()).astype("str"), **found)


def session_measures(sessions: pd.DataFrame) -> dict[str, Array]:
    """Return the measures of on-site days, one value per session: each counts once, and brings what is recorded of it.

    Two rows of one manager at one place on one day are two sessions: a day has two halves.
    """
    counted = {name: np.nan_to_num(numbers_in(sessions, column)) for name, column in RESULTS}
    return {"on_site_days": np.ones(len(sessions)), **counted}
