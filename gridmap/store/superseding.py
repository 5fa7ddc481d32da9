"""Superseding rows of facts: what changes is closed in recorded time, and its replacements are inserted beside it."""

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from gridmap.schema import Table
from gridmap.store.bulk import close_rows, insert_rows
from gridmap.store.compare import CHANGED, NEW, Matched
from gridmap.store.frames import hash_rows, to_rows
from gridmap.store.positions import Position
from gridmap.store.tables import BEGINNING_US, FACTS, FOREVER_US


def supersede_rows(connection: sa.Connection, start: Position, table: Table, matched: Matched, *, at_us: int, dated: bool) -> None:
    """Write the new rows of a match, close what it changes and insert what replaces it, the time before `at_us` as it was."""
    made = FACTS[table.name]
    added = np.flatnonzero(matched.state == NEW)
    extended = np.setdiff1d(np.flatnonzero(matched.state == CHANGED), matched.changed)
    fresh = np.concatenate([added, extended])
    begin = np.full(len(fresh), at_us if dated and table.history else BEGINNING_US)
    chosen = pa.array(fresh)
    rows = matched.given if len(fresh) == matched.given.num_rows else matched.given.take(chosen)
    _insert(connection, made, rows, matched.hashes[fresh], start, begin, matched.until[fresh])
    if len(matched.changed) == 0:
        return
    names = [name for name in matched.before.column_names if name not in ("row_id", "valid_from", "valid_to")]
    old_begin, old_end = (matched.before.column(name).to_numpy() for name in ("valid_from", "valid_to"))
    close_rows(connection, made, matched.before.column("row_id").to_numpy(), recorded_us=start.recorded_us)
    if table.history:
        kept = matched.before.filter(pa.array(old_begin < at_us)).select(names)
        begin_kept = old_begin[old_begin < at_us]
        _insert(connection, made, kept, hash_rows(kept, table), start, begin_kept, np.full(len(begin_kept), at_us))
    after = matched.after.select(names)
    begin_after = np.full(len(old_begin), at_us) if table.history else old_begin
    _insert(connection, made, after, hash_rows(after, table), start, begin_after, old_end)


def append_rows(connection: sa.Connection, start: Position, table: Table, accepted: pd.DataFrame) -> None:
    """Insert rows of a table without history whose keys are new, as the caller has made sure; nothing stored is looked at."""
    rows = to_rows(accepted, table)
    count = rows.num_rows
    _insert(connection, FACTS[table.name], rows, hash_rows(rows, table), start, np.full(count, BEGINNING_US), np.full(count, FOREVER_US))


def _insert(
    connection: sa.Connection,
    made: sa.Table,
    rows: pa.Table,
    hashes: np.ndarray,
    start: Position,
    begin: np.ndarray,
    end: np.ndarray,
) -> None:
    count = rows.num_rows
    kept = [name for name in rows.column_names if rows.column(name).null_count < count]
    rows = rows.select(kept).append_column("row_hash", pa.array(hashes, pa.int64()))
    for name, values in (
        ("valid_from", begin),
        ("valid_to", end),
        ("recorded_from", np.full(count, start.recorded_us)),
        ("recorded_to", np.full(count, FOREVER_US)),
        ("import_id", np.full(count, start.import_id)),
    ):
        rows = rows.append_column(name, pa.array(values, pa.int64()))
    insert_rows(connection, made, rows)
