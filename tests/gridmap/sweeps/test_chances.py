"""Sums of chances: exact against every case counted out, near the normal beyond, ranges that hold what they say."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.sweeps import chances
from gridmap.sweeps.chances import Chances, count_of, range_of, sum_of_trials
from gridmap.sweeps.in_shares import Rate, rate_of

SURE = Rate(7e7, 3e7)  # 0.7 and no doubt about it


@given(st.lists(st.floats(0, 1), max_size=7))
def test_the_sum_is_what_counting_every_case_out_gives(shares: list[float]) -> None:
    counted = np.zeros(len(shares) + 1)
    for case in product((0, 1), repeat=len(shares)):
        counted[sum(case)] += np.prod([share if hit else 1 - share for share, hit in zip(shares, case, strict=True)])
    assert sum_of_trials(np.array([shares]))[0] == pytest.approx(counted, abs=1e-12)


def test_many_doors_are_taken_as_normal_and_hardly_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    shares = np.random.default_rng(1).uniform(0.2, 0.9, (2, chances.EXACT_DOORS))
    exact = sum_of_trials(shares)
    monkeypatch.setattr(chances, "EXACT_DOORS", 10)
    assert np.abs(np.cumsum(sum_of_trials(shares), axis=1) - np.cumsum(exact, axis=1)).max() < 0.002


@given(st.lists(st.floats(0.01, 0.99), min_size=1, max_size=30), st.floats(0.5, 0.95))
def test_a_range_holds_its_share_and_no_more_than_a_tail_lies_beyond(shares: list[float], share: float) -> None:
    chance = count_of([Chances(rate_of(0.7), np.array(shares))])
    found = range_of(chance, share)
    assert chance.sum() == pytest.approx(1)
    assert found.inside >= share - 1e-9
    assert chance[: found.low].sum() <= (1 - share) / 2 + 1e-9
    assert chance[found.high + 1 :].sum() <= (1 - share) / 2 + 1e-9
    assert found.inside == pytest.approx(chance[found.low : found.high + 1].sum())


def test_a_sure_rate_gives_the_binomial() -> None:
    found = range_of(count_of([Chances(SURE, np.full(10, 0.7))]), 0.8)
    assert (found.low, found.high) == (5, 9)
    assert found.expected == pytest.approx(7.0, abs=1e-6)


def test_an_unsure_rate_widens_the_range_and_keeps_what_is_expected() -> None:
    sure = range_of(count_of([Chances(SURE, np.full(200, 0.7))]), 0.8)
    unsure = range_of(count_of([Chances(rate_of(0.7), np.full(200, 0.7))]), 0.8)
    assert unsure.high - unsure.low > 2 * (sure.high - sure.low)
    assert unsure.expected == pytest.approx(140, rel=0.01)


def test_nobody_and_everybody_are_certain() -> None:
    found = range_of(count_of([Chances(rate_of(0.5), np.array([0.0, 1.0, 1.0]))]), 0.8)
    assert (found.low, found.high, found.inside) == (2, 2, 1.0)


def test_no_doors_are_no_doors() -> None:
    assert range_of(count_of([]), 0.8).high == 0


def test_a_product_of_rates_has_the_mean_and_variance_of_the_product() -> None:
    one, two = Rate(14, 6), Rate(8, 2)
    rng = np.random.default_rng(0)
    drawn = rng.beta(14, 6, 400_000) * rng.beta(8, 2, 400_000)
    both = one.times(two)
    assert both.mean == pytest.approx(drawn.mean(), abs=0.001)
    assert both.variance == pytest.approx(drawn.var(), rel=0.02)
