"""The question about doubles: which companies are listed twice, by what evidence, and who decided what."""

from datetime import date

import pandas as pd

from gridmap.market import Market
from gridmap.matching import find_duplicates
from gridmap.scope import Scope
from gridmap.store import Store
from gridmap.store.duplicates import decisions

# What is put side by side for a person to decide on.
COMPARED = (
    "name",
    "name_en",
    "credit_code",
    "stage",
    "tier",
    "trade",
    "address",
    "street",
    "building",
    "floor",
    "room",
    "our_lines",
    "employees",
    "opened_on",
    "filed_on",
    "holder_id",
    "source",
)


def open_duplicates(store: Store, scope: Scope, market: Market, *, as_of: date) -> pd.DataFrame:
    """List pairs of organisations that may be one and that nobody has decided on, the likeliest first.

    Returns
    -------
    What `gridmap.matching.find_duplicates` tells of each pair, without pairs that were merged or kept apart.

    Raises
    ------
    ScopeError
        When the person may not see organisations by name.
    """
    branch_id = market.branch.branch_id
    scope.require("see_organisations", branch_id)
    pairs = find_duplicates(market.at("organisations", as_of))
    decided = decisions(store, scope, branch_id)
    keys = pd.MultiIndex.from_frame(pairs[["org_id_a", "org_id_b"]])
    known = pd.MultiIndex.from_frame(decided[["org_id_a", "org_id_b"]])
    return pairs[~keys.isin(known)].reset_index(drop=True)


def side_by_side(market: Market, org_id_a: str, org_id_b: str, *, as_of: date) -> pd.DataFrame:
    """Put two organisations side by side, with what happened at each.

    Returns
    -------
    Index `column` (`COMPARED`, then `visits` and `wins`, their counts), columns `a`, `b` (missing where empty) and `same`.
    """
    rows = market.at("organisations", as_of).drop_duplicates("org_id").set_index("org_id")
    visits, wins = (market.at(name, as_of)["org_id"].value_counts() for name in ("visits", "wins"))
    sides = {}
    for side, org_id in (("a", org_id_a), ("b", org_id_b)):
        told: dict[str, object] = {name: rows.loc[org_id, name] for name in COMPARED if name in rows}
        sides[side] = {**told, "visits": int(visits.get(org_id, 0)), "wins": int(wins.get(org_id, 0))}
    table = pd.DataFrame(sides, dtype="object").rename_axis("column")
    return table.assign(same=(table["a"] == table["b"]).fillna(value=False) & table["a"].notna() & table["b"].notna())
