"""Islands, by name: bridged, or shared out apart."""

from dataclasses import replace

import numpy as np

from gridmap.territories.engine.pieces import components
from gridmap.territories.request import Limit, Request
from tests.gridmap.territories.villages import striped, villages

# v00 v10 (sea) v30 v40 v50: two villages in the west, three in the east
SEA = ("v20",)
ISLANDS = villages(
    6, 1, striped(6, 1, 2) | {"v10": "m1"}, missing=SEA, bases={"m1": "v00", "m2": "v50"}, counts={f"v{x}0": 2 for x in range(6)}
)
REQUEST = Request(limits=(Limit("accounts", tolerance=0.9),), fair="alike")


def parts(problem):
    return components(problem, np.zeros(problem.units))[0]


def side_between(problem, one, other):
    row = slice(problem.begins[one], problem.begins[one + 1])
    return problem.side[row][problem.near[row] == other].tolist()


def test_islands_are_bridged_by_their_nearest_cells_and_named():
    task = ISLANDS.task(REQUEST)
    assert parts(task.problem) == 1
    assert side_between(task.problem, 1, 2) == [0.0], "v10 and v30, at no length"
    assert [str(note) for note in task.notes] == [
        "A part at West (2 cells) does not touch the rest; it counts as touching the nearest cell there, at East."
    ]
    assert task.problem.allowed[1:-1].all(), "all but bases"


def test_apart_each_island_is_shared_out_among_those_based_there():
    task = ISLANDS.task(replace(REQUEST, islands="apart"))
    assert parts(task.problem) == 2
    assert task.problem.allowed.tolist() == [[True, False]] * 2 + [[False, True]] * 3
    assert task.fair[:, 0].tolist() == [4, 6], "of what is there"
    assert sorted(str(note) for note in task.notes) == [
        "The part at East (3 cells) does not touch the rest; it is shared out among those based there: m2.",
        "The part at West (2 cells) does not touch the rest; it is shared out among those based there: m1.",
    ]


def test_an_island_where_nobody_is_based_is_bridged_and_said():
    both = replace(REQUEST, islands="apart", bases=(("m1", "v30"),))
    task = ISLANDS.task(both)
    assert parts(task.problem) == 1
    assert task.problem.allowed[1:-1].all(), "all but bases"
    assert task.fair[:, 0].tolist() == [5, 5]
    assert any("Nobody is based on the part at West (2 cells)" in str(note) for note in task.notes)


def test_one_part_needs_no_words():
    assert not villages(4, 1, striped(4, 1, 2)).task(replace(REQUEST, islands="apart")).notes
    assert not villages(4, 1, striped(4, 1, 2)).task(REQUEST).notes
