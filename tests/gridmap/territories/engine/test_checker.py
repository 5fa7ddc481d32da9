import numpy as np
import pytest

from gridmap.territories.engine.checker import bound_from_prices, check
from tests.gridmap.territories.engine.problems import problem, row

FOUR = [[1.0, 5.0], [2.0, 4.0], [3.0, 3.0], [4.0, 1.0]]
LOADS = [[1.0], [1.0], [1.0], [2.0]]


def test_an_answer_is_worth_its_costs_and_its_borders():
    found = check(problem(FOUR, LOADS, row(4), border_price=0.5, side=np.array([1.0, 1.0, 3.0, 3.0, 2.0, 2.0])), np.array([0, 0, 1, 1]))
    assert found.objective == 1 + 2 + 3 + 1 + 0.5 * 3
    assert (found.violation, found.extra_pieces, found.faults) == (0, 0, ())


def test_loads_beyond_a_limit_count_in_shares():
    found = check(problem(FOUR, LOADS, row(4), most=[[2.0], [1.0]], least=[[0.0], [0.0]], scale=np.array([2.0])), np.array([0, 0, 0, 1]))
    assert found.over.tolist() == [[1.0], [1.0]]
    assert found.violation == 1.0
    assert check(problem(FOUR, LOADS, row(4), least=4.0), np.array([0, 0, 0, 1])).over.tolist() == [[-1.0], [-2.0]]


def test_a_territory_in_two_parts_has_a_piece_too_many():
    assert check(problem(FOUR, LOADS, row(4)), np.array([0, 1, 0, 1])).extra_pieces == 2


@pytest.mark.parametrize(
    ("changes", "owner", "fault"),
    [
        ({"fixed": np.array([1, -1, -1, -1])}, [0, 0, 0, 1], "unit 0 is fixed and moved"),
        ({"allowed": np.array([[False, True]] + [[True, True]] * 3)}, [0, 0, 0, 1], "unit 0 may not go to manager 0"),
        ({"apart": np.array([[0, 2]])}, [0, 0, 0, 1], "units 0 and 2 must be apart"),
        (
            {"owner": np.array([1, 1, 1, 1]), "change": np.ones((4, 1)), "budget": np.array([2.0])},
            [0, 0, 0, 1],
            "budget 0 is exceeded by 1",
        ),
        ({}, [0, 0, 0, -1], "a unit has no manager"),
    ],
)
def test_what_may_not_be_is_named(changes, owner, fault):
    assert check(problem(FOUR, LOADS, row(4), **changes), np.array(owner)).faults == (fault,)


def test_a_budget_counts_what_leaves_its_owner():
    given = problem(
        FOUR, LOADS, row(4), owner=np.array([1, 1, 1, -1]), change=np.array([[1.0], [1.0], [1.0], [0.0]]), budget=np.array([3.0])
    )
    assert check(given, np.array([0, 0, 0, 0])).faults == ()


def test_a_bound_by_hand():
    given = problem(FOUR, LOADS, row(4), most=[[2.0], [9.0]], least=[[0.0], [0.0]])
    # Prices 1 and 0: cheapest of (2, 5), (3, 4), (4, 3), (6, 1), less 2 times 1.
    assert bound_from_prices(given, np.array([[1.0], [0.0]]), np.zeros(0)) == 2 + 3 + 3 + 1 - 2


def test_prices_without_a_limit_prove_nothing():
    given = problem(FOUR, LOADS, row(4))
    assert bound_from_prices(given, np.array([[1.0], [0.0]]), np.zeros(0)) == -np.inf
    assert bound_from_prices(given, np.zeros((2, 1)), np.zeros(0)) == 1 + 2 + 3 + 1
