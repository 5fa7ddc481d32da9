"""What an organisation was at a date: stage, live, tier, complete."""

from datetime import date

import pandas as pd
import pytest

from gridmap.market import complete_at, live_at, stage_at, tier_at
from gridmap.settings import Rules

DAY = date(2026, 6, 30)
DATES = ("opened_on", "joined_on", "filed_on", "lost_on", "closed_on", "licence_until")


def one(**values):
    table = pd.DataFrame({name: [value] for name, value in values.items()})
    for name in DATES:
        table[name] = pd.to_datetime(table[name] if name in table else pd.Series([None], dtype="datetime64[us]"))
    return table


@pytest.mark.parametrize(
    ("values", "stage"),
    [
        ({}, "prospect"),
        ({"opened_on": "2026-06-30"}, "prospect"),  # opened that day
        ({"opened_on": "2026-07-01"}, None),  # not yet there
        ({"filed_on": "2026-06-30"}, "account"),  # filed that day
        ({"filed_on": "2026-07-01"}, "prospect"),  # not yet filed
        ({"filed_on": "2026-07-01", "stage": "account"}, "prospect"),  # the date decides
        ({"stage": "account"}, "account"),  # no date: the stage stands in
        ({"filed_on": "2025-01-01", "lost_on": "2026-06-30"}, "lost"),
        ({"filed_on": "2025-01-01", "lost_on": "2026-07-01", "stage": "lost"}, "account"),
        ({"filed_on": "2026-03-01", "lost_on": "2026-01-01"}, "account"),  # won back
        ({"filed_on": "2026-07-03", "lost_on": "2026-01-01"}, "lost"),  # won back later
        ({"stage": "lost"}, "lost"),
        ({"filed_on": "2025-01-01", "lost_on": "2026-01-01", "closed_on": "2026-06-30"}, "closed"),
        ({"closed_on": "2026-07-01"}, "prospect"),
        ({"stage": "closed"}, "closed"),
        ({"stage": "closed", "closed_on": "2026-07-01"}, "prospect"),  # not closed yet
    ],
)
def test_the_stage_follows_the_dates(values, stage):
    found = stage_at(one(**values), DAY)[0]
    assert (None if pd.isna(found) else found) == stage


@pytest.mark.parametrize(
    ("values", "live"),
    [
        ({}, True),
        ({"opened_on": "2026-07-01"}, False),  # not existing yet
        ({"closed_on": "2026-06-30"}, False),
        ({"lost_on": "2026-01-01"}, True),  # lost to us, not to the world
        ({"merged_into": "o2"}, False),
        ({"merged_into": None}, True),
    ],
)
def test_live_is_existing_not_closed_not_merged(values, live):
    assert live_at(one(**values), DAY)[0] == live


@pytest.mark.parametrize(
    ("values", "tier", "reason"),
    [
        ({"lines_known": 500}, "A", "lines"),
        ({"lines_known": 499}, "B", "lines"),
        ({"lines_known": 100}, "B", "lines"),
        ({"lines_known": 99}, "C", "lines"),
        ({"lines_known": 10}, "C", "lines"),
        ({"lines_known": 9}, "M", "lines"),
        ({"our_lines": 120}, "B", "lines"),  # as many as are ours at the least
        ({"lines_known": 5, "our_lines": 12}, "C", "lines"),  # ours cannot be more than all
        ({"trade": "government"}, "A", "trade"),
        ({"trade": "media", "lines_known": 3}, "A", "trade"),  # the best of the three
        ({"trade": "finance", "lines_known": 3}, "B", "trade"),
        ({"trade": "finance", "lines_known": 600}, "A", "lines"),
        ({"trade": "retail"}, None, None),  # a trade that decides nothing
        ({}, None, None),
        ({"tier": "C", "tier_reason": "named", "lines_known": 900}, "C", "named"),  # what the file says stands
        ({"tier": "B", "lines_known": 5}, "B", None),
    ],
)
def test_the_tier_is_the_best_of_lines_and_trade_where_it_is_not_given(values, tier, reason):
    found = tier_at(pd.DataFrame({name: [value] for name, value in values.items()}, index=[0]), Rules()).iloc[0]
    assert [None if pd.isna(each) else each for each in found] == [tier, reason]


def test_top_spend_makes_an_a():
    table = pd.DataFrame({"lines_known": [20, 20, 20]})
    found = tier_at(table, Rules(), pd.Series([25_000.0, 24_999.0, None]))
    assert list(found["tier"]) == ["A", "C", "C"]
    assert list(found["tier_reason"]) == ["spend", "lines", "lines"]


FULL = {
    "filed_on": "2025-01-01",
    "licence_until": "2026-06-30",
    "agreement": "signed",
    "roster_members": 1,
    "decision_maker": True,
    "key_contact": True,
}


@pytest.mark.parametrize(
    ("changes", "complete"),
    [
        ({}, True),
        ({"agreement": "expiring"}, True),  # still in force
        ({"filed_on": "2026-07-01"}, False),  # not filed yet
        ({"licence_until": "2026-06-29"}, False),  # ran out the day before
        ({"licence_until": None}, False),  # no licence in the file
        ({"agreement": "expired"}, False),
        ({"agreement": "none"}, False),
        ({"agreement": None}, False),
        ({"roster_members": 0}, False),
        ({"roster_members": None}, False),
        ({"decision_maker": False}, False),
        ({"key_contact": None}, False),
        ({"lost_on": "2026-06-01"}, False),  # no file of ours any more
        ({"closed_on": "2026-06-01"}, False),
    ],
)
def test_a_file_is_complete_with_licence_agreement_roster_and_two_people(changes, complete):
    assert complete_at(one(**{**FULL, **changes}), DAY)[0] == complete
