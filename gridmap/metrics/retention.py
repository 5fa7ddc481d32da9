"""Retention: what is left of the base frozen at the end of the year, and how firmly the core is bound to us."""

from gridmap.errors import N_
from gridmap.metrics.metric import Metric

_BASE = N_("Frozen bases and account months")
_CORE = N_("Organisations on the named list")


def _share(key: str, title: str, numerator: str, denominator: str, help_text: str, source: str, *, target: bool = True) -> Metric:
    return Metric(
        key,
        title,
        "retention",
        unit="share",
        numerator=(numerator,),
        denominator=(denominator,),
        better="higher",
        help=help_text,
        source=source,
        target_key=key if target else "",
    )


METRICS = (
    _share(
        "base_retention",
        N_("Base organisations kept"),
        "base_kept",
        "base_organisations",
        N_("Organisations of the base with billed members in the last closed account month, of all in the base. The base is never edited."),
        _BASE,
    ),
    _share(
        "base_retention_open",
        N_("Base organisations kept, without closures"),
        "base_open_kept",
        "base_open",
        N_("The same without the organisations of the base that have closed down since."),
        _BASE,
        target=False,
    ),
    _share(
        "member_retention",
        N_("Base members kept"),
        "base_members_kept",
        "base_members",
        N_("Members of base organisations in the last closed account month, at most as many as the base had, of the members in the base."),
        _BASE,
    ),
    Metric(
        "revenue_retention",
        N_("Base revenue kept"),
        "retention",
        unit="share",
        numerator=("base_revenue_kept",),
        denominator=("base_revenue",),
        better="higher",
        help=N_("Revenue of base organisations in the closed months of this year, of theirs in the same months of the base year."),
        source=_BASE,
        target_key="revenue_retention",
        counted=False,
    ),
    _share(
        "stability",
        N_("Highly stable core"),
        "core_stable",
        "core",
        N_("Core organisations bound in at least two of three ways: agreement signed, prepaid for six months or more, three services."),
        _CORE,
    ),
    _share(
        "three_services",
        N_("Three services"),
        "core_services",
        "core",
        N_("Core organisations with at least three billed services, of all on the named list."),
        _CORE,
    ),
    _share(
        "unified_payment",
        N_("Unified payment"),
        "payment_unified",
        "payment_known",
        N_("Files of organisations that pay for their members, of the files where it is known."),
        N_("Organisations"),
    ),
    _share(
        "warning_tasks_done",
        N_("Warnings answered in time"),
        "warnings_done",
        "warnings_due",
        N_("Warning tasks done by the day they were due, of those due in the window. What fell away with a reason is out."),
        N_("Tasks"),
    ),
)
