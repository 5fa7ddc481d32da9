"""Who may be given cells and organisations on a day, and what is said of those who may not."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

import pandas as pd

from gridmap.errors import N_, Message, say
from gridmap.market import Market
from gridmap.texts import Name
from gridmap.workload import is_active

Against = Literal["unknown", "foreign", "inactive", "sponsor"]
HOLDING_ROLES = ("account", "community")


def managers_on(market: Market, on: date) -> pd.DataFrame:
    """Return the managers of the branch as they will be on a day.

    Returns
    -------
    Index `manager_id`, sorted: name, name_en, role, active_from, active_to, and `against`: why they may not be given anything that
    day, empty where they may. foreign: of another branch. inactive: not come yet, or gone. sponsor: a leader or chief, who sponsors
    organisations and owns and holds none.
    """
    found = market.at("managers", on).drop_duplicates("manager_id", keep="last")
    branch = found["branch_id"].fillna("").astype(str)
    foreign = branch.ne("") & branch.ne(market.branch.branch_id)
    against = pd.Series("", index=found.index, dtype="str")
    against = against.mask(~found["role"].isin(HOLDING_ROLES), "sponsor")
    against = against.mask(~is_active(found, on), "inactive").mask(foreign, "foreign")
    kept = found[["name", "name_en", "role", "active_from", "active_to"]].assign(against=against)
    return kept.set_axis(pd.Index(found["manager_id"], dtype="str", name="manager_id"), axis=0).sort_index()


def names_of(rows: pd.DataFrame) -> dict[str, Name]:
    """Return what the rows of a table are called, by its index; one without any name is called by its code.

    Parameters
    ----------
    rows
        `name` and, where there is one, `name_en`: managers, towns, parks or organisations.
    """
    local = rows["name"].fillna("").astype(str)
    english = rows["name_en"].fillna("").astype(str) if "name_en" in rows else [""] * len(rows)
    return {str(key): Name(here or str(key), there) for key, here, there in zip(rows.index, local, english, strict=True)}


def objections(managers: pd.DataFrame, takers: Iterable[str], *, on: date) -> Mapping[str, tuple[Against, Message]]:
    """Say who of some managers may not be given anything on a day, and why; those who may are left out.

    Parameters
    ----------
    managers
        As `managers_on` gives them for that day.
    """
    names = names_of(managers)
    told: dict[str, tuple[Against, Message]] = {}
    for taker in sorted(set(takers)):
        if taker not in managers.index:
            told[taker] = ("unknown", say(N_("There is no manager {manager} in this branch."), manager=taker))
            continue
        why = str(managers.loc[taker, "against"])
        if why == "foreign":
            told[taker] = ("foreign", say(N_("{manager} works for another branch."), manager=names[taker]))
        elif why == "inactive":
            told[taker] = ("inactive", say(N_("{manager} does not work here on {day}."), manager=names[taker], day=on))
        elif why == "sponsor":
            told[taker] = ("sponsor", say(N_("{manager} sponsors organisations, and owns and holds none."), manager=names[taker]))
    return told
