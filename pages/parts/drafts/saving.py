"""Each edit is saved at once, against the version the editor was looking at; what was before it can be had back.

These functions are called by buttons before the page is drawn again, with the draft as it stood on the screen: so an edit is never
made on top of what somebody else saved and nobody here has seen.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from gridmap.errors import Conflict
from gridmap.plan import Move
from gridmap.reallocation.editing import Edited, Refused
from gridmap.store import PlanOptions, save_plan
from pages.parts import findings, formats, session
from pages.parts.drafts.draft import Draft
from pages.parts.session import _, ngettext, said
from pages.shared import app

REFUSED, NEWS = "draft_refused", "draft_news"
MOST_SHOWN = 200
LONGEST_PAST = 200


@dataclass(frozen=True)
class Past:
    """What a draft said before an edit."""

    moves: tuple[Move, ...]
    options: PlanOptions


def show_trouble(draft: Draft) -> None:
    """Say once what the last press of a button came to, where it came to nothing or to less than was asked."""
    error, refused, news = findings.kept(), session.held(REFUSED), session.held(NEWS)
    for name in (REFUSED, NEWS):
        session.hold(name, None)
    if isinstance(error, Conflict) and draft.editable:
        st.warning(_("Your last step was not saved. The draft is shown as it is now."), icon=":material/sync_problem:")
    if error is not None:
        findings.show_error(error)
    if refused:
        _show_refused(draft, refused)
    if news:
        st.info(news, icon=":material/info:")


def edit(draft: Draft, change: Callable[[Draft], Edited]) -> None:
    """Change the moves and save them; keep for `show_trouble` what could not be moved."""
    with findings.keep():
        edited = change(draft)
        if edited.plan.moves != draft.plan.moves:
            _keep(draft, Past(edited.plan.moves, draft.record.options))
        elif not edited.refused:
            session.hold(NEWS, _("Nothing was changed: it is so already."))
        session.hold(REFUSED, edited.refused or None)


def _show_refused(draft: Draft, refused: tuple[Refused, ...]) -> None:
    count = len(refused)
    words = ngettext("{count} cell was not moved.", "{count} cells were not moved.", count, **formats.counted(count))
    st.warning(words, icon=":material/lock:")
    whys = {said(each.message) for each in refused}
    if len(whys) == 1:
        st.text(next(iter(whys)))
        return
    rows = [(draft.place_of(each.subject), said(each.message)) for each in refused[:MOST_SHOWN]]
    st.dataframe(pd.DataFrame(rows, columns=[_("Cell"), _("Why")]), hide_index=True, height=min(220, 40 + 36 * len(rows)))


def set_options(draft: Draft, **changes: object) -> None:
    """Change what the draft says beside its moves, and save it."""
    with findings.keep():
        _keep(draft, Past(draft.plan.moves, replace(draft.record.options, **changes)))  # type: ignore[arg-type]


def set_moves(draft: Draft, moves: tuple[Move, ...]) -> None:
    """Save other moves in place of the draft's."""
    with findings.keep():
        _keep(draft, Past(draft.plan.replaced(moves).moves, draft.record.options))


def undo(draft: Draft) -> None:
    """Go back one edit."""
    _step(draft, "undo", "redo")


def redo(draft: Draft) -> None:
    """Make the edit again that was undone last."""
    _step(draft, "redo", "undo")


def forget(draft: Draft) -> None:
    """Forget what could be undone and redone: it belongs to ownership that is no longer what the draft starts from."""
    _hold(draft, "undo", ())
    _hold(draft, "redo", ())


def can(draft: Draft, direction: str) -> bool:
    """Say whether there is something to `undo` or to `redo`."""
    return bool(_stack(draft, direction))


def _keep(draft: Draft, wanted: Past) -> None:
    _save(draft, wanted)
    _hold(draft, "undo", (*_stack(draft, "undo"), Past(draft.plan.moves, draft.record.options))[-LONGEST_PAST:])
    _hold(draft, "redo", ())


def _step(draft: Draft, back: str, forth: str) -> None:
    stack = _stack(draft, back)
    if not stack:
        return
    with findings.keep():
        _save(draft, stack[-1])
        _hold(draft, back, stack[:-1])
        _hold(draft, forth, (*_stack(draft, forth), Past(draft.plan.moves, draft.record.options)))


def _save(draft: Draft, wanted: Past) -> None:
    """Write the draft; after a conflict what was undone or could be redone belongs to a draft that is gone."""
    try:
        save_plan(
            app.store(),
            draft.branch.who,
            draft.branch_id,
            draft.plan_id,
            expected=draft.record.version,
            now_us=app.store().clock(),
            moves=wanted.moves,
            options=wanted.options,
        )
    except Conflict:
        forget(draft)
        raise


def _stack(draft: Draft, direction: str) -> tuple[Past, ...]:
    return session.held(f"{direction}_{draft.branch_id}_{draft.plan_id}") or ()


def _hold(draft: Draft, direction: str, stack: tuple[Past, ...]) -> None:
    session.hold(f"{direction}_{draft.branch_id}_{draft.plan_id}", stack or None)
