"""Sweeps: which doors this week, in what order, and what was recorded at them."""

import streamlit as st

from pages.parts import controls, session
from pages.parts.session import _

who = session.require("plan_sweeps")
if not session.branch_id():
    controls.empty_state()
    st.stop()
st.title(_("Which doors, in what order?"))
