"""The section Plan days: choose a sweep or begin one; its days on the map, beside them the day sheet and what it comes to."""

import math

import streamlit as st

from gridmap.errors import Conflict
from gridmap.services import plans
from gridmap.sweeps import editing
from pages.parts import findings, map_view, opened, session
from pages.parts.gestures import Gesture
from pages.parts.opened import Opened
from pages.parts.session import _
from pages.parts.sweeping import beginning, choosing, days, heading, panel, publishing, solving
from pages.parts.sweeping.sweep import Sweep, open_sweep
from pages.shared import app

HEIGHT = 540
NEAR_PX = 28  # a stop dropped further off than this from every way was not meant to go there
_M_PER_PX_AT_0 = 156_543.034  # of a map tile at the equator
NEWS = "sweep_news"


def show(branch: Opened) -> None:
    """Show the section."""
    branch_id = branch.market.branch.branch_id
    today = plans.today(app.store(), branch.who, branch_id)
    if branch.now.as_of < today:  # days to come are planned on what is known today, though nothing happened since
        branch = opened.open_day(branch.who, branch_id, as_of=today, window_days=branch.now.window_days)
    known = choosing.listed(branch.who, branch_id)
    choose, steps = st.columns([4, 7], vertical_alignment="bottom")
    with choose:
        sweep_id = choosing.pick(known, today)
    if sweep_id is None:
        error = findings.kept()
        if error is not None:
            findings.show_error(error)
        beginning.show(branch, today)
        choosing.show_all(branch, known)
        return
    solving.settle(branch, sweep_id)
    sweep = open_sweep(branch, sweep_id)
    with steps:
        heading.show_steps(sweep)
    _board(sweep)


@st.fragment
def _board(shown: Sweep) -> None:
    with findings.guard():
        sweep = open_sweep(shown.branch, shown.sweep_id)
        above = st.container()  # always there, so that the map below stays the same element when there is news
        asked = solving.under_way(sweep.sweep_id)
        with above:
            _say_trouble(sweep)
            publishing.publish_when_ready(sweep)
            if asked is not None:
                solving.show_progress(sweep.branch, asked)
        if sweep.plan is None:
            if asked is None:
                heading.offer_first_plan(sweep)
            return
        heading.show_totals(sweep)
        left, right = st.columns([4, 6], gap="medium")
        with left:
            shown_days = days.pick(sweep)
            gesture = map_view.show(
                [sweep.view, sweep.branch.view("towns")],
                height=HEIGHT,
                days=shown_days,
                drag=sweep.editable and asked is None,
                key=f"sweep-{session.language()}",
            )
            _answer(sweep, gesture, shown_days)
        with right:
            panel.show(sweep, shown_days)


def _say_trouble(sweep: Sweep) -> None:
    """Say once what the last press of a button came to, where it came to nothing."""
    error, news = findings.kept(), session.held(NEWS)
    session.hold(NEWS, None)
    if isinstance(error, Conflict) and error.clashes and sweep.record.state == "draft":
        publishing.show_taken(sweep, error)
    elif error is not None:
        findings.show_error(error)
    if news:
        st.info(news, icon=":material/info:")


def _answer(sweep: Sweep, gesture: Gesture | None, shown_days: tuple[int, ...]) -> None:
    """Take a stop that was pointed at into the details beside the map, and one that was dropped to where it was put."""
    if gesture is None or gesture.kind != "stop" or gesture.stop is None or sweep.plan is None:
        return
    day, number = gesture.stop
    if day >= len(sweep.plan.days) or number >= len(sweep.plan.days[day].stops):
        return
    days.look_at(sweep, gesture.stop)
    if gesture.dropped and sweep.editable:
        _drop(sweep, gesture.stop, gesture, shown_days)
        session.afresh()
    session.again()


def _drop(sweep: Sweep, at: editing.At, gesture: Gesture, shown_days: tuple[int, ...]) -> None:
    assert sweep.plan is not None  # noqa: S101 - asked before
    metres = NEAR_PX * _M_PER_PX_AT_0 * math.cos(math.radians(gesture.lat)) / 2**gesture.zoom
    to = editing.place_of_drop(sweep.plan, at, lat=gesture.lat, lon=gesture.lon, within_m=metres, days=shown_days)
    if to is None:
        session.hold(NEWS, _("The stop was put down beside every way, so it stays where it was. Drop it on the line of a day."))
    elif to == at:
        session.hold(NEWS, _("The stop is there already."))
    elif to[0] != at[0]:
        solving.change(sweep, editing.moved_to_day(sweep.request, sweep.plan, at, day=to[0]))
    else:
        solving.change(sweep, editing.moved_to_place(sweep.request, sweep.plan, at, day=to[0], number=to[1]))
