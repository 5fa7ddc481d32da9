"""Accounts of the seven cells: level, reasons, what lowers it, trend, quadrant, gaps; and their sums are those of the facts."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.accounts import CHECKLIST, GAPS, UNSCORED, accounts_of, told_of
from gridmap.danger import LEVELS, score_danger, what_lowers
from gridmap.facts import measure
from gridmap.market import day_end_us
from gridmap.settings import DangerRules, Rules
from tests import builders
from tests.builders import AS_OF

RULES = Rules()
DANGER = DangerRules()


def listed(plan=None, **tables):
    market = builders.seven_cells(**tables)
    chosen = plan or builders.plan()
    facts = measure(market, chosen.holders_now, as_of=AS_OF, window_days=365, rules=RULES)
    return facts, accounts_of(market, chosen, facts, rules=RULES)


def words(messages):
    return [str(each) for each in messages]


def test_the_counts_are_those_of_the_facts():
    facts, table = listed()
    sums = facts.atoms.sum(numeric_only=True)
    told = told_of(table)
    assert len(table) == sums["files"] == 6
    assert told.high == sums["danger_high"] == 2
    assert len(table) - told.levels[UNSCORED] == sums["danger_scored"] == 2
    assert sum(told.levels.values()) == 6


def test_the_most_dangerous_first_with_reasons_and_who_is_told():
    _facts, table = listed()
    assert table.index[:2].tolist() == ["o6", "o3"], "0.75 before 0.67"
    worst = table.loc["o6"]
    assert (worst["level"], worst["told"]) == ("orange", ("manager", "chief", "branch_manager"))
    assert set(words(worst["reasons"])) == {
        "The organisation does not pay for its members",
        "The prepayment ends in less than 1 months",
        "The relationship is bad",
    }
    calm = table.loc["o1"]
    assert (calm["level"], calm["reasons"], calm["lowers"], calm["told"]) == (UNSCORED, (), (), ())


def test_what_lowers_it_names_the_single_change_and_the_level_it_leads_to():
    _facts, table = listed()
    told = [(str(what), level) for what, level in table.loc["o6", "lowers"]]
    assert told == [
        ("Renew the prepayment for 6 months or more", "yellow"),
        ("Mend the relationship", "yellow"),
        ("Agree that the organisation pays for its members", "yellow"),
    ] or {level for _what, level in told} == {"yellow"}
    assert len(told) == 3, "the agreement is signed: nothing to win there"


STATES = st.fixed_dictionaries(
    {factor: st.sampled_from([*(state for name, state, _ in DANGER.points if name == factor), None]) for factor, _weight in DANGER.weights}
)


@given(STATES)
def test_one_account_is_scored_as_many_are_and_every_change_named_does_lower_it(states):
    frame = pd.DataFrame([states], dtype="str")
    level = score_danger(frame, DANGER)["level"].iloc[0]
    rank = {key: place for place, (key, _title) in enumerate(LEVELS)}
    found = what_lowers(states, DANGER)
    if pd.isna(level) or level == "none":
        assert found == ()
    best = {}
    for factor, _weight in DANGER.weights:
        given_ = {state: value for name, state, value in DANGER.points if name == factor}
        if states[factor] is not None:
            then = score_danger(pd.DataFrame([{**states, factor: min(given_, key=given_.get)}], dtype="str"), DANGER)["level"].iloc[0]
            if pd.notna(level) and rank[then] < rank[level]:
                best[factor] = then
    assert sorted(level for _what, level in found) == sorted(best.values())


def test_the_trend_is_what_the_row_said_then():
    organisations = builders.organisations()
    worse = organisations[organisations["org_id"] == "o3"]
    turn = day_end_us(pd.Timestamp(2026, 6, 10).date(), "Asia/Shanghai")
    before = worse.assign(relationship=pd.array([3], dtype="Int64"), valid_to_us=turn)
    after = worse.assign(valid_from_us=turn)
    table = listed(organisations=pd.concat([organisations[organisations["org_id"] != "o3"], before, after], ignore_index=True))[1]
    assert (table.loc["o3", "month_ago"], table.loc["o3", "level"], table.loc["o3", "trend"]) == ("yellow", "orange", "up")
    assert table.loc["o6", "trend"] in ("same", "up")
    assert told_of(table).rising >= 1
    fresh = organisations.assign(filed_on=organisations["filed_on"].mask(organisations["org_id"] == "o3", pd.Timestamp(2026, 6, 20)))
    assert listed(organisations=fresh)[1].loc["o3", "trend"] == "new"


def test_quadrants_part_at_the_settings():
    organisations = builders.organisations()
    organisations["joined_on"] = pd.NaT
    table = listed(organisations=organisations, org_months=builders.billed())[1]
    assert table.loc["o1", "spend"] == 9_000
    assert table.loc["o1", "tenure_years"] == pytest.approx(851 / 365.25), "filed on 1 March 2024: the first number is not on record"
    assert table["quadrant"].dropna().to_dict() == {"o1": "potential", "o3": "potential", "o6": "entry"}
    organisations["joined_on"] = pd.Timestamp(2020, 1, 1)
    long = listed(organisations=organisations, org_months=builders.billed())[1]
    assert long["quadrant"].dropna().to_dict() == {"o1": "premium", "o3": "premium", "o6": "loyal"}


def test_gaps_name_what_the_file_lacks():
    _facts, table = listed()
    keys = {key for key, _title in GAPS}
    assert set(CHECKLIST) <= keys
    assert table.loc["o2", "gaps"] == ("licence", "three_services", "unified_payment")
    assert "roster" in table.loc["o1", "gaps"], "95 of 100 checked passed"
    assert "roster" in table.loc["o10", "gaps"], "no roster at all"
    assert "people" not in table.loc["o1", "gaps"]


def test_who_holds_it_by_name_or_by_cell_or_nobody():
    _facts, table = listed()
    assert table["holder"].to_dict() == {"o6": "cm2", "o3": "cm1", "o1": "am1", "o2": "am1", "o12": "am1", "o10": ""}
    assert table.loc["o1", "sponsor"] == "ld1"


def test_without_a_file_there_is_no_account():
    _facts, table = listed(organisations=builders.organisations().iloc[:0])
    assert table.empty
    assert told_of(table).high == 0
    assert not np.isnan(told_of(table).rising)
