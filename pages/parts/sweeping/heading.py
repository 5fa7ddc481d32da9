"""Where a sweep stands, what can be done with it next, and what its days come to."""

from dataclasses import replace

import streamlit as st

from gridmap import texts
from gridmap.travel import source_said
from pages.parts import findings, formats, session
from pages.parts.session import _, ngettext
from pages.parts.sweeping import asking, choosing, coverage, publishing, solving
from pages.parts.sweeping.sweep import Sweep, hours


def show_steps(sweep: Sweep) -> None:
    """Show the state and the next steps."""
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small", key="sweep_steps"):
        title, colour, icon = choosing.STATES[sweep.record.state]
        st.badge(_(title), color=colour, icon=icon)  # type: ignore[arg-type]
        if solving.under_way(sweep.sweep_id) is not None:
            return  # whatever is saved meanwhile, the search could not save what it finds
        if sweep.editable:
            _edits(sweep)
        publishing.offer(sweep)


def _edits(sweep: Sweep) -> None:
    for name, title, icon, step in (
        ("undo", _("Undo"), ":material/undo:", solving.undo),
        ("redo", _("Redo"), ":material/redo:", solving.redo),
    ):
        st.button(title, key=f"sweep_{name}", icon=icon, disabled=not solving.can(sweep, name), on_click=step, args=(sweep,))
    with st.popover(_("Change the request"), icon=":material/tune:", key="sweep_change", help=_("Hours, travel, and which doors")):
        _change(sweep)


def _change(sweep: Sweep) -> None:
    """Ask again with other hours or doors; what is pinned, left out or promised stays so."""
    key = f"change_{sweep.sweep_id}_{sweep.record.version}"
    with st.form(key, border=False):
        how = asking.pick_how(key, sweep.request)
        start, end = asking.pick_ends(sweep.branch, key, sweep.request)
        wanted = asking.pick_doors(sweep.branch, key, sweep.request.wanted)
        if st.form_submit_button(_("Plan again"), type="primary", key="sweep_change_go", icon=":material/route:"):
            request = asking.with_shifts(sweep.request, sweep.request.managers, sweep.request.days, {**how, "start": start, "end": end})
            solving.change(sweep, replace(request, wanted=wanted))
            session.afresh()


def offer_first_plan(sweep: Sweep) -> None:
    """Say that nothing is planned yet, and offer to."""
    with findings.guard():
        st.info(_("Nothing is planned yet."), icon=":material/route:")
        if sweep.editable:
            st.button(
                _("Plan these days"),
                key="sweep_first_plan",
                type="primary",
                icon=":material/route:",
                on_click=solving.ask,
                args=(sweep.branch, sweep.record, sweep.request),
            )


def show_totals(sweep: Sweep) -> None:
    """Show what the sweep comes to: doors, how much coverage by when, the way, priority."""
    routes = [route for route in sweep.routes if route.stops]
    doors, stops = sum(len(route.doors) for route in routes), sum(len(route.stops) for route in routes)
    travel_km = sum(route.travel_m for route in routes) / 1000
    share, by_when = coverage.in_short(sweep) if routes else (formats.NONE, "")
    figures = (
        ("doors", _("Doors"), formats.count(doors), ngettext("{count} stop", "{count} stops", stops, **formats.counted(stops))),
        ("coverage", _("Visited within their cycle"), share, by_when),
        ("road", _("On the road"), hours(sum(route.travel_min for route in routes)), _("{km} km").format(km=formats.decimal(travel_km))),
        ("priority", _("Priority collected"), formats.count(sum(route.prize for route in routes)), _per_hour(sweep)),
    )
    with st.container(key="scores"):
        for column, (key, label, value, note) in zip(st.columns(len(figures)), figures, strict=True):
            with column.container(border=True, key=f"score_sweep_{key}", height="stretch"):
                st.metric(label, value, delta=note or None, delta_color="off", delta_arrow="off")
    _warn(sweep)


def _warn(sweep: Sweep) -> None:
    """Say what cannot be, and what was estimated."""
    must = sum(each.mandatory for each in sweep.plan.unplaced) if sweep.plan else 0
    if must:
        st.warning(
            ngettext(
                "{count} visit that must be is not possible.",
                "{count} visits that must be are not possible.",
                must,
                **formats.counted(must),
            ),
            icon=":material/warning:",
        )
    if sweep.plan is not None and sweep.plan.travel_source != "line":
        st.caption(texts.said(source_said(sweep.plan.travel_source), session.language()))
    if sweep.plan is not None and sweep.plan.filled:
        filled = formats.count(sweep.plan.filled)
        st.caption(_("For {count} pairs of places there is no road: their way is estimated along a straight line.").format(count=filled))


def _per_hour(sweep: Sweep) -> str:
    """Say how much of the days is left for doors."""
    length = sum(route.returns_min - route.leaves_min for route in sweep.routes if route.stops)
    doors = sum(len(route.doors) for route in sweep.routes)
    return _("{count} doors an hour").format(count=formats.decimal(doors / (length / 60))) if length else ""
