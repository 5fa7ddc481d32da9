"""Claims: a manager asks for a cell that nobody has or gives one back; the branch manager answers each in one place."""

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from gridmap.errors import N_
from gridmap.market import day_end_us
from gridmap.services import cells
from gridmap.services import plans as services
from gridmap.store import ask_claim, claims, decide_claim, withdraw_claim
from pages.parts import findings, formats, session, tables
from pages.parts.opened import Opened
from pages.parts.session import _, ngettext
from pages.shared import app, cached

CLAIM, RETURN = "claim", "return"
KINDS = {CLAIM: N_("Asks for"), RETURN: N_("Gives back")}
STATES = {
    "open": (N_("Open"), "blue"),
    "accepted": (N_("Accepted"), "green"),
    "declined": (N_("Declined"), "red"),
    "withdrawn": (N_("Withdrawn"), "gray"),
}
LONGEST = 30


def show(branch: Opened) -> None:
    """Let a manager ask for the chosen cell or give it back, and show what became of earlier claims; nothing for others."""
    who, branch_id = branch.who, branch.market.branch.branch_id
    if not who.allows("claim_cells", branch_id) or not who.manager_id:
        return
    error = findings.kept()
    if error is not None:
        findings.show_error(error)
    st.header(_("Ask for a cell, or give one back"))
    _ask(branch)
    listed = claims(app.store(), branch.who, branch.market.branch.branch_id)
    if listed.empty:
        st.caption(_("You have not asked for anything yet."))
        return
    places = _places(branch, listed["cell"])
    for row in listed[listed["state"].eq("open")].head(LONGEST).itertuples():
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"claim_{row.claim_id}"):
            st.badge(_("Open"), color="blue", icon=":material/hourglass_top:")
            st.text(_("{kind} {cell}, since {day}").format(kind=_(KINDS[row.kind]), cell=places[row.cell], day=_day(branch, row.asked_us)))
            st.button(
                _("Withdraw"), key=f"claim_withdraw_{row.claim_id}", icon=":material/undo:", on_click=_withdraw, args=(branch, row.claim_id)
            )
    ended = listed[listed["state"].ne("open")]
    if len(ended):
        _ended(branch, ended, places)


def _ask(branch: Opened) -> None:
    cell, branch_id = session.seen("cell"), branch.market.branch.branch_id
    plan = cached.plan(branch.who, branch_id, services.today(app.store(), branch.who, branch_id)).owners_now
    known = bool(cell) and cell in branch.market.grid.cells
    owner = str(plan.get(cell, "")) if known else ""
    kind = "" if not known else CLAIM if not owner else RETURN if owner == branch.who.manager_id else ""
    if not kind:
        words = _("Choose on the map a cell that nobody has, to ask for it, or one of yours, to give it back.")
        taken = _("This cell belongs to somebody else.")
        st.info(f"{taken} {words}" if known else words, icon=":material/touch_app:")
        return
    place = _places(branch, pd.Series([cell]))[cell]
    with st.form(f"claim_{kind}_{cell}", border=True):
        st.text(_("Nobody has {cell}.").format(cell=place) if kind == CLAIM else _("You have {cell}.").format(cell=place))
        why = st.text_input(_("Why?"), key="claim_why", max_chars=300)
        label = _("Ask for this cell") if kind == CLAIM else _("Give this cell back")
        if st.form_submit_button(label, type="primary", key="claim_ask", icon=":material/pan_tool:"):
            asked = None
            with findings.guard():
                store = app.store()
                known_cells = frozenset(branch.market.grid.cells)
                asked = ask_claim(store, branch.who, branch_id, cell, kind, why=why, now_us=store.clock(), cells=known_cells)
            if asked is not None:
                session.again()


def _ended(branch: Opened, ended: pd.DataFrame, places: dict[str, str]) -> None:
    shown = ended.assign(
        cell=ended["cell"].map(places),
        kind=[_(KINDS[kind]) for kind in ended["kind"]],
        state=[_(STATES[state][0]) for state in ended["state"]],
        day=[_day(branch, at) for at in ended["decided_us"]],
        answer=[_(answer) if answer else "" for answer in ended["answer"]],  # of the domain, or as somebody wrote it
    )
    headings = {
        "state": _("Answer"),
        "kind": _("What"),
        "cell": _("Cell"),
        "decided_who": _("By"),
        "day": _("Day"),
        "answer": _("What was said"),
    }
    tables.show(shown, headings, {}, key="claims_ended", height=260)


