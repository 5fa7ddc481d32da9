"""The parts of the page Targets, one shown at a time."""

from collections.abc import Callable

import streamlit as st

from gridmap.errors import N_
from pages.parts import findings, session
from pages.parts.aims import base, months, ranking, setting, standing, what_if
from pages.parts.aims.reading import Standing
from pages.parts.opened import Opened
from pages.parts.session import _

SECTIONS: tuple[tuple[str, str, Callable[[Opened, Standing], None]], ...] = (
    ("standing", N_("Against target"), lambda _branch, found: standing.show(found)),
    ("ranking", N_("Who is behind"), lambda branch, _found: ranking.show(branch)),
    ("months", N_("Over the months"), lambda branch, _found: months.show(branch)),
    ("what_if", N_("What it takes"), lambda branch, _found: what_if.show(branch)),
    ("base", N_("Kept of the base"), base.show),
    ("set", N_("Set targets"), lambda branch, _found: setting.show(branch)),
)


def show(branch: Opened, found: Standing) -> None:
    """Show the part that is chosen."""
    words = {key: _(text) for key, text, _show in SECTIONS}
    part = session.choice(
        lambda options, **wiring: st.segmented_control(
            _("What is shown"), options, format_func=words.__getitem__, label_visibility="collapsed", required=True, **wiring
        ),
        "part",
        list(words),
        SECTIONS[0][0],
    )
    with findings.guard():
        next(draw for key, _text, draw in SECTIONS if key == part)(branch, found)
