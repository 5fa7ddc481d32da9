"""Sweeps as files: what `sweep_sheets` gathers, with the map that each day's paper shows, written in a format."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

import shapely

from gridmap.market import Market
from gridmap.reports.itinerary import Ground, SweepSheet, itinerary_format, map_corners
from gridmap.scope import Scope
from gridmap.services.phone_map import base_of
from gridmap.services.sweep_sheets import sheet
from gridmap.store import Store, open_market
from gridmap.texts import Name

_NO_LINKS: Mapping[str, str] = MappingProxyType({})


def sweep_sheet(
    store: Store,
    scope: Scope,
    branch_id: str,
    sweep_id: int,
    *,
    language: str,
    now_us: int,
    managers: Collection[str] | None = None,
    links: Mapping[str, str] = _NO_LINKS,
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
        When there is no such sweep for the scope, it has not been planned, or a manager is none of it.
    ScopeError
        When the scope may not plan sweeps here.
    """
    made_at = datetime.fromtimestamp(now_us // 1_000_000, tz=UTC)
    made = sheet(store, scope, branch_id, sweep_id, language=language, made_at=made_at, managers=managers or (), links=links)
    market = open_market(store, scope, branch_id)
    # As far as the paper reaches, which is farther than the stops do.
    corners = [corner for day in made.days for corner in map_corners(day)]
    return replace(made, ground=Ground(**base_of(market, corners), towns=_towns(market, language)))


def export_sweep(made: SweepSheet, key: str) -> tuple[str, bytes]:
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
    first = f"-{made.days[0].day.isoformat()}" if made.days else ""
    return f"sweep-{made.sweep_id}{first}{chosen.suffix}", chosen.write(made)


def _towns(market: Market, language: str) -> tuple[tuple[str, shapely.Geometry], ...]:
    towns = market.towns
    names = towns[["name", "name_en"]].astype("object").where(towns[["name", "name_en"]].notna(), "")
    called = [Name(str(name), str(english)).said(language) for name, english in names.itertuples(index=False)]
    return tuple(zip(called, towns.geometry, strict=True))
