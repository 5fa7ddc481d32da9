"""Fetching stored facts, in force at an instant or in their whole history; nobody's scope is asked here."""

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from gridmap.schema import Table
from gridmap.store.bulk import read_rows
from gridmap.store.frames import arrow_type, to_frame
from gridmap.store.tables import FACTS, FOREVER_US, stored_columns


def read_facts(
    connection: sa.Connection,
    table: Table,
    branch_id: str,
    *,
    valid_us: int | None = None,
    known_us: int | None = None,
    names: frozenset[str] | None = None,
) -> pd.DataFrame:
    """Read stored columns of a table (all, or those named) as a frame, unsorted, with `valid_from_us` and `valid_to_us`."""
    made = FACTS[table.name]
    conditions = [made.c.branch_id == branch_id]
    if known_us is None:
        conditions.append(made.c.recorded_to == FOREVER_US)
    else:
        conditions += [made.c.recorded_from <= known_us, made.c.recorded_to > known_us]
    if valid_us is not None:
        conditions += [made.c.valid_from <= valid_us, made.c.valid_to > valid_us]
    rows = read_filled(connection, table, sa.and_(*conditions), names=names)
    frame = to_frame(rows, table)
    return frame.rename(columns={"valid_from": "valid_from_us", "valid_to": "valid_to_us"})


def read_newest(connection: sa.Connection, table: Table, branch_id: str, count: int, *, known_us: int | None = None) -> pd.DataFrame:
    """Read the rows of a branch that were inserted last, in that order, as `read_facts` gives them: `count`, or as many as there are.

    The branch's lock lets its rows be inserted one transaction after the other, so their numbers are in the order of time.
    """
    line = FACTS[table.name].c
    known = line.branch_id == branch_id if known_us is None else sa.and_(line.branch_id == branch_id, line.recorded_from <= known_us)
    newest = connection.execute(sa.select(line.row_id).where(known).order_by(line.row_id.desc()).limit(count)).scalars().all()
    rows = read_filled(connection, table, sa.and_(known, line.row_id >= min(newest, default=0)), with_ids=True).sort_by("row_id")
    frame = to_frame(rows.drop_columns("row_id"), table)
    return frame.rename(columns={"valid_from": "valid_from_us", "valid_to": "valid_to_us"})


def read_filled(
    connection: sa.Connection,
    table: Table,
    condition: sa.ColumnElement[bool],
    *,
    with_ids: bool = False,
    names: frozenset[str] | None = None,
) -> pa.Table:
    """Read stored columns; those that are empty in every row are not fetched but made here, for most files fill a few."""
    made = FACTS[table.name]
    columns = [column for column in stored_columns(table) if names is None or column.name in names]
    filled = connection.execute(sa.select(*(sa.func.count(made.c[column.name]) for column in columns)).where(condition)).one()
    fetched = [column for column, count in zip(columns, filled, strict=True) if count]
    extra = (*(("row_id",) if with_ids else ()), "valid_from", "valid_to")
    query = sa.select(*(made.c[column.name] for column in fetched), *(made.c[name] for name in extra)).where(condition)
    rows = read_rows(connection, query, [*(arrow_type(column.kind) for column in fetched), *(pa.int64() for _ in extra)])
    arrays = [
        rows.column(column.name) if column in fetched else pa.chunked_array([pa.nulls(rows.num_rows, arrow_type(column.kind))])
        for column in columns
    ]
    return pa.table([*arrays, *(rows.column(name) for name in extra)], names=[*(column.name for column in columns), *extra])
