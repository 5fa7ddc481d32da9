"""Pieces, borders, compactness and enclaves: the seven cells by hand, random territories against other ways to count."""

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.contiguity import edge_cells, enclaves, find_pieces, pieces, territory_shapes
from gridmap.errors import CellError
from gridmap.grid import areas_grid, h3_grid, outlines
from gridmap.plan import UNASSIGNED
from tests import builders
from tests.builders import CELLS, MID

SEVEN = builders.market().grid
LARGE = h3_grid(builders.boundary().buffer(0.02), 8)


def owned(**named):
    return pd.Series({CELLS[cell]: owner for cell, owner in named.items()}, dtype="str")


def test_the_shape_of_one_cell_is_a_hexagons():
    shapes = territory_shapes(SEVEN, owned(mid="a"))
    assert list(shapes.index) == [UNASSIGNED, "a"]
    row = shapes.loc["a"]
    assert (row["cells"], row["pieces"]) == (1, 1)
    assert row["compactness"] == pytest.approx(0.907, abs=0.002)  # pi / (2 sqrt 3), the cell being a little skewed
    assert row["border_km"] == pytest.approx(sum(h3.edge_length(edge, unit="km") for edge in h3.origin_to_directed_edges(MID)), rel=1e-6)
    assert row["area_km2"] == pytest.approx(h3.cell_area(MID, unit="km^2"), rel=1e-6)
    ring = shapes.loc[UNASSIGNED]
    assert (ring["cells"], ring["pieces"]) == (6, 1)
    assert ring["border_km"] > 3 * row["border_km"], "the hole is part of the border"


def test_nobody_has_a_row_whatever_is_owned():
    shapes = territory_shapes(SEVEN, pd.Series(dict.fromkeys(CELLS.values(), "a"), dtype="str"))
    assert shapes.loc[UNASSIGNED, ["cells", "pieces", "area_km2"]].tolist() == [0, 0, 0]
    assert np.isnan(shapes.loc[UNASSIGNED, "compactness"])
    assert territory_shapes(h3_grid(None, 8), pd.Series(dtype="str")).index.tolist() == [UNASSIGNED]


def test_owners_of_cells_outside_the_grid_are_no_territory():
    assert territory_shapes(SEVEN, pd.Series({"88410a0001fffff": "b"}, dtype="str")).index.tolist() == [UNASSIGNED]


def test_pieces_come_largest_first_and_a_strange_cell_is_an_error():
    found = pieces(SEVEN, [CELLS["e"], CELLS["w"], CELLS["sw"]])
    assert [set(piece) for piece in found] == [{CELLS["w"], CELLS["sw"]}, {CELLS["e"]}]
    assert pieces(SEVEN, []) == []
    with pytest.raises(CellError):
        pieces(SEVEN, ["88410a0001fffff"])


def test_pieces_of_territories_are_ranked_by_size():
    found = find_pieces(SEVEN, owned(w="a", sw="a", e="a", mid="b"))
    rank = dict(zip(SEVEN.cells, found.rank[found.of_cell], strict=True))
    assert {name: rank[CELLS[name]] for name in ("w", "sw", "e", "mid")} == {"w": 0, "sw": 0, "e": 1, "mid": 0}


def test_an_enclave_is_a_cell_wholly_inside_one_other_territory():
    ring = pd.Series(dict.fromkeys(CELLS.values(), "a"), dtype="str")
    inside = enclaves(SEVEN, pd.concat([ring.drop(MID), owned(mid="b")]))
    assert inside.to_dict("records") == [{"owner": "b", "inside": "a", "cells": 1, "cell": MID}]
    hole = enclaves(SEVEN, ring.drop(MID))
    assert hole[["owner", "inside"]].to_numpy().tolist() == [[UNASSIGNED, "a"]]


@pytest.mark.parametrize(
    "owners",
    [
        {"mid": "b", "e": "c"},  # two around it
        {"mid": "b"},  # nobody around it is no owner
        {"w": "b"},  # on the rim of the grid
    ],
)
def test_what_touches_another_or_the_rim_is_no_enclave(owners):
    everybody = dict.fromkeys(CELLS, "a") if owners.keys() != {"mid"} else {}
    assert enclaves(SEVEN, owned(**{**everybody, **owners})).empty


