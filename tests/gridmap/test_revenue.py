"""Revenue: a month's money of live organisations, on the seven cells of `tests.builders` with `billed` months."""

import pandas as pd
import pytest

from gridmap.facts import measure, roll_up
from gridmap.metrics import OK, UNKNOWN, evaluate, metric
from gridmap.settings import Rules
from tests import builders

RULES = Rules()


def facts_of(market, window_days=365):
    return measure(market, builders.plan().holders_now, as_of=builders.AS_OF, window_days=window_days, rules=RULES)


@pytest.fixture(scope="module")
def market():
    return builders.seven_cells(org_months=builders.billed())


def test_revenue_is_the_mean_of_the_closed_months_an_organisation_has(market):
    held = roll_up(facts_of(market), "holder", market=market, plan=builders.plan())
    assert held["revenue"].to_dict() == {"am1": 9000, "am2": 0, "cm1": 500, "cm2": 390, "-": 0, "": 0}
    assert roll_up(facts_of(market, 30), "holder", market=market, plan=builders.plan()).loc["cm1", "revenue"] == 400  # June alone


def test_what_is_billed_to_one_closed_since_is_out():
    organisations = builders.organisations()
    organisations.loc[organisations["org_id"] == "o6", "closed_on"] = pd.Timestamp("2026-06-30")
    market = builders.seven_cells(org_months=builders.billed(), organisations=organisations)
    assert facts_of(market).atoms["revenue"].sum() == 9_000 + 500 + 300


def test_what_was_billed_to_one_merged_away_counts_for_the_one_it_was_merged_into():
    organisations = builders.organisations()
    organisations["merged_into"] = organisations["org_id"].map({"o1": "o3"}).astype("str")
    market = builders.seven_cells(org_months=builders.billed(), organisations=organisations)
    # May 9,000 + 600, June 9,000 + 400: 9,500 a month of one organisation, beside o6 and o8
    assert facts_of(market).atoms["revenue"].sum() == 9_500 + 90 + 300


def test_without_account_months_revenue_is_unknown_and_not_zero(market):
    branch = roll_up(facts_of(market), "branch", market=market)
    found = evaluate(metric("revenue"), branch).iloc[0]
    assert (found["value"], found["state"]) == (9_890, OK)
    without = builders.market({"organisations": builders.organisations()})
    found = evaluate(metric("revenue"), roll_up(facts_of(without), "branch", market=without)).iloc[0]
    assert found["state"] == UNKNOWN
