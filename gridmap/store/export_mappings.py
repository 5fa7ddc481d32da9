"""How a branch writes its tables for somebody else's system: kept with the branch, the same the next time."""

import json
from typing import Any

import sqlalchemy as sa

from gridmap.errors import N_, PlanError, say
from gridmap.scope import Scope
from gridmap.store.engine import Store, reading, retrying
from gridmap.store.positions import insert_or, lock_branch
from gridmap.store.tables import MAPPINGS

LONGEST_MAPPING = 40_000


def export_mapping(store: Store, scope: Scope, branch_id: str, kind: str) -> dict[str, Any] | None:
    """Return the mapping last kept for a kind of export (such as `visits`); None where there is none.

    Raises
    ------
    ScopeError
        When the scope may neither export tables here nor record visits.
    """
    scope.require("export_data" if scope.allows("export_data", branch_id) else "record_visits", branch_id)
    query = sa.select(MAPPINGS.c.mapping).where(MAPPINGS.c.table_name == f"crm:{kind}", MAPPINGS.c.source == f"branch:{branch_id}")
    with reading(store) as connection:
        found = connection.execute(query).scalar()
    return None if found is None else dict(json.loads(found))


def keep_export_mapping(store: Store, scope: Scope, branch_id: str, kind: str, mapping: dict[str, Any], *, now_us: int) -> None:
    """Keep a mapping in place of the one there was.

    Raises
    ------
    PlanError
        When it is larger than any mapping.
    ScopeError
        When the scope may not export tables here.
    """
    scope.require("export_data", branch_id)
    text = json.dumps(mapping, ensure_ascii=False, sort_keys=True)
    if len(text) > LONGEST_MAPPING:
        raise PlanError(say(N_("This mapping is too long.")), remedy=say(N_("Take columns or words out.")))

    def write(connection: sa.Connection) -> None:
        start = lock_branch(connection, branch_id, now_us=now_us)
        values = {"mapping": text, "who": scope.name, "recorded_us": start.recorded_us}
        kept = insert_or(connection, MAPPINGS).values(table_name=f"crm:{kind}", source=f"branch:{branch_id}", **values)
        connection.execute(kept.on_conflict_do_update(index_elements=["table_name", "source"], set_=values))

    retrying(store, write)
