"""Towns ranked by one metric, worst first; small counts are kept from cheating."""

import streamlit as st

from gridmap import metrics
from gridmap.services import overview
from gridmap.settings import Rules
from pages.parts import controls, formats, scorecard, tables
from pages.parts.opened import Opened
from pages.parts.session import _

RANKED = (
    "filing_rate_C",
    "filing_rate",
    "filing_rate_A",
    "filing_rate_B",
    "visit_coverage",
    "never_visited",
    "visits_owed",
    "wins_per_100",
    "prospect_density",
)


def show(branch: Opened, rules: Rules) -> None:
    """Show the towns by a metric one chooses."""
    key = controls.pick_of(_("Ranked by"), "ranked", {key: _(metrics.metric(key).title) for key in RANKED}, RANKED[0])
    metric = metrics.metric(key)
    ranked = overview.towns_ranked(branch.market, branch.now, branch.before, key=key, rules=rules).reset_index()
    shown = ranked.assign(
        town=[branch.towns.get(town, _("Not placed")) for town in ranked["town"]],
        note=ranked["state"].map(lambda state: scorecard.state_name(int(state))),
        change=ranked["change"] * (100 if metric.unit == "share" else 1),
    )
    headings = {"town": _("Town"), "value": formats.titled(metric), "numerator": _("Numerator"), "denominator": _("Denominator")}
    units = {"value": metric.unit, "numerator": "count", "denominator": "count", "change": "change", "target": metric.unit}
    if not metric.denominator:
        del headings["denominator"]
    if ranked["target"].notna().any():
        headings["target"] = _("Target")
    headings |= {"change": _("Change (points)") if metric.unit == "share" else _("Change"), "note": _("Note")}
    tables.show(shown, headings, units, key=f"towns_{key}", height=640)
    st.caption(
        _("Ranked by the bound that is 95 % certain, so that 1 of 1 never stands above 95 of 100. Compared with {day}.").format(
            day=formats.day(branch.before.as_of)
        )
    )
