"""Text columns as numbers: the one step that makes everything after it arithmetic."""

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
    found = pc.index_in(arrow(values), value_set=arrow(among), skip_nulls=True)
    places: Array = pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return places


def is_one_of(values: pd.Series, *texts: str) -> Array:
    """Return where a text column has one of the texts; missing is none of them."""
    found: Array = pc.is_in(arrow(values), value_set=pa.array(texts, pa.large_string()), skip_nulls=True).to_numpy(zero_copy_only=False)
    return found


def days_of(values: pd.Series) -> Array:
    """Return timestamps as whole days since 1970, the lowest number for missing ones."""
    return values.to_numpy(dtype="datetime64[D]").astype(np.int64)


NEVER = int(np.datetime64("NaT", "D").astype(np.int64))
