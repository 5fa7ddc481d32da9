"""What was done since the last working day, and what stood in the way."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from gridmap.errors import N_
from gridmap.market import Market, local_days
from gridmap.market.columns import dates_in, is_one_of
from gridmap.open_items import open_items
from gridmap.plan import Plan
from gridmap.schema.field import EFFECTIVE, OUTCOMES
from gridmap.sweeps.contacts import survivors
from gridmap.sweeps.holders import holders_at
from gridmap.workload import WORKING_DAYS, is_active

Array = np.ndarray[Any, Any]
NOON_H = 12
# Columns of what was done, after one per outcome.
DONE = ("attempts", "effective", "filings", "calls", "kept", "missed", "tasks_done")
DIFFICULTIES = (
    ("refused", N_("Refused")),
    ("moved", N_("Moved: to be verified")),
    ("closed", N_("Closed: to be verified")),
    ("nobody_in", N_("Nobody in, for good")),
    ("on_site", N_("On-site day")),
    ("note", N_("Note")),
)
_GONE = ("refused", "moved", "closed")


def last_working_day(market: Market, day: date) -> date:
    """Return the last day before a day on which any manager works; the day before where nobody's working days are known."""
    managers = market.at("managers", day)
    active = managers[is_active(managers, day)]
    worked = set("".join(active["working_days"].fillna(WORKING_DAYS))) if len(active) else set(WORKING_DAYS)
    back = next((back for back in range(1, 8) if str((day - timedelta(days=back)).isoweekday()) in worked), 1)
    return day - timedelta(days=back)


def visits_between(market: Market, first: date, last: date) -> pd.DataFrame:
    """Return the visits and calls of some days, both inclusive, in order: org_id that it counts for, `day`, `half_day`."""
    visits = market.at("visits", last)
    days = local_days(visits["visited_at"], market.branch.time_zone)
    kept = visits[(days >= pd.Timestamp(first)).to_numpy(dtype=bool)].sort_values(["visited_at", "visit_id"], kind="stable")
    local = kept["visited_at"].dt.tz_convert(market.branch.time_zone)
    day = days.reindex(kept.index)
    half = day.to_numpy(dtype="datetime64[D]").astype(np.int64) * 2 + (local.dt.hour.to_numpy() >= NOON_H)
    found = kept.assign(org_id=survivors(market, kept["org_id"], last), day=day, half_day=half, manager_id=kept["manager_id"].fillna(""))
    return found[found["org_id"].ne("")].reset_index(drop=True)


def done_between(market: Market, plan: Plan, first: date, last: date) -> pd.DataFrame:
    """Count what each manager did on some days, both inclusive.

    Returns
    -------
    Index `manager_id`; one column per outcome (records), then `DONE`: attempts and effective (visits and calls, one per organisation
    and day, as the metric counts them), filings, calls, kept (promises that were open and that an effective visit kept), missed
    (follow-ups that fell due and are still open, for whoever holds the organisation), tasks_done.
    """
    visits = visits_between(market, first, last)
    reached = visits[is_one_of(visits["outcome"], *EFFECTIVE)]
    counts = {outcome: _by(visits[is_one_of(visits["outcome"], outcome)]) for outcome in OUTCOMES}
    counts["attempts"] = _by(visits.drop_duplicates(["org_id", "day"]))
    counts["effective"] = _by(reached.drop_duplicates(["org_id", "day"]))
    counts["filings"] = counts["filed"]
    counts["calls"] = _by(visits[is_one_of(visits["kind"], "call")])
    counts |= _follow_ups(market, plan, reached, first, last)
    tasks = market.at("tasks", last)
    when = dates_in(tasks, "done_on")
    done = (when >= np.datetime64(first, "D")) & (when <= np.datetime64(last, "D")) & is_one_of(tasks["state"], "done")
    counts["tasks_done"] = _by(tasks[done].rename(columns={"assigned_to": "manager_id"}))
    table = pd.DataFrame(counts).fillna(0).astype("int64")
    return table.rename_axis("manager_id").sort_index()[[*OUTCOMES, *DONE]]


