"""What an organisation was at a date: its stage, whether it was live, its tier, whether its file was complete."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from gridmap.market.columns import dates_in, is_one_of, is_true, numbers_in
from gridmap.settings import Rules

Array = np.ndarray[Any, Any]
STAGES = ("prospect", "account", "lost", "closed")
UNKNOWN_TIER = "U"
FILE_AGREEMENTS = ("signed", "expiring")


def _says(frame: pd.DataFrame, column: str, *values: str) -> Array:
    return is_one_of(frame[column], *values) if column in frame else np.zeros(len(frame), dtype=bool)


def _flag(frame: pd.DataFrame, column: str) -> Array:
    return is_true(frame[column]) if column in frame else np.zeros(len(frame), dtype=bool)


def _reached(frame: pd.DataFrame, column: str, stage: str, day: np.datetime64) -> Array:
    # A dated event decides by its date; one without a date is taken from `stage`.
    when = dates_in(frame, column)
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
    filed_on, lost_on = dates_in(organisations, "filed_on"), dates_in(organisations, "lost_on")
    closed = _reached(organisations, "closed_on", "closed", day)
    lost = _reached(organisations, "lost_on", "lost", day)
    account = _reached(organisations, "filed_on", "account", day)
    won_back = (filed_on > lost_on) & (filed_on <= day)
    stage = np.select([closed, lost & ~won_back, account], [3, 2, 1], default=0)
    opened_on = dates_in(organisations, "opened_on")
    stage = np.where(opened_on > day, -1, stage)
    texts: Array = np.array([*STAGES, None], dtype=object)
    return pd.Series(texts[stage], index=organisations.index, dtype="str", name="stage")


def live_at(organisations: pd.DataFrame, as_of: date, *, stage: pd.Series | None = None) -> pd.Series:
    """Say which organisations were live at the end of a day: existing, not closed, not merged into another.

    `stage` saves working it out again where the caller has it.
    """
    stages = stage_at(organisations, as_of) if stage is None else stage
    live = is_one_of(stages, "prospect", "account", "lost")
    if "merged_into" in organisations:
        live &= organisations["merged_into"].isna().to_numpy()
    return pd.Series(live, index=organisations.index, name="live")


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
    lines = np.fmax(numbers_in(organisations, "lines_known"), numbers_in(organisations, "our_lines"))
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


def complete_at(organisations: pd.DataFrame, as_of: date, *, stage: pd.Series | None = None) -> pd.Series:
    """Say whose file was complete at the end of a day.

    Complete: the organisation is an account, its licence is in the file and has not run out, the agreement is signed
    (or signed and expiring), the roster has members, and a decision maker and a contact are named.
    """
    day = np.datetime64(as_of, "D")
    complete = (
        is_one_of(stage_at(organisations, as_of) if stage is None else stage, "account")
        & (dates_in(organisations, "licence_until") >= day)
        & _says(organisations, "agreement", *FILE_AGREEMENTS)
        & (numbers_in(organisations, "roster_members") > 0)
        & _flag(organisations, "decision_maker")
        & _flag(organisations, "key_contact")
    )
    return pd.Series(complete, index=organisations.index, name="complete")


def closed_months(first: date, last: date) -> tuple[str, ...]:
    """Return the account months that end within a span of days, `YYYY-MM`, in order."""
    months = pd.period_range(pd.Timestamp(first), pd.Timestamp(last), freq="M")
    return tuple(str(month) for month in months if first <= month.end_time.date() <= last)
