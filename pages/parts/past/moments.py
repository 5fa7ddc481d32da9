"""Choosing a day, and the day whose knowledge counts."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from gridmap.services.history import Moment
from pages.parts import formats, session
from pages.parts.session import _

NOW, THEN = "now", "then"
FIRST = date(1990, 1, 1)


def pick_day(label: str, name: str, *, default: date, last: date, help_text: str | None = None) -> date:
    """Choose any day up to a last one, kept in the view under `name`."""
    return session.day(
        lambda low, high, **wiring: st.date_input(label, min_value=low, max_value=high, **wiring, help=help_text),
        name,
        low=FIRST,
        high=last,
        default=default,
    )


def pick_on_slider(label: str, name: str, days: Sequence[date], default: date) -> date:
    """Choose one of some days on a slider; the only one there is needs no slider."""
    words = {day.isoformat(): formats.day(day) for day in days}
    if len(days) < 2:
        st.caption(label)
        st.text(formats.day(days[0]))
        return days[0]
    chosen = session.choice(
        lambda options, **wiring: st.select_slider(label, options, format_func=words.__getitem__, **wiring),
        name,
        list(words),
        default.isoformat(),
    )
    return date.fromisoformat(chosen)


def pick_knowledge(name: str, today: date) -> date | None:
    """Choose whose knowledge counts: all that is recorded by now (None), or what was recorded by the end of a day."""
    words = {NOW: _("As known now"), THEN: _("As known on another day")}
    chosen = session.choice(
        lambda options, **wiring: st.segmented_control(
            _("Knowledge"), options, format_func=words.__getitem__, **wiring, required=True, label_visibility="collapsed"
        ),
        f"{name}_as",
        [NOW, THEN],
        NOW,
    )
    if chosen == NOW:
        return None
    return pick_day(_("Known on"), f"{name}_known", default=today, last=today)


def pick_moment(label: str, name: str, *, default: date, today: date, last: date) -> Moment:
    """Choose a day and whose knowledge counts."""
    return Moment(pick_day(label, name, default=default, last=last), pick_knowledge(name, today))
