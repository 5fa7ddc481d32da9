"""How often somebody is in, is spoken to and files: the branch's own rates by tier and half day, with how sure they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import pandas as pd

from gridmap.facts.stock import standing_of
from gridmap.facts.surveys import NOON_H, NOT_IN
from gridmap.market import Market, local_days
from gridmap.market.columns import dates_in, is_one_of, rows_in
from gridmap.schema.field import EFFECTIVE, FACE_TO_FACE
from gridmap.settings import Rules, SweepRules

Array = np.ndarray[Any, Any]
Half = Literal["am", "pm"]
HALVES: tuple[Half, ...] = ("am", "pm")
NOON_MIN = NOON_H * 60
# Settings and the branch's own visits are weighed as tries: what is set counts as so many, and visits, however many, as no more than
# so many, since a street does not keep last year's habits to the third decimal.
PRIOR_TRIES, MOST_TRIES = 20.0, 200.0
HISTORY_DAYS = 365
# Of the doors where somebody is in: met 38 and staff only 22 of 73 in a hundred; the rest refuse, or are gone.
SPOKEN_SHARE = 60 / 73
_TRIES = (("tier", "str"), ("half", "str"), ("found", bool), ("reached", bool), ("unfiled", bool), ("filed", bool))


@dataclass(frozen=True)
class Rate:
    """A share nobody knows exactly: a Beta distribution of `hits` and `misses`, both more than 0."""

    hits: float
    misses: float

    @property
    def mean(self) -> float:
        """The share expected."""
        return self.hits / (self.hits + self.misses)

    @property
    def variance(self) -> float:
        """How unsure the share is."""
        return self.mean * (1 - self.mean) / (self.hits + self.misses + 1)

    def learned(self, hits: float, tries: float) -> "Rate":
        """Return the rate after tries, which count as `MOST_TRIES` at most."""
        scale = min(1.0, MOST_TRIES / tries) if tries else 0.0
        return Rate(self.hits + hits * scale, self.misses + (tries - hits) * scale)

    def times(self, other: "Rate") -> "Rate":
        """Return the rate at which two independent things both happen: the Beta with the mean and variance of their product."""
        mean = self.mean * other.mean
        variance = (self.variance + self.mean**2) * (other.variance + other.mean**2) - mean**2
        weight = mean * (1 - mean) / variance - 1
        return Rate(mean * weight, (1 - mean) * weight)


def rate_of(share: float) -> Rate:
    """Return what a share in the settings says, worth `PRIOR_TRIES` tries; 0 and 1 are kept a little off the edge."""
    kept = min(max(share, 0.01), 0.99)
    return Rate(kept * PRIOR_TRIES, (1 - kept) * PRIOR_TRIES)


@dataclass(frozen=True)
class DoorRates:
    """By (tier, half day): somebody is in; an effective visit comes of a try; a file comes of a try. `tries` says on how many it rests."""

    found: Mapping[tuple[str, Half], Rate]
    reached: Mapping[tuple[str, Half], Rate]
    filed: Mapping[tuple[str, Half], Rate]
    tries: Mapping[tuple[str, Half], int]

    def key(self, tier: str, minute: float) -> tuple[str, Half]:
        """Return the key for a door at a minute of the day; an unknown tier counts as the last one."""
        tiers = [each for each, _ in self.found]
        return (tier if tier in tiers else tiers[-1], half_of(minute))


def half_of(minute: float) -> Half:
    """Return the half day of a minute since local midnight."""
    return "am" if minute < NOON_MIN else "pm"


def in_shares(market: Market, *, as_of: date, rules: SweepRules) -> pd.DataFrame:
    """Estimate how often somebody is in, by tier and half day, from the face-to-face visits of the year that ends with a day.

    Returns
    -------
    One row per tier of `rules.in_share` and half day: tier, half ("am", "pm"), share (0 to 1), tries. A half day is shrunk to its
    tier, a tier to the settings; without visits the share is that of the settings.
    """
    rates = door_rates(market, as_of=as_of, rules=rules)
    rows = [(tier, half, rate.mean, rates.tries[tier, half]) for (tier, half), rate in rates.found.items()]
    return pd.DataFrame(rows, columns=["tier", "half", "share", "tries"])


def door_rates(market: Market, *, as_of: date, rules: SweepRules) -> DoorRates:
    """Estimate every step of a try at a door, by tier and half day; see `in_shares`."""
    visits = _visits(market, as_of)
    tiers = [tier for tier, _ in rules.in_share]
    filing = dict(rules.filing_share)
    found, reached, filed, tries = {}, {}, {}, {}
    for tier in tiers:
        of_tier = visits[visits["tier"] == tier]
        whole = _learned(rate_of(dict(rules.in_share)[tier]), of_tier["found"])
        spoken = _learned(rate_of(SPOKEN_SHARE), of_tier.loc[of_tier["found"], "reached"])
        files = _learned(rate_of(filing.get(tier, 0.0)), of_tier.loc[of_tier["reached"] & of_tier["unfiled"], "filed"])
        for half in HALVES:
            mine = of_tier[of_tier["half"] == half]
            found[tier, half] = _learned(rate_of(whole.mean), mine["found"])
            reached[tier, half] = found[tier, half].times(spoken)
            filed[tier, half] = reached[tier, half].times(files)
            tries[tier, half] = len(mine)
    return DoorRates(MappingProxyType(found), MappingProxyType(reached), MappingProxyType(filed), MappingProxyType(tries))


def _learned(before: Rate, happened: pd.Series) -> Rate:
    return before.learned(float(happened.sum()), float(len(happened)))


def _visits(market: Market, as_of: date) -> pd.DataFrame:
    """Return the tries that count: tier, half, and whether found, reached, unfiled before, filed."""
    visits = market.at("visits", as_of)
    if not len(visits):
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _TRIES})
    days = local_days(visits["visited_at"], market.branch.time_zone)
    standing = standing_of(market, as_of=as_of, window_days=Rules().window_days, rules=Rules())
    place = rows_in(visits["org_id"], standing.rows["org_id"])
    face = is_one_of(visits["kind"], *FACE_TO_FACE) | visits["kind"].isna().to_numpy()
    kept = (place >= 0) & face & (days > pd.Timestamp(as_of) - pd.Timedelta(days=HISTORY_DAYS)).to_numpy()
    outcome, place = visits["outcome"][kept], place[kept]
    filed_on = dates_in(standing.rows, "filed_on")[place]
    unfiled = np.isnat(filed_on) | (filed_on >= days[kept].to_numpy(dtype="datetime64[D]"))
    hour = visits["visited_at"][kept].dt.tz_convert(market.branch.time_zone).dt.hour.to_numpy()
    return pd.DataFrame(
        {
            "tier": standing.tier[place],
            "half": np.where(hour < NOON_H, "am", "pm"),
            "found": ~is_one_of(outcome, NOT_IN),
            "reached": is_one_of(outcome, *EFFECTIVE),
            "unfiled": unfiled,
            "filed": is_one_of(outcome, "filed"),
        }
    )
