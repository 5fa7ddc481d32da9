"""Beside the map of a plan: the effect, one manager's changes, the cells as a table, the check, the moves, what was said."""

from collections.abc import Callable

import streamlit as st

from gridmap.errors import N_
from gridmap.facts import UNASSIGNED
from pages.parts import formats, session
from pages.parts.drafts import cells_table, checks, comments, comparison, effect_table, handing_over, manager_changes, marks, moves_table
from pages.parts.drafts.draft import Draft
from pages.parts.session import _, ngettext
from pages.parts.suggesting import board as suggesting

TABS: tuple[tuple[str, str, Callable[[Draft], None]], ...] = (
    ("effect", N_("Effect"), effect_table.show),
    ("suggest", N_("Suggest"), suggesting.show),
    ("manager", N_("One manager"), manager_changes.show),
    ("cells", N_("Cells"), cells_table.show),
    ("check", N_("Check"), checks.show),
    ("moves", N_("Moves"), moves_table.show),
    ("handover", N_("Handover"), handing_over.show),
    ("compare", N_("Compare"), comparison.show),
    ("comments", N_("Comments"), comments.show),
)


def show(draft: Draft) -> None:
    """Show what has no owner, then the open tab; only that one is worked out."""
    _offer_next(draft)
    key = f"draft_tabs_{session.language()}"
    wanted = session.held("draft_tab")
    if wanted:
        session.hold("draft_tab", None)
        session.fill(key, _(next(title for name, title, _show in TABS if name == wanted)))
    tabs = st.tabs([_(title) for _key, title, _show in TABS], key=key, on_change="rerun")
    for tab, (_key, _title, draw) in zip(tabs, TABS, strict=True):
        if tab.open:
            with tab:
                draw(draft)


def _offer_next(draft: Draft) -> None:
    """Say how many cells nobody owns, the fullest first, and lead from one to the next; in a draft each is selected on the way."""
    free = draft.cells.loc[draft.owners.index[draft.owners.eq(UNASSIGNED).to_numpy(dtype=bool)]]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if free.empty:
            st.badge(_("Every cell has an owner"), icon=":material/check_circle:", color="green")
            return
        count = len(free)
        st.text(ngettext("{count} cell has no owner.", "{count} cells have no owner.", count, **formats.counted(count)), width="content")
        order = free.reset_index().sort_values(["organisations", "cell"], ascending=[False, True], kind="stable")
        st.button(
            _("Next one"),
            icon=":material/skip_next:",
            key="draft_next_free",
            on_click=_next,
            args=(draft, tuple(order["cell"].astype(str))),
        )


def _next(draft: Draft, order: tuple[str, ...]) -> None:
    at = order.index(session.seen("cell")) if session.seen("cell") in order else -1
    cell = order[(at + 1) % len(order)]
    draft.jump_to(cell)
    session.see(manager=UNASSIGNED)
    if draft.editable:
        marks.mark(draft, [cell])
