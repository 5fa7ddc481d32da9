"""Aggregates over more rows than a branch has: Parquet files in, one row per cell out, in bounded memory."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from gridmap.grid.indexes import index_points, texts_of

ROWS_AT_ONCE = 2_000_000
PARTIAL_ROWS = 4_000_000


def aggregate_points(files: Sequence[Path], *, resolution: int, sums: Sequence[str] = ()) -> pd.DataFrame:
    """Count rows and add up columns per H3 cell over Parquet files.

    Parts add up: the answer of all files is the sum of the answers of each, so they may be shared out over machines.

    Parameters
    ----------
    files
        Parquet files with `lat` and `lon` (WGS-84 degrees) and the columns to add up (numbers or booleans).
    resolution
        H3 resolution of the cells.
    sums
        Columns to add up; a missing value adds nothing.

    Returns
    -------
    One row per cell, index `cell` (text, sorted; "" holds the rows without a usable point), columns `rows` and the sums.
    """
    parts: list[pa.Table] = []
    for batch in _batches(files, sums):
        parts.append(_by_cell(batch, resolution, sums))
        if sum(map(len, parts)) > max(PARTIAL_ROWS, 2 * len(parts[0])):
            parts = [_added(parts, sums)]
    if not parts:
        return pd.DataFrame(columns=["rows", *sums], index=pd.Index([], name="cell", dtype="str"))
    kept = _added(parts, sums).sort_by("cell")
    frame: pd.DataFrame = kept.drop_columns("cell").to_pandas()
    numbers = kept["cell"].to_numpy()
    names = texts_of(numbers)
    names[numbers == 0] = ""
    frame.index = pd.Index(names, name="cell", dtype="str")
    return frame


def _batches(files: Sequence[Path], sums: Sequence[str]) -> Iterator[pa.Table]:
    for file in files:
        with pq.ParquetFile(file) as source:
            waiting: list[pa.RecordBatch] = []
            for batch in source.iter_batches(batch_size=ROWS_AT_ONCE, columns=["lat", "lon", *sums]):
                waiting.append(batch)
                if sum(map(len, waiting)) >= ROWS_AT_ONCE:
                    yield pa.Table.from_batches(waiting)
                    waiting = []
            if waiting:
                yield pa.Table.from_batches(waiting)


def _by_cell(points: pa.Table, resolution: int, sums: Sequence[str]) -> pa.Table:
    columns = {"cell": pa.array(index_points(points["lat"].to_numpy(), points["lon"].to_numpy(), resolution))}
    for name in sums:
        values = points[name]
        columns[name] = values.cast("int64") if pa.types.is_boolean(values.type) else values
    grouped = pa.table(columns).group_by("cell", use_threads=False).aggregate([([], "count_all"), *((name, "sum") for name in sums)])
    return grouped.rename_columns(["cell", "rows", *sums])


def _added(parts: Sequence[pa.Table], sums: Sequence[str]) -> pa.Table:
    if len(parts) == 1:
        return parts[0]
    added = pa.concat_tables(parts).group_by("cell", use_threads=False).aggregate([("rows", "sum"), *((name, "sum") for name in sums)])
    return added.rename_columns(["cell", "rows", *sums])
