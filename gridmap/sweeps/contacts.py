"""How often an organisation was already spoken to this month: nobody is pestered."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from gridmap.facts.measure import counts_for
from gridmap.market import Market, local_days
from gridmap.market.columns import is_one_of, rows_in
from gridmap.schema.field import EFFECTIVE

Array = np.ndarray[Any, Any]
# Whoever was spoken to was contacted, also where they refused; a closed door is no contact.
SPOKEN_TO = (*EFFECTIVE, "refused")


def contacts_in_month(market: Market, day: date) -> pd.Series:
    """Count the contacts of the calendar month up to a day, that day included, over visits and calls alike.

    Several on one day are one. What happened to an organisation merged away counts for the one it was merged into.

    Returns
    -------
    Days with a contact, index `org_id`; organisations without one are not in it.
    """
    visits = market.at("visits", day)
    days = local_days(visits["visited_at"], market.branch.time_zone)
    spoken = visits[is_one_of(visits["outcome"], *SPOKEN_TO) & (days >= pd.Timestamp(day.replace(day=1))).to_numpy(dtype=bool)]
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
