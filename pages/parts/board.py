"""The map with its choices, the panel of the chosen cell beside it, and the table of the same cells below."""

from functools import partial

import streamlit as st

import layers
from gridmap import metrics
from gridmap.services import cells, exporting
from layers.layer import Layer
from pages.parts import cell_panel, cell_table, controls, exports, findings, map_view, session
from pages.parts.opened import Opened
from pages.parts.session import _

FIRST, NOTHING = "filing_rate", "none"
OVER = ("towns",)
INSTEAD = {"visit_history": "never_visited"}  # what the table tells of a layer that is no metric


def show(branch: Opened) -> None:
    """Show the map of a branch; a click changes the panel and not the rest of the page."""
    _board(branch)


@st.fragment
def _board(branch: Opened) -> None:
    with findings.guard():
        layer, beside, over = _pick_layers()
        picture, panel = st.columns([2, 1], gap="medium")
        with picture:
            _map(branch, layer, beside, over)
        with panel:
            _panel(branch)
        _table(branch, layer)


def _pick_layers() -> tuple[Layer, Layer | None, list[Layer]]:
    groups = dict(layers.GROUPS)
    titles = {layer.key: f"{_(groups[layer.group])} · {_(layer.title)}" for layer in layers.LAYERS}
    on_cells = {layer.key: titles[layer.key] for layer in layers.LAYERS if layer.on_cells}
    over = {layer.key: _(layer.title) for layer in layers.LAYERS if not (layer.on_cells or layer.drafts_only or layer.sweeps_only)}
    one, two, three = st.columns([4, 4, 3], vertical_alignment="bottom")
    with one:
        chosen = layers.layer(controls.pick_of(_("Layer"), "layer", on_cells, FIRST))
    with two:
        help_text = _("Two layers side by side: draw the line on the map to see more of one or the other.")
        other = controls.pick_of(_("Compare with"), "beside", {NOTHING: _("Nothing"), **on_cells}, NOTHING, help_text=help_text)
    with three:
        controls.pick_opacity()
    also = controls.pick_several(_("Also show"), "over", over, OVER)
    return chosen, None if other in (NOTHING, chosen.key) else layers.layer(other), [layers.layer(key) for key in also]


def _map(branch: Opened, layer: Layer, beside: Layer | None, over: list[Layer]) -> None:
    gesture = map_view.show(
        [branch.view(each.key) for each in (layer, *over)],
        height=560,
        opacity=int(session.seen("opacity", "75")) / 100,
        compare=branch.view(beside.key) if beside else None,
        selected=session.seen("cell") or None,
        place=session.place(),
        key=f"map-{session.language()}",
    )
    st.caption(_(layer.help))
    if gesture is not None and gesture.kind == "click":
        session.see(cell=gesture.cell or "")
        session.see_place(*gesture.centre, gesture.zoom)
        session.again()


def _panel(branch: Opened) -> None:
    cell = session.seen("cell")
    if not cell or cell not in branch.market.grid.cells:
        cell_panel.invite()
        return
    panel = cells.cell_panel(branch.market, branch.plan, branch.now, cell, scope=branch.who, seen=branch.seen)
    cell_panel.show(panel, branch.market, branch.managers)


def _table(branch: Opened, layer: Layer) -> None:
    keys = (layer.metric or INSTEAD.get(layer.key, FIRST),)
    table = cells.cells_table(branch.market, branch.plan, branch.now, keys=keys, seen=branch.seen)
    with st.expander(_("The same as a table"), icon=":material/table:", expanded=False):
        chosen = cell_table.show(table, metrics.metric(keys[0]), towns=branch.towns, managers=branch.managers)
        if chosen and session.once("table", chosen):
            session.see(cell=chosen)
            session.again()
        if branch.who.allows("export_data", branch.market.branch.branch_id):
            stamps = {"as_of": branch.now.as_of.isoformat(), "window_days": branch.now.window_days, "seen_by": branch.who.role}
            make = partial(exporting.export_cells, branch.market, table, layer=layer.key, stamps=stamps)
            exports.offer(make, f"{branch.market.branch.branch_id}-{layer.key}-{branch.now.as_of}", formats=exporting.CELL_FORMATS)
