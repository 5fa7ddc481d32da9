"""The problem of a request: what counts where, what stays, and what it is worth."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gridmap.errors import PlanError
from gridmap.territories.engine.problem import NOBODY
from gridmap.territories.request import CAPACITY, Budget, Limit, Request, Weights
from tests import builders
from tests.builders import CELLS
from tests.gridmap.territories.villages import seven, striped, villages

ACCOUNTS = Request(limits=(Limit("accounts", tolerance=0.5),))
FOUR = villages(4, 1, striped(4, 1, 2), bases={"m1": "v00", "m2": "v20"}, counts={"v00": 1, "v10": 2, "v20": 3, "v30": 0})


def unit(task, cell):
    return int(task.unit_of_cell[list(task.market.grid.cells).index(cell)])


def test_units_and_managers_are_sorted_and_know_the_way_back():
    task = FOUR.task(ACCOUNTS)
    assert task.manager_ids == ("m1", "m2")
    assert [unit(task, name) for name in ("v00", "v10", "v20", "v30")] == [0, 1, 2, 3]
    assert task.problem.owner.tolist() == [0, 1, 1, 1]
    assert task.problem.loads[:, 0].tolist() == [1, 2, 3, 0]
    assert task.carried["accounts"].tolist() == [1, 2, 3, 0]


def test_who_is_based_in_a_cell_of_their_own_keeps_it():
    assert FOUR.task(ACCOUNTS).problem.fixed.tolist() == [0, NOBODY, 1, NOBODY]
    elsewhere = FOUR.task(replace(ACCOUNTS, bases=(("m1", "v10"),)))
    assert elsewhere.problem.fixed.tolist() == [NOBODY, NOBODY, 1, NOBODY], "m2 owns v10"
    shared = villages(4, 1, striped(4, 1, 2), bases={"m1": "v20", "m2": "v20"})
    assert (shared.task(ACCOUNTS).problem.fixed == NOBODY).all()


def test_what_is_held_by_name_does_not_go_with_the_cell():
    asked = villages(3, 1, striped(3, 1, 2), counts={"v00": 2, "v10": 2, "v20": 2}, named={"v10": "m1"})
    task = asked.task(Request(limits=(Limit("accounts", most=3), Limit("organisations", most=9))))
    assert task.problem.loads[:, 0].tolist() == [2, 1, 2]
    assert task.held.tolist() == [[1, 1], [0, 0]]
    assert task.problem.most[:, 0].tolist() == [2, 3], "the limit less what is held"
    assert task.total.tolist() == [6, 6]
    moved = asked.task(Request(limits=(Limit("accounts", most=3),)), plan=asked.plan.reassigned("holder", ["v10-0"], "m2"))
    assert moved.held.tolist() == [[0], [1]]


def test_fair_shares_are_alike_or_follow_hours():
    assert FOUR.task(replace(ACCOUNTS, fair="alike")).fair[:, 0].tolist() == [3, 3]
    hours = seven().task(replace(ACCOUNTS, fair="hours"))  # cm1: 17.5 hours a week, cm2: 45
    assert np.allclose(hours.fair[:, 0] / hours.total[0], [17.5 / 62.5, 45 / 62.5])
    assert not hours.notes


def test_unknown_hours_make_fair_shares_alike_and_it_is_said():
    managers = builders.managers().assign(hours_per_day=np.nan)
    task = seven(managers=managers).task(ACCOUNTS)
    assert task.fair[0, 0] == task.fair[1, 0]
    assert "fair shares are alike" in str(task.notes[0])


def test_capacity_is_each_ones_own():
    managers = FOUR.market.tables["managers"].assign(capacity_accounts=pd.array([2, None], "Int64"))
    tables = {**FOUR.market.tables, "managers": managers}
    asked = replace(FOUR, market=replace(FOUR.market, tables=tables))
    task = asked.task(Request(limits=(Limit("accounts", most=CAPACITY), Limit("hours", most=CAPACITY))))
    assert task.problem.most[:, 0].tolist() == [2, 50]
    assert np.allclose(task.problem.most[:, 1], 7.5 * 5 * 365.25 / 12 / 7)


def test_nobodys_cells_take_part_when_they_shall_be_given():
    asked = seven()
    assert asked.task(ACCOUNTS).problem.units == 5
    given = asked.task(replace(ACCOUNTS, nobodys="assign"))
    assert given.problem.units == 7
    assert given.problem.owner[[unit(given, CELLS["e"]), unit(given, CELLS["se"])]].tolist() == [NOBODY, NOBODY]
    assert given.problem.loads.sum() == given.total[0] - given.held.sum()
    locked = asked.task(replace(ACCOUNTS, nobodys="assign", locked_cells=(CELLS["e"],)))
    assert unit(locked, CELLS["e"]) == -1, "it shall stay nobody's"


def test_locked_cells_stay_and_locked_owners_are_outside():
    task = villages(4, 2, striped(4, 2, 3)).task(replace(ACCOUNTS, locked_cells=("v20",), locked_owners=("m1",)))
    assert task.manager_ids == ("m2", "m3")
    assert task.problem.units == 6
    assert task.problem.fixed[unit(task, "v20")] == 1
    assert task.problem.allowed[unit(task, "v20")].tolist() == [False, True]


def test_cells_that_stay_together_are_one_unit():
    task = FOUR.task(replace(ACCOUNTS, together=(("v10", "v20"),), budget=Budget(cells=1)))
    assert task.problem.units == 3
    assert task.problem.loads[:, 0].tolist() == [1, 5, 0]
    assert task.problem.fixed.tolist() == [0, 1, NOBODY]
    assert task.problem.change[:, 0].tolist() == [1, 2, 1]


def test_a_group_of_two_owners_costs_what_has_to_move():
    task = FOUR.task(replace(ACCOUNTS, together=(("v00", "v10"),), bases=(("m1", "v30"),), budget=Budget(cells=2)))
    assert task.problem.owner[0] == 0, "one cell each: the first of them"
    assert task.problem.budget.tolist() == [1]
    with pytest.raises(PlanError, match="move more than may change hands"):
        FOUR.task(replace(ACCOUNTS, together=(("v00", "v10"),), budget=Budget(cells=0)))


def test_budgets_count_cells_accounts_and_hours_of_who_takes_part():
    task = FOUR.task(replace(ACCOUNTS, budget=Budget(cells=2, accounts_share=0.5, hours_share=0.25)))
    assert task.problem.change.T[:2].tolist() == [[1, 1, 1, 1], [1, 2, 3, 0]]
    assert task.problem.budget[:2].tolist() == [2, 3]
    assert task.problem.budget[2] == pytest.approx(0.25 * task.carried["hours"].sum())


def test_a_draft_is_where_the_search_begins_and_today_what_disruption_counts_against():
    task = FOUR.task(ACCOUNTS, plan=FOUR.plan.reassigned("cell", ["v10"], "m1"))
    assert task.problem.start.tolist() == [0, 0, 1, 1]
    assert task.problem.owner.tolist() == [0, 1, 1, 1]
    with pytest.raises(PlanError, match="locked has moved already"):
        FOUR.task(replace(ACCOUNTS, locked_cells=("v10",), budget=Budget(cells=0)), plan=FOUR.plan.reassigned("cell", ["v10"], "m1"))


def test_costs_are_hours_times_squared_distance_and_the_price_of_a_change():
    task = FOUR.task(replace(ACCOUNTS, weights=Weights(travel=2.0, disruption=0.5, shape=0.0)))
    width = 1.027  # km of a hundredth of a degree of longitude at 22.7 degrees north
    hours = np.array([1, 2, 3, 0.006])  # the empty one weighs a thousandth of the mean
    hours[3] = hours[:3].sum() / 4 * 1e-3
    # v00 and v20 are bases: squared distances to the nearest are 0, 1, 0, 1 widths, their median a half.
    apart = np.array([[0, 4], [1, 1], [4, 0], [9, 1]]) / 0.5
    changed = np.array([[0, 1], [1, 0], [1, 0], [1, 0]])
    expected = hours[:, None] / hours.sum() * (2.0 * apart + 0.5 * changed)
    assert np.allclose(task.problem.cost, expected, rtol=1e-3)
    assert width > 1  # the scale drops out: only ratios of distances count


def test_an_empty_cell_weighs_a_little():
    cost = FOUR.task(ACCOUNTS).problem.cost
    assert 0 < cost[3, 1] < cost[3, 0] < cost[1, 0]


def test_borders_cost_their_share_of_all_inner_sides():
    task = villages(3, 3, striped(3, 3, 2)).task(replace(ACCOUNTS, weights=Weights(shape=0.6)))
    assert task.problem.border_price * task.problem.side.sum() / 2 == pytest.approx(0.6)


def test_pairs_that_must_be_apart_are_units():
    assert FOUR.task(replace(ACCOUNTS, apart=(("v30", "v00"),))).problem.apart.tolist() == [[3, 0]]


def test_the_order_of_the_input_is_inert():
    owners = striped(3, 3, 3)
    one = villages(3, 3, owners).task(ACCOUNTS)
    other = villages(3, 3, dict(reversed(owners.items()))).task(ACCOUNTS)
    assert one.manager_ids == other.manager_ids
    for name in ("cost", "loads", "least", "near", "side", "owner"):
        assert (getattr(one.problem, name) == getattr(other.problem, name)).all()


def test_any_additive_fact_can_be_limited():
    task = FOUR.task(Request(limits=(Limit("complete", most=9), Limit("cells", least=1), Limit("area_km2", most=99)), least_cells=None))
    assert task.measures == ("complete", "cells", "area_km2")
    assert task.problem.loads[:, 1].tolist() == [1, 1, 1, 1]
    assert task.problem.loads[:, 2] == pytest.approx(FOUR.market.grid.sizes_km2)


def test_least_and_most_cells_are_a_limit_of_cells():
    task = FOUR.task(replace(ACCOUNTS, least_cells=1, most_cells=3))
    assert task.measures == ("accounts", "cells")
    assert task.problem.least[:, 1].tolist() == [1, 1]
    assert task.problem.most[:, 1].tolist() == [3, 3]


def test_what_must_stay_and_is_too_much_is_said():
    assert "m2" in str(FOUR.task(Request(limits=(Limit("accounts", most=2),))).notes[0])
    assert not FOUR.task(Request(limits=(Limit("accounts", most=3),))).notes


def test_territories_in_pieces_today_are_said():
    owners = striped(4, 1, 2) | {"v30": "m1"}
    assert [str(note) for note in villages(4, 1, owners).task(ACCOUNTS).notes] == [
        "In pieces today, with barriers and bridges counted: m1."
    ]


def test_new_managers_are_based_where_the_work_is_far_from_the_others():
    asked = villages(6, 1, striped(6, 1, 2), bases={"m1": "v00", "m2": "v10"}, counts={"v40": 30})
    task = asked.task(replace(ACCOUNTS, new_managers=1, limits=(Limit("accounts", most=CAPACITY),)))
    assert task.manager_ids == ("m1", "m2", "NEW-1")
    assert task.base_cells.tolist() == [0, 1, -1]
    assert task.bases is not None
    assert task.bases.found.tolist() == [False, False, True]
    assert task.bases.candidates[task.bases.centre[2]] == 4
    assert task.problem.most[2, 0] == 50
    from_there = task.bases.at[:, task.bases.centre[2]]  # noqa: PD008 - no frame
    assert np.allclose(task.problem.cost[:, 2], from_there + task.bases.added[:, 2])
