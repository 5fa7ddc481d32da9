"""Which sweep: the one that runs now opens by itself, the others and a new one are a choice away."""

from datetime import date

import pandas as pd
import streamlit as st

from gridmap.errors import N_
from gridmap.scope import Scope
from gridmap.store import sweeps
from pages.parts import controls, formats, session, tables
from pages.parts.opened import Opened
from pages.parts.session import _
from pages.shared import app

NEW = "new"
STATES = {
    "draft": (N_("Draft"), "blue", ":material/edit:"),
    "published": (N_("Published"), "green", ":material/check_circle:"),
    "ended": (N_("Ended"), "gray", ":material/flag:"),
    "withdrawn": (N_("Withdrawn"), "gray", ":material/block:"),
}


def listed(who: Scope, branch_id: str) -> pd.DataFrame:
    """Return the sweeps of the person, the last saved first; withdrawn ones left out."""
    found = sweeps(app.store(), who, branch_id)
    return found[found["state"].ne("withdrawn")].reset_index(drop=True)


def pick(known: pd.DataFrame, today: date) -> int | None:
    """Choose a sweep; None to plan a new one."""
    words = {NEW: _("New sweep")} | {str(row.sweep_id): title_of(int(row.sweep_id), str(row.title)) for row in known.itertuples()}
    wanted = session.seen("sweep")
    if wanted and wanted not in words:
        session.see(sweep="")
    chosen = controls.pick_of(_("Sweep"), "sweep", words, _running(known, today))
    return None if chosen == NEW else int(chosen)


def _running(known: pd.DataFrame, today: date) -> str:
    """Return the sweep one comes for: published and not over, else a draft of days to come, else none."""
    ahead = known[pd.to_datetime(known["last_on"]).ge(pd.Timestamp(today))]
    for state in ("published", "draft"):
        mine = ahead[ahead["state"].eq(state)]
        if len(mine):
            return str(mine["sweep_id"].iloc[0])
    return NEW


def title_of(sweep_id: int, title: str) -> str:
    """Name a sweep by its number and title."""
    return _("No. {number} · {title}").format(number=sweep_id, title=title)


def show_all(branch: Opened, known: pd.DataFrame) -> None:
    """List the sweeps; a chosen line opens its sweep."""
    if known.empty:
        return
    st.subheader(_("Sweeps so far"))
    frame = pd.DataFrame(
        {
            "title": [title_of(int(row.sweep_id), str(row.title)) for row in known.itertuples()],
            "state": [_(STATES[state][0]) for state in known["state"]],
            "managers": [", ".join(branch.managers.get(one, one) for one in text.split(";")) for text in known["managers"]],
            "first": [formats.day(day) for day in known["first_on"]],
            "last": [formats.day(day) for day in known["last_on"]],
        }
    )
    headings = {"title": _("Sweep"), "state": _("State"), "managers": _("Who"), "first": _("From"), "last": _("To")}
    for row in tables.show(frame, headings, {}, key="sweeps_listed", select=True):
        session.see(sweep=str(known["sweep_id"][row]))
        session.afresh()
