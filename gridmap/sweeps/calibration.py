"""Whether forecasts keep what they say: the ranges that were told, beside what happened in a month that was lived through."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd

from gridmap.market import Market
from gridmap.plan import Plan
from gridmap.settings import Settings
from gridmap.sweeps.ahead import look_ahead
from gridmap.sweeps.forecast import Forecast, forecast
from gridmap.sweeps.simulation import Month

COLUMNS = ("what", "level", "subject", "made_on", "day", "low", "high", "stated", "happened", "inside")


def compare_with_forecasts(market: Market, plan: Plan, month: Month, *, as_of: date, settings: Settings) -> pd.DataFrame:
    """Compare what a month came to with what was forecast of it.

    A month planned once is held against the forecast made before it began, on each of its days; a month planned anew each evening
    against the forecast of each evening for the next day, since later days were planned otherwise by then.

    Parameters
    ----------
    market, as_of
        What was known when it began, and the day.
    plan
        Who has what.
    month
        As it was lived through.
    settings
        Rules of the trade and of sweeps.

    Returns
    -------
    One row per range that was told and left something open: `COLUMNS`; what is "reached" or "filed", level "manager" or "cell",
    stated the chance the forecast gave its range, inside whether what happened lay in it.
    """
    starts = [(as_of, market, month.first), *((each.day, each.market, each.sweep) for each in month.evenings)]
    ends = {each.day: each.market for each in month.evenings}
    days = sorted(ends)
    tables = []
    for made_on, known, sweep in starts[:1] if month.method == "planned" else starts[:-1]:
        wanted = days if month.method == "planned" else [day for day in days if day > made_on][:1]
        told = forecast(known, plan, sweep, as_of=made_on, rules=settings.rules, sweep_rules=settings.sweeps)
        tables += [_beside(told, ends[day], plan, day, settings) for day in wanted]
    kept = [table for table in tables if len(table)]
    return pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=list(COLUMNS))


def _beside(told: Forecast, after: Market, plan: Plan, day: date, settings: Settings) -> pd.DataFrame:
    rows = told.by_day[told.by_day["day"] == pd.Timestamp(day)]
    ahead = look_ahead(after, plan, as_of=day, rules=settings.rules)
    now = ahead.on(day)

    def each() -> Iterator[tuple[object, ...]]:
        for row in rows.to_dict("records"):
            level, subject = ("cell", row["cell"]) if row["cell"] else ("manager", row["manager_id"])
            mine = ahead.keys[level] == subject  # type: ignore[index]
            for what, is_so in (("reached", now.covered), ("filed", now.complete)):
                low, high = row[f"{what}_low"], row[f"{what}_high"]
                happened = float(np.count_nonzero(is_so & mine))
                if high > low:
                    inside = low <= happened <= high
                    yield what, level, subject, told.as_of, day, low, high, row[f"{what}_inside"], happened, inside

    return pd.DataFrame(list(each()), columns=list(COLUMNS))
