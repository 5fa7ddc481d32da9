"""Clusters of wins: a planted one is found, random ones raise no more alarms than stated, and places or times alone are no cluster."""

import numpy as np
import pytest

from gridmap.pressure import ALARM, clusters_of, scan
from tests import builders
from tests.builders import AS_OF, CELLS, frame, spot

TOWN_M, YEAR = 12_000, 365


def random_wins(seed, count=150):
    chance = np.random.default_rng(seed)
    return chance.uniform(0, TOWN_M, (count, 2)), chance.integers(0, YEAR, count), chance


def test_a_planted_cluster_is_found_with_its_wins():
    xy, days, chance = random_wins(1)
    planted = np.arange(8)
    xy[planted] = chance.uniform(5_800, 6_200, (8, 2))
    days[planted] = 200 + chance.integers(0, 20, 8)
    found = scan(xy, days, chance)
    assert len(found) == 1
    assert len(set(found[0].members) & set(planted.tolist())) >= 6
    assert found[0].expected < 1
    assert found[0].chance <= 0.01


def test_random_wins_raise_no_more_alarms_than_stated():
    looks = 60
    alarms = sum(bool(scan(*random_wins(seed)[:2], np.random.default_rng(seed), shuffles=59)) for seed in range(looks))
    # Sixty looks at 5 %: three on average, and more than nine in fewer than one of a thousand.
    assert alarms <= looks * ALARM + 6


@pytest.mark.parametrize("kind", ["a place that always loses", "a month in which all lose"])
def test_a_place_or_a_time_alone_is_no_cluster(kind):
    alarms = 0
    for seed in range(12):
        xy, days, chance = random_wins(seed)
        if kind.startswith("a place"):
            xy[:60] = chance.uniform(2_800, 3_200, (60, 2))
        else:
            days[:60] = 100 + chance.integers(0, 20, 60)
        alarms += bool(scan(xy, days, chance, shuffles=59))
    assert alarms <= 3


def test_the_same_seed_says_the_same():
    xy, days, _chance = random_wins(1)
    xy[:8], days[:8] = 6_000, 200
    one, two = (scan(xy, days, np.random.default_rng(5)) for _each in range(2))
    assert [each.members.tolist() for each in one] == [each.members.tolist() for each in two]
    assert [each.chance for each in one] == [each.chance for each in two]


def attacked(count):
    lat, lon = spot("e")
    columns = ("win_id", "org_id", "happened_on", "competitor", "lines_lost", "verified", "lat", "lon", "cell")
    return frame(columns, *((f"w{place}", None, np.datetime64("2026-06-20"), "B", 5, True, lat, lon, CELLS["e"]) for place in range(count)))


def test_too_few_wins_are_no_cluster():
    assert clusters_of(builders.seven_cells(wins=attacked(2)), as_of=AS_OF) == ()


def test_wins_that_all_lie_at_one_place_and_day_have_nothing_to_be_compared_with():
    assert clusters_of(builders.seven_cells(wins=attacked(6)), as_of=AS_OF) == ()
