"""What the History page asks of the ledger again and again, kept for all users; what a person may see is part of every key."""

from datetime import date

import pandas as pd
import streamlit as st

from gridmap.facts import Facts, measure
from gridmap.market import Market
from gridmap.plan import Plan
from gridmap.scope import Scope, operator
from gridmap.services import history
from gridmap.services.history import Moment, State
from pages.shared import app, cached

_SERVER = operator("history")  # every function asks the person's scope first
Side = tuple[Moment, int | None]  # a day, and the last instant whose knowledge counts (None: now)


def days_of_change(scope: Scope, branch_id: str, *, today: date, known: date | None = None) -> tuple[date, ...]:
    """Return the days on which any cell changes its owner, and today: see `gridmap.services.history.days_of_change`."""
    scope.require("see_history", branch_id)
    return _days(app.store().location, branch_id, cached.version(scope, branch_id), today, known)


def gains_and_losses(scope: Scope, branch_id: str, *sides: Side) -> pd.DataFrame:
    """Return for each manager what two states differ by, counting the accounts of the later day on both sides.

    As `gridmap.services.history.gains_and_losses`.

    Raises
    ------
    ScopeError
        When the person may not see history here.
    """
    scope.require("see_history", branch_id)
    day, states = max(moment.day for moment, _ in sides), []
    for moment, known_us in sides:
        market = cached.market(scope, branch_id, as_of=moment.day)
        plan = cached.plan(scope, branch_id, moment.day, known_us=known_us)
        facts = _facts(market.fingerprint, cached.print_of_relation(plan.holders), day.isoformat(), _market=market, _plan=plan)
        states.append(State(market, plan, facts))
    before, after = states
    return history.gains_and_losses(before, after)


@st.cache_resource(show_spinner=False, max_entries=16)
def _days(location: str, branch_id: str, version: str, today: date, known: date | None) -> tuple[date, ...]:  # noqa: ARG001
    return history.days_of_change(app.store(), _SERVER, branch_id, today=today, known=known)


@st.cache_resource(show_spinner=False, max_entries=12)
def _facts(market: str, holders: str, day: str, *, _market: Market, _plan: Plan) -> Facts:  # noqa: ARG001
    return measure(_market, _plan.holders, as_of=pd.Timestamp(day).date(), window_days=1, rules=app.settings().rules)
