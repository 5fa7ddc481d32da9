"""Ground by what is known of it, town by town: a cell without organisations is empty only where somebody has walked it."""

import pandas as pd
import streamlit as st

from gridmap.white_space import DATA, GROUND, WhiteSpace
from pages.parts import formats, tables
from pages.parts.opened import Opened
from pages.parts.session import _, ngettext
from pages.parts.vacant import acting
from pages.shared.vacancies import data_of_towns


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
    known = data_of_towns(branch.market, branch.now)
    _gaps(branch, known)
    counted = pd.crosstab(found.cells["town"], found.cells["ground"]).reindex(columns=[key for key, _title in GROUND], fill_value=0)
    counted = counted.sort_values("unknown", ascending=False, kind="stable").reset_index()
    lacking = known["gaps"].reindex(counted["town"])
    shown = counted.assign(
        town=[branch.towns.get(str(town), _("Outside of every town")) for town in counted["town"]],
        gaps=[" · ".join(_words(gaps)) if isinstance(gaps, tuple) else "" for gaps in lacking],
    )
    headings = {"town": _("Town"), **{key: _(title) for key, title in GROUND}, "gaps": _("No data")}
    tables.show(
        shown, headings, dict.fromkeys((key for key, _title in GROUND), "count"), key="vacant_ground", height=min(460, 40 + 36 * len(shown))
    )
    st.caption(_("Not surveyed is not empty: only a survey, imported or walked on a sweep, says that nothing is there."))


def _gaps(branch: Opened, known: pd.DataFrame) -> None:
    """Say which towns have no data at all of a kind: that nothing is recorded there is a finding, not an empty town."""
    lacking = known[known["gaps"].map(len) > 0]
    if lacking.empty:
        st.success(_("Every town has organisations, surveys, visits and surveyed lines on record."), icon=":material/check_circle:")
        return
    told = [f"{branch.towns.get(str(town), '')}: {', '.join(_words(gaps))}" for town, gaps in lacking["gaps"].items()]
    lead = ngettext(
        "{count} town has no data of some kind:", "{count} towns have no data of some kind:", len(told), **formats.counted(len(told))
    )
    st.warning(formats.plain(f"{lead} {'; '.join(told)}"), icon=":material/report:")


def _words(gaps: tuple[str, ...]) -> list[str]:
    return [_(title) for key, title in DATA if key in gaps]
