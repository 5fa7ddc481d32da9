"""Sides that cells share: as H3 itself measures them, and of admin polygons as counted by hand."""

import pickle

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import pytest
import shapely

from gridmap.coordinates import offset_m
from gridmap.grid import Grid, areas_grid, cell_index, cells_touching, h3_grid
from gridmap.grid.borders import cell_borders
from tests.builders import CELLS, MID, market, spot

SPHERE = 1e-6  # H3 takes a radius that differs from ours by 2.5e-7


def disk(cell, rings):
    return cell_index(sorted(h3.grid_disk(cell, rings)))


@pytest.mark.parametrize(
    "centre",
    [
        MID,
        h3.get_pentagons(8)[0],  # five sides
        h3.get_pentagons(5)[2],  # of an odd resolution: cells with up to ten corners around
        h3.latlng_to_cell(0, 180, 7),  # over the 180th meridian
        h3.latlng_to_cell(90, 0, 6),  # around the pole
        h3.latlng_to_cell(22.7, 112.2, 15),  # sides of half a metre
    ],
)
def test_sides_and_perimeters_are_those_of_h3(centre):
    cells = disk(centre, 3)
    borders = cell_borders(cells)
    sides = {(str(cells[a]), str(cells[b])): side for a, b, side in zip(borders.first, borders.second, borders.side_km, strict=True)}
    expected = {
        (min(pair), max(pair)): h3.edge_length(edge, unit="km")
        for cell in cells
        for edge in h3.origin_to_directed_edges(cell)
        for pair in [h3.directed_edge_to_cells(edge)]
        if pair[1] in cells
    }
    assert sides.keys() == expected.keys()
    np.testing.assert_allclose([sides[pair] for pair in expected], list(expected.values()), rtol=SPHERE)
    around = [sum(h3.edge_length(edge, unit="km") for edge in h3.origin_to_directed_edges(cell)) for cell in cells]
    np.testing.assert_allclose(borders.around_km, around, rtol=SPHERE)


def test_on_the_whole_globe_every_side_is_shared():
    borders = cell_borders(cell_index(sorted(child for cell in h3.get_res0_cells() for child in h3.cell_to_children(cell, 1))))
    assert len(borders.first) == 842 * 3 - 6 * 1  # six sides each, twelve pentagons with five; each counted twice
    assert borders.open_km.max() < 1e-6


def test_borders_are_kept_cannot_be_written_and_survive_a_pickle():
    grid = market().grid
    assert grid.borders is grid.borders
    with pytest.raises(ValueError, match="read-only"):
        grid.borders.side_km[0] = 1
    again = pickle.loads(pickle.dumps(grid))  # noqa: S301 - our own
    np.testing.assert_array_equal(again.borders.side_km, grid.borders.side_km)
    assert [len(each) for each in (h3_grid(None, 8).borders.first, h3_grid(None, 8).borders.around_km)] == [0, 0]


def areas(**shapes: shapely.Geometry) -> Grid:
    return areas_grid(gpd.GeoDataFrame(geometry=gpd.GeoSeries(pd.Series(shapes, dtype=object)), crs="EPSG:4326"))


def test_areas_share_the_line_they_meet_in_and_a_corner_is_no_side():
    # a | b
    # --+--   c touches b in a corner alone
    # c |
    grid = areas(a=shapely.box(112.0, 22.1, 112.1, 22.2), b=shapely.box(112.1, 22.1, 112.2, 22.2), c=shapely.box(112.0, 22.0, 112.1, 22.1))
    borders = grid.borders
    assert list(zip(borders.first, borders.second, strict=True)) == [(0, 1), (0, 2)]
    north, east = (offset_m(22.1, 112.1, 22.2, 112.1) / 1000, offset_m(22.1, 112.0, 22.1, 112.1) / 1000)
    np.testing.assert_allclose(borders.side_km, [north, east], rtol=5e-3)  # the ellipsoid against the sphere
    assert borders.around_km[0] == pytest.approx(2 * north + 2 * east, rel=5e-3)
    assert borders.open_km[0] == pytest.approx(north + east, rel=5e-3)


def test_a_hole_in_an_area_is_part_of_its_perimeter_and_shared_with_what_fills_it():
    hole = shapely.box(112.04, 22.04, 112.06, 22.06)
    grid = areas(ring=shapely.box(112.0, 22.0, 112.1, 22.1).difference(hole), inner=hole)
    borders = grid.borders
    inner, ring = borders.around_km
    assert borders.side_km.tolist() == pytest.approx([inner])
    assert borders.open_km[0] == pytest.approx(0, abs=1e-9)
    assert borders.open_km[1] == pytest.approx(ring - inner)


def test_areas_drawn_over_each_other_share_about_the_length_of_the_seam():
    grid = areas(a=shapely.box(112.0, 22.0, 112.1, 22.1), b=shapely.box(112.0999, 22.0, 112.2, 22.1))
    exact = areas(a=shapely.box(112.0, 22.0, 112.1, 22.1), b=shapely.box(112.1, 22.0, 112.2, 22.1))
    assert grid.borders.side_km[0] == pytest.approx(exact.borders.side_km[0], rel=2e-3)


def test_cells_touching_a_polygon_are_all_that_it_lies_in():
    grid = market().grid
    (lat, lon), (lat2, lon2) = spot("mid"), spot("ne")
    line = shapely.LineString([(lon, lat), (lon2, lat2)]).buffer(1e-4)
    assert set(cells_touching(grid, line)) == {CELLS["mid"], CELLS["ne"]}
    assert set(cells_touching(grid, shapely.box(0, 0, 1, 1))) == set()
    towns = market({"areas": pd.DataFrame()}, grid_kind="areas").grid
    assert set(cells_touching(towns, line)) == set()
