"""Whom to call today, with the number masked, and what came of the call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

import pandas as pd
import streamlit as st

from gridmap.errors import N_
from gridmap.fieldwork.call_list import REASONS, first_contacts
from gridmap.services import fieldwork
from gridmap.store import CALL_OUTCOMES, masked_contacts, record_call, reveal_number, settle_tasks
from pages.parts import findings, formats, session, tables
from pages.parts.board_today import settling
from pages.parts.board_today.morning import Morning
from pages.parts.session import _, ngettext, said
from pages.shared import app

SHOWN = "board_number"
WORDS = {
    "met": N_("Spoke to the decision maker"),
    "staff_only": N_("Spoke to somebody else"),
    "not_in": N_("Nobody answered"),
    "refused": N_("Did not want to talk"),
}


@dataclass(frozen=True)
class Call:
    """What somebody says of a call: what came of it, when to call again, and the tasks it settles."""

    outcome: str
    note: str
    again: date | None
    settles: tuple[str, ...]


def show(morning: Morning, manager_id: str) -> None:
    """Show the list of one manager and, for the row that is chosen, the form."""
    st.header(_("Whom to call"))
    rules = app.settings()
    listed = fieldwork.calls_of(
        app.store(), morning.branch.who, morning.market, morning.plan, day=morning.day, manager_id=manager_id,
        rules=rules.rules, sweep_rules=rules.sweeps,
    )  # fmt: skip
    live = listed[~listed["held_back"].astype(bool)].reset_index(drop=True)
    if live.empty:
        st.caption(_("Nobody has to be called today."))
        return
    held = len(listed) - len(live)
    st.caption(
        ngettext(
            "{count} organisation, in the order to call.",
            "{count} organisations, in the order to call.",
            len(live),
            **formats.counted(len(live)),
        )
    )
    if held:
        st.caption(
            ngettext("{count} more is held back: contacted often enough.", "{count} more are held back: contacted often enough.", held)
        )
    chosen = _pick(morning, live, manager_id)
    if chosen is not None:
        _record(morning, manager_id, live.iloc[chosen])


def _pick(morning: Morning, live: pd.DataFrame, manager_id: str) -> int | None:
    titles = dict(REASONS)
    shown = live.assign(
        name=morning.called(live["org_id"]),
        reason=[_(titles[reason]) for reason in live["reason"]],
        told=[said(each) for each in live["why"]],
        person=live["contact"].fillna(formats.NONE),
        role=[formats.choice(role) for role in live["role"]],
        phone=live["phone"].fillna(formats.NONE),
    )
    headings = {
        "name": _("Organisation"),
        "reason": _("Reason"),
        "told": _("Why"),
        "person": _("Contact"),
        "role": _("Role"),
        "phone": _("Number"),
        "contacts": _("Contacts this month"),
    }
    rows = tables.show(shown, headings, {"contacts": "count"}, key=f"calls_{manager_id}", select=True, height=300, widths={"name": 220})
    if not rows:
        st.caption(_("Choose a line to record what came of the call."))
    return rows[0] if rows else None


def offer(morning: Morning, manager_id: str, org_id: str, contact: pd.Series | None) -> None:
    """Offer to record a call to one organisation; `contact` is whom to ask for, None where nobody is known."""
    if not may_record(morning, manager_id):
        return
    with st.popover(_("Call"), icon=":material/call:", key=f"call_open_{manager_id}_{org_id}"):
        if contact is None:
            st.caption(_("Nobody to ask for is known."))
        else:
            _person(morning, contact, "line")
        _form(morning, manager_id, org_id, "line")


def may_record(morning: Morning, manager_id: str) -> bool:
    """Say whether the person may record calls of this manager; the store asks again."""
    who = morning.branch.who
    if who.allows("review_visits", morning.branch_id):
        return True
    return who.allows("record_visits", morning.branch_id) and manager_id == who.manager_id


def contacts_of(morning: Morning, org_ids: Sequence[str]) -> dict[str, pd.Series]:
    """Return whom to ask for at organisations, by organisation; numbers masked."""
    known = first_contacts(masked_contacts(app.store(), morning.branch.who, morning.branch_id, org_ids=org_ids))
    return {str(row["org_id"]): row for _place, row in known.iterrows()}


def _record(morning: Morning, manager_id: str, row: pd.Series) -> None:
    org_id = str(row["org_id"])
    with st.container(border=True, key="board_call"):
        st.text(morning.called(pd.Series([org_id]))[0])
        if pd.notna(row["contact_id"]):
            _person(morning, row, "list")
        if may_record(morning, manager_id):
            _form(morning, manager_id, org_id, "list")


def _person(morning: Morning, row: pd.Series, where: str) -> None:
    st.text(" · ".join(str(row[name]) for name in ("contact", "phone") if pd.notna(row[name])))
    _reveal(morning, row, where)


def _form(morning: Morning, manager_id: str, org_id: str, where: str) -> None:
    words = {outcome: _(WORDS[outcome]) for outcome in CALL_OUTCOMES}
    key = f"{where}_{manager_id}_{org_id}"
    with st.form(f"call_{key}", border=False, clear_on_submit=True):
        outcome = st.segmented_control(_("What came of it"), list(words), format_func=words.__getitem__, key=f"call_outcome_{key}")
        note = st.text_input(_("Note"), key=f"call_note_{key}", max_chars=2000)
        again = st.date_input(_("Call or visit again on"), value=None, key=f"call_next_{key}", format="YYYY-MM-DD")
        tasks = settling.words_of(morning.tasks_of(manager_id, org_id))
        settled: list[str] = []
        if tasks:
            settled = st.pills(_("It settles"), list(tasks), selection_mode="multi", format_func=tasks.__getitem__, key=f"call_tasks_{key}")
        if st.form_submit_button(_("Record the call"), type="primary", key=f"call_go_{key}"):
            if outcome is None:
                st.warning(_("Say what came of it."), icon=":material/touch_app:")
            else:
                call = Call(outcome, note, again if isinstance(again, date) else None, tuple(settled))
                _keep(morning, manager_id, org_id, call)


def _keep(morning: Morning, manager_id: str, org_id: str, call: Call) -> None:
    who, store, branch_id = morning.branch.who, app.store(), morning.branch_id
    with findings.keep():
        record_call(
            store,
            who,
            branch_id,
            call_id=str(uuid4()),
            org_id=org_id,
            outcome=call.outcome,
            note=call.note,
            next_due=call.again,
            called_us=morning.moment_us,
            now_us=store.clock(),
            manager_id=None if who.manager_id == manager_id else manager_id,
        )
        if call.settles:
            on = min(morning.day, morning.today)
            settle_tasks(store, who, branch_id, call.settles, state="done", outcome=call.note, now_us=store.clock(), on=on)
    session.afresh()


def _reveal(morning: Morning, row: pd.Series, where: str) -> None:
    """Offer the whole number to who may see it; that it was shown stands among the events of a sweep of theirs."""
    who, store, contact = morning.branch.who, app.store(), row["contact_id"]
    if pd.isna(contact) or not who.allows("see_contacts", morning.branch_id):
        return
    held: tuple[str, str] | None = session.held(SHOWN)
    if held is not None and held[0] == contact:
        st.code(held[1], language=None)
        return
    if morning.sweep_id is None:
        st.caption(_("Numbers are shown in full within a sweep: plan one first."))
        return
    told = _("It is written down that you saw it.")
    if st.button(_("Show the number"), icon=":material/visibility:", key=f"reveal_{where}_{contact}", help=told):
        with findings.keep():
            number = reveal_number(store, who, morning.branch_id, str(contact), sweep_id=morning.sweep_id, now_us=store.clock())
            session.hold(SHOWN, (contact, number))
        session.afresh()
