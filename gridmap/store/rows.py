"""Reading rows of facts: what is in force at an instant, as known at another, or the whole history."""

from collections.abc import Sequence

import pandas as pd

from gridmap import schema
from gridmap.scope import Scope
from gridmap.store.engine import Store, reading
from gridmap.store.facts import read_facts
from gridmap.store.holding import ledger_columns, ownership_frame
from gridmap.store.masks import mask_numbers
from gridmap.store.rights import require_reading
from gridmap.store.sight import keep_in_sight
from gridmap.store.snapshots import open_market
from gridmap.store.tables import LEDGER_COLUMNS


def read_table(
    store: Store,
    scope: Scope,
    branch_id: str,
    name: str,
    *,
    valid_us: int | None = None,
    known_us: int | None = None,
    columns: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Read a table of one branch.

    Parameters
    ----------
    name
        A table of `gridmap.schema.TABLES`.
    valid_us
        Only rows in force at this instant (microseconds UTC); None for the whole history.
    known_us
        As known at this instant; None for all that is recorded.
    columns
        Only these columns and the key, which is much quicker for a wide table; None for all.

    Returns
    -------
    The columns of the schema in its order, then `valid_from_us` and `valid_to_us` (`FOREVER_US` = still in force), sorted by key.
    Organisations carry `holder_id` and `sponsor_id` from the ledger, at `valid_us` or else the last known; ownership is read
    from it. Numbers of contacts are masked unless the scope may reveal them. Who sees only their own cells gets the
    organisations in the cells they own now, and what belongs to these.

    Raises
    ------
    ScopeError
        When the scope may not read this table of this branch.
    """
    require_reading(scope, name, branch_id)
    table = schema.table(name)
    wanted = frozenset(table.names if columns is None else (*columns, *table.key))
    with reading(store) as connection:
        if name == "ownership":
            frame = ownership_frame(connection, branch_id, valid_us=valid_us, known_us=known_us)
        else:
            needed = wanted | ({"org_id"} if scope.own_cells_only else set())
            frame = read_facts(connection, table, branch_id, valid_us=valid_us, known_us=known_us, names=needed)
        if not wanted.isdisjoint(LEDGER_COLUMNS):
            frame = ledger_columns(connection, branch_id, frame, valid_us=valid_us, known_us=known_us)
    if "phone" in frame:
        frame = mask_numbers(frame, scope, branch_id)
    if scope.own_cells_only and "org_id" in frame:
        frame = keep_in_sight(name, frame, open_market(store, scope, branch_id, known_us=known_us))
    ordered = frame.sort_values([*table.key, "valid_from_us"], kind="stable", ignore_index=True)
    return ordered[[*(each for each in table.names if each in wanted), "valid_from_us", "valid_to_us"]]
