"""Whom to call today, with the number masked, and what came of the call."""

from datetime import date
from uuid import uuid4

import pandas as pd
import streamlit as st

from gridmap.errors import N_
from gridmap.services import fieldwork
from gridmap.store import CALL_OUTCOMES, record_call, reveal_number, sweeps
from gridmap.sweeps.call_list import REASONS
from pages.parts import findings, formats, session, tables
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


def _record(morning: Morning, manager_id: str, row: pd.Series) -> None:
    org_id = str(row["org_id"])
    with st.container(border=True, key="board_call"):
        st.text(
            " · ".join([*morning.called(pd.Series([org_id])), *(str(row[name]) for name in ("contact", "phone") if pd.notna(row[name]))])
        )
        _reveal(morning, row)
        who = morning.branch.who
        if not (who.allows("record_visits", morning.branch_id) or who.allows("review_visits", morning.branch_id)):
            return
        words = {outcome: _(WORDS[outcome]) for outcome in CALL_OUTCOMES}
        with st.form(f"call_{org_id}", border=False, clear_on_submit=True):
            outcome = st.segmented_control(_("What came of it"), list(words), format_func=words.__getitem__, key=f"call_outcome_{org_id}")
            note = st.text_input(_("Note"), key=f"call_note_{org_id}", max_chars=2000)
            again = st.date_input(_("Call or visit again on"), value=None, key=f"call_next_{org_id}", format="YYYY-MM-DD")
            if st.form_submit_button(_("Record the call"), type="primary", key=f"call_go_{org_id}") and outcome:
                _keep(morning, manager_id, org_id, outcome, note, again if isinstance(again, date) else None)


def _keep(morning: Morning, manager_id: str, org_id: str, outcome: str, note: str, again: date | None) -> None:
    who, store = morning.branch.who, app.store()
    with findings.keep():
        record_call(
            store,
            who,
            morning.branch_id,
            call_id=str(uuid4()),
            org_id=org_id,
            outcome=outcome,
            note=note,
            next_due=again,
            called_us=morning.moment_us,
            now_us=store.clock(),
            manager_id=None if who.manager_id == manager_id else manager_id,
        )
    session.afresh()


def _reveal(morning: Morning, row: pd.Series) -> None:
    """Offer the whole number to who may see it; that it was shown stands among the events of a sweep of theirs."""
    who, store, contact = morning.branch.who, app.store(), row["contact_id"]
    if pd.isna(contact) or not who.allows("see_contacts", morning.branch_id):
        return
    held: tuple[str, str] | None = session.held(SHOWN)
    if held is not None and held[0] == contact:
        st.code(held[1], language=None)
        return
    known = sweeps(store, who, morning.branch_id) if who.allows("plan_sweeps", morning.branch_id) else pd.DataFrame()
    if known.empty:
        st.caption(_("Numbers are shown in full within a sweep: plan one first."))
        return
    if st.button(
        _("Show the number"), icon=":material/visibility:", key=f"reveal_{contact}", help=_("It is written down that you saw it.")
    ):
        with findings.keep():
            number = reveal_number(
                store, who, morning.branch_id, str(contact), sweep_id=int(known["sweep_id"].iloc[0]), now_us=store.clock()
            )
            session.hold(SHOWN, (contact, number))
        session.afresh()
