"""What the product makes of the sample: its own figures, held against what was planted."""

import pandas as pd
import pytest
import shapely

from gridmap.facts import Facts, measure, roll_up
from gridmap.market import Branch, Market, Version, build_market
from gridmap.matching import find_duplicates
from gridmap.metrics import evaluate, metric
from gridmap.plan import Plan
from gridmap.settings import Rules
from sample_geo import TODAY, Sample


@pytest.fixture(scope="module")
def market(sample: Sample) -> Market:
    row = sample.tables["branches"].iloc[0]
    boundary = shapely.from_wkt(row["boundary"])
    return build_market(Branch(row["branch_id"], row["name"], row["name_en"], boundary=boundary), sample.tables, Version(1, 0, 0))


@pytest.fixture(scope="module")
def plan(sample: Sample) -> Plan:
    frame = sample.tables["organisations"].set_index("org_id")
    owners = sample.tables["ownership"].sort_values("valid_from").groupby("cell")["owner"].last()
    return Plan("445321", 0, owners, frame["holder_id"], frame["sponsor_id"])


@pytest.fixture(scope="module")
def facts(market: Market, plan: Plan) -> Facts:
    return measure(market, plan.holders_now, as_of=TODAY, window_days=365, rules=Rules())


def rolled(facts: Facts, by: str, market: Market, plan: Plan) -> pd.DataFrame:
    return roll_up(facts, by, market=market, plan=plan)


def test_every_placed_organisation_has_a_cell_and_a_town(market: Market) -> None:
    frame = market.tables["organisations"]
    placed = frame["lat"].notna()
    assert frame.loc[placed, "cell"].notna().all()
    assert frame.loc[placed, "town"].notna().all()
    assert frame.loc[~placed, "cell"].isna().all()


def test_every_cell_of_the_ledger_is_a_cell_of_the_grid(market: Market, plan: Plan) -> None:
    assert plan.owners.index.isin(market.grid.cells).all()


@pytest.mark.parametrize("tier", ["A", "B", "C", "M"])
def test_filing_rates_of_the_branch(facts: Facts, market: Market, plan: Plan, county_truth: dict, tier: str) -> None:
    value = evaluate(metric(f"filing_rate_{tier}"), rolled(facts, "branch", market, plan)).sum()
    told = county_truth["totals"]["filing"][tier]
    assert (value["numerator"], value["denominator"]) == (told["complete"], told["live"])


def test_the_overloaded_manager_leads_the_loads(facts: Facts, market: Market, plan: Plan, county_truth: dict) -> None:
    loads = evaluate(metric("files_per_manager"), rolled(facts, "holder", market, plan))["numerator"]
    told = county_truth["overloaded_manager"]
    assert loads[told["manager_id"]] == 83
    assert loads.reindex(told["filed_abc_by_manager"]).to_dict() == told["filed_abc_by_manager"]


def test_the_vacuum_towns_are_last_in_filing_and_coverage(facts: Facts, market: Market, plan: Plan, county_truth: dict) -> None:
    towns = rolled(facts, "town", market, plan).drop(index="", errors="ignore")
    told = {town["area_id"] for town in county_truth["vacuum_towns"]}
    filing = evaluate(metric("filing_rate_C"), towns).query("denominator > 0")["value"].sort_values()
    never = evaluate(metric("never_visited"), towns).query("denominator > 0")["value"].sort_values()
    assert set(filing.index[:2]) == told
    assert set(never.index[-2:]) == told


def test_nobody_was_ever_in_the_uncovered_park(facts: Facts, market: Market, plan: Plan, county_truth: dict) -> None:
    never = evaluate(metric("never_visited"), rolled(facts, "park", market, plan)).query("denominator > 0")
    bare = never.index[never["value"] == 1]
    assert bare.tolist() == [county_truth["uncovered_park"]["park_id"]]


def test_schools_are_the_twelve(facts: Facts, market: Market, plan: Plan, county_truth: dict) -> None:
    value = evaluate(metric("schools_covered"), rolled(facts, "branch", market, plan)).sum()
    told = county_truth["totals"]["schools"]
    assert (value["numerator"], value["denominator"]) == (told["with_service"], 12)


def test_all_forty_duplicates_are_found_and_few_others(sample: Sample, county_truth: dict) -> None:
    found = find_duplicates(sample.tables["organisations"])
    pairs = {frozenset(pair) for pair in zip(found["org_id_a"], found["org_id_b"], strict=True)}
    planted = {frozenset((pair["org_id"], pair["duplicate_id"])) for pair in county_truth["duplicates"]}
    assert planted <= pairs
    assert len(pairs) <= 100
