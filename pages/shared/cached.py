"""Markets, plans and facts, kept for all users; what a person may see is part of every key.

A function that takes a `Scope` asks it first. The routes have no person: they hold a `View`, whose rights a page checked
and signed, and come in by `eyes_of`. What eyes may see is cut in one place, the store's own.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import TypeVar

import pandas as pd
import streamlit as st

from gridmap.errors import N_, ScopeError, say
from gridmap.facts import Facts, measure
from gridmap.grid import Grid
from gridmap.market import Market, day_end_us
from gridmap.plan import Plan
from gridmap.scope import Scope, operator
from gridmap.store import PlanRecord, cells_in_sight, current_version, open_market, open_plan, plan_as_of, plan_record
from gridmap.store.sight import market_in_sight, named_organisations
from pages.shared import app
from pages.shared.eras import begin_of, era_now, era_on, last_first
from pages.shared.view import View, plan_text, version_text

T = TypeVar("T")
# The server reads for its links; every link was made for a person who was asked.
_SERVER = operator("links")


class Gone(Exception):  # noqa: N818 - not an error: the page makes a fresh link
    """The version or the grid that a link names is no longer the branch's, and no longer kept."""


@dataclass(frozen=True)
class Eyes:
    """With whose eyes a version of a branch is seen: all cells or one manager's own, organisations by name or not.

    And whose owners: a plan's, or the ledger's as known at an instant. `era` counts the grids of the branch: which of them is seen.
    """

    location: str
    branch_id: str
    version: str
    cells_of: str = ""
    names: bool = True
    plan: str = ""
    known: str = ""
    era: int = 0

    @property
    def scope(self) -> Scope:
        """The narrowest scope that sees the same cells, and the same names where all cells are seen."""
        return self._scope("community_manager" if self.cells_of else "planner" if self.names else "executive")

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """The scopes that leave exactly this when each takes away what it may not see: no role sees few cells and no names."""
        return (self.scope, self._scope("executive")) if self.cells_of and not self.names else (self.scope,)

    def _scope(self, role: str) -> Scope:
        return Scope("link", "link", role, frozenset({self.branch_id}), self.cells_of)


def eyes_of(view: View, *, names: bool | None = None) -> Eyes:
    """Return the eyes of a signed view; figures are the same with and without names, and are kept once.

    They see the grid of the view's day; on a plan, that of the plan's.
    """
    named, location = view.names if names is None else names, app.store().location
    era = era_on(location, view.branch_id, view.version, view.as_of, plan=view.plan)
    return Eyes(location, view.branch_id, view.version, view.cells_of, named, view.plan, view.known, era)


def version(scope: Scope, branch_id: str) -> str:
    """Return the present version of a branch as links carry it; read from the store at every call."""
    return version_text(current_version(app.store(), scope, branch_id))


def view(scope: Scope, branch_id: str, layer: str, *, as_of: date, window_days: int, plan: str = "", known_us: int | None = None) -> View:
    """Return the view a person has of a layer: with their rights, at the present version.

    Parameters
    ----------
    plan
        Whose ownership is shown, as `plan_text` writes it; empty for the ledger's on the day.
    known_us
        The last instant whose knowledge of ownership counts, microseconds UTC; None for all that is recorded.

    Raises
    ------
    ScopeError
        When the role or the branch is not allowed, or somebody who sees their own cells only is no manager.
    """
    scope.require("see_map", branch_id)
    if plan or known_us is not None:
        scope.require("see_history", branch_id)
    if scope.own_cells_only and not scope.manager_id:
        raise ScopeError(
            say(N_("You see your own cells only, but no manager is named as you.")),
            remedy=say(N_("Ask an administrator to fill in the manager of your account.")),
        )
    own = scope.manager_id if scope.own_cells_only else ""
    names, known = scope.allows("see_organisations", branch_id), "" if known_us is None else str(known_us)
    return View(branch_id, layer, as_of, window_days, version(scope, branch_id), own, names, plan, known)


