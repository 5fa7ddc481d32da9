"""Limits of one's own, measure by measure, in a table that can be filled in."""

import pandas as pd
import streamlit as st

from gridmap.errors import N_
from gridmap.territories.request import CAPACITY, Limit
from pages.parts.session import _

MEASURES: tuple[tuple[str, str], ...] = (
    ("accounts", N_("Filed A, B, C")),
    ("hours", N_("Hours asked a month")),
    ("prospects", N_("Prospects")),
    ("organisations", N_("Organisations")),
    ("revenue", N_("Revenue a month")),
    ("white_space", N_("White space a month")),
    ("cells", N_("Cells")),
    ("area_km2", N_("Area, km²")),
)
CAPPED = ("accounts", "hours")


def edit() -> tuple[Limit, ...]:
    """Show the table and return the limits that stand in it."""
    headings = {"name": _("Measure"), "within": _("Within ± %"), "least": _("At least"), "most": _("At most"), "own": _("Own capacity")}
    blank = [None] * len(MEASURES)
    rows = pd.DataFrame(
        {
            "name": [_(title) for _key, title in MEASURES],
            "within": pd.array(blank, dtype="Float64"),
            "least": pd.array(blank, dtype="Float64"),
            "most": pd.array(blank, dtype="Float64"),
            "own": [key == "accounts" for key, _title in MEASURES],
        }
    )
    edited = st.data_editor(
        rows,
        key="suggest_limits",
        hide_index=True,
        disabled=["name"],
        column_config={
            "name": st.column_config.TextColumn(headings["name"]),
            "within": st.column_config.NumberColumn(
                headings["within"], min_value=0.1, max_value=99.0, help=_("Of everybody's fair share.")
            ),
            "least": st.column_config.NumberColumn(headings["least"], min_value=0.0),
            "most": st.column_config.NumberColumn(headings["most"], min_value=0.0),
            "own": st.column_config.CheckboxColumn(headings["own"], help=_("Accounts they can look after, hours they have.")),
        },
    )
    return read(edited)


def read(table: pd.DataFrame) -> tuple[Limit, ...]:
    """Read the limits out of the table; a row that says nothing is none.

    Parameters
    ----------
    table
        Rows in the order of `MEASURES`: within (per cent), least, most, own.
    """
    limits = []
    for (key, _title), row in zip(MEASURES, table.to_dict("records"), strict=True):
        within, least, most = (None if pd.isna(row[name]) else float(row[name]) for name in ("within", "least", "most"))
        own = bool(row["own"]) and key in CAPPED and most is None
        if own or not (within is None and least is None and most is None):
            limits.append(Limit(key, None if within is None else within / 100, least, CAPACITY if own else most))
    return tuple(limits)
