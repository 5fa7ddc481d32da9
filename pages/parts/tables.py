"""Tables on the screen: headings in words, units in the columns, rows of the data as plain text."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

import pandas as pd
import streamlit as st

from gridmap.texts import worded
from pages.parts.session import _

# How a column reads, by the unit of what is in it; numbers stay numbers, so that a click on the heading sorts them.
SHAPES: Mapping[str, Mapping[str, Any]] = {
    "share": {"format": "%.1f%%"},
    "count": {"format": "localized"},
    "money": {"format": "localized"},
    "per_km2": {"format": "%.1f"},
    "hours": {"format": "%.1f"},
    "days": {"format": "%.0f"},
    "per_100": {"format": "%.1f"},
    "change": {"format": "%+.1f"},
}


def heading(column: str) -> str:
    """Name a column of a schema table in the language of the session."""
    return _(worded(column))


def show(
    frame: pd.DataFrame,
    headings: Mapping[str, str],
    units: Mapping[str, str],
    *,
    key: str,
    height: int = 420,
    select: bool = False,
    widths: Mapping[str, int] = MappingProxyType({}),
) -> list[int]:
    """Show a table; with `select` return the numbers of the chosen rows (at most one).

    Parameters
    ----------
    frame
        Rows to show; a share is 0 to 1.
    headings
        Column -> heading, in the order shown; other columns are left out.
    units
        Column -> unit of the metric in it, for columns that hold numbers.
    key
        Key of the widget.
    height
        Most pixels the table takes.
    select
        Whether a row can be chosen.
    widths
        Column -> pixels, where a word is wider than its heading.
    """
    shown = frame.loc[:, list(headings)].copy()
    config: dict[str, Any] = {}
    for name, text in headings.items():
        unit = units.get(name, "")
        if unit == "share":
            shown[name] = shown[name].astype("Float64") * 100
        wide = {"width": widths[name]} if name in widths else {}
        config[name] = st.column_config.NumberColumn(text, **SHAPES[unit]) if unit in SHAPES else st.column_config.Column(text, **wide)
    tall: int | Literal["content"] = "content" if 40 + 36 * len(shown) <= height else height
    if not select:
        st.dataframe(shown, column_config=config, hide_index=True, height=tall, key=key, placeholder="")
        return []
    event = st.dataframe(
        shown, column_config=config, hide_index=True, height=tall, key=key, placeholder="", on_select="rerun", selection_mode="single-row"
    )
    return [row for row in event["selection"]["rows"] if row < len(shown)]


def search(frame: pd.DataFrame, columns: Sequence[str], *, key: str) -> pd.DataFrame:
    """Offer a search box and return the rows that hold the text in one of the columns, letters in any case."""
    text = st.text_input(_("Search"), key=key, placeholder=_("Name, code or manager"), icon=":material/search:").strip()
    if not text:
        return frame
    hits = pd.Series(data=False, index=frame.index)
    for name in columns:
        hits |= frame[name].astype("string").str.contains(text, case=False, regex=False, na=False)
    return frame[hits]
