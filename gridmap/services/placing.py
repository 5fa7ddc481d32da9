"""Giving organisations a place: proposed from their addresses or pointed at on the map, all or nothing, and taken back."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from gridmap.errors import N_, PlanError, say
from gridmap.grid import place_on_cells
from gridmap.market import Market
from gridmap.market.columns import numbers_in
from gridmap.scope import Scope
from gridmap.services.corrections import refuse_changed, stored_organisations, write_organisations
from gridmap.store import Store

BY_ADDRESS, BY_HAND = "address", "map"
_KEPT = ("lat", "lon", "source", "precision")


@dataclass(frozen=True, eq=False)
class Placed:
    """What one placing did: org_id, lat, lon, and the source and precision before; and the day from which it holds."""

    rows: pd.DataFrame
    as_of: date


def place(store: Store, scope: Scope, market: Market, chosen: pd.DataFrame, *, source: str, as_of: date, now_us: int) -> Placed:
    """Place organisations that have no place, in one transaction.

    Parameters
    ----------
    chosen
        org_id, lat, lon (WGS-84) and precision.
    source
        `BY_ADDRESS` or `BY_HAND`; kept with the organisation.
    as_of
        First day on which the places hold.

    Raises
    ------
    Conflict
        When one of them has a place by now, or is no longer there.
    PlanError
        When a place lies outside the branch, or nothing was chosen.
    ScopeError
        When the scope may not import data here.
    """
    scope.require("import_data", market.branch.branch_id)
    if chosen.empty:
        raise PlanError(say(N_("No organisation was chosen.")), remedy=say(N_("Choose at least one row.")))
    cells = place_on_cells(market.grid, chosen["lat"].to_numpy(dtype=float), chosen["lon"].to_numpy(dtype=float))
    outside = [str(org) for org, cell in zip(chosen["org_id"], cells, strict=True) if cell is None]
    if outside:
        raise PlanError(
            say(N_("The place lies outside the branch: {organisations}."), organisations=", ".join(outside[:10])),
            remedy=say(N_("Nothing was changed. Point at a place within the branch.")),
        )
    stored = stored_organisations(store, scope, market, chosen["org_id"], as_of, columns=_KEPT)
    refuse_changed(stored.index[stored["lat"].notna() & stored["lon"].notna()].append(pd.Index(chosen["org_id"]).difference(stored.index)))
    before = stored.reindex(chosen["org_id"])[["source", "precision"]]
    rows = chosen[["org_id", "lat", "lon", "precision"]].reset_index(drop=True).assign(source=source)
    write_organisations(store, scope, market, rows, as_of=as_of, now_us=now_us, name="places")
    kept = rows[["org_id", "lat", "lon"]].assign(source=before["source"].to_numpy(), precision=before["precision"].to_numpy())
    return Placed(kept, as_of)


def take_back(store: Store, scope: Scope, market: Market, placed: Placed, *, now_us: int) -> None:
    """Undo a placing by a new change that restores what was there.

    Raises
    ------
    Conflict
        When one of the organisations was moved since; nothing is changed.
    ScopeError
        When the scope may not import data here.
    """
    scope.require("import_data", market.branch.branch_id)
    stored = stored_organisations(store, scope, market, placed.rows["org_id"], placed.as_of, columns=_KEPT).reindex(placed.rows["org_id"])
    same = np.isclose(numbers_in(stored, "lat"), placed.rows["lat"]) & np.isclose(numbers_in(stored, "lon"), placed.rows["lon"])
    refuse_changed(stored.index[~same])
    rows = placed.rows.assign(lat=np.nan, lon=np.nan)
    write_organisations(store, scope, market, rows, as_of=placed.as_of, now_us=now_us, name="places taken back")
