"""Small tools every part shares: streams of chance, days, and frames in the types of the schema."""

import zlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from gridmap.schema import Kind, table

TODAY = date(2026, 10, 31)
HISTORY_FROM = date(2025, 5, 1)
NONE = np.datetime64("NaT", "D")
# October 2026 closes only when its last day is over, so the last closed account month is September.
MONTHS = tuple(str(month) for month in np.arange(np.datetime64("2025-04"), np.datetime64("2026-10"), dtype="datetime64[M]"))

DTYPES: Mapping[Kind, str] = {
    "integer": "Int64",
    "number": "float64",
    "lat": "float64",
    "lon": "float64",
    "boolean": "boolean",
    "date": "datetime64[us]",
    "time": "datetime64[us, UTC]",
}


def chance(seed: int, *tags: object) -> np.random.Generator:
    """Return the generator of one part: its numbers do not depend on which other parts are made, or on the hash seed."""
    return np.random.default_rng([seed, *(zlib.crc32(str(tag).encode()) for tag in tags)])


def day(value: date | str) -> np.datetime64:
    """Return a date as a numpy day."""
    return np.datetime64(value, "D")


def days_between(generator: np.random.Generator, first: Any, last: Any) -> np.ndarray:
    """Draw one day for each pair of days, both ends included; NaT where there is no day between them."""
    first, last = np.broadcast_arrays(np.asarray(first, "datetime64[D]"), np.asarray(last, "datetime64[D]"))
    span = (last - first).astype(int)
    drawn = first + np.floor(generator.random(first.shape) * (np.maximum(span, 0) + 1)).astype("timedelta64[D]")
    return np.where(np.isnat(first) | np.isnat(last) | (span < 0), NONE, drawn)


def pick(generator: np.random.Generator, weights: Any, count: int) -> np.ndarray:
    """Draw positions 0..n-1 with the given weights."""
    edges = np.cumsum(np.asarray(weights, float))
    return np.searchsorted(edges, generator.random(count) * edges[-1], side="right").clip(0, len(edges) - 1)


def pick_rows(generator: np.random.Generator, weights: np.ndarray) -> np.ndarray:
    """Draw one column for each row of weights."""
    edges = np.cumsum(weights, axis=1)
    return (generator.random(len(weights))[:, None] * edges[:, -1:] >= edges).sum(axis=1).clip(0, weights.shape[1] - 1)


def share_out(total: int, weights: Any) -> np.ndarray:
    """Split a whole number by weights, largest remainders first, so that the parts add up exactly."""
    exact = np.asarray(weights, float) / np.sum(weights) * total
    parts = np.floor(exact).astype(int)
    parts[np.argsort(parts - exact, kind="stable")[: total - parts.sum()]] += 1
    return parts


def choose_some(generator: np.random.Generator, candidates: np.ndarray, count: int) -> np.ndarray:
    """Choose `count` of the candidates (all, where there are fewer), sorted."""
    return np.sort(generator.permutation(candidates)[:count])


def text(values: Any, where: Any = None) -> np.ndarray:
    """Return an object array of text, missing where `where` is false or the text is empty."""
    array = np.asarray(values, dtype=object)
    missing = array == "" if where is None else ~np.asarray(where) | (array == "")
    return np.where(missing, None, array)


def typed(name: str, columns: Mapping[str, Any], count: int) -> pd.DataFrame:
    """Return a frame with every column of the schema table, in its order and in its type; what is not given is missing.

    Parameters
    ----------
    name
        Name of the table.
    columns
        Values by column: arrays, lists or one scalar for all rows; numpy days for dates, UTC instants for times.
    count
        Number of rows.
    """
    schema = table(name)
    unknown = set(columns) - set(schema.names)
    if unknown:
        raise KeyError(f"{name} has no column {sorted(unknown)}")
    made = {}
    for column in schema.columns:
        values = columns.get(column.name)
        if values is None:
            values = [None] * count
        elif isinstance(values, str | int | float | bool | date | np.datetime64):
            values = [values] * count
        made[column.name] = _series(values, DTYPES.get(column.kind, "str"))
    return pd.DataFrame(made, index=pd.RangeIndex(count))


def _series(values: Any, dtype: str) -> pd.Series:
    if dtype == "datetime64[us, UTC]":
        return pd.Series(pd.to_datetime(np.asarray(values, "datetime64[us]")).tz_localize("UTC"))
    if dtype == "datetime64[us]":
        return pd.Series(np.asarray(values, "datetime64[D]").astype("datetime64[us]"))
    return pd.Series(values, dtype=dtype)


def stack(frames: Sequence[pd.DataFrame], name: str) -> pd.DataFrame:
    """Put frames of one table under each other, keeping the types when there are none."""
    kept = [frame for frame in frames if len(frame)]
    return pd.concat(kept, ignore_index=True) if kept else typed(name, {}, 0)
