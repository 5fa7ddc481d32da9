"""The objective as metrics of a plan is what the engine adds up."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gridmap.contiguity import territory_shapes
from gridmap.reallocation.loads import manager_loads
from gridmap.territories.engine.measured import measured
from gridmap.territories.engine.problem import NOBODY
from gridmap.territories.measuring import measure_changed, measure_terms, shapes_of
from gridmap.territories.request import Budget, Limit, Request, Weights
from tests.gridmap.territories.villages import RULES, seven, striped, villages

ACCOUNTS = Request(limits=(Limit("accounts", tolerance=0.5),))
RIVERSIDE = villages(5, 3, striped(5, 3, 3), bases={"m1": "v00", "m3": "v42"}, named={"v20": "m1"}, counts={"v20": 2}, river_at=3, seed=3)
SEVEN = seven()


def owners_of(task, owner):
    """Return the owners by cell of an assignment of units, and of cells that take no part those of today."""
    owners = task.plan.owners_now.reindex(task.market.grid.cells)
    part = task.unit_of_cell >= 0
    owners[part] = np.asarray(task.manager_ids, dtype=object)[owner[task.unit_of_cell[part]]]
    return owners.dropna()


@st.composite
def cases(draw):
    """Draw a market, a request, and who has each unit."""
    asked = draw(st.sampled_from([RIVERSIDE, SEVEN]))
    weight = st.sampled_from([0.0, 0.3, 2.0])
    request = Request(
        limits=(Limit("accounts", tolerance=0.5), Limit("hours", most=900)),
        nobodys=draw(st.sampled_from(["leave", "assign"])),
        weights=Weights(draw(st.sampled_from([0.5, 1.0])), draw(weight), draw(weight)),
        barriers=draw(st.sampled_from([(), (("waters", ""),)])),
        together=draw(st.sampled_from([(), (("v20", "v21"), ("v10", "v11"))])) if asked is RIVERSIDE else (),
        budget=Budget(cells=15, accounts_share=1.0, hours_share=1.0),
    )
    plan = asked.plan
    cells = sorted(asked.plan.owners.index)
    managers = sorted(set(asked.plan.owners))
    for cell in draw(st.lists(st.sampled_from(cells), max_size=3, unique=True)):
        plan = plan.reassigned("cell", [cell], draw(st.sampled_from(managers)))
    if set(plan.owners_now) != set(managers):
        plan = asked.plan
    task = asked.task(request, plan=plan)
    owner = draw(st.lists(st.integers(0, task.problem.managers - 1), min_size=task.problem.units, max_size=task.problem.units))
    return task, np.array(owner, dtype=np.int64)


@given(cases())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_metric_of_a_plan_is_the_objective_of_the_engine(case):
    task, owner = case
    found = measured(task.problem, owner)
    assert measure_terms(task, owners_of(task, owner)).total == pytest.approx(found.objective, rel=1e-9)


@given(cases())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_changes_hands_is_what_the_budgets_count(case):
    task, owner = case
    assume(not task.request.together)  # what a group moves in any case is taken off the budget instead
    changed = measure_changed(task, owners_of(task, owner))
    used = task.problem.change[owner != task.problem.owner].sum(axis=0)
    assert [changed.cells, changed.accounts, changed.hours] == pytest.approx(used.tolist())
    assert changed.accounts == pytest.approx(changed.accounts_share * task.problem.budget[1])


@given(cases())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_loads_of_the_engine_are_the_loads_that_the_page_shows(case):
    task, owner = case
    plan = task.plan.replaced(())
    moved = owners_of(task, owner)
    for cell, who in moved.items():
        plan = plan.reassigned("cell", [cell], who)
    shown = manager_loads(task.market, plan, task.facts, rules=RULES).loc[list(task.manager_ids)]
    found = measured(task.problem, owner).loads + task.held
    assert shown["accounts"].tolist() == pytest.approx(found[:, 0].tolist())
    assert shown["hours_asked"].tolist() == pytest.approx(found[:, 1].tolist())


def test_today_nothing_changes_hands():
    task = RIVERSIDE.task(ACCOUNTS)
    terms = measure_terms(task, task.plan.owners)
    assert terms.disruption == 0
    changed = measure_changed(task, task.plan.owners)
    assert (changed.cells, changed.accounts, changed.hours_share) == (0, 0, 0)


def test_shape_is_the_share_of_inner_borders_between_owners():
    two = villages(2, 2, {"v00": "m1", "v01": "m1", "v10": "m2", "v11": "m2"})
    task = two.task(ACCOUNTS)
    assert measure_terms(task, task.plan.owners).shape == pytest.approx(
        1.107 / (1.107 + 1.028), rel=1e-3
    )  # km north to south, and west to east
    assert measure_terms(task, task.plan.owners.replace("m2", "m1")).shape == 0


def test_travel_by_hand():
    # Bases at both ends of four; squared distances to them 0 1 1 0, the median a half; hours 1 1 1 1.
    row = villages(
        4,
        1,
        {"v00": "m1", "v10": "m1", "v20": "m2", "v30": "m2"},
        bases={"m1": "v00", "m2": "v30"},
        counts=dict.fromkeys(("v00", "v10", "v20", "v30"), 1),
    )
    task = row.task(replace(ACCOUNTS, fair="alike"))
    assert measure_terms(task, task.plan.owners).travel == pytest.approx((0 + 1 + 1 + 0) / 4 / 0.5, rel=1e-3)
    swapped = measure_terms(task, pd.Series({"v00": "m1", "v10": "m2", "v20": "m2", "v30": "m2"}))
    assert swapped.travel == pytest.approx((0 + 4 + 1 + 0) / 4 / 0.5, rel=1e-3)
    assert swapped.disruption == pytest.approx(0.25)


def test_shapes_are_those_of_the_page():
    task = RIVERSIDE.task(ACCOUNTS)
    shown = territory_shapes(task.market.grid, task.plan.owners).loc[list(task.manager_ids), ["cells", "pieces", "compactness"]]
    assert shapes_of(task, task.plan.owners).equals(shown.astype({"cells": "int64", "pieces": "int64"}))


def test_units_of_nobody_count_for_nothing_when_they_are_given():
    task = SEVEN.task(replace(ACCOUNTS, nobodys="assign", budget=Budget(cells=0)))
    nobodys = np.flatnonzero(task.problem.owner == NOBODY)
    owner = np.where(task.problem.owner == NOBODY, 0, task.problem.owner)
    assert len(nobodys) == 2
    assert measure_changed(task, owners_of(task, owner)).cells == 0
    assert task.problem.change[nobodys].sum() == 0
