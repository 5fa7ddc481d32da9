"""The sections of the History page: one is shown at a time, since a map that nobody sees cannot be drawn."""

import streamlit as st

from gridmap.errors import N_
from pages.parts import findings, session
from pages.parts.past import any_day, audit, changes, comparing, over_time
from pages.parts.past.branch import PastOf
from pages.parts.session import _

# One line per section: its key, its title, and what shows it.
SECTIONS = (
    ("changes", N_("Changes"), changes.show),
    ("over_time", N_("One cell over time"), over_time.show),
    ("any_day", N_("Map on any date"), any_day.show),
    ("comparing", N_("Compare two dates"), comparing.show),
    ("audit", N_("Audit"), audit.show),
)


def pick() -> str:
    """Choose a section, kept in the link."""
    words = {key: _(title) for key, title, _show in SECTIONS}
    return session.choice(
        lambda options, **wiring: st.segmented_control(
            _("Section"), options, format_func=words.__getitem__, **wiring, required=True, label_visibility="collapsed"
        ),
        "part",
        list(words),
        SECTIONS[0][0],
    )


@st.fragment
def show(chosen: str, past: PastOf) -> None:
    """Show a section; a choice within it reruns nothing else."""
    with findings.guard():
        next(draw for key, _title, draw in SECTIONS if key == chosen)(past)
