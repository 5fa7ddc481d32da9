"""Which organisations somebody may act on: asked before anything is written about them, the Market opened only where it must be."""

from collections.abc import Collection

import sqlalchemy as sa

from gridmap.errors import N_, ScopeError, say
from gridmap.scope import Scope
from gridmap.store.aliases import aliases_known
from gridmap.store.capture_forms import PROSPECT
from gridmap.store.engine import Store, reading
from gridmap.store.fieldwork import CAPTURES
from gridmap.store.positions import day_start_us, local_day, zone_of
from gridmap.store.sight import named_for
from gridmap.store.snapshots import open_market
from gridmap.store.tables import FACTS, only_current

_CHUNK = 500


def organisations_seen(store: Store, scope: Scope, branch_id: str, org_ids: Collection[str], *, now_us: int) -> frozenset[str]:
    """Return which of these organisations there are and a scope sees by name; merged ones count as those they were merged into.

    Raises
    ------
    ScopeError
        When the scope sees no organisation by name here.
    """
    scope.require("see_organisations", branch_id)
    wanted = sorted(set(org_ids))
    with reading(store) as connection:
        there = organisations_known(connection, branch_id, wanted, now_us=now_us)
        if not scope.own_cells_only or not there:
            return there
        aliases = aliases_known(connection, branch_id)
        named = named_for(connection, branch_id, scope.manager_id, now_us) | _found(connection, scope, branch_id, there)
    kept = {org_id: str(aliases.get(org_id, org_id)) for org_id in there}
    if set(kept.values()) <= named:  # what they are sent to is theirs by name: the common case
        return there
    seen = named | frozenset(open_market(store, scope, branch_id).tables["organisations"]["org_id"])
    return frozenset(org_id for org_id, to in kept.items() if to in seen)


def _found(connection: sa.Connection, scope: Scope, branch_id: str, org_ids: Collection[str]) -> frozenset[str]:
    """Return the prospects among these that the manager found at the door, in whosever cell they lie."""
    line, ids = CAPTURES.c, {org_id.removeprefix(PROSPECT): org_id for org_id in org_ids if org_id.startswith(PROSPECT)}
    query = sa.select(line.capture_id).where(line.branch_id == branch_id, line.capture_id.in_(sorted(ids)), line.kind == "prospect")
    return frozenset(ids[found] for found in connection.execute(query.where(line.manager_id == scope.manager_id)).scalars())


def organisations_known(connection: sa.Connection, branch_id: str, org_ids: Collection[str], *, now_us: int) -> frozenset[str]:
    """Return which of these organisations a branch has today, whoever asks."""
    table, wanted = FACTS["organisations"], sorted(set(org_ids))
    found: set[str] = set()
    zone = zone_of(connection, branch_id)
    in_force = (only_current(table), table.c.valid_from <= day_start_us(local_day(now_us, zone), zone))
    for start in range(0, len(wanted), _CHUNK):
        part = table.c.org_id.in_(wanted[start : start + _CHUNK])
        query = sa.select(table.c.org_id).where(table.c.branch_id == branch_id, part, *in_force)
        found.update(connection.execute(query).scalars())
    return frozenset(found)


def require_doors_seen(store: Store, scope: Scope, branch_id: str, org_ids: Collection[str], *, now_us: int) -> None:
    """Refuse doors outside the sight of who sees their own cells only: a lock would open them to be seen."""
    scope.require("plan_sweeps", branch_id)
    if not scope.own_cells_only:
        return
    unseen = sorted(set(org_ids) - organisations_seen(store, scope, branch_id, org_ids, now_us=now_us))
    if unseen:
        raise ScopeError(
            say(N_("{count} of these organisations are not in your cells."), count=len(unseen)),
            where=branch_id,
            remedy=say(N_("Plan the sweep again with organisations of your own.")),
        )
