"""What has to give: each relaxation is enough, and what is called the least is."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridmap.territories.designing import design
from gridmap.territories.engine.checker import check
from gridmap.territories.engine.effort import Effort
from gridmap.territories.relaxing import least_of, relaxed
from gridmap.territories.request import Allowance, Budget, Limit, Request
from tests.gridmap.territories.test_designing import LOPSIDED, QUICK, designed
from tests.gridmap.territories.villages import ON, RULES, striped, villages

CAPPED = Request(limits=(Limit("accounts", most=9),), effort=QUICK)
HOLDER = villages(4, 2, striped(4, 2, 2), bases={"m1": "v00", "m2": "v31"}, named={"v00": "m1", "v01": "m1"}, counts={"v00": 4, "v01": 3})


def test_a_cap_that_is_too_low_is_raised_for_who_needs_more():
    found = designed(LOPSIDED, CAPPED)
    assert found.state == "impossible"
    assert found.least_violation == pytest.approx(2 / 10)  # 20 accounts, 18 allowed, a fair share is 10
    raised = found.relaxations[0]
    assert (raised.which, raised.measure, raised.asked, raised.enough) == ("most", "accounts", 9, True)
    assert "needs" in str(raised.message)
    assert "raise it to" in str(raised.message)
    assert "East" in str(raised.message) or "West" in str(raised.message)


def test_with_all_that_is_said_granted_the_limits_are_kept():
    found = designed(LOPSIDED, CAPPED)
    granted = relaxed(CAPPED, found.relaxations)
    assert {each.manager_id for each in granted.allowances} == {each.manager_id for each in found.relaxations}
    again = designed(LOPSIDED, granted, plan=found.plan)
    assert again.violation == 0
    assert again.relaxations == ()


def test_who_holds_too_much_by_name_is_told_so():
    found = designed(HOLDER, Request(limits=(Limit("accounts", most=1),), effort=QUICK))
    said = [str(each.message) for each in found.relaxations if each.manager_id == "m1"]
    assert any("by name or lock" in text for text in said)


def test_a_balance_is_relaxed_on_both_sides():
    found = designed(LOPSIDED, Request(limits=(Limit("accounts", tolerance=0.01),), budget=Budget(cells=0), effort=QUICK))
    assert {each.which for each in found.relaxations} >= {"most", "least"}
    assert any("fair share" in str(each.message) for each in found.relaxations)
    assert any("gets no more than" in str(each.message) for each in found.relaxations)


def test_the_budget_that_no_plan_gets_round_is_named():
    found = designed(LOPSIDED, Request(limits=(Limit("accounts", most=10),), budget=Budget(cells=1), effort=QUICK))
    budget = next(each for each in found.relaxations if each.which == "cells")
    assert (budget.asked, budget.needed, budget.enough) == (1, 3, False)
    assert relaxed(found.request, (budget,)).budget.cells == 3
    share = designed(LOPSIDED, Request(limits=(Limit("accounts", most=10),), budget=Budget(accounts_share=0.1), effort=QUICK))
    assert next(each.needed for each in share.relaxations if each.which == "accounts_share") == pytest.approx(0.3)
    assert any("30.0%" in str(each.message) for each in share.relaxations)


def test_allowances_stand_in_for_the_limits():
    task = LOPSIDED.task(replace(CAPPED, allowances=(Allowance("m2", "accounts", most=16),)))
    assert task.problem.most[:, 0].tolist() == [9, 16]


def test_what_is_said_is_rounded_to_the_side_that_is_enough():
    found = designed(LOPSIDED, replace(CAPPED, limits=(Limit("hours", tolerance=0.001),), budget=Budget(cells=1)))
    task = LOPSIDED.task(found.request)
    for each in found.relaxations:
        has = found.managers.loc[each.manager_id, "hours"] if each.enough else None
        assert each.which != "most" or has <= each.needed <= has + 0.1
        assert each.which != "least" or has - 0.1 <= each.needed <= has
    assert {each.which for each in found.relaxations} >= {"most", "least"}
    assert any(each.needed != round(each.needed) for each in found.relaxations if each.enough), task.measures


def test_what_is_kept_needs_no_relaxation():
    assert designed(LOPSIDED, replace(CAPPED, limits=(Limit("accounts", most=10),))).relaxations == ()


@given(st.integers(1, 12), st.sampled_from([None, 1, 3]), st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_relaxation_is_enough_and_nothing_breaks_less_than_the_least(most, cells, tolerant):
    limits = (Limit("accounts", most=most), *((Limit("cells", tolerance=0.2),) if tolerant else ()))
    request = Request(limits=limits, budget=Budget(cells=cells), effort=QUICK)
    found = design(HOLDER.market, HOLDER.plan, HOLDER.facts, request=request, rules=RULES, on=ON)
    assert found.least_violation <= found.violation + 1e-9
    enough = tuple(each for each in found.relaxations if each.enough)
    task = HOLDER.task(relaxed(request, enough))
    column = {who: place for place, who in enumerate(task.manager_ids)}
    owner = np.array([column[found.plan.owners_now[cell]] for cell in task.market.grid.cells])
    assert check(task.problem, owner).violation == pytest.approx(0, abs=1e-6)


def test_the_least_is_not_worked_out_where_it_would_take_long(monkeypatch):
    monkeypatch.setattr("gridmap.territories.relaxing.EXACT_COSTS", 1)
    assert least_of(LOPSIDED.task(CAPPED)) == 0
    assert Effort().exact
