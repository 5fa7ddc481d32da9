"""Beside the map of a sweep: the day sheet, what is asked for, what found no place, what it brings, how it compares, phones and files."""

from collections.abc import Callable

import streamlit as st

from gridmap.errors import N_
from pages.parts import session
from pages.parts.session import _
from pages.parts.sweeping import comparing, coverage, day_sheet, files, phones, repairing, unplaced, wishes
from pages.parts.sweeping.sweep import Sweep

# Key, title, states it is shown in, and what shows it.
TABS: tuple[tuple[str, str, tuple[str, ...], Callable[[Sweep, tuple[int, ...]], None]], ...] = (
    ("sheet", N_("Day sheet"), ("draft", "published", "ended"), day_sheet.show),
    ("wishes", N_("Must and must not"), ("draft",), wishes.show),
    ("unplaced", N_("Not placed"), ("draft", "published", "ended"), unplaced.show),
    ("coverage", N_("Coverage"), ("draft", "published"), coverage.show),
    ("compare", N_("Compare"), ("draft",), comparing.show),
    ("repair", N_("Plan the rest anew"), ("published",), repairing.show),
    ("phones", N_("Phones"), ("published",), phones.show),
    ("files", N_("Files"), ("draft", "published", "ended"), files.show),
)


def show(sweep: Sweep, days: tuple[int, ...]) -> None:
    """Show the open tab; only that one is worked out."""
    known = [each for each in TABS if sweep.record.state in each[2] and (sweep.mine or each[0] != "repair")]
    tabs = st.tabs([_(title) for _key, title, _states, _show in known], key=f"sweep_tabs_{session.language()}", on_change="rerun")
    for tab, (_key, _title, _states, draw) in zip(tabs, known, strict=True):
        if tab.open:
            with tab:
                draw(sweep, days)
