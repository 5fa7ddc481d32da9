"""What is selected and what can be done with it: give it to somebody, release it, lock it; each is one press and saved at once."""

import pandas as pd
import streamlit as st

from gridmap.reallocation import editing
from gridmap.reallocation.editing import Edited
from pages.parts import formats, session
from pages.parts.drafts import effect_table, marks, saving
from pages.parts.drafts.draft import Draft
from pages.parts.session import _, ngettext
from pages.shared import effects

TAKER, WHY = "draft_taker", "draft_why"
GIVERS_NAMED = 4


def show(draft: Draft) -> None:
    """Show what is selected, with the buttons for it; where the draft cannot be changed, whose the chosen cell is and would be."""
    if not draft.editable:
        st.text(_chosen(draft))
        return
    chosen = marks.marked(draft)
    with st.container(border=True, key="draft_selection", gap="small"):
        st.text(sentence(draft, chosen))
        left, reason, buttons = st.columns([3, 3, 5], vertical_alignment="bottom")
        with left:
            words = takers_in_words(draft)
            taker = session.pick(
                lambda options, **wiring: st.selectbox(
                    _("Give to"), options, index=None, format_func=words.__getitem__, placeholder=_("Choose a manager"), **wiring
                ),
                TAKER,
                list(words),
            )
        with reason:
            st.text_input(_("Why (kept with each move)"), key=WHY, max_chars=300)
        with buttons, st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            _buttons(draft, chosen, taker)


def _chosen(draft: Draft) -> str:
    cell = session.seen("cell")
    if cell not in draft.cells.index:
        return _("Click a cell on the map to see whose it is and whose it would be.")
    before, after = (draft.name_of(str(relation.get(cell, ""))) for relation in (draft.plan.owners, draft.owners))
    return f"{draft.place_of(cell)}: {effect_table.changed(before, after)}"


def sentence(draft: Draft, chosen: tuple[str, ...]) -> str:
    """Say how many cells are selected, what is in them and whose they are; plain text, since it holds names."""
    if not chosen:
        return _("Nothing is selected. Click or draw on the map, or choose under Cells.")
    rows = list(chosen)
    inside = int(draft.cells.loc[rows, "organisations"].sum())
    givers = draft.owners.loc[rows].value_counts()
    order = sorted(givers.index, key=lambda manager: (-givers[manager], manager))
    named = [f"{draft.name_of(manager)} ({formats.count(givers[manager])})" for manager in order[:GIVERS_NAMED]]
    if len(order) > GIVERS_NAMED:
        more = len(order) - GIVERS_NAMED
        named.append(ngettext("{count} more", "{count} more", more, **formats.counted(more)))
    return _("{cells} selected with {organisations}. Now of: {owners}").format(
        cells=ngettext("{count} cell", "{count} cells", len(rows), **formats.counted(len(rows))),
        organisations=ngettext("{count} organisation", "{count} organisations", inside, **formats.counted(inside)),
        owners=", ".join(named),
    )


def takers_in_words(draft: Draft) -> dict[str, str]:
    """Name who can take cells with how full they would be by the plan, the emptiest first."""
    loads = effects.effect_of(draft.branch.market, draft.plan, draft.facts)
    known = [manager for manager in draft.takers if manager in loads.index]
    fill = loads.loc[known, "fill_after"] if "fill_after" in loads else pd.Series(float("nan"), index=known)
    order = sorted(known, key=lambda manager: (pd.isna(fill[manager]), fill[manager] if pd.notna(fill[manager]) else 0.0, manager))
    words = {}
    for manager in order + [each for each in draft.takers if each not in loads.index]:
        used = fill.get(manager, float("nan"))
        words[manager] = (
            draft.takers[manager]
            if pd.isna(used)
            else _("{name} · {share} used").format(name=draft.takers[manager], share=formats.per_cent(used, 0))
        )
    return formats.distinct(words)


def _buttons(draft: Draft, chosen: tuple[str, ...], taker: str | None) -> None:
    none = not chosen
    st.button(
        _("Assign"),
        key="draft_assign",
        type="primary",
        icon=":material/person_add:",
        disabled=none or taker is None,
        on_click=assign,
        args=(draft, chosen),
        help=_("Give the selected cells to the chosen manager."),
    )
    st.button(
        _("Release"),
        key="draft_release",
        icon=":material/person_off:",
        disabled=none,
        on_click=release,
        args=(draft, chosen),
        help=_("Leave the selected cells without an owner, on purpose."),
    )
    locked = not none and set(chosen) <= draft.locks.cells
    st.button(
        _("Unlock") if locked else _("Lock"),
        key="draft_lock",
        icon=":material/lock_open:" if locked else ":material/lock:",
        disabled=none,
        on_click=lock,
        args=(draft, chosen),
        kwargs={"free": locked},
        help=_("A locked cell stays where it is whatever is assigned."),
    )
    st.button(_("Clear"), key="draft_clear", icon=":material/deselect:", disabled=none, on_click=marks.mark, args=(draft, ()))


def assign(draft: Draft, cells: tuple[str, ...]) -> None:
    """Give cells to the manager who is chosen in the list."""
    taker = session.picked(TAKER)
    if taker in draft.takers:
        saving.edit(draft, lambda known: _assigned(known, cells, taker))


def release(draft: Draft, cells: tuple[str, ...]) -> None:
    """Leave cells to nobody."""
    saving.edit(draft, lambda known: _assigned(known, cells, ""))


def lock(draft: Draft, cells: tuple[str, ...], *, free: bool) -> None:
    """Lock cells where they are, or unlock them."""
    kept = draft.locks.cells - set(cells) if free else draft.locks.cells | set(cells)
    saving.set_options(draft, locked_cells=tuple(sorted(kept)))


def _assigned(draft: Draft, cells: tuple[str, ...], taker: str) -> Edited:
    known = {"market": draft.branch.market, "on": draft.record.effective_on, "locks": draft.locks}
    return editing.assign(draft.plan, cells, taker, **known, reason=session.typed(WHY).strip())
