"""Which days of a sweep are shown, and which stop is looked at."""

import streamlit as st

from gridmap.sweeps import editing
from pages.parts import session
from pages.parts.session import _
from pages.parts.sweeping.sweep import Sweep

ALL = "all"
FEW = 8  # choices that stand side by side


def pick(sweep: Sweep) -> tuple[int, ...]:
    """Choose one day or all; return the numbers of the days shown, none of them for all."""
    words = {ALL: _("All days")} | {str(number): sweep.day_name(route) for number, route in enumerate(sweep.routes)}

    def draw(options: list[str], **wiring: object) -> str | None:
        if len(options) <= FEW and len(sweep.record.managers) == 1:
            return st.segmented_control(
                _("Days shown"), options, format_func=words.__getitem__, **wiring, required=True, label_visibility="collapsed"
            )  # type: ignore[arg-type]
        return st.selectbox(_("Days shown"), options, format_func=words.__getitem__, **wiring, label_visibility="collapsed")  # type: ignore[arg-type]

    chosen = session.pick(draw, f"sweep_days_{sweep.sweep_id}", list(words), ALL)
    return () if chosen in (None, ALL) else (int(str(chosen)),)


def shown(sweep: Sweep, days: tuple[int, ...]) -> tuple[editing.At, ...]:
    """Return every stop of the days shown, in order."""
    wanted = days or range(len(sweep.routes))
    return tuple((day, number) for day in wanted for number in range(len(sweep.routes[day].stops)))


def look_at(sweep: Sweep, at: editing.At) -> None:
    """Show a stop in the details beside the map."""
    session.hold(f"sweep_stop_{sweep.sweep_id}", at)


def looked_at(sweep: Sweep, days: tuple[int, ...]) -> editing.At | None:
    """Return the stop that is looked at, if it is one of the days shown."""
    at: editing.At | None = session.held(f"sweep_stop_{sweep.sweep_id}")
    return at if at in shown(sweep, days) else None
