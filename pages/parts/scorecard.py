"""Figures against their targets: each with numerator and denominator, its change, and which of the two moved."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

import numpy as np
import streamlit as st

from gridmap.metrics import NO_DATA, Metric
from gridmap.services import wording
from gridmap.services.overview import Reading, Score, Worse
from pages.parts import formats
from pages.parts.session import _

PER_ROW = 4


def show(scores: Sequence[Score]) -> None:
    """Show scores as tiles, four in a row; on a phone two."""
    with st.container(key="scores"):
        for start in range(0, len(scores), PER_ROW):
            for column, score in zip(st.columns(PER_ROW), scores[start : start + PER_ROW], strict=False):
                with column:
                    _tile(score)


def verdict(scores: Sequence[Score]) -> str:
    """Say in one sentence how many targets are met, and which is furthest away."""
    return wording.verdict(scores, formats.writer())


def fraction(metric: Metric, reading: Reading) -> str:
    """Write numerator and denominator: 433 of 473; empty for a plain count, which is its own numerator."""
    return wording.fraction(metric, reading, formats.writer())


def state_name(state: int) -> str:
    """Say why a value is not to be read as it is; empty where it is."""
    return wording.state_name(state, formats.writer())


def show_worse(found: Sequence[Worse], before: date, towns: Mapping[str, str], managers: Mapping[str, str]) -> None:
    """Show what got worse, one sentence each, what is about the most organisations first."""
    st.caption(_("Since {day}; places with too few to judge are left out.").format(day=formats.day(before)))
    if not found:
        st.success(_("Nothing got worse by as much as one organisation."), icon=":material/check_circle:")
    for number, each in enumerate(found):
        with st.container(border=True, key=f"worse_{number}"):
            st.text(wording.worse_sentence(each, towns, managers, formats.writer()))
            if each.score.metric.denominator:
                st.caption(wording.moved(each.score, formats.writer()))


def _tile(score: Score) -> None:
    writer, metric, known, unit = formats.writer(), score.metric, state_name(score.now.state), score.metric.unit
    change = wording.visible_change(score, writer)
    with st.container(border=True, height="stretch", key=f"score_{metric.key}", gap="xsmall"):
        st.metric(
            _(metric.title),
            formats.amount(score.now.value, unit) if score.now.state < NO_DATA else formats.NONE,
            delta=formats.change(score.change, unit) or None,
            delta_color=_colour(wording.good_change(score, writer)),
            delta_arrow="off" if not change else "up" if change > 0 else "down",
            help=_(metric.help),
        )
        if score.target is not None:
            gap = score.gap
            icon = None if gap is None else ":material/check:" if gap >= 0 else ":material/flag:"
            st.badge(wording.target_words(score, writer), color=_colour(gap, zero="green"), icon=icon)
        st.caption(" · ".join(part for part in (wording.evidence(score, writer), known) if part))


def _colour(good: float | None, *, zero: Literal["gray", "green"] = "gray") -> Literal["gray", "green", "red"]:
    if good is None or np.isnan(good):
        return "gray"
    return "green" if good > 0 else "red" if good < 0 else zero
