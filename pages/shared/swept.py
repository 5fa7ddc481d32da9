"""Sweeps as the map shows them: the view of one, made where a person was asked, and its plan, read for whoever holds the view."""

from dataclasses import replace

import streamlit as st

from gridmap.scope import Scope, operator
from gridmap.store import SweepRecord, sweep_record
from gridmap.sweeps.planned import SweepPlan
from gridmap.sweeps.written import read_plan
from pages.shared import app
from pages.shared.cached import Gone
from pages.shared.view import View

# The server reads for its links; every link was made for a person who was asked.
_SERVER = operator("links")


def on_sweep(scope: Scope, view: View, record: SweepRecord) -> View:
    """Return a person's view of the days of a sweep at one of its saves.

    Raises
    ------
    PlanError
        When the branch has no such sweep that the person may see; read from the store at every call.
    """
    seen = sweep_record(app.store(), scope, view.branch_id, record.sweep_id)
    return replace(view, layer="routes", sweep=sweep_text(seen.sweep_id, record.version))


def sweep_text(sweep_id: int, version: int) -> str:
    """Write which save of which sweep a view shows; each save is another address."""
    return f"{sweep_id}.{version}"


def plan_of(view: View) -> SweepPlan | None:
    """Return the plan of the sweep of a signed view; None where the view is on none, or nothing is planned yet.

    Who sees the cells of one manager alone sees that manager's days alone.

    Raises
    ------
    Gone
        When the sweep was saved since.
    """
    if not view.sweep:
        return None
    number = int(view.sweep.partition(".")[0])
    found = sweep_record(app.store(), _SERVER, view.branch_id, number)
    if sweep_text(number, found.version) != view.sweep:
        raise Gone(view.sweep)
    if not found.result:
        return None
    return days_of(_plan(app.store().location, view.branch_id, view.sweep, _text=found.result), view.cells_of)


def days_of(plan: SweepPlan, manager_id: str) -> SweepPlan:
    """Return a plan with one manager's days; whole where the manager is empty."""
    return plan if not manager_id else replace(plan, days=tuple(day for day in plan.days if day.manager_id == manager_id))


@st.cache_resource(show_spinner=False, max_entries=24)
def _plan(location: str, branch_id: str, sweep: str, *, _text: str) -> SweepPlan:  # noqa: ARG001 - what is kept by
    return read_plan(_text)
