"""Targets: where we stand against target and time, who is behind, what it takes, and setting targets."""

import streamlit as st

from pages.parts import controls, formats, opened, session
from pages.parts.aims import reading, sections, standing
from pages.parts.session import _

who = session.require("see_map")
if not session.branch_id():
    controls.empty_state()
    st.stop()

title, day = st.columns([3, 2], vertical_alignment="bottom")
title.title(_("Are we on target, and in time?"))
with day:
    as_of = controls.pick_as_of(opened.days(who, session.branch_id()))
branch = opened.open_day(who, session.branch_id(), as_of=as_of, window_days=opened.default_window())
with st.spinner(_("Comparing with a month and a year ago")):
    found = reading.standing(branch)
answer = _("{branch}, {day}. {answer}")
st.text(answer.format(branch=opened.name_of_branch(branch.market), day=formats.day(as_of), answer=standing.sentence(found)))
sections.show(branch, found)
