"""The table of cells: what the map shows, for the keyboard, for searching and for taking away."""

import pandas as pd

from gridmap.metrics import NO_DATA, Metric
from pages.parts import formats, scorecard, tables
from pages.parts.session import _


def show(table: pd.DataFrame, metric: Metric, *, towns: dict[str, str], managers: dict[str, str]) -> str:
    """Show the cells with one metric; return the cell whose row is chosen, or nothing.

    Parameters
    ----------
    table
        As `gridmap.services.cells.cells_table` writes it.
    metric
        One of its metrics.
    towns, managers
        Names in the language of the session.
    """
    key = metric.key
    shown = table.reset_index()
    shown = shown.assign(
        town=shown["town"].map(lambda town: towns.get(town, "")),
        owner=shown["owner"].map(lambda owner: managers.get(owner, owner) if owner else _("Unassigned")),
        note=shown[f"{key}_state"].map(lambda state: scorecard.state_name(int(state))),
        value=shown[key].where(shown[f"{key}_state"] < NO_DATA),
        numerator=shown[f"{key}_numerator"],
        denominator=shown[f"{key}_denominator"],
    )
    shown = tables.search(shown, ("cell", "town", "owner"), key="cells_search")
    headings = {"cell": _("Cell"), "town": _("Town"), "owner": _("Owner"), "value": formats.titled(metric), "numerator": _("Numerator")}
    units = {"value": metric.unit, "numerator": "count"}
    if metric.denominator:
        headings["denominator"] = _("Denominator")
        units["denominator"] = "per_km2" if metric.denominator == ("area_km2",) else "count"
    rows = tables.show(shown, {**headings, "note": _("Note")}, units, key=f"cells_{key}", height=360, select=True)
    return str(shown["cell"].iloc[rows[0]]) if rows else ""
