"""Cells under what somebody drew, against slow ways that are easy to believe."""

from itertools import pairwise

import geopandas as gpd
import h3
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap import grid as grids
from gridmap.grid import areas_grid, h3_grid
from gridmap.grid.drawing import cells_inside, cells_under, turns_around
from tests.builders import CELLS, MID, MID_LAT, MID_LON

GRID = h3_grid(shapely.Point(MID_LON, MID_LAT).buffer(0.05), 8)
CORNERS = st.lists(st.tuples(st.floats(-0.06, 0.06), st.floats(-0.06, 0.06)), min_size=3, max_size=12)


def around(points):
    """Corners given as degrees from the middle."""
    lat, lon = np.array(points).T
    return MID_LAT + lat, MID_LON + lon


def ring(radius, count=60, turns=1.0):
    angle = np.linspace(0, 2 * np.pi * turns, count, endpoint=False)
    return MID_LAT + radius * np.sin(angle), MID_LON + radius * np.cos(angle)


@settings(deadline=None)
@given(CORNERS)
def test_what_a_line_goes_round_is_what_its_pieces_hold(points):
    """Each piece the line cuts the plane into is inside where a point of it is, and every centre agrees with its piece."""
    lat, lon = around(points)
    closed = shapely.LineString(np.column_stack([np.append(lon, lon[0]), np.append(lat, lat[0])]))
    pieces = shapely.get_parts(shapely.polygonize([shapely.node(closed)]))
    middle_lat, middle_lon = grids.centres(GRID, GRID.cells)
    turns = turns_around(middle_lat, middle_lon, lat, lon)
    held = np.zeros(len(turns), bool)
    for piece in pieces:
        inner = shapely.point_on_surface(piece)
        told = turns_around(np.array([inner.y]), np.array([inner.x]), lat, lon)[0]
        inside = shapely.contains_xy(shapely.buffer(piece, -1e-9), middle_lon, middle_lat)
        assert (turns[inside] == told).all()
        held |= shapely.intersects_xy(shapely.buffer(piece, 1e-9), middle_lon, middle_lat)
    assert (turns[~held] == 0).all()


@pytest.mark.parametrize("turns", [1.0, 1.15, 2.0])
def test_a_lasso_that_overshoots_its_start_leaves_nothing_out(turns):
    lat, lon = ring(0.03, count=200, turns=turns)
    middle_lat, middle_lon = grids.centres(GRID, GRID.cells)
    far = np.hypot(middle_lat - MID_LAT, middle_lon - MID_LON)
    chosen = GRID.cells.isin(cells_inside(GRID, lat, lon))
    assert chosen[far < 0.0295].all()
    assert not chosen[far > 0.0305].any()


def test_a_shape_too_small_for_a_centre_has_the_cell_it_lies_in():
    lat, lon = MID_LAT + np.array([0.001, 0.0011, 0.0012]), MID_LON + np.array([0.001, 0.0012, 0.001])
    assert list(cells_inside(GRID, lat, lon)) == [MID]
    assert list(cells_inside(GRID, lat + 5, lon)) == [], "beside the branch there is none"
    flat = np.full(3, MID_LAT), np.full(3, MID_LON)
    assert list(cells_inside(GRID, *flat)) == [MID]


def test_round_the_whole_branch_is_all_of_it_and_over_the_poles_too():
    assert len(cells_inside(GRID, *ring(0.3))) == len(GRID.cells)
    lat, lon = np.array([-85.0, -85, 85, 85]), np.array([-180.0, 180, 180, -180])
    assert len(cells_inside(GRID, lat, lon)) == len(GRID.cells)


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-0.03, 0.03), st.floats(-0.03, 0.03)), min_size=2, max_size=6))
def test_a_stroke_leaves_no_gap_however_far_apart_its_points_are(points):
    """Every cell that a fine walk along the line comes through is there, and the cells hang together."""
    lat, lon = around(points)
    chosen = set(cells_under(GRID, lat, lon, radius_m=0))
    step = np.linspace(0, 1, 400)
    walk_lat = np.concatenate([a + (b - a) * step for a, b in pairwise(lat)])
    walk_lon = np.concatenate([a + (b - a) * step for a, b in pairwise(lon)])
    walked = {cell for cell in grids.place_on_cells(GRID, walk_lat, walk_lon) if cell}
    assert walked <= chosen
    assert _hangs_together(chosen)


def _hangs_together(cells):
    left, found = set(cells), []
    while left:
        found, edge = [*found, 1], {left.pop()}
        while edge:
            edge = {near for cell in edge for near in h3.grid_disk(cell, 1)} & left
            left -= edge
    return len(found) == 1


def test_a_wide_brush_covers_the_centres_beside_its_line():
    lat, lon = np.array([MID_LAT, MID_LAT]), np.array([MID_LON - 0.02, MID_LON + 0.02])
    thin, wide = (set(cells_under(GRID, lat, lon, radius_m=radius)) for radius in (0, 900))
    middle_lat, middle_lon = grids.centres(GRID, GRID.cells)
    beside = (np.abs(middle_lat - MID_LAT) * 111_320 < 880) & (np.abs(middle_lon - MID_LON) < 0.02)
    assert thin < wide
    assert set(GRID.cells[beside]) <= wide
    away = (np.abs(middle_lat - MID_LAT) * 111_320 > 1500) | (np.abs(middle_lon - MID_LON) > 0.035)
    assert not set(GRID.cells[away]) & wide


def test_a_dab_of_the_brush_is_the_cell_below_it():
    assert list(cells_under(GRID, np.array([MID_LAT]), np.array([MID_LON]), radius_m=20)) == [MID]
    nothing = h3_grid(None, 8)
    assert list(cells_under(nothing, np.array([MID_LAT]), np.array([MID_LON]), radius_m=20)) == []


def test_on_a_grid_of_admin_polygons():
    shapes = {
        "a": shapely.box(112.0, 22.0, 112.5, 22.5),
        "b": shapely.box(112.5, 22.0, 113.0, 22.5),
        "c": shapely.box(112.0, 22.5, 112.5, 23.0),
    }
    grid = areas_grid(gpd.GeoDataFrame(index=list(shapes), geometry=list(shapes.values()), crs="EPSG:4326"))
    line = np.array([22.1, 22.1]), np.array([112.1, 112.9])
    assert list(cells_under(grid, *line, radius_m=10)) == ["a", "b"]
    box = np.array([22.0, 22.0, 23.0, 23.0]), np.array([112.0, 112.5, 112.5, 112.0])
    assert list(cells_inside(grid, *box)) == ["a", "c"]


def test_the_seven_cells_of_the_small_market():
    small = grids.Grid("h3", 8, grids.cell_index(sorted(CELLS.values())), None, None, "seven")
    lat, lon = ring(0.02)
    assert set(cells_inside(small, lat, lon)) == set(CELLS.values())
    west = np.array([MID_LAT - 0.02, MID_LAT - 0.02, MID_LAT + 0.02, MID_LAT + 0.02]), np.array([112.2, 112.2285, 112.2285, 112.2])
    assert set(cells_inside(small, *west)) == {CELLS["nw"], CELLS["w"], CELLS["sw"]}
