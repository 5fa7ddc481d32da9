"""Which parts moved a rate: the change of a ratio of sums between two days, shared out exactly among towns, holders or cells.

With r = n/d on two days, and r̄, d̄ the means of the two, the change is r1 - r0 = sum over parts of (dn_i - r̄ dd_i) / d̄: the symmetric
(midpoint) decomposition of a ratio, also known from index numbers as the Bennet decomposition. It needs no base day and leaves no rest.
"""

import numpy as np
import pandas as pd

from gridmap.metrics.metric import Metric, evaluate


def contributions(metric: Metric, now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Share the change of a metric out among the parts of a level.

    Parameters
    ----------
    metric
        Which.
    now, before
        Facts of the parts on the two days (`roll_up`), every part a row; a part that is on one side only was 0 on the other.

    Returns
    -------
    Index of both, sorted: `numerator` and `denominator` (how much each changed), `by_numerator` and `by_denominator` (what that
    moved of the metric, in its unit), `contribution` (their sum). The contributions add up to the change of the whole. All NaN where
    the whole has no denominator on one of the days: there is no change to share out.
    """
    index = now.index.union(before.index)
    asked = dict.fromkeys((*metric.numerator, *metric.denominator, *metric.evidence, "organisations"))
    new, old = (evaluate(metric, each.reindex(index)[[name for name in asked if name in each]].fillna(0.0)) for each in (now, before))
    tops = [each["numerator"].to_numpy(dtype=float) for each in (new, old)]
    up = tops[0] - tops[1]
    if not metric.denominator:
        zero = np.zeros(len(index))
        return _table(index, up, zero, up * metric.scale, zero)
    bottoms = [each["denominator"].to_numpy(dtype=float) for each in (new, old)]
    down, whole = bottoms[0] - bottoms[1], [each.sum() for each in bottoms]
    if min(whole) <= 0:
        nothing = np.full(len(index), np.nan)
        return _table(index, up, down, nothing, nothing)
    mean_rate = sum(top.sum() / bottom for top, bottom in zip(tops, whole, strict=True)) / 2
    mean_size = sum(whole) / 2
    return _table(index, up, down, up / mean_size * metric.scale, -mean_rate * down / mean_size * metric.scale)


def _table(index: pd.Index, up: np.ndarray, down: np.ndarray, by_top: np.ndarray, by_bottom: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {"numerator": up, "denominator": down, "by_numerator": by_top, "by_denominator": by_bottom, "contribution": by_top + by_bottom},
        index=index,
    )
