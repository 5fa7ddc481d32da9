"""Coverage: who has been visited in time, who never was, and what is owed."""

from gridmap.errors import N_
from gridmap.metrics.metric import Metric

_VISITS = N_("Visits")

METRICS = (
    Metric(
        "visit_coverage",
        N_("Visit coverage"),
        "coverage",
        unit="share",
        numerator=("covered",),
        denominator=("coverage_due",),
        better="higher",
        help=N_(
            "Live organisations with an effective face-to-face visit within their cycle (A 30, B 60, C 90, micro 180 days by "
            "default), of the live ones older than a cycle."
        ),
        source=_VISITS,
        target_key="visit_coverage",
        evidence=("history_known",),
    ),
    Metric(
        "never_visited",
        N_("Never visited"),
        "coverage",
        unit="share",
        numerator=("visit_never",),
        denominator=("history_known",),
        better="lower",
        help=N_("Live organisations without one effective visit, of the live ones. Without a visit history it is unknown."),
        source=_VISITS,
        target_key="never_visited",
        evidence=("history_known",),
    ),
    Metric(
        "visits_owed",
        N_("Visits owed"),
        "coverage",
        unit="count",
        numerator=("visits_owed",),
        denominator=(),
        better="lower",
        help=N_("Whole cycles since the last effective visit or the discovery, three at most per organisation. Stays with the cell."),
        source=_VISITS,
        target_key="visits_owed",
        evidence=("history_known", "surveys"),
    ),
    Metric(
        "effective_visits",
        N_("Effective visits"),
        "coverage",
        unit="share",
        numerator=("effective_visits",),
        denominator=("attempts",),
        better="higher",
        help=N_("Visits at which somebody was spoken to, of all visits in the window; one per organisation and day."),
        source=_VISITS,
        target_key="effective_visits",
        evidence=("history_known",),
    ),
    Metric(
        "sweep_completion",
        N_("Sweep completion"),
        "coverage",
        unit="share",
        numerator=("doors_final",),
        denominator=("doors_listed",),
        better="higher",
        help=N_("Doors with a final status, of the doors the surveys listed. Nobody in is final after two tries in different half days."),
        source=N_("Surveys and visits"),
        target_key="sweep_completion",
        evidence=("doors_listed",),
    ),
    Metric(
        "member_share",
        N_("Member share"),
        "coverage",
        unit="share",
        numerator=("surveyed_own_lines",),
        denominator=("surveyed_lines",),
        better="higher",
        help=N_("Own lines, of all mobile lines, in files surveyed in the last 12 months."),
        source=N_("Surveys of files"),
        target_key="member_share",
        evidence=("surveyed_lines",),
    ),
)
