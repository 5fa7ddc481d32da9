import numpy as np
import pytest
from hypothesis import given, settings

from gridmap.territories.engine.bound import bound_of
from gridmap.territories.engine.checker import bound_from_prices, check
from gridmap.territories.engine.linear import least_violation, lp_bound
from gridmap.territories.engine.prices import bound_at, price_bound
from tests.gridmap.territories.engine.problems import assignments, branch_problem, problem, row, small_problems


def exceeds(found):
    return any("budget" in fault for fault in found.faults)


@given(small_problems())
@settings(max_examples=40, deadline=None)
def test_nothing_within_the_limits_is_worth_less_than_a_bound(made):
    kept = [found.objective for owner in assignments(made) if (found := check(made, owner)).violation == 0 and not exceeds(found)]
    bounds = [price_bound(made), lp_bound(made)]
    assert not kept or all(bound.feasible for bound in bounds)
    for bound in bounds:
        assert not kept or min(kept) >= bound.value - 1e-9
        assert bound.kind == "none" or bound.value == pytest.approx(bound_from_prices(made, bound.prices, bound.budget_prices), rel=1e-9)
    assert not bounds[1].feasible or bounds[1].value >= bounds[0].value - 1e-6


@given(small_problems())
@settings(max_examples=40, deadline=None)
def test_no_assignment_breaks_less_than_the_elastic_programme_says(made):
    least = min(found.violation for owner in assignments(made) if not exceeds(found := check(made, owner)))
    found = least_violation(made)
    assert found.total <= least + 1e-6
    assert (found.total > 0) == (not lp_bound(made).feasible)


def test_any_prices_prove_a_bound_and_those_without_a_limit_are_left_out():
    made = problem([[1.0, 5.0], [2.0, 4.0]], [[1.0], [1.0]], row(2), most=1.0)
    value, priced = bound_at(made, np.array([[2.0], [-7.0]]), np.zeros(0))
    assert value == bound_from_prices(made, np.array([[2.0], [0.0]]), np.zeros(0)) == 3 + 4 - 2
    assert priced.owner.tolist() == [0, 0] or priced.owner.tolist() == [0, 1]


def test_the_linear_programme_is_the_tighter_bound():
    made = branch_problem(8, 5)
    by_prices, by_programme = price_bound(made), lp_bound(made)
    assert by_prices.value <= by_programme.value
    assert by_prices.value >= 0.97 * by_programme.value
    assert bound_of(made).kind == "linear programme"


def test_what_no_plan_can_keep_is_proven():
    made = problem([[1.0, 1.0]] * 3, [[2.0]] * 3, row(3), most=2.5)
    assert not lp_bound(made).feasible
    assert lp_bound(made).value == -np.inf
    assert least_violation(made).total == pytest.approx(1.0)


def test_a_budget_has_its_price():
    owner = np.array([1, 1, 1])
    made = problem([[0.0, 1.0]] * 3, [[1.0]] * 3, row(3), owner=owner, change=np.ones((3, 1)), budget=np.array([1.0]))
    for bound in (lp_bound(made), price_bound(made)):
        assert bound.value == pytest.approx(2.0, abs=1e-3)
        assert bound.budget_prices[0] == pytest.approx(1.0, abs=1e-2)


def test_the_same_prices_again():
    made = branch_problem(6, 4, seed=3)
    assert (price_bound(made).prices == price_bound(made).prices).all()
    assert lp_bound(made).value == lp_bound(made).value
