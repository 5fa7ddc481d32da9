"""What changed since the month before, and why: sentences that are counted, never guessed."""

import streamlit as st

from gridmap.services.overview import Score
from gridmap.services.what_changed import EVENTS, Change, Part, everything, what_changed
from gridmap.settings import Rules
from pages.parts import formats
from pages.parts.opened import Opened
from pages.parts.session import _

MOST = 5
_UNCHANGED = "\N{PLUS-MINUS SIGN}"  # what is too small to be written moved nothing that anybody would see


def show(branch: Opened, scores: tuple[Score, ...], rules: Rules) -> None:
    """Show the changes, the largest first."""
    st.header(_("What changed, and why"))
    st.caption(
        _("Since {day}. Towns' shares add up to the change; events are counted from the tables.").format(
            day=formats.day(branch.before.as_of)
        )
    )
    st.text(_("In this time: {events}.").format(events=_events(everything(branch.market, branch.now, branch.before, rules=rules))))
    found = what_changed(branch.market, branch.now, branch.before, scores, rules=rules)
    if not found:
        st.success(_("No figure moved by more than a fifth of a point, or 2 %."), icon=":material/check_circle:")
    for number, change in enumerate(found[:MOST]):
        with st.container(border=True, key=f"changed_{number}", gap="xsmall"):
            for line in sentences(change, branch):
                st.text(line)


def sentences(change: Change, branch: Opened) -> list[str]:
    """Write one change: what moved and how far, which towns moved it, and what the month counts; plain text, since it holds names."""
    score, metric = change.score, change.score.metric
    first = _("{title} went from {before} to {now} ({change}).").format(
        title=_(metric.title),
        before=formats.amount(score.before.value, metric.unit),
        now=formats.amount(score.now.value, metric.unit),
        change=formats.change(score.change, metric.unit),
    )
    told = [f"{first} {_counts(score)}".strip()]
    if change.few:
        told.append(_("Too few to judge: read it with care."))
    with_it, against = (_towns(parts, branch, metric.unit) for parts in (change.with_it, change.against))
    line = [_("Most of it: {towns}.").format(towns=with_it)] if with_it else []
    line += [_("Against it: {towns}.").format(towns=against)] if against else []
    if line:
        told.append(" ".join(line))
    if change.events:
        told.append(_("In this time: {events}.").format(events=_events(change.events)))
    return told


def _events(counted: tuple[tuple[str, int], ...]) -> str:
    words = {key: _(title) for key, title, _families in EVENTS}
    return ", ".join(f"{formats.count(count)} {words[key]}" for key, count in counted) or _("nothing on record")


def _counts(score: Score) -> str:
    if not score.metric.denominator:
        return ""
    now, before = score.now, score.before
    words = {
        "top": f"{formats.count(before.numerator)} \N{RIGHTWARDS ARROW} {formats.count(now.numerator)}",
        "bottom": f"{formats.count(before.denominator)} \N{RIGHTWARDS ARROW} {formats.count(now.denominator)}",
    }
    if score.moved == "numerator":
        return _("The numerator moved: {top}; the denominator stayed.").format(**words)
    if score.moved == "denominator":
        return _("The denominator moved: {bottom}; the numerator stayed.").format(**words)
    return _("Both moved: numerator {top}, denominator {bottom}.").format(**words)


def _towns(parts: tuple[Part, ...], branch: Opened, unit: str) -> str:
    lost = _("Not placed")
    written = [(branch.towns.get(part.key, lost), formats.change(part.contribution, unit)) for part in parts]
    return ", ".join(f"{name} {change}" for name, change in written if not change.startswith(_UNCHANGED))
