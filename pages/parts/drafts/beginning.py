"""Beginning a draft: from nothing, because somebody leaves, from a file of owners, or from another plan."""

from collections.abc import Callable
from datetime import date

import streamlit as st

from gridmap.errors import N_
from gridmap.scope import Scope
from gridmap.services import drafting
from gridmap.services import plans as services
from gridmap.store import PlanRecord
from pages.parts import findings, formats, session
from pages.parts.session import _
from pages.shared import app, cached

LONGEST_TITLE = 120
POPOVER, BEGUN = "new_plan", "new_plan_begun"
EMPTY, SUGGESTED, LEAVING, FILE = "empty", "suggested", "leaving", "file"
WAYS = ((EMPTY, N_("Today as it is")), (SUGGESTED, N_("A suggestion")), (LEAVING, N_("Somebody leaves")), (FILE, N_("A file of owners")))


def offer(who: Scope, branch_id: str) -> None:
    """Offer to begin a draft."""
    if session.held(BEGUN):
        session.hold(BEGUN, None)
        session.fill(POPOVER, False)
    with st.popover(_("New plan"), icon=":material/add:", key=POPOVER, on_change="rerun") as opened:
        if not opened.open:
            return
        words = {key: _(title) for key, title in WAYS}
        way = session.pick(
            lambda options, **wiring: st.segmented_control(_("Begin from"), options, format_func=words.__getitem__, **wiring),
            "new_plan_way",
            list(words),
            EMPTY,
        )
        with st.form("new_plan_form", border=False):
            {SUGGESTED: _suggested, LEAVING: _leaving, FILE: _from_file}.get(way or EMPTY, _empty)(who, branch_id)


def offer_copy(who: Scope, branch_id: str, plan_id: int, title: str) -> None:
    """Offer to begin a draft with the moves of a plan."""
    with st.popover(_("Copy"), icon=":material/content_copy:", key="copy_plan"), st.form("copy_plan_form", border=False):
        wanted = st.text_input(
            _("Title of the new draft"),
            value=_("Copy of {title}").format(title=title)[:LONGEST_TITLE],
            max_chars=LONGEST_TITLE,
            key=f"copy_plan_title_{plan_id}",
        )
        st.caption(_("The copy begins with the same moves, taken from whoever has the cells by then."))
        if st.form_submit_button(_("Copy to a new draft"), type="primary", key="copy_plan_begin"):
            _open(lambda now_us: drafting.copy_plan(app.store(), who, branch_id, plan_id, title=wanted, now_us=now_us))


def _empty(who: Scope, branch_id: str) -> None:
    title, day = _title_and_day(who, branch_id, _("Relief for the east side"))
    if st.form_submit_button(_("Begin the draft"), type="primary", key="new_plan_begin"):
        _open(lambda now_us: drafting.new_plan(app.store(), who, branch_id, title=title, effective_on=day, now_us=now_us))


def _suggested(who: Scope, branch_id: str) -> None:
    title, day = _title_and_day(who, branch_id, _("Fair shares for autumn"))
    st.caption(_("The draft begins as things are today; in it you say what shall be better, and choose among what is found."))
    if st.form_submit_button(_("Begin the draft"), type="primary", key="new_plan_begin"):
        known = {"title": title or _("Suggested territories"), "effective_on": day}
        session.hold("draft_tab", "suggest")
        _open(lambda now_us: drafting.new_plan(app.store(), who, branch_id, now_us=now_us, **known))


def _leaving(who: Scope, branch_id: str) -> None:
    people = cached.market(who, branch_id).at("managers", services.today(app.store(), who, branch_id)).set_index("manager_id")
    names = formats.distinct({str(manager): str(name) for manager, name in formats.names(people).items()})
    options = sorted(names, key=lambda manager: (names[manager], manager))
    manager = st.selectbox(_("Who leaves?"), options, index=None, format_func=names.__getitem__, key="new_plan_leaver")
    title, day = _title_and_day(who, branch_id, _("Handover of Li Wei"))
    st.caption(_("Cells, accounts held by name and sponsorships all go into the draft, each with a proposed taker you can change."))
    if st.form_submit_button(_("Propose takers"), type="primary", key="new_plan_begin"):
        if manager is None:
            st.warning(_("Choose who leaves first."))
            return
        known = {"title": title, "rules": app.settings().rules, "effective_on": day}
        _open(lambda now_us: drafting.plan_for_leaving(app.store(), who, branch_id, manager, now_us=now_us, **known))


def _from_file(who: Scope, branch_id: str) -> None:
    given = st.file_uploader(_("File with the columns cell and owner"), key="new_plan_file")
    title, day = _title_and_day(who, branch_id, _("As agreed in the meeting"))
    st.caption(_("Only what differs from today becomes a move. Nothing is changed before the plan is published."))
    if st.form_submit_button(_("Read the file"), type="primary", key="new_plan_begin"):
        if given is None:
            st.warning(_("Choose a file first."))
            return
        known = {"title": title, "settings": app.settings(), "effective_on": day}
        data = given.getvalue()
        _open(lambda now_us: drafting.plan_from_file(app.store(), who, branch_id, given.name, data, now_us=now_us, **known))


def _title_and_day(who: Scope, branch_id: str, example: str) -> tuple[str, date]:
    title = st.text_input(_("What is it for?"), max_chars=LONGEST_TITLE, placeholder=example, key="new_plan_title")
    first = drafting.next_account_month(services.today(app.store(), who, branch_id))
    day = st.date_input(_("First day it shall hold"), value=first, key="new_plan_day")
    st.caption(_("Day 1 of an account month keeps pay and targets whole."))
    return title, day if isinstance(day, date) else first


def _open(begin: Callable[[int], PlanRecord]) -> None:
    """Begin the draft and show it; what the reader can mend is said where it was asked."""
    found = None
    with findings.guard():
        found = begin(app.store().clock())
    if found is not None:
        session.see(plan=str(found.plan_id))
        session.hold(BEGUN, True)  # the field is shut before it is drawn again
        session.afresh()
