"""What happened to a plan and what was said about it, with who and when; anybody who sees plans may comment."""

import pandas as pd
import streamlit as st

from gridmap.store import comment_on_plan, plan_events
from gridmap.store.plan_rows import EVENT_NAMES
from pages.parts import findings, session, tables
from pages.parts.drafts.draft import Draft
from pages.parts.session import _
from pages.shared import app

TEXT = "draft_comment"


def show(draft: Draft) -> None:
    """Show the events of a plan, the last first, and a field for a comment."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(_("Comment"), key=TEXT, max_chars=1000, placeholder=_("Seen by everybody who sees the plan"))
        st.button(_("Add comment"), key="draft_comment_add", icon=":material/add_comment:", on_click=add, args=(draft,))
    events = plan_events(app.store(), draft.branch.who, draft.branch_id, draft.plan_id).iloc[::-1]
    shown = events.assign(
        what=[_(EVENT_NAMES.get(kind, kind)) for kind in events["kind"]],
        when=[draft.when(int(at)) for at in events["recorded_us"]],
        note=[_copied(kind, note) for kind, note in zip(events["kind"], events["note"], strict=True)],
    )
    headings = {"when": _("When"), "who": _("Who"), "what": _("What"), "note": _("Comment or reason")}
    tables.show(pd.DataFrame(shown), headings, {}, key="draft_events", height=420)


def add(draft: Draft) -> None:
    """Add what stands in the field."""
    with findings.keep():
        comment_on_plan(app.store(), draft.branch.who, draft.branch_id, draft.plan_id, session.typed(TEXT), now_us=app.store().clock())
        session.fill(TEXT, "")


def _copied(kind: str, note: str) -> str:
    return _("Copied from plan {number}").format(number=note) if kind == "created" and note.isdecimal() else note
