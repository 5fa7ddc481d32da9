"""What is seldom changed of a draft: its title and first day, locks of managers and of everything, swapping what two managers have."""

import streamlit as st

from gridmap.reallocation import editing
from pages.parts import formats, session
from pages.parts.drafts import heading, saving
from pages.parts.drafts.draft import Draft
from pages.parts.session import _, ngettext

OWNERS, ONE, OTHER = "draft_locked_owners", "draft_swap_one", "draft_swap_other"


def offer(draft: Draft) -> None:
    """Offer title and day, the locks and the swap behind one button."""
    with st.popover(_("Day, locks, swap"), icon=":material/tune:", key="draft_locking"):
        heading.show(draft)
        st.divider()
        _locks(draft)
        st.divider()
        _swap(draft)


def _locks(draft: Draft) -> None:
    locked = draft.locks
    count = len(locked.cells)
    st.text(ngettext("{count} cell is locked.", "{count} cells are locked.", count, **formats.counted(count)))
    if count:
        st.button(_("Unlock all cells"), key="draft_unlock_cells", on_click=saving.set_options, args=(draft,), kwargs={"locked_cells": ()})
    names = formats.distinct({**draft.takers, **{each: draft.name_of(each) for each in sorted(locked.owners)}})
    kept = [each for each in names if each in locked.owners]
    session.fill(OWNERS, kept)
    st.multiselect(
        _("Managers whose cells stay with them"),
        list(names),
        format_func=names.__getitem__,
        key=OWNERS,
        on_change=_lock_owners,
        args=(draft,),
    )
    everything = locked.everything
    st.button(
        _("Unlock everything") if everything else _("Lock everything"),
        key="draft_lock_all",
        icon=":material/lock_open:" if everything else ":material/lock:",
        on_click=saving.set_options,
        args=(draft,),
        kwargs={"locked_all": not everything},
    )


def _lock_owners(draft: Draft) -> None:
    chosen = session.typed(OWNERS, ())
    saving.set_options(draft, locked_owners=tuple(sorted(str(each) for each in chosen)))


def _swap(draft: Draft) -> None:
    st.caption(_("Two managers change all their cells with each other."))
    has = set(draft.owners)
    owners = formats.distinct({manager: name for manager, name in draft.takers.items() if manager in has})
    for name, label in ((ONE, _("First manager")), (OTHER, _("The other"))):
        session.pick(
            lambda options, label=label, **wiring: st.selectbox(label, options, index=None, format_func=owners.__getitem__, **wiring),
            name,
            list(owners),
        )
    st.button(_("Swap their cells"), key="draft_swap", icon=":material/swap_horiz:", on_click=swap, args=(draft,))


def swap(draft: Draft) -> None:
    """Give the cells of each of the two chosen managers to the other."""
    one, other = session.picked(ONE), session.picked(OTHER)
    if one and other and one != other:
        known = {"market": draft.branch.market, "on": draft.record.effective_on, "locks": draft.locks}
        saving.edit(draft, lambda seen: editing.swap(seen.plan, one, other, **known))
