"""What the browser says was done with a stop of a sweep is believed only as far as it can be so."""

import pytest

from pages.parts.gestures import read_stop

GIVEN = {"day": 1, "number": 2, "dropped": True, "lat": 22.7, "lon": 112.2, "zoom": 13, "centre": [22.7, 112.2], "sweep": "4.2", "seq": 1}


def test_a_dropped_stop_is_named_and_placed():
    found = read_stop(GIVEN, system="wgs84", sweep="4.2")
    assert (found.kind, found.stop, found.dropped, found.lat, found.lon) == ("stop", (1, 2), True, 22.7, 112.2)


def test_its_place_is_moved_out_of_the_system_of_the_map():
    found = read_stop(GIVEN, system="gcj02", sweep="4.2")
    assert abs(found.lat - 22.7) > 0.001
    assert abs(found.lat - 22.7) < 0.01


@pytest.mark.parametrize(
    "change",
    [
        {"sweep": "4.1"},  # of an earlier save: its numbers mean other stops
        {"sweep": None},
        {"day": -1},
        {"day": True},
        {"day": 1.0},
        {"number": "2"},
        {"number": 10**6},
        {"lat": 91},
        {"lon": None},
        {"lat": float("nan")},
        {"zoom": 99},
        {"centre": None},
        {"centre": [1, 2, 3]},
    ],
)
def test_what_cannot_be_is_nothing(change):
    assert read_stop({**GIVEN, **change}, system="wgs84", sweep="4.2") is None


@pytest.mark.parametrize("dropped", [False, None, 1, "yes"])
def test_only_true_is_dropped(dropped):
    assert read_stop({**GIVEN, "dropped": dropped}, system="wgs84", sweep="4.2").dropped is False
