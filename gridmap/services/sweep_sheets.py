"""A sweep as it leaves the tool: its plan with the names, addresses and masked contacts of its doors; the map comes with the paper."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

import pandas as pd

from gridmap.errors import N_, PlanError, say
from gridmap.market import Market
from gridmap.market.columns import is_one_of
from gridmap.reports.itinerary.sheet import SweepSheet
from gridmap.scope import Scope
from gridmap.services.sweeps import open_sweep
from gridmap.store import Store, masked_contacts, open_market
from gridmap.sweeps.planned import SweepPlan
from gridmap.texts import Name

_NO_LINKS: Mapping[str, str] = MappingProxyType({})
_CARRIED = ("name", "name_en", "address", "trade", "opening_hours")


def sheet(
    store: Store,
    scope: Scope,
    branch_id: str,
    sweep_id: int,
    *,
    language: str,
    made_at: datetime,
    managers: Collection[str] = (),
    links: Mapping[str, str] = _NO_LINKS,
) -> SweepSheet:
    """Gather what is written of a sweep.

    Parameters
    ----------
    language
        Of every text.
    made_at
        The instant of writing, with its zone.
    managers
        Whose days; empty: everybody's.
    links
        Address of the phone page by manager.

    Raises
    ------
    PlanError
        When the branch has no such sweep that the scope may see, it has not been planned, or a manager is none of it.
    """
    record, _request, plan = open_sweep(store, scope, branch_id, sweep_id)
    if plan is None:
        raise PlanError(say(N_("Sweep {sweep} has not been planned yet."), sweep=sweep_id), remedy=say(N_("Plan its days first.")))
    strange = sorted(set(managers) - set(record.managers))
    if strange:
        raise PlanError(
            say(N_("{managers} is not in sweep {sweep}."), managers=", ".join(strange), sweep=sweep_id),
            expected=say(N_("One of: {known}."), known=", ".join(record.managers)),
        )
    chosen = replace(plan, days=tuple(day for day in plan.days if not managers or day.manager_id in managers))
    market = open_market(store, scope, branch_id)
    branch = market.branch
    return SweepSheet(
        sweep_id=record.sweep_id,
        version=record.version,
        branch_id=branch_id,
        branch=Name(branch.name, branch.name_en),
        title=record.title,
        time_zone=branch.time_zone,
        plan=chosen,
        organisations=_organisations(store, scope, market, chosen),
        managers=_managers(market),
        language=language,
        made_at=made_at,
        links=MappingProxyType({who: link for who, link in links.items() if not managers or who in managers}),
    )


def _organisations(store: Store, scope: Scope, market: Market, plan: SweepPlan) -> pd.DataFrame:
    doors = sorted({door.org_id for door in plan.doors})
    rows = market.tables["organisations"]
    found = rows[is_one_of(rows["org_id"], *doors)].drop_duplicates("org_id", keep="last").set_index("org_id")
    return found[list(_CARRIED)].assign(contact=_contacts(store, scope, market.branch.branch_id, doors).reindex(found.index).fillna(""))


def _contacts(store: Store, scope: Scope, branch_id: str, doors: list[str]) -> pd.Series:
    """Return each organisation's contacts as one text, numbers masked whoever asks: what is printed gets lost."""
    rows = masked_contacts(store, scope, branch_id, org_ids=doors)
    texts = rows["name"].fillna("").str.cat(rows["phone"].fillna(""), sep=" ").str.strip()
    joined: pd.Series = texts.groupby(rows["org_id"], sort=True).agg(", ".join)
    return joined


def _managers(market: Market) -> Mapping[str, Name]:
    rows = market.tables["managers"].drop_duplicates("manager_id", keep="last")
    english = rows["name_en"].fillna("").astype(str)
    return MappingProxyType(
        {str(who): Name(str(name), en) for who, name, en in zip(rows["manager_id"], rows["name"], english, strict=True)}
    )
