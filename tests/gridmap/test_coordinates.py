"""Coordinate systems: there and back, against real pairs, and which one a file is in."""

import csv

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from gridmap.coordinates import SYSTEMS, detect_system, from_wgs84, metric_crs, offset_m, shift_from, title, to_wgs84
from gridmap.errors import CoordinateError

XINXING = (22.7, 112.2)


def points(count=500, seed=1):
    generator = np.random.default_rng(seed)
    return XINXING[0] + generator.uniform(-0.2, 0.2, count), XINXING[1] + generator.uniform(-0.2, 0.2, count)


@pytest.mark.parametrize("system", SYSTEMS)
@given(lat=st.floats(18.0, 53.0), lon=st.floats(74.0, 135.0))
def test_there_and_back_closes_to_two_millimetres(system, lat, lon):
    assert offset_m(lat, lon, *to_wgs84(*from_wgs84(lat, lon, system), system)) < 0.002


def test_forgetting_the_system_moves_points_by_the_known_distance():
    generator = np.random.default_rng(0)
    lat, lon = generator.uniform(21, 25, 10_000), generator.uniform(110, 117, 10_000)
    assert 300 < np.median(offset_m(lat, lon, *from_wgs84(lat, lon, "gcj02"))) < 700
    assert 700 < np.median(offset_m(lat, lon, *from_wgs84(lat, lon, "bd09"))) < 1500


@pytest.mark.parametrize("place", [(41.88, -87.63), (35.28, -120.66), (51.05, -114.07), (43.73, 7.42)])
@pytest.mark.parametrize("system", SYSTEMS)
def test_outside_china_all_systems_coincide(place, system):
    assert np.allclose(to_wgs84(*place, system), place, atol=0)
    assert np.allclose(from_wgs84(*place, system), place, atol=0)


def test_nothing_stays_nothing_and_inputs_are_left_alone():
    lat, lon = np.array([22.7, np.nan]), np.array([112.2, np.nan])
    for system in SYSTEMS:
        there = to_wgs84(lat, lon, system)
        assert np.isnan(there[0][1])
        assert np.isnan(there[1][1])
        assert there[0] is not lat
    assert lat[0] == 22.7


@pytest.mark.shared
def test_real_pairs_of_bd09_and_wgs84_agree_within_two_metres(shared):
    with (shared / "data/parks/baidu_aoi_sample_bd09_wgs84.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    lat, lon, lat_wgs84, lon_wgs84 = (np.array([float(row[name]) for row in rows]) for name in ("lat", "lng", "lat_wgs84", "lng_wgs84"))
    assert len(rows) == 7
    # The file was made with a one-step inverse, which is up to two metres off itself.
    assert offset_m(*to_wgs84(lat, lon, "bd09"), lat_wgs84, lon_wgs84).max() < 2
    assert offset_m(*from_wgs84(lat_wgs84, lon_wgs84, "bd09"), lat, lon).max() < 2


def test_an_unknown_system_is_named():
    with pytest.raises(CoordinateError, match="utm"):
        to_wgs84(1.0, 1.0, "utm")
    assert title("gcj02") == "GCJ-02"


def test_the_metric_crs_keeps_metres_and_areas():
    crs = metric_crs(*XINXING)
    x, y = Transformer.from_crs(4326, crs, always_xy=True).transform([112.2, 112.21], [22.7, 22.7])
    assert abs(np.hypot(x[1] - x[0], y[1] - y[0]) - offset_m(22.7, 112.2, 22.7, 112.21)) < 3
    assert abs(x[0]) < 1e-6
    assert abs(y[0]) < 1e-6


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("assumed", SYSTEMS)
def test_anchors_name_the_system_whatever_is_assumed(system, assumed):
    lat, lon = points()
    detection = detect_system(*from_wgs84(lat, lon, system), anchors=(lat, lon), assumed=assumed)
    assert detection.system == system
    assert detection.certainty > 0.9


def test_a_clean_copy_is_never_accused_though_many_things_moved():
    lat, lon = points(1000)
    generator = np.random.default_rng(3)
    moved = generator.random(1000) < 0.4
    there = np.where(moved, lat + generator.normal(0, 0.02, 1000), lat), np.where(moved, lon + generator.normal(0, 0.02, 1000), lon)
    assert detect_system(*there, anchors=(lat, lon)).system == "wgs84"


def test_noise_does_not_hide_a_wrong_system():
    lat, lon = points(60)
    generator = np.random.default_rng(4)
    gcj_lat, gcj_lon = from_wgs84(lat, lon, "gcj02")
    noisy = gcj_lat + generator.normal(0, 0.001, 60), gcj_lon + generator.normal(0, 0.001, 60)
    detection = detect_system(*noisy, anchors=(lat, lon))
    assert detection.system == "gcj02"
    assert 400 < detection.shift_m < 800
    assert "GCJ-02" in str(detection.reason)


def test_too_few_anchors_and_none_prove_nothing():
    lat, lon = points(2)
    assert detect_system(*from_wgs84(lat, lon, "gcj02"), anchors=(lat, lon)).certainty == 0
    assert detect_system(lat, lon).certainty == 0


def test_the_boundary_only_suspects():
    lat, lon = points(4000)
    boundary = shapely.box(112.0, 22.5, 112.4, 22.9)
    assert detect_system(lat, lon, boundary=boundary).system == "wgs84"
    suspected = detect_system(*from_wgs84(lat, lon, "bd09"), boundary=boundary)
    assert suspected.system == "bd09"
    assert suspected.certainty < 0.9


def test_the_shift_is_in_metres():
    lat, lon = points(100)
    shift, error = shift_from(lat + 0.001, lon, lat, lon, "wgs84")
    assert shift == pytest.approx(111.2, abs=0.2)
    assert error < 0.1
