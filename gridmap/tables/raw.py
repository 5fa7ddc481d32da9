"""A table as it stands in somebody's file, before anything is known about it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.errors import Message


@dataclass(frozen=True)
class Flaw:
    """Something the reader saw wrong: `rule` is a key of `gridmap.tables.rules.RULES`, `column` a header or empty."""

    row: int
    column: str
    rule: str
    value: str


@dataclass(frozen=True)
class RawTable:
    """A file's rows as text.

    Parameters
    ----------
    frame
        Text columns named as in the file, `#1`, `#2` where it has no header; "" or NaN where a cell is empty.
        Geometries are WKT, x longitude, y latitude, in a column `geometry`.
    rows
        Row numbers as the user's file counts them, ascending, one per row of the frame.
    source_format
        Key of the format it was read as.
    encoding, delimiter, has_header
        How it was written, for CSV; empty and True elsewhere.
    crs
        The CRS its geometries had, such as EPSG:4490, when they were turned into WGS-84 degrees; else None.
    notes
        What a person should know about how it was read.
    flaws
        What is wrong with single rows or cells; the gate rejects those rows.
    """

    frame: pd.DataFrame
    rows: NDArray[np.int64]
    source_format: str
    encoding: str = ""
    delimiter: str = ""
    has_header: bool = True
    crs: str | None = None
    notes: tuple[Message, ...] = ()
    flaws: tuple[Flaw, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The headers in the file's order."""
        return tuple(str(name) for name in self.frame.columns)
