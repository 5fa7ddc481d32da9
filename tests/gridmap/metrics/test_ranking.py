"""Ranking and shrinking: few cases never beat many."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.metrics import FEW, NO_DATA, OK, evaluate, metric, rank, shrunk, wilson

FILING, WINS, NEVER = metric("filing_rate"), metric("wins_per_100"), metric("never_visited")


def filed(rows):
    table = pd.DataFrame(rows, index=["complete", "organisations"]).T.astype(float)
    return evaluate(FILING, table)


def ranked(rows):
    return list(rank(FILING, filed(rows)).index)


def test_one_of_one_never_ranks_above_95_of_100():
    assert ranked({"one": (1, 1), "many": (95, 100)}) == ["one", "many"]  # worst first


def test_where_less_is_better_none_of_one_never_ranks_above_5_of_100():
    table = pd.DataFrame({"visit_never": [0.0, 5.0], "history_known": [1.0, 100.0], "organisations": [1.0, 100.0]}, index=["one", "many"])
    assert list(rank(NEVER, evaluate(NEVER, table)).index) == ["one", "many"]
    table = pd.DataFrame({"wins": [0.0, 5.0], "organisations": [1.0, 100.0]}, index=["one", "many"])
    assert list(rank(WINS, evaluate(WINS, table)).index) == ["one", "many"]


def test_many_are_ranked_by_their_rate():
    assert ranked({"good": (95, 100), "bad": (60, 100), "fair": (80, 100)}) == ["bad", "fair", "good"]


def test_rows_without_a_value_come_last_without_a_rank():
    found = rank(FILING, filed({"none": (0, 0), "some": (3, 9)}))
    assert list(found.index) == ["some", "none"]
    assert found["rank"].isna().tolist() == [False, True]
    assert found["state"].tolist() == [OK, NO_DATA]


@pytest.mark.parametrize(
    ("top", "bottom", "lower", "upper"),
    [
        (1, 1, 0.2065, 1.0),
        (0, 1, 0.0, 0.7935),
        (95, 100, 0.8882, 0.9785),  # 95 of 100 as in published tables of the score interval
        (50, 100, 0.4038, 0.5962),
    ],
)
def test_the_wilson_bounds_are_the_published_ones(top, bottom, lower, upper):
    found = [wilson(np.array([top]), np.array([bottom]), upper=side)[0] for side in (False, True)]
    assert found == pytest.approx([lower, upper], abs=2e-4)


@given(st.integers(0, 1000), st.integers(1, 1000))
def test_the_bounds_hold_the_rate_between_them(top, bottom):
    top = min(top, bottom)
    low, high = (wilson(np.array([top]), np.array([bottom]), upper=side)[0] for side in (False, True))
    assert 0 <= low <= top / bottom + 1e-12
    assert top / bottom - 1e-12 <= high <= 1 + 1e-12


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=20))
def test_shrinking_draws_towards_the_whole_and_never_past_it(rows):
    found = filed({str(n): (min(pair), max(pair)) for n, pair in enumerate(rows)})
    drawn = shrunk(found)
    assert drawn.isna().equals(found["value"].isna())
    if found["value"].notna().any():
        whole = found["numerator"].sum() / found["denominator"].sum()
        low, high = np.minimum(found["value"], whole), np.maximum(found["value"], whole)
        assert ((drawn >= low - 1e-9) & (drawn <= high + 1e-9) | drawn.isna()).all()


def test_the_fewer_the_cases_the_more_is_drawn():
    found = filed({"few": (0, 2), "many": (0, 200), "rest": (900, 1000), "other": (300, 400)})
    drawn = shrunk(found)
    assert drawn["few"] > drawn["many"]
    assert found.loc["few", "state"] == FEW


def test_shrinking_keeps_the_scale_of_the_metric():
    table = pd.DataFrame({"wins": [3.0, 30.0], "organisations": [100.0, 100.0]})
    found = evaluate(WINS, table)
    drawn = shrunk(found, scale=WINS.scale)
    assert drawn.between(3, 30).all()
