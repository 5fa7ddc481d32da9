"""Measures of what an organisation is at the day: files, rosters, lines, hours, white space."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from gridmap.danger import HIGH, factor_states, score_danger
from gridmap.facts.facts import TIERS
from gridmap.facts.months import billed_months, monthly_mean
from gridmap.market import Market, complete_at, live_at, stage_at, tier_at
from gridmap.market.columns import dates_in, is_one_of, is_true, numbers_in
from gridmap.market.standing import FILE_AGREEMENTS, UNKNOWN_TIER
from gridmap.parks import white_space
from gridmap.settings import Rules
from gridmap.workload import hours_asked

Array = np.ndarray[Any, Any]
SCHOOL_TRADE = "education"
APPRAISED = ("A", "B", "C")


@dataclass(frozen=True, eq=False)
class Standing:
    """What each organisation row is at the day; arrays in the order of `rows`."""

    rows: pd.DataFrame
    as_of: date
    start: date
    live: Array
    stage: pd.Series
    tier: Array
    tiers: pd.Series
    complete: Array


def standing_of(market: Market, *, as_of: date, window_days: int, rules: Rules) -> Standing:
    """Work out once what every measure asks of the organisations in force at a day."""
    rows = market.at("organisations", as_of).reset_index(drop=True)
    start = as_of - timedelta(days=window_days - 1)
    tiers = tier_at(rows, rules, _spend(market, rows, start, as_of))["tier"]
    stage = stage_at(rows, as_of)
    live = live_at(rows, as_of, stage=stage).to_numpy(dtype=bool)
    return Standing(
        rows=rows,
        as_of=as_of,
        start=start,
        live=live,
        stage=stage,
        tier=tiers.fillna(UNKNOWN_TIER).to_numpy(dtype=object),
        tiers=tiers,
        complete=complete_at(rows, as_of, stage=stage).to_numpy(dtype=bool) & live,
    )


def stock_measures(standing: Standing, rules: Rules) -> dict[str, Array]:
    """Return the stock measures, one value per organisation row."""
    rows, live, tier = standing.rows, standing.live, standing.tier
    file = live & is_one_of(standing.stage, "account")
    filed_on = dates_in(rows, "filed_on")
    of_tier = {each: tier == each for each in TIERS}
    in_window = (filed_on >= np.datetime64(standing.start, "D")) & (filed_on <= np.datetime64(standing.as_of, "D"))
    school = live & is_one_of(rows["trade"], SCHOOL_TRADE) & np.isin(tier, rules.school_tiers)
    measures: dict[str, Array] = {
        "organisations": live,
        "prospects": live & is_one_of(standing.stage, "prospect"),
        "lost": live & is_one_of(standing.stage, "lost"),
        "files": file,
        "complete": standing.complete,
        "filings": live & in_window,
        "schools": school,
        "schools_covered": school & (numbers_in(rows, "services") >= 1),
        "own_lines": _summed(numbers_in(rows, "our_lines"), live),
        "hours_asked": np.where(live, hours_asked(standing.tiers, rules).to_numpy(), 0.0),
        "white_space": white_space(rows, standing.tiers, live=live, rules=rules).to_numpy(),
    }
    for each, member in of_tier.items():
        measures |= {f"live_{each}": live & member, f"filed_{each}": file & member, f"complete_{each}": standing.complete & member}
    return measures | _file_checks(standing, file, rules) | _surveyed_lines(standing, file, rules) | _danger(standing, file, rules)


def appraisal_measures(standing: Standing, first_known: Array) -> dict[str, Array]:
    """Return the list frozen when the window opened, what of it is complete, and what was added since.

    Parameters
    ----------
    standing
        The organisations at the day.
    first_known
        Day the store first knew each, days since 1970, the lowest number where it was always there.
    """
    opening = standing.start - timedelta(days=1)
    appraised = np.isin(standing.tier, APPRAISED)
    known = first_known <= np.datetime64(opening, "D").astype(np.int64)
    listed = live_at(standing.rows, opening).to_numpy(dtype=bool) & known & appraised
    return {"frozen": listed, "frozen_complete": listed & standing.complete, "additions": standing.live & appraised & ~listed}


def _file_checks(standing: Standing, file: Array, rules: Rules) -> dict[str, Array]:
    rows, day = standing.rows, np.datetime64(standing.as_of, "D")
    members, checked, passed = (numbers_in(rows, f"roster_{name}") for name in ("members", "checked", "passed"))
    own = numbers_in(rows, "our_lines")
    return {
        "roster_members": _summed(members, file),
        "roster_checked": _summed(checked, file),
        # Passed counts only against what was checked, or the truth would exceed one.
        "roster_passed": _summed(np.where(np.isnan(checked), np.nan, passed), file),
        "licence_valid": file & (dates_in(rows, "licence_until") >= day),
        "roster_sampled": file & (checked > 0),
        "roster_clean": file & (checked > 0) & (passed >= checked),
        "agreement_valid": file & is_one_of(rows["agreement"], *FILE_AGREEMENTS),
        "roster_due": file & (own > 0),
        "roster_full": file & (own > 0) & (members >= rules.roster_share * own),
        "people_named": file & is_true(rows["decision_maker"]) & is_true(rows["key_contact"]),
    }


def _surveyed_lines(standing: Standing, file: Array, rules: Rules) -> dict[str, Array]:
    rows = standing.rows
    since = (pd.Timestamp(standing.as_of) - pd.DateOffset(months=rules.survey_months)).to_datetime64().astype("datetime64[D]")
    surveyed_on = dates_in(rows, "surveyed_on")
    known, own = numbers_in(rows, "lines_known"), numbers_in(rows, "our_lines")
    fresh = file & (surveyed_on > since) & (surveyed_on <= np.datetime64(standing.as_of, "D")) & ~np.isnan(known) & ~np.isnan(own)
    return {"surveyed_lines": _summed(np.fmax(known, own), fresh), "surveyed_own_lines": _summed(own, fresh)}


def _danger(standing: Standing, file: Array, rules: Rules) -> dict[str, Array]:
    states = factor_states(standing.rows[file], as_of=standing.as_of, rules=rules.danger)
    levels = score_danger(states, rules.danger)["level"]
    scored, high = np.zeros(len(file), dtype=bool), np.zeros(len(file), dtype=bool)
    scored[file], high[file] = levels.notna().to_numpy(), is_one_of(levels, *HIGH)
    return {"danger_scored": scored, "danger_high": high}


def _spend(market: Market, rows: pd.DataFrame, start: date, as_of: date) -> pd.Series | None:
    # Only a row without a tier of its own asks what is spent.
    if not len(market.tables["org_months"]) or not rows["tier"].isna().any():
        return None
    months = billed_months(market, "revenue", start=start, as_of=as_of)
    return pd.Series(monthly_mean(months, rows["org_id"], "revenue"), index=rows.index)


def _summed(values: Array, where: Array) -> Array:
    return np.where(where & ~np.isnan(values), values, 0.0)
