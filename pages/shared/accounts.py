"""Accounts with their danger on a day, worked out once for a market, a plan and facts."""

import pandas as pd
import streamlit as st

from gridmap.accounts import accounts_of
from gridmap.facts import Facts
from gridmap.market import Market
from gridmap.plan import Plan
from pages.shared import app


def accounts(market: Market, plan: Plan, facts: Facts) -> pd.DataFrame:
    """Return the accounts; equal fingerprints mean equal answers."""
    return _accounts(market.fingerprint, plan.fingerprint, facts.fingerprint, _market=market, _plan=plan, _facts=facts)


@st.cache_resource(show_spinner=False, max_entries=16)
def _accounts(market: str, plan: str, facts: str, *, _market: Market, _plan: Plan, _facts: Facts) -> pd.DataFrame:  # noqa: ARG001 - the key
    return accounts_of(_market, _plan, _facts, rules=app.settings().rules)
