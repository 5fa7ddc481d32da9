"""Filing: who has been found, and whose file is complete and true."""

from gridmap.errors import N_
from gridmap.metrics.metric import Metric

_RATE = N_("Complete, checked files, of the live organisations. A file is complete with its licence, agreement, roster and two key people.")
_TIER_RATE = N_("Complete, checked files, of the live organisations of the tier. Unknown tiers are apart.")
_SOURCE = N_("Organisations")

METRICS = (
    Metric(
        "prospect_density",
        N_("Prospect density"),
        "filing",
        unit="per_km2",
        numerator=("prospects",),
        denominator=("area_km2",),
        better="",
        help=N_("Live organisations without a file per square kilometre. A cell nobody walked and nobody is known in is unknown."),
        source=_SOURCE,
        evidence=("organisations", "surveys"),
    ),
    Metric(
        "filing_rate",
        N_("Filing rate"),
        "filing",
        unit="share",
        numerator=("complete",),
        denominator=("organisations",),
        better="higher",
        help=_RATE,
        source=_SOURCE,
        target_key="filing_rate",
    ),
    *(
        Metric(
            f"filing_rate_{tier}",
            title,
            "filing",
            unit="share",
            numerator=(f"complete_{tier}",),
            denominator=(f"live_{tier}",),
            better="higher",
            help=_TIER_RATE,
            source=_SOURCE,
            target_key="filing_rate" if tier in "ABC" else "",
            tier=tier if tier in "ABCM" else "",
        )
        for tier, title in (
            ("A", N_("Filing rate, tier A")),
            ("B", N_("Filing rate, tier B")),
            ("C", N_("Filing rate, tier C")),
            ("M", N_("Filing rate, micro")),
            ("U", N_("Filing rate, tier unknown")),
        )
    ),
    Metric(
        "filing_rate_frozen",
        N_("Filing rate of the frozen list"),
        "filing",
        unit="share",
        numerator=("frozen_complete",),
        denominator=("frozen",),
        better="higher",
        help=N_("For appraisal: complete files, of the tier A, B and C organisations that were live when the window opened."),
        source=_SOURCE,
    ),
    Metric(
        "additions",
        N_("Added since"),
        "filing",
        unit="count",
        numerator=("additions",),
        denominator=(),
        better="",
        help=N_("Live tier A, B and C organisations that came after the window opened; shown beside the frozen list."),
        source=_SOURCE,
    ),
    Metric(
        "filings",
        N_("Filings made"),
        "filing",
        unit="count",
        numerator=("filings",),
        denominator=(),
        better="higher",
        help=N_("Files made in the window of organisations that live: a flow, held against time where it has a target."),
        source=_SOURCE,
        target_key="filings",
        flow=True,
    ),
    Metric(
        "roster_truth",
        N_("Roster truth"),
        "filing",
        unit="share",
        numerator=("roster_passed",),
        denominator=("roster_checked",),
        better="higher",
        help=N_("Roster members that passed, of those checked in the last 12 months. Unchecked is not false."),
        source=N_("File checks"),
        target_key="roster_truth",
        evidence=("roster_checked",),
    ),
    *(
        Metric(
            key,
            title,
            "filing",
            unit="share",
            numerator=(passed,),
            denominator=(due,),
            better="higher",
            help=help_text,
            source=N_("File checks"),
        )
        for key, title, passed, due, help_text in (
            (
                "roster_checked_share",
                N_("Roster checked"),
                "roster_checked",
                "roster_members",
                N_("Roster members checked in the last 12 months, of all on the rosters; read beside roster truth."),
            ),
            (
                "licence_check",
                N_("Licence in date"),
                "licence_valid",
                "files",
                N_("Files whose business licence has not run out, of all files."),
            ),
            (
                "roster_check",
                N_("Roster quality"),
                "roster_clean",
                "roster_sampled",
                N_("Files whose checked members all passed, of the files with members checked."),
            ),
            (
                "agreement_check",
                N_("Agreement uploaded"),
                "agreement_valid",
                "files",
                N_("Files with an agreement signed, or signed and expiring, of all files."),
            ),
            (
                "roster_share_check",
                N_("Roster share"),
                "roster_full",
                "roster_due",
                N_("Files whose roster holds the required share of our lines, of the files with lines of ours."),
            ),
            (
                "people_check",
                N_("Two key people"),
                "people_named",
                "files",
                N_("Files that name a decision maker and a contact, of all files."),
            ),
        )
    ),
    Metric(
        "schools_covered",
        N_("Schools covered"),
        "filing",
        unit="share",
        numerator=("schools_covered",),
        denominator=("schools",),
        better="higher",
        help=N_("County-town primary and middle schools with a billed service, of all of them; known by their size (tier A or B)."),
        source=_SOURCE,
        minimum_count=1,
    ),
)
