"""Every metric keeps the contract; every figure of the drawing is as counted by hand."""

import re
from dataclasses import FrozenInstanceError, fields
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from gridmap.facts import ATTACHED, LEVELS, MEASURES, NOT_PLACED, measure, roll_up
from gridmap.metrics import FEW, METRICS, NO_DATA, OK, UNKNOWN, Metric, evaluate, metric, rank, shrunk
from gridmap.metrics.metric import Unit
from gridmap.plan import no_plan
from gridmap.settings import Rules
from tests.builders import AS_OF, CELLS, market, organisations, plan, seven_cells

RULES = Rules()
EACH = pytest.mark.parametrize("each", METRICS, ids=[each.key for each in METRICS])


def facts_of(it, holders=None):
    return measure(it, plan().holders_now if holders is None else holders, as_of=AS_OF, window_days=365, rules=RULES)


@pytest.fixture(scope="module")
def rolled():
    it = seven_cells()
    facts = facts_of(it)
    return {by: roll_up(facts, by, market=it, plan=plan(), resolution=7) for by in LEVELS}


# The contract ----------------------------------------------------------------------------------------------------------


def test_keys_are_unique_and_stable():
    # Links, exports and targets name metrics by key: a key may be added, never renamed.
    assert [each.key for each in METRICS] == [
        "prospect_density",
        "filing_rate",
        "filing_rate_A",
        "filing_rate_B",
        "filing_rate_C",
        "filing_rate_M",
        "filing_rate_U",
        "filing_rate_frozen",
        "additions",
        "filings",
        "roster_truth",
        "roster_checked_share",
        "licence_check",
        "roster_check",
        "agreement_check",
        "roster_share_check",
        "people_check",
        "schools_covered",
        "visit_coverage",
        "never_visited",
        "visits_owed",
        "effective_visits",
        "sweep_completion",
        "member_share",
        "wins_per_100",
        "attacks_per_100",
        "line_loss",
        "kept_our_number",
        "ported_our_number",
        "danger_high",
        "intent_to_move",
        "base_retention",
        "base_retention_open",
        "member_retention",
        "revenue_retention",
        "stability",
        "three_services",
        "unified_payment",
        "warning_tasks_done",
        "files_per_manager",
        "hours_used",
        "hours_asked",
        "white_space",
        "revenue",
        "information_revenue",
        "on_site_days",
        "on_site_cards",
        "on_site_terminals",
        "on_site_services",
        "on_site_conversions",
    ]
    assert all(metric(each.key) is each for each in METRICS)
    with pytest.raises(KeyError):
        metric("no such metric")


@EACH
def test_a_metric_says_what_it_is(each):
    known = {name for name, _ in MEASURES} | set(ATTACHED)
    assert re.fullmatch(r"[a-z][A-Za-z0-9_]*", each.key)
    assert each.title
    assert each.help.endswith(".")
    assert each.source
    assert each.unit in get_args(Unit)
    assert each.better in ("higher", "lower", "")
    assert each.family in ("filing", "coverage", "competition", "retention", "load", "revenue", "field_work")
    assert each.numerator
    assert {*each.numerator, *each.denominator, *each.evidence} <= known
    assert len({field.name for field in fields(Metric)}) == 15
    with pytest.raises(FrozenInstanceError):
        each.key = "other"


def test_titles_are_told_apart():
    assert len({each.title for each in METRICS}) == len(METRICS)


def test_every_default_target_of_this_release_belongs_to_a_metric():
    later = {"member_coverage", "off_network"}  # numbers of a whole network, which no table states
    assert {key for key, _, _ in RULES.targets} - later == {each.target_key for each in METRICS} & {key for key, _, _ in RULES.targets}


@EACH
@pytest.mark.parametrize("by", LEVELS)
def test_a_metric_is_the_ratio_of_its_sums_at_every_level(rolled, each, by):
    table = rolled[by]
    found = evaluate(each, table)
    assert found.index.equals(table.index)
    assert list(found.columns) == ["numerator", "denominator", "value", "state"]
    assert set(found["state"]) <= {OK, FEW, NO_DATA, UNKNOWN}
    shown = found[found["value"].notna()]
    if each.denominator:
        assert (shown["denominator"] > 0).all()
        np.testing.assert_allclose(shown["value"], shown["numerator"] / shown["denominator"] * each.scale)
    assert found.loc[found["value"].isna(), "state"].isin([NO_DATA, UNKNOWN]).all()
    assert found.loc[found["value"].notna(), "state"].isin([OK, FEW]).all()


@EACH
def test_numerators_and_denominators_add_up_to_the_branch(rolled, each):
    branch = evaluate(each, rolled["branch"]).iloc[0]
    for by in ("town", "park", "cell", "parent", "territory"):
        parts = evaluate(each, rolled[by])
        assert parts["numerator"].sum() == pytest.approx(branch["numerator"]), by
        if each.denominator and not set(each.denominator) & set(ATTACHED):
            assert parts["denominator"].sum() == pytest.approx(branch["denominator"]), by


@EACH
def test_an_empty_market_gives_no_data_or_unknown_never_zero_per_cent(each):
    it = market()
    facts = facts_of(it, holders=pd.Series(dtype="str"))
    for by in LEVELS:
        found = evaluate(each, roll_up(facts, by, market=it, plan=no_plan("xx"), resolution=7))
        if each.denominator or each.evidence:
            assert found["state"].isin([NO_DATA, UNKNOWN]).all()
            assert found["value"].isna().all()
        else:  # a plain sum of nothing
            assert (found["value"] == 0).all()


