"""Loads of the managers beside the map of their territories; what nobody owns stands first, with a way from one to the next."""

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from gridmap.errors import N_
from gridmap.facts import UNASSIGNED
from gridmap.grid import place_on_cells
from gridmap.reallocation.loads import cells_of
from pages.parts import claims, findings, formats, map_view, session, tables
from pages.parts.opened import Opened
from pages.parts.session import _, ngettext

ROLES = {
    "account": N_("Account manager"),
    "community": N_("Community manager"),
    "chief": N_("Chief account manager"),
    "leader": N_("Leader"),
}


def show_summary(loads: pd.DataFrame) -> None:
    """Say in one line what has nobody and who has too much."""
    free = loads.loc[UNASSIGNED]
    over = int(loads["over"].sum())
    left, middle, right = st.columns(3)
    left.metric(_("Cells without an owner"), formats.count(free["cells"]), border=True, help=_("Organisations in them belong to nobody."))
    middle.metric(_("Organisations in them"), formats.count(free["organisations"]), border=True)
    right.metric(
        _("Managers over capacity"),
        formats.count(over),
        border=True,
        help=_("More filed A, B and C organisations than their capacity, or more hours asked than had."),
    )


def show_board(branch: Opened, loads: pd.DataFrame) -> None:
    """Show the map of territories, the loads, and the cells of the chosen manager; a choice reruns only this."""
    _board(branch, loads)


@st.fragment
def _board(branch: Opened, loads: pd.DataFrame) -> None:
    with findings.guard():
        claims.show_inbox(branch)
        chosen = session.seen("manager")
        picture, table = st.columns([11, 9], gap="medium")
        with table:
            _offer_next(branch)
            rows = _loads(branch, loads)
            if rows and session.once("loads", rows):
                session.see(manager=rows)
                session.again()
            _cells_of(branch, chosen, loads)
        with picture:
            _map(branch, chosen)
        claims.show(branch)


def _map(branch: Opened, manager: str) -> None:
    view = branch.view("territories")
    if manager and manager != UNASSIGNED and branch.seen is None:
        view = replace(view, cells_of=manager)  # everybody else's cells step back
    key = f"territories-{session.language()}"
    gesture = map_view.show([view], height=600, opacity=0.75, selected=session.seen("cell") or None, place=session.place(), key=key)
    if gesture is not None and gesture.kind == "click":
        anywhere = place_on_cells(branch.market.grid, np.array([gesture.lat]), np.array([gesture.lon]))[0]
        cell = anywhere if branch.seen is None else gesture.cell
        session.see_place(*gesture.centre, gesture.zoom)
        session.see(cell=cell or "", manager=str(branch.plan.owners_now.get(cell, UNASSIGNED)) if cell else "")
        session.again()


def _offer_next(branch: Opened) -> None:
    free = list(cells_of(branch.market, branch.plan, branch.now, UNASSIGNED, seen=branch.seen).index)
    if not free:
        st.success(_("Every cell has an owner."), icon=":material/check_circle:")
        return
    text, button = st.columns([3, 2], vertical_alignment="center")
    text.text(ngettext("{count} cell has no owner.", "{count} cells have no owner.", len(free)))
    if button.button(_("Next one"), icon=":material/skip_next:", key="next_free", width="stretch"):
        at = free.index(session.seen("cell")) if session.seen("cell") in free else -1
        session.see(cell=free[(at + 1) % len(free)], manager=UNASSIGNED)
        session.again()


def _loads(branch: Opened, loads: pd.DataFrame) -> str:
    shown = loads.reset_index()
    shown = shown.assign(
        who=[_("Unassigned") if manager == UNASSIGNED else branch.managers.get(manager, manager) for manager in shown["manager_id"]],
        role=[_(ROLES[role]) if role in ROLES else "" for role in shown["role"]],
        mark=[
            _("nobody") if who == UNASSIGNED else _("over") if over else ""
            for who, over in zip(shown["manager_id"], shown["over"], strict=True)
        ],
    )
    headings = {
        "who": _("Manager"),
        "mark": _("Mark"),
        "fill": _("Used (%)"),
        "accounts": _("Filed A, B, C"),
        "capacity": _("Of at most"),
        "cells": _("Cells"),
        "prospects": _("Prospects"),
        "hours_asked": _("Hours asked a month"),
        "hours_had": _("Hours had"),
        "visits_owed": _("Visits owed"),
        "role": _("Role"),
    }
    units = dict.fromkeys(("cells", "accounts", "capacity", "prospects", "visits_owed"), "count")
    rows = tables.show(
        shown,
        headings,
        {**units, "hours_asked": "days", "hours_had": "days", "fill": "share"},
        key="loads",
        height=430,
        select=True,
        widths={"mark": 80},
    )
    return str(shown["manager_id"].iloc[rows[0]]) if rows else ""


def _cells_of(branch: Opened, manager: str, loads: pd.DataFrame) -> None:
    if manager not in loads.index:
        st.caption(_("Choose a manager in the table or a cell on the map."))
        return
    name = _("Unassigned") if manager == UNASSIGNED else branch.managers.get(manager, manager)
    load = loads.loc[manager]
    cells = int(load["cells"])
    words = [ngettext("{count} cell", "{count} cells", cells, **formats.counted(cells))]
    if pd.notna(load["accounts"]):  # what lies in cells that may not be seen is not counted
        accounts, prospects = int(load["accounts"]), int(load["prospects"])
        words += [
            ngettext(
                "{count} filed A, B or C organisation", "{count} filed A, B and C organisations", accounts, **formats.counted(accounts)
            ),
            ngettext("{count} prospect", "{count} prospects", prospects, **formats.counted(prospects)),
        ]
    st.text(_("{name}: {words}").format(name=name, words=" · ".join(words)))
    listed = cells_of(branch.market, branch.plan, branch.now, manager, seen=branch.seen).reset_index()
    headings = {
        "cell": _("Cell"),
        "organisations": _("Organisations"),
        "accounts": _("Filed A, B, C"),
        "prospects": _("Prospects"),
        "visits_owed": _("Visits owed"),
    }
    units = dict.fromkeys(("organisations", "accounts", "prospects", "visits_owed"), "count")
    rows = tables.show(listed, headings, units, key=f"cells_of_{manager}", height=260, select=True)
    if rows and session.once("cells_of", rows[0]):
        session.see(cell=str(listed["cell"].iloc[rows[0]]))
        session.again()
