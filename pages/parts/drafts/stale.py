"""A plan whose subjects somebody else changed since: each conflict with who and when, kept or dropped one by one."""

import pandas as pd
import streamlit as st

from gridmap.errors import Clash
from gridmap.plan import Move
from gridmap.store import rebase_plan, stale_moves
from pages.parts import findings, formats, session
from pages.parts.drafts import saving
from pages.parts.drafts.draft import Draft
from pages.parts.session import _, ngettext
from pages.shared import app


def show(draft: Draft) -> None:
    """Show the conflicts of a plan, if any, with the way to bring it up to date for who may draft."""
    if draft.record.state not in ("draft", "submitted", "approved") or draft.plan.change_id <= draft.record.base_change_id:
        return  # settled, or nothing at all has changed since it was drafted
    clashes = stale_moves(app.store(), draft.branch.who, draft.branch_id, draft.plan_id)
    if not clashes:
        return
    by_subject = {clash.subject: clash for clash in clashes}
    touched = [move for move in draft.plan.moves if move.subject in by_subject]
    count = len(touched)
    with st.container(border=True, key="draft_stale"):
        st.warning(
            ngettext(
                "{count} move is out of date: somebody else changed what it moves.",
                "{count} moves are out of date: somebody else changed what they move.",
                count,
                **formats.counted(count),
            ),
            icon=":material/sync_problem:",
        )
        frame = _rows(draft, touched, by_subject)
        if not draft.branch.who.allows("change_ownership", draft.branch_id):
            st.dataframe(frame, hide_index=True)
            st.caption(_("Whoever drafted the plan can bring it up to date."))
            return
        keep = _("Keep my move")
        frame.insert(0, keep, True)
        chosen = st.data_editor(
            frame,
            key=f"stale_{draft.plan_id}_{draft.record.version}",
            hide_index=True,
            disabled=[name for name in frame.columns if name != keep],
        )
        drop = {(move.layer, move.subject) for move, kept in zip(touched, chosen[keep], strict=True) if not kept}
        st.caption(_("Kept moves are taken from whoever has the cells now; of the others the change of somebody else stands."))
        if st.button(_("Bring up to date"), key="draft_rebase", type="primary", icon=":material/sync:"):
            with findings.keep():
                rebase_plan(
                    app.store(),
                    draft.branch.who,
                    draft.branch_id,
                    draft.plan_id,
                    expected=draft.record.version,
                    now_us=app.store().clock(),
                    drop=drop,
                )
                saving.forget(draft)
            session.afresh()


def _rows(draft: Draft, moves: list[Move], clashes: dict[str, Clash]) -> pd.DataFrame:
    rows = [
        (
            draft.place_of(move.subject) if move.layer == "cell" else draft.name_of_organisation(move.subject),
            draft.name_of(move.giver),
            draft.name_of(move.taker),
            draft.name_of(str(draft.plan.before(move.layer).get(move.subject, ""))),
            clashes[move.subject].who,
            draft.when(clashes[move.subject].at_us),
        )
        for move in moves
    ]
    headings = (_("What"), _("Drafted from"), _("Drafted to"), _("Has it now"), _("Changed by"), _("When"))
    return pd.DataFrame(rows, columns=list(headings))
