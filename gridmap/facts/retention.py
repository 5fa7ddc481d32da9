"""Measures of keeping what we have: the base frozen at the end of a year, bindings, services, and warnings that were answered."""

import re
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from gridmap.facts.stock import Standing
from gridmap.market import Market, closed_months
from gridmap.market.columns import dates_in, is_one_of, is_true, numbers_in, rows_in
from gridmap.settings import Rules

Array = np.ndarray[Any, Any]
_BASE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LOOK_BACK_DAYS = 400  # the last closed month lies within this of any day it is asked for


class Base(NamedTuple):
    """The base in force at a day: its name, the day it was frozen on, and its rows (org_id, members, revenue)."""

    name: str
    frozen_on: date
    rows: pd.DataFrame


def base_in_force(market: Market, as_of: date) -> Base | None:
    """Return the last base frozen on a day or before it; None where there is none.

    A base is named by the day it was frozen on (`2025-12-31`); one with another name is never in force by itself.
    """
    rows = market.at("bases", as_of)
    names = sorted({str(name) for name in rows["base"].dropna() if _BASE.fullmatch(str(name)) and str(name) <= as_of.isoformat()})
    if not names:
        return None
    return Base(names[-1], date.fromisoformat(names[-1]), rows[rows["base"].eq(names[-1])])


def months_compared(market: Market, base: Base, as_of: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the closed account months of the year after the base up to a day, and the same months of the base year.

    Only months of which the branch has revenue in both years count: a month nobody has on record compares with nothing.
    """
    known = set(market.at("org_months", as_of)["month"].dropna().astype("str"))
    now = tuple(month for month in closed_months(date(base.frozen_on.year + 1, 1, 1), as_of) if month[:4] == str(base.frozen_on.year + 1))
    pairs = [(month, f"{base.frozen_on.year}{month[4:]}") for month in now]
    kept = [(month, then) for month, then in pairs if month in known and then in known]
    return tuple(month for month, _then in kept), tuple(then for _month, then in kept)


def last_closed_month(market: Market, as_of: date) -> str | None:
    """Return the last account month that had ended on a day and of which anything is known; None where there is none."""
    known = set(market.at("org_months", as_of)["month"].dropna().astype("str"))
    closed = [month for month in closed_months(as_of - timedelta(days=_LOOK_BACK_DAYS), as_of) if month in known]
    return closed[-1] if closed else None


def retention_measures(market: Market, standing: Standing, row_of: Array, rules: Rules) -> dict[str, Array]:
    """Return the measures of retention, one value per organisation row.

    What is in the base stays in it whatever became of it; a base organisation that was merged counts for the one it was merged into.
    Numbers are counted, not followed one by one: members kept are never more than the base had, organisation by organisation, so that a
    number that moved to another organisation counts as kept only where both were merged into one.

    Parameters
    ----------
    market, standing
        Where base and months are, and the organisations at the day.
    row_of
        For each organisation the row it counts for.
    rules
        What makes a core organisation highly stable.
    """
    based = _based(market, standing, row_of)
    return {**based, **_bindings(standing, rules), **_warnings(market, standing, row_of)}


def information_measure(market: Market, standing: Standing, row_of: Array) -> dict[str, Array]:
    """Return the information revenue of the closed account months that end within the window, whatever became of the organisation."""
    months = market.at("org_months", standing.as_of)
    inside = months[is_one_of(months["month"], *closed_months(standing.start, standing.as_of))]
    return {"information_revenue": _per_row(inside["org_id"], numbers_in(inside, "information_revenue"), standing, row_of)}


def _based(market: Market, standing: Standing, row_of: Array) -> dict[str, Array]:
    names = (
        "base_organisations", "base_kept", "base_open", "base_open_kept", "base_members", "base_members_kept", "base_revenue",
        "base_revenue_kept",
    )  # fmt: skip
    count = len(standing.rows)
    base, month = base_in_force(market, standing.as_of), last_closed_month(market, standing.as_of)
    if base is None or month is None:
        return {name: np.zeros(count) for name in names}
    frozen = _per_row(base.rows["org_id"], np.ones(len(base.rows)), standing, row_of)
    members = _per_row(base.rows["org_id"], numbers_in(base.rows, "members"), standing, row_of)
    months = market.at("org_months", standing.as_of)
    billed = months[months["month"].eq(month).to_numpy(dtype=bool)]
    now = _per_row(billed["org_id"], numbers_in(billed, "members"), standing, row_of)
    inside = frozen > 0
    # Two organisations of the base that were merged are still two: the kept one stands for both.
    kept = np.where(now > 0, frozen, 0.0)
    still = ~is_one_of(standing.stage, "closed") | (now > 0)
    later, earlier = months_compared(market, base, standing.as_of)
    money = [
        _per_row(part["org_id"], numbers_in(part, "revenue"), standing, row_of)
        for part in (months[is_one_of(months["month"], *which)] for which in (earlier, later))
    ]
    return dict(
        zip(
            names,
            (
                frozen,
                kept,
                np.where(still, frozen, 0.0),
                np.where(still, kept, 0.0),
                members,
                np.minimum(now, members),
                np.where(inside, money[0], 0.0),
                np.where(inside, money[1], 0.0),
            ),
            strict=True,
        )
    )


def _bindings(standing: Standing, rules: Rules) -> dict[str, Array]:
    rows, live = standing.rows, standing.live
    core = live & is_true(rows["core"])
    services = numbers_in(rows, "services") >= rules.core_services
    signed = is_one_of(rows["agreement"], "signed")
    until = np.datetime64(standing.as_of + timedelta(days=round(rules.stable_prepaid_months * 365.25 / 12)), "D")
    prepaid = dates_in(rows, "prepaid_until") >= until
    bound = signed.astype(int) + prepaid.astype(int) + services.astype(int)
    file = live & is_one_of(standing.stage, "account")
    pays = rows["unified_payment"]
    return {
        "core": core,
        "core_stable": core & (bound >= rules.stable_bindings),
        "core_services": core & services,
        "payment_known": file & pays.notna().to_numpy(dtype=bool),
        "payment_unified": file & is_true(pays),
    }


def _warnings(market: Market, standing: Standing, row_of: Array) -> dict[str, Array]:
    tasks = market.at("tasks", standing.as_of)
    due = dates_in(tasks, "due_on")
    start, end = np.datetime64(standing.start, "D"), np.datetime64(standing.as_of, "D")
    inside = is_one_of(tasks["kind"], "warning") & (due >= start) & (due <= end)
    void = inside & is_one_of(tasks["state"], "void")
    counted = inside & ~void
    done = counted & is_one_of(tasks["state"], "done") & (dates_in(tasks, "done_on") <= due)
    return {
        name: _per_row(tasks["org_id"], which.astype(float), standing, row_of)
        for name, which in (("warnings_due", counted), ("warnings_done", done), ("warnings_void", void))
    }


def _per_row(org_ids: pd.Series, values: Array, standing: Standing, row_of: Array) -> Array:
    """Add up values per organisation row; those of nobody who is known count nowhere."""
    place = rows_in(org_ids, standing.rows["org_id"])
    found = place >= 0
    row = row_of[place[found]] if len(row_of) else place[found]
    return np.bincount(row, weights=np.nan_to_num(values)[found], minlength=len(standing.rows))
