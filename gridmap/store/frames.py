"""Between frames and rows: one canonical Arrow form per column kind, and the content hash of a row."""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gridmap.schema import Column, Kind, Table
from gridmap.store.tables import LEDGER_COLUMNS, key_columns

_SEPARATOR = "\x1f"
_ARROW: dict[Kind, pa.DataType] = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "lat": pa.float64(),
    "lon": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "time": pa.int64(),
}


def arrow_type(kind: Kind) -> pa.DataType:
    """Return the Arrow type that rows of a kind travel in; instants as microseconds UTC."""
    return _ARROW.get(kind, pa.large_string())


def to_rows(frame: pd.DataFrame, table: Table) -> pa.Table:
    """Turn an accepted frame into canonical rows.

    Parameters
    ----------
    frame
        Columns of the schema table, typed as the gate types them; other columns are ignored.
    table
        Its schema.

    Returns
    -------
    The columns present, in the order of the schema, without the index; missing parts of a key are empty texts.

    Raises
    ------
    ValueError
        When a value cannot be of its column's kind: the gate has not seen this frame.
    """
    keys = key_columns(table)
    columns = [column for column in table.columns if column.name in frame.columns]
    arrays = [_to_array(frame[column.name], column) for column in columns]
    arrays = [pc.fill_null(array, "") if column.name in keys else array for column, array in zip(columns, arrays, strict=True)]
    return pa.table(arrays, names=[column.name for column in columns])


def _to_array(series: pd.Series, column: Column) -> pa.ChunkedArray:
    kind = column.kind
    if kind == "boolean":
        made = pa.array(series.astype("boolean"), from_pandas=True)
    elif kind == "integer":
        made = pa.array(series.astype("Int64"), from_pandas=True)
    elif kind in ("number", "lat", "lon"):
        made = pa.array(series.to_numpy("float64", na_value=np.nan) + 0.0, from_pandas=True)  # + 0.0: one zero, not two
    elif kind == "date":
        made = pa.array(pd.to_datetime(series), from_pandas=True).cast(pa.timestamp("us")).cast(pa.date32(), safe=False)
    elif kind == "time":
        made = pa.array(pd.to_datetime(series, utc=True), from_pandas=True).cast(pa.timestamp("us", "UTC")).cast(pa.int64())
    else:
        made = pa.array(series.astype("str"), type=pa.large_string(), from_pandas=True)
        made = pc.if_else(pc.equal(made, ""), pa.scalar(None, pa.large_string()), made)  # an empty text says nothing
    return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made


def to_frame(rows: pa.Table, table: Table) -> pd.DataFrame:
    """Turn canonical rows into a frame with the conventions of the product.

    Returns
    -------
    Text as `str` (missing NaN), integers `Int64`, numbers float64, booleans `boolean`, dates naive `datetime64[us]`, instants
    `datetime64[us, UTC]`; columns that are no schema columns as int64.
    """
    keys = set(key_columns(table))
    made = {}
    for name in rows.column_names:
        array = rows.column(name)
        kind = table.column(name).kind if name in table.names else None
        if kind is None:
            made[name] = array.to_pandas() if pa.types.is_large_string(array.type) else pd.Series(array.to_numpy())
            continue
        if name in keys and pa.types.is_large_string(array.type):
            array = pc.if_else(pc.equal(array, ""), None, array)
        made[name] = _to_series(array, kind)
    return pd.DataFrame(made)


def _to_series(array: pa.ChunkedArray, kind: Kind) -> pd.Series:
    if kind == "boolean":
        return pd.Series(pd.array(array.to_numpy(), dtype="boolean") if array.null_count == 0 else array.to_pandas().astype("boolean"))
    if kind == "integer":
        filled, missing = pc.fill_null(array, 0).to_numpy(), pc.is_null(array).to_numpy()
        return pd.Series(pd.arrays.IntegerArray(filled.astype("int64"), missing.astype(bool)))
    if kind in ("number", "lat", "lon"):
        return pd.Series(pc.fill_null(array, np.nan).to_numpy())
    if kind == "date":
        return pd.Series(array.cast(pa.timestamp("us")).to_pandas())
    if kind == "time":
        return pd.Series(array.cast(pa.timestamp("us", "UTC")).to_pandas())
    return pd.Series(pd.array(array, dtype="str"))


