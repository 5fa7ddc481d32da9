"""Accounts: which accounts are in danger and why, what would lower it, and what is done about it."""

import streamlit as st

from pages.parts import controls, opened, session
from pages.parts.in_danger import board
from pages.parts.session import _

who = session.require("see_organisations")
if not session.branch_id():
    controls.empty_state()
    st.stop()

title, day = st.columns([3, 2], vertical_alignment="bottom")
title.title(_("Which accounts are in danger, and what helps?"))
with day:
    as_of = controls.pick_as_of(opened.days(who, session.branch_id()))
board.show(opened.open_day(who, session.branch_id(), as_of=as_of, window_days=opened.default_window()))
