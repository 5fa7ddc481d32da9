"""Travel as the crow flies: figures worked out by hand, and what holds for any points."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.errors import CoordinateError, TravelError
from gridmap.settings import SweepRules
from gridmap.travel import Travel, source_said, travel_between

RULES = SweepRules()
# A hundredth of a degree of latitude: 6371008.8 m x pi / 180 / 100 = 1111.95 m.
NORTH = ([22.58, 22.59], [113.08, 113.08])


def between(lat: object, lon: object, mode: str = "foot", rules: SweepRules = RULES) -> Travel:
    return travel_between(lat, lon, mode, rules=rules, cache=None)


@pytest.mark.parametrize(
    ("mode", "metres", "seconds"),
    [
        ("foot", 1390, 1172),  # x 1.25 at 4.5 km/h, and a minute
        ("ebike", 1501, 420),  # x 1.35 at 18 km/h, and two minutes
        ("car", 1557, 415),  # x 1.4 at 32 km/h, and four minutes
    ],
)
def test_a_leg_is_the_great_circle_with_detour_speed_and_lost_minutes(mode: str, metres: int, seconds: int) -> None:
    travel = between(*NORTH, mode)
    assert travel.metres.tolist() == [[0, metres], [metres, 0]]
    assert travel.seconds.tolist() == [[0, seconds], [seconds, 0]]
    assert (travel.source, travel.filled) == ("line", 0)


def test_no_time_is_lost_between_doors_of_one_place() -> None:
    travel = between([22.58, 22.5800000004], [113.08, 113.08], "car")
    assert travel.seconds.tolist() == [[0, 0], [0, 0]]


def test_no_points_and_one_point() -> None:
    assert between([], []).seconds.shape == (0, 0)
    assert between([22.58], [113.08]).seconds.tolist() == [[0]]


def test_the_answer_cannot_be_changed() -> None:
    travel = between(*NORTH)
    with pytest.raises(ValueError, match="read-only"):
        travel.seconds[0, 1] = 1


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        ([22.58, float("nan")], [113.08, 113.08]),  # a door without a place
        ([22.58, 113.08], [113.08, 22.58]),  # latitude and longitude changed over
        ([22.58, 22.58], [113.08, 181.0]),  # beyond the map's edge
    ],
)
def test_a_point_that_is_no_place_is_named(lat: list[float], lon: list[float]) -> None:
    with pytest.raises(CoordinateError) as refused:
        between(lat, lon)
    assert refused.value.what.values["number"] == 2


def test_an_unknown_mode_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(TravelError) as refused:
        between(*NORTH, "sled")
    assert refused.value.expected.values["known"] == "foot, ebike, car"


@pytest.mark.parametrize(
    "row", [("foot", 0.0, 1.25, 1.0), ("foot", 4.5, 0.9, 1.0), ("foot", 4.5, 1.25, -1.0), ("foot", float("nan"), 1.0, 1.0)]
)
def test_figures_that_cannot_be_are_refused(row: tuple[str, float, float, float]) -> None:
    with pytest.raises(TravelError):
        between(*NORTH, rules=replace(RULES, modes=(row,)))


@pytest.mark.parametrize(
    "parts",
    [
        {"seconds": np.zeros((1, 1), np.int64)},  # of another size
        {"seconds": np.zeros((2, 2), np.float64)},  # not whole
        {"metres": np.array([[0, -1], [1, 0]])},  # negative
        {"metres": np.array([[1, 1], [1, 0]])},  # a way from a point to itself
    ],
)
def test_a_matrix_that_cannot_be_is_not_made(parts: dict[str, np.ndarray]) -> None:
    whole = {"seconds": np.zeros((2, 2), np.int64), "metres": np.zeros((2, 2), np.int64)} | parts
    with pytest.raises(ValueError, match=r"seconds|metres"):
        Travel(((0.0, 0.0), (1.0, 1.0)), source="line", **whole)


@given(
    st.lists(st.tuples(st.floats(22.0, 23.5), st.floats(112.0, 114.0)), min_size=2, max_size=8), st.sampled_from(["foot", "ebike", "car"])
)
def test_symmetric_and_no_way_round_is_shorter(points: list[tuple[float, float]], mode: str) -> None:
    travel = between([lat for lat, _ in points], [lon for _, lon in points], mode)
    for matrix in (travel.seconds, travel.metres):
        assert (matrix == matrix.T).all()
        # Each figure is rounded by itself, by half at most.
        assert (matrix[:, None, :] <= matrix[:, :, None] + matrix[None, :, :] + 2).all()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("line", "straight lines with a detour"),
        ("osrm routes.example", "the OSRM server routes.example"),
        ("roads guangdong", "the roads of guangdong"),
        (
            "line instead of osrm routes.example",
            "straight lines with a detour, because there was no answer from the OSRM server routes.example",
        ),
    ],
)
def test_the_source_is_put_into_words(source: str, words: str) -> None:
    assert str(source_said(source)) == words
