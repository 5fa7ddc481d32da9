"""A sweep out of the tool: its plan with the names, masked contacts and the map that its files show."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

import pandas as pd

from gridmap.errors import N_, PlanError, say
from gridmap.market import Market
from gridmap.reports.itinerary import Ground, SweepSheet, itinerary_format
from gridmap.scope import Scope
from gridmap.services.phone_map import base_of
from gridmap.services.sweeps import ground as open_ground
from gridmap.services.sweeps import open_sweep
from gridmap.store import Store
from gridmap.store.numbers import masked_contacts
from gridmap.texts import Name, translator, worded

_CONTACTS_SHOWN = 2


def sweep_sheet(
    store: Store,
    scope: Scope,
    branch_id: str,
    sweep_id: int,
    *,
    language: str,
    now_us: int,
    managers: Collection[str] | None = None,
    links: Mapping[str, str] | None = None,
) -> SweepSheet:
    """Gather what the files of a sweep show.

    Parameters
    ----------
    language
        Of every text.
    now_us
        The instant the files carry.
    managers
        Whose days; None for everybody's.
    links
        Addresses of the phone page by manager, where they have been issued.

    Raises
    ------
    PlanError
        When there is no such sweep for the scope, it has not been planned, or none of the managers has a day in it.
    """
    record, _request, plan = open_sweep(store, scope, branch_id, sweep_id)
    if plan is None:
        raise PlanError(say(N_("Sweep {sweep} has not been planned."), sweep=sweep_id), remedy=say(N_("Plan it first.")))
    days = tuple(day for day in plan.days if managers is None or day.manager_id in managers)
    if managers is not None and not days:
        raise PlanError(
            say(N_("None of these managers has a day in sweep {sweep}."), sweep=sweep_id),
            where=", ".join(sorted(managers)),
            expected=say(N_("One of: {known}."), known=", ".join(record.managers)),
        )
    market, _plan, as_of = open_ground(store, scope, branch_id, day=record.first_on)
    doors = sorted({door.org_id for day in days for door in day.doors})
    rows = market.at("organisations", as_of)
    rows = rows[rows["org_id"].isin(doors)].drop_duplicates("org_id", keep="last").set_index("org_id")
    contacts = _contacts(masked_contacts(store, scope, branch_id, org_ids=doors), language)
    names = ["name", "name_en", "address", "trade", "opening_hours"]
    stops = [(each.stop.lat, each.stop.lon) for day in days for each in day.stops]
    ends = [(place.lat, place.lon) for day in days for place in (day.start, day.end)]
    return SweepSheet(
        sweep_id,
        record.version,
        branch_id,
        Name(market.branch.name, market.branch.name_en),
        record.title,
        market.branch.time_zone,
        replace(plan, days=days),
        rows[names].assign(contact=contacts.reindex(rows.index).fillna("")),
        MappingProxyType(_staff(market)),
        language,
        datetime.fromtimestamp(now_us / 1e6, tz=UTC),
        MappingProxyType(dict(links or {})),
        Ground(**base_of(market, [*stops, *ends] if stops else [])),
    )


def export_sweep(sheet: SweepSheet, key: str) -> tuple[str, bytes]:
    """Write a sweep in a format of `gridmap.reports.itinerary.FORMATS`.

    Returns
    -------
    A name for the file, without anybody's name in it, and its bytes.

    Raises
    ------
    FileError
        When there is no such format.
    """
    chosen = itinerary_format(key)
    days = sheet.days
    first = f"-{days[0].day.isoformat()}" if days else ""
    return f"sweep-{sheet.sweep_id}{first}{chosen.suffix}", chosen.write(sheet)


def _contacts(contacts: pd.DataFrame, language: str) -> pd.Series:
    """Return the role and masked number of the first contacts of each organisation, index org_id."""
    _ = translator(language)
    given = contacts[contacts["phone"].notna()].groupby("org_id", sort=False).head(_CONTACTS_SHOWN)
    words = [
        f"{_(worded(str(role)))} {phone}" if pd.notna(role) else str(phone)
        for role, phone in zip(given["role"], given["phone"], strict=True)
    ]
    return pd.Series(words, index=given["org_id"].astype("str"), dtype="str").groupby(level=0, sort=False).agg(", ".join)


def _staff(market: Market) -> dict[str, Name]:
    rows = market.tables["managers"].drop_duplicates("manager_id", keep="last")
    named = rows[["manager_id", "name", "name_en"]].astype("object").where(rows[["manager_id", "name", "name_en"]].notna(), "")
    return {str(manager): Name(str(name), str(english)) for manager, name, english in named.itertuples(index=False)}
