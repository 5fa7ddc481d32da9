"""One change whole: who, when and why, its moves on the map and in a table, its plan and what was said about it."""

from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from gridmap import files
from gridmap.errors import PlanError
from gridmap.services import history
from gridmap.services.history import ChangeDetails
from gridmap.store.plan_rows import EVENT_NAMES, STATE_NAMES
from pages.parts import exports, formats, map_view, session, tables
from pages.parts.past.branch import PastOf, since, until
from pages.parts.session import _
from pages.shared import app

TABLES = tuple(each for each in files.FORMATS if each.key in ("csv", "xlsx"))


def show(past: PastOf, change_id: int) -> None:
    """Show a change; one that the branch does not have is passed over, as in a link from elsewhere."""
    try:
        found = history.change_details(app.store(), past.who, past.branch_id, change_id)
    except PlanError:
        session.see(change="")
        return
    st.subheader(_("Change {number}").format(number=change_id), anchor=False)
    picture, said = st.columns([3, 2], gap="medium")
    with said:
        _said(found)
        _events(found)
    day = _first_day(found)
    with picture:
        _map(past, found, day)
    _moves(past.on(day), found, change_id)


def _said(found: ChangeDetails) -> None:
    line = found.line
    st.text(_("{who}, {when}").format(who=line["who"], when=formats.moment(line["recorded"])))
    if line["why"] and (found.plan is None or line["why"] != found.plan.title):
        st.caption(_("Why"))
        st.text(line["why"])
    if line["file_name"]:
        st.caption(_("File"))
        st.text(line["file_name"])
    if found.plan is not None:
        st.caption(_("Plan {number}").format(number=found.plan.plan_id))
        st.text(found.plan.title)
        state = _("undone") if found.plan.undone_change_id else _(STATE_NAMES[found.plan.state])
        st.text(_("{state}, from {day}").format(state=state, day=formats.day(found.plan.effective_on)))
    other = line["taken_back_by"] if pd.notna(line["taken_back_by"]) else line["takes_back"]
    if pd.notna(other):
        words = _("Taken back by change {number}") if pd.notna(line["taken_back_by"]) else _("Takes back change {number}")
        show_it = partial(session.see, change=str(int(other)))
        st.button(words.format(number=int(other)), icon=":material/undo:", on_click=show_it, key="change_other")


def _events(found: ChangeDetails) -> None:
    if found.events.empty:
        return
    with st.container(height=260 if len(found.events) > 4 else "content", border=True, key="change_events"):
        for event in found.events.itertuples():
            what = _(EVENT_NAMES.get(event.kind, event.kind))
            st.caption(_("{when}, {what}").format(when=formats.moment(event.recorded), what=what))
            st.text(_("{who}: {note}").format(who=event.who, note=event.note) if event.note else event.who)


def _first_day(found: ChangeDetails) -> date:
    """Return the first day on which cells went over; where none did, the day it was recorded."""
    first = found.moves.loc[found.moves["layer"].eq("cell"), "first_day"].min()
    day: date = found.line["recorded"].date() if pd.isna(first) else first.date()
    return day


def _map(past: PastOf, found: ChangeDetails, day: date) -> None:
    """Show owners as they stood right after the change, on the first day it holds, and what it moved outlined."""
    cells = found.moves[found.moves["layer"].eq("cell")]
    gesture = map_view.show(
        [past.view(day, int(found.line["recorded_us"]))],
        height=440,
        opacity=0.75,
        selected=session.seen("cell") or None,
        marked=tuple(cells["subject"].unique()),
        key=f"change-{session.language()}",
    )
    if cells.empty:
        st.caption(_("No cell changed hands: organisations held by name or sponsored did."))
    else:
        st.caption(_("Owners on {day}, right after this change; what it moved is outlined.").format(day=formats.day(day)))
    if gesture is not None and gesture.cell:
        session.see(cell=gesture.cell)
        session.again()


def _moves(past: PastOf, found: ChangeDetails, change_id: int) -> None:
    moves = found.moves
    if moves.empty:
        st.caption(_("Nothing changed hands: what was recorded was so already."))
        return
    shown = moves.assign(
        what=moves["layer"].map(past.layer),
        name=[past.subject(layer, subject) for layer, subject in zip(moves["layer"], moves["subject"], strict=True)],
        town=moves["subject"].map(past.towns).astype("str").fillna(""),
        giver=moves["giver"].map(past.manager),
        taker=moves["taker"].map(past.manager),
        first=moves["first_day"].map(since),
        last=moves["last_day"].map(until),
    )
    shown = tables.search(shown, ("name", "subject", "town", "giver", "taker"), key="moves_search")
    headings = {
        "what": _("What"),
        "name": _("Cell or organisation"),
        "town": _("Town"),
        "giver": _("From whom"),
        "taker": _("To whom"),
        "first": _("From"),
        "last": _("Until"),
    }
    rows = tables.show(shown, headings, {}, key=f"moves_{change_id}", height=360, select=True)
    if rows and session.once("moves", (change_id, rows[0])):
        row = shown.iloc[rows[0]]
        session.see(**{_key_of(row): str(row["subject"])})
        session.again()
    if rows:
        _offer_story(past, shown.iloc[rows[0]])
    if past.who.allows("export_data", past.branch_id):
        make = partial(history.export_moves, app.store(), past.who, past.branch_id, change_id)
        exports.offer(make, f"{past.branch_id}-change-{change_id}", formats=TABLES, note=_("The moves of this change."))


def _key_of(row: pd.Series) -> str:
    return "cell" if row["layer"] == "cell" else "org"


def _offer_story(past: PastOf, row: pd.Series) -> None:
    """Lead from a moved cell or organisation to everybody who ever had it."""
    name = past.subject(row["layer"], row["subject"])
    if st.button(_("Who had it over time"), icon=":material/timeline:", key="moves_story", help=formats.plain(name)):
        session.see(part="over_time", subject=_key_of(row), **{_key_of(row): str(row["subject"])})
        session.afresh()
