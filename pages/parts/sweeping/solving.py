"""Asking the planner: the search runs beside the page, tells of the best so far, can be stopped, and what it finds is saved."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from gridmap.errors import Conflict
from gridmap.services import sweeps as services
from gridmap.store import SweepRecord, save_sweep
from gridmap.sweeps.forecast import Forecast, forecast
from gridmap.sweeps.planned import SweepPlan
from gridmap.sweeps.request import SweepRequest
from gridmap.sweeps.written import plan_text, request_text
from pages.parts import findings, formats, session
from pages.parts.opened import Opened
from pages.parts.session import _
from pages.parts.sweeping import coverage
from pages.parts.sweeping.sweep import Sweep, doors_word
from pages.shared import app
from pages.shared.jobs import Job, Stop, Tell

ASKED = "sweep_asked"
QUICK_S = 0.4  # what is found by then needs no news of progress
EVERY_S = 0.5
LONGEST_PAST = 100


@dataclass(frozen=True)
class Past:
    """What a sweep said before a change: texts of request and plan."""

    request: str
    result: str


@dataclass(frozen=True)
class Asked:
    """A search under way: for which save of which sweep, and what was asked."""

    job: Job
    record: SweepRecord
    request: SweepRequest


def ask(branch: Opened, record: SweepRecord, request: SweepRequest, *, keep: SweepPlan | None = None) -> None:
    """Begin a search in place of the one that may be under way; `keep` is the plan that it begins from."""
    before = session.held(ASKED)
    if before is not None:
        before.job.stop()
    locked = services.locked_elsewhere(app.store(), branch.who, record.branch_id, sweep_id=record.sweep_id)
    market, plan, as_of, settings = branch.market, branch.plan, branch.now.as_of, app.settings()
    cache = app.store().snapshots / "travel"

    def work(stop: Stop, tell: Tell) -> tuple[SweepPlan, Forecast]:
        how: dict[str, Any] = {"locked": locked, "cache": cache, "stop": stop, "on_best": tell, "keep": keep}
        found = services.solve_request(market, plan, request, as_of=as_of, settings=settings, **how)
        return found, forecast(market, plan, found, as_of=as_of, rules=settings.rules, sweep_rules=settings.sweeps)

    session.hold(ASKED, Asked(Job(work), record, request))


def change(sweep: Sweep, request: SweepRequest) -> None:
    """Ask for the plan again with another request, everything else as near to what it was as can be."""
    if request != sweep.request:
        ask(sweep.branch, sweep.record, request, keep=sweep.plan)


def under_way(sweep_id: int) -> Asked | None:
    """Return the search for a sweep whose answer is not saved yet, also where it has just ended."""
    asked: Asked | None = session.held(ASKED)
    return asked if asked is not None and asked.record.sweep_id == sweep_id else None


def settle(branch: Opened, sweep_id: int, *, patient: bool = True) -> None:
    """Save what a search has come to, if it has; a quick one is waited for."""
    asked: Asked | None = session.held(ASKED)
    if asked is None or asked.record.sweep_id != sweep_id or not asked.job.wait(QUICK_S if patient else 0):
        return
    session.hold(ASKED, None)
    with findings.keep():
        found, expected = asked.job.answer()
        wanted = Past(request_text(asked.request), plan_text(found))
        _save(branch, asked.record, wanted)
        coverage.keep(branch, wanted.result, expected)
        if asked.record.result:
            _hold(asked.record, "undo", (*_stack(asked.record, "undo"), Past(asked.record.request, asked.record.result))[-LONGEST_PAST:])
            _hold(asked.record, "redo", ())


def show_progress(branch: Opened, asked: Asked) -> None:
    """Show how far the search is until it ends, then draw the page anew."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="sweep_progress"):
        _progress(branch, asked)


@st.fragment(run_every=EVERY_S)
def _progress(branch: Opened, asked: Asked) -> None:
    if not asked.job.running:
        settle(branch, asked.record.sweep_id, patient=False)
        session.afresh()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(_told(asked), width="stretch")
        words = _("Stop and keep this") if asked.job.best is not None else _("Cancel")
        st.button(words, key="sweep_cancel", icon=":material/stop_circle:", on_click=asked.job.stop)


def _told(asked: Asked) -> str:
    if asked.job.waiting:
        return _("Waiting for another search on this server to end…")
    seconds, best = formats.count(asked.job.seconds), asked.job.best
    if best is None:
        return _("Measuring the ways between the doors… {seconds} s").format(seconds=seconds)
    known = {"doors": doors_word(len(best.doors)), "priority": formats.count(best.prize), "seconds": seconds}
    return _("Looking for better days… {doors} so far, priority {priority}, {seconds} s").format(**known)


# Taking a change back


def can(sweep: Sweep, direction: str) -> bool:
    """Say whether there is something to `undo` or to `redo`."""
    return bool(_stack(sweep.record, direction))


def undo(sweep: Sweep) -> None:
    """Go back to the plan before the last change."""
    _step(sweep, "undo", "redo")


def redo(sweep: Sweep) -> None:
    """Make the change again that was undone last."""
    _step(sweep, "redo", "undo")


def _step(sweep: Sweep, back: str, forth: str) -> None:
    stack = _stack(sweep.record, back)
    if not stack:
        return
    with findings.keep():
        _save(sweep.branch, sweep.record, stack[-1])
        _hold(sweep.record, back, stack[:-1])
        _hold(sweep.record, forth, (*_stack(sweep.record, forth), Past(sweep.record.request, sweep.record.result)))


def _save(branch: Opened, record: SweepRecord, wanted: Past) -> None:
    """Write a draft; after a conflict what could be undone belongs to a draft that is gone."""
    known = {"expected": record.version, "now_us": app.store().clock()}
    try:
        save_sweep(app.store(), branch.who, record.branch_id, record.sweep_id, request=wanted.request, result=wanted.result, **known)
    except Conflict:
        _hold(record, "undo", ())
        _hold(record, "redo", ())
        raise


def _stack(record: SweepRecord, direction: str) -> tuple[Past, ...]:
    return session.held(f"sweep_{direction}_{record.branch_id}_{record.sweep_id}") or ()


def _hold(record: SweepRecord, direction: str, stack: tuple[Past, ...]) -> None:
    session.hold(f"sweep_{direction}_{record.branch_id}_{record.sweep_id}", stack or None)
