"""The search beside the page: begun, watched, stopped, and its answer kept until another one is asked for."""

import math
from dataclasses import dataclass
from typing import Any

import streamlit as st

from gridmap.services import suggesting as services
from gridmap.territories.curve import Along, trade_off
from gridmap.territories.designing import Progress
from gridmap.territories.request import Request
from gridmap.territories.result import CurvePoint, NewBase, Result, Staffing
from gridmap.territories.shortest import shortest_moves
from gridmap.territories.situation import Situation
from gridmap.territories.staffing import how_many, new_bases
from pages.parts import findings, formats, session
from pages.parts.drafts.draft import Draft
from pages.parts.session import _, ngettext, said
from pages.shared import app
from pages.shared.jobs import Job, Stop, Tell

BEST, SHORTEST, CURVE, NUMBERS = "best", "shortest", "curve", "numbers"
QUICK_S, EVERY_S = 0.4, 1.0


@dataclass(frozen=True)
class Asked:
    """A search under way: what was asked, which way, and of which save of the draft."""

    job: Job
    way: str
    request: Request
    version: int


@dataclass(frozen=True, eq=False)
class Found:
    """What a search came to: one answer, a curve of them, or what numbers of managers can do and where a new one would sit."""

    way: str
    request: Request
    version: int
    result: Result | None = None
    points: tuple[CurvePoint, ...] = ()
    steps: tuple[Staffing, ...] = ()
    bases: tuple[NewBase, ...] = ()


def ask(draft: Draft, way: str, request: Request) -> None:
    """Begin a search in place of the one that may be under way, and of its answer."""
    with findings.keep():
        draft.branch.who.require("change_ownership", draft.branch_id)
        asked = services.with_locks(request, draft.record)
        there = Situation(draft.branch.market, draft.plan, draft.facts, app.settings().rules, draft.record.effective_on)
        _end(draft)
        session.hold(_name(draft, "found"), None)
        session.hold(
            _name(draft, "asked"), Asked(Job(lambda stop, tell: _work(there, way, asked, stop, tell)), way, request, draft.record.version)
        )


def _work(there: Situation, way: str, request: Request, stop: Stop, tell: Tell) -> dict[str, Any]:
    what = (there.market, there.plan, there.facts)
    how: dict[str, Any] = {"request": request, "rules": there.rules, "on": there.on, "stop": stop}
    if way == SHORTEST:
        return {"result": shortest_moves(*what, **how, on_try=lambda cells, broken: tell((cells, broken)))}
    if way == CURVE:
        return {"points": trade_off(*what, **how, on_point=lambda along, _result: tell(along))}
    if way == NUMBERS:
        steps = how_many(there, request=request, stop=stop, on_try=tell)
        return {"steps": steps, "bases": new_bases(there, request=request, stop=stop)}
    return {"result": services.suggest(there, request, stop=stop, on_best=tell)}


def under_way(draft: Draft) -> Asked | None:
    """Return the search whose answer is not there yet."""
    asked: Asked | None = session.held(_name(draft, "asked"))
    return asked


def settle(draft: Draft, *, patient: bool = True) -> None:
    """Keep what a search has come to, if it has; a quick one is waited for. What went wrong is kept to be shown."""
    asked = under_way(draft)
    if asked is None or not asked.job.wait(QUICK_S if patient else 0):
        return
    session.hold(_name(draft, "asked"), None)
    with findings.keep():
        session.hold(_name(draft, "found"), Found(asked.way, asked.request, asked.version, **asked.job.answer()))


def found(draft: Draft) -> Found | None:
    """Return the last answer; None where none is asked for, or it was laid aside."""
    answer: Found | None = session.held(_name(draft, "found"))
    return answer


def lay_aside(draft: Draft) -> None:
    """Forget the answer, and end the search that may be under way."""
    _end(draft)
    session.hold(_name(draft, "found"), None)


def show_progress(draft: Draft, asked: Asked) -> None:
    """Show how far the search is until it ends, then draw the page anew."""
    with st.container(border=True, key="suggest_progress"):
        _progress(draft, asked)


@st.fragment(run_every=EVERY_S)
def _progress(draft: Draft, asked: Asked) -> None:
    if not asked.job.running:
        settle(draft, patient=False)
        session.afresh()
    share, words = _told(asked)
    st.progress(share, text=words)
    with st.container(horizontal=True, gap="small"):
        if asked.job.best is not None:
            st.button(_("Stop and keep the best so far"), key="suggest_stop", icon=":material/stop_circle:", on_click=asked.job.stop)
        st.button(_("Cancel"), key="suggest_cancel", icon=":material/close:", on_click=lay_aside, args=(draft,))


def _told(asked: Asked) -> tuple[float, str]:
    """Return how far a search is, and the best so far in words."""
    best, seconds = asked.job.best, formats.count(asked.job.seconds)
    if asked.job.waiting:
        return 0.0, _("Waiting for another search on this server to end…")
    if isinstance(best, Progress):
        return min(1.0, best.proposals / max(best.of, 1)), _best_so_far(best, seconds)
    if isinstance(best, Along):
        return best.done / best.of, _("Point {done} of {all} of the curve, {seconds} s").format(
            done=best.done, all=best.of, seconds=seconds
        )
    if isinstance(best, Staffing):
        return 0.5, said(best.message)
    if isinstance(best, tuple):
        told = formats.counted(best[0])
        return 0.5, ngettext(
            "Tried with {count} cell, {seconds} s", "Tried with {count} cells, {seconds} s", best[0], seconds=seconds, **told
        )
    return 0.0, _("Working out what the best could be… {seconds} s").format(seconds=seconds)


def _best_so_far(best: Progress, seconds: str) -> str:
    if best.violation > 0:
        broken = formats.decimal(best.violation, 2)
        return _("Best so far: limits broken by {broken} fair shares, {seconds} s").format(broken=broken, seconds=seconds)
    if math.isnan(best.gap):
        return _("Best so far: all limits kept, {seconds} s").format(seconds=seconds)
    gap = formats.per_cent(best.gap)
    return _("Best so far: all limits kept, at most {gap} from the best there can be, {seconds} s").format(gap=gap, seconds=seconds)


def _end(draft: Draft) -> None:
    before = under_way(draft)
    if before is not None:
        before.job.stop()
        session.hold(_name(draft, "asked"), None)


def _name(draft: Draft, what: str) -> str:
    return f"suggest_{what}_{draft.branch_id}_{draft.plan_id}"
