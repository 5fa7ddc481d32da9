"""Facts add up: at any level, from any parts, of nothing too."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.facts import CREDITED, LEVELS, MEASURES, NOT_PLACED, add, measure, roll_up
from gridmap.grid import areas_km2
from gridmap.plan import no_plan
from gridmap.settings import Rules
from tests.builders import AS_OF, CELLS, market, plan, seven_cells

# What belongs to no organisation is in each part again.
ONCE = ("attacks", "surveys", "doors_listed")


def facts_of(it, *, holders=None, window_days=365):
    return measure(it, plan().holders_now if holders is None else holders, as_of=AS_OF, window_days=window_days, rules=Rules())


@pytest.fixture(scope="module")
def seven():
    return seven_cells()


@pytest.fixture(scope="module")
def facts(seven):
    return facts_of(seven)


def part_of(it, kept):
    changed = {}
    for name in ("organisations", "visits", "wins", "org_months", "campaigns"):
        table = it.tables[name]
        changed[name] = table[table["org_id"].isin(kept) | table["org_id"].isna()]
    return replace(it, tables={**it.tables, **changed})


def assert_same(ours, theirs, it):
    names = [name for name in theirs.measures if name not in ONCE]
    for by in LEVELS:
        mine, other = (roll_up(each, by, market=it, plan=plan(), resolution=7) for each in (ours, theirs))
        pd.testing.assert_frame_equal(mine[names], other[names])
    pd.testing.assert_frame_equal(ours.credits[list(CREDITED)], theirs.credits[list(CREDITED)])


@pytest.mark.parametrize("by", LEVELS)
def test_every_level_has_the_same_totals(seven, facts, by):
    rolled = roll_up(facts, by, market=seven, plan=plan(), resolution=6)
    np.testing.assert_allclose(rolled[list(facts.measures)].sum(), facts.atoms[list(facts.measures)].sum())
    assert rolled["last_effective_on"].max() == pd.Timestamp(AS_OF)


def test_towns_and_parks_cut_cells(seven, facts):
    towns = roll_up(facts, "town", market=seven)["organisations"].to_dict()
    assert towns == {"t-east": 4, "t-west": 5, NOT_PLACED: 1}
    assert roll_up(facts, "park", market=seven)["organisations"].to_dict() == {"P1": 2, "P2": 0, NOT_PLACED: 8}


def test_cells_cover_the_grid_and_the_row_not_placed_is_kept(seven, facts):
    rolled = roll_up(facts, "cell", market=seven)
    assert list(rolled.index) == [*sorted(CELLS.values()), NOT_PLACED]
    assert rolled.loc[CELLS["sw"], "organisations"] == 0
    assert rolled.loc[CELLS["sw"], "surveys"] == 1  # walked, and empty
    assert rolled.loc[CELLS["e"], "surveys"] == 0  # nobody knows
    assert rolled.loc[NOT_PLACED, "organisations"] == 1
    assert rolled.loc[CELLS["mid"], "area_km2"] == pytest.approx(areas_km2(seven.grid, [CELLS["mid"]]).iloc[0])


def test_parents_are_the_sums_of_their_children(seven, facts):
    cells = roll_up(facts, "cell", market=seven).drop(NOT_PLACED)
    parents = roll_up(facts, "parent", market=seven, resolution=7).drop(NOT_PLACED)
    assert 1 <= len(parents) < len(cells)
    columns = [*facts.measures, "area_km2"]
    np.testing.assert_allclose(parents[columns].sum(), cells[columns].sum())


def test_two_parts_add_up_to_the_whole_however_they_are_cut(seven, facts):
    halves = [facts_of(part_of(seven, kept)) for kept in (["o1", "o4", "o10"], ["o2", "o3", "o5", "o6", "o7", "o8", "o9", "o11", "o12"])]
    assert_same(add(*halves), facts, seven)
    assert add(*halves).fingerprint == add(*reversed(halves)).fingerprint


def test_facts_of_different_windows_do_not_add_up(seven, facts):
    with pytest.raises(ValueError, match="do not add up"):
        add(facts, facts_of(seven, window_days=364))


WHOLE = seven_cells()


@settings(max_examples=10, deadline=None)
@given(st.lists(st.booleans(), min_size=12, max_size=12), st.sampled_from(LEVELS))
def test_any_two_halves_are_the_whole_at_any_level(first, by):
    whole = WHOLE
    ids = list(whole.tables["organisations"]["org_id"])
    chosen = [org for org, taken in zip(ids, first, strict=True) if taken]
    both = add(facts_of(part_of(whole, chosen)), facts_of(part_of(whole, [org for org in ids if org not in chosen])))
    names = [name for name in both.measures if name not in ONCE]
    ours, theirs = (roll_up(each, by, market=whole, plan=plan(), resolution=7)[names] for each in (both, facts_of(whole)))
    pd.testing.assert_frame_equal(ours.reindex(theirs.index).fillna(0.0), theirs)


@pytest.mark.parametrize("by", LEVELS)
def test_an_empty_market_has_facts_of_nothing(by):
    it = market()
    facts = facts_of(it, holders=pd.Series(dtype="str"))
    rolled = roll_up(facts, by, market=it, plan=no_plan("xx"), resolution=7)
    assert facts.measures == tuple(name for name, _ in MEASURES)
    assert rolled[list(facts.measures)].to_numpy().sum() == 0
    assert len(rolled) == {"cell": 7, "branch": 1, "territory": 1}.get(by, len(rolled))


@pytest.mark.parametrize(
    "asked",
    [
        {"by": "county"},  # no such level
        {"by": "holder"},  # without a plan
        {"by": "parent"},  # without a resolution
        {"by": "parent", "resolution": 9},  # finer than the grid
    ],
)
def test_a_level_that_cannot_be_had_is_refused(seven, facts, asked):
    with pytest.raises(ValueError, match=r"."):
        roll_up(facts, market=seven, **asked)


def test_visits_to_organisations_that_nobody_knows_count_for_nothing():
    assert facts_of(market({"visits": seven_cells().tables["visits"]}), holders=pd.Series(dtype="str")).atoms.empty
