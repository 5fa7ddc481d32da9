"""From what is vacant to what is done about it: a draft with its cells selected, or a sweep among its doors."""

from collections.abc import Sequence

import streamlit as st

from gridmap.services import drafting
from pages.parts import findings, session
from pages.parts.opened import Opened
from pages.parts.session import _, ngettext
from pages.shared import app

LONGEST_TITLE = 120
MARKED = "vacant_marked"


def mark(cells: Sequence[str]) -> None:
    """Outline cells on the map, which is drawn before its list: another outline draws both once more."""
    wanted = tuple(cells)
    if wanted != (session.held(MARKED) or ()):
        session.hold(MARKED, wanted or None)
        session.again()


def offer(branch: Opened, cells: Sequence[str], title: str, *, key: str, park: str = "", town: str = "") -> None:
    """Offer a draft in which the cells are selected, and a sweep through the park or the town, to whoever may."""
    who, branch_id = branch.who, branch.market.branch.branch_id
    mark(cells)
    with st.container(horizontal=True, gap="small"):
        if who.allows("change_ownership", branch_id) and cells:
            words = ngettext("Draft a plan for {count} cell", "Draft a plan for {count} cells", len(cells))
            if st.button(words, key=f"{key}_draft", icon=":material/person_add:", type="primary"):
                _draft(branch, cells, title)
        sweeps = who.allows("plan_sweeps", branch_id) and (park or town)
        if sweeps and st.button(_("Plan a sweep"), key=f"{key}_sweep", icon=":material/route:"):
            session.fill("new_sweep_parks", [park] if park else [])
            session.fill("new_sweep_towns", [town] if town and not park else [])
            session.see(part="plan", sweep="new")
            st.switch_page("sweeps.py")
    if not who.allows("change_ownership", branch_id):
        st.caption(_("Your role proposes: whoever drafts plans finds the same list here."))


def _draft(branch: Opened, cells: Sequence[str], title: str) -> None:
    store, branch_id, record = app.store(), branch.market.branch.branch_id, None
    with findings.guard():
        record = drafting.new_plan(store, branch.who, branch_id, title=title[:LONGEST_TITLE], now_us=store.clock())
    if record is not None:
        session.hold(f"marked_{branch_id}_{record.plan_id}", frozenset(cells))
        session.see(plan=str(record.plan_id), cell=cells[0])
        st.switch_page("territories.py")
