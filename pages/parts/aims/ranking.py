"""Towns or managers by one metric, worst first, beside the map of the same metric."""

import streamlit as st

import layers
from gridmap import metrics
from gridmap.services import targets
from pages.parts import controls, formats, map_view, scorecard, session, tables
from pages.parts.opened import Opened
from pages.parts.session import _
from pages.shared import app

FIRST = "filing_rate_C"


def show(branch: Opened) -> None:
    """Show who stands where; a choice of metric and level."""
    titles = {each.key: _(each.title) for each in targets.AIMED if not each.flow}
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        key = controls.pick_of(_("Metric"), "aim", titles, FIRST)
    with right:
        level = controls.pick_of(_("Ranked"), "aim_level", {name: _(title) for name, title in targets.LEVELS}, "town")
    picture, beside = st.columns([1, 1], gap="medium")
    with picture:
        _map(branch, key)
    with beside:
        _table(branch, key, level)


def _map(branch: Opened, key: str) -> None:
    known = {layer.key: layer for layer in layers.LAYERS if layer.on_cells}
    if key not in known:
        st.info(_("This figure belongs to managers: no map shows it."), icon=":material/map:")
        return
    map_view.show(
        [branch.view(each) for each in (key, "towns")],
        height=520,
        opacity=0.75,
        place=session.place(),
        key=f"aims-{key}-{session.language()}",
    )
    st.caption(_(known[key].help))


def _table(branch: Opened, key: str, level: str) -> None:
    metric = metrics.metric(key)
    seen = None if branch.seen is None else [branch.who.manager_id] if level == "holder" else None
    found = targets.ranked(
        branch.market, branch.plan, branch.now, branch.before, key=key, level=level, rules=app.settings().rules, seen=seen
    ).reset_index()
    if found.empty:
        st.info(_("Nothing to rank yet."), icon=":material/leaderboard:")
        return
    names = branch.towns if level == "town" else branch.managers
    shown = found.assign(
        subject=[names.get(str(each), str(each)) for each in found["subject"]],
        note=found["state"].map(lambda state: scorecard.state_name(int(state))),
        change=found["change"] * (100 if metric.unit == "share" else 1),
    )
    headings = {
        "rank": _("Rank"),
        "subject": _("Town") if level == "town" else _("Manager"),
        "value": formats.titled(metric),
        "target": _("Target"),
        "numerator": _("Numerator"),
        "denominator": _("Denominator"),
        "change": _("Change (points)") if metric.unit == "share" else _("Change"),
        "note": _("Note"),
    }
    if not metric.denominator:
        del headings["denominator"]
    if found["target"].isna().all():
        del headings["target"]
    units = {"value": metric.unit, "target": metric.unit, "numerator": "count", "denominator": "count", "change": "change"}
    tables.show(shown, headings, units, key=f"aims_{key}_{level}", height=480)
    st.caption(
        _("Worst first, by the bound that is 95 % certain, so that 1 of 1 never stands above 95 of 100. Compared with {day}.").format(
            day=formats.day(branch.before.as_of)
        )
    )
