"""The plan beside what one would do without it: nearest door first, and doors in random order, under the same hours and rules."""

from typing import Any

import pandas as pd
import streamlit as st

from gridmap.services import sweeps as services
from pages.parts import findings, formats, session
from pages.parts.session import _
from pages.parts.sweeping.sweep import Sweep, hours
from pages.shared import app
from pages.shared.jobs import Job, Stop, Tell

HELD = "sweep_compared"


def show(sweep: Sweep, days: tuple[int, ...]) -> None:  # noqa: ARG001 - of the sweep as a whole
    """Show the table; it is worked out beside the page, once for each save."""
    sign = (sweep.branch_id, sweep.sweep_id, sweep.record.version)
    kept = session.held(HELD)
    if kept is None or kept[0] != sign:
        kept = (sign, _begin(sweep))
        session.hold(HELD, kept)
    job: Job = kept[1]
    if job.wait(0.5):
        with findings.guard():
            _table(job.answer())
    else:
        _wait(job)


@st.fragment(run_every=0.5)
def _wait(job: Job) -> None:
    if not job.running:
        session.afresh()
    st.caption(_("Filling the same days door by door… {seconds} s").format(seconds=formats.count(job.seconds)))


def _begin(sweep: Sweep) -> Job:
    branch, request, solved, settings = sweep.branch, sweep.request, sweep.plan, app.settings()
    locked = services.locked_elsewhere(app.store(), branch.who, sweep.branch_id, sweep_id=sweep.sweep_id)
    market, plan, cache = branch.market, branch.plan, app.store().snapshots / "travel"

    def work(_stop: Stop, _tell: Tell) -> pd.DataFrame:
        how: dict[str, Any] = {"locked": locked, "cache": cache, "solved": solved}
        return services.compare(market, plan, request, as_of=branch.now.as_of, settings=settings, **how)

    return Job(work)


def _table(found: pd.DataFrame) -> None:
    words = dict(services.METHODS)
    best = found.loc["planned"]
    frame = pd.DataFrame(
        {
            _("Way of planning"): [_(words[str(method)]) for method in found.index],
            _("Doors"): [formats.count(value) for value in found["doors"]],
            _("Priority collected"): [formats.count(value) for value in found["priority"]],
            _("Against the plan"): [_against(value, best["priority"]) for value in found["priority"]],
            _("On the road"): [hours(value) for value in found["road_min"]],
        }
    )
    st.dataframe(frame, hide_index=True, key="sweep_compare")
    st.caption(_("All three fill the same days, with the same hours, lunch and opening times."))


def _against(value: float, best: float) -> str:
    return formats.per_cent(value / best, 0) if best else formats.NONE
