from dataclasses import replace

import pytest

from gridmap.territories.curve import budgets_to, trade_off
from gridmap.territories.engine import solve as engine
from gridmap.territories.request import Budget, Limit, Request
from gridmap.territories.shortest import shortest_moves
from tests.gridmap.territories.test_designing import DRAWN, LOPSIDED, QUICK, designed
from tests.gridmap.territories.villages import ON, RULES

TIGHT = Request(limits=(Limit("accounts", most=10),), effort=QUICK)


def curve(asked, request, **more):
    return trade_off(asked.market, asked.plan, asked.facts, request=request, rules=RULES, on=ON, **more)


def shortest(asked, request, **more):
    return shortest_moves(asked.market, asked.plan, asked.facts, request=request, rules=RULES, on=ON, **more)


@pytest.mark.parametrize("asked", [LOPSIDED, DRAWN])
def test_more_cells_never_buy_less(asked):
    told = []
    points = curve(asked, replace(TIGHT, limits=(Limit("accounts", tolerance=0.05),)), on_point=lambda along, _: told.append(along))
    assert points[0].cells == 0
    assert points[0].result.plan.moves == ()
    worth = [(round(point.result.violation, 9), point.result.terms.total) for point in points]
    assert worth == sorted(worth, reverse=True)
    assert [point.cells for point in points] == sorted({point.cells for point in points})
    assert all(point.result.changed.cells == point.cells == len(point.result.plan.moves) for point in points)
    assert told[-1].done == told[-1].of


def test_the_curve_ends_at_the_budget_of_the_request_or_at_the_free_design():
    assert max(point.cells for point in curve(LOPSIDED, replace(TIGHT, budget=Budget(cells=2)))) <= 2
    free = designed(LOPSIDED, TIGHT)
    last = curve(LOPSIDED, TIGHT)[-1].result
    assert (last.violation, last.terms.total) <= (free.violation, free.terms.total + 1e-9)
    assert last.request.budget.cells is None


def test_a_free_design_that_is_worse_than_a_point_before_it_is_not_shown(monkeypatch):
    calls = []

    def lame(problem, **how):
        calls.append(problem)
        found = engine.solve(problem, **how)
        return replace(found, owner=problem.owner, objective=99.0, violation=1.0) if len(calls) == 1 else found

    monkeypatch.setattr("gridmap.territories.curve.solve", lame)
    monkeypatch.setattr("gridmap.territories.curve.budgets_to", lambda _most: (0, 2, 3))
    points = curve(LOPSIDED, TIGHT)
    assert points[-1].result.violation == 0
    assert points[-1].cells == 3


def test_a_curve_that_is_stopped_has_its_ends():
    points = curve(LOPSIDED, TIGHT, stop=lambda: True)
    assert points


def test_budgets_grow_about_twofold():
    assert budgets_to(0) == budgets_to(1) == (0,)
    assert budgets_to(2) == (0, 1)
    assert budgets_to(200)[:2] == (0, 3)
    assert all(later <= 2 * earlier for earlier, later in zip(budgets_to(200)[1:], budgets_to(200)[2:], strict=False))


def test_the_shortest_list_mends_as_much_with_as_few_cells_as_can_be():
    tried = []
    found = shortest(LOPSIDED, TIGHT, on_try=lambda cells, broken: tried.append((cells, broken)))
    assert found.violation == 0
    assert found.changed.cells == len(found.moves) == 3  # 16 accounts become 10, two a cell
    assert tried[0][1] == 0
    assert {cells for cells, broken in tried if broken > 0} == {1, 2}
    assert found.request == TIGHT


def test_the_shortest_list_keeps_its_budget_where_that_is_too_small():
    found = shortest(LOPSIDED, replace(TIGHT, budget=Budget(cells=2)))
    assert found.changed.cells == 2
    assert found.managers["accounts"].tolist() == [8, 12]


def test_where_nothing_is_broken_nothing_moves():
    assert shortest(LOPSIDED, replace(TIGHT, limits=(Limit("accounts", most=99),))).moves == ()
