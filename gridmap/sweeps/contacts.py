"""How often an organisation was spoken to lately: nobody is pestered."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from gridmap.facts.measure import counts_for
from gridmap.market import Market, local_days
from gridmap.market.columns import is_one_of, rows_in
from gridmap.sweeps.presence import SOMEBODY

Array = np.ndarray[Any, Any]
CONTACT_DAYS = 30  # a month that does not begin anew on its first day


def contacts_lately(market: Market, day: date) -> pd.Series:
    """Count the contacts of the 30 days up to a day, that day included, over visits and calls alike.

    Several on one day are one. A knock that found nobody, or a door that had moved or closed, bothered nobody and is not counted. What
    happened to an organisation merged away counts for the one it was merged into.

    Returns
    -------
    Days with a contact, index `org_id`; organisations without one are not in it.
    """
    visits = market.at("visits", day)
    days = local_days(visits["visited_at"], market.branch.time_zone)
    since = pd.Timestamp(day - timedelta(days=CONTACT_DAYS - 1))
    spoken = visits[is_one_of(visits["outcome"], *SOMEBODY) & (days >= since).to_numpy(dtype=bool)]
    met = pd.DataFrame({"org_id": survivors(market, spoken["org_id"], day), "day": days.reindex(spoken.index)})
    counted: pd.Series = met[met["org_id"].ne("")].drop_duplicates().groupby("org_id").size().astype("int64").rename("contacts")
    return counted


def survivors(market: Market, org_ids: pd.Series, day: date) -> pd.Series:
    """Return the organisation that each one counts for at a day: itself, or the one it was merged into; empty where unknown."""
    organisations = market.at("organisations", day)
    place = rows_in(org_ids, organisations["org_id"])
    texts: Array = np.append(organisations["org_id"].to_numpy(dtype=object), np.array([""], dtype=object))
    row = np.where(place >= 0, counts_for(organisations)[place] if len(organisations) else -1, -1)
    return pd.Series(texts[row], index=org_ids.index, dtype="str", name="org_id")
