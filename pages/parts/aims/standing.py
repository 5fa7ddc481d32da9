"""Every metric with a target: where it stands, how far from it, and what it was a month and a year ago."""

import numpy as np
import pandas as pd
import streamlit as st

from gridmap.services.targets import VERDICTS, Line
from pages.parts import formats, session, tables
from pages.parts.aims.reading import Standing
from pages.parts.session import _, ngettext

FAMILIES = ("filing", "coverage", "competition", "retention", "revenue", "load", "field_work")
SHOWN = ("target", "all")
MARKS = {"ahead": "▲", "reached": "✓", "on_time": "●", "behind": "▼", "short": "✗", "no_data": "", "no_target": ""}


def sentence(found: Standing) -> str:
    """Answer the question of the page in one sentence: how many targets are missed, and which is furthest away."""
    missed = [line for line in found.lines if line.verdict in ("short", "behind")]
    aimed = [line for line in found.lines if line.verdict not in ("no_data", "no_target")]
    if not aimed:
        return _("No target can be judged yet.")
    if not missed:
        return ngettext(
            "The only target is reached or on time.",
            "All {count} targets are reached or on time.",
            len(aimed),
            **formats.counted(len(aimed)),
        )
    worst = max(missed, key=_distance)
    words = ngettext(
        "{count} of {all} targets is missed",
        "{count} of {all} targets are missed",
        len(missed),
        count=formats.count(len(missed)),
        all=formats.count(len(aimed)),
    )
    return _("{missed}; furthest away: {metric}, {how}.").format(missed=words, metric=_(worst.metric.title), how=_how(worst))


def show(found: Standing) -> None:
    """Show the lines as a table, those with a target first."""
    words = {"target": _("With a target"), "all": _("All")}
    which = session.choice(
        lambda options, **wiring: st.segmented_control(
            _("Which metrics"), options, format_func=words.__getitem__, label_visibility="collapsed", required=True, **wiring
        ),
        "aimed",
        list(SHOWN),
        SHOWN[0],
    )
    kept = [line for line in found.lines if which == "all" or line.target is not None]
    if not kept:
        st.info(_("No metric has a target yet. Whoever sets targets does so below, or imports them on Data."), icon=":material/flag:")
        return
    order = sorted(kept, key=lambda line: (FAMILIES.index(line.metric.family), line.metric.key))
    verdicts = {key: _(title) for key, title in VERDICTS}
    shown = pd.DataFrame(
        {
            "metric": [_(line.metric.title) for line in order],
            "verdict": [f"{MARKS[line.verdict]} {verdicts[line.verdict]}".strip() for line in order],
            "value": [formats.amount(line.now.value, line.metric.unit) for line in order],
            "target": ["" if line.target is None else formats.goal(line.target, line.metric.unit) for line in order],
            "gap": [_gap(line) for line in order],
            "time": [_time(line) for line in order],
            "of": [_of(line) for line in order],
            "month": [_change(line.now.value, line.month.value, line) for line in order],
            "year": [_change(line.now.value, line.year.value, line) for line in order],
        }
    )
    headings = {
        "metric": _("Metric"),
        "verdict": _("How it stands"),
        "value": _("Value"),
        "target": _("Target"),
        "gap": _("Gap"),
        "time": _("Time used"),
        "of": _("Counts"),
        "month": _("Since {day}").format(day=formats.day(found.month)),
        "year": _("Since {day}").format(day=formats.day(found.year)) + " ",
    }
    tables.show(shown, headings, {}, key=f"targets_{which}", height=620, widths={"time": 210})
    st.caption(
        _(
            "A rate is held against its target in points; what adds up over a period against the time of it that has gone: "
            "ahead where more is done than time has gone."
        )
    )


def _distance(line: Line) -> float:
    """Return how far a target is missed, so that a rate and a flow can be compared: as a share of the target."""
    if line.completion is not None and line.ahead is not None:
        return -line.ahead
    return abs(line.gap or 0.0) / abs(line.target) if line.target else 0.0


def _how(line: Line) -> str:
    if line.completion is not None and line.ahead is not None:
        return _("{share} done, {lead} against time").format(
            share=formats.per_cent(line.completion), lead=formats.change(line.ahead, "share")
        )
    return _("{value} against {target}").format(
        value=formats.amount(line.now.value, line.metric.unit), target=formats.goal(line.target or 0.0, line.metric.unit)
    )


def _gap(line: Line) -> str:
    if line.ahead is not None:
        return formats.change(line.ahead, "share")
    return "" if line.gap is None else formats.change(line.gap, line.metric.unit)


def _time(line: Line) -> str:
    if line.time is None:
        return ""
    used = formats.per_cent(float(line.time.share), 2)
    return used if line.completion is None else _("{done} done of {used}").format(done=formats.per_cent(line.completion), used=used)


def _of(line: Line) -> str:
    if np.isnan(line.now.denominator):
        return ""
    return _("{numerator} of {denominator}").format(
        numerator=formats.count(line.now.numerator), denominator=formats.count(line.now.denominator)
    )


def _change(now: float, before: float, line: Line) -> str:
    if np.isnan(now) or np.isnan(before):
        return formats.NONE
    if line.metric.unit == "money":
        return formats.change((now - before) / before, "share") if before else formats.NONE
    return formats.change(now - before, line.metric.unit)
