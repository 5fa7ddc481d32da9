"""Suggestions on what the store holds: opened in scope, kept in drafts in whole or in part, and refused where they must be."""

from dataclasses import replace

import pytest

from gridmap.errors import Conflict, PlanError, ScopeError
from gridmap.scope import Scope
from gridmap.services import drafting, suggesting
from gridmap.settings import Rules, Settings
from gridmap.store import PlanOptions, Store, open_plan, plans, save_plan
from gridmap.territories.engine.effort import Effort
from gridmap.territories.request import Budget, Limit, Request, Weights
from tests.conftest import NOW_US

RULES = Rules()
MANAGER = Scope("p1", "Li", "branch_manager", frozenset({"XX"}))
ELSEWHERE = Scope("p3", "Zhao", "branch_manager", frozenset({"YY"}))
PLANNER = Scope("p4", "Chen", "planner", frozenset({"XX"}))
FREE = Request(limits=(Limit("cells", tolerance=0.9),), weights=Weights(1, 0, 0), effort=Effort(proposals=5_000))


def test_an_answer_becomes_a_draft_and_moves_nothing_yet(branch: Store, me: Scope) -> None:
    there = suggesting.situation_of(branch, MANAGER, "XX", rules=RULES)
    result = suggesting.suggest(there, FREE)
    assert result.moves
    record = suggesting.keep(branch, MANAGER, "XX", result, there=there, now_us=NOW_US, language="zh_CN")
    assert (record.state, record.title, record.effective_on) == ("draft", "Suggested territories", there.on)
    _, plan = open_plan(branch, me, "XX", record.plan_id)
    assert plan.owners_now.to_dict() == result.plan.owners_now.to_dict()
    assert all("的驻地" in move.reason for move in plan.moves)  # in the language of who accepted it


def test_some_of_an_answer_leaves_the_rest_of_the_draft_as_it_is(branch: Store) -> None:
    record = drafting.new_plan(branch, MANAGER, "XX", title="mine", now_us=NOW_US)
    there = suggesting.situation_of(branch, MANAGER, "XX", rules=RULES, plan_id=record.plan_id)
    result = suggesting.suggest(there, FREE)
    other = next(cell for cell in there.plan.owners.index if cell not in {move.cell for move in result.moves})
    plan = there.plan.reassigned("cell", [other], "M2" if there.plan.owners[other] == "M1" else "M1", reason="by hand")
    some = result.moves[0].cell
    moves = {move.subject: move for move in suggesting.accepted_moves(plan, result, [some])}
    assert set(moves) == {other, some}
    assert moves[other].reason == "by hand"
    assert moves[some].taker == result.moves[0].taker
    # All of an answer takes back what it does not have.
    assert other not in {move.subject for move in suggesting.accepted_moves(plan, result)}


def test_a_draft_that_somebody_saved_since_is_not_overwritten(branch: Store) -> None:
    record = drafting.new_plan(branch, MANAGER, "XX", title="mine", now_us=NOW_US)
    there = suggesting.situation_of(branch, MANAGER, "XX", rules=RULES, plan_id=record.plan_id)
    result = suggesting.suggest(there, FREE)
    cell = there.plan.owners.index[0]
    moved = there.plan.reassigned("cell", [cell], "M2" if there.plan.owners[cell] == "M1" else "M1").moves
    save_plan(branch, MANAGER, "XX", record.plan_id, expected=record.version, now_us=NOW_US, moves=moved)
    with pytest.raises(Conflict):
        suggesting.keep(branch, MANAGER, "XX", result, there=there, now_us=NOW_US, draft=record)


def test_locks_of_a_draft_hold(branch: Store) -> None:
    record = drafting.new_plan(branch, MANAGER, "XX", title="mine", now_us=NOW_US)
    options = PlanOptions(locked_cells=("c1",), locked_owners=("M1",))
    locked = suggesting.with_locks(replace(FREE, locked_cells=("c0",)), replace(record, options=options))
    assert (locked.locked_cells, locked.locked_owners) == (("c0", "c1"), ("M1",))
    with pytest.raises(PlanError, match="Everything is locked"):
        suggesting.with_locks(FREE, replace(record, options=PlanOptions(locked_all=True)))


@pytest.mark.parametrize("who", [ELSEWHERE, PLANNER])
def test_who_may_not_change_ownership_gets_nothing(branch: Store, who: Scope) -> None:
    there = suggesting.situation_of(branch, MANAGER, "XX", rules=RULES)
    result = suggesting.suggest(there, replace(FREE, budget=Budget(cells=1)))
    with pytest.raises(ScopeError):
        suggesting.situation_of(branch, who, "XX", rules=RULES)
    with pytest.raises(ScopeError):
        suggesting.keep(branch, who, "XX", result, there=there, now_us=NOW_US)
    assert plans(branch, MANAGER, "XX").empty


def test_managers_who_are_not_there_yet_cannot_be_kept(branch: Store) -> None:
    there = suggesting.situation_of(branch, MANAGER, "XX", rules=RULES)
    result = suggesting.suggest(there, replace(FREE, new_managers=1))
    with pytest.raises(PlanError, match="NEW-1"):
        suggesting.keep(branch, MANAGER, "XX", result, there=there, now_us=NOW_US)
    assert plans(branch, MANAGER, "XX").empty


def test_a_child_that_dies_says_so_and_stops_no_other(branch: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggesting, "CHILD", "raise SystemExit('out of memory')")
    (only,) = suggesting.suggest_everywhere(Settings(store=branch.location), MANAGER, ["XX"], FREE, workers=2)
    assert (only.answer, only.plan_id) == (None, None)
    assert "out of memory" in only.trouble
