"""Settling tasks on the board: done, fallen away, another day, another manager; and taking the last step back."""

from collections.abc import Callable, Collection
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from gridmap.fieldwork.due import KINDS
from gridmap.store import assign_tasks, reopen_tasks, settle_tasks
from pages.parts import findings, formats, session
from pages.parts.board_today.morning import Morning
from pages.parts.session import _, ngettext
from pages.shared import app

LAST = "board_settled"


def may_settle(morning: Morning, manager_id: str) -> bool:
    """Say whether the person may settle this manager's tasks; the store asks again."""
    who = morning.branch.who
    allowed = who.allows("record_visits", morning.branch_id) or who.allows("plan_sweeps", morning.branch_id)
    return allowed and (not morning.own_only or manager_id == who.manager_id)


def offer(morning: Morning, manager_id: str, org_id: str, name: str) -> None:
    """Offer to settle the open tasks of one organisation; nothing where there are none."""
    tasks = morning.tasks_of(manager_id, org_id)
    if tasks.empty or not may_settle(morning, manager_id):
        return
    key = f"{manager_id}_{org_id}"
    with st.popover(_("Settle"), icon=":material/task_alt:", key=f"settle_{key}"):
        st.text(name)
        codes = words_of(tasks)
        chosen = list(codes)
        if len(codes) > 1:
            chosen = st.pills(
                _("Tasks"),
                list(codes),
                selection_mode="multi",
                default=list(codes),
                format_func=codes.__getitem__,
                key=f"settle_which_{key}",
            )
        with st.form(f"settle_form_{key}", border=False):
            note = st.text_input(_("What came of it"), key=f"settle_note_{key}", max_chars=200)
            done, void = st.columns(2)
            if done.form_submit_button(_("Done"), type="primary", icon=":material/check:", key=f"settle_done_{key}", width="stretch"):
                _settle(morning, chosen, "done", note)
            if void.form_submit_button(_("Falls away"), icon=":material/block:", key=f"settle_void_{key}", width="stretch"):
                _settle(morning, chosen, "void", note)
        _move(morning, chosen, key)


def words_of(tasks: pd.DataFrame) -> dict[str, str]:
    """Name tasks by what they are and when they are due: code -> words."""
    titles = dict(KINDS)
    return {str(row.item_id): f"{_(titles[str(row.kind)])} · {formats.day(row.due_on)}" for row in tasks.itertuples()}


def offer_many(morning: Morning, manager_id: str, rows: pd.DataFrame) -> None:
    """Offer to let all tasks of these lines fall away with one reason."""
    codes = [str(code) for org_id in rows["org_id"] for code in morning.tasks_of(manager_id, str(org_id))["item_id"]]
    if not codes or not may_settle(morning, manager_id):
        return
    label = ngettext("Let {count} task fall away", "Let {count} tasks fall away", len(codes), **formats.counted(len(codes)))
    with st.popover(label, icon=":material/block:", key=f"settle_old_{manager_id}"), st.form(f"settle_old_form_{manager_id}", border=False):
        why = st.text_input(_("Why nobody needs them any more"), key=f"settle_old_note_{manager_id}", max_chars=200)
        if st.form_submit_button(label, type="primary", key=f"settle_old_go_{manager_id}"):
            _settle(morning, codes, "void", why)


def offer_undo(morning: Morning) -> None:
    """Offer to open again what was settled last."""
    last: tuple[str, ...] | None = session.held(LAST)
    if not last:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="board_undo"):
        st.success(ngettext("{count} task settled.", "{count} tasks settled.", len(last), **formats.counted(len(last))))
        if st.button(_("Undo"), icon=":material/undo:", key="board_undo_go"):
            _kept(
                lambda: reopen_tasks(app.store(), morning.branch.who, morning.branch_id, last, now_us=app.store().clock(), on=_on(morning))
            )
            session.hold(LAST, None)
            session.afresh()


def _move(morning: Morning, codes: Collection[str], key: str) -> None:
    with st.form(f"move_form_{key}", border=False):
        later = st.date_input(_("Another day"), value=morning.today + timedelta(days=7), key=f"move_day_{key}", format="YYYY-MM-DD")
        to = ""
        if not morning.own_only:
            names = {"": _("The same manager"), **formats.distinct(dict(morning.branch.managers))}
            to = st.selectbox(_("To whom"), list(names), format_func=names.__getitem__, key=f"move_to_{key}") or ""
        if st.form_submit_button(_("Postpone or hand over"), icon=":material/event_upcoming:", key=f"move_go_{key}"):
            who, now_us = morning.branch.who, app.store().clock()
            due_on = later if isinstance(later, date) else None
            _kept(
                lambda: assign_tasks(
                    app.store(), who, morning.branch_id, codes, now_us=now_us, assigned_to=to, due_on=due_on, on=_on(morning)
                )
            )
            session.afresh()


def _settle(morning: Morning, codes: Collection[str], state: str, note: str) -> None:
    who, now_us = morning.branch.who, app.store().clock()
    _kept(
        lambda: session.hold(
            LAST, settle_tasks(app.store(), who, morning.branch_id, codes, state=state, outcome=note, now_us=now_us, on=_on(morning))
        )
    )
    session.afresh()


def _on(morning: Morning) -> date:
    return min(morning.day, morning.today)


def _kept(step: Callable[[], object]) -> None:
    """Take a step; what goes wrong is shown at the top of the section."""
    with findings.keep():
        step()
