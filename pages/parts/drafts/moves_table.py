"""What a plan moves, one line per move: from whom to whom and why; in a draft a move can be taken back and its reason written."""

from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from gridmap.errors import N_
from gridmap.files import FORMATS
from gridmap.plan import Move
from gridmap.services import plans as services
from pages.parts import exports, formats, tables
from pages.parts.drafts import saving
from pages.parts.drafts.draft import Draft
from pages.parts.session import _, ngettext
from pages.shared import app

LAYERS = {"cell": N_("Cell"), "holder": N_("Held by name"), "sponsor": N_("Sponsor")}
LONGEST = 500


def show(draft: Draft) -> None:
    """Show the moves; who may change the draft gets a box to take each back and a field for its reason."""
    moves = draft.plan.moves
    if not moves:
        st.info(_("Nothing is moved yet. Select cells and give them to somebody."), icon=":material/move_item:")
        return
    listed = _found(draft, moves)
    if len(listed) > LONGEST:
        st.caption(_("The first {shown} of {all} moves; search to see others.").format(shown=LONGEST, all=formats.count(len(listed))))
        listed = listed.head(LONGEST)
    headings = {"what": _("What"), "giver": _("Giver"), "taker": _("Taker"), "reason": _("Why")}
    if any(move.layer != "cell" for move in moves):
        headings["layer"] = _("Kind")
    _offer_files(draft)
    if not draft.editable:
        tables.show(listed, headings, {}, key="draft_moves", height=420)
        return
    key = f"draft_moves_{draft.plan_id}_{draft.record.version}"
    shown = listed[list(headings)].rename(columns=headings).reset_index(drop=True)
    back = _("Take back")
    shown.insert(0, back, False)
    edited = st.data_editor(
        shown,
        key=key,
        hide_index=True,
        height=min(420, 40 + 36 * len(shown)),
        disabled=[heading for name, heading in headings.items() if name != "reason"],
        column_config={headings["reason"]: st.column_config.TextColumn(max_chars=300)},
    )
    gone = set(listed["number"].to_numpy()[edited[back].to_numpy(dtype=bool)])
    written = zip(listed["number"], listed["reason"], edited[headings["reason"]].fillna("").astype(str), strict=True)
    reasons = {at: after for at, before, after in written if after != before}
    wanted = tuple(replace(move, reason=reasons.get(at, move.reason)) for at, move in enumerate(moves) if at not in gone)
    changed = wanted != moves
    words = ngettext("Take back {count} move and save", "Take back {count} moves and save", len(gone)) if gone else _("Save reasons")
    st.button(
        words,
        key="draft_moves_save",
        icon=":material/save:",
        disabled=not changed,
        on_click=saving.set_moves,
        args=(draft, wanted),
    )


def _offer_files(draft: Draft) -> None:
    if not draft.branch.who.allows("export_data", draft.branch_id):
        return
    plain = [each for each in FORMATS if not each.geometry]
    with st.container(horizontal=True, gap="small"):
        for what, label, note in (
            ("moves", _("Download moves"), _("Everything the plan moves, from whom to whom, and why.")),
            ("ownership", _("Download new owners"), _("The moved cells with their new owners, in a form that can be imported again.")),
        ):
            make = partial(_file, draft, what)
            exports.offer(make, f"{draft.branch_id}-plan-{draft.plan_id}-{what}", formats=plain, label=label, note=note)


def _file(draft: Draft, what: str, key: str) -> bytes:
    return services.export_plan(app.store(), draft.branch.who, draft.branch_id, draft.plan_id, key, what=what)


def _found(draft: Draft, moves: tuple[Move, ...]) -> pd.DataFrame:
    """Write the moves as rows with their number in the plan, those that hold the searched text."""
    rows = [
        (
            at,
            draft.place_of(move.subject) if move.layer == "cell" else draft.name_of_organisation(move.subject),
            _(LAYERS[move.layer]),
            draft.name_of(move.giver),
            draft.name_of(move.taker),
            _(move.reason) if move.reason else "",  # a proposed one is told in the language of the session
        )
        for at, move in enumerate(moves)
    ]
    frame = pd.DataFrame(rows, columns=["number", "what", "layer", "giver", "taker", "reason"])
    return tables.search(frame, ("what", "giver", "taker", "reason"), key="draft_moves_search") if len(frame) > 12 else frame
