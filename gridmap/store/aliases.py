"""Merged organisations: which id reads as which, as known at an instant."""

from collections.abc import Mapping

import pandas as pd
import sqlalchemy as sa

from gridmap.store.tables import DUPLICATES, FOREVER_US


def aliases_known(connection: sa.Connection, branch_id: str, *, known_us: int | None = None) -> pd.Series:
    """Return the kept id of each merged organisation, chains followed to their end.

    Returns
    -------
    Index `org_id` (the merged), values the kept id; empty where nothing is merged.
    """
    steps = merge_steps(connection, branch_id, known_us=known_us)
    merged = sorted(steps)
    return pd.Series([last_step(org_id, steps) for org_id in merged], index=pd.Index(merged, name="org_id", dtype="str"), dtype="str")


def merge_steps(
    connection: sa.Connection, branch_id: str, *, known_us: int | None = None, without: tuple[str, str] | None = None
) -> dict[str, tuple[str, str]]:
    """Return what each merged organisation was merged into, and by whom; a pair may be left out."""
    table = DUPLICATES
    query = sa.select(table.c.org_id_a, table.c.org_id_b, table.c.kept, table.c.who)
    query = query.where(table.c.branch_id == branch_id, table.c.decision == "merge")
    if known_us is None:
        query = query.where(table.c.recorded_to == FOREVER_US)
    else:
        query = query.where(table.c.recorded_from <= known_us, table.c.recorded_to > known_us)
    found = connection.execute(query).all()
    return {(b if kept == a else a): (str(kept), who) for a, b, kept, who in found if (a, b) != without}


def last_step(org_id: str, steps: Mapping[str, tuple[str, str]]) -> str:
    """Follow merges to the organisation that is kept; itself where it is not merged."""
    while org_id in steps:
        org_id = steps[org_id][0]
    return org_id
