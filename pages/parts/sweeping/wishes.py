"""What a person asks for beside the planner's own sense: doors that must be visited, agreed times, pins, doors left out."""

from collections.abc import Callable
from datetime import time
from functools import partial

import pandas as pd
import streamlit as st

from gridmap.sweeps import editing
from gridmap.sweeps.request import Appointment, SweepRequest
from layers.routes import clock
from pages.parts import formats, session
from pages.parts.session import _
from pages.parts.sweeping import solving
from pages.parts.sweeping.sweep import Sweep, day_word

MOST_FOUND = 60
MUST, PROMISE = "must", "promise"


def show(sweep: Sweep, days: tuple[int, ...]) -> None:  # noqa: ARG001 - they hold for the whole sweep
    """Show a way to add one, then what there is, each with a way to take it back."""
    if not sweep.editable:
        return
    _add(sweep)
    rows = _standing(sweep)
    if not rows:
        st.caption(_("Nothing is asked for yet."))
        return
    frame = pd.DataFrame({"back": False, "what": [what for what, *_rest in rows], "door": [door for _what, door, *_rest in rows]})
    column = st.column_config
    edited = st.data_editor(
        frame,
        key=f"sweep_wishes_{sweep.sweep_id}_{sweep.record.version}",
        hide_index=True,
        disabled=["what", "door"],
        column_config={
            "back": column.CheckboxColumn(_("Take back"), width=80),
            "what": column.TextColumn(_("What"), width=210),
            "door": column.TextColumn(_("Door")),
        },
    )
    chosen = [take for (_what, _door, take), back in zip(rows, edited["back"], strict=True) if back]
    if st.button(_("Take back and plan the rest"), key="sweep_wishes_go", icon=":material/route:", disabled=not chosen):
        request = sweep.request
        for take in chosen:
            request = take(request)
        solving.change(sweep, request)
        session.afresh()


def _standing(sweep: Sweep) -> list[tuple[str, str, Callable[[SweepRequest], SweepRequest]]]:
    """Return what is asked for: in words, of which door, and how it is taken back."""
    request = sweep.request
    rows: list[tuple[str, str, Callable[[SweepRequest], SweepRequest]]] = []
    for each in request.appointments:
        words = _("Agreed: {day}, {earliest} to {latest}").format(
            day=day_word(each.day), earliest=clock(each.earliest_min), latest=clock(each.latest_min)
        )
        rows.append((words, sweep.name_of(each.org_id), partial(editing.released, door=each.org_id)))
    rows += [(_("Must be visited"), sweep.name_of(door), partial(editing.released, door=door)) for door in request.mandatory]
    for pin in request.pins:
        words = _("Pinned to {day}").format(day=day_word(pin.day))
        if pin.order is not None:
            words = _("Pinned to {day}, in order").format(day=day_word(pin.day))
        rows.append((words, sweep.name_of(pin.org_id), partial(editing.freed, doors=(pin.org_id,))))
    rows += [(_("Left out"), sweep.name_of(door), partial(editing.taken_back, doors=(door,))) for door in request.without]
    return rows


def _add(sweep: Sweep) -> None:
    text = st.text_input(_("Add a door"), key="sweep_wish_text", placeholder=_("Name, code or address"), icon=":material/search:").strip()
    if not text:
        return
    found = _found(sweep, text)
    if found.empty:
        st.caption(_("Nothing of that name in your sight."))
        return
    words = formats.distinct({str(org_id): str(name) for org_id, name in found["called"].items()})
    with st.form("sweep_wish", border=True):
        door = st.selectbox(_("Door"), list(words), format_func=words.__getitem__, key=f"sweep_wish_door_{text}")
        kinds = {MUST: _("Must be visited, whenever it fits"), PROMISE: _("At an agreed time")}
        kind = st.radio(_("How"), list(kinds), format_func=kinds.__getitem__, key="sweep_wish_kind", horizontal=True)
        left, middle, right = st.columns(3)
        days = list(sweep.request.days)
        day = left.selectbox(_("Day"), days, format_func=day_word, key=f"sweep_wish_day_{sweep.sweep_id}")
        earliest = middle.time_input(_("Begins not before"), time(10), step=900, key="sweep_wish_from")
        latest = right.time_input(_("and not after"), time(10, 30), step=900, key="sweep_wish_to")
        if st.form_submit_button(_("Add and plan the rest"), type="primary", key="sweep_wish_go", icon=":material/route:"):
            if kind == PROMISE and latest < earliest:
                st.warning(_("The time ends before it begins."))
                return
            minutes = (earliest.hour * 60 + earliest.minute, latest.hour * 60 + latest.minute)
            asked = sweep.request
            wanted = editing.demanded(asked, door) if kind == MUST else editing.promised(asked, Appointment(door, day, *minutes))
            solving.change(sweep, wanted)
            session.afresh()


def _found(sweep: Sweep, text: str) -> pd.DataFrame:
    """Return the organisations in sight that hold the text in name, number or address; live ones, the first by name."""
    rows = sweep.organisations
    rows = rows[~rows["stage"].eq("closed").to_numpy(bool)]
    hits = pd.Series(rows.index.str.contains(text, case=False, regex=False), index=rows.index)
    for name in ("called", "address"):
        hits |= rows[name].astype("string").str.contains(text, case=False, regex=False, na=False).to_numpy(bool)
    return rows[hits.to_numpy(bool)].sort_values("called").head(MOST_FOUND)
