"""One stop: its doors with floor and room, why each is worth a visit, and where it is on other maps."""

import pandas as pd
import streamlit as st

from gridmap.sweeps import editing
from gridmap.sweeps.editing import At
from gridmap.sweeps.planned import Door
from pages.parts import formats, session
from pages.parts.session import _, said
from pages.parts.sweeping import days as choice
from pages.parts.sweeping import files, solving
from pages.parts.sweeping.sweep import Sweep, span


def show(sweep: Sweep, days: tuple[int, ...]) -> None:
    """Choose a stop, by its number or on the map, and show it."""
    stops = choice.shown(sweep, days)
    words = {f"{day}.{number}": _title(sweep, (day, number), several=len(days) != 1) for day, number in stops}
    at = choice.looked_at(sweep, days)
    keys = list(words)
    chosen = st.selectbox(
        _("Look at a stop"),
        keys,
        index=keys.index(f"{at[0]}.{at[1]}") if at is not None else None,
        format_func=words.__getitem__,
        placeholder=_("Choose one here, or press its number on the map"),
        key=f"sweep_stop_{sweep.sweep_id}_{sweep.record.version}_{at}",
    )
    if chosen is None:
        return
    day, number = (int(part) for part in chosen.split("."))
    _details(sweep, (day, number))


def _title(sweep: Sweep, at: At, *, several: bool) -> str:
    route = sweep.routes[at[0]]
    words = _("{number} · {time} · {place}").format(
        number=at[1] + 1, time=span(route.stops[at[1]]), place=sweep.stop_name(route.stops[at[1]])
    )
    return _("{day} · {stop}").format(day=sweep.day_name(route), stop=words) if several else words


def _details(sweep: Sweep, at: At) -> None:
    planned = sweep.routes[at[0]].stops[at[1]]
    known = sweep.organisations.reindex([door.org_id for door in planned.stop.doors])
    frame = pd.DataFrame(
        {
            "name": [sweep.name_of(door.org_id) for door in planned.stop.doors],
            "where": [" ".join(part for part in (door.floor, door.room) if part) or formats.NONE for door in planned.stop.doors],
            "tier": [door.tier for door in planned.stop.doors],
            "trade": [formats.choice(trade) for trade in known["trade"]],
            "priority": [round(door.prize, 1) for door in planned.stop.doors],
            "in_share": [formats.per_cent(door.in_share, 0) for door in planned.stop.doors],
            "why": [_reasons(door) for door in planned.stop.doors],
        }
    ).rename(
        columns={
            "name": _("Door"), "where": _("Floor, room"), "tier": _("Tier"), "trade": _("Trade"), "priority": _("Priority"),
            "in_share": _("Somebody in"), "why": _("Why, and what each is worth"),
        }
    )  # fmt: skip
    address = next((str(text) for text in known["address"] if isinstance(text, str) and text), "")
    if address:
        st.text(address)
    st.dataframe(frame, hide_index=True, key=f"sweep_doors_{at}")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        files.offer_navigation(sweep, planned)
        if sweep.editable:
            _leave_out(sweep, at)


def _reasons(door: Door) -> str:
    return ", ".join(f"{said(reason.said)} ({formats.decimal(reason.worth)})" for reason in door.reasons)


def _leave_out(sweep: Sweep, at: At) -> None:
    """Leave out one door of a stop with several; the whole of it is left out in the sheet."""
    planned = sweep.routes[at[0]].stops[at[1]]
    doors = {door.org_id: sweep.name_of(door.org_id) for door in planned.stop.doors}
    with st.popover(_("Leave out a door"), icon=":material/block:", key="sweep_out"):
        door = st.selectbox(
            _("Door"), list(doors), format_func=formats.distinct(doors).__getitem__, key=f"sweep_out_door_{at}_{sweep.record.version}"
        )
        if st.button(_("Leave out and plan the rest"), key="sweep_out_go", type="primary") and door:
            solving.change(sweep, editing.left_out(sweep.request, (door,)))
            session.afresh()
