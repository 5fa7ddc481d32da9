"""A plan on the screen: where it stands, what is selected, the map to draw on, and beside it what the moves come to."""

import streamlit as st

from gridmap.facts import UNASSIGNED
from pages.parts import findings, map_view, session
from pages.parts.drafts import marks, panel, saving, selection_panel, stale, workflow
from pages.parts.drafts.comparison import against
from pages.parts.drafts.draft import Draft, open_draft
from pages.parts.opened import Opened
from pages.parts.suggesting import proposing

HEIGHT = 560


def show(branch: Opened, plan_id: int) -> None:
    """Show a plan; an edit reruns this and not the rest of the page."""
    _board(branch, plan_id)


@st.fragment
def _board(branch: Opened, plan_id: int) -> None:
    with findings.guard():
        draft = open_draft(branch, plan_id)
        above = st.container()
        picture, beside = st.columns([11, 9], gap="medium")
        with picture:  # first, since what was drawn on it has all of this drawn again
            _map(draft)
        with above:
            workflow.show(draft)
            saving.show_trouble(draft)
            stale.show(draft)
            selection_panel.show(draft)
        with beside:
            panel.show(draft)


def _map(draft: Draft) -> None:
    other = against(draft)
    gesture = map_view.show(
        [draft.view("territories")],
        height=HEIGHT,
        opacity=0.75,
        compare=other,
        selected=session.seen("cell") or None,
        tools=draft.editable,
        marked=marks.marked(draft) if draft.editable else (),
        place=session.place(),
        proposed=proposing.shown(draft),
        key=f"draft-{session.language()}",
    )
    if gesture is None:
        return
    session.see_place(*gesture.centre, gesture.zoom)
    if gesture.kind == "click":
        _clicked(draft, gesture.cell)
    elif draft.editable:
        marks.mark(draft, gesture.cells, gesture.change)
    session.again()


def _clicked(draft: Draft, cell: str | None) -> None:
    """Mark the cell for the table beside the map; in a draft a click also takes it into the selection, or out of it."""
    session.see(cell=cell or "", manager=str(draft.owners.get(cell, UNASSIGNED)) if cell else "")
    if cell and draft.editable:
        marks.mark(draft, [cell], marks.REMOVE if cell in marks.marked(draft) else marks.ADD)
