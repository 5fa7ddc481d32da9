"""Points in polygons: the same answer as a spatial join, one place per point, lowest id where polygons overlap."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.grid import points_in_polygons, polygon_area_km2, polygon_positions


def joined(lat, lon, polygons):
    """Return what geopandas.sjoin says, lowest id where it gives several."""
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")
    found = gpd.sjoin(points, gpd.GeoDataFrame(geometry=polygons), predicate="intersects")
    column = next(name for name in found.columns if name.startswith("index_"))
    lowest = found.groupby(level=0)[column].min().reindex(range(len(points)))
    return [None if isinstance(each, float) else each for each in lowest]


def blobs(rng, count):
    centres = rng.uniform(0, 10, (count, 2))
    shapes = [shapely.Point(*centre).buffer(rng.uniform(0.1, 2), quad_segs=int(rng.integers(1, 5))) for centre in centres]
    return gpd.GeoSeries(shapes, index=[f"p{n:03d}" for n in rng.permutation(count)], crs="EPSG:4326").sort_index()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 30))
def test_the_answer_is_that_of_a_spatial_join(seed, count):
    rng = np.random.default_rng(seed)
    polygons = blobs(rng, count)
    lat, lon = rng.uniform(-1, 11, (2, 500))
    assert list(points_in_polygons(lat, lon, polygons)) == joined(lat, lon, polygons)


def test_corners_and_borders_belong_to_the_lowest_id():
    # a | b, and c over both
    polygons = gpd.GeoSeries(
        {"c": shapely.box(0.5, 0, 1.5, 1), "b": shapely.box(1, 0, 2, 1), "a": shapely.box(0, 0, 1, 1)}, crs="EPSG:4326"
    )
    lat, lon = np.array([0.5, 0.5, 0.5, 0.5, 0.0, 1.0, 0.5]), np.array([1.0, 0.7, 1.2, 0.0, 2.0, 1.0, 2.0001])
    assert list(points_in_polygons(lat, lon, polygons)) == ["a", "a", "b", "a", "b", "a", None]


def test_missing_points_and_missing_outlines_are_nowhere():
    polygons = gpd.GeoSeries({"a": None, "b": shapely.Polygon(), "c": shapely.box(0, 0, 1, 1)}, crs="EPSG:4326")
    lat, lon = np.array([0.5, np.nan, 0.5]), np.array([0.5, 0.5, np.nan])
    assert list(points_in_polygons(lat, lon, polygons)) == ["c", None, None]
    assert list(points_in_polygons(np.zeros(0), np.zeros(0), polygons)) == []
    assert list(points_in_polygons(lat, lon, polygons.iloc[:0])) == [None, None, None]


def test_a_hole_is_outside_and_several_parts_are_one():
    holed = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    apart = shapely.MultiPolygon([shapely.box(5, 5, 6, 6), shapely.box(8, 8, 9, 9)])
    lat, lon = np.array([1.5, 0.5, 5.5, 8.5, 7.0]), np.array([1.5, 0.5, 5.5, 8.5, 7.0])
    assert list(polygon_positions(lat, lon, np.array([holed, apart]))) == [-1, 0, 1, 1, -1]


def test_areas_are_on_the_ellipsoid_whatever_the_direction_of_the_ring():
    square = shapely.box(112, 22, 113, 23)
    assert polygon_area_km2(square) == pytest.approx(11_395, rel=1e-3)  # 102.9 x 110.7 km
    assert polygon_area_km2(shapely.reverse(square)) == polygon_area_km2(square)
    assert polygon_area_km2(None) == polygon_area_km2(shapely.Polygon()) == 0
