"""Field work: on-site days at organisations and parks, and what they bring."""

from gridmap.errors import N_
from gridmap.metrics.metric import Metric

_CAMPAIGNS = N_("On-site days")

METRICS = (
    Metric(
        "on_site_days",
        N_("On-site days"),
        "field_work",
        unit="count",
        numerator=("on_site_days",),
        denominator=(),
        better="",
        help=N_("Sessions held at an organisation or in a park in the window. Planned and cancelled ones do not count."),
        source=_CAMPAIGNS,
    ),
    Metric(
        "on_site_cards",
        N_("Cards exchanged on site"),
        "field_work",
        unit="count",
        numerator=("on_site_cards",),
        denominator=(),
        better="",
        help=N_("Cards exchanged on the on-site days of the window."),
        source=_CAMPAIGNS,
    ),
    Metric(
        "on_site_terminals",
        N_("Terminals sold on site"),
        "field_work",
        unit="count",
        numerator=("on_site_terminals",),
        denominator=(),
        better="",
        help=N_("Terminals sold on the on-site days of the window."),
        source=_CAMPAIGNS,
    ),
    Metric(
        "on_site_services",
        N_("Services sold on site"),
        "field_work",
        unit="count",
        numerator=("on_site_services",),
        denominator=(),
        better="",
        help=N_("Services sold on the on-site days of the window."),
        source=_CAMPAIGNS,
    ),
    Metric(
        "on_site_conversions",
        N_("Lines won over per on-site day"),
        "field_work",
        unit="count",
        numerator=("on_site_conversions",),
        denominator=("on_site_days",),
        better="higher",
        help=N_("Lines of other operators won over on the on-site days of the window, of these days."),
        source=_CAMPAIGNS,
        target_key="on_site_conversions",
    ),
)
