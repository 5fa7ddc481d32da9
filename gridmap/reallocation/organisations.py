"""Who holds each organisation before a plan and after it: what a handover, moved targets and a resignation count with."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from gridmap.facts.stock import APPRAISED, standing_of
from gridmap.market import Market
from gridmap.market.columns import is_one_of, rows_in
from gridmap.plan import UNASSIGNED, Plan
from gridmap.settings import Rules
from gridmap.workload import hours_asked

Array = np.ndarray[Any, Any]
# What of an organisation's row is carried along as it is.
CARRIED = (
    "name",
    "name_en",
    "cell",
    "town",
    "address",
    "our_lines",
    "contract_end",
    "prepaid_until",
    "unified_payment",
    "agreement",
    "relationship",
)


def held_organisations(market: Market, plan: Plan, *, as_of: date, rules: Rules) -> pd.DataFrame:
    """Say who holds each live organisation before the plan's moves and after them, each organisation once.

    By name where somebody holds it by name, else by the owner of its cell: a move of a cell changes the holder of those in it
    that nobody holds by name, a move of a named holder that of one organisation. One whose named holder is released falls to the
    owner of its cell.

    Returns
    -------
    Index `org_id`. `CARRIED` as in the market; tier (U: unknown), stage, filed (an account), counted (a filed A, B or C
    organisation, as capacity counts them), complete (its file), hours_asked (a month); before and after, the holder's manager_id,
    `UNASSIGNED` where its cell has no owner, empty where it has no place either; named_before, named_after, by name or not.
    """
    standing = standing_of(market, as_of=as_of, window_days=rules.window_days, rules=rules)
    rows, filed = standing.rows, is_one_of(standing.stage, "account")
    columns: dict[str, Any] = {name: rows[name] for name in CARRIED} | {
        "tier": pd.Series(standing.tier, index=rows.index, dtype="str"),
        "stage": standing.stage,
        "filed": filed,
        "counted": filed & np.isin(standing.tier, APPRAISED),
        "complete": standing.complete,
        "hours_asked": hours_asked(standing.tiers, rules).to_numpy(),
    }
    for when, owners, holders in (
        ("before", plan.owners, plan.holders),
        ("after", plan.owners_now, plan.holders_now),
    ):
        by_name = _looked_up(rows["org_id"], holders, missing="")
        of_cell = np.where(rows["cell"].isna(), "", _looked_up(rows["cell"], owners, missing=UNASSIGNED))
        columns[when] = pd.Series(np.where(by_name != "", by_name, of_cell), index=rows.index, dtype="str")
        columns[f"named_{when}"] = by_name != ""
    table = pd.DataFrame(columns).set_axis(pd.Index(rows["org_id"], dtype="str", name="org_id"), axis=0)
    return table[standing.live]


def _looked_up(keys: pd.Series, relation: pd.Series, *, missing: str) -> Array:
    place = rows_in(keys, relation.index)
    found: Array = np.append(relation.to_numpy(dtype=object), np.array([missing], dtype=object))[place]
    return found
