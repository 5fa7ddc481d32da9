"""The audit chain: whether everything recorded is still as it was sealed, and what is not, by name."""

from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from gridmap.services import history
from gridmap.store import AuditReport, verify_audit
from pages.parts import formats
from pages.parts.past.branch import PastOf
from pages.parts.session import _, said
from pages.shared import app

PROBLEMS_SHOWN = 50


def show(past: PastOf) -> None:
    """Show the state of the chain; the chain alone is looked at each time, every record it seals when asked for."""
    st.write(
        _(
            "Every change, every step of a plan and every decision on a claim is sealed together with the one before it. "
            "Whoever alters a record, or takes one out, breaks the seal of all that follow."
        )
    )
    whole = st.button(_("Verify every record"), icon=":material/verified:", key="audit_whole")
    _report(past, verify_audit(app.store(), past.who, past.branch_id, records=whole), whole=whole)


def _report(past: PastOf, report: AuditReport, *, whole: bool) -> None:
    moved_us = history.head_moved_us(app.store(), past.who, past.branch_id)
    left, middle, right = st.columns(3)
    left.metric(_("Entries"), formats.count(report.entries), border=True)
    middle.metric(_("Problems"), formats.count(len(report.problems)), border=True)
    moved = formats.NONE if moved_us is None else formats.moment(datetime.fromtimestamp(moved_us / 1_000_000, tz=ZoneInfo(past.zone)))
    right.metric(
        _("Head last moved"), moved, border=True, help=_("The head is kept apart from the database and says how long the chain is.")
    )
    if report.problems:
        st.error(_("The chain does not hold."), icon=":material/gpp_bad:")
        for problem in report.problems[:PROBLEMS_SHOWN]:
            st.text(said(problem))
        if len(report.problems) > PROBLEMS_SHOWN:
            st.caption(_("... and {count} more.").format(count=formats.count(len(report.problems) - PROBLEMS_SHOWN)))
        return
    text = _("The chain holds, and every record is as it was sealed.") if whole else _("The chain holds from its first entry to its last.")
    st.success(text, icon=":material/verified_user:")
