import h3
import numpy as np
import pandas as pd
import pytest

from gridmap.grid import cell_vertices
from layers import tiles

HERE = (22.7, 112.23)


def level_of(cells):
    index = pd.Index(sorted(cells), dtype="str")
    return tiles.make_level(index, *cell_vertices(index))


def tiles_over(lat, lon, zoom, reach=1):
    x, y = (int(side * 2**zoom) for side in tiles.mercator(lat, lon))
    return tuple((x + i, y + j) for j in range(-reach, reach + 1) for i in range(-reach, reach + 1))


def corners(cell):
    """Corners of a cell by h3 itself, in the Mercator world."""
    lat, lon = np.array(h3.cell_to_boundary(cell)).T
    return np.column_stack(tiles.mercator(lat, lon))


@pytest.mark.parametrize("zoom", [8, 11, 14])
def test_the_browser_gets_every_corner_to_a_sixteenth_of_a_pixel(zoom):
    level = level_of(h3.grid_disk(h3.latlng_to_cell(*HERE, 8), 12))
    wanted = tiles_over(*HERE, zoom)
    decoded = tiles.decode_geometry(tiles.encode_geometry(level, zoom, wanted))
    assert sum(len(each) for each in decoded) > 0
    for (x, y), drawn, at in zip(wanted, decoded, tiles.pick(level, zoom, wanted), strict=True):
        for cell, got in zip(level.cells[at], drawn, strict=True):
            exact = (corners(cell) * 2**zoom - [x, y]) * 256
            apart = np.abs(got[:, None, :] - exact[None, :, :]).max(axis=2)
            assert apart.min(axis=0).max() <= 1 / 16 + 1e-6, "a corner is missing"
            assert apart.min(axis=1).max() <= 1 / 16 + 1e-6, "a corner is where none is"


def test_a_tile_holds_the_cells_that_meet_it_and_no_others():
    level = level_of(h3.grid_disk(h3.latlng_to_cell(*HERE, 9), 20))
    wanted = tiles_over(*HERE, 13)
    west, north, east, south = level.box
    for (x, y), at in zip(wanted, tiles.pick(level, 13, wanted), strict=True):
        k = 2**13
        meets = (east * k >= x) & (west * k <= x + 1) & (south * k >= y) & (north * k <= y + 1)
        assert list(at) == list(np.flatnonzero(meets))


@pytest.mark.parametrize(
    "cell",
    [
        h3.get_pentagons(6)[0],  # five corners
        h3.get_pentagons(5)[3],  # ten: a pentagon of an odd resolution is cut by the edges of the icosahedron
        next(c for c in h3.grid_disk(h3.get_pentagons(3)[1], 4) if len(h3.cell_to_boundary(c)) > 6),  # a distorted hexagon
    ],
)
def test_cells_with_fewer_or_more_than_six_corners_are_whole(cell):
    level = level_of([cell])
    lat, lon = h3.cell_to_latlng(cell)
    zoom = 6
    wanted = tiles_over(lat, lon, zoom, reach=0)
    (drawn,) = tiles.decode_geometry(tiles.encode_geometry(level, zoom, wanted))
    exact = (corners(cell) * 2**zoom - wanted[0]) * 256
    apart = np.abs(drawn[0][:, None, :] - exact[None, :, :]).max(axis=2)
    assert len(exact) in {5, 7, 8, 10}
    assert apart.min(axis=0).max() <= 1 / 16 + 1e-6


def test_a_pentagon_among_hexagons_repeats_its_last_corner():
    pentagon = h3.get_pentagons(6)[0]
    level = level_of(h3.grid_disk(pentagon, 1))
    row = level.cells.get_loc(pentagon)
    assert level.x.shape[1] >= 6
    assert level.x[row, -1] == level.x[row, 4]


