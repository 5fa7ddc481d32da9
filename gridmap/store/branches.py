"""The branches of a store."""

from typing import Any

import pandas as pd
import sqlalchemy as sa

from gridmap import schema
from gridmap.scope import Scope
from gridmap.store.engine import Store, reading
from gridmap.store.facts import read_filled
from gridmap.store.frames import to_frame
from gridmap.store.tables import FACTS, FOREVER_US
from gridmap.store.writing import write_rows


def branches(store: Store, scope: Scope) -> pd.DataFrame:
    """List the branches within a scope.

    Returns
    -------
    The columns of the schema table `branches` as they are now, `boundary` as WKT, sorted by branch_id.
    """
    scope.require("see_map")
    table, made = schema.table("branches"), FACTS["branches"]
    condition = sa.and_(made.c.recorded_to == FOREVER_US, made.c.valid_to == FOREVER_US)
    if scope.branches is not None:
        condition = sa.and_(condition, made.c.branch_id.in_(sorted(scope.branches)))
    with reading(store) as connection:
        frame = to_frame(read_filled(connection, table, condition), table)
    return frame.sort_values("branch_id", ignore_index=True)[list(table.names)]


def ensure_branch(store: Store, scope: Scope, branch_id: str, *, now_us: int, **values: Any) -> bool:
    """Make a branch where there is none of that code yet.

    Parameters
    ----------
    values
        Columns of the schema table `branches` (name, name_en, grid_kind, grid_resolution, time_zone, boundary as WKT...); the
        name is the code where it is not given.

    Returns
    -------
    Whether it was made; a branch that is there stays as it is.

    Raises
    ------
    ScopeError
        When the scope may not import data into that branch.
    """
    scope.require("import_data", branch_id)
    if branch_id in set(branches(store, scope)["branch_id"]):
        return False
    row = pd.DataFrame([{"name": branch_id, "grid_kind": "h3", "grid_resolution": 8, **values, "branch_id": branch_id}])
    write_rows(store, scope, branch_id, "branches", row, as_of=None, now_us=now_us, file_name="", file_sha256="", mapping={}, source="")
    return True
