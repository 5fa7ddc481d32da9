"""After a day: the days that remain planned anew from what was recorded, shown with every change before anything is changed."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from gridmap.services import sweep_repair as services
from gridmap.services.sweep_repair import Proposal
from gridmap.sweeps.repair import KINDS, Appearance
from layers.routes import clock
from pages.parts import findings, formats, session
from pages.parts.session import _, ngettext, said
from pages.parts.sweeping.sweep import Sweep, day_briefly, day_word
from pages.shared import app
from pages.shared.jobs import Job, Stop, Tell

HELD = "sweep_repair"
CHANGED = ("moved", "dropped", "added")  # what is shown first; the rest stays as it was


def show(sweep: Sweep, days: tuple[int, ...]) -> None:  # noqa: ARG001 - it is of the days that remain
    """Offer to plan the rest anew, and show what that would change."""
    st.caption(_("What was recorded is done; nobody in is tried in the other half of a day; the rest moves as little as can be."))
    kept = session.held(HELD)
    if kept is None or kept[0] != _sign(sweep):
        _ask(sweep)
        return
    job: Job = kept[1]
    if not job.wait(0.4):
        _wait(job)
        return
    with findings.guard():
        _show(sweep, job.answer())
    st.button(_("Ask again"), key="sweep_repair_again", icon=":material/refresh:", on_click=session.hold, args=(HELD, None))


def _ask(sweep: Sweep) -> None:
    shifts = {f"{shift.manager_id}|{shift.day}": (shift.manager_id, shift.day) for shift in sweep.request.shifts}
    words = {key: _("{day} · {manager}").format(day=day_word(day), manager=sweep.manager(one)) for key, (one, day) in shifts.items()}
    with st.form("sweep_repair_form", border=False):
        left, right = st.columns(2)
        choices = {day.isoformat(): day for day in sweep.request.days}
        first = left.selectbox(
            _("From this day on"),
            ["", *choices],
            format_func=lambda key: day_word(choices[key]) if key else _("Today"),
            key="sweep_repair_from",
        )
        away = right.multiselect(
            _("Not worked after all"), list(words), format_func=words.__getitem__, key="sweep_repair_away", placeholder=_("None")
        )
        if st.form_submit_button(_("Show what would change"), type="primary", key="sweep_repair_go", icon=":material/route:"):
            session.hold(HELD, (_sign(sweep), _begin(sweep, choices.get(first), [shifts[key] for key in away])))
            session.again()


def _begin(sweep: Sweep, first: date | None, away: list[tuple[str, date]]) -> Job:
    store, who, settings = app.store(), sweep.branch.who, app.settings()
    how: dict[str, Any] = {"settings": settings, "from_day": first, "absent": away, "cache": store.snapshots / "travel"}

    def work(stop: Stop, _tell: Tell) -> Proposal:
        return services.propose_repair(store, who, sweep.branch_id, sweep.sweep_id, stop=stop, **how)

    return Job(work)


@st.fragment(run_every=0.5)
def _wait(job: Job) -> None:
    if not job.running:
        session.afresh()
    st.text(_("Planning the days that remain… {seconds} s").format(seconds=formats.count(job.seconds)))
    st.button(_("Stop and show what there is"), key="sweep_repair_stop", icon=":material/stop_circle:", on_click=job.stop)


def _show(sweep: Sweep, proposal: Proposal) -> None:
    """Show how many doors stay, move, are dropped and come in, each change in words, and the button that accepts them."""
    repaired = proposal.repaired
    counts = {kind: len(repaired.of(kind)) for kind, _title in KINDS}
    with st.container(horizontal=True, gap="small", key="sweep_repair_counts"):
        for kind, title in KINDS:
            st.badge(
                _("{what}: {count}").format(what=_(title), count=formats.count(counts[kind])),
                color="orange" if kind in CHANGED and counts[kind] else "gray",
            )
    changes = [change for kind in (*CHANGED, "done") for change in repaired.of(kind)]  # type: ignore[arg-type]
    titles = dict(KINDS)
    if changes:
        frame = pd.DataFrame(
            {
                _("What"): [_(titles[change.kind]) for change in changes],
                _("Door"): [sweep.name_of(change.org_id) for change in changes],
                _("Was"): [_when(change.was) for change in changes],
                _("Will be"): [_when(change.now) for change in changes],
                _("Why"): [said(change.said) for change in changes],
            }
        )
        st.dataframe(frame, hide_index=True, key="sweep_repair_changes", height=min(360, 40 + 36 * len(frame)))
    moved = sum(counts[kind] for kind in CHANGED)
    words = ngettext("Accept {count} change", "Accept {count} changes", moved, **formats.counted(moved))
    st.button(words, key="sweep_repair_accept", type="primary", icon=":material/check:", on_click=_accept, args=(sweep, proposal))


def _when(appearance: Appearance | None) -> str:
    if appearance is None:
        return formats.NONE
    return _("{day} {time}").format(day=day_briefly(appearance.day), time=clock(appearance.start_min))


def _accept(sweep: Sweep, proposal: Proposal) -> None:
    with findings.keep():
        services.keep_repair(app.store(), sweep.branch.who, sweep.branch_id, proposal, now_us=app.store().clock())
        session.hold(HELD, None)


def _sign(sweep: Sweep) -> tuple[int, int]:
    return sweep.sweep_id, sweep.record.version
