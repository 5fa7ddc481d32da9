"""Decide whether a table's first row is its header, and name the columns."""

import re

import numpy as np
import pandas as pd

from gridmap.errors import N_, Message, say
from gridmap.files.parsed import unique_names
from gridmap.schema import TABLES, Table
from gridmap.tables.headers import plain_header

_SURE_HEADERS = 2  # one alone may be a word in a title
_VALUE = re.compile(
    r"\s*(?:[-+]?[\d.,]+(?:[eE][-+]?\d+)?%?|\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?.*|(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\s*\(.*"
    r"|true|false|null|n/a|[0-9a-f]{8}-[0-9a-f]{4}-.*|[0-9A-HJ-NP-RTUW-Y]{18})\s*",
    re.IGNORECASE | re.DOTALL,
)


def known_headers(table: Table | None) -> frozenset[str]:
    """Return every header, made comparable, by which the columns of a table (of any table) are called."""
    tables = TABLES if table is None else (table,)
    return frozenset(plain_header(name) for each in tables for column in each.columns for name in (column.name, *column.headers))


def is_header(first: list[str], table: Table | None) -> bool:
    """Say whether a row reads like a header: it holds a known header, or its cells are all different words and no values."""
    cells = [cell.strip() for cell in first]
    known = known_headers(table)
    if any(plain_header(cell) in known for cell in cells if cell):
        return True
    if all(re.fullmatch(r"#\d+|", cell) for cell in cells) and any(cells):
        return True
    written = [cell for cell in cells if cell]
    return bool(written) and len(set(written)) == len(written) and not any(_VALUE.fullmatch(cell) for cell in written)


def _names_columns(cells: list[str], known: frozenset[str]) -> bool:
    """Say whether a row that is shorter or longer than the others is the header all the same, and no title above it."""
    return len({plain_header(cell) for cell in cells if cell.strip()} & known) >= _SURE_HEADERS


def name_columns(
    frame: pd.DataFrame, rows: np.ndarray, table: Table | None, skipped: frozenset[int]
) -> tuple[pd.DataFrame, np.ndarray, bool, tuple[Message, ...]]:
    """Take the header off a frame whose columns are named by position.

    Parameters
    ----------
    frame, rows
        The rows as read, and their numbers in the file.
    table
        What the file is for, if that is known.
    skipped
        Numbers of rows that were cut wrongly: before the header they are titles, no records. The header itself is one of them where
        every row but it ends with a delimiter.

    Returns
    -------
    The frame, its row numbers, whether there was a header, and what a person should know.
    """
    first = 0
    known = known_headers(table)
    while first < len(rows) and int(rows[first]) in skipped and not _names_columns(_cells(frame, first), known):
        first += 1
    if first == len(rows):
        first = 0
    cells = _cells(frame, first) if len(rows) else []
    if cells and is_header(cells, table):
        notes: tuple[Message, ...] = ()
        if first:
            notes = (say(N_("Rows above the header were left out: {count}."), count=first),)
        written = [cell.strip() for cell in cells]
        if len({cell for cell in written if cell}) < len([cell for cell in written if cell]):
            notes = (*notes, say(N_("Some headers occur twice; the later ones got a number.")))
        named = frame.iloc[first + 1 :].set_axis(unique_names(cells), axis=1)
        return named.reset_index(drop=True), rows[first + 1 :], True, notes
    return frame.set_axis([f"#{at + 1}" for at in range(frame.shape[1])], axis=1), rows, False, ()


def _cells(frame: pd.DataFrame, row: int) -> list[str]:
    return ["" if pd.isna(cell) else str(cell) for cell in frame.iloc[row]]
