"""What every bench takes: a size, a seed, and a folder for what it makes; one of roads takes an extract."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """Arguments of one run; `size` counts what the bench counts: rows, organisations or cells."""

    size: int
    seed: int
    data: Path
    extract: Path | None = None
