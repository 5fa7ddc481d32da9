"""What one manager has to do: the next first, each with its reason and what can be said about it."""

from typing import Any

import pandas as pd
import streamlit as st

from gridmap.fieldwork.due import KINDS, LEFT_OVER_DAYS
from layers.routes import clock
from pages.parts import formats, tables
from pages.parts.board_today import calling, settling
from pages.parts.board_today.morning import Morning
from pages.parts.session import _, ngettext, said
from pages.shared import app

NEXT = 8  # what is shown with its buttons; the rest stands in the table
ICONS = {
    "supervised": ":material/policy:",
    "warning": ":material/warning:",
    "follow_up": ":material/event:",
    "expiry": ":material/hourglass_bottom:",
    "check": ":material/search:",
    "call": ":material/call:",
    "visit": ":material/storefront:",
}
COLOURS = {
    "supervised": "red",
    "warning": "red",
    "follow_up": "orange",
    "expiry": "orange",
    "check": "blue",
    "call": "blue",
    "visit": "green",
}

BY_PHONE = ("supervised", "warning", "follow_up", "expiry", "call")  # what a call may settle or move on


def show(morning: Morning, manager_id: str) -> None:
    """Show the list of one manager."""
    board = morning.board.of(manager_id)
    rows = board.due
    now = rows[~rows["held_back"].astype(bool) & ~rows["left_over"].astype(bool)]
    st.header(_("To do now") if morning.own_only else _("To do: {name}").format(name=morning.manager(manager_id)))
    settling.offer_undo(morning)
    if now.empty:
        st.success(_("Nothing is due today."), icon=":material/check_circle:")
        st.caption(_("Visits are planned in the section Plan days; promises and tasks appear here on their day."))
    first = now.head(NEXT)
    people = calling.contacts_of(morning, first["org_id"].tolist())
    for row, name in zip(first.itertuples(), morning.called(first["org_id"]), strict=True):
        _line(morning, row, name, people.get(str(row.org_id)))
    if len(now) > NEXT:
        with st.expander(ngettext("All {count} organisations due today", "All {count} organisations due today", len(now))):
            _table(morning, now, key=f"due_{manager_id}")
    _others(morning, manager_id, rows)


def _line(morning: Morning, row: Any, name: str, contact: pd.Series | None) -> None:
    """Show one organisation: what is due there, why, since when, and its buttons."""
    kind, titles = str(row.kind), dict(KINDS)
    key = f"{row.manager_id}_{row.org_id}"
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small", key=f"due_line_{key}"):
        st.badge(_(titles[kind]), icon=ICONS[kind], color=COLOURS[kind])  # type: ignore[arg-type]
        with st.container(width="stretch", gap=None):
            st.text(name)
            st.caption(formats.plain(_reasons(morning, row)))
        if row.late_days > 0:
            st.badge(ngettext("{count} day late", "{count} days late", int(row.late_days)), color="red")
        if kind in BY_PHONE:
            calling.offer(morning, str(row.manager_id), str(row.org_id), contact)
        settling.offer(morning, str(row.manager_id), str(row.org_id), name)


def _reasons(morning: Morning, row: Any) -> str:
    parts = [said(each) for each in row.why]
    if pd.notna(row.start_min):
        parts.insert(0, clock(row.start_min))
    others = [morning.manager(each) for each in str(row.also).split(";") if each]
    if others:
        parts.append(_("also due for {names}").format(names=", ".join(others)))
    return " · ".join(parts)


def _table(morning: Morning, rows: pd.DataFrame, *, key: str) -> None:
    shown = rows.assign(
        name=morning.called(rows["org_id"]),
        what=[" · ".join(_(dict(KINDS)[kind]) for kind in str(kinds).split(";")) for kinds in rows["kinds"]],
        reasons=[_reasons(morning, row) for row in rows.itertuples()],
    )
    headings = {
        "name": _("Organisation"),
        "what": _("What"),
        "due_on": _("Due"),
        "late_days": _("Days late"),
        "contacts": _("Contacts this month"),
        "reasons": _("Why"),
    }
    shown["due_on"] = [formats.day(day) for day in rows["due_on"]]
    tables.show(shown, headings, {"late_days": "count", "contacts": "count"}, key=key)


def _others(morning: Morning, manager_id: str, rows: pd.DataFrame) -> None:
    """Show what is held back, and what is left over from long ago, folded."""
    held = rows[rows["held_back"].astype(bool)]
    old = rows[rows["left_over"].astype(bool) & ~rows["held_back"].astype(bool)]
    if len(held):
        cap = app.settings().sweeps.most_contacts_month
        title = ngettext("{count} organisation held back", "{count} organisations held back", len(held), **formats.counted(len(held)))
        with st.expander(title, icon=":material/do_not_disturb_on:"):
            st.caption(
                ngettext(
                    "Contacted {count} time this month already, which is as often as anybody is; due again next month.",
                    "Contacted {count} times this month already, which is as often as anybody is; due again next month.",
                    cap,
                )
            )
            _table(morning, held, key=f"held_{manager_id}")
    if len(old):
        title = ngettext("{count} organisation left over", "{count} organisations left over", len(old), **formats.counted(len(old)))
        with st.expander(title, icon=":material/inventory_2:"):
            st.caption(_("Late by more than {days} days: settle what nobody needs any more, or plan it.").format(days=LEFT_OVER_DAYS))
            _table(morning, old, key=f"old_{manager_id}")
            settling.offer_many(morning, manager_id, old)
