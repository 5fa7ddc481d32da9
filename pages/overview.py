"""Overview: where do we stand against target and time, and where is it getting worse."""

import streamlit as st

from gridmap.reallocation.loads import manager_loads
from gridmap.services import overview
from pages.parts import (
    attack_alert,
    board,
    briefing_panel,
    controls,
    first_steps,
    formats,
    opened,
    scorecard,
    session,
    supervising,
    town_table,
    what_changed,
)
from pages.parts.session import _
from pages.shared import app

who = session.require("see_map")
if not session.branch_id():
    controls.empty_state()
    st.stop()

title, day = st.columns([3, 2], vertical_alignment="bottom")
with title:
    st.title(_("Where do we stand, and where is it getting worse?"))
with day:
    as_of = controls.pick_as_of(opened.days(who, session.branch_id()))
said, window, share = st.columns([15, 3, 2], vertical_alignment="bottom")
with window:
    window_days = controls.pick_window(opened.default_window())
with share:
    controls.offer_link()
rules = app.settings().rules
branch = opened.open_day(who, session.branch_id(), as_of=as_of, window_days=window_days)
keys = overview.SCORES if branch.seen is None else overview.OWN_SCORES
scores = overview.scorecard(branch.market, branch.now, branch.before, rules=rules, plan=branch.plan, keys=keys)
period, used = overview.time_used(branch.market, as_of)

said.text(
    _("{branch}, {day}. {verdict} Time used: {share} of {period} ({elapsed} of {days} days). Changes are since {before}.").format(
        branch=opened.name_of_branch(branch.market),
        day=formats.day(as_of),
        verdict=scorecard.verdict(scores),
        share=formats.per_cent(float(used.share)),
        period=period,
        elapsed=formats.count(used.elapsed),
        days=formats.count(used.days),
        before=formats.day(branch.before.as_of),
    )
)
loads = manager_loads(branch.market, branch.plan, branch.now, rules=rules, seen=branch.seen)
attack_alert.show(branch)
first_steps.show(overview.first_steps(branch.market, branch.now, loads, rules=rules), branch)
scorecard.show(scores)

st.header(_("Where is it?"))
board.show(branch)

supervising.show(branch)
what_changed.show(branch, scores, rules)

worse, ranked = st.columns([2, 3], gap="large")
with worse:
    st.header(_("What got worse"))
    scorecard.show_worse(
        overview.got_worse(branch.market, branch.now, branch.before, rules=rules, plan=branch.plan),
        branch.before.as_of,
        branch.towns,
        branch.managers,
    )
with ranked:
    st.header(_("Towns, worst first"))
    town_table.show(branch, rules)
briefing_panel.show(branch)
