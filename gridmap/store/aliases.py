"""Merged organisations: which id reads as which, as known at an instant."""

import pandas as pd
import sqlalchemy as sa

from gridmap.store.tables import DUPLICATES, FOREVER_US


def aliases_known(connection: sa.Connection, branch_id: str, *, known_us: int | None = None) -> pd.Series:
    """Return the kept id of each merged organisation, chains followed to their end.

    Returns
    -------
    Index `org_id` (the merged), values the kept id; empty where nothing is merged.
    """
    table = DUPLICATES
    query = sa.select(table.c.org_id_a, table.c.org_id_b, table.c.kept).where(table.c.branch_id == branch_id, table.c.decision == "merge")
    if known_us is None:
        query = query.where(table.c.recorded_to == FOREVER_US)
    else:
        query = query.where(table.c.recorded_from <= known_us, table.c.recorded_to > known_us)
    step = {(b if kept == a else a): kept for a, b, kept in connection.execute(query)}
    ends = {merged: _end(merged, step) for merged in sorted(step)}
    return pd.Series(list(ends.values()), index=pd.Index(list(ends), name="org_id", dtype="str"), dtype="str")


def _end(merged: str, step: dict[str, str]) -> str:
    kept = step[merged]
    while kept in step:
        kept = step[kept]
    return kept
