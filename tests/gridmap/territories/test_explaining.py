from dataclasses import replace

import numpy as np

from gridmap.territories.explaining import explained
from gridmap.territories.request import Limit, Request
from tests.gridmap.territories.test_designing import ACCOUNTS, LOPSIDED, SEVEN


def moves(owner, request=ACCOUNTS):
    return explained(LOPSIDED.task(request), np.array(owner))


def test_each_move_says_what_it_mends_and_what_both_have_after_it():
    told = moves([0, 0, 0, 0, 1, 1, 1, 1, 1, 1])  # v10 and v11 go to m1: 4 and 16 become 8 and 12
    assert [(each.giver, each.taker, each.gives) for each in told] == [("m2", "m1", (("accounts", 2.0),))] * 2
    assert [each.giver_has for each in told] == [(("accounts", 14.0),), (("accounts", 12.0),)]
    assert [each.taker_has for each in told] == [(("accounts", 6.0),), (("accounts", 8.0),)]
    assert "has too" in str(told[0].reason)
    assert "4 accounts become 6, at least 5 are asked" in str(told[0].reason) or "16 accounts become 14" in str(told[0].reason)


def test_a_move_that_mends_nothing_is_nearer_or_makes_way():
    free = replace(ACCOUNTS, limits=(Limit("accounts", most=99),))
    assert "nearer" in str(moves([0, 0, 0, 1, 1, 1, 1, 1, 1, 1], free)[0].reason)
    far = moves([0, 1, 1, 1, 1, 1, 1, 1, 1, 1], free)
    assert "Makes way" in str(far[0].reason)


def test_cells_of_nobody_are_told_as_such():
    task = SEVEN.task(Request(limits=(Limit("accounts", most=99),), nobodys="assign"))
    told = explained(task, np.where(task.problem.owner < 0, 0, task.problem.owner))
    assert {each.giver for each in told} == {""}
    assert {str(each.reason) for each in told} == {"Belongs to nobody today."}
    assert all(each.giver_has == () for each in told)
