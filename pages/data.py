"""Data: what is in it, what was refused and why, and how to bring more."""

import streamlit as st

from pages.parts import duplicates, findings, import_flow, opened, session, templates, versions
from pages.parts.session import _
from pages.shared import cached

who = session.require("see_map")
branch_id = session.branch_id()
st.title(_("What is in the data, and what was refused?"))


def show_duplicates() -> None:
    """Show companies that may be listed twice."""
    duplicates.show(who, cached.market(who, branch_id), as_of=opened.days(who, branch_id)[-1])


def show_versions() -> None:
    """Show what was imported so far."""
    versions.show(who, branch_id, cached.market(who, branch_id).branch.time_zone)


# One tab per question: its title, the action that opens it, whether it needs a branch, what it shows.
TABS = (
    (_("Import a file"), "import_data", False, lambda: import_flow.show(who)),
    (_("Duplicates"), "see_organisations", True, show_duplicates),
    (_("Imports so far"), "see_history", True, show_versions),
    (_("Tables, templates, export"), "see_map", False, lambda: templates.show(who, branch_id)),
)
tabs = [(title, show) for title, action, needs, show in TABS if who.allows(action, branch_id or None) and (branch_id or not needs)]
# The chosen file would be lost with its widget, so the import stays; the other tabs are drawn when they are looked at.
places = st.tabs([title for title, _show in tabs], key=f"data_{session.language()}_{who.role}", on_change="rerun")
for place, (_title, show) in zip(places, tabs, strict=True):
    with place, findings.guard():
        if place.open or show is TABS[0][3]:
            show()
