"""Every layer keeps the same promises; what each says is counted by hand on the seven cells of `tests/builders.py`."""

import json

import numpy as np
import pandas as pd
import pytest

import layers
from gridmap import metrics
from gridmap.facts import measure, roll_up
from gridmap.grid import parents
from gridmap.market import Market
from gridmap.settings import DangerRules, Rules
from layers import danger, owners, places, schools, territories, values, visits, wins
from layers.layer import FEW, NO_DATA, OK, OUTSIDE
from layers.sight import Sight
from tests import builders

ON_CELLS = [layer for layer in layers.LAYERS if layer.on_cells]
OVER = [layer for layer in layers.LAYERS if not layer.on_cells]


@pytest.fixture(scope="module")
def market():
    return builders.seven_cells()


@pytest.fixture(scope="module")
def plan():
    return builders.plan()


@pytest.fixture(scope="module")
def facts(market, plan):
    return facts_of(market, plan)


def facts_of(market: Market, plan):
    return measure(market, plan.holders_now, as_of=builders.AS_OF, window_days=365, rules=Rules())


def by_name(told):
    names = {cell: name for name, cell in builders.CELLS.items()}
    return {names[cell]: (float(value), int(state)) for cell, value, state in zip(told.cells, told.value, told.state, strict=True)}


# Promises


def test_keys_are_unique_and_every_group_is_known():
    keys = [layer.key for layer in layers.LAYERS]
    assert len(keys) == len(set(keys))
    assert {layer.group for layer in layers.LAYERS} <= dict(layers.GROUPS).keys()
    with pytest.raises(KeyError):
        layers.layer("no such layer")


def test_every_metric_that_cells_have_is_a_layer_by_itself(facts, market):
    cells = roll_up(facts, "cell", market=market)
    wanted = {metric.key for metric in metrics.METRICS if {*metric.numerator, *metric.denominator} <= set(cells.columns)}
    assert wanted == {layer.key for layer in layers.LAYERS if layer.kind == "cells"}


@pytest.mark.parametrize("layer", ON_CELLS, ids=lambda layer: layer.key)
@pytest.mark.parametrize("resolution", [8, 7, 5])
def test_a_layer_says_something_about_every_cell_and_names_nobody(layer, resolution, facts, market, plan):
    told = values.layer_values(layer, facts, market, plan, resolution=resolution)
    assert list(told.cells) == sorted(set(parents(market.grid.cells, resolution)))
    assert told.value.dtype == np.float32
    assert told.state.dtype == np.uint8
    assert np.isnan(told.value[told.state > FEW]).all()
    assert np.isfinite(told.drawn()).all()
    assert layer.title
    assert layer.help


@pytest.mark.parametrize("layer", layers.LAYERS, ids=lambda layer: layer.key)
def test_a_layer_draws_on_an_empty_market(layer, plan):
    empty = builders.market()
    if layer.on_cells:
        told = values.layer_values(layer, facts_of(empty, plan), empty, plan, resolution=8)
        assert len(told.cells) == 7
    else:
        assert isinstance(layer.items(Sight(empty, plan, builders.AS_OF, 365)), list)


@pytest.mark.parametrize("layer", ON_CELLS, ids=lambda layer: layer.key)
def test_what_may_not_be_seen_is_outside_and_its_value_is_not_told(layer, facts, market, plan):
    own = {builders.CELLS["mid"], builders.CELLS["ne"]}
    told = by_name(values.layer_values(layer, facts, market, plan, resolution=8, seen=own))
    free = {"se", "e"} if layer.kind == "owners" else set()  # what nobody owns is no secret
    assert {name for name, (_value, state) in told.items() if state == OUTSIDE} == {"nw", "w", "sw", "se", "e"} - free
    assert all(np.isnan(value) for value, state in told.values() if state == OUTSIDE)
    coarse = values.layer_values(layer, facts, market, plan, resolution=7, seen=own)
    known = own | {builders.CELLS[name] for name in free}
    assert set(coarse.cells[coarse.state != OUTSIDE]) == set(parents(sorted(known), 7))


@pytest.mark.parametrize("layer", OVER, ids=lambda layer: layer.key)
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_shapes_and_points_are_plain_json_in_whole_steps(layer, language, market, plan):
    items = json.loads(json.dumps(layer.items(Sight(market, plan, builders.AS_OF, 365, language=language))))
    for item in items:
        assert set(item) <= {"p", "c", "k", "n", "d", "at"}
        assert all(isinstance(step, int) for ring in item["p"] for step in ring)
        if layer.kind == "points":
            assert len(item["at"]) == 2


# What they say


def test_filing_rate_of_a_parent_is_the_rate_of_its_sums_and_no_mean_of_rates(facts, market, plan):
    layer = layers.layer("filing_rate")
    cells = roll_up(facts, "cell", market=market)
    coarse = values.layer_values(layer, facts, market, plan, resolution=6)
    placed, metric = cells.loc[cells.index.intersection(market.grid.cells)], metrics.metric("filing_rate")
    sums = placed[[*metric.numerator, *metric.denominator]].groupby(parents(placed.index, 6)).sum()
    expected = sums[list(metric.numerator)].sum(axis=1) / sums[list(metric.denominator)].sum(axis=1)
    got = pd.Series(coarse.value, index=coarse.cells)[coarse.state <= FEW]
    assert len(got)
    assert np.allclose(got, expected.reindex(got.index))


