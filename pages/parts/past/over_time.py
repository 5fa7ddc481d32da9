"""One cell, or one organisation held by name, over time: its owners, who decided, why, and when that was recorded."""

import pandas as pd
import streamlit as st

from gridmap.errors import N_
from gridmap.plan import Plan
from gridmap.services import history, timelines
from gridmap.services.history import Moment
from pages.parts import formats, map_view, session, tables
from pages.parts.past.branch import PastOf, since, until
from pages.parts.session import _
from pages.shared import app

CELL, ORGANISATION = "cell", "org"
SUBJECTS = ((CELL, N_("A cell")), (ORGANISATION, N_("An organisation held by name")))


def show(past: PastOf) -> None:
    """Show a choice of subjects and the story of the chosen one."""
    plan = past.plan(Moment(past.today))
    words = {key: _(title) for key, title in SUBJECTS}
    subject = session.choice(
        lambda options, **wiring: st.segmented_control(
            _("Over time"), options, format_func=words.__getitem__, **wiring, required=True, label_visibility="collapsed"
        ),
        "subject",
        list(words),
        CELL,
    )
    if subject == CELL:
        _cell(past, plan)
    else:
        _organisation(past, plan)


def _cell(past: PastOf, plan: Plan) -> None:
    picture, beside = st.columns([11, 9], gap="medium")
    with beside:
        _pick_cell(past, plan)
    with picture:
        gesture = map_view.show(
            [past.view(past.today)],
            height=440,
            opacity=0.75,
            selected=session.seen("cell") or None,
            place=session.place(),
            key=f"over_time-{session.language()}",
        )
        if gesture is not None:
            session.see(cell=gesture.cell or "")
            session.again()
    cell = session.seen("cell")
    if not cell:
        st.caption(_("Click a cell on the map, or choose a row of the table, to see who owned it when."))
        return
    st.subheader(_("Cell"), anchor=False)
    town = past.towns.get(cell, "")
    st.text(f"{cell} · {town}" if town else cell)
    _story(past, history.cell_history(app.store(), past.who, past.branch_id, cell), key=f"story_{cell}")


def _pick_cell(past: PastOf, plan: Plan) -> None:
    owners = plan.owners.reindex(past.market.grid.cells).fillna("")
    listed = pd.DataFrame({"cell": owners.index, "town": past.towns.to_numpy(), "owner": owners.map(past.manager).to_numpy()})
    listed = tables.search(listed, ("cell", "town", "owner"), key="over_time_search")
    headings = {"cell": _("Cell"), "town": _("Town"), "owner": _("Owner today")}
    rows = tables.show(listed, headings, {}, key="over_time_cells", height=360, select=True)
    if rows and session.once("over_time_cells", (len(listed), rows[0])):
        session.see(cell=str(listed["cell"].iloc[rows[0]]))
        session.again()


def _organisation(past: PastOf, plan: Plan) -> None:
    known = history.named_organisations(app.store(), past.who, past.branch_id)
    listed = pd.DataFrame({"org_id": known})
    listed["name"] = listed["org_id"].map(past.organisations).astype("str").fillna("")
    listed["holder"] = listed["org_id"].map(plan.holders).astype("str").fillna("").map(past.manager)
    listed["sponsor"] = listed["org_id"].map(plan.sponsors).astype("str").fillna("").map(past.manager)
    listed = tables.search(listed, ("org_id", "name", "holder", "sponsor"), key="over_time_org_search")
    headings = {"org_id": _("Number"), "name": _("Name"), "holder": _("Holder today"), "sponsor": _("Sponsor today")}
    if not past.named:
        del headings["name"]
    rows = tables.show(listed, headings, {}, key="over_time_orgs", height=300, select=True)
    if rows and session.once("over_time_orgs", (len(listed), rows[0])):
        session.see(org=str(listed["org_id"].iloc[rows[0]]))
        session.again()
    org_id = session.seen("org")
    if not org_id:
        st.caption(_("Choose a row to see who held and who sponsored it when."))
        return
    st.subheader(_("Organisation"), anchor=False)
    name = past.organisations.get(org_id, "")
    st.text(f"{org_id} · {name}" if name else org_id)
    _story(past, history.organisation_history(app.store(), past.who, past.branch_id, org_id), key=f"story_{org_id}")


def _story(past: PastOf, told: pd.DataFrame, *, key: str) -> None:
    every = st.toggle(_("Also what was recorded and corrected later"), key="over_time_corrected")
    if not every:
        told = told[told["state"].eq(timelines.KNOWN)]
    if told.empty:
        st.info(_("Nobody has ever had it, as far as it is recorded."))
        return
    states = {state: _(title) for state, title in timelines.STATES}
    shown = told.assign(
        first=told["first_day"].map(since),
        last=told["last_day"].map(until),
        owner=told["owner"].map(past.manager),
        state=told["state"].map(states),
        recorded=[formats.moment(when) for when in history.local_times(told["recorded_us"], past.zone)],
        replaced=["" if pd.isna(number) else str(int(number)) for number in told["replaced_by"]],
    )
    headings = {
        "first": _("From"),
        "last": _("Until"),
        "owner": _("Owner"),
        "who": _("Decided by"),
        "why": _("Why"),
        "recorded": _("Recorded"),
        "change_id": _("Change no."),
    }
    if "layer" in shown:
        shown["what"] = shown["layer"].map(past.layer)
        headings = {"what": _("What"), **headings}
    if every:
        headings |= {"state": _("State"), "replaced": _("Replaced by change")}
    rows = tables.show(shown, headings, {}, key=f"{key}_{every}", height=360, select=True)
    if rows:
        number = str(int(shown["change_id"].iloc[rows[0]]))
        words = _("Show change {number}").format(number=number)
        if st.button(words, icon=":material/arrow_forward:", key="story_change"):
            session.see(part="changes", change=number)
            session.afresh()
