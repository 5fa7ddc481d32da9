"""Accounts: in what danger each is and why, since when, what would lower it, what is missing in its file, and which quadrant it is in."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from gridmap.danger import HIGH, LEVELS, danger_reasons, factor_states, score_danger, what_lowers, who_is_told
from gridmap.errors import N_
from gridmap.facts import Facts
from gridmap.facts.months import billed_months, monthly_mean
from gridmap.facts.stock import Standing, standing_of
from gridmap.market import Market
from gridmap.market.columns import dates_in, is_one_of, is_true, numbers_in
from gridmap.plan import Plan
from gridmap.settings import Rules

Array = np.ndarray[Any, Any]
UNSCORED = "unscored"
QUADRANTS: tuple[tuple[str, str], ...] = (
    ("premium", N_("Premium: long with us, much spend")),
    ("loyal", N_("Loyal: long with us, little spend")),
    ("potential", N_("Potential: new, much spend")),
    ("entry", N_("Entry: new, little spend")),
)
TRENDS: tuple[tuple[str, str], ...] = (("up", N_("Rising")), ("same", N_("As before")), ("down", N_("Falling")), ("new", N_("New")))
# What an account may lack, by key; the first four are the checklist of its file.
GAPS: tuple[tuple[str, str], ...] = (
    ("licence", N_("Licence out or missing")),
    ("agreement", N_("Agreement not signed")),
    ("roster", N_("Roster not true")),
    ("people", N_("Key people not named")),
    ("three_services", N_("Fewer than three services")),
    ("unified_payment", N_("No unified payment")),
)
CHECKLIST = tuple(key for key, _title in GAPS[:4])
MONTHS_BACK = (1, 3)


@dataclass(frozen=True)
class Told:
    """How many accounts stand at each level (and `UNSCORED`), how many rise, and how many are high."""

    levels: dict[str, int]
    rising: int
    high: int


def accounts_of(market: Market, plan: Plan, facts: Facts, *, rules: Rules) -> pd.DataFrame:
    """List all files with their danger.

    Parameters
    ----------
    market, plan, facts
        What is, who holds it, and whose day and window count.
    rules
        How danger is scored, and where the quadrants part.

    Returns
    -------
    Index org_id: name, name_en, tier, town, cell, lat, lon, holder (a manager; empty for nobody), sponsor (empty for none), core, level (a
    key of `LEVELS` or `UNSCORED`), score (0 to 1), reasons and lowers (tuples of messages; the latter with the level reached), told
    (roles), month_ago and quarter_ago (levels; missing: no file then), trend (a key of `TRENDS`), quadrant (missing where tenure or spend
    is unknown), tenure_years, spend (a month), contract_end, services, gaps (keys of `GAPS`); the most dangerous first.
    """
    standing = standing_of(market, as_of=facts.as_of, window_days=facts.window_days, rules=rules)
    file = standing.live & is_one_of(standing.stage, "account")
    rows = standing.rows[file].reset_index(drop=True)
    states = factor_states(rows, as_of=facts.as_of, rules=rules.danger)
    scored = score_danger(states, rules.danger)
    level = scored["level"].fillna(UNSCORED).to_numpy(dtype=object)
    records: list[dict[str, object]] = [{str(name): value for name, value in each.items()} for each in states.to_dict("records")]
    earlier = [_levels_then(market, facts.as_of, months, rules) for months in MONTHS_BACK]
    table = pd.DataFrame(
        {
            **{
                name: rows[name].to_numpy(dtype=object)
                for name in ("org_id", "name", "name_en", "town", "cell", "contract_end", "services")
            },
            "lat": numbers_in(rows, "lat"),
            "lon": numbers_in(rows, "lon"),
            "tier": standing.tiers[file].to_numpy(dtype=object),
            "core": is_true(rows["core"]),
            "level": level,
            "score": scored["score"].to_numpy(dtype=float),
            "month_ago": earlier[0].reindex(rows["org_id"]).to_numpy(dtype=object),
            "quarter_ago": earlier[1].reindex(rows["org_id"]).to_numpy(dtype=object),
        }
    )
    danger = rules.danger
    high = [str(each) not in ("none", UNSCORED) for each in level]
    table["reasons"] = _column([danger_reasons(row, danger) if hot else () for row, hot in zip(records, high, strict=True)])
    lowered: dict[tuple[Any, ...], Any] = {}  # few combinations of states, many accounts
    for row, hot in zip(records, high, strict=True):
        key = tuple(row.values())
        if hot and key not in lowered:
            lowered[key] = what_lowers(row, danger)
    table["lowers"] = _column([lowered[tuple(row.values())] if hot else () for row, hot in zip(records, high, strict=True)])
    table["told"] = _column([who_is_told(str(each), danger) for each in level])
    table["trend"] = [_trend(now, then) for now, then in zip(level, table["month_ago"], strict=True)]
    table["holder"] = _holders(plan, rows)
    table["sponsor"] = plan.sponsors_now.reindex(rows["org_id"]).fillna("").to_numpy(dtype=object)
    tenure, spend = _tenure(rows, facts.as_of), _spend(market, standing, file)
    table["tenure_years"], table["spend"] = tenure, spend
    table["quadrant"] = _quadrants(tenure, spend, rules)
    table["gaps"] = _gaps(rows, facts.as_of, rules)
    rank = {key: place for place, (key, _title) in enumerate(LEVELS)} | {UNSCORED: -1}
    order = table.assign(rank=[-rank[str(each)] for each in level], weight=-table["score"].fillna(-1))
    return order.sort_values(["rank", "weight", "tier", "org_id"], kind="stable").drop(columns=["rank", "weight"]).set_index("org_id")


def told_of(accounts: pd.DataFrame) -> Told:
    """Count what `accounts_of` lists."""
    counts = accounts["level"].value_counts()
    levels = {key: int(counts.get(key, 0)) for key in (*(key for key, _title in LEVELS), UNSCORED)}
    return Told(levels, int(accounts["trend"].eq("up").sum()), sum(levels[key] for key in HIGH))


def _levels_then(market: Market, as_of: date, months: int, rules: Rules) -> pd.Series:
    """Return the level of each file some months before, by what its row said then and the days of that day."""
    day = (pd.Timestamp(as_of) - pd.DateOffset(months=months)).date()
    standing = standing_of(market, as_of=day, window_days=1, rules=rules)
    rows = standing.rows[standing.live & is_one_of(standing.stage, "account")]
    levels = score_danger(factor_states(rows, as_of=day, rules=rules.danger), rules.danger)["level"].fillna(UNSCORED)
    return pd.Series(levels.to_numpy(dtype=object), index=pd.Index(rows["org_id"].astype("str")))


def _trend(now: Any, then: Any) -> str:
    if pd.isna(then):
        return "new"
    rank = {key: place for place, (key, _title) in enumerate(LEVELS)}
    if now not in rank or then not in rank:
        return "same"
    return "up" if rank[str(now)] > rank[str(then)] else "down" if rank[str(now)] < rank[str(then)] else "same"


def _holders(plan: Plan, rows: pd.DataFrame) -> Array:
    named = plan.holders_now.reindex(rows["org_id"]).reset_index(drop=True)
    owner = plan.owners_now.reindex(rows["cell"]).reset_index(drop=True)
    return named.where(named.notna(), owner).fillna("").to_numpy(dtype=object)


def _tenure(rows: pd.DataFrame, as_of: date) -> Array:
    joined, filed = dates_in(rows, "joined_on"), dates_in(rows, "filed_on")
    since = np.where(np.isnat(joined), filed, joined)
    days = (np.datetime64(as_of, "D") - since).astype("timedelta64[D]")
    return np.where(np.isnat(days), np.nan, days.astype(float) / 365.25)


def _spend(market: Market, standing: Standing, file: Array) -> Array:
    months = billed_months(market, "revenue", start=standing.as_of - timedelta(days=364), as_of=standing.as_of)
    return np.asarray(monthly_mean(months, standing.rows.loc[file, "org_id"].reset_index(drop=True), "revenue"))


def _quadrants(tenure: Array, spend: Array, rules: Rules) -> Array:
    limits = dict(rules.quadrants)
    long, much = tenure >= limits["tenure_years"], spend >= limits["spend_month"]
    named = np.select([long & much, long, much], ["premium", "loyal", "potential"], default="entry").astype(object)
    named[np.isnan(tenure) | np.isnan(spend)] = None
    return named


def _gaps(rows: pd.DataFrame, as_of: date, rules: Rules) -> pd.Series:
    day = np.datetime64(as_of, "D")
    checked, passed = numbers_in(rows, "roster_checked"), numbers_in(rows, "roster_passed")
    lacking = {
        "licence": ~(dates_in(rows, "licence_until") >= day),
        "agreement": ~is_one_of(rows["agreement"], "signed", "expiring"),
        "roster": ~(numbers_in(rows, "roster_members") > 0) | ((checked > 0) & (passed < checked)),
        "people": ~(is_true(rows["decision_maker"]) & is_true(rows["key_contact"])),
        "three_services": ~(numbers_in(rows, "services") >= rules.core_services),
        "unified_payment": ~is_true(rows["unified_payment"]),
    }
    return _column([tuple(key for key, _title in GAPS if lacking[key][at]) for at in range(len(rows))])


def _column(values: list[Any]) -> pd.Series:
    return pd.Series(values, dtype=object)  # tuples: one value per account
