"""Whom to call today, in which order, and why; each organisation once, and nobody who was contacted often enough this month."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from gridmap.errors import N_, Message, say
from gridmap.facts.measure import counts_for
from gridmap.facts.stock import Standing, standing_of
from gridmap.facts.visits import read_visits
from gridmap.fieldwork.due import LEFT_OVER_DAYS, UNCAPPED, due_items
from gridmap.market import Market
from gridmap.market.columns import NEVER, dates_in, is_one_of
from gridmap.plan import Plan
from gridmap.settings import Rules, SweepRules
from gridmap.sweeps.contacts import contacts_lately
from gridmap.sweeps.holders import holders_at
from gridmap.texts import Day

Array = np.ndarray[Any, Any]
# Why somebody is called, the first first.
REASONS = (
    ("promised", N_("Promised")),
    ("warning", N_("Warning")),
    ("call", N_("Call due")),
    ("contract", N_("Contract ending")),
    ("long_ago", N_("Long not visited")),
)
# Which items of the board are done with a call, and as what.
_OF_ITEMS = {"follow_up": "promised", "supervised": "promised", "warning": "warning", "call": "call", "expiry": "contract"}
ROLES_FIRST = ("decision_maker", "contact", "finance", "technical", "other")
COLUMNS = (
    "manager_id", "org_id", "reason", "due_on", "late_days", "contacts", "held_back", "left_over", "contact_id", "contact", "role",
    "phone", "why",
)  # fmt: skip


def call_list(
    market: Market,
    plan: Plan,
    contacts: pd.DataFrame,
    *,
    day: date,
    planned: pd.DataFrame,
    rules: Rules,
    sweep_rules: SweepRules,
) -> pd.DataFrame:
    """List whom to call, with the contact to ask for: `with_contacts` of `whom_to_call`."""
    listed = whom_to_call(market, plan, day=day, planned=planned, rules=rules, sweep_rules=sweep_rules)
    return with_contacts(listed, contacts)


def whom_to_call(market: Market, plan: Plan, *, day: date, planned: pd.DataFrame, rules: Rules, sweep_rules: SweepRules) -> pd.DataFrame:
    """List whom to call and why.

    Promises, supervised items, warnings, calls and expiries that are due; accounts whose contract ends within `contract_days`; accounts
    not effectively visited for a whole cycle. Who is visited today by plan is not called, and who was contacted as often as is allowed
    this month is held back, unless they were promised it.

    Parameters
    ----------
    market, plan
        What is, and who holds what.
    planned
        Visits of published sweeps (`due.PLANNED`).

    Returns
    -------
    One row per organisation, the columns of `COLUMNS` but those of the contact: due_on the day it was due, late_days since then,
    left_over what is late by more than `LEFT_OVER_DAYS`.
    """
    items = due_items(market, plan, planned, day=day)
    reasons = items["kind"].map(_OF_ITEMS)
    due = items.assign(reason=reasons, sure=is_one_of(items["kind"], *UNCAPPED))[reasons.notna().to_numpy()]
    names = ["manager_id", "org_id", "reason", "due_on", "sure"]
    standing = standing_of(market, as_of=day, window_days=1, rules=rules)
    further = [_contracts(standing, sweep_rules), _long_ago(market, standing, rules)]
    holders = holders_at(market, plan, day)
    held = [rows.assign(manager_id=holders.reindex(rows["org_id"]).fillna("").to_numpy(dtype=object), sure=False) for rows in further]
    all_of = pd.concat([due[names], *(rows[names] for rows in held)], ignore_index=True)
    visited = items.loc[items["kind"].eq("visit") & items["late_days"].eq(0), "org_id"]
    all_of = all_of[~all_of["org_id"].isin(visited)]
    ordered = all_of.assign(place=_places(all_of)).sort_values(["place", "due_on", "org_id"], kind="stable")
    listed = ordered.drop_duplicates("org_id").reset_index(drop=True)
    listed["late_days"] = (np.datetime64(day, "D") - dates_in(listed, "due_on")).astype(np.int64)
    listed["contacts"] = contacts_lately(market, day).reindex(listed["org_id"]).fillna(0).to_numpy(dtype=np.int64)
    listed["held_back"] = (listed["contacts"] >= sweep_rules.most_contacts_month) & ~listed["sure"].astype(bool)
    listed["left_over"] = (listed["late_days"] > LEFT_OVER_DAYS) & listed["reason"].ne("long_ago")
    listed["why"] = pd.Series([_why(each) for each in listed.itertuples()], index=listed.index, dtype=object)
    return listed.drop(columns=["place", "sure"])


def with_contacts(listed: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    """Add whom to ask for, and put the list in the order to call.

    Parameters
    ----------
    listed
        As `whom_to_call` gives it, or some of its rows.
    contacts
        Rows of the table `contacts` as whoever asks may read them; numbers stay as given, masked or not.

    Returns
    -------
    `COLUMNS`, in the order to call: by reason, with a known number before without, the longest due first; what is left over after all
    others, those held back last. The contact is the decision maker, else the next of `ROLES_FIRST`; missing where nobody is known.
    """
    joined = listed.merge(first_contacts(contacts), on="org_id", how="left")
    joined = joined.assign(place=_places(joined), mute=joined["phone"].isna())
    order = ["held_back", "left_over", "place", "mute", "due_on", "org_id"]
    return joined.sort_values(order, kind="stable", ignore_index=True)[list(COLUMNS)]


def first_contacts(contacts: pd.DataFrame) -> pd.DataFrame:
    """Return whom to ask for at each organisation, the first of `ROLES_FIRST`: org_id, contact_id, contact, role, phone."""
    place = contacts["role"].map({role: place for place, role in enumerate(ROLES_FIRST)}).fillna(len(ROLES_FIRST))
    named = contacts.assign(place=place).sort_values(["place", "contact_id"], kind="stable").drop_duplicates("org_id")
    return named.rename(columns={"name": "contact"}).loc[:, ["org_id", "contact_id", "contact", "role", "phone"]]


def _places(rows: pd.DataFrame) -> pd.Series:
    return rows["reason"].map({reason: place for place, (reason, _title) in enumerate(REASONS)}).astype("int64")


def _contracts(standing: Standing, rules: SweepRules) -> pd.DataFrame:
    ends, today = dates_in(standing.rows, "contract_end"), np.datetime64(standing.as_of, "D")
    soon = (ends >= today) & (ends <= today + np.timedelta64(rules.contract_days, "D"))
    return _listed(standing, soon, ends, "contract")


def _long_ago(market: Market, standing: Standing, rules: Rules) -> pd.DataFrame:
    seen = read_visits(market, standing, counts_for(standing.rows), standing.rows["org_id"])
    cycles = dict(rules.cycle_days)
    cycle = standing.tiers.map(cycles).fillna(max(cycles.values())).to_numpy(dtype=np.int64)
    due = np.where(seen.last == NEVER, NEVER, seen.last + cycle).astype("datetime64[D]")
    return _listed(standing, due <= np.datetime64(standing.as_of, "D"), due, "long_ago")


def _listed(standing: Standing, which: Array, due: Array, reason: str) -> pd.DataFrame:
    accounts = which & standing.live & is_one_of(standing.stage, "account")
    ids = standing.rows["org_id"].to_numpy(dtype=object)[accounts]
    return pd.DataFrame({"org_id": ids, "reason": reason, "due_on": due[accounts].astype("datetime64[us]")})


def _why(row: Any) -> Message:
    return say(_WHY[row.reason], day=Day(row.due_on.date()))


_WHY = {
    "promised": N_("promised for {day}"),
    "warning": N_("a warning is to be answered by {day}"),
    "call": N_("the call is due on {day}"),
    "contract": N_("the contract ends on {day}"),
    "long_ago": N_("a visit has been due since {day}"),
}
