"""One on-site day: what is to be ready before it, what it brought, what is left to do after it; each step kept by itself."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from gridmap.errors import N_
from gridmap.fieldwork.on_site_days import AFTER, BEFORE, RESULTS, joined, missing
from gridmap.schema.field import CHECKS_AFTER, CHECKS_BEFORE
from gridmap.store import change_on_site_day
from pages.parts import findings, formats, session
from pages.parts.board_today.morning import Morning
from pages.parts.session import _, ngettext
from pages.shared import app

STATES: Mapping[str, tuple[str, str, str]] = {
    "planned": (N_("To be held"), "blue", ":material/event:"),
    "held": (N_("Held"), "green", ":material/check_circle:"),
    "cancelled": (N_("Cancelled"), "gray", ":material/event_busy:"),
}


def may_change(morning: Morning, manager_id: str = "") -> bool:
    """Say whether the person may write about on-site days, of this manager where one is named; the store asks again."""
    who = morning.branch.who
    allowed = who.allows("record_visits", morning.branch_id) or who.allows("plan_sweeps", morning.branch_id)
    return allowed and (not morning.own_only or manager_id in ("", who.manager_id))


def place_of(morning: Morning, row: Any) -> str:
    """Name where a day is held."""
    if pd.notna(row.org_id):
        return morning.called(pd.Series([row.org_id]))[0]
    parks = formats.names(morning.market.parks)
    return str(parks.get(str(row.park_id), formats.NONE)) if pd.notna(row.park_id) else formats.NONE


def show(morning: Morning, row: Any, where: str) -> None:
    """Show the day; `where` tells apart two places of the section that show the same one."""
    title, colour, icon = STATES.get(str(row.state), STATES["planned"])
    key = f"{where}_{row.campaign_id}"
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small", key=f"on_site_{key}"):
        st.badge(_(title), color=colour, icon=icon)  # type: ignore[arg-type]
        with st.container(width="stretch", gap=None):
            st.text(place_of(morning, row))
            st.caption(
                _("{day} · {manager}").format(day=formats.day(row.held_on), manager=formats.plain(morning.manager(str(row.manager_id))))
            )
            if pd.notna(row.aim):
                st.text(_("Aim: {aim}").format(aim=row.aim))
        _asks(row)
        if may_change(morning, str(row.manager_id)):
            with st.popover(_("Write up"), icon=":material/edit_note:", key=f"on_site_open_{key}"):
                _form(morning, row, key)


def _asks(row: Any) -> None:
    if row.state == "planned" and row.days < 0:
        st.badge(_("Say what came of it"), color="red")
    elif row.state == "planned" and row.missing_before:
        count = len(row.missing_before)
        st.badge(ngettext("{count} thing not ready", "{count} things not ready", count), color="orange")
    elif row.missing_after:
        count = len(row.missing_after)
        st.badge(ngettext("{count} thing left to do", "{count} things left to do", count), color="orange")


def _form(morning: Morning, row: Any, key: str) -> None:
    """Ask for everything about the day that can still change; only what was changed is written."""
    over = row.days <= 0
    with st.form(f"on_site_form_{key}", border=False):
        changed: dict[str, Any] = {}
        before = _ticks(_("Before"), BEFORE, set(CHECKS_BEFORE) - set(row.missing_before), f"before_{key}")
        changed["before"] = joined(before, CHECKS_BEFORE)
        if over:
            numbers = st.columns(2)
            for place, (name, title) in enumerate(RESULTS):
                changed[name] = _number(numbers[place % 2], _(title), getattr(row, name), f"{name}_{key}")
            after = _ticks(_("After"), AFTER, set(CHECKS_AFTER) - set(missing(row.after, CHECKS_AFTER)), f"after_{key}")
            changed["after"] = joined(after, CHECKS_AFTER)
            changed["difficulties"] = _words(_("Difficulties"), row.difficulties, f"difficulties_{key}")
        changed["note"] = _words(_("Note"), row.note, f"note_{key}")
        day = st.date_input(_("Day"), value=row.held_on.date(), key=f"on_site_day_{key}", format="YYYY-MM-DD")
        changed["held_on"] = day if isinstance(day, date) else row.held_on.date()
        keep, other = st.columns(2)
        held = over and row.state != "held"
        if keep.form_submit_button(_("Held: keep the results") if held else _("Keep"), type="primary", key=f"on_site_keep_{key}"):
            _change(morning, row, {**changed, **({"state": "held"} if held else {})})
        if row.state != "planned":
            if other.form_submit_button(_("Planned again"), icon=":material/undo:", key=f"on_site_again_{key}"):
                _change(morning, row, {"state": "planned"})
        elif other.form_submit_button(_("Cancelled"), icon=":material/event_busy:", key=f"on_site_cancel_{key}"):
            _change(morning, row, {**changed, "state": "cancelled"})


def _ticks(label: str, checks: tuple[tuple[str, str], ...], ticked: set[str], key: str) -> list[str]:
    st.markdown(f"**{label}**")
    return [name for name, words in checks if st.checkbox(_(words), value=name in ticked, key=f"{key}_{name}")]


def _number(column: Any, label: str, now: Any, key: str) -> int | None:
    value = column.number_input(label, min_value=0, step=1, value=None if pd.isna(now) else int(now), key=key, placeholder=_("Not known"))
    return None if value is None else int(value)


def _words(label: str, now: Any, key: str) -> str | None:
    return st.text_input(label, value="" if pd.isna(now) else str(now), key=key, max_chars=2000).strip() or None


def _change(morning: Morning, row: Any, values: Mapping[str, Any]) -> None:
    seen = {name: _seen(name, getattr(row, name)) for name in values}
    changed = {name: value for name, value in values.items() if value != seen[name]}
    if changed:
        with findings.keep():
            change_on_site_day(
                app.store(),
                morning.branch.who,
                morning.branch_id,
                str(row.campaign_id),
                changed,
                expected={name: seen[name] for name in changed},
                now_us=app.store().clock(),
            )
    session.afresh()


def _seen(name: str, value: Any) -> Any:
    """Return a value of the table as it is given to the store: days as dates, counts as whole numbers, nothing as None."""
    if value is None or pd.isna(value):
        return None
    if name == "held_on":
        return value.date()
    return int(value) if name in dict(RESULTS) else value
