"""What is promised and not yet done: follow-ups that visits promised, and open tasks; and who does each when hands change."""

from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
import pandas as pd

from gridmap.facts.measure import counts_for
from gridmap.market import Market
from gridmap.market.columns import empty_column, is_one_of, rows_in
from gridmap.plan import UNASSIGNED
from gridmap.schema.field import EFFECTIVE
from gridmap.workload import is_active

Array = np.ndarray[Any, Any]
Visits = Literal["go", "stay"]
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


def share_out(
    items: pd.DataFrame,
    hands: pd.DataFrame,
    managers: pd.DataFrame,
    *,
    effective_on: date,
    visits: Visits = "go",
    stay_until: date | None = None,
) -> pd.DataFrame:
    """Say of each open item of organisations that change hands who does it, until when, and who does it then.

    Until the day before the plan holds everything is with who has it. From then on, with `go`, the taker does it; with `stay` the
    giver does it until `stay_until`, or until it is done where there is no such day. Nobody can keep what they no longer work for:
    a giver's last working day ends it. What nobody takes stays with the giver while they work. A task assigned to anybody else
    who works stays with that person.

    Parameters
    ----------
    items
        As `open_items` gives them.
    hands
        Index `org_id`, with `giver` and `taker` (`UNASSIGNED`: nobody).
    managers
        Rows of the table `managers`, whose last working days count.
    effective_on
        First day of the plan.

    Returns
    -------
    The items of these organisations, once each, with `giver`, `taker`, `now` (who has it), `until` (the last day of that; missing:
    until it is done) and `then` (who does it afterwards; empty where it is done by then). `UNASSIGNED` is nobody.
    """
    own = items[items["org_id"].isin(hands.index)].reset_index(drop=True)
    giver, taker = (hands[side].reindex(own["org_id"]).to_numpy(dtype=object) for side in ("giver", "taker"))
    last = managers.set_index("manager_id")["active_to"].dropna().to_dict()
    at_work = set(managers["manager_id"][is_active(managers, effective_on)])
    eve = pd.Timestamp(effective_on) - timedelta(days=1)
    end = pd.Timestamp(stay_until) if stay_until else None
    turns: list[tuple[str, Any, str]] = []
    for task, who, gives, takes in zip(own["item"].eq("task"), own["who"].fillna(""), giver, taker, strict=True):
        stays = [each for each in (last.get(gives), end) if each is not None]
        if task and who != gives and who in at_work:
            turns.append((who, pd.NaT, ""))
        elif takes == UNASSIGNED and gives in at_work:
            turns.append((gives, last.get(gives, pd.NaT), UNASSIGNED if gives in last else ""))
        elif visits == "go" or UNASSIGNED in (gives, takes):
            turns.append((gives, eve, takes))
        else:
            turns.append((gives, max(min(stays), eve), takes) if stays else (gives, pd.NaT, ""))
    made = pd.DataFrame(turns, columns=["now", "until", "then"], index=own.index)
    return own.assign(giver=giver, taker=taker, now=made["now"], until=pd.to_datetime(made["until"]), then=made["then"])


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
