"""What is believed of what the browser says about a drawing; no browser."""

import h3
import numpy as np
import pytest
import shapely

from gridmap.coordinates import from_wgs84
from gridmap.grid import h3_grid
from pages.parts.gestures import MOST_POINTS, read_click, read_selection
from tests.builders import CELLS, MID, MID_LAT, MID_LON

GRID = h3_grid(shapely.Point(MID_LON, MID_LAT).buffer(0.05), 8)
BOX = [[MID_LAT - 0.012, MID_LON - 0.012], [MID_LAT + 0.012, MID_LON + 0.012]]
TAP = [[MID_LAT, MID_LON]]


def drawn(mode="box", pts=BOX, how="replace", zoom=12, **more):
    return {"mode": mode, "how": how, "pts": pts, "zoom": zoom, "centre": [22.7, 112.2], "seq": 1, **more}


def read(given, **how):
    return read_selection(given, GRID, **{"system": "wgs84", **how})


def test_a_box_is_the_cells_whose_centre_it_holds():
    told = read(drawn())
    centres = {cell: h3.cell_to_latlng(cell) for cell in GRID.cells}
    inside = {cell for cell, (lat, lon) in centres.items() if abs(lat - MID_LAT) < 0.012 and abs(lon - MID_LON) < 0.012}
    assert set(told.cells) == inside
    assert (told.kind, told.change, told.cell, told.zoom) == ("box", "replace", None, 12)
    assert list(told.cells) == sorted(told.cells)
    assert (told.lat, told.lon, told.centre) == (*BOX[1], (22.7, 112.2))
    assert set(read(drawn(pts=BOX[::-1])).cells) == inside, "from whichever corner it was drawn"


def test_a_lasso_and_a_brush():
    ring = [[MID_LAT + 0.02 * np.sin(a), MID_LON + 0.02 * np.cos(a)] for a in np.linspace(0, 6, 50)]
    assert set(CELLS.values()) <= set(read(drawn("lasso", ring, "add")).cells)
    stroke = [[MID_LAT, MID_LON - 0.02], [MID_LAT, MID_LON + 0.02]]
    near, far = (set(read(drawn("paint", stroke, zoom=zoom)).cells) for zoom in (16, 10))
    assert MID in near
    assert near < far, "the brush is as wide on the ground as the zoom makes it"


@pytest.mark.parametrize(("marked", "change"), [((), "add"), ((MID,), "remove"), ((CELLS["e"],), "add")])
def test_a_tap_adds_a_cell_or_takes_out_what_is_marked(marked, change):
    for mode in ("box", "lasso", "paint"):
        told = read(drawn(mode, TAP, "toggle"), marked=marked)
        assert (told.cells, told.cell, told.change) == ((MID,), MID, change)
    assert read(drawn("box", TAP, "remove"), marked=marked).change == "remove", "a key held down says it outright"


def test_nothing_is_selected_that_may_not_be_seen():
    assert read(drawn(), seen=frozenset({MID, "unknown"})).cells == (MID,)
    assert read(drawn(), seen=frozenset()).cells == ()
    assert read(drawn("box", TAP, "toggle"), seen=frozenset()).cell is None


def test_beside_the_branch_there_is_nothing_and_that_is_a_selection_too():
    told = read(drawn(pts=[[10.0, 10.0], [11.0, 11.0]]))
    assert (told.cells, told.change) == ((), "replace")
    assert set(read(drawn(pts=[[-85.0, -180.0], [85.0, 180.0]])).cells) == set(GRID.cells), "a box around the globe is the branch"


def test_a_drawing_on_a_shifted_map_comes_back_to_where_it_is():
    lat, lon = from_wgs84(np.array(BOX)[:, 0], np.array(BOX)[:, 1], "gcj02")
    shifted = np.column_stack([lat, lon]).tolist()
    assert read(drawn(pts=shifted), system="gcj02").cells == read(drawn()).cells
    assert read(drawn(pts=shifted)).cells != read(drawn()).cells


MANY = [[22.7, 112.2]] * (MOST_POINTS + 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "polygon"},  # no such tool
        {"mode": ["box"]},  # not even a text
        {"mode": "pan"},  # a tool that draws nothing
        {"how": "drop"},  # nothing one can do with a selection
        {"how": None},
        {"pts": None},
        {"pts": []},
        {"pts": "22.7,112.2"},
        {"pts": {"0": [22.7, 112.2]}},
        {"pts": MANY},  # more than a hand can draw
        {"mode": "lasso", "pts": MANY},
        {"pts": [[22.7, 112.2]] * 3},  # a box has two corners
        {"mode": "lasso", "pts": BOX},  # two points go round nothing
        {"pts": [[22.7], [112.2]]},  # half a place
        {"pts": [[22.7, 112.2, 3.0], [22.7, 112.2, 3.0]]},
        {"pts": [["22.7", "112.2"], ["22.8", "112.3"]]},  # texts
        {"pts": [[True, False], [False, True]]},
        {"pts": [[float("nan"), 112.2], [22.8, 112.3]]},
        {"pts": [[float("inf"), 112.2], [22.8, 112.3]]},
        {"pts": [[1e400, 112.2], [22.8, 112.3]]},
        {"pts": [[10**400, 112.2], [22.8, 112.3]]},  # a whole number beyond any float
        {"pts": [[91.0, 112.2], [22.8, 112.3]]},  # off the globe
        {"pts": [[22.7, 181.0], [22.8, 112.3]]},
        {"pts": [[[22.7, 112.2], 1.0], [22.8, 112.3]]},
        {"zoom": None},
        {"zoom": "12"},
        {"zoom": -1},
        {"zoom": 400},
        {"zoom": float("nan")},
        {"centre": None},
        {"centre": [1e9, 2]},
        {"centre": [22.7]},
    ],
    ids=str,
)
def test_what_cannot_be_drawn_is_nothing(wrong):
    assert read(drawn() | wrong) is None


@pytest.mark.parametrize("empty", [{}, {"seq": 1}, {"mode": "box", "how": "add"}])
def test_half_a_drawing_is_nothing(empty):
    assert read(empty) is None


def test_a_click_is_the_cell_it_lies_in_where_it_may_be_seen():
    click = {"lat": MID_LAT, "lon": MID_LON, "zoom": 11.5, "centre": [22.6, 112.1]}
    told = read_click(click, GRID, system="wgs84")
    assert (told.kind, told.cell, told.cells, told.centre) == ("click", MID, (), (22.6, 112.1))
    assert read_click(click, GRID, system="wgs84", seen=frozenset()).cell is None
    del click["centre"]
    assert read_click(click, GRID, system="wgs84").centre == (MID_LAT, MID_LON)
