"""The map of any day: a slider over the days on which ownership changed, as known now or then."""

from datetime import timedelta

import pandas as pd
import streamlit as st

from gridmap.services import history
from gridmap.services.history import Moment
from pages.parts import formats, map_view, session, tables
from pages.parts.past import moments
from pages.parts.past.branch import PastOf, tell_other_grid, written
from pages.parts.session import _, ngettext
from pages.shared import past_facts


def show(past: PastOf) -> None:
    """Show owners on the chosen day, and what changed hands that day."""
    slider, knowledge = st.columns([3, 2], gap="medium", vertical_alignment="bottom")
    with knowledge:
        known = moments.pick_knowledge("day", past.today)
    with slider:
        days = past_facts.days_of_change(past.who, past.branch_id, today=past.today, known=known)
        day = moments.pick_on_slider(_("A day on which ownership changed, or today"), "day", days, past.today)
    moment, past = Moment(day, known), past.on(day)
    plan, eve = past.plan(moment), past.plan(Moment(day - timedelta(days=1), known))
    moved = history.compare(eve, plan, ("cell",))
    tell_other_grid(past, moment, plan)
    picture, beside = st.columns([11, 9], gap="medium")
    with picture:
        gesture = map_view.show(
            [past.view(day, past.known_us(moment))],
            height=560,
            opacity=0.75,
            selected=session.seen("cell") or None,
            marked=tuple(moved["subject"]),
            place=session.place(),
            key=f"any_day-{session.language()}",
        )
        st.caption(_("Owners on {moment}. Cells that changed hands that day are outlined.").format(moment=written(moment)))
    with beside:
        regridded = past.on(day - timedelta(days=1)).market.grid.fingerprint != past.market.grid.fingerprint
        if regridded:
            words = _("The branch has another grid from this day on.")
        else:
            words = ngettext("{count} cell changed hands that day.", "{count} cells changed hands that day.", len(moved))
        st.text(_("In the future: as planned by now. {words}").format(words=words) if day > past.today else words)
        _owners(past, plan.owners, plan.owners if regridded else eve.owners)
    if gesture is not None:
        session.see(cell=gesture.cell or "")
        session.see_place(*gesture.centre, gesture.zoom)
        session.again()
    cell = session.seen("cell")
    if cell in past.market.grid.cells:
        owner = past.manager(str(plan.owners.get(cell, "")))
        st.text(_("{cell}: {owner} on {moment}").format(cell=cell, owner=owner, moment=written(moment)))


def _owners(past: PastOf, owners: pd.Series, before: pd.Series) -> None:
    grid = past.market.grid.cells
    cells = grid if owners.index.isin(grid).all() else owners.index  # of another grid nobody's cells are not known
    now, was = (each.reindex(cells).fillna("").value_counts() for each in (owners, before))
    listed = pd.DataFrame({"cells": now, "was": was}).fillna(0).astype("int64").rename_axis("manager_id").reset_index()
    listed["manager"] = listed["manager_id"].map(past.manager)
    listed["change"] = [
        "" if now == was else formats.change(now - was, "count") for now, was in zip(listed["cells"], listed["was"], strict=True)
    ]
    listed = listed.sort_values(["cells", "manager"], ascending=[False, True])
    headings = {"manager": _("Manager"), "cells": _("Cells"), "change": _("Against the day before")}
    tables.show(listed, headings, {"cells": "count"}, key="any_day_owners", height=480)
