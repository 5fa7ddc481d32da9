"""The sections of the page Sweeps: one is shown at a time, since a map that nobody sees cannot be drawn."""

from collections.abc import Callable
from importlib import import_module

import streamlit as st

from gridmap.errors import N_
from pages.parts import session
from pages.parts.opened import Opened
from pages.parts.session import _
from pages.parts.sweeping import board


def _section(name: str) -> Callable[[Opened], None]:
    def show(branch: Opened) -> None:
        try:
            import_module(name).show(branch)
        except ImportError:
            st.info(_("Not there yet."))

    return show


# One line per section: its key, its title, and what shows it.
SECTIONS = (
    ("today", N_("Today"), _section("pages.parts.board_today.board")),
    ("plan", N_("Plan"), board.show),
    ("records", N_("Records"), _section("pages.parts.field_records.records")),
    ("on_site", N_("On site"), _section("pages.parts.on_site.on_site")),
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
