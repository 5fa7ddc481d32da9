"""What changed on the seven cells: only what moved, shared out among towns exactly, with events counted from the tables."""

from datetime import date

import pandas as pd
import pytest

from gridmap.facts import measure
from gridmap.services import overview
from gridmap.services.what_changed import EVENTS, events_between, what_changed
from gridmap.settings import Rules
from tests import builders

RULES = Rules(minimum_count=1)
BEFORE, NOW = date(2026, 5, 31), builders.AS_OF


def facts(market, day):
    return measure(market, builders.plan().holders_now, as_of=day, window_days=365, rules=RULES)


def changes(**tables):
    market = builders.seven_cells(**tables)
    now, before = facts(market, NOW), facts(market, BEFORE)
    scores = overview.scorecard(market, now, before, rules=RULES, plan=builders.plan())
    return {each.score.metric.key: each for each in what_changed(market, now, before, scores, rules=RULES)}


def filed_in_june():
    organisations = builders.organisations()
    late = organisations["org_id"] == "o3"
    return organisations.assign(filed_on=organisations["filed_on"].mask(late, pd.Timestamp(2026, 6, 15)))


def test_a_file_made_in_the_month_is_told_with_its_town_and_counted():
    found = changes(organisations=filed_in_june())["filing_rate_C"]
    assert found.score.moved == "numerator"
    assert [(part.key, round(part.contribution, 6)) for part in found.with_it] == [("t-east", round(1 / 3, 6))]
    assert ("filed", 1) in found.events
    assert sum(part.contribution for part in found.with_it + found.against) == pytest.approx(found.score.change)


def test_what_did_not_move_is_not_told():
    same = changes()
    assert "filing_rate_C" not in same
    for each in same.values():
        assert each.score.change != 0


def test_a_few_are_flagged():
    market = builders.seven_cells(organisations=filed_in_june())
    rules = Rules(minimum_count=5)
    now, before = (measure(market, builders.plan().holders_now, as_of=day, window_days=365, rules=rules) for day in (NOW, BEFORE))
    scores = overview.scorecard(market, now, before, rules=rules, plan=builders.plan())
    found = {each.score.metric.key: each for each in what_changed(market, now, before, scores, rules=rules)}
    assert found["filing_rate_C"].few


def test_events_are_counted_between_the_days_and_by_tier():
    market = builders.seven_cells(organisations=filed_in_june())
    count = events_between(market, BEFORE, NOW, rules=RULES)
    assert (count("filed", "C"), count("filed", "A"), count("filed", "")) == (1, 0, 1)
    assert count("opened", "M") == 1, "o5 opened on 1 June"
    assert count("closed", "") == 0
    year = events_between(market, date(2025, 6, 30), NOW, rules=RULES)
    assert year("closed", "C") == 1
    assert year("won", "") == 3, "w1, w3 and w4: w2 cost nothing, w5 is untrue, w7 a day too old"
    with pytest.raises(KeyError):
        count("rained", "")
    assert {key for key, _title, _families in EVENTS} == {"filed", "opened", "closed", "won"}
