"""Whose an organisation is on a day: of the manager who holds it by name, else of its cell's owner."""

from collections.abc import Collection
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from gridmap.market import Market
from gridmap.market.columns import is_one_of, rows_in
from gridmap.plan import Plan
from gridmap.workload import is_active

Array = np.ndarray[Any, Any]
VISITING = ("account", "community")  # roles that go to organisations themselves


def holders_at(market: Market, plan: Plan, as_of: date) -> pd.Series:
    """Return who holds each organisation in force at a day; empty text for nobody.

    Returns
    -------
    Index `org_id`, sorted; text.
    """
    rows = market.at("organisations", as_of).drop_duplicates("org_id", keep="last")
    index = pd.Index(rows["org_id"], dtype="str", name="org_id")
    return pd.Series(holders_of(rows, plan), index=index, dtype="str", name="holder").sort_index()


def holders_of(organisations: pd.DataFrame, plan: Plan) -> Array:
    """Return who holds each organisation: by name, else the owner of its cell; empty for nobody."""
    named, owner = (
        np.append(relation.to_numpy(dtype=object), np.array([""], dtype=object))[rows_in(organisations[column], relation.index)]
        for column, relation in (("org_id", plan.holders_now), ("cell", plan.owners_now))
    )
    holder: Array = np.where(named != "", named, owner)
    return holder


def at_work(market: Market, as_of: date, *, roles: Collection[str] | None = None) -> pd.Index:
    """Return the managers who are active on a day, sorted; of some roles alone where these are given."""
    managers = market.at("managers", as_of)
    wanted = is_active(managers, as_of)
    if roles is not None:
        wanted = wanted & is_one_of(managers["role"], *roles)
    found: pd.Index = pd.Index(managers.loc[wanted, "manager_id"], dtype="str").sort_values()
    return found
