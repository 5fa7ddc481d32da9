"""History: who changed what, when and why; and who owned which cell on any day."""

import streamlit as st

from pages.parts import controls, session
from pages.parts.past import sections
from pages.parts.past.branch import open_past
from pages.parts.session import _

who = session.require("see_history")
if not session.branch_id():
    controls.empty_state()
    st.stop()

title, share = st.columns([13, 2], vertical_alignment="bottom")
title.title(_("Who changed what, and who owned which cell when?"))
with share:
    controls.offer_link()
chosen = sections.pick()
sections.show(chosen, open_past(who, session.branch_id()))
