"""What a reader in the child process hands back, before it is told over the pipe."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gridmap.errors import Message

Spot = tuple[int, int, str, str]
# row as the file counts, column by position from 0 or -1, rule, value


@dataclass(frozen=True)
class Parsed:
    """Text columns, the file's row numbers, and what was learned; `named` False: the first row may be a header."""

    table: pa.Table
    rows: NDArray[np.int64]
    named: bool = True
    encoding: str = ""
    delimiter: str = ""
    crs: str | None = None
    notes: tuple[Message, ...] = ()
    flaws: tuple[Spot, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ask:
    """What the parent wants read: the file's name (never opened), the table it is for, and the limits."""

    name: str
    table: str = ""
    unpacked_mb: int = 768
    members: int = 200
    ratio: int = 100
    memory_mb: int = 6144
    cpu_s: int = 240
    rows: int = 2_000_000
    xlsx_rows: int = 200_000


def text_table(columns: dict[str, list[str | None]]) -> pa.Table:
    """Build a table of text columns; equal names get a number, since a frame wants each name once."""
    return pa.table(
        [pa.array(values, pa.large_string()) for values in columns.values()],
        names=list(columns),
    )


def unique_names(names: list[str]) -> list[str]:
    """Make headers unique and never empty: a repeated header gets ` (2)`, an empty one its position `#n`."""
    seen: dict[str, int] = {}
    unique = []
    for position, name in enumerate(names, start=1):
        base = name.strip() or f"#{position}"
        seen[base] = seen.get(base, 0) + 1
        unique.append(base if seen[base] == 1 else f"{base} ({seen[base]})")
    return unique
