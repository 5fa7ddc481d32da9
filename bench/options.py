"""What every bench takes: a size, a seed, and a folder for what it makes; some take more."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """Arguments of one run; `size` counts what the bench counts: rows, organisations or cells."""

    size: int
    seed: int
    data: Path
    extract: Path | None = None  # of OpenStreetMap, for roads
    cpu_s: float | None = None  # of one search
    seeds: tuple[int, ...] = ()  # of the searches; empty: the bench's own
    only: tuple[str, ...] = ()  # instances; empty: all
