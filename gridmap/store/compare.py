"""Comparing accepted rows with what is in force: new, changed, unchanged, before anything is written."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from gridmap.schema import Table
from gridmap.store.bulk import read_rows
from gridmap.store.facts import read_filled
from gridmap.store.frames import hash_rows, join_keys, to_rows
from gridmap.store.masks import masked
from gridmap.store.tables import FACTS, FOREVER_US, key_columns

NEW, CHANGED, UNCHANGED = 0, 1, 2
_CHUNK = 10_000


@dataclass(frozen=True)
class Matched:
    """Accepted rows beside the stored rows in force at an instant.

    `given` has one row per accepted row, `state` its NEW / CHANGED / UNCHANGED, `until` the instant at which the stored row
    in force, or else the next stored row, bounds it. `before` and `after` are the changed rows only, stored and as they
    shall be, in the order of `changed` (positions in `given`); `differs` says per column which of them differ.
    """

    given: pa.Table
    hashes: np.ndarray
    state: np.ndarray
    until: np.ndarray
    changed: np.ndarray
    before: pa.Table
    after: pa.Table
    differs: dict[str, np.ndarray]


def match_rows(connection: sa.Connection, branch_id: str, table: Table, accepted: pd.DataFrame, *, at_us: int) -> Matched:
    """Match accepted rows by key with the stored rows in force at an instant.

    Raises
    ------
    ValueError
        When two accepted rows have one key: the gate reports these.
    """
    given = to_rows(accepted, table).select([c.name for c in table.columns if c.name in accepted.columns and not c.ledger])
    keys = join_keys(given, key_columns(table))
    if not keys.is_unique:
        raise ValueError(f"{table.name}: two accepted rows have the key {keys[keys.duplicated()][0]!r}")
    hashes = hash_rows(given, table)
    stored = _stored(connection, branch_id, table, given)
    begin, end = (stored.column(name).to_numpy() for name in ("valid_from", "valid_to"))
    in_force = stored.filter(pa.array((begin <= at_us) & (at_us < end)))
    place = _places(in_force, table, keys)
    found = place >= 0
    same = np.zeros(len(keys), dtype=bool)
    same[found] = in_force.column("row_hash").to_numpy()[place[found]] == hashes[found]
    until = np.full(len(keys), FOREVER_US)
    until[found] = in_force.column("valid_to").to_numpy()[place[found]]
    later = stored.filter(pa.array(begin > at_us)).sort_by([("valid_from", "descending")])
    known_later = _mark_later(later, table, keys, found, until)
    suspects = np.flatnonzero(found & ~same)
    before = _full(connection, table, in_force.column("row_id").to_numpy()[place[suspects]])
    before, after, differs = _overlaid(before, given.take(pa.array(suspects)), table)
    really = np.any(list(differs.values()), axis=0) if differs and len(suspects) else np.zeros(len(suspects), dtype=bool)
    state = np.where(found, UNCHANGED, np.where(known_later, CHANGED, NEW)).astype("int8")
    state[suspects[really]] = CHANGED
    chosen = pa.array(really)
    return Matched(
        given,
        hashes,
        state,
        until,
        suspects[really],
        before.filter(chosen),
        after.filter(chosen),
        {n: d[really] for n, d in differs.items()},
    )


def _stored(connection: sa.Connection, branch_id: str, table: Table, given: pa.Table) -> pa.Table:
    made = FACTS[table.name]
    names = key_columns(table)
    condition = made.c.recorded_to == FOREVER_US
    if "branch_id" in names and table.name != "branches":
        condition = sa.and_(made.c.branch_id == branch_id, condition)
    numbers = ("row_id", "row_hash", "valid_from", "valid_to")
    query = sa.select(*(made.c[name] for name in (*names, *numbers))).where(condition)
    return read_rows(connection, query, [*(given.schema.field(name).type for name in names), *(pa.int64() for _ in numbers)])


def _places(stored: pa.Table, table: Table, keys: pd.Index) -> np.ndarray:
    if stored.num_rows == 0:
        return np.full(len(keys), -1)
    return np.asarray(join_keys(stored, key_columns(table)).get_indexer(keys))


def _mark_later(later: pa.Table, table: Table, keys: pd.Index, found: np.ndarray, until: np.ndarray) -> np.ndarray:
    """Bound rows that nothing in force matches by the first stored row of their key, and return which these are."""
    known = np.zeros(len(keys), dtype=bool)
    if later.num_rows == 0:
        return known
    names = join_keys(later, key_columns(table))
    first = pd.Series(later.column("valid_from").to_numpy(), index=names).groupby(level=0).min()
    bound = first.reindex(keys)
    known = np.asarray(bound.notna().to_numpy() & ~found, dtype=bool)
    until[known] = bound.to_numpy()[known].astype("int64")
    return known


def _full(connection: sa.Connection, table: Table, row_ids: np.ndarray) -> pa.Table:
    """Fetch whole rows in the order of their ids given."""
    made = FACTS[table.name]
    parts = [row_ids[start : start + _CHUNK] for start in range(0, len(row_ids), _CHUNK)] or [row_ids]
    chosen = [made.c.row_id.in_(part.tolist()) for part in parts]
    rows = pa.concat_tables([read_filled(connection, table, condition, with_ids=True) for condition in chosen])
    order = pd.Index(rows.column("row_id").to_numpy()).get_indexer(row_ids)
    return rows.take(pa.array(order)).combine_chunks()


def _overlaid(before: pa.Table, given: pa.Table, table: Table) -> tuple[pa.Table, pa.Table, dict[str, np.ndarray]]:
    """Lay given columns over stored rows; columns that are not given keep their stored value."""
    after, differs = before, {}
    for name in given.column_names:
        if name in key_columns(table) or name == "branch_id":
            continue
        old, new = before.column(name), given.column(name)
        if name == "phone":
            new = _unmasked(old, new)
        one_missing = pc.xor(pc.is_null(old), pc.is_null(new))
        differs[name] = np.asarray(pc.or_(one_missing, pc.fill_null(pc.not_equal(old, new), False)).to_numpy(), dtype=bool)
        after = after.set_column(after.column_names.index(name), name, new)
    return before, after, differs


def _unmasked(old: pa.ChunkedArray, new: pa.ChunkedArray) -> pa.ChunkedArray:
    """Take a number that was exported masked for the number it hides."""
    hidden = pa.array(masked(old.to_pandas()), type=pa.large_string(), from_pandas=True)
    return pc.if_else(pc.fill_null(pc.equal(hidden, new), False), old, new)


def difference_frame(matched: Matched, table: Table) -> pd.DataFrame:
    """Return what would change: the key columns, `column`, `old`, `new` as text (missing where empty), one row per value."""
    parts = []
    for name, differs in matched.differs.items():
        chosen = pa.array(differs)
        part = {key: matched.after.column(key).filter(chosen).to_pandas() for key in table.key}
        old, new = (rows.column(name).filter(chosen) for rows in (matched.before, matched.after))
        parts.append(pd.DataFrame({**part, "column": name, "old": _text(old), "new": _text(new)}))
    columns = [*table.key, "column", "old", "new"]
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype="str") for name in columns})
    return pd.concat(parts, ignore_index=True)[columns].astype("str")


def _text(array: pa.ChunkedArray) -> pd.Series:
    return pd.Series(pd.array(array.cast(pa.large_string()), dtype="str"))
