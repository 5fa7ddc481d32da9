"""What is vacant on a day, worked out once for a market, a plan and facts, and kept for the next look."""

from datetime import date

import pandas as pd
import streamlit as st

from gridmap.access import access_list
from gridmap.facts import Facts
from gridmap.gazetteer import proposals_of
from gridmap.market import Market
from gridmap.neighbours import neighbours_of
from gridmap.plan import Plan
from gridmap.pressure import Cluster, clusters_of
from gridmap.white_space import WhiteSpace, data_by_town, white_space_of
from pages.shared import app

METRIC, TIER = "filing_rate", "C"  # whose target says when a park is covered: most of what lies in parks is of this tier


def vacancies_of(market: Market, plan: Plan, facts: Facts, *, quiet_days: int) -> WhiteSpace:
    """Return what is vacant; equal fingerprints mean equal answers."""
    target = next(value for metric, tier, value in app.settings().rules.targets if (metric, tier) == (METRIC, TIER))
    key = (market.fingerprint, plan.fingerprint, facts.fingerprint, target, quiet_days)
    return _vacancies(*key, _market=market, _plan=plan, _facts=facts)


@st.cache_resource(show_spinner=False, max_entries=16)
def _vacancies(
    market: str,  # noqa: ARG001 - the key
    plan: str,  # noqa: ARG001
    facts: str,  # noqa: ARG001
    target: float,
    quiet_days: int,
    *,
    _market: Market,
    _plan: Plan,
    _facts: Facts,
) -> WhiteSpace:
    return white_space_of(_market, _plan, _facts, filed_target=target, quiet_days=quiet_days)


def data_of_towns(market: Market, facts: Facts) -> pd.DataFrame:
    """Return what is known of each town, and of what there is nothing."""
    return _data(market.fingerprint, facts.fingerprint, _market=market, _facts=facts)


@st.cache_resource(show_spinner=False, max_entries=8)
def _data(market: str, facts: str, *, _market: Market, _facts: Facts) -> pd.DataFrame:  # noqa: ARG001 - the key
    return data_by_town(_market, _facts)


def clusters_found(market: Market, facts: Facts) -> tuple[Cluster, ...]:
    """Return the clusters of competitors' wins in the window of the facts."""
    return _clusters(market.fingerprint, facts.as_of, facts.window_days, _market=market)


@st.cache_resource(show_spinner=False, max_entries=16)
def _clusters(market: str, as_of: date, window_days: int, *, _market: Market) -> tuple[Cluster, ...]:  # noqa: ARG001 - part of the key
    return clusters_of(_market, as_of=as_of, window_days=window_days)


def neighbours_found(market: Market, facts: Facts, cluster: Cluster) -> pd.DataFrame:
    """Return who stands beside a cluster of this market and these facts, each with the reasons."""
    return _neighbours(market.fingerprint, facts.as_of, facts.window_days, cluster.wins, _market=market, _facts=facts, _cluster=cluster)


@st.cache_resource(show_spinner=False, max_entries=32)
def _neighbours(
    market: str,  # noqa: ARG001 - the key
    as_of: date,  # noqa: ARG001
    window_days: int,  # noqa: ARG001
    wins: tuple[str, ...],  # noqa: ARG001
    *,
    _market: Market,
    _facts: Facts,
    _cluster: Cluster,
) -> pd.DataFrame:
    return neighbours_of(_market, _facts, _cluster, rules=app.settings().rules)


def places_proposed(market: Market, as_of: date) -> pd.DataFrame:
    """Return where the addresses of organisations without a place say they are."""
    return _places(market.fingerprint, as_of, _market=market)


@st.cache_resource(show_spinner=False, max_entries=8)
def _places(market: str, as_of: date, *, _market: Market) -> pd.DataFrame:  # noqa: ARG001 - part of the key
    return proposals_of(_market, as_of)


def access_of(market: Market, facts: Facts) -> pd.DataFrame:
    """Return buildings and parks with their network access and what stands in them."""
    return _access(market.fingerprint, facts.as_of, facts.window_days, _market=market, _facts=facts)


@st.cache_resource(show_spinner=False, max_entries=8)
def _access(market: str, as_of: date, window_days: int, *, _market: Market, _facts: Facts) -> pd.DataFrame:  # noqa: ARG001 - part of the key
    return access_list(_market, _facts, rules=app.settings().rules)