def _withdraw(branch: Opened, claim_id: int) -> None:
    with findings.keep():
        withdraw_claim(app.store(), branch.who, branch.market.branch.branch_id, claim_id, now_us=app.store().clock())


def show_inbox(branch: Opened) -> None:
    """Let who changes ownership answer the open claims, the oldest first; nothing where none waits, or for others."""
    branch_id = branch.market.branch.branch_id
    if not branch.who.allows("change_ownership", branch_id):
        return
    waiting = claims(app.store(), branch.who, branch_id, states=("open",))
    if waiting.empty:
        return
    count = len(waiting)
    words = ngettext("{count} claim waits for an answer", "{count} claims wait for an answer", count, **formats.counted(count))
    with st.expander(words, icon=":material/inbox:"):
        _waiting(branch, waiting)


def _waiting(branch: Opened, waiting: pd.DataFrame) -> None:
    places = _places(branch, waiting["cell"])
    for row in waiting.sort_values("asked_us").head(LONGEST).itertuples():
        with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small", key=f"inbox_{row.claim_id}"):
            manager = branch.managers.get(row.manager_id, row.manager_id)
            said = _("{manager} · {kind} · {cell} · {day}").format(
                manager=manager, kind=_(KINDS[row.kind]), cell=places[row.cell], day=_day(branch, row.asked_us)
            )
            st.text(f"{said}\n{row.why}" if row.why else said, width="stretch")
            st.button(_("Show"), key=f"inbox_show_{row.claim_id}", icon=":material/my_location:", on_click=_show, args=(row.cell,))
            _decide(branch, int(row.claim_id), accept=True)
            _decide(branch, int(row.claim_id), accept=False)


def _decide(branch: Opened, claim_id: int, *, accept: bool) -> None:
    label, icon = (_("Accept"), ":material/check:") if accept else (_("Decline"), ":material/close:")
    store, branch_id = app.store(), branch.market.branch.branch_id
    name = "accept" if accept else "decline"
    with st.popover(label, icon=icon, key=f"inbox_{name}_{claim_id}"), st.form(f"inbox_form_{name}_{claim_id}", border=False):
        today = services.today(store, branch.who, branch_id)
        day = st.date_input(_("From this day on"), value=today, key=f"inbox_day_{claim_id}") if accept else today
        answer = st.text_input(
            _("Answer (may stay empty)") if accept else _("Why not?"), key=f"inbox_answer_{name}_{claim_id}", max_chars=300
        )
        if st.form_submit_button(label, type="primary", key=f"inbox_do_{name}_{claim_id}"):
            later = isinstance(day, date) and day != today
            begin = day_end_us(day - timedelta(days=1), branch.market.branch.time_zone) if later else None
            done = None
            with findings.guard():
                told = {"accept": accept, "answer": answer, "now_us": store.clock(), "effective_us": begin}
                done = decide_claim(store, branch.who, branch_id, claim_id, **told)
            if done is not None:
                session.afresh()


def _show(cell: str) -> None:
    session.see(cell=cell)


def _places(branch: Opened, listed: pd.Series) -> dict[str, str]:
    """Name cells by their towns, each with its code; a cell of an earlier grid by its code alone."""
    known = pd.Index(sorted({cell for cell in listed if cell in branch.market.grid.cells}), dtype="str")
    towns = cells.towns_of(branch.market, known) if len(known) else pd.Series(dtype="str")
    outside = _("Outside of every town")
    named = {str(cell): f"{branch.towns.get(town, outside)} · {cell}" for cell, town in towns.items()}
    return {str(cell): named.get(str(cell), str(cell)) for cell in listed}


def _day(branch: Opened, instant_us: int) -> str:
    return formats.day(pd.Timestamp(instant_us, unit="us", tz="UTC").tz_convert(branch.market.branch.time_zone))
