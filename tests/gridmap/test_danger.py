"""Competition danger: states, score, level, reasons, who is told."""

from datetime import date
from itertools import pairwise

import pandas as pd
import pytest

from gridmap.danger import LEVELS, danger_reasons, factor_states, score_danger, who_is_told
from gridmap.settings import DangerRules

RULES = DangerRules()
DAY = date(2026, 6, 30)


def accounts(**values):
    columns = {"unified_payment": "boolean", "prepaid_until": "datetime64[us]", "agreement": "str", "relationship": "Int64"}
    rows = max((len(each) for each in values.values()), default=1)
    return pd.DataFrame({name: pd.Series(values.get(name, [None] * rows)).astype(kind) for name, kind in columns.items()})


def level(**states):
    found = score_danger(pd.DataFrame({name: pd.Series([state], dtype="str") for name, state in states.items()}), RULES)["level"][0]
    return None if pd.isna(found) else found


def test_states_are_read_from_the_account():
    states = factor_states(
        accounts(unified_payment=[True, False, None], agreement=["signed", "none", None], relationship=[3, 0, None]), as_of=DAY, rules=RULES
    )
    assert list(states["unified_payment"][:2]) == ["yes", "no"]
    assert list(states["relationship"][:2]) == ["3", "0"]
    assert states.iloc[2].isna().all()


@pytest.mark.parametrize(
    ("until", "state"),
    [
        ("2026-12-30", "6"),  # 183 days are six months and a little
        ("2026-12-29", "3"),  # 182 days are not
        ("2026-07-31", "1"),
        ("2026-07-30", "0"),
        ("2026-01-01", "0"),  # used up long ago
    ],
)
def test_months_of_prepayment_left_are_whole_months(until, state):
    assert factor_states(accounts(prepaid_until=[until]), as_of=DAY, rules=RULES)["prepaid_months"][0] == state


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({"unified_payment": "no", "prepaid_months": "0", "agreement": "none", "relationship": "0"}, "red"),  # 12 of 12
        ({"unified_payment": "no", "prepaid_months": "0", "agreement": "expired", "relationship": "1"}, "red"),  # 10 of 12
        ({"unified_payment": "no", "prepaid_months": "0", "agreement": "none", "relationship": "3"}, "orange"),  # 9 of 12
        ({"unified_payment": "no", "prepaid_months": "0", "agreement": "signed", "relationship": "3"}, "yellow"),  # 6 of 12
        ({"unified_payment": "no", "prepaid_months": "6", "agreement": "signed", "relationship": "3"}, "blue"),  # 3 of 12
        ({"unified_payment": "yes", "prepaid_months": "6", "agreement": "expiring", "relationship": "2"}, "none"),  # 2 of 12
        ({"unified_payment": "no", "relationship": "0"}, "red"),  # what is not known is left out
        ({"unified_payment": "no"}, None),  # one factor is too little to judge by
        ({"unified_payment": "no", "agreement": "torn"}, None),  # a state without points is not known
    ],
)
def test_the_matrix_gives_the_level(states, expected):
    assert level(**states) == expected


def test_a_score_on_the_limit_has_reached_the_level():
    rules = DangerRules(weights=(("unified_payment", 0.1), ("agreement", 0.3), ("relationship", 0.6)), levels=(("red", 0.4),))
    states = pd.DataFrame({"unified_payment": ["no"], "agreement": ["none"], "relationship": ["3"]}, dtype="str")
    assert list(score_danger(states, rules)["level"]) == ["red"]  # in binary 0.1 + 0.3 falls short of 0.4 here


def test_weights_are_settings():
    states = pd.DataFrame({"unified_payment": ["no"], "relationship": ["3"]}, dtype="str")
    heavy = DangerRules(weights=(("unified_payment", 4.0), ("relationship", 1.0)))
    assert [score_danger(states, rules)["score"][0] for rules in (RULES, heavy)] == [0.5, 0.8]


def test_further_factors_can_be_added():
    rules = DangerRules(weights=(*RULES.weights, ("complaints", 2.0)), points=(*RULES.points, ("complaints", "many", 3.0)))
    states = {"unified_payment": "yes", "agreement": "signed", "complaints": "many"}
    scored = score_danger(pd.DataFrame([states]).astype("str"), rules)
    assert scored["score"][0] == 0.5  # 6 of 12
    assert scored["points_complaints"][0] == 3
    assert [str(reason) for reason in danger_reasons(states, rules)] == ["complaints: many"]


def test_every_level_shows_its_reasons_heaviest_first():
    states = {"unified_payment": "no", "prepaid_months": "1", "agreement": "expiring", "relationship": None}
    assert [str(reason) for reason in danger_reasons(states, RULES)] == [
        "The organisation does not pay for its members",
        "The prepayment ends in less than 3 months",
        "The agreement is expiring",
    ]
    assert danger_reasons({"unified_payment": "yes", "agreement": "signed"}, RULES) == ()


def test_each_state_that_costs_points_has_words_of_its_own():
    for factor, state, points in RULES.points:
        reasons = danger_reasons({factor: state}, RULES)
        assert len(reasons) == (points > 0)
        assert all(":" not in str(reason) for reason in reasons)


def test_who_is_told_grows_with_the_level():
    told = [who_is_told(key, RULES) for key, _ in LEVELS]
    assert told[0] == ()
    assert all(set(lower) < set(higher) for lower, higher in pairwise(told))
    assert who_is_told("red", RULES)[-1] == "executive"
    assert who_is_told("", RULES) == ()
