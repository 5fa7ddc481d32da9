"""Data: what is in it, what was refused and why, and how to bring more."""

import streamlit as st

from pages.parts import duplicates, findings, import_flow, opened, session, templates, versions
from pages.parts.session import _
from pages.shared import cached

who = session.require("see_map")
branch_id = session.branch_id()
st.title(_("What is in the data, and what was refused?"))

# One tab per question, each only for those who may ask it.
tabs = [
    (title, show)
    for title, action, show in (
        (_("Import a file"), "import_data", lambda: import_flow.show(who)),
        (_("Duplicates"), "see_organisations", lambda: duplicates.show(who, market, as_of=opened.days(who, branch_id)[-1])),
        (_("Imports so far"), "see_history", lambda: versions.show(who, branch_id, market.branch.time_zone)),
        (_("Tables, templates, export"), "see_map", lambda: templates.show(who, branch_id)),
    )
    if who.allows(action, branch_id or None) and (branch_id or action in ("import_data", "see_map"))
]
if branch_id:
    market = cached.market(who, branch_id)
for place, (_title, show) in zip(st.tabs([title for title, _show in tabs]), tabs, strict=True):
    with place, findings.guard():
        show()
