"""Suggest: what is asked, the search, and what was found, one below the other."""

import streamlit as st

from pages.parts import findings
from pages.parts.drafts.draft import Draft
from pages.parts.session import _
from pages.parts.suggesting import answer, asking, curve_view, numbers, proposing, searching


def show(draft: Draft) -> None:
    """Show the question; instead of it the progress of a search, or its answer."""
    if not draft.editable:
        st.info(_("Suggestions go into drafts, by who may change ownership. Begin or copy a plan to ask for one."), icon=":material/info:")
        return
    searching.settle(draft)
    error = findings.kept()
    if error is not None:
        findings.show_error(error)
    asked = searching.under_way(draft)
    if asked is not None:
        searching.show_progress(draft, asked)
        return
    found = searching.found(draft)
    if found is None:
        asking.show(draft)
        return
    st.button(_("Ask something else"), key="suggest_again", icon=":material/arrow_back:", on_click=searching.lay_aside, args=(draft,))
    if found.version != draft.record.version:
        st.caption(_("The draft has changed since this was asked."))
    if found.steps:
        numbers.show(draft, found)
        return
    if found.points:
        curve_view.show(found)
    result = proposing.looked_at(draft)
    if result is not None:
        answer.show(draft, found, result)