@EACH
def test_evaluating_changes_nothing(rolled, each):
    before = {by: table.copy() for by, table in rolled.items()}
    for table in rolled.values():
        rank(each, evaluate(each, table))
        shrunk(evaluate(each, table), scale=each.scale)
    for by, table in rolled.items():
        pd.testing.assert_frame_equal(table, before[by])


@EACH
def test_ranking_keeps_every_row_and_puts_those_without_a_value_last(rolled, each):
    found = evaluate(each, rolled["cell"])
    ranked = rank(each, found)
    assert sorted(ranked.index) == sorted(found.index)
    assert ranked["rank"].notna().equals(ranked["value"].notna())
    assert ranked["rank"].dropna().tolist() == list(range(1, ranked["value"].notna().sum() + 1))


# The figures -----------------------------------------------------------------------------------------------------------

COUNTED = {
    "filing_rate": (4, 10, 0.4),
    "filing_rate_A": (1, 1, 1.0),
    "filing_rate_B": (1, 3, 1 / 3),
    "filing_rate_C": (1, 3, 1 / 3),
    "filing_rate_M": (1, 2, 0.5),
    "filing_rate_U": (0, 1, 0.0),
    "filing_rate_frozen": (3, 7, 3 / 7),
    "roster_truth": (105, 110, 105 / 110),
    "roster_checked_share": (110, 638, 110 / 638),
    "licence_check": (5, 6, 5 / 6),
    "roster_check": (1, 2, 0.5),
    "agreement_check": (6, 6, 1.0),
    "roster_share_check": (3, 6, 0.5),
    "people_check": (6, 6, 1.0),
    "schools_covered": (1, 1, 1.0),
    "visit_coverage": (3, 9, 1 / 3),
    "never_visited": (4, 10, 0.4),
    "effective_visits": (7, 8, 7 / 8),
    "sweep_completion": (0, 24, 0.0),
    "member_share": (620, 820, 620 / 820),
    "wins_per_100": (3, 10, 30.0),
    "attacks_per_100": (5, 10, 50.0),
    "line_loss": (35, 813, 35 / 813),
    "kept_our_number": (1, 3, 1 / 3),
    "ported_our_number": (1, 3, 1 / 3),
    "danger_high": (2, 2, 1.0),
    "intent_to_move": (1, 2, 0.5),
    "files_per_manager": (5, 1.5, 5 / 1.5),
    "on_site_conversions": (11, 3, 11 / 3),
}


@pytest.mark.parametrize(("key", "expected"), COUNTED.items())
def test_the_branch_is_as_counted_by_hand(rolled, key, expected):
    found = evaluate(metric(key), rolled["branch"]).iloc[0]
    assert (found["numerator"], found["denominator"], found["value"]) == pytest.approx(expected)


def test_plain_sums_have_no_denominator(rolled):
    found = evaluate(metric("visits_owed"), rolled["branch"]).iloc[0]
    assert (found["value"], found["state"]) == (9, OK)
    assert np.isnan(found["denominator"])


def test_density_is_per_square_kilometre_of_the_cell(rolled):
    found = evaluate(metric("prospect_density"), rolled["cell"]).loc[CELLS["ne"]]
    assert found["value"] == pytest.approx(2 / 0.7379, rel=1e-3)


def test_unknown_is_not_zero_and_not_surveyed_is_not_empty(rolled):
    found = evaluate(metric("prospect_density"), rolled["cell"])
    assert found.loc[CELLS["sw"], ["value", "state"]].tolist() == [0.0, OK]  # walked, and empty
    assert found.loc[CELLS["e"], "state"] == UNKNOWN  # nobody walked there, nobody is known there
    assert found.loc[CELLS["mid"], ["value", "state"]].tolist() == [0.0, OK]  # known organisations, none a prospect
    assert found.loc[NOT_PLACED, "state"] == NO_DATA  # no land, no density


def test_unchecked_rosters_are_unknown_not_false(rolled):
    found = evaluate(metric("roster_truth"), rolled["cell"])
    assert found.loc[CELLS["nw"], "state"] == UNKNOWN  # o6 has a roster nobody checked
    assert found.loc[CELLS["sw"], "state"] == NO_DATA  # nothing to check


def test_without_a_visit_history_visits_are_unknown():
    it = market({"organisations": organisations()})
    branch = roll_up(facts_of(it), "branch", market=it)
    for key in ("visit_coverage", "never_visited", "visits_owed", "effective_visits"):
        assert list(evaluate(metric(key), branch)["state"]) == [UNKNOWN], key


def test_below_the_minimum_count_there_are_too_few_to_judge(rolled):
    found = evaluate(metric("filing_rate"), rolled["town"], minimum_count=5)
    assert found["state"].to_dict() == {"t-east": FEW, "t-west": OK, NOT_PLACED: FEW}  # 4, 5 and 1
    assert found["value"].notna().all()  # few is drawn hatched, not hidden
    assert evaluate(metric("schools_covered"), rolled["branch"])["state"].iloc[0] == OK  # one school is a school


def test_files_per_manager_is_for_account_managers_only(rolled):
    found = evaluate(metric("files_per_manager"), rolled["holder"])
    assert found.loc["am1", ["numerator", "denominator", "value"]].tolist() == [3, 1, 3]
    assert found.loc["am2", "value"] == 0  # half a post, no file
    assert found.loc[["cm1", "cm2"], "state"].tolist() == [NO_DATA, NO_DATA]


def test_hours_are_asked_of_hours_had(rolled):
    found = evaluate(metric("hours_used"), rolled["holder"])
    table = rolled["holder"]
    assert found.loc["cm1", "value"] == pytest.approx(table.loc["cm1", "hours_asked"] / ((7.5 * 5 - 20) * 30.4375 / 7))
    assert found.loc["cm1", "state"] == OK  # hours are not counted: few are not too few
