"""A draft becomes what people go by: its doors are locked to them, every door somebody else has is named, and it ends or is given up."""

import pandas as pd
import streamlit as st

from gridmap.errors import Conflict
from gridmap.services import sweeps as services
from gridmap.store import door_locks, end_sweep, withdraw_sweep
from pages.parts import findings, formats, session
from pages.parts.session import _, ngettext
from pages.parts.sweeping import solving
from pages.parts.sweeping.sweep import Sweep, doors_word
from pages.shared import app

AFTER = "sweep_publish_after"


def offer(sweep: Sweep) -> None:
    """Offer the steps that the person may take."""
    if not sweep.mine:
        return
    if sweep.record.state == "draft":
        _withdraw(sweep)
        if sweep.plan is not None:
            _publish(sweep)
    elif sweep.record.state == "published":
        _end(sweep)


def _publish(sweep: Sweep) -> None:
    doors = len(sweep.plan.doors) if sweep.plan else 0
    with st.popover(_("Publish"), icon=":material/publish:", key="sweep_publish", type="primary", disabled=not doors):
        st.write(
            ngettext(
                "{count} door is locked to its manager until {day}: nobody else can be sent there meanwhile.",
                "{count} doors are locked to their managers until {day}: nobody else can be sent there meanwhile.",
                doors,
                **formats.counted(doors),
                day=formats.day(sweep.record.last_on),
            )
        )
        if st.button(_("Publish and lock the doors"), key="sweep_publish_go", type="primary", icon=":material/lock:"):
            publish(sweep)
            session.afresh()


def publish(sweep: Sweep) -> None:
    """Publish; keep an error for the board to show."""
    with findings.keep():
        known = {"expected": sweep.record.version, "now_us": app.store().clock()}
        services.publish(app.store(), sweep.branch.who, sweep.branch_id, sweep.sweep_id, **known)


def publish_when_ready(sweep: Sweep) -> None:
    """Publish what was planned again without the doors of others, once that has been saved."""
    if session.held(AFTER) == sweep.sweep_id and solving.under_way(sweep.sweep_id) is None:
        session.hold(AFTER, None)
        publish(sweep)
        session.afresh()


def show_taken(sweep: Sweep, error: Conflict) -> None:
    """Show every door that somebody else has, with who and until when, and offer to publish the rest."""
    locks = door_locks(app.store(), sweep.branch.who, sweep.branch_id).set_index("org_id")
    doors = [each.subject for each in error.clashes]
    count = len(doors)
    words = ngettext(
        "{count} door belongs to somebody else now.", "{count} doors belong to somebody else now.", count, **formats.counted(count)
    )
    with st.container(border=True, key="sweep_taken"):
        st.warning(words, icon=":material/lock:")
        known = locks.reindex(doors)
        frame = pd.DataFrame(
            {
                _("Door"): [sweep.name_of(door) for door in doors],
                _("Who"): [
                    sweep.manager(str(one)) if pd.notna(one) else each.who
                    for one, each in zip(known["manager_id"], error.clashes, strict=True)
                ],
                _("Sweep"): known["title"].fillna(formats.NONE).to_numpy(),
                _("Until"): [formats.day(day) for day in known["last_on"]],
            }
        )
        st.dataframe(frame, hide_index=True, key="sweep_taken_doors", height=min(320, 40 + 36 * count))
        if sweep.editable:
            st.button(
                _("Take these doors out and publish the rest"),
                key="sweep_taken_go",
                type="primary",
                icon=":material/publish:",
                on_click=_without_them,
                args=(sweep,),
            )


def _without_them(sweep: Sweep) -> None:
    """Plan again, now that the locks of others are known, and publish what comes of it."""
    session.hold(AFTER, sweep.sweep_id)
    solving.ask(sweep.branch, sweep.record, sweep.request, keep=sweep.plan)


def _withdraw(sweep: Sweep) -> None:
    with st.popover(_("Give up"), icon=":material/block:", key="sweep_withdraw"):
        st.write(_("The draft leaves the list. Nothing was locked yet, so nobody loses anything."))
        if st.button(_("Give this draft up"), key="sweep_withdraw_go"):
            with findings.keep():
                known = {"expected": sweep.record.version, "now_us": app.store().clock()}
                withdraw_sweep(app.store(), sweep.branch.who, sweep.branch_id, sweep.sweep_id, **known)
                session.see(sweep="")
            session.afresh()


def _end(sweep: Sweep) -> None:
    with st.popover(_("End"), icon=":material/flag:", key="sweep_end"):
        doors = doors_word(len(sweep.plan.doors) if sweep.plan else 0)
        st.write(
            _("The sweep ends now and {doors} can be given to others. What was recorded stays, and phones still hand in.").format(
                doors=doors
            )
        )
        note = st.text_input(_("Why? (may stay empty)"), key="sweep_end_why", max_chars=300)
        if st.button(_("End this sweep"), key="sweep_end_go", type="primary"):
            with findings.keep():
                known = {"expected": sweep.record.version, "now_us": app.store().clock(), "note": note}
                end_sweep(app.store(), sweep.branch.who, sweep.branch_id, sweep.sweep_id, **known)
            session.afresh()
