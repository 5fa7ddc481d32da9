"""Measures of competition: attacks, wins, lines lost, what became of our number, who means to leave."""

from typing import Any

import numpy as np
import pandas as pd

from gridmap.facts.months import billed_months, monthly_mean
from gridmap.facts.stock import Standing
from gridmap.market import Market
from gridmap.market.columns import dates_in, is_one_of, is_true, numbers_in

Array = np.ndarray[Any, Any]
NUMBER_KNOWN = ("second_kept", "given_up", "ported")


def cases_in_window(market: Market, standing: Standing) -> pd.DataFrame:
    """Return the cases of the window; what was looked into and found untrue is no case."""
    wins = market.tables["wins"]
    happened = wins["happened_on"].to_numpy(dtype="datetime64[D]")
    inside = (happened >= np.datetime64(standing.start, "D")) & (happened <= np.datetime64(standing.as_of, "D"))
    untrue = (wins["verified"] == False).fillna(value=False).to_numpy(dtype=bool)  # noqa: E712 - missing is not false
    return wins[inside & ~untrue].reset_index(drop=True)


def case_measures(cases: pd.DataFrame, standing: Standing, row: Array) -> dict[str, Array]:
    """Return the measures of cases, one value per case.

    Parameters
    ----------
    cases
        As `cases_in_window` gives them.
    standing, row
        The organisations at the day, and the row of each case's organisation, -1 for unknown.
    """
    lost = numbers_in(cases, "lines_lost")
    verified = is_true(cases["verified"])
    win = verified & (lost > 0)
    told = win & is_one_of(cases["our_number"], *NUMBER_KNOWN)
    ours = _was_ours(cases, standing, row)
    return {
        "attacks": np.ones(len(cases)),
        "wins": win,
        "lines_lost": np.where(win & ours, lost, 0.0),
        "our_number_known": told,
        "our_number_kept": told & is_one_of(cases["our_number"], "second_kept"),
        "our_number_ported": told & is_one_of(cases["our_number"], "ported"),
    }


def intent_measures(cases: pd.DataFrame, standing: Standing, row: Array) -> dict[str, Array]:
    """Return who was asked and who means to leave, one value per organisation row: tier C, each counted once."""
    count = len(standing.rows)
    eligible = standing.live & (standing.tier == "C")
    known = (row >= 0) & cases["intent"].notna().to_numpy()
    yes = (row >= 0) & is_true(cases["intent"])
    asked = np.bincount(row[known], minlength=count) > 0
    stated = np.bincount(row[yes], minlength=count) > 0
    return {"intent_asked": eligible & asked, "intent_stated": eligible & stated}


def mean_members(market: Market, standing: Standing) -> Array:
    """Return the mean own members over the closed months of the window, one value per organisation row.

    Organisations without such a month: our lines at the day. Prospects have no members to lose: 0.
    """
    ours = is_one_of(standing.stage, "account", "lost")
    lines = np.nan_to_num(numbers_in(standing.rows, "our_lines"))
    months = billed_months(market, "members", start=standing.start, as_of=standing.as_of)
    mean = monthly_mean(months, standing.rows["org_id"], "members")
    return np.where(ours, np.where(np.isnan(mean), lines, mean), 0.0)


def _was_ours(cases: pd.DataFrame, standing: Standing, row: Array) -> Array:
    # Lost lines count where the organisation was filed on the day it happened; a case without one tells nothing.
    if not len(standing.rows):
        return np.zeros(len(cases), dtype=bool)
    filed_on = dates_in(standing.rows, "filed_on")[row]
    undated = np.isnat(filed_on) & is_one_of(standing.stage, "account", "lost")[row]
    return (row >= 0) & (undated | (filed_on <= dates_in(cases, "happened_on")))
