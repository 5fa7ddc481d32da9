"""A plan beside today, or beside another plan: on the map left and right of a line, and as a list of what differs."""

import pandas as pd
import streamlit as st

from gridmap.services import plans as services
from gridmap.store import plans
from pages.parts import formats, session, tables
from pages.parts.drafts import moves_table, plan_bar
from pages.parts.drafts.draft import Draft, open_draft
from pages.parts.session import _, ngettext
from pages.shared import app
from pages.shared.view import View

NOTHING, TODAY = "nothing", "today"


def pick(draft: Draft) -> str:
    """Choose what the plan is compared with."""
    others = plans(app.store(), draft.branch.who, draft.branch_id)
    others = others[others["plan_id"] != draft.plan_id]
    words = {
        NOTHING: _("Nothing"),
        TODAY: _("Today"),
        **{str(row.plan_id): plan_bar.title_of(row.plan_id, row.title) for row in others.itertuples()},
    }
    return session.choice(
        lambda options, **wiring: st.selectbox(_("Compare with"), options, format_func=words.__getitem__, **wiring),
        "against",
        list(words),
        NOTHING,
    )


def against(draft: Draft) -> View | None:
    """Return the view of what the plan is compared with; None while it stands alone."""
    chosen = session.seen("against") or NOTHING
    if chosen in (NOTHING, str(draft.plan_id)):
        return None
    if chosen == TODAY:
        return draft.branch.view("territories")
    return open_draft(draft.branch, int(chosen)).view("territories")


def show(draft: Draft) -> None:
    """Show which subjects the plan would give to somebody else than what it is compared with."""
    chosen = pick(draft)
    if chosen == NOTHING:
        st.caption(_("Choose today or another plan: the map shows both, this plan left and the other right of the line."))
        return
    other = draft.branch.plan if chosen == TODAY else open_draft(draft.branch, int(chosen)).plan
    found = services.compared(draft.plan, other)
    if found.empty:
        st.success(_("Both say the same."), icon=":material/check_circle:")
        return
    st.text(ngettext("{count} difference", "{count} differences", len(found), **formats.counted(len(found))))
    shown = pd.DataFrame(
        {
            "what": [
                draft.place_of(subject) if layer == "cell" else draft.name_of_organisation(subject)
                for layer, subject in zip(found["layer"], found["subject"], strict=True)
            ],
            "layer": [_(moves_table.LAYERS[layer]) for layer in found["layer"]],
            "first": [draft.name_of(manager) for manager in found["first"]],
            "second": [draft.name_of(manager) for manager in found["second"]],
        }
    )
    headings = {"what": _("What"), "first": _("By this plan"), "second": _("By the other"), "layer": _("Kind")}
    tables.show(shown, headings, {}, key="draft_compared", height=360)
