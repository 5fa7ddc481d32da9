"""What one person may see of a branch: the one choke point for names, for cells of one's own, and for doors that are theirs by name."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from types import MappingProxyType

import pandas as pd
import sqlalchemy as sa

from gridmap.market import Market
from gridmap.scope import Scope
from gridmap.store.aliases import aliases_known
from gridmap.store.engine import Store, reading
from gridmap.store.eras import era_at, eras, follow, grid_name
from gridmap.store.fieldwork import DOOR_LOCKS, SWEEPS
from gridmap.store.positions import local_day, zone_of
from gridmap.store.tables import FOREVER_US, LEDGER

# What names an organisation or its people; an executive sees figures, not names.
NAMING = MappingProxyType(
    {
        "organisations": ("name", "name_en", "credit_code", "address", "street", "building", "floor", "room"),
        "visits": ("note",),
        "tasks": ("outcome",),
        "campaigns": ("aim", "difficulties", "note"),
    }
)


def market_in_sight(store: Store, scope: Scope, market: Market) -> Market:
    """Return the part of a Market that a scope may see; the fingerprint tells the parts apart.

    Raises
    ------
    ScopeError
        When the branch lies outside the scope.
    """
    branch_id = market.branch.branch_id
    scope.require("see_map", branch_id)
    if not scope.allows("see_organisations", branch_id):
        tables = {name: _nameless(name, frame) for name, frame in market.tables.items()}
        market = _narrowed(market, tables, "nameless")
    if scope.own_cells_only:
        cells, named = cells_in_sight(store, scope, market), named_organisations(store, scope, branch_id)
        part = "|".join(["cells", *sorted(cells), *(["named", *sorted(named)] if named else [])])
        market = _narrowed(market, _within(market.tables, cells, named), part)
    return market


def owned_cells(store: Store, scope: Scope, branch_id: str) -> frozenset[str]:
    """Return the cells that the manager behind a scope owns now; none for who is no manager."""
    scope.require("see_map", branch_id)
    now_us = store.clock()
    query = sa.select(LEDGER.c.subject).where(
        LEDGER.c.branch_id == branch_id,
        LEDGER.c.layer == "cell",
        LEDGER.c.owner == scope.manager_id,
        LEDGER.c.recorded_to == FOREVER_US,
        LEDGER.c.valid_from <= now_us,
        LEDGER.c.valid_to > now_us,
    )
    with reading(store) as connection:
        return frozenset(connection.execute(query).scalars()) if scope.manager_id else frozenset()


def named_organisations(store: Store, scope: Scope, branch_id: str) -> frozenset[str]:
    """Return the organisations that are a manager's by name now, wherever they lie: those held, and the doors of published sweeps.

    Of merged ones the kept one; none for who is no manager.
    """
    scope.require("see_map", branch_id)
    with reading(store) as connection:
        return named_for(connection, branch_id, scope.manager_id, store.clock()) if scope.manager_id else frozenset()


def named_for(connection: sa.Connection, branch_id: str, manager_id: str, now_us: int) -> frozenset[str]:
    """Read what a manager holds by name at an instant, and the doors that are locked to them, inside a transaction."""
    line, lock = LEDGER.c, DOOR_LOCKS.c
    held = sa.select(line.subject).where(
        line.branch_id == branch_id,
        line.layer == "holder",
        line.owner == manager_id,
        line.recorded_to == FOREVER_US,
        line.valid_from <= now_us,
        line.valid_to > now_us,
    )
    locked = (
        sa.select(lock.org_id)
        .join(SWEEPS, SWEEPS.c.sweep_id == lock.sweep_id)
        .where(lock.branch_id == branch_id, lock.manager_id == manager_id, lock.released_us.is_(None))
        .where(SWEEPS.c.last_on >= local_day(now_us, zone_of(connection, branch_id)))
    )
    found = {org_id for query in (held, locked) for org_id in connection.execute(query).scalars()}
    kept = aliases_known(connection, branch_id)
    return frozenset(str(kept.get(org_id, org_id)) for org_id in found)


def cells_in_sight(store: Store, scope: Scope, market: Market) -> frozenset[str]:
    """Return the cells of a Market that the manager behind a scope owns now.

    Of the grid of another time: the cells whose organisations all lie in cells of theirs.
    """
    branch = market.branch
    owned = owned_cells(store, scope, branch.branch_id)
    with reading(store) as connection:
        known = eras(connection, branch.branch_id)
        now = era_at(known, store.clock())
        grid = grid_name(branch.grid_kind, branch.grid_resolution)
        then = next((era for era in reversed(known) if era.grid == grid), now)
        return owned if now.grid in (None, grid) else follow(connection, known, owned, start=now, end=then)


def keep_in_sight(name: str, frame: pd.DataFrame, market: Market) -> pd.DataFrame:
    """Keep the rows of a table about organisations that a Market, narrowed to somebody's sight, still holds."""
    seen = frame["org_id"].isin(market.tables["organisations"]["org_id"])
    if name == "wins":
        seen |= frame["win_id"].isin(market.tables["wins"]["win_id"])
    return frame[seen]


def _within(tables: Mapping[str, pd.DataFrame], cells: frozenset[str], named: frozenset[str]) -> dict[str, pd.DataFrame]:
    organisations = tables["organisations"]
    kept = organisations["cell"].isin(cells) | organisations["org_id"].isin(named)
    seen = organisations.loc[kept, "org_id"]
    result = dict(tables)
    for name, frame in tables.items():
        if name == "organisations":
            result[name] = frame[kept]
        elif name == "wins":
            result[name] = frame[frame["cell"].isin(cells) | frame["org_id"].isin(seen)]
        elif "org_id" in frame:
            result[name] = frame[frame["org_id"].isin(seen)]
    return result


def _nameless(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    hidden = [column for column in NAMING.get(name, ()) if column in frame]
    return frame.assign(**{column: pd.Series(pd.NA, index=frame.index, dtype="str") for column in hidden}) if hidden else frame


def _narrowed(market: Market, tables: Mapping[str, pd.DataFrame], part: str) -> Market:
    mark = sha256(f"{market.fingerprint}|{part}".encode()).hexdigest()[:20]
    return replace(market, tables=MappingProxyType(dict(tables)), fingerprint=mark)
