"""A new sweep: the coming days as they would be planned, one press away; and everything about them that can be otherwise."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import streamlit as st

from gridmap.facts import roll_up
from gridmap.services import sweeps as services
from gridmap.store import create_sweep
from gridmap.sweeps.request import SweepRequest
from gridmap.sweeps.written import request_text
from layers.routes import clock
from pages.parts import findings, session
from pages.parts.opened import Opened
from pages.parts.session import _, ngettext
from pages.parts.sweeping import asking, solving
from pages.parts.sweeping.sweep import day_word
from pages.shared import app

KEY = "new_sweep"
MANDATORY = "new_sweep_mandatory"  # branch and organisations that another page asks to be visited


def show(branch: Opened, today: date) -> None:
    """Show what would be planned, and the button that plans it."""
    known = asking.managers_to_plan(branch)
    if not known:
        st.info(
            _("No manager is named as you, so there are no days of yours to plan. Ask an administrator to fill it in."),
            icon=":material/person_off:",
        )
        return
    with st.container(border=True, key="new_sweep"):
        managers = asking.pick_managers(branch, KEY, _likely(branch, list(known)))
        days = asking.pick_days(KEY, today, asking.first_days(today))
        if not managers or not days:
            st.caption(_("Choose at least one manager and one day."))
            return
        request = _with_mandatory(branch, _asked(branch, managers, days))
        st.text(_sentence(request))
        st.button(
            ngettext("Plan this day", "Plan these {count} days", len(days)),
            key="new_sweep_begin",
            type="primary",
            icon=":material/route:",
            on_click=_begin,
            args=(branch, request),
        )


def _asked(branch: Opened, managers: Sequence[str], days: Sequence[date]) -> SweepRequest:
    """Return the request as the form stands; what is not opened is as the settings have it."""
    request = services.new_request(branch.market, branch.plan, managers=managers, days=days, settings=app.settings())
    with st.expander(_("Hours, travel, and which doors")):
        how = asking.pick_how(KEY, request)
        start, end = asking.pick_ends(branch, KEY, request)
        wanted = asking.pick_doors(branch, KEY, request.wanted)
    changed = asking.with_shifts(request, managers, days, {**how, "start": start, "end": end})
    return replace(changed, wanted=wanted)


def _with_mandatory(branch: Opened, request: SweepRequest) -> SweepRequest:
    """Add the organisations that another page asks to be visited, and let them be left out again."""
    asked = session.held(MANDATORY)
    if asked is None or asked[0] != branch.market.branch.branch_id:
        return request
    count = len(asked[1])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(
            ngettext("{count} account must be visited.", "{count} accounts must be visited.", count, count=count), icon=":material/shield:"
        )
        if st.button(_("Leave them out"), key=f"{KEY}_without"):
            session.hold(MANDATORY, None)
            session.again()
    return replace(request, mandatory=asked[1])


def _likely(branch: Opened, known: Sequence[str]) -> list[str]:
    """Return who is proposed: oneself, else the community manager whose cells owe the most visits."""
    if len(known) == 1 or branch.who.manager_id in known:
        return [branch.who.manager_id if branch.who.manager_id in known else known[0]]
    owed = roll_up(branch.now, "holder", market=branch.market, plan=branch.plan)["visits_owed"].fillna(0.0)
    return [max(known, key=lambda one: (float(owed.get(one, 0.0)), one))]


def _sentence(request: SweepRequest) -> str:
    shift = request.shifts[0]
    words = {"from_": clock(shift.begins_min), "to": clock(shift.ends_min), "mode": _(asking.MODE_NAMES[request.mode])}
    if shift.lunch is None:
        return _("{from_} to {to}, no lunch break · {mode}").format(**words)
    return _("{from_} to {to}, lunch {minutes} min · {mode}").format(**words, minutes=shift.lunch.minutes)


def title_of(branch: Opened, request: SweepRequest) -> str:
    """Name a sweep by its days and whose they are."""
    days, managers = request.days, request.managers
    who = branch.managers.get(managers[0], managers[0])
    if len(managers) > 1:
        who = ngettext("{count} manager", "{count} managers", len(managers))
    if len(days) == 1:
        return _("{day}, {who}").format(day=day_word(days[0]), who=who)
    return _("{first} to {last}, {who}").format(first=day_word(days[0]), last=day_word(days[-1]), who=who)


def _begin(branch: Opened, request: SweepRequest) -> None:
    """Begin the draft and its first search."""
    with findings.keep():
        record = create_sweep(
            app.store(),
            branch.who,
            branch.market.branch.branch_id,
            title=title_of(branch, request)[:200],
            request=request_text(request),
            result="",
            managers=request.managers,
            first_on=request.days[0],
            last_on=request.days[-1],
            now_us=app.store().clock(),
        )
        session.hold(MANDATORY, None)
        session.see(sweep=str(record.sweep_id))
        solving.ask(branch, record, request)
