"""Load: what each manager looks after, and whether the hours are there."""

from gridmap.errors import N_
from gridmap.metrics.metric import Metric

METRICS = (
    Metric(
        "files_per_manager",
        N_("Files per account manager"),
        "load",
        unit="count",
        numerator=("filed_A", "filed_B", "filed_C"),
        denominator=("account_posts",),
        better="lower",
        help=N_("Filed A, B and C organisations per full post of an account manager. Sponsors and community managers are out."),
        source=N_("Organisations and managers"),
        target_key="files_per_manager",
    ),
    Metric(
        "hours_used",
        N_("Hours asked, of hours had"),
        "load",
        unit="share",
        numerator=("hours_asked",),
        denominator=("hours_had",),
        better="lower",
        help=N_("Hours a month that live organisations ask for in service and at the door, of the hours managers have. Without travel."),
        source=N_("Organisations and managers"),
        target_key="hours_used",
        counted=False,
    ),
    Metric(
        "hours_asked",
        N_("Hours asked"),
        "load",
        unit="hours",
        numerator=("hours_asked",),
        denominator=(),
        better="",
        help=N_("Hours a month that live organisations ask for in service and at the door."),
        source=N_("Organisations"),
    ),
    Metric(
        "white_space",
        N_("White space"),
        "load",
        unit="money",
        numerator=("white_space",),
        denominator=(),
        better="",
        help=N_("Money a month of the lines that are not ours: surveyed lines, or a guess by tier, at the usual revenue per line."),
        source=N_("Organisations"),
    ),
)
