"""What is promised and not yet done: follow-ups that visits promised, and open tasks."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from gridmap.facts.measure import counts_for
from gridmap.market import Market
from gridmap.market.columns import empty_column, is_one_of, rows_in
from gridmap.schema.field import EFFECTIVE

Array = np.ndarray[Any, Any]
_COLUMNS = ("item", "item_id", "org_id", "kind", "due_on", "since", "who")


def open_items(market: Market, as_of: date) -> pd.DataFrame:
    """List what is open at the end of a day: follow-ups promised, and tasks.

    A promise (`visits.next_due`) is open until a later effective visit to the organisation. One that became a follow-up task for
    the same day is that task and not listed again. What was promised to an organisation merged away is promised to the one it
    was merged into.

    Returns
    -------
    One row per promise and task in order of due day: item ("promise" or "task"), item_id (visit or task), org_id, kind (of the
    task; `follow_up` for a promise), due_on, since (day of the promise; missing for tasks), who (made the promise, or has the
    task; missing where nobody was named).
    """
    organisations = market.at("organisations", as_of)
    both = pd.concat([_tasks(market, as_of), _promises(market, as_of, organisations)], ignore_index=True)
    place = rows_in(both["org_id"], organisations["org_id"])
    both = both[place >= 0].assign(org_id=_texts(organisations["org_id"], counts_for(organisations)[place[place >= 0]]))
    again = both.duplicated(["org_id", "kind", "due_on"]) & both["item"].eq("promise")
    kept = both[~again.to_numpy()]
    return kept.sort_values(["due_on", "org_id", "item", "item_id"], kind="stable").reset_index(drop=True)


def _promises(market: Market, as_of: date, organisations: pd.DataFrame) -> pd.DataFrame:
    visits = market.at("visits", as_of)
    place = rows_in(visits["org_id"], organisations["org_id"])
    row = np.where(place >= 0, counts_for(organisations)[place] if len(organisations) else -1, -1)
    moment = visits["visited_at"].to_numpy(dtype="datetime64[us]").astype(np.int64)
    latest = np.full(len(organisations) + 1, np.iinfo(np.int64).min)  # the last place is for what belongs to nothing known
    reached = is_one_of(visits["outcome"], *EFFECTIVE)
    np.maximum.at(latest, row[reached], moment[reached])
    kept = visits[visits["next_due"].notna().to_numpy() & (row >= 0) & (moment >= latest[row])]
    days = kept["visited_at"].dt.tz_convert(market.branch.time_zone).dt.tz_localize(None).dt.floor("D")
    return pd.DataFrame(
        {
            "item": "promise",
            "item_id": kept["visit_id"],
            "org_id": kept["org_id"],
            "kind": "follow_up",
            "due_on": kept["next_due"],
            "since": days,
            "who": kept["manager_id"],
        }
    )


def _tasks(market: Market, as_of: date) -> pd.DataFrame:
    tasks = market.at("tasks", as_of)
    tasks = tasks[(tasks["state"].fillna("open").eq("open") & tasks["done_on"].isna()).to_numpy(dtype=bool)]
    table = tasks.rename(columns={"task_id": "item_id", "assigned_to": "who"}).assign(
        item="task", since=empty_column("datetime64[us]", tasks.index)
    )
    return table[list(_COLUMNS)]


def _texts(values: pd.Series, place: Array) -> Array:
    texts: Array = values.to_numpy(dtype=object)[place]
    return texts