def market(scope: Scope, branch_id: str, *, as_of: date | None = None) -> Market:
    """Return the present Market of a branch as a person may see it, on the grid of a day; None for today's.

    Raises
    ------
    ScopeError
        When the role or the branch is not allowed.
    """

    def read() -> Market:
        seen = eyes_of(view(scope, branch_id, "", as_of=as_of or date.min, window_days=0))
        return market_of(seen if as_of else replace(seen, era=era_now(seen.location, branch_id, seen.version)))

    return _at_present(read)


def plan(scope: Scope, branch_id: str, as_of: date, *, known_us: int | None = None) -> Plan:
    """Return who owned what at the end of a day, as known now or at an instant; ScopeError like `market`."""
    return _at_present(lambda: plan_of(eyes_of(view(scope, branch_id, "", as_of=as_of, window_days=0, known_us=known_us)), as_of))


def facts(scope: Scope, branch_id: str, *, as_of: date, window_days: int) -> Facts:
    """Return the facts of what a person may see, on a day over a window; ScopeError like `market`."""

    def read() -> Facts:
        seen = eyes_of(view(scope, branch_id, "", as_of=as_of, window_days=window_days), names=True)
        return facts_of(seen, as_of, window_days)

    return _at_present(read)


def draft(scope: Scope, branch_id: str, plan_id: int) -> tuple[PlanRecord, Plan]:
    """Return a plan's line and who owns what by it on its day, in whatever state it is; read again after every save.

    Raises
    ------
    PlanError
        When the branch has no plan of that number.
    ScopeError
        When the person may not read plans here.
    """
    scope.require("see_history", branch_id)

    def read() -> tuple[PlanRecord, Plan]:
        found = plan_record(app.store(), scope, branch_id, plan_id)
        return _draft(app.store().location, branch_id, version(scope, branch_id), plan_text(plan_id, found.version))

    return _at_present(read)


def _at_present(read: Callable[[], T]) -> T:
    """Read again where the store moved on between looking up the version and opening it."""
    try:
        return read()
    except Gone:
        return read()


# By eyes: for the routes, and for the functions above.


def seen_cells(eyes: Eyes) -> frozenset[str] | None:
    """Return the cells that may be seen: the manager's own now, None for all; read from the store at every call."""
    if not eyes.cells_of:
        return None
    return cells_in_sight(app.store(), eyes.scope, _market(eyes.location, eyes.branch_id, eyes.version, eyes.era))


def market_of(eyes: Eyes) -> Market:
    """Return the Market of a version as eyes see it.

    Raises
    ------
    Gone
        When the store has moved on.
    """
    whole = _market(eyes.location, eyes.branch_id, eyes.version, eyes.era)
    if eyes.names and not eyes.cells_of:
        return whole
    return _cut(replace(eyes, plan="", known=""), print_of_sight(eyes), _whole=whole)


def plan_of(eyes: Eyes, as_of: date) -> Plan:
    """Return who owned what at the end of a day; of the whole branch, since a map of owners has no secrets.

    Where the eyes are on a plan: who owns what by it, on its own day.

    Raises
    ------
    Gone
        When the store has moved on, or the plan was saved since.
    """
    if eyes.plan:
        return drafted(eyes)[1]
    return _plan(eyes.location, eyes.branch_id, eyes.version, as_of, eyes.known, _era=eyes.era)


def drafted(eyes: Eyes) -> tuple[PlanRecord, Plan]:
    """Return the plan that eyes are on, its line first; Gone like `plan_of`."""
    return _draft(eyes.location, eyes.branch_id, eyes.version, eyes.plan)


def facts_of(eyes: Eyes, as_of: date, window_days: int) -> Facts:
    """Return the facts of what eyes see, on a day over a window."""
    known, holders = market_of(eyes), plan_of(eyes, as_of).holders_now
    return _facts(known.fingerprint, print_of_relation(holders), as_of, window_days, _market=known, _holders=holders)


