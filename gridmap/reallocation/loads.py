"""Loads: who has what, who has too much, and what has nobody."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from gridmap.contiguity import territory_shapes
from gridmap.facts import UNASSIGNED, Facts, roll_up
from gridmap.facts.facts import CREDITED, LATEST, PLACE
from gridmap.market import Market
from gridmap.plan import Plan
from gridmap.settings import Rules
from gridmap.workload import is_active

FILED = ("filed_A", "filed_B", "filed_C")
# What is measured of organisations, so unknown where these may not be seen; who owns how many cells has no secrets.
MEASURED = ("accounts", "prospects", "organisations", "visits_owed", "hours_asked", "revenue", "white_space")


def manager_loads(market: Market, plan: Plan, facts: Facts, *, rules: Rules, seen: frozenset[str] | None = None) -> pd.DataFrame:
    """Say for each manager what they have against what they can have, what nobody has first.

    Parameters
    ----------
    market, plan, facts
        What is, who owns it, and what was measured, all of one day; measured of who holds what by name now.
    rules
        `capacity_accounts` stands in where a manager's own capacity is not stated.
    seen
        Cells the person may see; all where None. What lies in other cells is unknown and not nothing, so the loads of everybody who
        has such cells, or none, are NaN.

    Returns
    -------
    One row per manager who owns or holds anything or could (index `manager_id`), "-" (unassigned) always first, then the fullest.
    Columns: name, name_en, role (missing for unassigned), active, cells, area_km2, accounts (filed A, B and C organisations held),
    capacity, prospects, organisations, visits_owed, hours_asked, hours_had (a month; NaN unknown), revenue and white_space (money a
    month), pieces and compactness of the cells (see `territory_shapes`), fill (the larger of accounts over capacity and hours asked
    over had), over (fill above 1, or gone while still holding something; never the unassigned row).
    """
    asked = (*FILED, *MEASURED[1:], *CREDITED)
    narrow = replace(facts, atoms=facts.atoms[[*PLACE, *asked, LATEST]], measures=asked)  # of sixty measures these few
    held = roll_up(narrow, "holder", market=market, plan=plan)
    shapes = territory_shapes(market.grid, plan.owners_now)
    everybody = held.index.union(shapes.index).union([UNASSIGNED]).drop("", errors="ignore")
    held = held.reindex(everybody)
    managers = market.at("managers", facts.as_of).set_index("manager_id").reindex(everybody)
    figures: dict[str, Any] = {name: held[name].fillna(0.0) for name in MEASURED[1:]}
    loads = pd.DataFrame(
        {
            "name": managers["name"],
            "name_en": managers["name_en"],
            "role": managers["role"],
            "active": is_active(managers.reset_index(), facts.as_of) & managers["role"].notna().to_numpy(),
            "cells": shapes["cells"].reindex(everybody).fillna(0).astype("int64"),
            "area_km2": held["area_km2"].fillna(0.0),
            "accounts": held[list(FILED)].sum(axis=1),
            "capacity": capacities(managers, rules),
            **figures,
            "hours_had": held["hours_had"],
            "pieces": shapes["pieces"].reindex(everybody).fillna(0).astype("int64"),
            "compactness": shapes["compactness"].reindex(everybody),
        },
        index=everybody,
    )
    if seen is not None:
        loads.loc[~loads.index.isin(_wholly_seen(market, plan, seen)), list(MEASURED)] = np.nan
    loads["fill"] = fill_of(loads)
    gone = loads["hours_asked"].gt(0) & ~loads["active"] & (loads.index != UNASSIGNED)
    loads["over"] = loads["fill"].gt(1) | gone
    order = np.lexsort((loads.index.to_numpy(dtype=object).astype(str), -loads["fill"].fillna(-1).to_numpy(), loads.index != UNASSIGNED))
    return loads.iloc[order].rename_axis("manager_id")


def capacities(managers: pd.DataFrame, rules: Rules) -> pd.Series:
    """Return how many filed A, B and C organisations each account manager can look after; NaN for other roles, who have hours alone.

    Their own figure where it is stated, else `rules.capacity_accounts` for a full post.
    """
    stated = managers["capacity_accounts"].notna()
    posts = managers["fte"].fillna(1.0).where(~stated, 1.0)
    full = managers["capacity_accounts"].astype("Float64").where(stated, rules.capacity_accounts).astype("float64") * posts
    return full.where(managers["role"].eq("account").fillna(value=False).to_numpy(dtype=bool))


def fill_of(loads: pd.DataFrame) -> pd.Series:
    """Return how full each manager is: the larger of accounts over capacity and hours asked over hours had; NaN where neither is known."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = pd.concat([loads["accounts"] / loads["capacity"], loads["hours_asked"] / loads["hours_had"]], axis=1)
    return share.replace([np.inf], np.nan).max(axis=1)


def _wholly_seen(market: Market, plan: Plan, seen: frozenset[str]) -> set[str]:
    theirs = plan.owners_now.reindex(market.grid.cells).fillna(UNASSIGNED)
    known = theirs.index.isin(seen)
    return set(theirs[known]) - set(theirs[~known])


def cells_of(market: Market, plan: Plan, facts: Facts, manager_id: str, *, seen: frozenset[str] | None = None) -> pd.DataFrame:
    """List the cells a manager owns, those with the most organisations first; the cells of nobody for "-".

    Figures of cells that are not `seen` (None: all are) are NaN.

    Returns
    -------
    Index `cell`: organisations, prospects, accounts (filed A, B and C organisations in the cell, whoever holds them), visits_owed.
    """
    owners = plan.owners_now.reindex(market.grid.cells).fillna(UNASSIGNED)
    own = owners.index[owners.eq(manager_id).to_numpy(dtype=bool)]
    found = roll_up(facts, "cell", market=market).reindex(own)
    listed = pd.DataFrame(
        {
            "organisations": found["organisations"],
            "prospects": found["prospects"],
            "accounts": found[list(FILED)].sum(axis=1),
            "visits_owed": found["visits_owed"],
        },
        index=own,
    ).rename_axis("cell")
    if seen is not None:
        listed.loc[~listed.index.isin(seen)] = np.nan
    return listed.reset_index().sort_values(["organisations", "cell"], ascending=[False, True]).set_index("cell")
