"""The section On site: what is to be done about the next days and the last ones, and what the year brought."""

from datetime import timedelta

import pandas as pd
import streamlit as st

from gridmap.errors import N_
from gridmap.fieldwork.on_site_days import RESULTS, on_site_days, on_site_results
from pages.parts import findings, formats, session, tables
from pages.parts.board_today.morning import Morning, open_morning
from pages.parts.on_site import one_day, planning
from pages.parts.opened import Opened
from pages.parts.session import _, ngettext
from pages.shared import app

OPEN_SHOWN = 6
STATES = {"planned": N_("To be held"), "held": N_("Held"), "cancelled": N_("Cancelled")}


def show(branch: Opened) -> None:
    """Show the section."""
    branch.who.require("see_organisations", branch.market.branch.branch_id)
    error = findings.kept()
    if error is not None:
        findings.show_error(error)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="on_site_tools"):
        morning = open_morning(branch)
        if one_day.may_change(morning):
            with st.popover(_("Plan an on-site day"), icon=":material/add_location:", key="on_site_plan"):
                planning.show(morning)
    days = on_site_days(morning.market, morning.day)
    if morning.own_only:
        days = days[days["manager_id"].eq(branch.who.manager_id)].reset_index(drop=True)
    if days.empty:
        st.info(
            _("No on-site day is planned or recorded yet. Plan the first one above, or import them on the page Data."),
            icon=":material/storefront:",
        )
        return
    _tiles(morning, days)
    _open(morning, days)
    _all(morning, days)
    _sums(morning, days)


def _tiles(morning: Morning, days: pd.DataFrame) -> None:
    """Show what the days of the window of the figures brought."""
    count = app.settings().rules.window_days
    sums = on_site_results(days, morning.day - timedelta(days=count - 1), morning.day).iloc[0]
    tiles = [
        ("sessions", _("On-site days"), formats.count(sums["sessions"])),
        *((name, _(title), formats.count(sums[name])) for name, title in RESULTS),
        ("per_day", _("Lines won over per day"), formats.decimal(sums["per_day"])),
    ]
    with st.container(key="scores"):
        for column, (key, label, value) in zip(st.columns(len(tiles)), tiles, strict=True):
            with column.container(border=True, key=f"score_site_{key}"):
                st.metric(label, value)
    st.caption(_("Over the {days} days up to {day}.").format(days=formats.count(count), day=formats.day(morning.day)))


def _open(morning: Morning, days: pd.DataFrame) -> None:
    """Show the days that ask for something, with what they ask for."""
    todo = days[days["open"]].reset_index(drop=True)
    st.header(_("To do"))
    if todo.empty:
        st.success(_("Every day is ready or written up."), icon=":material/check_circle:")
        return
    for row in todo.head(OPEN_SHOWN).itertuples():
        one_day.show(morning, row, "todo")
    if len(todo) > OPEN_SHOWN:
        more = len(todo) - OPEN_SHOWN
        st.caption(ngettext("{count} more in the table below.", "{count} more in the table below.", more, **formats.counted(more)))


def _all(morning: Morning, days: pd.DataFrame) -> None:
    """Show coming and past days in a table; a line that is chosen opens below it."""
    st.header(_("Coming and past"))
    shown = days.assign(
        place=[one_day.place_of(morning, row) for row in days.itertuples()],
        manager=[morning.manager(str(one)) for one in days["manager_id"]],
        held=[formats.day(day) for day in days["held_on"]],
        stands=[_(STATES.get(state, STATES["planned"])) for state in days["state"]],
        lacks=[len(before) if state == "planned" else len(after) for before, after, state in _lists(days)],
    )
    headings = {
        "held": _("Day"),
        "place": _("Where"),
        "manager": _("Manager"),
        "stands": _("State"),
        "lacks": _("Left to do"),
        **{name: _(title) for name, title in RESULTS},
    }
    units = dict.fromkeys(("lacks", *(name for name, _title in RESULTS)), "count")
    rows = tables.show(shown, headings, units, key="on_site_days", select=True, height=330, widths={"place": 240})
    if rows:
        one_day.show(morning, next(days.iloc[rows[:1]].itertuples()), "chosen")


def _lists(days: pd.DataFrame) -> list[tuple[tuple[str, ...], tuple[str, ...], str]]:
    return list(zip(days["missing_before"], days["missing_after"], days["state"], strict=True))


def _sums(morning: Morning, days: pd.DataFrame) -> None:
    if morning.own_only:
        return
    count = app.settings().rules.window_days
    sums = on_site_results(days, morning.day - timedelta(days=count - 1), morning.day, by="manager_id")
    st.header(_("By manager"))
    shown = sums.assign(name=[morning.manager(str(one)) for one in sums.index])
    headings = {"name": _("Manager"), "sessions": _("On-site days"), "places": _("Places"), **{name: _(title) for name, title in RESULTS}}
    headings["per_day"] = _("Lines won over per day")
    units = {name: "count" for name in headings if name not in ("name", "per_day")} | {"per_day": "per_100"}
    tables.show(shown, headings, units, key=f"on_site_sums_{session.language()}")
