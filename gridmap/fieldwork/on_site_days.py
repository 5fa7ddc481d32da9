"""On-site days (驻地): what is to be ready before, what is to be done after, and what each brought."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from gridmap.errors import N_
from gridmap.market import Market
from gridmap.market.columns import dates_in, is_one_of, numbers_in
from gridmap.schema.field import CHECKS_AFTER, CHECKS_BEFORE

Array = np.ndarray[Any, Any]
# The words for the keys of the checklists, in the order in which they are worked through.
BEFORE = (
    ("agreed", N_("Day and place agreed with the organisation")),
    ("place", N_("Stand, tables and power arranged")),
    ("material", N_("Posters, cards and terminals packed")),
    ("network", N_("Signal tested at the stand")),
    ("staff", N_("Who comes along is settled")),
    ("offer", N_("Offer prepared for this organisation")),
)
AFTER = (
    ("thanked", N_("Organisation thanked and asked how it was")),
    ("cards_entered", N_("Cards entered as contacts")),
    ("orders_placed", N_("Orders placed")),
    ("follow_ups", N_("Follow-ups promised and dated")),
    ("difficulties", N_("Difficulties written down")),
)
# column, its title: what an on-site day brings
RESULTS = (
    ("cards", N_("Cards exchanged")),
    ("terminals", N_("Terminals sold")),
    ("services_sold", N_("Services sold")),
    ("conversions", N_("Lines won over")),
)
SOON_DAYS = 7


def on_site_days(market: Market, as_of: date) -> pd.DataFrame:
    """List the on-site days as known at the end of a day, the next first, then those over, the latest first.

    Returns
    -------
    The columns of the table, `state` filled in (planned where missing), and: when ("coming", "today", "over"), days (until it; negative
    since), missing_before and missing_after (keys not ticked, tuples; of after only once it was held), open (something is to be done
    about it: not ready within `SOON_DAYS`, over but neither held nor cancelled, or held and not finished).
    """
    rows = market.at("campaigns", as_of).reset_index(drop=True)
    state = rows["state"].fillna("planned")
    days = (dates_in(rows, "held_on") - np.datetime64(as_of, "D")).astype(np.int64)
    before = [missing(ticked, CHECKS_BEFORE) for ticked in rows["before"]]
    after = [missing(ticked, CHECKS_AFTER) if held else () for ticked, held in zip(rows["after"], state.eq("held"), strict=True)]
    planned = state.eq("planned").to_numpy()
    ready = np.array([not keys for keys in before], dtype=bool)
    done = np.array([not keys for keys in after], dtype=bool)
    todo = (planned & (days < 0)) | (planned & (days <= SOON_DAYS) & ~ready) | (state.eq("held").to_numpy() & ~done)
    table = rows.assign(
        state=state,
        when=np.select([days > 0, days == 0], ["coming", "today"], "over"),
        days=days,
        missing_before=pd.Series(before, index=rows.index, dtype=object),
        missing_after=pd.Series(after, index=rows.index, dtype=object),
        open=todo,
    )
    order = table.assign(_over=days < 0, _far=np.abs(days)).sort_values(["_over", "_far", "campaign_id"], kind="stable", ignore_index=True)
    return order.drop(columns=["_over", "_far"])


def missing(ticked: object, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return the keys of a checklist that are not ticked, in its order; `ticked` as the table keeps it, missing for none."""
    done = set(ticked.split(";")) if isinstance(ticked, str) else set()
    return tuple(key for key in keys if key not in done)


def joined(ticked: object, keys: tuple[str, ...]) -> str | None:
    """Write ticked keys as the table keeps them, in the order of the checklist; None for none, unknown keys left out."""
    chosen = set(ticked) if isinstance(ticked, (list, tuple, set, frozenset)) else set()
    return ";".join(key for key in keys if key in chosen) or None


def on_site_results(days: pd.DataFrame, first: date, last: date, *, by: str = "") -> pd.DataFrame:
    """Sum what the days held between two days brought, both inclusive.

    Parameters
    ----------
    days
        As `on_site_days` gives them.
    by
        manager_id, org_id or park_id; empty for one row of all, index `all`.

    Returns
    -------
    Index `by`: sessions, places (different organisations and parks), then the columns of `RESULTS`, and per_day (lines won over per
    session; NaN for none).
    """
    when = dates_in(days, "held_on")
    held = days[is_one_of(days["state"], "held") & (when >= np.datetime64(first, "D")) & (when <= np.datetime64(last, "D"))]
    numbers = {name: np.nan_to_num(numbers_in(held, name)) for name, _title in RESULTS}
    key = held[by].fillna("") if by else pd.Series("all", index=held.index, dtype="str")
    place = held["org_id"].fillna(held["park_id"])
    grouped = held.assign(place=place, sessions=1, **numbers).groupby(key.to_numpy(dtype=object), sort=True)
    sums = grouped.agg(sessions=("sessions", "sum"), places=("place", "nunique"), **{name: (name, "sum") for name in numbers})
    if not by and sums.empty:
        sums.loc["all"] = 0
    sums = sums.astype("int64").rename_axis(by or None)
    return sums.assign(per_day=np.where(sums["sessions"] > 0, sums["conversions"] / sums["sessions"].clip(lower=1), np.nan))
