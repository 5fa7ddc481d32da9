"""What was worth a visit and found no place, and why: what must be visited first, with what stands in the way."""

import pandas as pd
import streamlit as st

from pages.parts import formats, tables
from pages.parts.session import _, ngettext, said
from pages.parts.sweeping.sweep import Sweep

LONGEST = 300


def show(sweep: Sweep, days: tuple[int, ...]) -> None:  # noqa: ARG001 - they belong to no day
    """Show them, mandatory ones on top."""
    left = sorted(sweep.plan.unplaced if sweep.plan else (), key=lambda each: not each.mandatory)
    if not left:
        st.success(_("Every door that was wanted has its place."), icon=":material/check_circle:")
        return
    must = sum(each.mandatory for each in left)
    if must:
        st.error(
            ngettext("{count} visit must be and cannot.", "{count} visits must be and cannot.", must, **formats.counted(must)),
            icon=":material/error:",
        )
    count = len(left)
    st.caption(ngettext("{count} door found no place.", "{count} doors found no place.", count, **formats.counted(count)))
    known = sweep.organisations.reindex([each.org_id for each in left])
    frame = pd.DataFrame(
        {
            "must": [_("Must") if each.mandatory else "" for each in left],
            "name": [sweep.name_of(each.org_id) for each in left],
            "tier": known["tier"].fillna("").to_numpy(),
            "why": [said(each.reason) for each in left],
            "address": known["address"].fillna("").to_numpy(),
        }
    )
    found = tables.search(frame, ("name", "address", "why"), key="sweep_unplaced_search") if count > 12 else frame
    if len(found) > LONGEST:
        st.caption(_("The first {shown} of {all}; search to see others.").format(shown=LONGEST, all=formats.count(len(found))))
    headings = {"must": _("Must"), "name": _("Door"), "tier": _("Tier"), "why": _("Why not"), "address": _("Address")}
    if not must:
        del headings["must"]
    tables.show(found.head(LONGEST), headings, {}, key="sweep_unplaced", height=460, widths={"name": 200, "why": 260})
