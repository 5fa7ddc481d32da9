"""Organisations without a place: nobody holds them by their cell, and no map shows them."""

import streamlit as st

from gridmap.white_space import WhiteSpace
from pages.parts import formats, tables
from pages.parts.opened import Opened
from pages.parts.session import _, ngettext
from pages.parts.vacant import acting

LONGEST = 400


def show(branch: Opened, found: WhiteSpace) -> None:
    """Show them by name to whoever may see names, else how many there are."""
    listed = found.unplaced
    acting.mark(())
    if listed.empty:
        st.success(_("Every organisation has a place."), icon=":material/check_circle:")
        return
    count = len(listed)
    st.text(
        ngettext(
            "{count} live organisation has no place, so nobody holds it by its cell.",
            "{count} live organisations have no place, so nobody holds them by their cells.",
            count,
            **formats.counted(count),
        )
    )
    if not branch.who.allows("see_organisations", branch.market.branch.branch_id):
        st.caption(_("Your role sees figures, not names."))
        return
    first = listed.head(LONGEST).reset_index()
    shown = first.assign(
        name=formats.names(first), address=first["address"].fillna(""), street=first["street"].fillna(""), tier=first["tier"].fillna("")
    )
    headings = {"name": _("Name"), "tier": _("Tier"), "street": _("Street"), "address": _("Address"), "org_id": _("Code")}
    tables.show(shown, headings, {}, key="vacant_unplaced", height=420)
    st.caption(_("Give them coordinates in a file and import it on Data; the gate says which are wrong."))
