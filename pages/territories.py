"""Territories: who owns what, is it fair, and what has nobody."""

import streamlit as st

from gridmap.reallocation.loads import manager_loads
from pages.parts import controls, load_table, opened, session
from pages.parts.session import _
from pages.shared import app

who = session.require("see_map")
if not session.branch_id():
    controls.empty_state()
    st.stop()

title, day = st.columns([3, 2], vertical_alignment="bottom")
with title:
    st.title(_("Who owns what, and is it fair?"))
with day:
    as_of = controls.pick_as_of(opened.days(who, session.branch_id()))
branch = opened.open_day(who, session.branch_id(), as_of=as_of, window_days=opened.default_window())
loads = manager_loads(branch.market, branch.plan, branch.now, rules=app.settings().rules, seen=branch.seen)
load_table.show_summary(loads)
load_table.show_board(branch, loads)
