"""Hours: what the organisations of a territory ask for, and what a manager has."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from gridmap.settings import Rules

Array = np.ndarray[Any, Any]
DAYS_PER_MONTH = 365.25 / 12
WEEKS_PER_MONTH = DAYS_PER_MONTH / 7
WORKING_DAYS = "12345"


def hours_per_organisation(rules: Rules) -> dict[str, float]:
    """Return the hours a month that one organisation of each tier asks for.

    (minutes of service + minutes at the door) / 60 x visits a month, visits a month = 30.4375 / cycle in days.
    Travel is not part of it.
    """
    service, cycle = dict(rules.service_min), dict(rules.cycle_days)
    return {tier: (service[tier] + rules.door_min) / 60 * DAYS_PER_MONTH / days for tier, days in cycle.items()}


def hours_asked(tiers: pd.Series, rules: Rules) -> pd.Series:
    """Return the hours a month that each organisation asks for, by its tier; one of unknown tier asks what the smallest does."""
    per_tier = hours_per_organisation(rules)
    return tiers.map(per_tier).astype(float).fillna(per_tier[rules.cycle_days[-1][0]]).rename("hours_asked")


def hours_had(managers: pd.DataFrame, as_of: date) -> pd.Series:
    """Return the hours a month that each manager has for visits at a day, index `manager_id`.

    (hours per day x working days per week - other hours per week) x 4.348 weeks, never below 0; `hours_per_day` stands
    for the manager's own post, part-time included. A manager not active that day has 0; one whose hours per day are
    not stated has NaN: unknown. Leaders and chiefs sponsor and visit nobody regularly: 0.
    """
    per_week = managers["working_days"].fillna(WORKING_DAYS).map(lambda days: len(set(days) & set("1234567"))).astype(float)
    had = managers["hours_per_day"].astype(float) * per_week - managers["other_hours_per_week"].fillna(0).astype(float)
    serves = is_active(managers, as_of) & managers["role"].isin(["account", "community"]).to_numpy()
    hours = np.where(serves, np.maximum(had.to_numpy(dtype=float) * WEEKS_PER_MONTH, 0), 0.0)
    return pd.Series(hours, index=pd.Index(managers["manager_id"], dtype="str", name="manager_id"), name="hours_had")


def account_posts(managers: pd.DataFrame, as_of: date) -> pd.Series:
    """Return the full posts (FTE) of account managers at a day, index `manager_id`; 0 for other roles and who is not active.

    A share that is not stated counts as a full post.
    """
    serves = is_active(managers, as_of) & (managers["role"] == "account").to_numpy(dtype=bool, na_value=False)
    posts = np.where(serves, managers["fte"].fillna(1.0).to_numpy(dtype=float), 0.0)
    return pd.Series(posts, index=pd.Index(managers["manager_id"], dtype="str", name="manager_id"), name="account_posts")


def is_active(managers: pd.DataFrame, as_of: date) -> Array:
    """Say which managers work on a day: from the first to the last working day, both inclusive."""
    day = pd.Timestamp(as_of)
    started = managers["active_from"].isna() | (managers["active_from"] <= day)
    stayed = managers["active_to"].isna() | (managers["active_to"] >= day)
    return (started & stayed).to_numpy(dtype=bool)
