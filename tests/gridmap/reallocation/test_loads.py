"""Who has what, on the seven cells of `tests.builders`."""

import pandas as pd
import pytest

from gridmap.facts import UNASSIGNED, measure
from gridmap.reallocation.loads import MEASURED, cells_of, manager_loads
from gridmap.settings import Rules
from tests import builders

RULES = Rules()


@pytest.fixture(scope="module")
def market():
    return builders.seven_cells()


def loads(market, plan=None, rules=RULES):
    plan = plan or builders.plan()
    facts = measure(market, plan.holders_now, as_of=builders.AS_OF, window_days=365, rules=rules)
    return manager_loads(market, plan, facts, rules=rules)


def test_unassigned_is_always_the_first_row(market):
    assert loads(market).index[0] == UNASSIGNED
    everything = builders.plan(owners=pd.Series(dict.fromkeys(builders.CELLS.values(), "cm1"), dtype="str"))
    complete = loads(market, everything)
    assert complete.index[0] == UNASSIGNED
    assert complete.loc[UNASSIGNED, "cells"] == 0


def test_every_cell_and_every_organisation_is_counted_once(market):
    found = loads(market)
    assert found["cells"].sum() == len(market.grid.cells)
    assert found.loc["cm1", "cells"] == 2
    assert found.loc[UNASSIGNED, "cells"] == 2


def test_named_holders_count_what_they_hold_wherever_it_lies(market):
    found = loads(market)
    assert found.loc["am1", "accounts"] == 3  # o1, o2, o12; o3 in the same cell counts for its owner
    assert found.loc["am1", "cells"] == 0
    assert found.loc["cm1", "accounts"] == 1


def test_capacity_is_for_account_managers_and_follows_their_post(market):
    found = loads(market)
    assert found.loc["am1", "capacity"] == 50  # 50 filed A, B and C organisations per full post
    assert found.loc["am2", "capacity"] == 25  # half a post
    assert pd.isna(found.loc["cm1", "capacity"])


def test_over_capacity_is_marked_and_the_fullest_come_first(market):
    tight = loads(market, rules=Rules(capacity_accounts=2))
    assert tight.loc["am1", "over"]
    assert tight.loc["am1", "fill"] == pytest.approx(1.5)
    assert tight.index[1] == "am1"
    assert not loads(market)["over"].any()


def test_nobody_is_never_over_capacity_but_who_left_is(market):
    assert not loads(market).loc[UNASSIGNED, "over"]
    plan = builders.plan(owners=pd.Series({builders.CELLS["mid"]: "am9"}, dtype="str"))
    found = loads(market, plan)
    assert not found.loc["am9", "active"]
    assert found.loc["am9", "over"]


def test_cells_of_a_manager_and_of_nobody(market):
    plan = builders.plan()
    facts = measure(market, plan.holders_now, as_of=builders.AS_OF, window_days=365, rules=RULES)
    assert set(cells_of(market, plan, facts, "cm1").index) == {builders.CELLS["mid"], builders.CELLS["ne"]}
    assert cells_of(market, plan, facts, "cm1").index[0] == builders.CELLS["mid"]  # most organisations first
    assert set(cells_of(market, plan, facts, UNASSIGNED).index) == {builders.CELLS["e"], builders.CELLS["se"]}
    assert cells_of(market, plan, facts, "nobody").empty


def test_what_may_not_be_seen_is_unknown_and_not_nothing(market):
    plan = builders.plan()
    facts = measure(market, plan.holders_now, as_of=builders.AS_OF, window_days=365, rules=RULES)
    own = frozenset(plan.owners_now.index[plan.owners_now.eq("cm1").to_numpy(dtype=bool)])
    found = manager_loads(market, plan, facts, rules=RULES, seen=own)
    assert found.loc["cm1", "accounts"] == 1
    others = found.drop(index="cm1")
    assert others[list(MEASURED)].isna().all(axis=None)
    assert not others["over"].any()
    assert others["cells"].sum() == len(market.grid.cells) - len(own), "who owns how many cells is known to all"
    assert cells_of(market, plan, facts, UNASSIGNED, seen=own)["organisations"].isna().all()
    assert cells_of(market, plan, facts, "cm1", seen=own)["organisations"].notna().all()
