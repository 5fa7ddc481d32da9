"""Arrays that do not fit each other are refused with all faults at once."""

import numpy as np
import pytest

from tests.gridmap.sweeps.engine.problems import line

FAULTS = (
    ({"travel_s": np.zeros((2, 3), dtype=int)}, "travel_s has shape"),
    ({"prize": [1.0]}, "prize has shape"),
    ({"allowed": np.ones((3, 2), dtype=bool)}, "allowed has shape"),
    ({"lunch_s": np.zeros((1, 2), dtype=int)}, "lunch_s has shape"),
    ({"serve_s": [1.5, 1.0, 1.0]}, "serve_s must hold whole numbers"),
    ({"mandatory": [0, 1, 0]}, "mandatory must hold True or False"),
    ({"window_at": [0, 1]}, "window_at has 2 entries"),
    ({"node": [1, 2, 9]}, "node has values from 1 to 9, expected 0 to 3"),
    ({"start": [-1]}, "start has values"),
    ({"home": [0, 1, -1]}, "home has values"),
    ({"day": [1]}, "day has values"),
    ({"serve_s": [-1, 0, 0]}, "serve_s has values"),
    ({"prize": [1.0, float("nan"), 1.0]}, "prizes and prices must be finite"),
    ({"home_prize": -1.0}, "prizes and prices must be finite"),
    ({"ends_s": [0]}, "a shift ends before it begins"),
    ({"lunch_s": [[10, 5, 5]]}, "latest begin is before its earliest"),
    ({"window_at": [0, 2, 1, 3]}, "window_at must rise"),
    ({"closes_s": [-1, 0, 0]}, "a window closes before it opens"),
    ({"window_at": [0, 2, 2, 3], "opens_s": [5, 1, 0], "closes_s": [6, 2, 9]}, "must be sorted"),
    ({"window_at": [0, 2, 2, 3], "opens_s": [1, 2, 0], "closes_s": [2, 3, 9]}, "must not overlap"),
)


@pytest.mark.parametrize(("changes", "said"), FAULTS)
def test_what_does_not_fit_is_refused(changes, said):
    with pytest.raises(ValueError, match=said):
        line(3, **changes)


def test_all_faults_are_said_at_once():
    with pytest.raises(ValueError, match=r"serve_s has values.*a shift ends before it begins"):
        line(3, serve_s=[-1, 0, 0], ends_s=[0])


def test_windows_are_read_by_stop_and_day():
    problem = line(2, day=[1], window_at=[0, 1, 3, 3, 4], opens_s=[0, 10, 30, 40], closes_s=[5, 20, 31, 50])
    assert problem.days == 2
    assert problem.windows(0, 0) == ((0, 5),)
    assert problem.windows(0, 1) == ((10, 20), (30, 31))
    assert problem.windows(1, 0) == ()
    assert problem.windows(1, 1) == ((40, 50),)
