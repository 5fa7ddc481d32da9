"""White space: which parks and cells are nobody's, never visited or not filed, what they are worth, and what to do about each."""

import streamlit as st

from pages.parts import controls, opened, session
from pages.parts.session import _
from pages.parts.vacant import board

who = session.require("find_white_space")
if not session.branch_id():
    controls.empty_state()
    st.stop()

title, day = st.columns([3, 2], vertical_alignment="bottom")
title.title(_("What is nobody's, and what is it worth?"))
with day:
    as_of = controls.pick_as_of(opened.days(who, session.branch_id()))
board.show(opened.open_day(who, session.branch_id(), as_of=as_of, window_days=opened.default_window()))
