"""The list of changes: filters, pages, and the change that is chosen."""

from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from gridmap import files
from gridmap.services import history
from gridmap.store import Wanted, change_choices, count_changes
from pages.parts import exports, formats, session, tables
from pages.parts.past import details
from pages.parts.past.branch import PastOf, since
from pages.parts.session import _, ngettext
from pages.shared import app

PAGE = 25
TABLES = tuple(each for each in files.FORMATS if each.key in ("csv", "xlsx"))


def show(past: PastOf) -> None:
    """Show who changed what, when and why, and the chosen change whole."""
    wanted = _pick_wanted(past)
    count = count_changes(app.store(), past.who, past.branch_id, wanted=wanted)
    if not count:
        st.info(_("No change was recorded that fits this choice."))
        return
    page = _pick_page(count, wanted)
    listed = history.list_changes(app.store(), past.who, past.branch_id, wanted=wanted, limit=PAGE, offset=page * PAGE)
    rows = _table(listed, page)
    if rows and session.once("changes", (page, rows[0])):
        session.see(change=str(listed["change_id"].iloc[rows[0]]))
        session.again()
    if past.who.allows("export_data", past.branch_id):
        make = partial(history.export_changes, app.store(), past.who, past.branch_id, wanted=wanted)
        note = _("All changes of this choice, with times local to the branch.")
        exports.offer(make, f"{past.branch_id}-changes-{past.today}", formats=TABLES, note=note)
    chosen = session.seen("change")
    if chosen.isdecimal():
        details.show(past, int(chosen))
    else:
        st.caption(_("Choose a row to see what changed hands, on the map and in a table, and what was said about it."))


def kind_title(kind: str) -> str:
    """Name a kind of change in the language of the session."""
    known = dict(history.KINDS)
    return _(known[kind]) if kind in known else formats.choice(kind)


def _pick_wanted(past: PastOf) -> Wanted:
    who, kinds = change_choices(app.store(), past.who, past.branch_id)
    search, narrow = st.columns([5, 2], vertical_alignment="bottom")
    label, hint = _("Cell or organisation"), _("Code or number of what was changed")
    subject = search.text_input(label, key="changes_subject", placeholder=hint, icon=":material/search:").strip()
    with narrow.popover(_("Narrow"), icon=":material/filter_list:", width="stretch"):
        person = _pick(_("Who"), "changes_who", {name: name for name in who})
        kind = _pick(_("Kind"), "changes_kind", {kind: kind_title(kind) for kind in kinds})
        manager = _pick(_("Manager who got or gave"), "changes_manager", dict(sorted(past.managers.items(), key=lambda item: item[1])))
        first = st.date_input(_("Recorded from"), None, max_value=past.today, key="changes_from")
        last = st.date_input(_("Recorded until"), None, max_value=past.today, key="changes_to")
    chosen = [words for words in (person, kind and kind_title(kind), manager and past.manager(manager)) if words]
    chosen += [formats.day(day) for day in (_day(first), _day(last)) if day]
    if chosen:
        st.text(_("Only: {choices}").format(choices=" · ".join(chosen)))
    wanted = Wanted(who=person, kind=kind, manager=manager, subject=subject)
    return history.wanted_days(wanted, _day(first), _day(last), past.zone)


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _pick(label: str, name: str, words: dict[str, str]) -> str:
    chosen = session.pick(
        lambda options, **wiring: st.selectbox(label, options, format_func=words.__getitem__, placeholder=_("All"), **wiring),
        name,
        list(words),
    )
    return chosen or ""


def _pick_page(count: int, wanted: Wanted) -> int:
    """Turn pages; another choice begins at the newest again."""
    pages = -(-count // PAGE)
    if session.once("changes_wanted", wanted):
        session.hold("changes_page", 0)
    page = min(int(session.held("changes_page") or 0), pages - 1)
    text, newer, older = st.columns([6, 1, 1], vertical_alignment="center")
    text.text(ngettext("{count} change", "{count} changes", count, **formats.counted(count)))
    if pages > 1:
        go = {"width": "stretch", "on_click": session.hold}
        newer.button(_("Newer"), key="changes_newer", disabled=page == 0, args=("changes_page", page - 1), **go)
        older.button(_("Older"), key="changes_older", disabled=page + 1 >= pages, args=("changes_page", page + 1), **go)
    return page


def _table(listed: pd.DataFrame, page: int) -> list[int]:
    shown = listed.assign(
        when=listed["recorded"].map(formats.moment),
        kind=[
            _("{kind} (undone)").format(kind=kind_title(kind)) if undone else kind_title(kind)
            for kind, undone in zip(listed["kind"], listed["taken_back_by"].notna(), strict=True)
        ],
        why=listed["why"].where(listed["why"].ne(""), listed["file_name"]),
        first=[since(day) if moved else formats.NONE for day, moved in zip(listed["first_day"], _moved(listed), strict=True)],
    )
    headings = {
        "change_id": _("Number"),
        "when": _("Recorded"),
        "who": _("Who"),
        "kind": _("Kind"),
        "why": _("Why"),
        "cells": _("Cells"),
        "holders": _("Held by name"),
        "sponsors": _("Sponsored"),
        "first": _("From"),
    }
    return tables.show(
        shown, headings, dict.fromkeys(("cells", "holders", "sponsors"), "count"), key=f"changes_{page}", height=420, select=True
    )


def _moved(listed: pd.DataFrame) -> pd.Series:
    return listed[["cells", "holders", "sponsors"]].any(axis=1)
