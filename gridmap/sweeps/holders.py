"""Whose an organisation is on a day: of the manager who holds it by name, else of its cell's owner."""

from collections.abc import Collection
from datetime import date

import numpy as np
import pandas as pd

from gridmap.market import Market
from gridmap.market.columns import is_one_of
from gridmap.plan import Plan
from gridmap.workload import is_active


VISITING = ("account", "community")  # roles that go to organisations themselves


def holders_at(market: Market, plan: Plan, as_of: date) -> pd.Series:
    """Return who holds each organisation in force at a day; empty text for nobody.

    Returns
    -------
    Index `org_id`, sorted; text.
    """
    rows = market.at("organisations", as_of).drop_duplicates("org_id", keep="last")
    named = plan.holders_now.reindex(rows["org_id"]).to_numpy(dtype=object)
    owner = plan.owners_now.reindex(rows["cell"].astype("str")).to_numpy(dtype=object)
    texts = np.where(pd.isna(named), np.where(pd.isna(owner), "", owner), named)
    index = pd.Index(rows["org_id"], dtype="str", name="org_id")
    return pd.Series(texts, index=index, dtype="str", name="holder").sort_index()


def at_work(market: Market, as_of: date, *, roles: Collection[str] | None = None) -> pd.Index:
    """Return the managers who are active on a day, sorted; of some roles alone where these are given."""
    managers = market.at("managers", as_of)
    wanted = is_active(managers, as_of)
    if roles is not None:
        wanted = wanted & is_one_of(managers["role"], *roles)
    found: pd.Index = pd.Index(managers.loc[wanted, "manager_id"], dtype="str").sort_values()
    return found