def grid_of(branch_id: str, fingerprint: str) -> Grid:
    """Return the grid of a branch for a link made for it.

    Raises
    ------
    Gone
        When the branch has another grid by now, and had no such grid before.
    """
    location, at = app.store().location, version(_SERVER, branch_id)
    grids = (_market(location, branch_id, at, era).grid for era in last_first(location, branch_id, at))
    grid = next((each for each in grids if each.fingerprint == fingerprint), None)
    if grid is None:
        raise Gone(fingerprint)
    return grid


def print_of_sight(eyes: Eyes) -> str:
    """Return what tells apart what eyes see now: cells of one's own, and doors that are one's by name; empty for the whole branch."""
    cells = seen_cells(eyes)
    if cells is None:
        return ""
    named = named_organisations(app.store(), eyes.scope, eyes.branch_id)
    return print_of(cells) + print_of(named)


def print_of(cells: frozenset[str] | None) -> str:
    """Return what tells two sets of cells apart; empty for all cells."""
    return "" if cells is None else sha256("|".join(sorted(cells)).encode()).hexdigest()[:20]


def print_of_relation(relation: pd.Series) -> str:
    """Return what tells two relations of a plan apart, such as who holds which organisation."""
    return sha256(pd.util.hash_pandas_object(relation).to_numpy().tobytes()).hexdigest()[:20]


# What is kept. Arguments are keys, also where the body does not read them; those with an underscore are not.


@st.cache_resource(show_spinner=False, max_entries=4)
def _market(location: str, branch_id: str, version: str, era: int) -> Market:
    opened = open_market(app.store(), _SERVER, branch_id, valid_us=begin_of(location, branch_id, version, era))
    if version_text(opened.version) != version:
        raise Gone(version)
    return opened


@st.cache_resource(show_spinner=False, max_entries=16)
def _cut(eyes: Eyes, cells: str, *, _whole: Market) -> Market:  # noqa: ARG001
    seen = _whole
    for scope in eyes.scopes:
        seen = market_in_sight(app.store(), scope, seen)
    return seen


@st.cache_resource(show_spinner=False, max_entries=24)
def _plan(location: str, branch_id: str, version: str, as_of: date, known: str, *, _era: int) -> Plan:
    time_zone = _market(location, branch_id, version, _era).branch.time_zone
    known_us = int(known) if known else None
    return plan_as_of(app.store(), _SERVER, branch_id, valid_us=day_end_us(as_of, time_zone) - 1, known_us=known_us)


# What every save of a draft starts from.
@st.cache_resource(show_spinner=False, max_entries=8)
def _base(location: str, branch_id: str, version: str, day: date) -> Plan:
    branch = _market(location, branch_id, version, era_on(location, branch_id, version, day)).branch
    start_us = day_end_us(day - timedelta(days=1), branch.time_zone)
    found = plan_as_of(app.store(), _SERVER, branch_id, valid_us=start_us)
    if str(found.change_id) != version.split(".")[1]:
        raise Gone(version)
    return found


# A draft has a new version with every move made on the map: few are kept, and each is small beside the Market.
@st.cache_resource(show_spinner=False, max_entries=12)
def _draft(location: str, branch_id: str, version: str, plan: str) -> tuple[PlanRecord, Plan]:
    number = int(plan.partition(".")[0])
    base = _base(location, branch_id, version, plan_record(app.store(), _SERVER, branch_id, number).effective_on)
    record, opened = open_plan(app.store(), _SERVER, branch_id, number, base=base)
    if plan_text(record.plan_id, record.version) != plan:
        raise Gone(plan)
    return record, opened


# Facts ask a plan for named holders only: a draft that moves cells is not measured again.
@st.cache_resource(show_spinner=False, max_entries=24)
def _facts(market: str, holders: str, as_of: date, window_days: int, *, _market: Market, _holders: pd.Series) -> Facts:  # noqa: ARG001
    return measure(_market, _holders, as_of=as_of, window_days=window_days, rules=app.settings().rules)
