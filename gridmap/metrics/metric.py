"""What a metric is: two sums of facts, a unit, a direction, a target; and how it is evaluated and ranked."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

Array = np.ndarray[Any, Any]
Unit = Literal["share", "count", "per_km2", "days", "hours", "per_100", "money"]

# States of an evaluated metric.
OK, FEW, NO_DATA, UNKNOWN, OUTSIDE = range(5)
WILSON_Z = 1.96  # 95 % two-sided


@dataclass(frozen=True)
class Metric:
    """One figure: the sum of its numerator facts over the sum of its denominator facts.

    An empty denominator makes it a plain sum. `evidence` names facts without which nothing can be known: where they
    add up to 0 among organisations (or on land nobody walked) the figure is unknown rather than zero. `target_key`
    names the target, empty where there is none; `tier` the tier it is set for. `counted` False marks a share of
    things measured, such as hours: few of them are not too few, and no bound for proportions holds. `flow` marks what adds up over
    a period: its target is held against the time that has gone.
    """

    key: str
    title: str
    family: str
    unit: Unit
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    better: Literal["higher", "lower", ""]
    help: str
    source: str
    target_key: str = ""
    tier: str = ""
    minimum_count: int | None = None
    evidence: tuple[str, ...] = ()
    counted: bool = True
    flow: bool = False

    @property
    def scale(self) -> float:
        """What the ratio is multiplied by: 100 for figures per 100, else 1."""
        return 100.0 if self.unit == "per_100" else 1.0

    @property
    def is_share(self) -> bool:
        """Whether numerator and denominator count the same things, so that a bound for proportions holds."""
        return self.unit == "share" and self.counted


def evaluate(metric: Metric, rolled: pd.DataFrame, *, minimum_count: int = 5) -> pd.DataFrame:
    """Evaluate a metric on rolled-up facts.

    Parameters
    ----------
    metric
        Which.
    rolled
        As `roll_up` gives them; a column the level does not have counts as 0.
    minimum_count
        Denominators of counts below this are too few to judge (`rules.minimum_count`); the metric's own stands above it.

    Returns
    -------
    Index of `rolled`; `numerator`, `denominator` (NaN for plain sums), `value` (NaN where there is none: no data or
    unknown), `state` (0 OK, 1 FEW, 2 NO_DATA, 3 UNKNOWN). Few still has its value.
    """
    top, bottom = _sum(rolled, metric.numerator), _sum(rolled, metric.denominator)
    plain = not metric.denominator
    with np.errstate(divide="ignore", invalid="ignore"):
        value = top.copy() if plain else np.where(bottom > 0, top / bottom * metric.scale, np.nan)
    state = np.full(len(rolled), OK, dtype=np.uint8)
    least = metric.minimum_count if metric.minimum_count is not None else minimum_count
    if metric.is_share or metric.unit == "per_100":
        state[bottom < least] = FEW
    if not plain:
        state[~(bottom > 0)] = NO_DATA
    if metric.evidence:
        there = np.ones(len(rolled), dtype=bool) if metric.denominator in ((), ("area_km2",)) else _sum(rolled, ("organisations",)) > 0
        state[there & (_sum(rolled, metric.evidence) == 0)] = UNKNOWN
    value[np.isin(state, (NO_DATA, UNKNOWN))] = np.nan
    shown = np.full(len(rolled), np.nan) if plain else bottom
    return pd.DataFrame({"numerator": top, "denominator": shown, "value": value, "state": state}, index=rolled.index)


def wilson(numerator: Array, denominator: Array, *, upper: bool) -> Array:
    """Return the Wilson score bound of a proportion at 95 %: the upper or the lower one; NaN where the denominator is 0.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927).
    """
    top, bottom = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip(top / bottom, 0, 1)
        z2 = WILSON_Z**2 / bottom
        middle = share + z2 / 2
        half = WILSON_Z * np.sqrt(share * (1 - share) / bottom + z2 / (4 * bottom))
        bound = (middle + half if upper else middle - half) / (1 + z2)
    return np.where(bottom > 0, np.clip(bound, 0, 1), np.nan)


def rank(metric: Metric, evaluated: pd.DataFrame) -> pd.DataFrame:
    """Rank rows, worst first, so that few cases never beat many.

    Shares by the Wilson bound on the cautious side (lower where more is better, upper where less is); rates per 100
    and per km2 by the same idea for counts, the square-root bound of a Poisson count; the rest by value.

    Returns
    -------
    `evaluated` sorted, with `bound` and `rank` (1 = worst; missing where there is no value); rows without a value last.
    """
    upper = metric.better == "lower"
    top, bottom = evaluated["numerator"].to_numpy(dtype=float), evaluated["denominator"].to_numpy(dtype=float)
    if metric.is_share:
        bound = wilson(top, bottom, upper=upper)
    elif metric.unit in ("per_100", "per_km2") and metric.denominator:
        edge = np.square(np.maximum(np.sqrt(top + 0.375) + (WILSON_Z if upper else -WILSON_Z) / 2, 0)) - 0.375
        with np.errstate(divide="ignore", invalid="ignore"):
            bound = np.where(bottom > 0, np.maximum(edge, 0) / bottom * metric.scale, np.nan)
    else:
        bound = evaluated["value"].to_numpy(dtype=float)
    bound = np.where(evaluated["value"].isna(), np.nan, bound)
    ranked = evaluated.assign(bound=bound).sort_values(["bound"], ascending=not upper, kind="stable", na_position="last")
    place = pd.Series(np.arange(1, len(ranked) + 1), index=ranked.index, dtype="Int64")
    return ranked.assign(rank=place.mask(ranked["bound"].isna()))


def shrunk(evaluated: pd.DataFrame, *, scale: float = 1.0) -> pd.Series:
    """Draw each rate towards the rate of all rows, the more the fewer cases it has; for colour and ranking only.

    value = (numerator + k p) / (denominator + k), p the rate of all rows; k, how many cases the whole is worth, from
    the spread between rows by moments: k = p(1-p) / (spread of rates - spread expected by chance), 0 to 1000.

    Returns
    -------
    Index of the input, NaN where there is no value.
    """
    top, bottom = evaluated["numerator"].to_numpy(dtype=float), evaluated["denominator"].to_numpy(dtype=float)
    usable = evaluated["value"].notna().to_numpy() & (bottom > 0)
    if not usable.any():
        return pd.Series(np.nan, index=evaluated.index, name="shrunk")
    overall = top[usable].sum() / bottom[usable].sum()
    weight = bottom[usable] / bottom[usable].sum()
    spread = (weight * (top[usable] / bottom[usable] - overall) ** 2).sum()
    noise = max(overall * (1 - overall), 0.0)
    excess = spread - noise * usable.sum() / bottom[usable].sum()
    strength = min(noise / excess, 1000.0) if excess > 0 and noise > 0 else 1000.0
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (top + strength * overall) / (bottom + strength) * scale
    return pd.Series(np.where(usable, value, np.nan), index=evaluated.index, name="shrunk")


def _sum(rolled: pd.DataFrame, names: tuple[str, ...]) -> Array:
    total = np.zeros(len(rolled))
    for name in names:
        if name in rolled:
            total = total + rolled[name].to_numpy(dtype=float)
    return total
