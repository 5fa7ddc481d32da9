"""What a plan does to each manager, before and after: nobody first, then who is touched; one press leads to what changes for one."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from gridmap.errors import N_
from gridmap.facts import UNASSIGNED
from pages.parts import formats, session
from pages.parts.drafts.draft import Draft
from pages.parts.session import _, ngettext
from pages.shared import effects

ARROW = "\N{RIGHTWARDS ARROW}"
# Measures of the effect in the order shown, with how each is written.
SHOWN: tuple[tuple[str, str, Callable[[float], str]], ...] = (
    ("cells", N_("Cells"), formats.count),
    ("fill", N_("Used"), lambda value: formats.per_cent(value, 0)),
    ("accounts", N_("Filed A, B, C"), formats.count),
    ("hours_asked", N_("Hours asked a month"), formats.count),
    ("prospects", N_("Prospects"), formats.count),
    ("revenue", N_("Revenue a month"), formats.count),
    ("pieces", N_("Pieces"), formats.count),
    ("compactness", N_("Compactness"), lambda value: formats.decimal(value, 2)),
)


def show(draft: Draft) -> None:
    """Show the effect; choosing a row opens what changes for that manager."""
    loads = effects.effect_of(draft.branch.market, draft.plan, draft.facts)
    touched = int(loads["touched"].sum())
    over = int(loads["over_after"].sum()) - int(loads["over_before"].sum())
    st.text(_said(touched, over))
    order = loads.reset_index().assign(first=loads.index.to_numpy() != UNASSIGNED, calm=~loads["touched"].to_numpy(dtype=bool))
    order = order.sort_values(["first", "calm"], kind="stable").reset_index(drop=True)
    widths = {_("Mark"): 110, **{_(title): 95 for _name, title, _write in SHOWN}}
    event = st.dataframe(
        _rows(draft, order),
        hide_index=True,
        height=min(430, 40 + 36 * len(order)),
        key="draft_effect",
        placeholder="",
        column_config={heading: st.column_config.Column(width=width) for heading, width in widths.items()},
        on_select="rerun",
        selection_mode="single-row",
    )
    st.caption(_("Before and after the moves; compactness is 1 for a circle. Choose a row to see what changes for that manager."))
    rows = [row for row in event["selection"]["rows"] if row < len(order)]
    if rows:
        manager = str(order["manager_id"].iloc[rows[0]])
        if session.once(f"effect_{draft.plan_id}", manager):
            session.see(manager=manager)
            session.hold("draft_tab", "manager")
            session.again()
    else:
        session.once(f"effect_{draft.plan_id}", None)


def _said(touched: int, over: int) -> str:
    words = ngettext("{count} manager is touched.", "{count} managers are touched.", touched, **formats.counted(touched))
    if over > 0:
        words += " " + ngettext("{count} more is over capacity.", "{count} more are over capacity.", over, **formats.counted(over))
    if over < 0:
        words += " " + ngettext("{count} less is over capacity.", "{count} less are over capacity.", -over, **formats.counted(-over))
    return words


def _rows(draft: Draft, order: pd.DataFrame) -> pd.DataFrame:
    shown = {_("Manager"): [draft.name_of(str(manager)) for manager in order["manager_id"]]}
    shown[_("Mark")] = [_mark(row) for row in order.to_dict("records")]
    for name, title, write in SHOWN:
        if f"{name}_before" in order:
            pairs = zip(order[f"{name}_before"], order[f"{name}_after"], strict=True)
            shown[_(title)] = [changed(write(before), write(after)) for before, after in pairs]
    if "hours_had" in order:
        shown[_("Hours had")] = [formats.count(value) for value in order["hours_had"]]
    return pd.DataFrame(shown)


def changed(before: str, after: str) -> str:
    """Write a figure before and after, once where it stays."""
    return after if before == after else f"{before} {ARROW} {after}"


def _mark(row: dict[str, object]) -> str:
    if row["manager_id"] == UNASSIGNED:
        return _("nobody")
    if row["over_after"]:
        return _("over") if row["over_before"] else _("over now")
    return _("no longer over") if row["over_before"] else ""
