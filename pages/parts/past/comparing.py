"""Two states of ownership compared: two days, or one day as known then and now; by cell and by manager."""

from functools import partial

import pandas as pd
import streamlit as st

from gridmap import files
from gridmap.facts import UNASSIGNED
from gridmap.services import history
from gridmap.services.history import Moment
from pages.parts import exports, map_view, session, tables
from pages.parts.past import moments
from pages.parts.past.branch import PastOf, tell_other_grid, written
from pages.parts.session import _, ngettext
from pages.shared import past_facts

TABLES = tuple(each for each in files.FORMATS if each.key in ("csv", "xlsx"))


def show(past: PastOf) -> None:
    """Show what changed hands between two moments."""
    days = past_facts.days_of_change(past.who, past.branch_id, today=past.today)
    last = max(days[-1], past.today)
    month_ago = (pd.Timestamp(past.today).to_period("M").start_time - pd.Timedelta(days=1)).date()
    one, two = st.columns(2, gap="medium")
    with one.container(border=True):
        before = moments.pick_moment(_("Before"), "before", default=month_ago, today=past.today, last=last)
    with two.container(border=True):
        after = moments.pick_moment(_("After"), "after", default=past.today, today=past.today, last=last)
    plans = past.plan(before), past.plan(after)
    moved = history.compare(*plans)
    cells = moved[moved["layer"].eq("cell")]
    _map(past, before, after, tuple(cells["subject"]))
    for moment, plan in zip((before, after), plans, strict=True):
        tell_other_grid(past.on(moment.day), moment, plan)
    named = len(moved) - len(cells)
    words = (
        ngettext("{count} cell changed hands", "{count} cells changed hands", len(cells)),
        ngettext("{count} organisation by name", "{count} organisations by name", named),
    )
    st.text(" · ".join(words))
    _managers(past, before, after)
    _moved(past, moved, before, after)


def _map(past: PastOf, before: Moment, after: Moment, marked: tuple[str, ...]) -> None:
    left, right = (past.view(moment.day, past.known_us(moment)) for moment in (before, after))
    same = past.on(before.day).market.grid.fingerprint == past.on(after.day).market.grid.fingerprint
    gesture = map_view.show(
        [left],
        height=480,
        opacity=0.75,
        compare=right if same else None,
        selected=session.seen("cell") or None,
        marked=marked,
        place=session.place(),
        key=f"comparing-{session.language()}",
    )
    if not same:
        words = _("{before}. The branch has another grid on {after}: no cell of the one is a cell of the other, so all change hands.")
    else:
        words = _("Left of the line: {before}. Right of it: {after}. What changed hands is outlined.")
    st.caption(words.format(before=written(before), after=written(after)))
    if gesture is not None:
        session.see(cell=gesture.cell or "")
        session.see_place(*gesture.centre, gesture.zoom)
        session.again()


def _managers(past: PastOf, before: Moment, after: Moment) -> None:
    st.subheader(_("By manager"), anchor=False)
    table = past_facts.gains_and_losses(past.who, past.branch_id, (before, past.known_us(before)), (after, past.known_us(after)))
    table = table[table["touched"]].reset_index()
    if table.empty:
        st.caption(_("No manager has more or less than before."))
        return
    table["manager"] = [_("Nobody") if manager == UNASSIGNED else past.manager(manager) for manager in table["manager_id"]]
    headings = {
        "manager": _("Manager"),
        "cells_before": _("Cells before"),
        "cells_gained": _("Cells gained"),
        "cells_lost": _("Cells lost"),
        "cells_after": _("Cells after"),
        "held_gained": _("Named gained"),
        "held_lost": _("Named lost"),
        "accounts_before": _("Accounts before"),
        "accounts_after": _("Accounts after"),
    }
    tables.show(table, headings, dict.fromkeys(list(headings)[1:], "count"), key="comparing_managers", height=360)
    st.caption(_("Accounts are the filed A, B and C organisations of the later day on both sides, so that only owners differ."))
    _offer(past, table.drop(columns=["touched"]), before, after, "managers")


def _moved(past: PastOf, moved: pd.DataFrame, before: Moment, after: Moment) -> None:
    st.subheader(_("What changed hands"), anchor=False)
    if moved.empty:
        st.caption(_("Nothing differs between the two."))
        return
    shown = moved.assign(
        what=moved["layer"].map(past.layer),
        name=[past.subject(layer, subject) for layer, subject in zip(moved["layer"], moved["subject"], strict=True)],
        town=moved["subject"].map(past.on(after.day).towns).astype("str").fillna(""),
        giver_name=moved["giver"].map(past.manager),
        taker_name=moved["taker"].map(past.manager),
    )
    shown = tables.search(shown, ("name", "subject", "town", "giver_name", "taker_name"), key="comparing_search")
    headings = {
        "what": _("What"),
        "name": _("Cell or organisation"),
        "town": _("Town"),
        "giver_name": _("Before"),
        "taker_name": _("After"),
    }
    rows = tables.show(shown, headings, {}, key="comparing_moved", height=360, select=True)
    if rows and session.once("comparing", (before, after, rows[0])):
        row = shown.iloc[rows[0]]
        if row["layer"] == "cell":
            session.see(cell=str(row["subject"]))
            session.again()
    _offer(past, shown[["layer", "subject", "town", "giver", "giver_name", "taker", "taker_name"]], before, after, "moved")


def _offer(past: PastOf, table: pd.DataFrame, before: Moment, after: Moment, name: str) -> None:
    if past.who.allows("export_data", past.branch_id):
        stamps = {"before": _stamp(before), "after": _stamp(after), "seen_by": past.who.role}
        make = partial(history.export_rows, table, name=name, stamps=stamps)
        title = f"{past.branch_id}-{name}-{before.day}-{after.day}"
        exports.offer(make, title, formats=TABLES, note=_("This table, with both days in every row."))


def _stamp(moment: Moment) -> str:
    return moment.day.isoformat() if moment.known is None else f"{moment.day.isoformat()} as known on {moment.known.isoformat()}"
