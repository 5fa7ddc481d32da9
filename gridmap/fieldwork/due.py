"""What is due on a day: planned visits, promises and tasks, one line per manager and organisation, nobody contacted too often."""

from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from gridmap.errors import N_, Message, say
from gridmap.market import Market, live_at, local_days
from gridmap.market.columns import dates_in, empty_column, is_one_of, rows_in
from gridmap.open_items import open_items
from gridmap.plan import Plan
from gridmap.settings import SweepRules
from gridmap.sweeps.contacts import contacts_lately, survivors
from gridmap.sweeps.holders import at_work, holders_at
from gridmap.texts import Day

Array = np.ndarray[Any, Any]
# Everything that can be due, the most urgent first.
KINDS = (
    ("supervised", N_("Supervised item")),
    ("warning", N_("Warning")),
    ("follow_up", N_("Follow-up")),
    ("expiry", N_("Expiry")),
    ("check", N_("Check")),
    ("call", N_("Call")),
    ("visit", N_("Planned visit")),
)
# What the organisation itself was promised, what is ordered from above, and what asks nobody anything, is not held back.
UNCAPPED = ("supervised", "follow_up", "check")
PLANNED = ("sweep_id", "title", "org_id", "manager_id", "day", "start_min", "number")
ITEMS = ("manager_id", "org_id", "kind", "item", "item_id", "due_on", "late_days", "since", "title", "start_min", "number")
ROWS = (
    "manager_id", "org_id", "kind", "kinds", "due_on", "late_days", "start_min", "number", "contacts", "held_back", "left_over",
    "also", "why",
)  # fmt: skip
# What is later than this is a rest to be cleared, not work of the day.
LEFT_OVER_DAYS = 30


def nothing_planned() -> pd.DataFrame:
    """Return planned visits where there are none."""
    kinds = ("int64", "str", "str", "str", "datetime64[us]", "float64", "int64")
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in zip(PLANNED, kinds, strict=True)})


def due_items(market: Market, plan: Plan, planned: pd.DataFrame, *, day: date) -> pd.DataFrame:
    """List everything that is due by the end of a day and not done.

    A task is for whoever it is assigned to while they work, else for the holder; a promise is the holder's, who may be another than
    made it; a planned visit is for whoever it is planned for, and is done once somebody went there on its day or later.

    Parameters
    ----------
    market, plan
        What is, and who holds what; nothing is due at an organisation that is closed, or not in the market.
    planned
        Visits of published sweeps, columns `PLANNED`; `day` as a timestamp.

    Returns
    -------
    One row per item, `ITEMS`: item is promise, task or visit, item_id the id of the visit, the task or the sweep; late_days counts from
    the due day, 0 on it; since (of promises), title, start_min and number (of planned visits) are missing elsewhere.
    """
    open_now = open_items(market, day)
    organisations = market.at("organisations", day)
    live = organisations.loc[live_at(organisations, day).to_numpy(dtype=bool), "org_id"]
    open_now = open_now[(open_now["due_on"] <= pd.Timestamp(day)).to_numpy(dtype=bool) & (rows_in(open_now["org_id"], live) >= 0)]
    holders = holders_at(market, plan, day)
    working = at_work(market, day)
    held = holders.reindex(open_now["org_id"]).fillna("").to_numpy(dtype=object)
    named = open_now["who"].fillna("").to_numpy(dtype=object)
    theirs = open_now["item"].eq("task").to_numpy() & (rows_in(open_now["who"], working) >= 0)
    who = np.where(theirs | (held == ""), named, held)
    tasks = open_now.assign(manager_id=who, title="", start_min=np.nan, number=0)
    visits = visits_to_do(market, planned, day=day)
    visits = visits.assign(
        kind="visit", item="visit", item_id=visits["sweep_id"].astype("str"), since=empty_column("datetime64[us]", visits.index)
    )
    visits["due_on"] = visits["day"]
    both = pd.concat([tasks[[name for name in ITEMS if name != "late_days"]], visits[[name for name in ITEMS if name != "late_days"]]])
    both = both.astype({"due_on": "datetime64[us]", "since": "datetime64[us]"}).reset_index(drop=True)
    late = (np.datetime64(day, "D") - dates_in(both, "due_on")).astype(np.int64)
    return both.assign(late_days=late)[list(ITEMS)]


