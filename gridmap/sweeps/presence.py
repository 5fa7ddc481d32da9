"""In which half of the day a door was last found shut, so that the other half is tried next."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from gridmap.market import Market
from gridmap.market.columns import is_one_of, rows_in
from gridmap.schema.field import FACE_TO_FACE

Array = np.ndarray[Any, Any]
SOMEBODY = ("met", "staff_only", "refused", "filed")
NOBODY = "not_in"
NOON_MIN = 12 * 60
HALVES = ("", "morning", "afternoon")


def last_shut(market: Market, org_ids: pd.Index, *, as_of: date) -> Array:
    """Return in which half of the day each organisation was last found shut, as a position in `HALVES`.

    0 where its latest knock found somebody, or there was none.
    """
    visits = _knocks(market, as_of)
    row = rows_in(visits["org_id"], org_ids)
    local = visits["visited_at"].dt.tz_convert(market.branch.time_zone)
    order = np.argsort(visits["visited_at"].to_numpy(dtype="datetime64[us]"), kind="stable")
    order = order[row[order] >= 0]
    half = np.where((local.dt.hour * 60 + local.dt.minute).to_numpy() < NOON_MIN, 1, 2)
    shut = is_one_of(visits["outcome"], NOBODY)
    last = np.zeros(len(org_ids), dtype=np.int64)
    last[row[order]] = np.where(shut, half, 0)[order]  # in order of time, so that the latest stands
    return last


def _knocks(market: Market, as_of: date) -> pd.DataFrame:
    visits = market.at("visits", as_of)
    face = is_one_of(visits["kind"], *FACE_TO_FACE) | visits["kind"].isna().to_numpy()
    return visits[face & is_one_of(visits["outcome"], *SOMEBODY, NOBODY) & visits["visited_at"].notna().to_numpy()]
