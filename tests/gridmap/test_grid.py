"""The grid: every point of the branch has one cell, and outlines, neighbours, parents and areas agree with H3."""

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.errors import CellError
from gridmap.grid import (
    areas_grid,
    areas_km2,
    cell_vertices,
    cells_in,
    centres,
    h3_grid,
    neighbour_pairs,
    outlines,
    parents,
    place_on_cells,
    positions_of,
)
from tests.builders import CELLS, MID, MID_LAT, MID_LON, boundary

HERE = shapely.box(112.0, 22.5, 112.4, 22.9)
# Four squares in a row of three and one that meets the second only at a corner.
#            d
#      a b c
SQUARES = gpd.GeoDataFrame(
    {"name": list("cabd")},
    index=list("cabd"),
    geometry=[shapely.box(x, y, x + 1, y + 1) for x, y in ((2, 0), (0, 0), (1, 0), (3, 1))],
    crs="EPSG:4326",
)


@pytest.fixture(scope="module")
def grid():
    return h3_grid(boundary(), 8)


def test_the_grid_is_every_cell_that_meets_the_boundary_sorted(grid):
    assert list(grid.cells) == sorted(CELLS.values())
    assert (grid.kind, grid.resolution) == ("h3", 8)


@settings(max_examples=50, deadline=None)
@given(st.floats(112.0, 112.4), st.floats(22.5, 22.9), st.sampled_from([5, 7, 8]))
def test_each_point_of_the_branch_has_the_cell_that_h3_gives_it(lon, lat, resolution):
    cell = place_on_cells(h3_grid(HERE, resolution), np.array([lat]), np.array([lon]))[0]
    assert cell == h3.latlng_to_cell(lat, lon, resolution)


def test_points_outside_or_without_coordinates_have_no_cell(grid):
    lat = np.array([MID_LAT, 30.0, np.nan, MID_LAT, np.inf, 91.0])
    lon = np.array([MID_LON, 112.0, MID_LON, np.nan, MID_LON, MID_LON])
    assert list(place_on_cells(grid, lat, lon)) == [MID, None, None, None, None, None]
    assert list(positions_of(grid, lat, lon)[1:]) == [-1] * 5
    assert list(place_on_cells(h3_grid(None, 8), lat, lon)) == [None] * 6
    assert len(place_on_cells(grid, np.zeros(0), np.zeros(0))) == 0


def test_the_same_outline_gives_the_same_fingerprint_another_another(grid):
    assert grid.fingerprint == h3_grid(boundary(), 8).fingerprint
    assert len({grid.fingerprint, h3_grid(boundary(), 7).fingerprint, h3_grid(HERE, 8).fingerprint, areas_grid(SQUARES).fingerprint}) == 4


def test_a_boundary_of_several_parts_with_lines_and_points_is_filled():
    parts = shapely.GeometryCollection([shapely.box(112, 22, 112.05, 22.05), shapely.box(113, 22, 113.05, 22.05), shapely.Point(110, 20)])
    alone = [h3_grid(part, 8).cells for part in list(parts.geoms)[:2]]
    assert set(h3_grid(parts, 8).cells) == set(alone[0]) | set(alone[1])


def test_neighbours_are_those_of_h3(grid):
    first, second = neighbour_pairs(grid)
    pairs = {(grid.cells[i], grid.cells[j]) for i, j in zip(first, second, strict=True)}
    expected = {(a, b) for a in grid.cells for b in grid.cells if a < b and h3.are_neighbor_cells(a, b)}
    assert pairs == expected
    assert len(pairs) == 12  # six spokes, six of the ring
    assert [len(each) for each in neighbour_pairs(h3_grid(None, 8))] == [0, 0]


def test_outlines_centres_and_areas_are_those_of_h3(grid):
    made = outlines(grid, [MID])
    assert made.crs.to_epsg() == 4326
    assert made.index.name == "cell"
    drawn = shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(MID)])
    assert shapely.equals_exact(made[MID].normalize(), drawn.normalize(), tolerance=1e-9)
    np.testing.assert_allclose(np.ravel(centres(grid, [MID])), h3.cell_to_latlng(MID), atol=1e-9)
    assert areas_km2(grid, [MID])[MID] == pytest.approx(h3.cell_area(MID), rel=1e-6)
    assert areas_km2(grid, grid.cells).sum() == pytest.approx(sum(h3.cell_area(cell) for cell in grid.cells), rel=1e-6)
    assert len(outlines(grid, [])) == len(centres(grid, [])[0]) == len(areas_km2(grid, [])) == 0


