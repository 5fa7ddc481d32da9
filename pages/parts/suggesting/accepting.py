"""The moves of an answer, in the order in which they are best made: accept all, the first, some or none; each can be undone."""

import pandas as pd
import streamlit as st

from gridmap.services import suggesting as services
from gridmap.territories.result import Result
from pages.parts import formats, session
from pages.parts.drafts import saving
from pages.parts.drafts.draft import Draft
from pages.parts.session import _, ngettext, said
from pages.parts.suggesting import limits_table, proposing, searching

LONGEST = 400
ARROW = "\N{RIGHTWARDS ARROW}"


def show(draft: Draft, result: Result) -> None:
    """Show the moves that are still to make, with boxes, and the buttons that take them into the draft."""
    left = proposing.still_to_make(draft, result)
    if not left:
        if result.moves:
            st.info(_("All of it is in the draft; the Effect and Check tabs say what it does."), icon=":material/check:")
        return
    if any(taker.startswith("NEW-") for taker in result.plan.owners_now):
        st.info(
            _("New managers have to be in the table of managers, with their bases, before a plan can give them cells."),
            icon=":material/person_add:",
        )
        return
    count = len(left)
    with st.container(horizontal=True, gap="small"):
        words = ngettext("Accept {count} move", "Accept all {count} moves", count, **formats.counted(count))
        st.button(words, key="suggest_accept", type="primary", icon=":material/done_all:", on_click=accept, args=(draft, result, left))
        st.button(_("Lay aside"), key="suggest_none", icon=":material/close:", on_click=searching.lay_aside, args=(draft,))
    st.caption(_("Shown on the map in the takers' colours. What is accepted waits in this draft to be published; it can be undone."))
    _table(draft, result, left)


def accept(draft: Draft, result: Result, cells: tuple[str, ...]) -> None:
    """Take moves into the draft, saved as one step that can be undone."""
    saving.set_moves(draft, services.accepted_moves(draft.plan, result, cells, language=session.language()))


def _table(draft: Draft, result: Result, left: tuple[str, ...]) -> None:
    told = {move.cell: move for move in result.moves}
    first = left[:LONGEST]
    measure = result.moves[0].gives[0][0] if result.moves and result.moves[0].gives else ""
    heading = _(dict(limits_table.MEASURES).get(measure, measure))
    now, wanted = draft.plan.owners_now, result.plan.owners_now
    outside = _("Outside of every town")
    rows = pd.DataFrame(
        {
            _("Take"): True,
            _("Town"): [draft.town_names.get(cell) or outside for cell in first],
            _("Giver and taker"): [
                f"{draft.name_of(str(now.get(cell, '')))} {ARROW} {draft.name_of(str(wanted.get(cell, '')))}" for cell in first
            ],
            _("Why"): [said(told[cell].reason) if cell in told else _("Goes back to who had it.") for cell in first],
            heading: [formats.count(dict(told[cell].gives).get(measure, 0)) if cell in told else "" for cell in first],
            _("Cell"): list(first),
        }
    )
    edited = st.data_editor(
        rows,
        key=f"suggest_moves_{draft.record.version}_{result.plan.fingerprint}",
        hide_index=True,
        height=min(420, 40 + 36 * len(rows)),
        disabled=[name for name in rows if name != _("Take")],
        column_config={_("Take"): st.column_config.CheckboxColumn(width=60), _("Why"): st.column_config.TextColumn(width=380)},
    )
    taken = [cell for cell, yes in zip(first, edited[_("Take")], strict=True) if yes]
    if len(left) > LONGEST:
        st.caption(_("The first {shown} of {all} moves.").format(shown=LONGEST, all=formats.count(len(left))))
    if 0 < len(taken) < len(first):
        words = ngettext("Accept {count} ticked move", "Accept {count} ticked moves", len(taken), **formats.counted(len(taken)))
        if st.button(words, key="suggest_accept_some", icon=":material/done:"):
            accept(draft, result, tuple(taken))
            session.again()
