"""The figures the business is steered by: each a ratio of sums."""

from gridmap.metrics import competition, coverage, field_work, filing, load, retention, revenue
from gridmap.metrics.metric import FEW, NO_DATA, OK, OUTSIDE, UNKNOWN, Metric, evaluate, rank, shrunk, wilson
from gridmap.metrics.targets import Progress, ahead, period_span, target_for, time_progress

METRICS: tuple[Metric, ...] = (
    *filing.METRICS,
    *coverage.METRICS,
    *competition.METRICS,
    *retention.METRICS,
    *load.METRICS,
    *revenue.METRICS,
    *field_work.METRICS,
)


def metric(key: str) -> Metric:
    """Return the metric of that key; KeyError where there is none."""
    for each in METRICS:
        if each.key == key:
            return each
    raise KeyError(key)


__all__ = [
    "FEW",
    "METRICS",
    "NO_DATA",
    "OK",
    "OUTSIDE",
    "UNKNOWN",
    "Metric",
    "Progress",
    "ahead",
    "evaluate",
    "metric",
    "period_span",
    "rank",
    "shrunk",
    "target_for",
    "time_progress",
    "wilson",
]
