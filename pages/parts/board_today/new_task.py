"""A new task: at which organisation, what, by when, for whom; one open task of a kind per organisation."""

from datetime import date, timedelta

import streamlit as st

from gridmap.fieldwork.due import KINDS
from gridmap.store import TASK_KINDS, add_task
from pages.parts import findings, formats, session
from pages.parts.board_today.morning import Morning
from pages.parts.session import _
from pages.shared import app

MOST = 50  # organisations offered for what was typed


def show(morning: Morning) -> None:
    """Ask for the task."""
    who = morning.branch.who
    org_id = pick_organisation(morning, "new_task")
    managers = formats.distinct(dict(morning.branch.managers))
    if morning.own_only:
        managers = {one: name for one, name in managers.items() if one == who.manager_id}
    if not managers:
        st.caption(_("No manager is named as you, so you have no tasks of your own."))
        return
    words = {kind: _(dict(KINDS)[kind]) for kind in TASK_KINDS}
    with st.form("new_task_form", border=False):
        kind = st.selectbox(_("What"), list(words), format_func=words.__getitem__, key="new_task_kind")
        due = st.date_input(_("Due"), value=morning.today + timedelta(days=1), key="new_task_due", format="YYYY-MM-DD")
        to = st.selectbox(_("For whom"), list(managers), format_func=managers.__getitem__, key="new_task_to")
        if st.form_submit_button(_("Make the task"), type="primary", key="new_task_go", disabled=not org_id) and isinstance(due, date):
            with findings.keep():
                add_task(
                    app.store(),
                    who,
                    morning.branch_id,
                    org_id=org_id,
                    kind=str(kind),
                    due_on=due,
                    assigned_to=str(to),
                    now_us=app.store().clock(),
                    on=min(morning.day, morning.today),
                )
            session.afresh()


def pick_organisation(morning: Morning, key: str) -> str:
    """Let somebody type a part of a name or a code and choose; empty while nothing is chosen."""
    rows = morning.organisations
    typed = st.text_input(_("Organisation"), key=f"{key}_search", placeholder=_("Part of its name, or its code")).strip()
    if not typed:
        return ""
    hit = rows["called"].astype("string").str.contains(typed, case=False, regex=False, na=False)
    hit |= rows.index.astype("string").str.contains(typed, case=False, regex=False, na=False)
    found = rows[hit.to_numpy(dtype=bool)].head(MOST)
    if found.empty:
        st.caption(_("No organisation has this in its name or code."))
        return ""
    names = formats.distinct({str(org): str(name) for org, name in found["called"].items()})
    return str(st.selectbox(_("Which one"), list(names), format_func=names.__getitem__, key=f"{key}_org"))