def hash_rows(rows: pa.Table, table: Table) -> np.ndarray:
    """Hash what rows say; a missing value adds nothing, so rows hash alike whether a column is empty or absent.

    The first 8 bytes, little-endian, of BLAKE2b over the texts of a row in the order of the schema, set apart by U+001F, plus
    (mod 2^64) for each number present its 64 bits mixed with its column's name by splitmix64; dates count as days,
    instants as microseconds. Ours from end to end, so no library's version changes it. A hash that differs is only a
    suspicion, which `compare` settles by looking.

    Returns
    -------
    One int64 per row; the branch, and the columns of the ledger, take no part.
    """
    columns = [column for column in table.columns if column.name != "branch_id" and column.name not in LEDGER_COLUMNS]
    texts = [
        rows.column(column.name) if column.name in rows.column_names else pa.scalar("", pa.large_string())
        for column in columns
        if arrow_type(column.kind) == pa.large_string()
    ]
    total = _hash_texts(_joined(texts, rows.num_rows))
    for column in columns:
        if arrow_type(column.kind) != pa.large_string() and column.name in rows.column_names:
            total += _hash_numbers(rows.column(column.name), column.name)
    return total.view("int64")


def _joined(texts: Sequence[pa.ChunkedArray | pa.Scalar], count: int) -> pa.ChunkedArray:
    if not any(isinstance(text, pa.ChunkedArray) for text in texts):
        return pa.chunked_array([pa.repeat(pa.scalar("", pa.large_string()), count)])
    separator = pa.scalar(_SEPARATOR, pa.large_string())
    joined = pc.binary_join_element_wise(*texts, separator, null_handling="replace", null_replacement="")
    if (pc.max(pc.count_substring(joined, _SEPARATOR)).as_py() or 0) <= len(texts) - 1:
        return joined
    escaped = [pc.replace_substring(text, _SEPARATOR, f"{_SEPARATOR}\\") for text in texts]
    return pc.binary_join_element_wise(*escaped, separator, null_handling="replace", null_replacement="")


def _hash_texts(texts: pa.ChunkedArray) -> np.ndarray:
    spelled = texts.cast(pa.large_binary()).to_pylist()
    digests = b"".join([blake2b(text, digest_size=8).digest() for text in spelled])
    return np.frombuffer(digests, dtype="<u8").astype("uint64")


def _hash_numbers(array: pa.ChunkedArray, name: str) -> np.ndarray:
    present = pc.is_valid(array).to_numpy()
    if pa.types.is_floating(array.type):
        bits = pc.fill_null(array, 0.0).to_numpy().view("uint64")
    else:
        whole = array.cast(pa.int8()) if pa.types.is_boolean(array.type) else array
        whole = whole.cast(pa.int32()) if pa.types.is_date32(array.type) else whole
        bits = pc.fill_null(whole.cast(pa.int64()), 0).to_numpy().view("uint64")
    seed = np.frombuffer(blake2b(name.encode(), digest_size=8).digest(), dtype="<u8").astype("uint64")
    mixed = bits + seed  # wraps, as splitmix64 wants
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.where(present, mixed ^ (mixed >> np.uint64(31)), np.uint64(0))


def join_keys(rows: pa.Table, names: Sequence[str]) -> pd.Index:
    """Return one text per row that stands for its key; parts are set apart by a character no text of a file can hold."""
    parts = [rows.column(name).cast(pa.large_string()) for name in names]
    joined = parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, pa.scalar(_SEPARATOR, pa.large_string()))
    made: pd.Index = pd.Index(pd.array(joined, dtype="str"))
    return made
