"""What is worked out of a plan, kept for all users: a value of a market, a plan and facts needs no rights of its own.

Callers hold a Market and a Plan that were cut to what a person may see; equal fingerprints mean equal values.
"""

from datetime import date

import pandas as pd
import streamlit as st

from gridmap.facts import Facts, measure, roll_up
from gridmap.market import Market
from gridmap.plan import Plan
from gridmap.reallocation import changes, effect, selecting, validation
from gridmap.reallocation.changes import ManagerChanges
from gridmap.reallocation.editing import Locks
from gridmap.reallocation.selecting import By
from gridmap.reallocation.validation import Problem
from gridmap.services import cells
from pages.shared import app, cached

FILED = ("filed_A", "filed_B", "filed_C")


def facts_before(market: Market, plan: Plan, now: Facts) -> Facts:
    """Return the facts of the day and window of `now` by who holds what by name before the moves of a plan."""
    held = cached.print_of_relation(plan.holders)
    return _facts(market.fingerprint, held, now.as_of, now.window_days, _market=market, _holders=plan.holders)


def cells_measured(market: Market, facts: Facts) -> pd.DataFrame:
    """Return every cell of the grid with its town and what is in it, index `cell`; towns are looked up once per market."""
    return _cells(market.fingerprint, facts.fingerprint, _market=market, _facts=facts)


def effect_of(market: Market, plan: Plan, facts: Facts) -> pd.DataFrame:
    """Return what a plan does to each manager, as `gridmap.reallocation.effect.plan_effect` says it."""
    base = plan.replaced(())
    before = _before(market.fingerprint, base.fingerprint, facts.fingerprint, _market=market, _base=base, _facts=facts)
    key = (market.fingerprint, plan.fingerprint, facts.fingerprint)
    return _effect(*key, _market=market, _plan=plan, _facts=facts, _before=before)


def changes_for(market: Market, plan: Plan, facts: Facts, manager_id: str) -> ManagerChanges:
    """Return what a plan changes for one manager."""
    return _changes(market.fingerprint, plan.fingerprint, facts.fingerprint, manager_id, _market=market, _plan=plan, _facts=facts)


def cells_found(market: Market, plan: Plan, facts: Facts, *, by: By, value: str) -> pd.Index:
    """Return the cells of a town or a park, or those a rule finds."""
    key = (market.fingerprint, plan.fingerprint, facts.fingerprint, by, value)
    return _found(*key, _market=market, _plan=plan, _facts=facts)


def problems_of(market: Market, plan: Plan, facts: Facts, *, locks: Locks, effective_on: date) -> tuple[Problem, ...]:
    """Return everything that speaks against a plan, what blocks it first."""
    locked = f"{sorted(locks.cells)}{sorted(locks.owners)}{locks.everything}"
    key = (market.fingerprint, plan.fingerprint, facts.fingerprint, locked, effective_on)
    return _problems(*key, _market=market, _plan=plan, _facts=facts, _locks=locks)


# Arguments are keys, also where the body does not read them; those with an underscore are not.


@st.cache_resource(show_spinner=False, max_entries=8)
def _facts(market: str, holders: str, as_of: date, window_days: int, *, _market: Market, _holders: pd.Series) -> Facts:  # noqa: ARG001
    return measure(_market, _holders, as_of=as_of, window_days=window_days, rules=app.settings().rules)


@st.cache_resource(show_spinner=False, max_entries=8)
def _cells(market: str, facts: str, *, _market: Market, _facts: Facts) -> pd.DataFrame:  # noqa: ARG001
    found = roll_up(_facts, "cell", market=_market).reindex(_market.grid.cells)
    columns = {name: found[name].fillna(0).astype("int64") for name in ("organisations", "prospects", "visits_owed")}
    accounts = found[list(FILED)].sum(axis=1).astype("int64")
    return pd.DataFrame({"town": cells.towns_of(_market, _market.grid.cells), **columns, "accounts": accounts}).rename_axis("cell")


# Before its moves every state of a draft is the same, so this is worked out once for as long as somebody edits.
@st.cache_resource(show_spinner=False, max_entries=8)
def _before(market: str, base: str, facts: str, *, _market: Market, _base: Plan, _facts: Facts) -> pd.DataFrame:  # noqa: ARG001
    return effect.loads_before(_market, _base, _facts, rules=app.settings().rules)


@st.cache_resource(show_spinner=False, max_entries=32)
def _effect(
    market: str,  # noqa: ARG001
    plan: str,  # noqa: ARG001
    facts: str,  # noqa: ARG001
    *,
    _market: Market,
    _plan: Plan,
    _facts: Facts,
    _before: pd.DataFrame,
) -> pd.DataFrame:
    return effect.plan_effect(_market, _plan, _facts, rules=app.settings().rules, before=_before)


@st.cache_resource(show_spinner=False, max_entries=32)
def _changes(
    market: str,  # noqa: ARG001
    plan: str,  # noqa: ARG001
    facts: str,  # noqa: ARG001
    manager_id: str,
    *,
    _market: Market,
    _plan: Plan,
    _facts: Facts,
) -> ManagerChanges:
    return changes.changes_for(_market, _plan, _facts, manager_id, rules=app.settings().rules)


@st.cache_resource(show_spinner=False, max_entries=32)
def _found(
    market: str,  # noqa: ARG001
    plan: str,  # noqa: ARG001
    facts: str,  # noqa: ARG001
    by: By,
    value: str,
    *,
    _market: Market,
    _plan: Plan,
    _facts: Facts,
) -> pd.Index:
    return selecting.select_cells(_market, _plan, _facts, by=by, value=value, rules=app.settings().rules)


@st.cache_resource(show_spinner=False, max_entries=32)
def _problems(
    market: str,  # noqa: ARG001
    plan: str,  # noqa: ARG001
    facts: str,  # noqa: ARG001
    locked: str,  # noqa: ARG001
    effective_on: date,
    *,
    _market: Market,
    _plan: Plan,
    _facts: Facts,
    _locks: Locks,
) -> tuple[Problem, ...]:
    return validation.validate(_market, _plan, _facts, rules=app.settings().rules, locks=_locks, effective_on=effective_on)
