"""Who is behind: every manager in one line, the one with most overdue first; a click opens their work."""

import streamlit as st

from gridmap.fieldwork.board import effective_share
from pages.parts import controls, formats, session, tables
from pages.parts.board_today.morning import Morning
from pages.parts.session import _, ngettext

NOBODY = "."  # stands in a link for no manager chosen


def pick_manager(morning: Morning) -> str:
    """Show the managers and return the one whose work is opened; empty while none is."""
    sums = morning.board.sums
    if sums.empty:
        st.info(_("There are no managers here yet. Import the table of managers on the page Data."), icon=":material/group_off:")
        return ""
    st.header(_("Who is behind"))
    st.text(_sentence(morning))
    ordered = sums.assign(effective_share=effective_share(sums)).sort_values(["overdue", "left_over"], ascending=False, kind="stable")
    shown = ordered.reset_index()
    shown["name"] = [morning.manager(one) for one in shown["manager_id"]]
    headings = {
        "name": _("Manager"),
        "due": _("Due today"),
        "overdue": _("Overdue"),
        "left_over": _("Left over"),
        "planned": _("Visits planned"),
        "planned_done": _("Of them done"),
        "attempts": _("Visits yesterday"),
        "effective_share": _("Effective (%)"),
        "filings": _("Filed"),
        "kept": _("Follow-ups kept"),
        "missed": _("Missed"),
        "tasks_done": _("Tasks done"),
        "difficulties": _("Difficulties"),
        "held_back": _("Held back"),
    }
    units = {name: "count" for name in headings if name not in ("name", "effective_share")} | {"effective_share": "share"}
    rows = tables.show(shown, headings, units, key="board_managers", select=True, height=330)
    clicked = str(shown["manager_id"].iloc[rows[0]]) if rows else ""
    if session.once("board_manager", clicked) and clicked:
        session.see(manager=clicked)
    words = {NOBODY: _("Choose a manager"), **{str(key): str(name) for key, name in zip(shown["manager_id"], shown["name"], strict=True)}}
    chosen = controls.pick_of(_("Open the work of"), "manager", words, NOBODY)
    return "" if chosen == NOBODY else chosen


def _sentence(morning: Morning) -> str:
    late = morning.board.sums.sort_values(["overdue", "left_over"], ascending=False, kind="stable")
    worst = late.iloc[0]
    if not worst["overdue"]:
        return _("Nobody has anything overdue.")
    behind = int((late["overdue"] > 0).sum())
    return ngettext(
        "{count} manager has something overdue; most: {name}, {overdue} organisations.",
        "{count} managers have something overdue; most: {name}, {overdue} organisations.",
        behind,
        **formats.counted(behind),
        name=morning.manager(str(late.index[0])),
        overdue=formats.count(worst["overdue"]),
    )
