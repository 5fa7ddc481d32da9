"""The change of a rate shared out among its parts: exact, whatever moves, and honest where there is nothing to share."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.metrics import evaluate, metric
from gridmap.metrics.contributions import contributions

RATE, SUM, PER_100 = metric("filing_rate_C"), metric("filings"), metric("wins_per_100")
COUNT = st.integers(0, 400)
PART = st.fixed_dictionaries({"complete_C": COUNT, "live_C": COUNT, "filings": COUNT, "wins": COUNT, "organisations": COUNT})
PARTS = st.dictionaries(st.sampled_from(["a", "b", "c", "d", "e"]), PART, min_size=1)


def frame(parts):
    return pd.DataFrame.from_dict(parts, orient="index", dtype=float).sort_index()


def whole(chosen, parts):
    return float(evaluate(chosen, frame(parts).sum().to_frame().T)["value"].iloc[0])


@pytest.mark.parametrize("chosen", [RATE, SUM, PER_100])
@given(now=PARTS, before=PARTS)
def test_contributions_add_up_to_the_change_of_the_whole(chosen, now, before):
    found = contributions(chosen, frame(now), frame(before))
    assert found.index.tolist() == sorted({*now, *before})
    change = whole(chosen, now) - whole(chosen, before)
    if np.isnan(change):
        assert found["contribution"].isna().all()
    else:
        assert found["contribution"].sum() == pytest.approx(change, abs=1e-9)
        assert (found["by_numerator"] + found["by_denominator"]).to_numpy() == pytest.approx(found["contribution"].to_numpy())


def test_by_hand():
    before = frame({"a": {"complete_C": 10, "live_C": 20}, "b": {"complete_C": 10, "live_C": 20}})
    now = frame({"a": {"complete_C": 16, "live_C": 20}, "b": {"complete_C": 10, "live_C": 30}})
    found = contributions(RATE, now, before)  # from 20/40 to 26/50: the mean rate is 0.51, the mean size 45
    assert found.loc["a", ["by_numerator", "by_denominator"]].tolist() == pytest.approx([6 / 45, 0])
    assert found.loc["b", ["by_numerator", "by_denominator"]].tolist() == pytest.approx([0, -0.51 * 10 / 45])
    assert found["contribution"].sum() == pytest.approx(0.02)


def test_a_part_that_did_not_change_moved_nothing():
    same = {"a": {"complete_C": 3, "live_C": 9}}
    found = contributions(RATE, frame({**same, "b": {"complete_C": 1, "live_C": 2}}), frame({**same, "b": {"complete_C": 0, "live_C": 2}}))
    assert found.loc["a", "contribution"] == 0
