"""How often somebody is in: the settings first, the branch's own visits as they come, half days apart."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from gridmap.settings import SweepRules
from gridmap.sweeps.in_shares import HALVES, MOST_TRIES, door_rates, in_shares, rate_of
from tests import builders

AS_OF = date(2026, 6, 30)
RULES = SweepRules()


def visits(org: str, outcomes: list[str], *, hour: int = 9, kind: str = "sweep", day: str = "2026-06-10") -> pd.DataFrame:
    moments = pd.to_datetime([f"{day} {hour:02d}:00"] * len(outcomes)).tz_localize("Asia/Shanghai").tz_convert("UTC")
    ids = [f"{org}-{hour}-{place}" for place in range(len(outcomes))]
    return pd.DataFrame({"visit_id": ids, "org_id": org, "manager_id": "cm1", "visited_at": moments, "kind": kind, "outcome": outcomes})


def shares(*tables: pd.DataFrame) -> dict[tuple[str, str], float]:
    known = pd.concat(tables, ignore_index=True) if tables else builders.visits().iloc[:0]
    table = in_shares(builders.seven_cells(visits=known), as_of=AS_OF, rules=RULES)
    return {(tier, half): share for tier, half, share in zip(table["tier"], table["half"], table["share"], strict=True)}


def test_without_visits_the_settings_say() -> None:
    found = shares()
    assert set(found) == {(tier, half) for tier, _ in RULES.in_share for half in HALVES}
    assert all(found[tier, half] == pytest.approx(share) for tier, share in RULES.in_share for half in HALVES)


def test_few_visits_move_it_little_and_many_move_it_to_what_they_say() -> None:
    few, many = shares(visits("o3", ["not_in"] * 2)), shares(visits("o3", ["not_in"] * 400))
    assert 0.55 < few["C", "am"] < 0.73
    assert many["C", "am"] < 0.05


def test_half_days_are_told_apart_and_learn_from_their_tier() -> None:
    found = shares(visits("o3", ["not_in"] * 150), visits("o3", ["met"] * 150, hour=15))
    assert found["C", "am"] < 0.2
    assert found["C", "pm"] > 0.8
    only_mornings = shares(visits("o3", ["not_in"] * 150))
    assert only_mornings["C", "pm"] < RULES.in_share[2][1]
    assert only_mornings["B", "am"] == pytest.approx(dict(RULES.in_share)["B"])


@pytest.mark.parametrize(
    "table",
    [
        visits("o3", ["not_in"] * 50, kind="call"),  # a call says nothing of a door
        visits("o3", ["not_in"] * 50, day="2025-06-01"),  # older than a year
        visits("o3", ["not_in"] * 50, day="2026-07-01"),  # not yet
        visits("nobody", ["not_in"] * 50),
    ],
)
def test_what_says_nothing_of_the_doors_changes_nothing(table: pd.DataFrame) -> None:
    assert shares(table)["C", "am"] == pytest.approx(dict(RULES.in_share)["C"])


def test_a_history_however_long_leaves_some_doubt() -> None:
    rate = rate_of(0.7).learned(70_000, 100_000)
    assert rate.hits + rate.misses == pytest.approx(20 + MOST_TRIES)


def test_an_effective_visit_is_rarer_than_somebody_in_and_a_file_rarer_still() -> None:
    rates = door_rates(builders.seven_cells(), as_of=AS_OF, rules=RULES)
    for key in rates.found:
        assert 0 < rates.filed[key].mean < rates.reached[key].mean < rates.found[key].mean < 1
    assert rates.key("Z", 500) == ("M", "am")
    assert np.isclose(rates.filed["M", "am"].mean / rates.reached["M", "am"].mean, 0.12, atol=0.02)
