"""What was done since the last working day, and what stood in the way."""

import streamlit as st

from gridmap.fieldwork.board import effective_share
from gridmap.fieldwork.yesterday import DIFFICULTIES
from gridmap.schema.field import OUTCOMES
from pages.parts import formats, tables
from pages.parts.board_today.morning import Morning
from pages.parts.session import _


def show(morning: Morning) -> None:
    """Show both."""
    board = morning.board
    st.header(_("Done yesterday") if board.first == board.last else _("Done since {day}").format(day=formats.day(board.first)))
    if board.done.empty or not int(board.done.to_numpy().sum()):
        st.caption(_("Nothing was recorded."))
    else:
        _done(morning)
    st.header(_("Difficulties"))
    if board.difficulties.empty:
        st.caption(_("None were recorded."))
        return
    _difficulties(morning)


def _done(morning: Morning) -> None:
    done = morning.board.done
    shown = done.assign(name=[morning.manager(str(one)) for one in done.index], share=effective_share(done))
    headings = {
        "name": _("Manager"),
        "attempts": _("Visits and calls"),
        "effective": _("Effective"),
        "share": _("Effective (%)"),
        **{outcome: formats.choice(outcome) for outcome in OUTCOMES},
        "calls": _("Calls"),
        "kept": _("Follow-ups kept"),
        "missed": _("Missed"),
        "tasks_done": _("Tasks done"),
    }
    units = {name: "count" for name in headings if name not in ("name", "share")} | {"share": "share"}
    tables.show(shown, headings, units, key="board_done")


def _difficulties(morning: Morning) -> None:
    rows = morning.board.difficulties
    titles = dict(DIFFICULTIES)
    shown = rows.assign(
        when=[formats.day(day) for day in rows["day"]],
        who=[morning.manager(str(one)) for one in rows["manager_id"]],
        where=[name or formats.NONE for name in morning.called(rows["org_id"])],
        what=[_(titles[kind]) for kind in rows["kind"]],
        note=rows["note"].fillna(""),
    )
    headings = {"what": _("What"), "where": _("Organisation"), "who": _("Manager"), "when": _("When"), "note": _("Note")}
    tables.show(shown, headings, {}, key="board_difficulties", widths={"where": 240, "note": 320})
