"""What one person may see of a branch: the one choke point for names, and for cells of one's own."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from types import MappingProxyType

import pandas as pd
import sqlalchemy as sa

from gridmap.market import Market
from gridmap.scope import Scope
from gridmap.store.engine import Store, reading
from gridmap.store.eras import era_at, eras, follow, grid_name
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
        cells = cells_in_sight(store, scope, market)
        market = _narrowed(market, _within(market.tables, cells), "|".join(["cells", *sorted(cells)]))
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


def _within(tables: Mapping[str, pd.DataFrame], cells: frozenset[str]) -> dict[str, pd.DataFrame]:
    organisations = tables["organisations"]
    seen = organisations.loc[organisations["cell"].isin(cells), "org_id"]
    result = dict(tables)
    for name, frame in tables.items():
        if name == "organisations":
            result[name] = frame[frame["cell"].isin(cells)]
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
