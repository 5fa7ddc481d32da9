"""How a table is written: its name, the kinds of its columns, and the styles that QGIS shall show it in."""

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd

from gridmap.schema import Kind, Table


@dataclass(frozen=True)
class StyleClass:
    """One class of a graduated style: its bounds, colour as #rrggbb, and what the legend says."""

    low: float
    high: float
    colour: str
    label: str


@dataclass(frozen=True)
class Style:
    """A graduated QGIS style: the column it shows, its classes, and the shape (polygon, line, point) it fills."""

    name: str
    column: str
    classes: tuple[StyleClass, ...]
    shape: str = "polygon"
    opacity: float = 0.7


@dataclass(frozen=True)
class Layout:
    """What every writer is told beside the rows."""

    name: str
    table: Table | None = None
    styles: tuple[Style, ...] = ()
    delimiter: str = ","

    def kind(self, column: str, values: pd.Series) -> Kind:
        """Return the kind of a column by the schema, else by its type."""
        if self.table is not None and column in self.table.names:
            return self.table.column(column).kind
        if pd.api.types.is_bool_dtype(values.dtype):
            return "boolean"
        if pd.api.types.is_integer_dtype(values.dtype):
            return "integer"
        if pd.api.types.is_float_dtype(values.dtype):
            return "number"
        if isinstance(values.dtype, pd.DatetimeTZDtype):
            return "time"
        return "date" if pd.api.types.is_datetime64_any_dtype(values.dtype) else "text"


def plain_column(values: pd.Series, kind: Kind) -> pd.Series:
    """Return a column as objects that every format knows: str, int, float, bool, date as ISO text, None.

    Days are `2026-10-31`, instants `2026-10-31T04:00:00Z`; a float that is whole in an integer column is an integer.
    """
    return pd.Series([plain_value(value, kind) for value in values], index=values.index, dtype=object)


def plain_value(value: Any, kind: Kind) -> Any:
    """Return one value as such an object."""
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float | np.floating) and not math.isfinite(value)):
        return None
    if isinstance(value, pd.Timestamp | datetime):
        return _moment(value, kind)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | float | np.integer | np.floating):
        return int(value) if kind == "integer" or isinstance(value, int | np.integer) else float(value)
    return str(value)


def _moment(value: datetime, kind: Kind) -> str:
    if kind == "date" or (value.tzinfo is None and value.hour == value.minute == value.second == value.microsecond == 0):
        return value.strftime("%Y-%m-%d")
    if value.tzinfo is None:
        return value.strftime("%Y-%m-%dT%H:%M:%S")
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
