"""Revenue: what is billed a month."""

from gridmap.errors import N_
from gridmap.metrics.metric import Metric

METRICS = (
    Metric(
        "revenue",
        N_("Revenue"),
        "revenue",
        unit="money",
        numerator=("revenue",),
        denominator=(),
        better="higher",
        help=N_("Money a month billed to live organisations: for each the mean of its closed account months in the window."),
        source=N_("Account months"),
        evidence=("revenue_known", "surveys"),
    ),
)
