"""How long is searched."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """How long is searched; the answer depends on `proposals` and `starts` alone, never on the clock or on `workers`.

    `proposals`: of all searches together; 0: by the size. `starts`: 1 is one search all along; more: that many times six short ones
    first, and the better third of them on; 0: by the size where `proposals` is 0 too, else 1. `workers`: searches at the same time.
    `exact`: whether small problems are proved.
    """

    proposals: int = 0
    starts: int = 0
    workers: int = 1
    exact: bool = True
