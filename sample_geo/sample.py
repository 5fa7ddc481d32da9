"""A whole sample: as many county branches as it takes, each table once, and the truth about them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gridmap.schema import TABLES
from sample_geo import truth
from sample_geo.county import Parts
from sample_geo.crowd import SMALLEST
from sample_geo.frames import HISTORY_FROM, TODAY, share_out, stack
from sample_geo.land import build_counties

NAMES = tuple(table.name for table in TABLES)
PER_BRANCH = 12_000


@dataclass(frozen=True)
class Sample:
    """Tables by name, in the types of the schema and in WGS-84 throughout, and what `truth.json` says."""

    tables: dict[str, pd.DataFrame]
    truth: dict[str, Any]


def generate(seed: int, organisations: int = 6000, *, branches: int | None = None, tables: Sequence[str] | None = None) -> Sample:
    """Make a sample.

    Parameters
    ----------
    seed
        The same seed and sizes give the same sample.
    organisations
        Organisations alive today, over all branches; about 16 % more rows are closed ones.
    branches
        County branches; None for one per 12,000 organisations.
    tables
        Which tables to make; None for all. What is planted is the same whichever are made, and the truth about it is
        told only when all are.

    Returns
    -------
    The sample. `wins` is in WGS-84 here; its file is not (see `write`).

    Raises
    ------
    ValueError
        When a branch would get fewer organisations than it needs, or a table is unknown.
    """
    pieces: dict[str, list[pd.DataFrame]] = {name: [] for name in _chosen(tables)}
    truths = {}
    for parts in counties(seed, organisations, branches=branches):
        for name, frames in pieces.items():
            frames.append(parts.table(name))
        if tables is None:
            truths[parts.county.branch_id] = truth.planted(parts)
    made = {name: stack(frames, name) for name, frames in pieces.items()}
    return Sample(made, summary(seed, organisations, truths, {name: len(frame) for name, frame in made.items()}))


def counties(seed: int, organisations: int, *, branches: int | None) -> Iterator[Parts]:
    """Yield the counties of a sample one after the other; nothing of one is kept when the next is made."""
    number = branches or max(1, -(-organisations // PER_BRANCH))
    if organisations < number * SMALLEST:
        raise ValueError(f"{number} branches need at least {number * SMALLEST} organisations, not {organisations}")
    shares = share_out(organisations, np.ones(number))
    for county, live in zip(build_counties(seed, number), shares.tolist(), strict=True):
        yield Parts(seed, county, live)


def summary(seed: int, organisations: int, branches: dict[str, Any], counts: dict[str, int]) -> dict[str, Any]:
    """Return the truth about a sample, ready for JSON."""
    return {
        "seed": seed,
        "organisations": organisations,
        "today": TODAY.isoformat(),
        "history_from": HISTORY_FROM.isoformat(),
        "rows": counts,
        "branches": branches,
    }


def _chosen(tables: Sequence[str] | None) -> tuple[str, ...]:
    if tables is None:
        return NAMES
    unknown = sorted(set(tables) - set(NAMES))
    if unknown:
        raise ValueError(f"there is no table {', '.join(unknown)}; there are {', '.join(NAMES)}")
    return tuple(name for name in NAMES if name in set(tables))
