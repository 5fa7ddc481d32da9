"""The section Today: what is to be done now for who does it, who is behind for who leads the branch, and what happened yesterday."""

import streamlit as st

from gridmap.fieldwork.board import announcement, effective_share
from gridmap.services import fieldwork
from gridmap.texts import said
from pages.parts import findings, formats, session
from pages.parts.board_today import calling, crm, due_list, new_task, yesterday
from pages.parts.board_today.by_manager import pick_manager
from pages.parts.board_today.morning import Morning, open_morning
from pages.parts.opened import Opened
from pages.parts.session import _
from pages.shared import app


def show(branch: Opened) -> None:
    """Show the section."""
    who = branch.who
    who.require("see_organisations", branch.market.branch.branch_id)
    error = findings.kept()
    if error is not None:
        findings.show_error(error)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="board_tools"):
        morning = open_morning(branch)
        with st.popover(_("New task"), icon=":material/add_task:", key="board_new_task"):
            new_task.show(morning)
        with st.popover(_("Text for the group chat"), icon=":material/campaign:", key="board_text"):
            _text(morning)
        with st.popover(_("For the CRM"), icon=":material/upload_file:", key="board_crm"):
            crm.show(morning)
    if morning.day < morning.today:
        st.caption(_("The board of {day}; what is recorded on it counts for that day.").format(day=formats.day(morning.day)))
    _tiles(morning)
    if morning.own_only:
        _work(morning, who.manager_id)
    else:
        chosen = pick_manager(morning)
        if chosen:
            _work(morning, chosen)
    yesterday.show(morning)


def _tiles(morning: Morning) -> None:
    """Show the five figures of the morning; for the branch, or for oneself."""
    total = morning.board.total
    share = effective_share(total.to_frame().T).iloc[0]
    visits = _("{count} visits and calls").format(count=formats.count(total["attempts"]))
    planned = _("{done} of {all}").format(done=formats.count(total["planned_done"]), all=formats.count(total["planned"]))
    tiles = (
        ("due", _("Due today"), formats.count(total["due"]), None),
        ("overdue", _("Of them overdue"), formats.count(total["overdue"]), None),
        ("planned", _("Planned visits done"), planned if total["planned"] else formats.NONE, None),
        ("effective", _("Effective yesterday"), formats.per_cent(share, 0), visits),
        ("missed", _("Follow-ups missed"), formats.count(total["missed"]), None),
    )  # fmt: skip
    if morning.own_only:  # on a phone the list begins at once; what was done stands below it
        tiles = tiles[:3]
    with st.container(key="scores"):
        for column, (key, label, value, note) in zip(st.columns(len(tiles)), tiles, strict=True):
            with column.container(border=True, key=f"score_board_{key}"):
                st.metric(label, value, help=note)


def _work(morning: Morning, manager_id: str) -> None:
    """Show what one manager has to do, and whom to call."""
    with findings.guard():
        due_list.show(morning, manager_id)
        calling.show(morning, manager_id)


def _text(morning: Morning) -> None:
    """Offer the board as text that can be copied into a chat: figures and managers, no organisation by name."""
    lines = announcement(
        morning.board,
        branch=fieldwork.branch_name(morning.market),
        managers=fieldwork.manager_names(morning.market, morning.day),
        rules=app.settings().sweeps,
    )
    st.code("\n".join(said(line, session.language()) for line in lines), language=None, wrap_lines=True)