def test_an_area_in_the_hole_of_another_is_an_enclave_and_one_in_a_bay_is_not():
    hole, bay = shapely.box(112.04, 22.04, 112.06, 22.06), shapely.box(112.04, 22.08, 112.06, 22.10)
    around = shapely.box(112.0, 22.0, 112.1, 22.1)
    shapes = {"bay": bay, "hole": hole, "around": around.difference(hole).difference(bay)}
    grid = areas_grid(gpd.GeoDataFrame(geometry=gpd.GeoSeries(pd.Series(shapes, dtype=object)), crs="EPSG:4326"))
    found = enclaves(grid, pd.Series({"bay": "b", "hole": "c", "around": "a"}, dtype="str"))
    assert found[["owner", "inside", "cell"]].to_numpy().tolist() == [["c", "a", "hole"]]


def test_the_edge_is_where_another_or_nobody_begins():
    edge = dict(zip(SEVEN.cells, edge_cells(SEVEN, owned(w="a", mid="a", nw="a", sw="a")), strict=True))
    assert {name for name, cell in CELLS.items() if not edge[cell]} == {"w"}


TERRITORIES = st.lists(st.sampled_from(["", "a", "b", "c"]), min_size=len(LARGE.cells), max_size=len(LARGE.cells))


def by_walking(cells):
    """Return the connected parts of some cells by walking from neighbour to neighbour."""
    left, found = set(cells), []
    while left:
        reached, ahead = set(), [left.pop()]
        while ahead:
            cell = ahead.pop()
            reached.add(cell)
            near = (set(h3.grid_disk(cell, 1)) & left) - {cell}
            left -= near
            ahead.extend(near)
        found.append(reached)
    return found


@settings(max_examples=25, deadline=None)
@given(TERRITORIES)
def test_pieces_and_borders_of_any_territory_are_those_of_its_outline(owners):
    of_cell = pd.Series(owners, index=LARGE.cells, dtype="str")
    shapes = territory_shapes(LARGE, of_cell[of_cell.ne("")])
    assert shapes["cells"].sum() == len(LARGE.cells)
    assert shapes["area_km2"].sum() == pytest.approx(LARGE.sizes_km2.sum())
    for owner in set(owners):
        cells = list(LARGE.cells[of_cell.eq(owner).to_numpy(dtype=bool)])
        walked = by_walking(cells)
        row = shapes.loc[owner or UNASSIGNED]
        assert row["pieces"] == len(walked)
        assert sorted(map(sorted, pieces(LARGE, cells))) == sorted(map(sorted, walked))
        # Sides of the cells that lead to a cell of another: the border, counted one by one.
        mine = set(cells)
        edges = (edge for cell in cells for edge in h3.origin_to_directed_edges(cell))
        border = sum(h3.edge_length(edge, unit="km") for edge in edges if h3.get_directed_edge_destination(edge) not in mine)
        assert row["border_km"] == pytest.approx(border, rel=1e-6)
        assert 0 < row["compactness"] <= 1


@settings(max_examples=25, deadline=None)
@given(TERRITORIES)
def test_enclaves_are_what_lies_in_the_holes_of_a_territory(owners):
    of_cell = pd.Series(owners, index=LARGE.cells, dtype="str")
    found = enclaves(LARGE, of_cell[of_cell.ne("")])
    told = {(owner, inside, cell) for owner, inside, cell in zip(found["owner"], found["inside"], found["cell"], strict=True)}
    expected = set()
    for owner in set(owners):
        for piece in by_walking(LARGE.cells[of_cell.eq(owner).to_numpy(dtype=bool)]):
            around = {cell for each in piece for cell in h3.grid_disk(each, 1)} - piece
            others = {of_cell.get(cell, "outside") for cell in around}
            if len(others) == 1 and not others & {"", "outside"}:
                expected.add((owner or UNASSIGNED, others.pop(), min(piece)))
    assert told == expected
    assert outlines(LARGE, found["cell"]).index.tolist() == found["cell"].tolist()
