"""One metric over the months on the seven cells: each month as its own facts say, all in the same classes."""

from datetime import date

import numpy as np

from gridmap.facts import measure, roll_up
from gridmap.metrics import evaluate, metric
from gridmap.services.months import over_months
from gridmap.settings import Rules
from tests import builders

RULES = Rules(minimum_count=2)
DAYS = (date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30))


def found(key="filing_rate", target=0.5, **tables):
    market = builders.seven_cells(**tables)
    facts = [measure(market, builders.plan().holders_now, as_of=day, window_days=365, rules=RULES) for day in DAYS]
    return market, facts, over_months(market, facts, key=key, rules=RULES, target=target)


def test_each_month_is_what_its_facts_say():
    market, facts, months = found()
    assert months.days == DAYS
    for day, each in zip(DAYS, facts, strict=True):
        towns = evaluate(metric("filing_rate"), roll_up(each, "town", market=market))
        for town in market.towns.index:
            assert months.numerator[day][town] == towns.loc[town, "numerator"]
            assert months.denominator[day][town] == towns.loc[town, "denominator"]
        branch = evaluate(metric("filing_rate"), roll_up(each, "branch", market=market)).iloc[0]
        assert months.whole[day] == branch["value"]


def test_one_set_of_classes_holds_for_all_months_and_the_target_is_an_edge():
    _market, _facts, months = found()
    assert 0.5 in months.breaks.edges
    assert len(months.colours) == len(months.breaks.edges) + 1
    for day in DAYS:
        for town in months.value.index:
            value = months.value[day][town]
            assert months.colour(town, day) == ("" if np.isnan(value) else months.colours[int(months.breaks.class_of([value])[0])])


def test_too_few_are_marked_and_nothing_to_measure_has_no_colour():
    _market, _facts, months = found(organisations=builders.organisations().query("org_id in ('o1', 'o3')"))
    assert months.is_few("t-east", DAYS[-1])
    _market, _facts, none = found(organisations=builders.organisations().iloc[:0], key="filing_rate", target=None)
    assert none.colour("t-east", DAYS[-1]) == ""
