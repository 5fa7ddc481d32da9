from gridmap.territories.request import Limit, Request
from gridmap.territories.situation import Situation
from gridmap.territories.staffing import how_many, new_bases
from tests.gridmap.territories.test_designing import DRAWN, LOPSIDED, QUICK
from tests.gridmap.territories.test_relaxing import HOLDER
from tests.gridmap.territories.villages import ON, RULES


def there(asked):
    return Situation(asked.market, asked.plan, asked.facts, RULES, ON)


def capped(most):
    return Request(limits=(Limit("accounts", most=most),), effort=QUICK)


def test_as_many_as_the_limits_need():
    # 20 accounts, at most 8 each: two are too few, which is proved, three will do.
    told = []
    steps = how_many(there(LOPSIDED), request=capped(8), on_try=told.append)
    assert [(step.managers, step.kept, step.proven) for step in steps] == [(2, False, True), (3, True, True)]
    assert len(steps[1].new_bases) == 1
    assert steps[1].new_bases[0] in LOPSIDED.market.grid.cells
    assert "3 managers keep all limits: 1 more, based near" in str(steps[1].message)
    assert "cannot keep the limits: that is proved" in str(steps[0].message)
    assert told == list(steps)


def test_fewer_will_do_where_the_limits_leave_room():
    accounts = DRAWN.task(capped(999)).total[0]
    steps = how_many(there(DRAWN), request=capped(int(accounts * 0.6)))
    least = next(step for step in steps if step.kept)
    assert (least.managers, len(least.left_out)) == (2, 1)
    assert "m2" not in least.left_out, "who holds accounts by name does not leave"
    gone = least.result.plan.owners_now
    assert least.left_out[0] not in set(gone)
    assert steps[-1].managers == 4
    assert least.result.managers["accounts"].sum() == accounts


def test_nobody_new_helps_against_what_is_held_by_name():
    (only,) = how_many(there(HOLDER), request=capped(1))
    assert (only.kept, only.proven, only.result) == (False, True, None)
    assert "No number of managers" in str(only.message)


def test_new_bases_are_ranked_by_what_must_be_broken_and_then_by_travel():
    ranked = new_bases(there(LOPSIDED), request=capped(8), best=2)
    assert [(each.broken, each.travel) for each in ranked] == sorted((each.broken, each.travel) for each in ranked)
    assert ranked[0].broken == 0
    assert {str(each.town) for each in ranked} == {"West", "East"}
    assert all(each.cell in LOPSIDED.market.grid.cells for each in ranked)


def test_it_can_be_stopped():
    assert len(how_many(there(LOPSIDED), request=capped(8), stop=lambda: True)) == 1
    assert new_bases(there(LOPSIDED), request=capped(8), stop=lambda: True) == ()
