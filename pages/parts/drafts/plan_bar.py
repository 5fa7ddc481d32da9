"""Today or one of the plans: choosing, beginning and copying one."""

import pandas as pd
import streamlit as st

from gridmap.errors import N_
from gridmap.scope import Scope
from gridmap.store import plans
from pages.parts import controls, formats, session
from pages.parts.drafts import beginning
from pages.parts.opened import Opened
from pages.parts.session import _, ngettext
from pages.shared import app

TODAY = "today"
STATES = {
    "draft": (N_("Draft"), "blue", ":material/edit:"),
    "submitted": (N_("Submitted"), "orange", ":material/hourglass_top:"),
    "approved": (N_("Approved"), "green", ":material/thumb_up:"),
    "published": (N_("Published"), "green", ":material/check_circle:"),
    "rejected": (N_("Rejected"), "red", ":material/thumb_down:"),
    "withdrawn": (N_("Withdrawn"), "gray", ":material/block:"),
}
UNDONE = (N_("Undone"), "gray", ":material/undo:")


def pick(who: Scope, branch_id: str) -> int | None:
    """Choose between today and the plans; return the number of a plan, None for today or for who may not see plans."""
    if not who.allows("see_history", branch_id):
        return None
    listed = plans(app.store(), who, branch_id)
    # A browser knows a choice by its words: they hold nothing that an edit would change, so state and moves stand below.
    words = {TODAY: _("Today"), **{str(row.plan_id): title_of(row.plan_id, row.title) for row in listed.itertuples()}}
    choose, begin = st.columns([4, 3], vertical_alignment="bottom")
    with choose:
        chosen = controls.pick_of(_("Show"), "plan", words, TODAY)
    plan_id = None if chosen == TODAY else int(chosen)
    if who.allows("change_ownership", branch_id):
        with begin, st.container(horizontal=True, gap="small"):
            beginning.offer(who, branch_id)
            if plan_id is not None:
                beginning.offer_copy(who, branch_id, plan_id, str(listed.set_index("plan_id")["title"][plan_id]))
    return plan_id


def tell_coming(branch: Opened) -> None:
    """Say which published plans are not in force yet on the day that is shown, each with a way to it."""
    who, branch_id = branch.who, branch.market.branch.branch_id
    if not who.allows("see_history", branch_id):
        return
    published = plans(app.store(), who, branch_id, states=("published",))
    coming = published[published["undone_change_id"].isna() & pd.to_datetime(published["effective_on"]).gt(pd.Timestamp(branch.now.as_of))]
    for row in coming.sort_values(["effective_on", "plan_id"]).itertuples():
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"coming_{row.plan_id}"):
            st.badge(_("Not on this map yet"), icon=":material/event_upcoming:", color="green")
            moves = int(row.moves)
            words = ngettext("{count} move", "{count} moves", moves, **formats.counted(moves))
            st.text(
                _("From {day}: {title}, {moves}").format(day=formats.day(row.effective_on), title=row.title, moves=words), width="content"
            )
            st.button(_("Show plan"), key=f"show_plan_{row.plan_id}", on_click=_show, args=(int(row.plan_id),))


def _show(plan_id: int) -> None:
    session.see(plan=str(plan_id))


def title_of(plan_id: int, title: str) -> str:
    """Name a plan by its number and title."""
    return _("No. {number} · {title}").format(number=plan_id, title=title)


def state_of(state: str, *, undone: bool) -> tuple[str, str, str]:
    """Return title (to be translated), colour and icon of a state."""
    return UNDONE if undone else STATES[state]