def test_a_cell_over_the_180th_meridian_is_drawn_on_both_ends_of_the_world():
    cell = h3.latlng_to_cell(-17.0, 179.999, 4)
    level = level_of([cell])
    zoom = 5
    row = int(tiles.mercator(-17.0, 0)[1] * 2**zoom)
    ends = ((0, row), (2**zoom - 1, row), (10, row))
    first, last, middle = tiles.decode_geometry(tiles.encode_geometry(level, zoom, ends))
    assert (len(first), len(last), len(middle)) == (1, 1, 0)
    assert np.ptp(first[0][:, 0]) == pytest.approx(np.ptp(last[0][:, 0]), abs=0.2)
    assert first[0][:, 0].min() < 0 < first[0][:, 0].max(), "it begins west of the first tile"
    assert last[0][:, 0].min() < 256 < last[0][:, 0].max(), "it ends east of the last tile"


def test_far_corners_are_written_wide_and_come_back_whole():
    cell = h3.latlng_to_cell(*HERE, 5)  # nine kilometres across: tens of thousands of pixels at zoom 18
    level = level_of([cell])
    wanted = tiles_over(*h3.cell_to_latlng(cell), 18, reach=0)
    data = tiles.encode_geometry(level, 18, wanted)
    (drawn,) = tiles.decode_geometry(data)
    assert int.from_bytes(data[10:12], "little") == 4
    assert np.abs(drawn).max() > 2048


def test_values_come_in_the_order_of_the_geometry():
    level = level_of(h3.grid_disk(h3.latlng_to_cell(*HERE, 8), 6))
    wanted = tiles_over(*HERE, 12)
    value = np.arange(len(level.cells), dtype="f4")
    value[3] = np.nan
    state = (np.arange(len(level.cells)) % 5).astype("u1")
    picked = tiles.pick(level, 12, wanted)
    outlines = tiles.decode_geometry(tiles.encode_geometry(level, 12, wanted))
    for at, outline, (values, states) in zip(picked, outlines, tiles.decode_values(tiles.encode_values(value, state, picked)), strict=True):
        assert len(outline) == len(values) == len(at)
        assert list(values) == [0.0 if number == 3 else float(number) for number in at]
        assert list(states) == list(state[at])


def test_nothing_to_draw_is_a_tile_without_cells():
    level = level_of([])
    assert tiles.decode_geometry(tiles.encode_geometry(level, 3, ((0, 0),)))[0].shape[0] == 0
    assert tiles.encode_values([], [], [np.array([], np.intp)]) == b"\x01\0\0\0\0\0\0\0"


@pytest.mark.parametrize(("resolution", "count", "lat"), [(8, 2000, 23), (9, 100_000, 23), (9, 300_000, 60), (7, 90, 0), (3, 5, 70)])
def test_a_closer_look_is_never_coarser_and_ends_at_the_grid(resolution, count, lat):
    chosen = tiles.lod(resolution, count, lat)
    assert list(chosen) == sorted(chosen)
    assert chosen[-1] == resolution
    assert len(chosen) == tiles.LONGEST_ZOOM + 1


def test_a_county_is_drawn_by_its_own_cells_when_it_fits_the_screen():
    assert tiles.lod(8, 2000, 23)[10] == 8
    assert tiles.lod(9, 100_000, 23)[10] < 9, "a hundred thousand cells are not"


@pytest.mark.parametrize(
    ("text", "zoom"),
    [
        ("", 3),  # nothing
        ("1", 3),  # half a tile
        ("1.2.3", 3),  # too much
        ("8.0", 3),  # outside the world
        ("-1.0", 3),  # the same
        ("1.1", 20),  # deeper than there is
        ("²._1", 3),  # a digit that int() refuses
        ("_".join(["1.1"] * 65), 5),  # more than one request may ask
    ],
)
def test_what_is_no_list_of_tiles_is_refused(text, zoom):
    with pytest.raises(ValueError, match="tiles"):
        tiles.read_tiles(text, zoom)


def test_a_list_of_tiles():
    assert tiles.read_tiles("821.443_822.443", 10) == ((821, 443), (822, 443))