def test_corners_are_counted_and_padded_with_the_last():
    pentagon = h3.get_pentagons(8)[0]
    counts, lat, lon = cell_vertices([MID, pentagon])
    assert list(counts) == [6, len(h3.cell_to_boundary(pentagon))]
    assert counts.dtype == np.uint8
    assert lat.shape == lon.shape == (2, 10)
    for row, cell in enumerate([MID, pentagon]):
        np.testing.assert_allclose(np.column_stack([lat, lon])[row, [0, 10]], h3.cell_to_boundary(cell)[0], atol=1e-9)
        assert (lat[row, counts[row] :] == lat[row, counts[row] - 1]).all()


def test_distorted_cells_have_up_to_ten_corners():
    pentagon = h3.get_pentagons(3)[0]
    around = [pentagon, *h3.grid_ring(pentagon, 1)]
    counts, _, _ = cell_vertices(around)
    assert list(counts) == [len(h3.cell_to_boundary(cell)) for cell in around]
    assert counts.max() == 10


def test_a_cell_over_the_180th_meridian_keeps_its_ring():
    cell = h3.latlng_to_cell(0, 180, 3)
    counts, lat, lon = cell_vertices([cell])
    ring = h3.cell_to_boundary(cell)
    np.testing.assert_allclose(np.column_stack([lat[0, : counts[0]], lon[0, : counts[0]]]), ring, atol=1e-9)


def test_parents_are_those_of_h3(grid):
    assert list(parents(grid.cells, 6)) == [h3.cell_to_parent(cell, 6) for cell in grid.cells]
    assert list(parents([MID], 8)) == [MID]
    assert len(parents([], 6)) == 0


def test_a_polygon_has_the_cells_whose_centre_it_holds(grid):
    left = shapely.box(112.0, 22.5, MID_LON + 1e-4, 22.9)
    _, lon = centres(grid, grid.cells)
    assert set(cells_in(grid, left)) == set(grid.cells[lon < MID_LON + 1e-4])
    assert MID in cells_in(grid, left)


def test_a_park_smaller_than_a_cell_has_the_cell_of_its_inner_point(grid):
    tiny = shapely.box(MID_LON + 0.001, MID_LAT + 0.001, MID_LON + 0.0011, MID_LAT + 0.0011)
    assert list(cells_in(grid, tiny)) == [MID]
    # A ring around nothing: its centroid is outside, its inner point is not.
    hollow = tiny.buffer(0.0009).difference(tiny.buffer(0.0008))
    assert list(cells_in(grid, hollow)) == [MID]


@pytest.mark.parametrize(
    "ask",
    [
        lambda _: h3_grid(boundary(), 16),  # no such resolution
        lambda _: parents([MID], 9),  # finer than the cells
        lambda _: parents(["no cell"], 5),  # no index
        lambda grid: outlines(grid, ["8841"]),  # no index
        lambda grid: cells_in(grid, shapely.box(0, 0, 1, 1)),  # elsewhere
        lambda grid: cells_in(grid, shapely.Polygon()),  # nothing
        lambda _: outlines(areas_grid(SQUARES), ["e"]),  # not of the grid
        lambda _: areas_grid(pd.concat([SQUARES, SQUARES])),  # each id twice
    ],
)
def test_what_cannot_be_a_cell_is_refused(grid, ask):
    with pytest.raises(CellError):
        ask(grid)


def test_areas_are_cells_too():
    grid = areas_grid(SQUARES)
    assert list(grid.cells) == ["a", "b", "c", "d"]
    assert list(place_on_cells(grid, np.array([0.5, 0.5, 1.5, 9.0]), np.array([0.5, 2.5, 3.5, 9.0]))) == ["a", "c", "d", None]
    pairs = list(zip(*neighbour_pairs(grid), strict=True))
    assert pairs == [(0, 1), (1, 2)]  # c and d meet at a corner only
    assert areas_km2(grid, ["a"])["a"] == pytest.approx(12_308.8, abs=1)
    assert list(areas_km2(grid, ["c", "a"]).index) == ["c", "a"]
    assert list(cells_in(grid, shapely.box(0, 0, 2.4, 1))) == ["a", "b"]
    assert shapely.equals(outlines(grid, ["b"])["b"], shapely.box(1, 0, 2, 1))
    assert grid.boundary.area == pytest.approx(4)


def test_areas_without_an_outline_are_left_out():
    holed = SQUARES.copy()
    holed.loc["b", "geometry"] = None
    assert list(areas_grid(holed).cells) == ["a", "c", "d"]
