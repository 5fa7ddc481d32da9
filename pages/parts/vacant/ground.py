"""Ground by what is known of it, town by town: a cell without organisations is empty only where somebody has walked it."""

import pandas as pd
import streamlit as st

from gridmap.white_space import GROUND, WhiteSpace
from pages.parts import formats, tables
from pages.parts.opened import Opened
from pages.parts.session import _, ngettext
from pages.parts.vacant import acting


def show(branch: Opened, found: WhiteSpace) -> None:
    """Show how many cells of each town are worked, walked and empty, or unknown; the least known first."""
    acting.mark(())
    unknown = int((found.cells["ground"] == "unknown").sum())
    st.text(
        ngettext(
            "{count} cell has no organisation and was never surveyed: nobody knows what is there.",
            "{count} cells have no organisation and were never surveyed: nobody knows what is there.",
            unknown,
            **formats.counted(unknown),
        )
    )
    counted = pd.crosstab(found.cells["town"], found.cells["ground"]).reindex(columns=[key for key, _title in GROUND], fill_value=0)
    counted = counted.sort_values("unknown", ascending=False, kind="stable").reset_index()
    shown = counted.assign(town=[branch.towns.get(str(town), _("Outside of every town")) for town in counted["town"]])
    headings = {"town": _("Town"), **{key: _(title) for key, title in GROUND}}
    tables.show(
        shown, headings, dict.fromkeys((key for key, _title in GROUND), "count"), key="vacant_ground", height=min(460, 40 + 36 * len(shown))
    )
    st.caption(_("Not surveyed is not empty: only a survey, imported or walked on a sweep, says that nothing is there."))
