"""How many managers it takes, and where a new one would sit."""

import pandas as pd
import streamlit as st

from pages.parts import formats, session, tables
from pages.parts.drafts.draft import Draft
from pages.parts.session import _, ngettext, said
from pages.parts.suggesting.searching import Found


def show(draft: Draft, found: Found) -> None:
    """Show the least number first, then every number that was tried, then the places for one more."""
    least = next((step for step in found.steps if step.kept), None)
    if least is None:
        st.error(said(found.steps[0].message if len(found.steps) == 1 else found.steps[-1].message), icon=":material/block:")
    else:
        words = ngettext("{count} manager is enough", "{count} managers are enough", least.managers, **formats.counted(least.managers))
        st.success(words, icon=":material/group:")
        st.text(said(least.message))
    rows = pd.DataFrame(
        {
            "managers": [formats.count(step.managers) for step in found.steps],
            "kept": [_kept(kept=step.kept, proven=step.proven) for step in found.steps],
            "said": [said(step.message) for step in found.steps],
        }
    )
    headings = {"managers": _("Managers"), "kept": _("Limits"), "said": _("What it takes")}
    tables.show(rows, headings, {}, key="suggest_numbers", height=min(400, 40 + 36 * len(rows)))
    if found.bases:
        st.text(_("Where one more would sit: the best first."))
        places = pd.DataFrame(
            {
                "where": [
                    said(base.town) if not hasattr(base.town, "said") else base.town.said(session.language()) for base in found.bases
                ],
                "broken": [formats.decimal(base.broken, 2) for base in found.bases],
                "cell": [base.cell for base in found.bases],
            }
        )
        named = {"where": _("Town"), "broken": _("Limits broken at least"), "cell": _("Cell")}
        rows_chosen = tables.show(places, named, {}, key="suggest_bases", height=40 + 36 * len(places), select=True)
        if rows_chosen and session.once("suggest_base", rows_chosen[0]):
            draft.jump_to(str(places["cell"].iloc[rows_chosen[0]]))
            session.again()


def _kept(*, kept: bool, proven: bool) -> str:
    if kept:
        return _("kept")
    return _("cannot be kept") if proven else _("not kept by what was found")
