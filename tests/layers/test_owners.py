"""Owners as numbers, against the plan read cell by cell."""

import h3
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.grid import Grid, cell_index, parents
from gridmap.plan import Plan
from layers import owners, territories
from layers.layer import FEW, OK, OUTSIDE
from layers.sight import Sight
from tests import builders

CELLS = sorted(h3.grid_disk(builders.MID, 3))
GRID = Grid("h3", 8, cell_index(CELLS), None, None, "three rings")
WHO = st.sampled_from(["", "m1", "m2", "m3"])


def plan_of(owner_of):
    none = pd.Series(dtype="str")
    return Plan("b", 1, pd.Series(dict(zip(CELLS, owner_of, strict=True)), dtype="str"), none, none)


@pytest.fixture(scope="module")
def market():
    return builders.seven_cells()


@settings(deadline=None)
@given(st.lists(WHO, min_size=len(CELLS), max_size=len(CELLS)), st.sets(st.sampled_from(CELLS)), st.booleans())
def test_numbers_say_what_the_plan_says(owner_of, seen, everybody):
    free = {cell for cell, owner in zip(CELLS, owner_of, strict=True) if not owner}  # what nobody owns is no secret
    plan, shown = plan_of(owner_of), set(CELLS) if everybody else seen | free
    whose = owners.owned(GRID, plan.owners_now, None if everybody else seen)
    assert whose.names == tuple(sorted({owner for cell, owner in zip(CELLS, owner_of, strict=True) if owner and cell in shown}))
    told = owners.owner_values(whose, owners.nest(GRID, 8))
    for cell, owner, value, state in zip(CELLS, owner_of, told.value, told.state, strict=True):
        if cell not in shown:
            assert (np.isnan(value), state) == (True, OUTSIDE)
        elif owner:
            assert (whose.names[int(value)], state) == (owner, OK)
        else:
            assert (value, state) == (len(whose.names), FEW)


@settings(deadline=None)
@given(st.lists(WHO, min_size=len(CELLS), max_size=len(CELLS)), st.sets(st.sampled_from(CELLS), min_size=1))
def test_a_parent_is_whose_most_of_what_is_seen_of_it_is(owner_of, seen):
    whose = owners.owned(GRID, plan_of(owner_of).owners_now, seen)
    told = owners.owner_values(whose, owners.nest(GRID, 6))
    above = dict(zip(CELLS, parents(CELLS, 6), strict=True))
    for parent, value, state in zip(told.cells, told.value, told.state, strict=True):
        inside = [owner for cell, owner in zip(CELLS, owner_of, strict=True) if above[cell] == parent and (cell in seen or not owner)]
        if not inside:
            assert state == OUTSIDE
            continue
        named = whose.names[int(value)] if state == OK else ""
        assert inside.count(named) == max(map(inside.count, inside))


def test_what_a_plan_moves_is_outlined_and_the_rest_is_not(market):
    none = pd.Series(dtype="str")
    plan = Plan("b", 1, pd.Series(dict.fromkeys(builders.CELLS.values(), "cm1")), none, none)
    sight = Sight(market, plan, builders.AS_OF, 365)
    assert territories.moved(sight) == []
    two = plan.reassigned("cell", [builders.CELLS["e"], builders.CELLS["ne"], "88ffffffffffffff"], "cm2")
    assert list(market.grid.cells[owners.moved_places(market.grid, two)]) == sorted([builders.CELLS["e"], builders.CELLS["ne"]])
    (item,) = territories.moved(Sight(market, two, builders.AS_OF, 365))
    assert len(item["p"]) == 1, "two cells that meet have one outline"
    assert len(item["p"][0]) // 2 == 11, "ten corners, closed"
    back = two.reassigned("cell", [builders.CELLS["e"], builders.CELLS["ne"]], "cm1")
    assert territories.moved(Sight(market, back, builders.AS_OF, 365)) == []


def test_colours_are_those_of_before_the_plan(market):
    none = pd.Series(dtype="str")
    plan = Plan("b", 1, pd.Series({cell: f"m{number % 3}" for number, cell in enumerate(sorted(builders.CELLS.values()))}), none, none)
    before = territories.owner_colours(market, plan)
    for taker in ("m0", "m2", "cm1", "cm2", ""):
        moved = plan.reassigned("cell", sorted(builders.CELLS.values())[:5], taker)
        assert territories.owner_colours(market, moved).items() >= before.items()
    assert {"cm1", "cm2"} <= before.keys(), "who owns nothing yet has a colour as well"