def visits_to_do(market: Market, planned: pd.DataFrame, *, day: date) -> pd.DataFrame:
    """Return the planned visits up to a day at which nobody was since their day; calls do not count."""
    known = market.at("organisations", day)["org_id"]
    mine = planned[(planned["day"] <= pd.Timestamp(day)).to_numpy(dtype=bool)]
    mine = mine.assign(org_id=survivors(market, mine["org_id"], day))
    mine = mine[mine["org_id"].isin(known)]
    visits = market.at("visits", day)
    went = visits[~is_one_of(visits["kind"], "call")]
    days = local_days(went["visited_at"], market.branch.time_zone)
    last = days.groupby(survivors(market, went["org_id"], day)).max().reindex(mine["org_id"])
    done = last.to_numpy(dtype="datetime64[D]") >= dates_in(mine, "day")
    return mine[~done]


def due_rows(market: Market, items: pd.DataFrame, *, day: date, rules: SweepRules) -> pd.DataFrame:
    """Put what is due for one manager at one organisation on one line, and hold back who was contacted often enough this month.

    Returns
    -------
    One row per manager and organisation, `ROWS`, in the order to be done: kind is the most urgent of `kinds` (joined by semicolons),
    due_on and late_days of the oldest of it, start_min and number of the planned visit (missing, 0), contacts of the month, held_back,
    left_over (all of it is late by more than `LEFT_OVER_DAYS`), also (other managers who have the organisation due, joined by
    semicolons), why (messages, the most urgent first).
    """
    rank = {kind: place for place, (kind, _title) in enumerate(KINDS)}
    ordered = items.assign(rank=items["kind"].map(rank).astype("int64"))
    ordered = ordered.sort_values(["manager_id", "org_id", "rank", "due_on"], kind="stable", ignore_index=True)
    key = ["manager_id", "org_id"]
    grouped = ordered.groupby(key, sort=False)
    rows = grouped.agg(
        kind=("kind", "first"), due_on=("due_on", "min"), late_days=("late_days", "max"), least=("late_days", "min"),
        start_min=("start_min", "min"), number=("number", "max"), rank=("rank", "min"),
    ).reset_index()  # fmt: skip
    begins = np.append(np.flatnonzero(~ordered.duplicated(key).to_numpy()), len(ordered))
    kinds, told = ordered["kind"].tolist(), list(map(why, ordered.itertuples()))
    spans = list(pairwise(begins))
    rows["kinds"] = [";".join(dict.fromkeys(kinds[begin:end])) for begin, end in spans]
    rows["why"] = pd.Series([tuple(told[begin:end]) for begin, end in spans], dtype=object)
    free = ordered[is_one_of(ordered["kind"], *UNCAPPED)].drop_duplicates(key)[key].assign(free=True)
    rows = rows.merge(free, on=key, how="left")
    rows["contacts"] = contacts_lately(market, day).reindex(rows["org_id"]).fillna(0).to_numpy(dtype=np.int64)
    rows["held_back"] = (rows["contacts"] >= rules.most_contacts_month) & rows["free"].isna()
    rows["left_over"] = rows["least"] > LEFT_OVER_DAYS
    rows["also"] = _others(rows)
    order = ["manager_id", "held_back", "left_over", "rank", "due_on", "start_min", "org_id"]
    return rows.sort_values(order, kind="stable", ignore_index=True)[list(ROWS)]


def why(item: Any) -> Message:
    """Say why one item of `due_items` is due."""
    due = Day(item.due_on.date())
    if item.kind == "visit":
        if item.late_days:
            return say(N_("planned for {day}, nobody was there yet"), day=due)
        return say(N_("visit {number} of the day ({sweep})"), number=int(item.number), sweep=item.title)
    if item.item == "promise":
        return say(N_("follow-up promised on {since} for {day}"), since=Day(item.since.date()), day=due)
    return say(_TASKS[item.kind], day=due)


_TASKS = {
    "supervised": N_("supervised item, due on {day}"),
    "warning": N_("warning, to be answered by {day}"),
    "follow_up": N_("follow-up, due on {day}"),
    "expiry": N_("something runs out: to be renewed by {day}"),
    "check": N_("to be checked by {day}: is it still there?"),
    "call": N_("call, due on {day}"),
}


def _others(rows: pd.DataFrame) -> Array:
    """Return for each row who else has the organisation due."""
    shared = rows.duplicated("org_id", keep=False).to_numpy()
    found = np.full(len(rows), "", dtype=object)
    for _org, part in rows[shared].groupby("org_id"):
        managers = part["manager_id"].tolist()
        for place, manager in zip(part.index, managers, strict=True):
            found[place] = ";".join(each for each in managers if each != manager)
    return found
