"""The panel beside the map: everything about one cell. Names of the data are shown as text and in tables, never as Markdown."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from gridmap import metrics
from gridmap.market import Market
from gridmap.metrics import NO_DATA
from gridmap.services.cells import CellPanel
from gridmap.services.overview import Reading
from pages.parts import formats, scorecard, tables
from pages.parts.session import _, ngettext


def show(panel: CellPanel, market: Market, managers: Mapping[str, str]) -> None:
    """Show a cell: who owns it, its figures with numerators and denominators, its organisations, last visits and wins.

    Parameters
    ----------
    panel
        What `gridmap.services.cells.cell_panel` found.
    market
        For the names of towns and parks.
    managers
        manager_id -> name in the language of the session.
    """
    _who_and_where(panel, market, managers)
    _figures(panel)
    organisations, visits, wins = st.tabs([_("Organisations"), _("Last visits"), _("Wins of competitors")])
    with organisations:
        _organisations(panel, managers)
    with visits:
        _visits(panel, managers)
    with wins:
        _wins(panel)


def invite() -> None:
    """Say what the panel is for while no cell is chosen."""
    with st.container(border=True):
        st.write(_("Click a cell on the map, or a row of the table below, to see who owns it and what is in it."))


def _who_and_where(panel: CellPanel, market: Market, managers: Mapping[str, str]) -> None:
    towns, parks = formats.names(market.areas), formats.names(market.parks)
    st.caption(_("Cell"))
    st.text(panel.cell)
    left, right = st.columns(2)
    with left:
        st.caption(_("Owner"))
        if panel.owner:
            st.text(managers.get(panel.owner, panel.owner))
        else:
            st.badge(_("Unassigned"), color="red", icon=":material/person_off:")
    with right:
        st.caption(_("Town"))
        st.text(towns.get(panel.town, formats.NONE))
    if panel.parks:
        st.caption(_("Parks"))
        st.text(", ".join(str(parks.get(park, park)) for park in panel.parks))
    words = (
        ngettext("{count} prospect", "{count} prospects", int(panel.counts["prospect"])),
        ngettext("{count} account", "{count} accounts", int(panel.counts["account"])),
        ngettext("{count} lost", "{count} lost", int(panel.counts["lost"])),
    )
    st.text(" · ".join(words))


def _figures(panel: CellPanel) -> None:
    rows = []
    for key, found in panel.figures.iterrows():
        metric = metrics.metric(str(key))
        reading = Reading(float(found["numerator"]), float(found["denominator"]), float(found["value"]), int(found["state"]))
        if reading.state == NO_DATA:
            continue
        value = formats.amount(reading.value, metric.unit) if reading.state < NO_DATA else formats.NONE
        rows.append((_(metric.title), value, scorecard.fraction(metric, reading), scorecard.state_name(reading.state)))
    headings = {"title": _("Metric"), "value": _("Value"), "fraction": _("Counts"), "state": _("Note")}
    tables.show(pd.DataFrame(rows, columns=list(headings)), headings, {}, key="cell_figures", height=460)


def _organisations(panel: CellPanel, managers: Mapping[str, str]) -> None:
    if panel.organisations is None:
        st.caption(_("Your role sees figures, not names."))
        return
    if panel.organisations.empty:
        st.caption(_("No organisation is known here. Nobody may have looked yet."))
        return
    shown = panel.organisations.assign(
        name=formats.names(panel.organisations),
        stage=panel.organisations["stage"].map(formats.choice),
        holder=panel.organisations["holder"].map(lambda manager: managers.get(manager, manager)),
        last_visit=panel.organisations["last_visit"].map(formats.day),
    )
    headings = {"name": _("Name"), "tier": _("Tier"), "stage": _("Stage"), "holder": _("Holder"), "last_visit": _("Last visit")}
    tables.show(shown, headings, {}, key="cell_organisations", height=320)


def _visits(panel: CellPanel, managers: Mapping[str, str]) -> None:
    if panel.visits is None or panel.organisations is None:
        st.caption(_("Your role sees figures, not names."))
        return
    if panel.visits.empty:
        st.caption(_("Nobody has been here yet."))
        return
    names = formats.names(panel.organisations.set_index("org_id"))
    shown = panel.visits.assign(
        day=panel.visits["day"].map(formats.day),
        name=panel.visits["org_id"].map(names),
        manager=panel.visits["manager_id"].map(lambda manager: managers.get(manager, manager)),
        kind=panel.visits["kind"].map(formats.choice),
        outcome=panel.visits["outcome"].map(formats.choice),
    )
    headings = {"day": _("Day"), "name": _("Name"), "outcome": _("Outcome"), "manager": _("Manager"), "kind": _("Kind")}
    tables.show(shown, headings, {}, key="cell_visits", height=320)


def _wins(panel: CellPanel) -> None:
    if panel.wins.empty:
        st.caption(_("No win of a competitor is known here in this time."))
        return
    shown = panel.wins.assign(
        day=panel.wins["happened_on"].map(formats.day),
        our_number=panel.wins["our_number"].map(formats.choice),
        reason=panel.wins["reason"].map(formats.choice),
    )
    headings = {
        "day": _("Day"),
        "competitor": _("Competitor"),
        "lines_lost": _("Lines lost"),
        "reason": _("Reason"),
        "our_number": _("Our number"),
    }
    tables.show(shown, headings, {"lines_lost": "count"}, key="cell_wins", height=320)
