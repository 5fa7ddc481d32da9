"""Territories: who owns what, is it fair, what has nobody, and what changes when cells move."""

import streamlit as st

from gridmap.reallocation.loads import manager_loads
from pages.parts import controls, load_table, opened, session
from pages.parts.drafts import board, plan_bar
from pages.parts.session import _
from pages.shared import app

who = session.require("see_map")
if not session.branch_id():
    controls.empty_state()
    st.stop()

title, choice = st.columns([4, 7], vertical_alignment="bottom")
with title:
    st.title(_("Who owns what, and is it fair?"))
with choice:
    plan_id = plan_bar.pick(who, session.branch_id())
days = opened.days(who, session.branch_id())
if plan_id is not None:
    last = opened.open_day(who, session.branch_id(), as_of=days[-1], window_days=opened.default_window())
    board.show(last, plan_id)
    st.stop()

figures, day = st.columns([5, 2], vertical_alignment="center")
with day:
    as_of = controls.pick_as_of(days)
branch = opened.open_day(who, session.branch_id(), as_of=as_of, window_days=opened.default_window())
loads = manager_loads(branch.market, branch.plan, branch.now, rules=app.settings().rules, seen=branch.seen)
with figures:
    load_table.show_summary(loads)
plan_bar.tell_coming(branch)
load_table.show_board(branch, loads)
