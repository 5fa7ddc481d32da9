"""The day sheet: every stop with its time, place, doors and why; in a draft its day, number and pin can be written over."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from gridmap.sweeps import editing
from gridmap.sweeps.editing import At, Row
from layers.routes import clock
from pages.parts import session
from pages.parts.session import _, ngettext
from pages.parts.sweeping import days as choice
from pages.parts.sweeping import one_stop, solving
from pages.parts.sweeping.sweep import Sweep, doors_word, hours, tiers, why

HEIGHT = 400
WAITING_MIN = 10  # less than this is nothing to speak of


def show(sweep: Sweep, days: tuple[int, ...]) -> None:
    """Show the stops of the days shown, then the one that is looked at."""
    stops = choice.shown(sweep, days)
    _tell_days(sweep, days)
    if not stops:
        st.info(_("No stop on this day."), icon=":material/event_busy:")
        return
    if sweep.editable and solving.under_way(sweep.sweep_id) is None:
        _editor(sweep, stops)
    else:
        _table(sweep, stops)
    one_stop.show(sweep, days)


def _tell_days(sweep: Sweep, days: tuple[int, ...]) -> None:
    """Say of one day from when to when it goes, when lunch is, and how long it waits."""
    if len(days) != 1:
        return
    route = sweep.routes[days[0]]
    parts = [
        _("{leaves} to {returns}").format(leaves=clock(route.leaves_min), returns=clock(route.returns_min)),
        doors_word(len(route.doors)),
    ]
    parts.append(_("{time} on the road").format(time=hours(route.travel_min)))
    lunch_min = 0.0
    if route.lunch_min is not None:
        parts.append(_("lunch {from_} to {to}").format(from_=clock(route.lunch_min[0]), to=clock(route.lunch_min[1])))
        lunch_min = route.lunch_min[1] - route.lunch_min[0]
    visits = sum(planned.leave_min - planned.start_min for planned in route.stops)
    idle = route.returns_min - route.leaves_min - route.travel_min - visits - lunch_min
    if idle >= WAITING_MIN:
        parts.append(_("{time} waiting for doors to open").format(time=hours(idle)))
    st.text(" · ".join(parts))


def _frame(sweep: Sweep, stops: Sequence[At]) -> pd.DataFrame:
    """Write one row per stop, in words."""
    rows = []
    for day, number in stops:
        route = sweep.routes[day]
        planned = route.stops[number]
        rows.append(
            {
                "day": sweep.day_name(route),
                "number": number + 1,
                "time": clock(planned.start_min),
                "place": sweep.stop_name(planned),
                "doors": len(planned.stop.doors),
                "tier": tiers(planned),
                "why": why(planned),
                "minutes": round(planned.leave_min - planned.start_min),
                "pinned": sweep.plan is not None and editing.is_pinned(sweep.request, sweep.plan, (day, number)),
            }
        )
    return pd.DataFrame(rows)


def _config() -> dict[str, Any]:
    column = st.column_config
    return {
        "day": column.TextColumn(_("Day"), width=70),
        "number": column.NumberColumn(_("No."), width=52, format="%d"),
        "time": column.TextColumn(_("Time"), width=56),
        "place": column.TextColumn(_("Place"), width=156),
        "why": column.TextColumn(_("Why"), width=220),
        "doors": column.NumberColumn(_("Doors"), width=54, format="%d"),
        "tier": column.TextColumn(_("Tier"), width=44),
        "minutes": column.NumberColumn(_("Min"), width=44, format="%d"),
    }


def _table(sweep: Sweep, stops: Sequence[At]) -> None:
    frame = _frame(sweep, stops)
    order = [*(["day"] if len({day for day, _number in stops}) > 1 else []), "number", "time", "place", "why", "doors", "tier", "minutes"]
    tall = min(HEIGHT, 40 + 36 * len(frame))
    st.dataframe(frame[order], column_config=_config(), hide_index=True, height=tall, key="sweep_sheet", placeholder="")


def _editor(sweep: Sweep, stops: Sequence[At]) -> None:
    frame = _frame(sweep, stops).assign(out=False)
    names = {sweep.day_name(route): number for number, route in enumerate(sweep.routes)}
    column = st.column_config
    config = _config() | {
        "number": column.NumberColumn(_("No."), width=64, min_value=1, max_value=99, step=1, required=True, format="%d"),
        "day": column.SelectboxColumn(_("Day"), width=84, options=list(names), required=True),
        "pinned": column.CheckboxColumn(_("Pin"), width=62, help=_("Keeps the stop on its day when the rest is planned again.")),
        "out": column.CheckboxColumn(_("Out"), width=62, help=_("Leaves the whole stop out of this sweep.")),
    }
    order = ["day", "number", "time", "place", "why", "pinned", "out", "doors", "tier", "minutes"]
    key = f"sweep_sheet_{sweep.sweep_id}_{sweep.record.version}_{'-'.join(str(day) for day, number in stops if not number)}"
    edited = st.data_editor(
        frame[order],
        key=key,
        hide_index=True,
        height=min(HEIGHT, 40 + 36 * len(frame)),
        column_config=config,
        disabled=["time", "place", "why", "doors", "tier", "minutes"],
    )
    _offer(sweep, _rows(stops, edited, names))


def _rows(stops: Sequence[At], edited: pd.DataFrame, names: dict[str, int]) -> list[Row]:
    """Read the sheet as it was written; a day or number that was emptied is as before."""
    rows = []
    for at, day, number, pinned, out in zip(stops, edited["day"], edited["number"], edited["pinned"], edited["out"], strict=True):
        place = at[1] if pd.isna(number) else int(number) - 1
        rows.append(Row(at, names.get(str(day), at[0]), place, pinned=bool(pinned), out=bool(out)))
    return rows


def _offer(sweep: Sweep, rows: Sequence[Row]) -> None:
    assert sweep.plan is not None  # noqa: S101 - there are stops
    request = editing.edited(sweep.request, sweep.plan, rows)
    changed = sum(
        row.out or (row.day, row.number) != row.at or row.pinned != editing.is_pinned(sweep.request, sweep.plan, row.at) for row in rows
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        words = (
            ngettext("Apply {count} change and plan the rest", "Apply {count} changes and plan the rest", changed)
            if changed
            else _("Plan the rest again")
        )
        if st.button(
            words, key="sweep_apply", icon=":material/route:", type="primary" if changed else "secondary", disabled=request == sweep.request
        ):
            solving.change(sweep, request)
            session.afresh()
        st.caption(_("Write another day or number, pin, or leave out; or drag a number on the map to another day."))