def test_a_cell_shows_what_most_of_its_organisations_are_and_the_worse_of_equals(facts, market, plan):
    told = by_name(values.layer_values(visits.LAYER, facts, market, plan, resolution=8))
    titles = [state.title for state in visits.LAYER.states]
    assert titles == ["On time", "Due", "Overdue", "Never visited"]
    # mid: o1 on time, o2 due, o3 and o12 overdue; ne: o4 and o5 never; w: o8 never (o9 is closed); sw: nobody there
    assert told["mid"] == (2, OK)
    assert told["ne"] == (3, OK)
    assert told["w"] == (3, OK)
    assert told["sw"][1] == NO_DATA


def test_a_tie_goes_to_the_worse():
    value, state = values._largest(np.array([[1.0, 0, 1, 0], [2, 1, 1, 0], [0, 0, 0, 0]]))
    assert list(value[:2]) == [2, 0]
    assert list(state) == [OK, OK, NO_DATA]


def test_owners_are_numbered_and_nobodys_cells_are_hatched(market, plan):
    whose = owners.owned(market.grid, plan.owners_now)
    assert whose.names == ("cm1", "cm2")
    told = by_name(owners.owner_values(whose, owners.nest(market.grid, 8)))
    assert told == {
        "mid": (0, OK), "ne": (0, OK), "nw": (1, OK), "w": (1, OK), "sw": (1, OK), "e": (2, FEW), "se": (2, FEW),
    }  # fmt: skip
    coarse = owners.owner_values(whose, owners.nest(market.grid, 5))
    assert list(coarse.value) == [1.0], "cm2 has three of the seven cells, the most"


def test_owners_are_called_by_name_in_the_language_of_the_reader_and_differ_in_colour(market, plan):
    named = territories.named_colours(market, plan, owners.owned(market.grid, plan.owners_now))
    assert [str(name) for name, _colour in named] == ["cm1", "cm2", "Nobody"]
    assert len({colour for _name, colour in named}) == 3
    seen = territories.named_colours(market, plan, owners.owned(market.grid, plan.owners_now, {builders.CELLS["nw"]}))
    assert [str(name) for name, _colour in seen] == ["cm2", "Nobody"]
    assert seen[0][1] == named[1][1], "a manager keeps the colour whoever looks"


def test_wins_of_the_window_stand_where_they_happened(market, plan):
    items = wins.items(Sight(market, plan, builders.AS_OF, 365))
    assert sorted(item["k"] for item in items) == ["attack", "attack", "loss", "loss", "loss", "loss"]
    assert {item.get("n") for item in items} == {"o3", "o4", "o8", None}


def test_a_market_without_names_gives_points_without_names(market, plan):
    nameless = {**market.tables, "organisations": market.tables["organisations"].assign(name=pd.NA, name_en=pd.NA)}
    look = Sight(Market(market.branch, market.grid, market.version, nameless, "x"), plan, builders.AS_OF, 365)
    assert all("n" not in item for item in [*wins.items(look), *schools.items(look), *danger.items(look)])


def test_schools_are_served_or_not(market, plan):
    items = schools.items(Sight(market, plan, builders.AS_OF, 365))
    assert {(item["n"], item["k"]) for item in items} == {("o12", "served"), ("o6", "served")}


def test_accounts_in_danger_stand_with_their_level_and_reasons(market, plan):
    items = danger.items(Sight(market, plan, builders.AS_OF, 365))
    assert {(item["n"], item["k"]) for item in items} == {("o3", "danger_orange"), ("o6", "danger_orange")}
    assert next(item["d"] for item in items if item["n"] == "o6").startswith("The organisation does not pay for its members")
    calm = Sight(market, plan, builders.AS_OF, 365, danger=DangerRules(levels=(("red", 2.0),)))
    assert danger.items(calm) == []


def test_towns_are_called_in_the_language_of_the_reader(market, plan):
    english = layers.layer("towns").items(Sight(market, plan, builders.AS_OF, 365))
    chinese = layers.layer("towns").items(Sight(market, plan, builders.AS_OF, 365, language="zh_CN"))
    assert {item["n"] for item in english} == {"Xincheng", "Dongcheng"}
    assert {item["n"] for item in chinese} == {"新城", "东成"}


def test_on_a_gcj02_base_map_shapes_are_shifted_by_the_known_half_kilometre(market, plan):
    plain = layers.layer("parks").items(Sight(market, plan, builders.AS_OF, 365))
    moved = layers.layer("parks").items(Sight(market, plan, builders.AS_OF, 365, system="gcj02"))
    metres = 40_075_017 / 2**26 * np.cos(np.radians(builders.MID_LAT))
    apart = [np.hypot(*(np.array(a["at"]) - b["at"])) * metres for a, b in zip(plain, moved, strict=True)]
    assert all(400 < each < 800 for each in apart), apart
    assert places.frame(Sight(market, plan, builders.AS_OF, 1)) != places.frame(Sight(market, plan, builders.AS_OF, 1, system="gcj02"))


def test_the_base_map_is_made_of_the_branchs_own_tables(market, plan):
    look = Sight(market, plan, builders.AS_OF, 365)
    assert {part: len(places.items(part, look)) for part in places.KINDS} == {"areas": 2, "waters": 0, "roads": 0, "boundary": 1}
    with pytest.raises(KeyError):
        places.items("people", look)


def test_a_layer_leaves_its_inputs_as_they_are(facts, market, plan):
    before = facts.atoms.copy(deep=True), plan.owners_now.copy(deep=True)
    for layer in ON_CELLS:
        values.layer_values(layer, facts, market, plan, resolution=7, seen={builders.CELLS["mid"]})
    pd.testing.assert_frame_equal(facts.atoms, before[0])
    pd.testing.assert_series_equal(plan.owners_now, before[1])
