"""White space: what is not ours, worth how much; and how far each park has been worked."""

from typing import Any

import numpy as np
import pandas as pd

from gridmap.errors import N_
from gridmap.market.columns import numbers_in
from gridmap.settings import Rules

Array = np.ndarray[Any, Any]

# How far a park has been worked, from nobody's to done; the first that applies is its status.
PARK_STATUSES = (
    ("unowned", N_("Nobody owns it")),
    ("split", N_("Split between owners")),
    ("never_visited", N_("Owned, never visited")),
    ("not_filed", N_("Visited, nothing filed")),
    ("partly_covered", N_("Partly filed")),
    ("covered", N_("Filed to the target")),
)


def white_space(organisations: pd.DataFrame, tiers: pd.Series, *, live: Array, rules: Rules) -> pd.Series:
    """Value what is not ours in each organisation, in money per month.

    value = max(lines - our lines, 0) x revenue per line and month

    with lines = lines known, or where nobody surveyed them the guess for the tier (the smallest tier's where that is
    unknown too), never fewer than ours; our lines not stated count as 0. Organisations that are not live are worth 0.

    Parameters
    ----------
    organisations
        `lines_known`, `our_lines`.
    tiers
        Tier of each row, missing where unknown.
    live
        Which rows are live.
    rules
        `lines_guess` and `revenue_per_line_month`.

    Returns
    -------
    Index of the input, no missing values; add them up per cell or park.
    """
    guesses = dict(rules.lines_guess)
    guess = tiers.map(guesses).astype(float).fillna(guesses[rules.lines_guess[-1][0]])
    known = numbers_in(organisations, "lines_known")
    lines = np.where(np.isnan(known), guess.to_numpy(), known)
    value = np.maximum(lines - np.nan_to_num(numbers_in(organisations, "our_lines")), 0) * rules.revenue_per_line_month
    return pd.Series(np.where(live, value, 0.0), index=organisations.index, name="white_space")


def park_status(parks: pd.DataFrame, *, filed_target: float) -> pd.Series:
    """Say how far each park has been worked.

    unowned: none of its cells has an owner. split: its cells have two owners or more. never_visited: owned, no
    organisation in it effectively visited. not_filed: visited, no file. partly_covered: filed below the target.
    covered: complete files reach the target share of its live organisations, or it has none and was surveyed.

    Parameters
    ----------
    parks
        One row per park: `owners` (distinct owners of its cells), `organisations` (live), `never` (of them never
        effectively visited), `files`, `complete`, `surveyed` (surveys of it, 0 for none).
    filed_target
        Share of complete files at which a park is done.

    Returns
    -------
    A key of `PARK_STATUSES`, index of the input.
    """
    live, complete = parks["organisations"].to_numpy(dtype=float), parks["complete"].to_numpy(dtype=float)
    seen = (live > parks["never"].to_numpy(dtype=float)) | ((live == 0) & (parks["surveyed"].to_numpy(dtype=float) > 0))
    chosen = np.select(
        [
            parks["owners"].to_numpy() == 0,
            parks["owners"].to_numpy() > 1,
            ~seen,
            (live > 0) & (parks["files"].to_numpy(dtype=float) == 0),
            complete < filed_target * live,
        ],
        [0, 1, 2, 3, 4],
        default=5,
    )
    return pd.Series(np.array([key for key, _ in PARK_STATUSES], dtype=object)[chosen], index=parks.index, dtype="str", name="status")
