"""The trade-off curve: what more cells buy, and which point is looked at."""

import pandas as pd
import streamlit as st

from gridmap.territories.result import CurvePoint
from pages.parts import formats, session, tables
from pages.parts.session import _
from pages.parts.suggesting.proposing import CHOSEN
from pages.parts.suggesting.searching import Found

HEIGHT = 220


def show(found: Found) -> None:
    """Show the curve, its points as a table, and let one of them be chosen; the one that bends most is proposed."""
    points = found.points
    broken = max(point.result.violation for point in points) > 0
    rows = pd.DataFrame(
        {
            "cells": [point.cells for point in points],
            "broken": [round(point.result.violation, 3) for point in points],
            "worth": [round(point.result.terms.total, 4) for point in points],
            "accounts": [point.result.changed.accounts_share for point in points],
        }
    )
    measure, title = ("broken", _("Limits broken, in fair shares")) if broken else ("worth", _("Travel, changes and borders together"))
    drawn = rows[["cells", measure]].rename(columns={"cells": _("Cells that change hands"), measure: title})
    st.line_chart(drawn, x=_("Cells that change hands"), y=title, height=HEIGHT)
    cells = [point.cells for point in points]
    if session.held(CHOSEN) not in cells:
        session.hold(CHOSEN, proposed(points))
    chosen = st.select_slider(
        _("Look at the plan that moves so many cells"),
        cells,
        value=session.held(CHOSEN),
        format_func=formats.count,
        key="suggest_point_slider",
    )
    if chosen != session.held(CHOSEN):
        session.hold(CHOSEN, chosen)
        session.again()
    with st.expander(_("The points as a table"), icon=":material/table_rows:"):
        headings = {"cells": _("Cells"), "broken": _("Limits broken"), "worth": _("Objective"), "accounts": _("Accounts that change hands")}
        told = rows.assign(
            cells=[formats.count(value) for value in rows["cells"]],
            broken=[formats.decimal(value, 3) for value in rows["broken"]],
            worth=[formats.decimal(value, 4) for value in rows["worth"]],
            accounts=[formats.per_cent(value) for value in rows["accounts"]],
        )
        tables.show(told, headings, {}, key="suggest_points", height=min(400, 40 + 36 * len(told)))


def proposed(points: tuple[CurvePoint, ...]) -> int:
    """Return the cells of the first point that keeps all limits; where none does, of the first that has nine tenths of what can be had."""
    kept = next((point.cells for point in points if point.result.violation <= 0), None)
    if kept is not None:
        return kept
    first, last = points[0].result.violation, min(point.result.violation for point in points)
    return next(point.cells for point in points if point.result.violation <= last + 0.1 * (first - last))
