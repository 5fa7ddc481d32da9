"""The sections of the page Sweeps: one is shown at a time, since a map that nobody sees cannot be drawn."""

import streamlit as st

from gridmap.errors import N_
from pages.parts import session
from pages.parts.board_today import board as board_today
from pages.parts.field_records import records
from pages.parts.on_site import on_site
from pages.parts.opened import Opened
from pages.parts.session import _
from pages.parts.sweeping import board

# One line per section: its key, its title, and what shows it.
SECTIONS = (
    ("today", N_("Today's work"), board_today.show),
    ("plan", N_("Plan days"), board.show),
    ("records", N_("Records"), records.show),
    ("on_site", N_("On site"), on_site.show),
)
FIRST = "plan"


def pick() -> str:
    """Choose a section, kept in the link."""
    words = {key: _(title) for key, title, _show in SECTIONS}
    return session.choice(
        lambda options, **wiring: st.segmented_control(
            _("Section"), options, format_func=words.__getitem__, **wiring, required=True, label_visibility="collapsed"
        ),
        "part",
        list(words),
        FIRST,
    )


def show(chosen: str, branch: Opened) -> None:
    """Show a section."""
    next(draw for key, _title, draw in SECTIONS if key == chosen)(branch)
