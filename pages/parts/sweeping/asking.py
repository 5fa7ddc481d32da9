"""What is asked of the planner: whose days, from when to when, how, and which doors; sensible as it stands, every part open to change."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from gridmap.errors import N_
from gridmap.sweeps.priority import PARTS
from gridmap.sweeps.request import MODES, DoorFilter, Lunch, Mode, Place, Shift, SweepRequest
from pages.parts import formats
from pages.parts.opened import Opened
from pages.parts.session import _
from pages.parts.sweeping.sweep import OWN, day_word
from pages.shared import app

MODE_NAMES: Mapping[Mode, str] = {"foot": N_("On foot"), "ebike": N_("E-bike"), "car": N_("Car")}
DAYS_AHEAD, DAYS_SHOWN = 5, 14
TIERS = ("A", "B", "C", "M")


def managers_to_plan(branch: Opened) -> dict[str, str]:
    """Return the managers whose days the person may plan, in order of name: manager_id -> name."""
    who = branch.who
    if who.role in OWN:
        return {who.manager_id: branch.managers.get(who.manager_id, who.manager_id)} if who.manager_id else {}
    rows = branch.market.at("managers", branch.now.as_of)
    kept = rows[rows["role"].isin(["community", "account"])]
    return formats.distinct(dict(sorted(((one, branch.managers[one]) for one in kept["manager_id"]), key=lambda item: (item[1], item[0]))))


def days_to_come(today: date) -> tuple[date, ...]:
    """Return the days that can be planned."""
    return tuple(today + timedelta(days=ahead) for ahead in range(DAYS_SHOWN))


def first_days(today: date) -> tuple[date, ...]:
    """Return the working days that are proposed: the next ones after today."""
    return tuple(day for day in days_to_come(today)[1:] if day.isoweekday() <= 5)[:DAYS_AHEAD]


def pick_managers(branch: Opened, key: str, default: Sequence[str]) -> list[str]:
    """Choose whose days are planned; nothing to choose for who plans their own."""
    known = managers_to_plan(branch)
    if len(known) <= 1:
        return list(known)
    return st.multiselect(
        _("Whose days"), list(known), default=[one for one in default if one in known], format_func=known.__getitem__, key=f"{key}_managers"
    )


def pick_days(key: str, today: date, default: Sequence[date]) -> list[date]:
    """Choose the days."""
    options = sorted({*days_to_come(today), *default})
    chosen = st.pills(_("Days"), options, selection_mode="multi", default=list(default), format_func=day_word, key=f"{key}_days")
    return sorted(chosen)


def pick_how(key: str, request: SweepRequest) -> dict[str, Any]:
    """Choose hours, lunch, travel and most doors; as they are in a request at first."""
    shift = request.shifts[0]
    left, right = st.columns(2)
    begins = left.time_input(_("Work begins"), _time(shift.begins_min), step=900, key=f"{key}_begins")
    ends = right.time_input(_("Work ends"), _time(shift.ends_min), step=900, key=f"{key}_ends")
    lunch = shift.lunch or Lunch(*app.settings().sweeps.lunch)
    length = left.number_input(_("Lunch (minutes)"), 0, 180, shift.lunch.minutes if shift.lunch else 0, step=15, key=f"{key}_lunch")
    earliest, latest = right.slider(
        _("Lunch begins between"),
        time(10),
        time(15),
        (_time(lunch.earliest_min), _time(lunch.latest_min)),
        step=timedelta(minutes=15),
        key=f"{key}_noon",
    )
    most = left.number_input(_("Most doors a day (0: no limit)"), 0, 99, shift.most_doors, key=f"{key}_most")
    words = {mode: _(MODE_NAMES[mode]) for mode in MODES}
    mode = right.segmented_control(
        _("Travel"), list(words), default=request.mode, format_func=words.__getitem__, required=True, key=f"{key}_mode"
    )
    breaks = Lunch(_minutes(earliest), _minutes(latest), int(length)) if length else None
    return {
        "begins_min": _minutes(begins),
        "ends_min": _minutes(ends),
        "lunch": breaks,
        "most_doors": int(most),
        "mode": mode or request.mode,
    }


def pick_ends(branch: Opened, key: str, request: SweepRequest) -> tuple[Place | None, Place | None]:
    """Choose where the days begin and end: at the base, or at another place of the branch."""
    known = _places(branch)
    shift, chosen = request.shifts[0], []
    for column, name, label, now in zip(
        st.columns(2), ("start", "end"), (_("Days begin at"), _("Days end at")), (shift.start, shift.end), strict=True
    ):
        options = {"": _("Base"), **({"as_it_is": _("Place chosen before")} if now is not None and now not in known.values() else {})}
        options |= {place: place for place in known}
        current = next((text for text, place in known.items() if place == now), "" if now is None else "as_it_is")
        text = column.selectbox(
            label, list(options), index=list(options).index(current), format_func=options.__getitem__, key=f"{key}_{name}"
        )
        chosen.append(now if text == "as_it_is" else known.get(text))
    return chosen[0], chosen[1]


def pick_doors(branch: Opened, key: str, wanted: DoorFilter) -> DoorFilter:
    """Choose which doors are wanted; nothing chosen means all."""
    market = branch.market
    rows = market.at("organisations", branch.now.as_of)
    parks = {str(park): str(name) for park, name in zip(market.parks["park_id"], formats.names(market.parks), strict=True)}
    parts = {part.key: _(part.title) for part in PARTS}
    options: tuple[tuple[str, str, Mapping[str, str]], ...] = (
        ("towns", _("Towns"), formats.distinct(branch.towns)),
        ("parks", _("Industrial parks"), formats.distinct(parks)),
        ("streets", _("Streets"), {street: street for street in sorted(set(rows["street"].dropna().astype(str)) - {""})}),
        ("tiers", _("Tiers"), {tier: tier for tier in TIERS}),
        ("trades", _("Trades"), {trade: formats.choice(trade) for trade in sorted(set(rows["trade"].dropna().astype(str)) - {""})}),
        ("parts", _("Only with this reason"), parts),
    )
    found: dict[str, tuple[str, ...]] = {}
    columns = st.columns(2)
    for number, (name, label, words) in enumerate(options):
        before = [value for value in getattr(wanted, name) if value in words]
        chosen = columns[number % 2].multiselect(
            label, list(words), default=before, format_func=words.__getitem__, key=f"{key}_{name}", placeholder=_("All")
        )
        found[name] = tuple(chosen)
    return replace(wanted, **found)


def with_shifts(request: SweepRequest, managers: Sequence[str], days: Sequence[date], how: Mapping[str, Any]) -> SweepRequest:
    """Return a request for these managers on these days; how long, with what lunch, from where and at most how many doors.

    What was pinned to a day that is no longer one of them is free again, and an appointment on it is not kept.
    """
    mode, form = how["mode"], {name: value for name, value in how.items() if name != "mode"}
    shifts = tuple(Shift(manager, day, **form) for manager in sorted(managers) for day in sorted(days))
    there = {(shift.manager_id, shift.day) for shift in shifts}
    return replace(
        request,
        shifts=shifts,
        mode=mode,
        pins=tuple(pin for pin in request.pins if (pin.manager_id, pin.day) in there),
        appointments=tuple(each for each in request.appointments if each.day in set(days)),
    )


def _places(branch: Opened) -> dict[str, Place]:
    """Return places a day can begin at, by name: parks and towns, at a point inside of each."""
    found: dict[str, Place] = {}
    for rows in (branch.market.towns, branch.market.parks):
        kept = rows[~(rows.geometry.isna() | rows.geometry.is_empty)]
        inside = kept.geometry.representative_point()
        for name, point in zip(formats.names(pd.DataFrame(kept)), inside, strict=True):
            found.setdefault(str(name), Place(round(float(point.y), 6), round(float(point.x), 6)))
    return found


def _time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
