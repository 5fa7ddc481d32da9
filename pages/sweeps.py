"""Sweeps: which doors this week, in what order, and what was recorded at them."""

import streamlit as st

from pages.parts import controls, opened, session
from pages.parts.session import _
from pages.parts.sweeping import sections

who = session.require("plan_sweeps")
if not session.branch_id():
    controls.empty_state()
    st.stop()

title, switch = st.columns([6, 5], vertical_alignment="bottom")
title.title(_("Which doors, in what order?"))
with switch:
    chosen = sections.pick()
day = opened.days(who, session.branch_id())[-1]
branch = opened.open_day(who, session.branch_id(), as_of=day, window_days=opened.default_window())
sections.show(chosen, branch)
