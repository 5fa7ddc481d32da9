"""What went wrong, shown: errors that the reader can mend, and the findings of an import. Text of the data is never read as Markdown."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pandas as pd
import streamlit as st

from gridmap.errors import Clash, Conflict, Finding, GridmapError, PlanError, ScopeError, TableError
from gridmap.texts import worded
from pages.parts import formats, session
from pages.parts.session import _, said

KEPT = "kept_error"


@contextmanager
def guard() -> Iterator[None]:
    """Show an error that the user can mend in place of what failed; everything else stays loud."""
    try:
        yield
    except GridmapError as error:
        show_error(error)


@contextmanager
def keep() -> Iterator[None]:
    """Keep an error that the user can mend for `kept`: what a button calls runs before there is a page to show it on."""
    try:
        yield
    except GridmapError as error:
        session.hold(KEPT, error)


def kept() -> GridmapError | None:
    """Return the error that was kept, once."""
    error: GridmapError | None = session.held(KEPT)
    session.hold(KEPT, None)
    return error


def show_error(error: GridmapError) -> None:
    """Say what went wrong, where, what was expected and what to do."""
    heading = _("You may not do this.") if isinstance(error, ScopeError) else _("This could not be done.")
    st.error(heading, icon=":material/block:" if isinstance(error, ScopeError) else ":material/error:")
    with st.container(border=True, key=f"error_{type(error).__name__}"):
        for part in (error.what, error.where, error.expected):
            if str(part):
                st.text(said(part))
        if str(error.remedy):
            st.caption(_("What to do"))
            st.text(said(error.remedy))
    if isinstance(error, TableError) and error.findings:
        show_findings(error.findings)
    if isinstance(error, PlanError) and error.reasons:
        st.dataframe(pd.DataFrame({_("Why"): [said(reason) for reason in error.reasons]}), hide_index=True)
    if isinstance(error, Conflict) and error.clashes:
        st.dataframe(frame_of_clashes(error.clashes), hide_index=True)


def frame_of_clashes(clashes: Sequence[Clash]) -> pd.DataFrame:
    """Write conflicts as a table: what somebody else changed, who and when (UTC)."""
    rows = [
        (each.subject, each.who or formats.NONE, formats.moment(pd.Timestamp(each.at_us, unit="us")) if each.at_us else formats.NONE)
        for each in clashes
    ]
    return pd.DataFrame(rows, columns=[_("Subject"), _("Who"), _("When (UTC)")])


def frame_of(findings: Sequence[Finding]) -> pd.DataFrame:
    """Write findings as a table in the language of the session, one row per finding."""
    columns = (_("Severity"), _("Row"), _("Column"), _("Value"), _("What is wrong"), _("What to do"), _("Rule"))
    rows = [
        (
            _("Error") if each.severity == "error" else _("Warning"),
            each.row,
            each.column,
            each.value,
            said(each.message),
            said(each.remedy),
            _(worded(each.rule)),
        )
        for each in findings
    ]
    shown = pd.DataFrame(rows, columns=list(columns))
    shown[columns[1]] = shown[columns[1]].astype("Int64")
    return shown


def show_findings(findings: Sequence[Finding]) -> None:
    """Show findings with a filter by rule, errors first, each with its row as the user's file counts."""
    if not findings:
        st.success(_("Nothing is wrong with this file."), icon=":material/check_circle:")
        return
    rules = sorted({each.rule for each in findings})
    counts = {rule: sum(each.rule == rule for each in findings) for rule in rules}
    wanted = st.pills(
        _("Show only"), rules, selection_mode="multi", format_func=lambda rule: f"{_(worded(rule))} ({counts[rule]})", key="findings_rules"
    )
    chosen = [each for each in findings if not wanted or each.rule in wanted]
    chosen.sort(key=lambda each: (each.severity != "error", each.row or 0))
    st.dataframe(frame_of(chosen), hide_index=True, height="content" if len(chosen) <= 12 else 460)