def difficulties_between(market: Market, first: date, last: date, *, final_tries: int) -> pd.DataFrame:
    """List what stood in the way on some days, both inclusive.

    Returns
    -------
    One row per difficulty, the latest first: day, manager_id, org_id (empty for a park), kind (of `DIFFICULTIES`), note (as written,
    missing for none). A visit is listed once: what came of it before what was noted. Nobody in is final with the try that makes it
    so many different half days since somebody was last found.
    """
    visits = visits_between(market, first, last)
    final = _final_tries(market, visits, last, final_tries)
    noted = visits["note"].notna() & visits["note"].astype("str").str.strip().ne("")
    kind = np.select(
        [*(is_one_of(visits["outcome"], each) for each in _GONE), final, noted.to_numpy(dtype=bool)], [*_GONE, "nobody_in", "note"], ""
    )
    told = visits.assign(kind=kind)[kind != ""][["day", "manager_id", "org_id", "kind", "note"]]
    both = pd.concat([told, _on_site(market, first, last)])
    listed: pd.DataFrame = both.sort_values(["day"], ascending=False, kind="stable", ignore_index=True)
    return listed


def _on_site(market: Market, first: date, last: date) -> pd.DataFrame:
    sessions = market.at("campaigns", last)
    held = dates_in(sessions, "held_on")
    hard = sessions["difficulties"].notna() & sessions["difficulties"].astype("str").str.strip().ne("")
    mine = sessions[(held >= np.datetime64(first, "D")) & (held <= np.datetime64(last, "D")) & hard.to_numpy(dtype=bool)]
    told = mine.rename(columns={"held_on": "day", "difficulties": "note", "note": "further"}).assign(kind="on_site")
    named = told.assign(org_id=told["org_id"].fillna(""), manager_id=told["manager_id"].fillna(""))
    listed: pd.DataFrame = named[["day", "manager_id", "org_id", "kind", "note"]]
    return listed


def _final_tries(market: Market, visits: pd.DataFrame, last: date, tries: int) -> Array:
    """Say which of the visits is the try with which nobody being in is final; calls are no tries at the door."""
    concerned = visits.loc[is_one_of(visits["outcome"], "not_in"), "org_id"]
    past = visits_between(market, date(1970, 1, 1), last)
    past = past[past["org_id"].isin(concerned) & ~is_one_of(past["kind"], "call")]
    missed = is_one_of(past["outcome"], "not_in")
    run = pd.Series(~missed, index=past.index).groupby(past["org_id"]).cumsum()  # a new count begins whenever somebody was found
    fresh = ~past[missed].assign(run=run).duplicated(["org_id", "run", "half_day"])
    count = fresh.groupby([past.loc[missed, "org_id"], run[missed]]).cumsum()
    ids = past.loc[count.index[fresh & count.eq(tries)], "visit_id"]
    found: Array = visits["visit_id"].isin(ids).to_numpy()
    return found


def _follow_ups(market: Market, plan: Plan, reached: pd.DataFrame, first: date, last: date) -> dict[str, pd.Series]:
    before = open_items(market, first - timedelta(days=1))
    promised = before.loc[before["item"].eq("promise"), ["org_id"]]
    kept = promised.merge(reached.drop_duplicates("org_id")[["org_id", "manager_id"]], on="org_id")
    still = open_items(market, last)
    due = dates_in(still, "due_on")
    fell = (due >= np.datetime64(first, "D")) & (due <= np.datetime64(last, "D")) & is_one_of(still["kind"], "follow_up")
    missed = still[fell]
    holder = holders_at(market, plan, last).reindex(missed["org_id"]).fillna("")
    return {"kept": _by(kept), "missed": _by(missed.assign(manager_id=holder.to_numpy()))}


def _by(rows: pd.DataFrame) -> pd.Series:
    return rows["manager_id"].fillna("").value_counts()
