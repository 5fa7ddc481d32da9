"""Hours asked and hours had, from figures one can check on paper."""

from datetime import date

import pandas as pd
import pytest

from gridmap.settings import Rules
from gridmap.workload import account_posts, hours_asked, hours_had, hours_per_organisation, is_active
from tests.builders import AS_OF, managers

MONTH = 30.4375  # days
WEEKS = MONTH / 7


def test_an_organisation_asks_for_service_and_door_times_visits_a_month():
    per_tier = hours_per_organisation(Rules())
    assert per_tier["A"] == pytest.approx((60 + 20) / 60 * MONTH / 30)  # 1 h 21 min a month
    assert per_tier["M"] == pytest.approx((15 + 20) / 60 * MONTH / 180)
    assert hours_per_organisation(Rules(door_min=40))["A"] == pytest.approx(100 / 60 * MONTH / 30)


def test_an_unknown_tier_asks_what_the_smallest_does():
    asked = hours_asked(pd.Series(["C", None], dtype="str"), Rules())
    assert list(asked) == pytest.approx([50 / 60 * MONTH / 90, 35 / 60 * MONTH / 180])


def test_a_manager_has_the_hours_of_the_week_less_other_work():
    had = hours_had(managers(), AS_OF)
    expected = {
        "am1": (7.5 * 5 - 5) * WEEKS,
        "am2": 4 * 5 * WEEKS,
        "am9": 0,  # left on 31 January
        "cm1": (7.5 * 5 - 20) * WEEKS,
        "cm2": 7.5 * 6 * WEEKS,  # works on Saturdays
        "ld1": 0,  # sponsors, and visits nobody regularly
    }
    assert had.to_dict() == pytest.approx(expected)
    assert hours_had(managers(), date(2026, 1, 31))["am9"] == pytest.approx(7.5 * 5 * WEEKS)  # the last day counts


def test_more_other_work_than_hours_leaves_none():
    assert (hours_had(managers().assign(other_hours_per_week=80.0), AS_OF) == 0).all()


def test_hours_not_stated_are_unknown():
    had = hours_had(managers().assign(hours_per_day=[None, 4, 7.5, 7.5, 7.5, 8]), AS_OF)
    assert pd.isna(had["am1"])


def test_posts_are_those_of_account_managers_at_work():
    assert account_posts(managers(), AS_OF).to_dict() == {"am1": 1.0, "am2": 0.5, "am9": 0, "cm1": 0, "cm2": 0, "ld1": 0}
    assert account_posts(managers(), date(2026, 1, 31)).sum() == 2.5


def test_first_and_last_working_day_are_working_days():
    table = managers().assign(active_from=pd.Timestamp(2026, 6, 30), active_to=pd.Timestamp(2026, 6, 30))
    days = [is_active(table, date(2026, *day)).any() for day in ((6, 29), (6, 30), (7, 1))]
    assert days == [False, True, False]
