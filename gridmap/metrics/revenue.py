"""Revenue: what is billed a month, and what information services bring over a period."""

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
    Metric(
        "information_revenue",
        N_("Information revenue"),
        "revenue",
        unit="money",
        numerator=("information_revenue",),
        denominator=(),
        better="higher",
        help=N_("Information revenue billed in the closed account months of the window: a flow, held against time where it has a target."),
        source=N_("Account months"),
        target_key="information_revenue",
        flow=True,
    ),
)
