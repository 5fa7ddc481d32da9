"""A plan's way to publication: its state in one line, the next steps a role may take, and how a published one is taken back."""

from datetime import date

import streamlit as st

from gridmap.services import plans as services
from gridmap.store import Step, steps_open, take_step, undo_plan
from pages.parts import findings, formats, session
from pages.parts.drafts import locking, plan_bar, saving
from pages.parts.drafts.draft import Draft
from pages.parts.session import _, ngettext
from pages.shared import app

ICONS = {
    "submit": ":material/send:",
    "reopen": ":material/edit:",
    "approve": ":material/thumb_up:",
    "reject": ":material/thumb_down:",
    "withdraw": ":material/block:",
}
FIRST, LATER = "first", "later"


def show(draft: Draft) -> None:
    """Show where the plan stands and what can be done next."""
    stands, steps = st.columns([5, 6], vertical_alignment="center")
    with stands, st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small", key="draft_state"):
        title, colour, icon = plan_bar.state_of(draft.record.state, undone=draft.record.undone_change_id is not None)
        st.badge(_(title), color=colour, icon=icon)  # type: ignore[arg-type]
        st.text(_line(draft), width="stretch")
    with steps, st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small", key="draft_steps"):
        if draft.editable:
            _past(draft)
            locking.offer(draft)
        _steps(draft)


def _line(draft: Draft) -> str:
    moves = len(draft.plan.moves)
    words = _("From {day} · {moves} · saved {when} · {who}").format(
        day=formats.day(draft.record.effective_on),
        moves=ngettext("{count} move", "{count} moves", moves, **formats.counted(moves)),
        when=draft.when_briefly(draft.record.updated_us, app.store().clock()),
        who=draft.record.who,
    )
    return words if not draft.locks.everything else _("{words} · everything is locked").format(words=words)


def _past(draft: Draft) -> None:
    for name, title, icon, step in (
        ("undo", _("Undo"), ":material/undo:", saving.undo),
        ("redo", _("Redo"), ":material/redo:", saving.redo),
    ):
        st.button(title, key=f"draft_{name}", icon=icon, disabled=not saving.can(draft, name), on_click=step, args=(draft,))


def _steps(draft: Draft) -> None:
    who, record = draft.branch.who, draft.record
    for each in steps_open(record, who):
        if each.key in ("submit", "approve"):
            if st.button(_(each.title), key=f"step_{each.key}", type="primary", icon=ICONS[each.key], disabled=not draft.plan.moves):
                _take(draft, each, "")
        else:
            _asked(draft, each)
    if record.state == "approved" and who.allows("approve_plans", draft.branch_id):
        _publish(draft)
    if record.state == "published" and record.undone_change_id is None and who.allows("approve_plans", draft.branch_id):
        _undo(draft)


def _asked(draft: Draft, step: Step) -> None:
    """Ask for a reason before a step that somebody else will want one for."""
    with st.popover(_(step.title), icon=ICONS[step.key], key=f"ask_{step.key}"), st.form(f"form_{step.key}", border=False):
        label = _("Why?") if step.reasoned else _("Why? (may stay empty)")
        note = st.text_area(label, key=f"why_{step.key}", max_chars=1000)
        if st.form_submit_button(_(step.title), type="primary", key=f"step_{step.key}"):
            _take(draft, step, note)


def _take(draft: Draft, step: Step, note: str) -> None:
    known = {"expected": draft.record.version, "now_us": app.store().clock(), "note": note}
    with findings.keep():
        if step.key == "submit":
            rules = app.settings().rules
            services.submit(app.store(), draft.branch.who, draft.branch_id, draft.plan_id, rules=rules, **known)
        else:
            take_step(app.store(), draft.branch.who, draft.branch_id, draft.plan_id, step.key, **known)
    session.afresh()


def _publish(draft: Draft) -> None:
    with st.popover(_("Publish"), icon=":material/publish:", key="ask_publish", type="primary"), st.form("form_publish", border=False):
        day = st.date_input(_("From this day on"), value=draft.record.effective_on, key="publish_day")
        st.caption(_("The moves become part of the ledger, and the targets go along with the accounts. It can be undone."))
        if st.form_submit_button(_("Publish these moves"), type="primary", key="step_publish"):
            with findings.keep():
                services.publish(
                    app.store(),
                    draft.branch.who,
                    draft.branch_id,
                    draft.plan_id,
                    rules=app.settings().rules,
                    expected=draft.record.version,
                    now_us=app.store().clock(),
                    on=day if isinstance(day, date) and day != draft.record.effective_on else None,
                )
            session.afresh()


def _undo(draft: Draft) -> None:
    with st.popover(_("Undo this plan"), icon=":material/undo:", key="ask_undo"), st.form("form_undo", border=False):
        words = {FIRST: _("From its first day, as if it had never been"), LATER: _("From a later day on")}
        chosen = st.radio(_("Take it back"), list(words), format_func=words.__getitem__, key="undo_from")
        day = st.date_input(_("Later day"), value=services.today(app.store(), draft.branch.who, draft.branch_id), key="undo_day")
        why = st.text_area(_("Why?"), key="undo_why", max_chars=1000)
        st.caption(_("Everybody has again what they had before. It is refused where a cell moved on since."))
        if st.form_submit_button(_("Undo this plan"), type="primary", key="step_undo"):
            on = day if chosen == LATER and isinstance(day, date) else None
            with findings.keep():
                known = {"why": why, "now_us": app.store().clock(), "on": on}
                undo_plan(app.store(), draft.branch.who, draft.branch_id, draft.plan_id, **known)
            session.afresh()
