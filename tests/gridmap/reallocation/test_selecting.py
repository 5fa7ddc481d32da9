"""Cells by town, park, owner and rule, on the seven cells of `tests.builders`."""

from datetime import date

import pandas as pd
import pytest

from gridmap.errors import PlanError
from gridmap.facts import UNASSIGNED, measure
from gridmap.reallocation.selecting import RULES, select_cells
from gridmap.settings import Rules
from tests import builders
from tests.builders import AS_OF, CELLS

NAMES = {cell: name for name, cell in CELLS.items()}
MARKET = builders.seven_cells()
BASE = builders.plan()
FACTS = measure(MARKET, BASE.holders, as_of=AS_OF, window_days=365, rules=Rules())


def select(by, value, plan=BASE, rules=None, town="", market=MARKET):
    facts = FACTS if market is MARKET else measure(market, plan.holders, as_of=AS_OF, window_days=365, rules=Rules())
    return {NAMES[cell] for cell in select_cells(market, plan, facts, by=by, value=value, rules=rules or Rules(), town=town)}


def test_a_town_has_the_cells_whose_middle_it_holds_by_code_or_name():
    both = select("town", "t-east"), select("town", "t-west")
    assert set.union(*both) <= set(CELLS)
    assert not set.intersection(*both)
    assert "ne" in both[0]
    assert "w" in both[1]
    row = MARKET.towns.loc["t-east"]
    assert select("town", str(row["name"])) == both[0]


def test_a_park_has_every_cell_it_touches():
    assert select("park", "P1") == {"mid"}
    assert select("park", "新城工业园") == {"mid"}
    assert select("park", "P2") == {"se"}


def test_owners_are_those_after_the_plan_and_nobody_is_one_of_them():
    plan = BASE.reassigned("cell", [CELLS["mid"]], "cm2")
    assert select("owner", "cm1", plan) == {"ne"}
    assert select("owner", UNASSIGNED) == select("owner", "") == {"e", "se"}
    assert select("owner", "am2") == set()
    assert select("owner", "gone", BASE.reassigned("cell", [CELLS["e"]], "gone")) == {"e"}


@pytest.mark.parametrize(
    ("rule", "cells"),
    [
        ("unassigned", {"e", "se"}),
        ("unassigned_with_organisations", set()),  # o11 opens after the day
        ("owner_gone", set()),
        ("never_visited", {"ne", "w"}),  # o4 o5; o8. o7 beside o6, who was visited
        ("not_filed", {"ne", "w"}),
        ("not_surveyed", {"e"}),  # sw was walked, and P2 in se
        ("over_capacity_edge", set()),
        ("lone_pieces", set()),
        ("enclaves", set()),
        ("moved", set()),
    ],
)
def test_each_rule_finds_what_it_says(rule, cells):
    assert select("rule", rule) == cells


def test_rules_look_at_the_plan():
    plan = BASE.reassigned("cell", [CELLS["ne"]], "").reassigned("cell", [CELLS["w"]], "am9")
    assert select("rule", "unassigned_with_organisations", plan) == {"ne"}
    assert select("rule", "owner_gone", plan) == {"w"}
    assert select("rule", "moved", plan) == {"ne", "w"}
    assert select("rule", "lone_pieces", BASE.reassigned("cell", [CELLS["e"]], "cm2")) == {"e"}
    ring = BASE.reassigned("cell", list(CELLS.values()), "cm2").reassigned("cell", [CELLS["mid"]], "cm1")
    assert select("rule", "enclaves", ring) == {"mid"}
    assert select("rule", "enclaves", ring.reassigned("cell", [CELLS["mid"]], "")) == {"mid"}


def test_the_edge_of_who_is_over_capacity_by_name_counts_what_the_plan_moves():
    plan = BASE.reassigned("cell", [CELLS["sw"]], "am2").reassigned("holder", ["o1", "o2"], "am2")
    assert select("rule", "over_capacity_edge", plan, Rules(capacity_accounts=2)) == {"sw"}
    assert select("rule", "over_capacity_edge", plan) == set()


def test_a_rule_is_narrowed_to_a_town():
    west = select("town", "t-west")
    assert select("rule", "unassigned", town="t-west") == {"e", "se"} & west
    assert select("rule", "never_visited", town="t-east") == {"ne", "w"} - west


@pytest.mark.parametrize(
    ("by", "value"), [("town", "t-south"), ("town", ""), ("park", "P9"), ("owner", "zz"), ("rule", "no such rule"), ("rule", "")]
)
def test_what_is_not_there_is_refused(by, value):
    with pytest.raises(PlanError):
        select(by, value)


def test_rules_have_their_own_keys_and_work_on_a_grid_of_areas_and_on_nothing():
    assert len({rule.key for rule in RULES}) == len(RULES)
    empty = builders.market()
    plan = builders.plan(owners=pd.Series(dtype="str"))
    facts = measure(empty, plan.holders, as_of=date(2026, 6, 30), window_days=365, rules=Rules())
    for rule in RULES:
        found = select_cells(empty, plan, facts, by="rule", value=rule.key, rules=Rules())
        assert len(found) == (7 if rule.key in ("unassigned", "not_surveyed") else 0)
    areas = builders.market(builders.tables(), grid_kind="areas")
    assert set(areas.grid.cells) == {"t-east", "t-west"}
    facts = measure(areas, plan.holders, as_of=AS_OF, window_days=365, rules=Rules())
    assert set(select_cells(areas, plan, facts, by="rule", value="unassigned_with_organisations", rules=Rules())) == {"t-east", "t-west"}
    assert list(select_cells(areas, plan, facts, by="park", value="P2", rules=Rules())) != []
