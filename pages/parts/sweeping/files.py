"""The sweep out of the tool: files for maps, calendars, tables and paper, and a stop opened in a navigation app."""

from functools import partial

import streamlit as st

from gridmap.reports.itinerary import FORMATS, navigation_links
from gridmap.services import itinerary
from gridmap.sweeps.planned import PlannedStop
from pages.parts import session
from pages.parts.session import _
from pages.parts.sweeping import phones
from pages.parts.sweeping.sweep import Sweep
from pages.shared import app

EVERYBODY = ""


def show(sweep: Sweep, days: tuple[int, ...]) -> None:  # noqa: ARG001 - a file holds every day
    """Offer a file in each format, of everybody's days or of one manager's."""
    who = _pick(sweep)
    st.caption(_("Every file holds the days in order, with addresses, doors and why. Contacts' numbers are masked."))
    for start in range(0, len(FORMATS), 2):
        for column, each in zip(st.columns(2), FORMATS[start : start + 2], strict=False):
            column.download_button(
                _(each.title),
                data=partial(_file, sweep, who, each.key),
                file_name=f"sweep-{sweep.sweep_id}{f'-{who}' if who else ''}{each.suffix}",
                mime=each.media_type,
                icon=":material/download:",
                key=f"sweep_file_{each.key}_{who}",
                on_click="ignore",
                width="stretch",
            )


def _pick(sweep: Sweep) -> str:
    """Choose whose days; who sees their own days only gets those."""
    seen = sorted({route.manager_id for route in sweep.routes})
    if len(seen) <= 1:
        return seen[0] if seen and len(sweep.record.managers) > 1 else EVERYBODY
    words = {EVERYBODY: _("Everybody"), **{one: sweep.manager(one) for one in seen}}
    chosen = st.selectbox(_("Whose days"), list(words), format_func=words.__getitem__, key=f"sweep_file_who_{sweep.sweep_id}")
    return str(chosen)


def _file(sweep: Sweep, who: str, key: str) -> bytes:
    """Write a file when it is asked for; the link of a phone is on it where it was made on this page."""
    store = app.store()
    managers = (who,) if who else None
    links = {one: phones.address_of(token) for one, token in phones.given(sweep).items()}
    known = {"language": session.language(), "now_us": store.clock(), "managers": managers, "links": links}
    sheet = itinerary.sweep_sheet(store, sweep.branch.who, sweep.branch_id, sweep.sweep_id, **known)  # type: ignore[arg-type]
    return itinerary.export_sweep(sheet, key)[1]


def offer_navigation(sweep: Sweep, planned: PlannedStop) -> None:
    """Offer the way to a stop in navigation apps, each in the coordinate system that it reads."""
    with st.popover(_("Navigate"), icon=":material/near_me:", key="sweep_navigate"):
        for each, address in navigation_links(planned.stop.lat, planned.stop.lon, sweep.stop_name(planned)):
            st.link_button(_(each.title), address, width="stretch")
