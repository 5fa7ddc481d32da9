"""Account months: what was billed in the closed months of the window, as a mean per month."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from gridmap.market import Market, closed_months
from gridmap.market.columns import arrow, codes_of, is_one_of, numbers_in, rows_in

Array = np.ndarray[Any, Any]


def billed_months(market: Market, column: str, *, start: date, as_of: date) -> pd.DataFrame:
    """Return the closed account months of a window that state a number: `org_id`, `month` and the column.

    Months that end within the window count, as they are known at its last day, corrections included.
    """
    months = market.at("org_months", as_of)
    if not len(months):
        return months.reindex(columns=["org_id", "month", column])
    inside = is_one_of(months["month"], *closed_months(start, as_of)) & ~np.isnan(numbers_in(months, column))
    return months.loc[inside, ["org_id", "month", column]]


def monthly_mean(months: pd.DataFrame, org_ids: pd.Series, column: str, *, row_of: Array | None = None) -> Array:
    """Return what organisations were billed per month, one value per organisation, NaN where there is no month.

    Parameters
    ----------
    months
        As `billed_months` gives them.
    org_ids
        The organisations.
    column
        The number.
    row_of
        For each organisation the row it counts for (`counts_for`); in a month that both have, their sum counts.
    """
    row = rows_in(months["org_id"], org_ids)
    kept = np.flatnonzero(row >= 0)
    row = row[kept] if row_of is None or not len(kept) else row_of[row[kept]]
    code, texts = codes_of(arrow(months["month"].iloc[kept]))
    billed = np.bincount(np.unique(row * max(len(texts), 1) + code) // max(len(texts), 1), minlength=len(org_ids))
    total = np.bincount(row, weights=numbers_in(months, column)[kept], minlength=len(org_ids))
    return total / np.where(billed > 0, billed, np.nan)


def revenue_measures(market: Market, org_ids: pd.Series, live: Array, *, start: date, as_of: date, row_of: Array) -> dict[str, Array]:
    """Return the money a month that each live organisation is billed, 0 without a closed month, and whose revenue can be known.

    Where the branch has no closed month on record in the window, nobody's can.
    """
    months = billed_months(market, "revenue", start=start, as_of=as_of)
    mean = np.nan_to_num(monthly_mean(months, org_ids, "revenue", row_of=row_of))
    return {"revenue": np.where(live, mean, 0.0), "revenue_known": live & bool(len(months))}
