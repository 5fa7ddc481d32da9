"""Figures against their targets: each with numerator and denominator, its change, and which of the two moved."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

import numpy as np
import streamlit as st

from gridmap.facts import UNASSIGNED
from gridmap.metrics import FEW, NO_DATA, UNKNOWN, Metric
from gridmap.services.overview import Reading, Score, Worse
from pages.parts import formats
from pages.parts.session import _

PER_ROW = 4
_UNCHANGED = "\N{PLUS-MINUS SIGN}"


def show(scores: Sequence[Score]) -> None:
    """Show scores as tiles, four in a row; on a phone two."""
    with st.container(key="scores"):
        for start in range(0, len(scores), PER_ROW):
            for column, score in zip(st.columns(PER_ROW), scores[start : start + PER_ROW], strict=False):
                with column:
                    _tile(score)


def verdict(scores: Sequence[Score]) -> str:
    """Say in one sentence how many targets are met, and which is furthest away."""
    judged = [(score, score.gap) for score in scores if score.gap is not None]
    if not judged:
        return _("No targets are set for what is shown here.")
    behind = sorted((gap / (abs(score.target or 1) or 1), score.metric.key, score) for score, gap in judged if gap < 0)
    if not behind:
        return _("All {count} targets are met.").format(count=len(judged))
    worst = behind[0][2]
    return _("{behind} of {count} targets are missed; furthest from its target: {title}, {value} against {target}.").format(
        behind=len(behind),
        count=len(judged),
        title=_(worst.metric.title),
        value=formats.amount(worst.now.value, worst.metric.unit),
        target=formats.goal(worst.target or 0.0, worst.metric.unit),
    )


def fraction(metric: Metric, reading: Reading) -> str:
    """Write numerator and denominator: 433 of 473; empty for a plain count, which is its own numerator."""
    if not metric.denominator:
        return ""
    if metric.denominator == ("area_km2",):
        return _("{count} on {area} km²").format(count=formats.count(reading.numerator), area=formats.decimal(reading.denominator))
    return _("{numerator} of {denominator}").format(
        numerator=formats.count(reading.numerator), denominator=formats.count(reading.denominator)
    )


def evidence(score: Score) -> str:
    """Write numerator and denominator, each with its change since the day before: 215 (+9) of 331 (+4)."""
    metric, now, before = score.metric, score.now, score.before
    if not metric.denominator:
        return ""
    if metric.denominator == ("area_km2",):  # the ground does not change from one day to another
        return fraction(metric, now)
    written = [_with_change(new, new - old) for new, old in ((now.numerator, before.numerator), (now.denominator, before.denominator))]
    return _("{numerator} of {denominator}").format(numerator=written[0], denominator=written[1])


def visible_change(score: Score) -> float:
    """Return the change of a score, 0 where it is too small to be written: what reads as unchanged is neither good nor bad."""
    return 0.0 if formats.change(score.change, score.metric.unit).startswith(_UNCHANGED) else score.change


def state_name(state: int) -> str:
    """Say why a value is not to be read as it is; empty where it is."""
    return {FEW: _("too few to judge"), NO_DATA: _("no data"), UNKNOWN: _("unknown")}.get(state, "")


def moved(score: Score) -> str:
    """Say which of numerator and denominator moved since the day before."""
    now, before = score.now, score.before
    numerator, denominator = (
        formats.change(now.numerator - before.numerator, "count"),
        formats.change(now.denominator - before.denominator, "count"),
    )
    if not score.metric.denominator:
        return ""
    return {
        "": _("unchanged"),
        "numerator": _("numerator {numerator}"),
        "denominator": _("denominator {denominator}"),
        "both": _("numerator {numerator}, denominator {denominator}"),
    }[score.moved].format(numerator=numerator, denominator=denominator)


def show_worse(found: Sequence[Worse], before: date, towns: Mapping[str, str], managers: Mapping[str, str]) -> None:
    """Show what got worse, one sentence each, what is about the most organisations first."""
    st.caption(_("Since {day}; places with too few to judge are left out.").format(day=formats.day(before)))
    if not found:
        st.success(_("Nothing got worse by as much as one organisation."), icon=":material/check_circle:")
    for number, each in enumerate(found):
        with st.container(border=True, key=f"worse_{number}"):
            st.text(worse_sentence(each, towns if each.level == "town" else {**managers, UNASSIGNED: _("Unassigned cells")}))
            if each.score.metric.denominator:
                st.caption(moved(each.score))


def worse_sentence(worse: Worse, names: Mapping[str, str]) -> str:
    """Write one change for the worse as a sentence with both readings; plain text, since it holds names."""
    metric, now, before = worse.score.metric, worse.score.now, worse.score.before
    if metric.denominator:
        text = _("{where}: {title} went from {before} ({before_count}) to {now} ({now_count}).")
    else:
        text = _("{where}: {title} went from {before} to {now}.")
    return text.format(
        where=names.get(worse.key, worse.key),
        title=_(metric.title),
        before=formats.amount(before.value, metric.unit),
        before_count=fraction(metric, before),
        now=formats.amount(now.value, metric.unit),
        now_count=fraction(metric, now),
    )


def _tile(score: Score) -> None:
    metric, known, unit, change = score.metric, state_name(score.now.state), score.metric.unit, visible_change(score)
    with st.container(border=True, height="stretch", key=f"score_{metric.key}", gap="xsmall"):
        st.metric(
            _(metric.title),
            formats.amount(score.now.value, unit) if score.now.state < NO_DATA else formats.NONE,
            delta=formats.change(score.change, unit) or None,
            delta_color=_colour(change if metric.better == "higher" else -change if metric.better == "lower" else 0.0),
            delta_arrow="off" if not change else "up" if change > 0 else "down",
            help=_(metric.help),
        )
        if score.target is not None:
            gap = score.gap
            icon = None if gap is None else ":material/check:" if gap >= 0 else ":material/flag:"
            st.badge(_target_words(score), color=_colour(gap, zero="green"), icon=icon)
        st.caption(" · ".join(part for part in (evidence(score), known) if part))


def _with_change(value: float, change: float) -> str:
    moved = formats.change(change, "count")
    return f"{formats.count(value)} ({moved})" if moved and not moved.startswith(_UNCHANGED) else formats.count(value)


def _colour(good: float | None, *, zero: Literal["gray", "green"] = "gray") -> Literal["gray", "green", "red"]:
    if good is None or np.isnan(good):
        return "gray"
    return "green" if good > 0 else "red" if good < 0 else zero


def _target_words(score: Score) -> str:
    unit, gap = score.metric.unit, score.gap
    target = formats.goal(score.target or 0.0, unit)
    if gap is None:
        return _("target {target}").format(target=target)
    if not score.metric.target_key or unit != "share":  # how far from a limit on a count is no lead
        return (_("within {target}") if gap >= 0 else _("over {target}")).format(target=target)
    text = _("target {target} met, {gap}") if gap >= 0 else _("target {target}, {gap}")
    return text.format(target=target, gap=formats.change(gap, unit))
