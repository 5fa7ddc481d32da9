"""Measures of visits: coverage within the cycle, visits owed, effective visits, state of each organisation."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gridmap.facts.facts import VISIT_STATES
from gridmap.facts.stock import Standing
from gridmap.market import FOREVER_US, Market, local_days
from gridmap.market.columns import NEVER, dates_in, days_of, is_one_of, rows_in
from gridmap.schema.field import EFFECTIVE, FACE_TO_FACE
from gridmap.settings import Rules

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class VisitsSeen:
    """What visits say of each organisation row: last effective day, last one face to face, and what the window holds.

    Days count from 1970, `NEVER` for none. `credits` index: manager who went.
    """

    known: bool
    last: Array
    last_face_to_face: Array
    attempts: Array
    effective: Array
    credits: pd.DataFrame


def read_visits(market: Market, standing: Standing, row_of: Array, keys: pd.Series) -> VisitsSeen:
    """Reduce the visits up to the day to one value per organisation row.

    Parameters
    ----------
    market, standing
        Where the visits are, and the organisations at the day.
    row_of, keys
        For each organisation id in `keys` the row it counts for; a merged one counts for the one it was merged into.
    """
    count = len(standing.rows)
    visits = market.tables["visits"]
    days = days_of(local_days(visits["visited_at"], market.branch.time_zone))
    today = int(np.datetime64(standing.as_of, "D").astype(np.int64))
    past = (days <= today) & (days != NEVER)
    if not past.any():
        nothing = np.zeros(count)
        never = np.full(count, NEVER)
        return VisitsSeen(known=False, last=never, last_face_to_face=never, attempts=nothing, effective=nothing, credits=_no_credits())
    place = rows_in(visits["org_id"], keys)
    row = np.append(row_of, -1)[place]
    effective = is_one_of(visits["outcome"], *EFFECTIVE)
    met = effective & (is_one_of(visits["kind"], *FACE_TO_FACE) | visits["kind"].isna().to_numpy())
    counted = past & (row >= 0)
    start = int(np.datetime64(standing.start, "D").astype(np.int64))
    inside = np.flatnonzero(counted & (days >= start))
    # Earliest first, so that of two visits on one day the first is credited.
    inside = inside[np.argsort(visits["visited_at"].to_numpy(dtype="datetime64[us]")[inside], kind="stable")]
    tried = _one_a_day(inside, row, days)
    reached = _one_a_day(inside[effective[inside]], row, days)
    return VisitsSeen(
        known=True,
        last=_latest(row, days, counted & effective, count),
        last_face_to_face=_latest(row, days, counted & met, count),
        attempts=np.bincount(row[tried], minlength=count),
        effective=np.bincount(row[reached], minlength=count),
        credits=_credits(visits["manager_id"], tried, reached),
    )


def visit_measures(standing: Standing, seen: VisitsSeen, rules: Rules, *, first_known: Array) -> dict[str, Array]:
    """Return the visit measures, one value per organisation row.

    Covered: effectively visited face to face less than one cycle ago; organisations younger than one cycle are left
    out. Owed: min(3, floor(days since the last effective visit, or discovery / cycle)). Due: in the last fifth of the
    cycle. Where the branch has no visits on record, its history is unknown: nobody is covered, owed or never visited.
    """
    today = int(np.datetime64(standing.as_of, "D").astype(np.int64))
    cycles = dict(rules.cycle_days)
    cycle = standing.tiers.map(cycles).fillna(max(cycles.values())).to_numpy(dtype=float)
    found = discovered_on(standing.rows, first_known)
    never = seen.last == NEVER
    since = today - np.where(never, found, seen.last)
    # Nobody knows since when an organisation never visited has been there: nothing can be said to be owed.
    owed = np.where(never & (found == NEVER), 0, np.minimum(rules.debt_cap, since // cycle))
    known = standing.live & seen.known
    old = known & ((found == NEVER) | (today - found >= cycle))
    age = today - seen.last_face_to_face
    covered = old & (seen.last_face_to_face != NEVER) & (age < cycle)
    state = np.select([never, since >= cycle, since >= (1 - rules.due_share) * cycle], [0, 3, 2], default=1)
    states = {f"visit_{name}": known & (state == place) for place, name in enumerate(VISIT_STATES)}
    return {
        "coverage_due": old,
        "covered": covered,
        "history_known": known,
        **states,
        "visits_owed": np.where(known, np.maximum(owed, 0), 0),
        "attempts": seen.attempts,
        "effective_visits": seen.effective,
    }


def discovered_on(rows: pd.DataFrame, first_known: Array) -> Array:
    """Return the day from which visits are owed, days since 1970, `NEVER` where nobody knows.

    The day it opened; else the earliest of first number and file; else the day the store first knew it.
    """
    opened, joined, filed = (dates_in(rows, name).astype(np.int64) for name in ("opened_on", "joined_on", "filed_on"))
    later = np.iinfo(np.int64).max
    ours = np.minimum(np.where(joined == NEVER, later, joined), np.where(filed == NEVER, later, filed))
    return np.select([opened != NEVER, ours != later], [opened, ours], default=first_known)


def first_known_on(market: Market, rows: pd.DataFrame) -> Array:
    """Return the day the store first knew each organisation, days since 1970; `NEVER` where it was always there."""
    table = market.tables["organisations"]
    if "valid_from_us" not in table or not len(table):
        return np.full(len(rows), NEVER)
    first = table["valid_from_us"].to_numpy(dtype=np.int64)
    if len(table) != len(rows):
        first = table.groupby("org_id")["valid_from_us"].min().reindex(rows["org_id"]).to_numpy(dtype=np.int64)
    moments = pd.Series(pd.to_datetime(np.clip(first, 0, FOREVER_US // 4), unit="us", utc=True))
    return np.where(first <= 0, NEVER, days_of(local_days(moments, market.branch.time_zone)))


def _latest(row: Array, days: Array, kept: Array, count: int) -> Array:
    latest = np.full(count, NEVER)
    np.maximum.at(latest, row[kept], days[kept])
    return latest


def _one_a_day(chosen: Array, row: Array, days: Array) -> Array:
    _, first = np.unique(row[chosen] * 100_000 + days[chosen], return_index=True)
    return chosen[first]


def _no_credits() -> pd.DataFrame:
    nothing = pd.Index([], dtype="str", name="manager_id")
    return pd.DataFrame({"attempts": np.zeros(0), "effective_visits": np.zeros(0)}, index=nothing)


def _credits(managers: pd.Series, tried: Array, reached: Array) -> pd.DataFrame:
    who = managers.fillna("")
    counts = {"attempts": who.iloc[tried].value_counts(), "effective_visits": who.iloc[reached].value_counts()}
    table = pd.DataFrame(counts).fillna(0.0).astype(float).sort_index()
    return table.set_axis(pd.Index(table.index, dtype="str", name="manager_id"), axis=0)
