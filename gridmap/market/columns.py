"""Columns as plain arrays: the one step that makes everything after it arithmetic."""

import hashlib
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Array = np.ndarray[Any, Any]


def arrow(values: Any) -> pa.Array:
    """Return text as one Arrow array; no copy where it is one already."""
    if not len(values):  # an empty column has lost its type
        return pa.array([], pa.large_string())
    found = pa.array(values.array if isinstance(values, pd.Series) else values, pa.large_string(), from_pandas=True)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def codes_of(values: pa.Array) -> tuple[Array, Array]:
    """Give a number to the distinct texts of an array; a missing one counts as the empty text.

    Returns
    -------
    A number per value, and the texts by number, object array.
    """
    encoded = pc.dictionary_encode(pc.fill_null(values, ""))
    encoded = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
    return encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64), np.asarray(encoded.dictionary.to_pylist(), dtype=object)


def rows_in(values: Any, among: Any) -> Array:
    """Return the position of each text among others, -1 where it is missing or not there."""
    if not len(values) or not len(among):  # nothing to look up, or nowhere
        return np.full(len(values), -1, dtype=np.int64)
    found = pc.index_in(arrow(values), value_set=arrow(among), skip_nulls=True)
    places: Array = pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return places


def is_one_of(values: pd.Series, *texts: str) -> Array:
    """Return where a text column has one of the texts; missing is none of them."""
    found: Array = pc.is_in(arrow(values), value_set=pa.array(texts, pa.large_string()), skip_nulls=True).to_numpy(zero_copy_only=False)
    return found


def is_true(values: pd.Series) -> Array:
    """Return where a boolean column is known to be true."""
    return values.astype("boolean").fillna(value=False).to_numpy(dtype=bool)


def days_of(values: pd.Series) -> Array:
    """Return timestamps as whole days since 1970, the lowest number for missing ones."""
    return values.to_numpy(dtype="datetime64[D]").astype(np.int64)


NEVER = int(np.datetime64("NaT", "D").astype(np.int64))


def numbers_in(frame: pd.DataFrame, column: str) -> Array:
    """Return a column as floats, NaN where missing; all NaN where the frame lacks the column."""
    if column not in frame:
        return np.full(len(frame), np.nan)
    return pd.to_numeric(frame[column]).to_numpy(dtype=float, na_value=np.nan)


def dates_in(frame: pd.DataFrame, column: str) -> Array:
    """Return a date column as numpy days, NaT where missing; all NaT where the frame lacks the column."""
    if column not in frame:
        return np.full(len(frame), np.datetime64("NaT"), dtype="datetime64[D]")
    return pd.to_datetime(frame[column]).to_numpy(dtype="datetime64[D]")


def empty_column(kind: str, index: pd.Index) -> pd.Series:
    """Return a column of a pandas type in which everything is missing."""
    missing: Any = np.nan if kind == "float64" else pd.NaT if kind.startswith("datetime64") else pd.NA
    if kind == "str":
        return pd.Series(pa.nulls(len(index), pa.large_string()).to_pandas(), index=index).astype("str")
    return pd.Series(missing, index=index, dtype=kind)


def content_mark(frame: pd.DataFrame) -> bytes:
    """Return a digest of what a frame holds: equal digests, equal columns and values."""
    digest = hashlib.blake2b(digest_size=20)
    for name, column in frame.items():
        values = pa.array(column.array, from_pandas=True)
        chunks = values.chunks if isinstance(values, pa.ChunkedArray) else [values]
        joined = pa.concat_arrays(chunks) if chunks else values
        digest.update(f"|{name}:{joined.type}:{len(joined)}".encode())
        for buffer in joined.buffers():
            digest.update(b"-" if buffer is None else buffer)
    return digest.digest()
