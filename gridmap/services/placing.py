"""Giving organisations a place: proposed from their addresses or pointed at on the map, all or nothing, and taken back."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import numpy as np
import pandas as pd

from gridmap.errors import N_, Clash, Conflict, PlanError, say
from gridmap.grid import place_on_cells
from gridmap.market import Market, day_end_us
from gridmap.market.columns import numbers_in
from gridmap.scope import Scope
from gridmap.store import Store, read_table, write_rows

BY_ADDRESS, BY_HAND = "address", "map"


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
    stored = _stored(store, scope, market, chosen["org_id"], as_of)
    _refuse(stored.index[stored["lat"].notna() & stored["lon"].notna()].append(pd.Index(chosen["org_id"]).difference(stored.index)))
    before = stored.reindex(chosen["org_id"])[["source", "precision"]]
    rows = chosen[["org_id", "lat", "lon", "precision"]].reset_index(drop=True).assign(source=source)
    _write(store, scope, market, rows, as_of=as_of, now_us=now_us, name="places")
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
    stored = _stored(store, scope, market, placed.rows["org_id"], placed.as_of).reindex(placed.rows["org_id"])
    same = np.isclose(numbers_in(stored, "lat"), placed.rows["lat"]) & np.isclose(numbers_in(stored, "lon"), placed.rows["lon"])
    _refuse(stored.index[~same])
    rows = placed.rows.assign(lat=np.nan, lon=np.nan)
    _write(store, scope, market, rows, as_of=placed.as_of, now_us=now_us, name="places taken back")


def _stored(store: Store, scope: Scope, market: Market, org_ids: pd.Series, as_of: date) -> pd.DataFrame:
    branch = market.branch
    at = day_end_us(as_of, branch.time_zone) - 1
    rows = read_table(store, scope, branch.branch_id, "organisations", valid_us=at, columns=["lat", "lon", "source", "precision"])
    return rows[rows["org_id"].isin(org_ids)].set_index("org_id")


def _refuse(changed: pd.Index) -> None:
    if len(changed):
        raise Conflict(
            say(N_("Somebody else changed these organisations in the meantime.")),
            clashes=tuple(Clash(str(each), "", 0) for each in changed),
            remedy=say(N_("Nothing was changed. Look at the list again.")),
        )


def _write(store: Store, scope: Scope, market: Market, rows: pd.DataFrame, *, as_of: date, now_us: int, name: str) -> None:
    content = rows.to_csv(index=False).encode() + str(now_us).encode()  # the same place given again after it was taken back is a new change
    write_rows(
        store,
        scope,
        market.branch.branch_id,
        "organisations",
        rows,
        as_of=as_of,
        now_us=now_us,
        file_name=name,
        file_sha256=sha256(content).hexdigest(),
        mapping={},
        source="",
    )
