"""Competitors' wins around organisations, counted in the market's metric CRS."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from pyproj import Transformer
from scipy.spatial import KDTree

from gridmap.coordinates import metric_crs
from gridmap.market import Market
from gridmap.market.columns import is_true, rows_in

Array = np.ndarray[Any, Any]


def wins_near(market: Market, rows: pd.DataFrame, *, since: date, as_of: date, radius_m: float) -> Array:
    """Count competitors' wins within a distance of each organisation, its own losses among them.

    A win took lines from us (an attack without loss is none) and was not found untrue. One without a point of its own
    happened where its organisation is; one with neither is nowhere and counts for nobody.

    Parameters
    ----------
    rows
        Organisations in force: `org_id`, `lat`, `lon` (EPSG:4326, NaN without a place).
    since, as_of
        First and last day, both inclusive.

    Returns
    -------
    A whole number per row, 0 without a place.
    """
    count = np.zeros(len(rows), dtype=np.int64)
    wins = market.at("wins", as_of)
    untrue = wins["verified"].notna().to_numpy() & ~is_true(wins["verified"])
    lost = wins["lines_lost"].fillna(0).to_numpy(dtype=float) > 0
    wins = wins[lost & ~untrue & (wins["happened_on"] >= pd.Timestamp(since)).to_numpy(dtype=bool)]
    lat, lon = (rows[name].to_numpy(dtype=float) for name in ("lat", "lon"))
    place = rows_in(wins["org_id"], rows["org_id"])
    own = np.isfinite(wins["lat"].to_numpy(dtype=float))
    win_lat, win_lon = (
        np.where(own, wins[name].to_numpy(dtype=float), np.append(each, np.nan)[place]) for name, each in (("lat", lat), ("lon", lon))
    )
    placed, known = np.isfinite(lat + lon), np.isfinite(win_lat + win_lon)
    if not placed.any() or not known.any():
        return count
    crs = metric_crs(float(lat[placed].mean()), float(lon[placed].mean()))
    turn = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    tree = KDTree(np.column_stack(turn.transform(win_lon[known], win_lat[known])))
    doors = np.column_stack(turn.transform(lon[placed], lat[placed]))
    count[placed] = tree.query_ball_point(doors, radius_m, return_length=True)
    return count
