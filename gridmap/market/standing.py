"""What an organisation was at a date: its stage, whether it was live, its tier, whether its file was complete."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from gridmap.settings import Rules

Array = np.ndarray[Any, Any]
STAGES = ("prospect", "account", "lost", "closed")
UNKNOWN_TIER = "U"
FILE_AGREEMENTS = ("signed", "expiring")


def is_true(column: pd.Series) -> Array:
    """Return where a boolean column is known to be true."""
    return column.fillna(value=False).to_numpy(dtype=bool)


def number_of(frame: pd.DataFrame, column: str) -> Array:
    """Return a column as floats, NaN where missing; all NaN where the frame lacks the column."""
    if column not in frame:
        return np.full(len(frame), np.nan)
    return pd.to_numeric(frame[column]).to_numpy(dtype=float, na_value=np.nan)


def day_of(frame: pd.DataFrame, column: str) -> Array:
    """Return a date column as numpy days, NaT where missing; all NaT where the frame lacks the column."""
    if column not in frame:
        return np.full(len(frame), np.datetime64("NaT"), dtype="datetime64[D]")
    return pd.to_datetime(frame[column]).to_numpy(dtype="datetime64[D]")


def _says(frame: pd.DataFrame, column: str, *values: str) -> Array:
    return frame[column].isin(values).to_numpy(dtype=bool) if column in frame else np.zeros(len(frame), dtype=bool)


def _flag(frame: pd.DataFrame, column: str) -> Array:
    return is_true(frame[column].astype("boolean")) if column in frame else np.zeros(len(frame), dtype=bool)


def _reached(frame: pd.DataFrame, column: str, stage: str, day: np.datetime64) -> Array:
    # A dated event decides by its date; one without a date is taken from `stage`.
    when = day_of(frame, column)
    return np.where(np.isnat(when), _says(frame, "stage", stage), when <= day).astype(bool)


def stage_at(organisations: pd.DataFrame, as_of: date) -> pd.Series:
    """Work out the stage of organisations at the end of a day.

    Dates decide: closed when `closed_on` has come; else lost when `lost_on` has come and no file was made since;
    else account when `filed_on` has come; else prospect. Where the date is missing, `stage` stands in for it.

    Parameters
    ----------
    organisations
        Rows in force that day: `stage`, `opened_on`, `filed_on`, `lost_on`, `closed_on`.
    as_of
        The day, inclusive.

    Returns
    -------
    One of `STAGES`, index of the input; missing where the organisation opened later, so did not exist yet.
    """
    day = np.datetime64(as_of, "D")
    filed_on, lost_on = day_of(organisations, "filed_on"), day_of(organisations, "lost_on")
    closed = _reached(organisations, "closed_on", "closed", day)
    lost = _reached(organisations, "lost_on", "lost", day)
    account = _reached(organisations, "filed_on", "account", day)
    won_back = (filed_on > lost_on) & (filed_on <= day)
    stage = np.select([closed, lost & ~won_back, account], [3, 2, 1], default=0)
    opened_on = day_of(organisations, "opened_on")
    stage = np.where(opened_on > day, -1, stage)
    texts: Array = np.array([*STAGES, None], dtype=object)
    return pd.Series(texts[stage], index=organisations.index, dtype="str", name="stage")


def live_at(organisations: pd.DataFrame, as_of: date) -> pd.Series:
    """Say which organisations were live at the end of a day: existing, not closed, not merged into another."""
    stage = stage_at(organisations, as_of)
    merged = organisations["merged_into"].notna() if "merged_into" in organisations else False
    return (stage.notna() & (stage != "closed") & ~pd.Series(merged, index=organisations.index)).rename("live")


def tier_at(organisations: pd.DataFrame, rules: Rules, spend: pd.Series | None = None) -> pd.DataFrame:
    """Give each organisation its tier, and why.

    The tier in the row stands. Where it is empty the best of three: lines (all operators, else ours), monthly
    spend, trade. Without lines, spend or a deciding trade the tier is unknown.

    Parameters
    ----------
    organisations
        `tier`, `tier_reason`, `lines_known`, `our_lines`, `trade`.
    rules
        `tier_lines`, `tier_spend`, `tier_trades`.
    spend
        Revenue per month, aligned with the rows; NaN where unknown.

    Returns
    -------
    Columns `tier` (A, B, C, M; missing = unknown) and `tier_reason` (lines, spend, trade, named), index of the input.
    """
    names = tuple(tier for tier, _ in rules.tier_lines)  # best first
    worst = len(names)
    lines = np.fmax(number_of(organisations, "lines_known"), number_of(organisations, "our_lines"))
    by_lines = np.select([lines >= least for _, least in rules.tier_lines], list(range(worst)), default=worst)
    by_spend, by_trade = np.full(len(lines), worst), np.full(len(lines), worst)
    if spend is not None:
        money = spend.to_numpy(dtype=float)
        by_spend = np.select(
            [money >= least for _, least in rules.tier_spend], [names.index(t) for t, _ in rules.tier_spend], default=worst
        )
    for trade, deserved in rules.tier_trades:
        by_trade = np.where(_says(organisations, "trade", trade), np.minimum(by_trade, names.index(deserved)), by_trade)
    best = np.minimum(np.minimum(by_lines, by_spend), by_trade)
    why = np.select([best == worst, by_lines == best, by_spend == best], [0, 1, 2], default=3)
    worked = pd.Series(np.array([*names, None], dtype=object)[best], index=organisations.index, dtype="str")
    reason = pd.Series(np.array([None, "lines", "spend", "trade"], dtype=object)[why], index=organisations.index, dtype="str")
    if "tier" not in organisations:
        return pd.DataFrame({"tier": worked, "tier_reason": reason})
    given = organisations["tier"].notna()
    stated = organisations["tier_reason"].astype("str") if "tier_reason" in organisations else reason.where(~given)
    tier = organisations["tier"].astype("str").where(given, worked)
    return pd.DataFrame({"tier": tier, "tier_reason": stated.where(given, reason)})


def complete_at(organisations: pd.DataFrame, as_of: date) -> pd.Series:
    """Say whose file was complete at the end of a day.

    Complete: the organisation is an account, its licence is in the file and has not run out, the agreement is signed
    (or signed and expiring), the roster has members, and a decision maker and a contact are named.
    """
    day = np.datetime64(as_of, "D")
    filed_on = day_of(organisations, "filed_on")
    return (
        (stage_at(organisations, as_of) == "account").fillna(value=False)
        & (np.isnat(filed_on) | (filed_on <= day))
        & (day_of(organisations, "licence_until") >= day)
        & _says(organisations, "agreement", *FILE_AGREEMENTS)
        & (number_of(organisations, "roster_members") > 0)
        & _flag(organisations, "decision_maker")
        & _flag(organisations, "key_contact")
    ).rename("complete")


def closed_months(first: date, last: date) -> tuple[str, ...]:
    """Return the account months that end within a span of days, `YYYY-MM`, in order."""
    months = pd.period_range(pd.Timestamp(first), pd.Timestamp(last), freq="M")
    return tuple(str(month) for month in months if first <= month.end_time.date() <= last)
