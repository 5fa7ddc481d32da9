"""Facts of every level: atoms added up per cell, parent, territory, holder, town, park or branch."""

from typing import Any

import numpy as np
import pandas as pd

from gridmap.facts.facts import CREDITED, LATEST, Facts
from gridmap.facts.levels import LEVELS, NOT_PLACED, level_of
from gridmap.market import Market
from gridmap.market.columns import NEVER, rows_in
from gridmap.plan import UNASSIGNED, Plan
from gridmap.workload import account_posts, hours_had

Array = np.ndarray[Any, Any]
__all__ = ["LEVELS", "NOT_PLACED", "UNASSIGNED", "roll_up"]


def roll_up(facts: Facts, by: str, *, market: Market, plan: Plan | None = None, resolution: int | None = None) -> pd.DataFrame:
    """Add facts up to one level.

    Parameters
    ----------
    facts
        As measured of `market`.
    by
        One of `LEVELS`. territory: by the owner of the cell, whoever holds the organisations in it. holder: by who
        holds the organisation, by name or as owner of its cell; activity counts for who did it.
    market
        Gives the whole level: every cell, town, park and active manager has a row, zeros where nothing is.
    plan
        Needed for holder and territory.
    resolution
        H3 resolution of parents; not used for a grid of areas, whose parent is the area one level up.

    Returns
    -------
    Index `key`: text, sorted; the rows `UNASSIGNED` and `NOT_PLACED` come last, where there is anything in them.
    Columns: the measures, `last_effective_on` (missing: never), `area_km2`, and for branch, holder and territory
    `account_posts` and `hours_had`. The sums over rows are the same at every level.

    Raises
    ------
    ValueError
        When the level does not exist, or plan or resolution is missing for it.
    CellError
        When the resolution is finer than the grid's.
    """
    level = level_of(facts, by, market=market, plan=plan, resolution=resolution)
    index = _index(level.sizes.index, level.keys, facts.credits.index if by == "holder" else [])
    place = rows_in(level.keys, index)
    sums = {name: np.bincount(place, weights=facts.atoms[name].to_numpy(), minlength=len(index)) for name in facts.measures}
    latest = np.full(len(index), NEVER)
    np.maximum.at(latest, place, facts.atoms[LATEST].to_numpy(dtype="datetime64[D]").astype(np.int64))
    sums[LATEST] = latest.astype("datetime64[D]").astype("datetime64[s]")
    rolled = pd.DataFrame(sums, index=index)
    if by == "holder":
        rolled[list(CREDITED)] = facts.credits.reindex(index).fillna(0.0).to_numpy()
    rolled["area_km2"] = level.sizes.reindex(index).fillna(0.0)
    return _with_managers(rolled, by, facts, market)


def _index(whole: pd.Index, keys: Array, further: Any) -> pd.Index:
    # Most keys belong to the level; only what is left over is sorted in.
    left = keys[rows_in(keys, whole) < 0]
    others = {*np.unique(left), *further} - {*whole[whole.isin(list(further))], UNASSIGNED, NOT_PLACED}
    special = whole.isin([UNASSIGNED, NOT_PLACED])
    last = [key for key in (UNASSIGNED, NOT_PLACED) if key in left or key in whole[special]]
    named = whole[~special]
    ordered = named if not others else pd.Index(sorted({*named, *others}), dtype="str")
    return ordered.append(pd.Index(last, dtype="str")).rename("key")


def _with_managers(rolled: pd.DataFrame, by: str, facts: Facts, market: Market) -> pd.DataFrame:
    if by not in ("branch", "holder", "territory"):
        return rolled
    managers = market.at("managers", facts.as_of)
    added = pd.DataFrame({"account_posts": account_posts(managers, facts.as_of), "hours_had": hours_had(managers, facts.as_of)})
    if by == "branch":
        return rolled.assign(account_posts=added["account_posts"].sum(), hours_had=added["hours_had"].sum(min_count=1))
    found = added.reindex(rolled.index)
    return rolled.assign(account_posts=found["account_posts"].fillna(0.0), hours_had=found["hours_had"].fillna(0.0))
