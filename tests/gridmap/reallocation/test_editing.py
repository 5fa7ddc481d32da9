"""Edits of a plan on the seven cells of `tests.builders`: what is moved, what is refused and why."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.errors import CellError, PlanError
from gridmap.reallocation.editing import Locks, assign, hold, release, swap
from tests import builders
from tests.builders import CELLS

ON = date(2026, 7, 1)
FREE = Locks()
MARKET = builders.seven_cells()


@pytest.fixture(scope="module")
def market():
    return MARKET


@pytest.fixture(scope="module")
def plan():
    return builders.plan()


def why(edited):
    return {each.subject: str(each.message) for each in edited.refused}


def test_cells_are_given_with_one_move_each_and_the_reason(market, plan):
    edited = assign(plan, [CELLS["mid"], CELLS["e"], CELLS["w"]], "cm2", market=market, on=ON, locks=FREE, reason="nearer")
    assert set(edited.moved) == {CELLS["mid"], CELLS["e"]}, "w is cm2's already"
    assert edited.refused == ()
    assert {(move.subject, move.giver, move.taker, move.reason) for move in edited.plan.moves} == {
        (CELLS["mid"], "cm1", "cm2", "nearer"),
        (CELLS["e"], "", "cm2", "nearer"),
    }


def test_a_released_cell_is_nobodys_and_back_again_is_no_move(market, plan):
    released = release(plan, [CELLS["mid"]], market=market, on=ON, locks=FREE)
    assert CELLS["mid"] not in released.plan.owners_now.index
    back = assign(released.plan, [CELLS["mid"]], "cm1", market=market, on=ON, locks=FREE)
    assert back.moved == (CELLS["mid"],)
    assert back.plan.moves == ()


@pytest.mark.parametrize(
    ("locks", "moved", "said"),
    [
        (Locks(cells=frozenset({CELLS["mid"]})), {"ne", "e"}, f"The cell {CELLS['mid']} is locked."),
        (Locks(owners=frozenset({"cm1"})), {"e"}, "cm1 is locked and gives nothing."),
        (Locks(owners=frozenset({"cm2"})), set(), "cm2 is locked and takes nothing."),
        (Locks(everything=True), set(), "Everything is locked."),
    ],
)
def test_what_is_locked_stays_and_is_named(market, plan, locks, moved, said):
    wanted = [CELLS[name] for name in ("mid", "ne", "e")]
    edited = assign(plan, wanted, "cm2", market=market, on=ON, locks=locks)
    assert set(edited.moved) == {CELLS[name] for name in moved}
    assert {each.subject for each in edited.refused} == set(wanted) - set(edited.moved)
    assert set(why(edited).values()) == {said}
    assert {move.subject for move in edited.plan.moves} == set(edited.moved)


@pytest.mark.parametrize(
    ("taker", "said"),
    [
        ("nobody", "There is no manager nobody in this branch."),
        ("am9", "am9 does not work here on 2026-07-01."),
        ("ld1", "ld1 sponsors organisations, and owns and holds none."),
    ],
)
def test_who_may_not_take_is_refused_by_name(market, plan, taker, said):
    edited = assign(plan, [CELLS["mid"]], taker, market=market, on=ON, locks=FREE)
    assert edited.plan is plan
    assert why(edited) == {CELLS["mid"]: said}
    assert hold(plan, ["o3"], taker, market=market, on=ON, locks=FREE).moved == ()


def test_a_manager_of_another_branch_takes_nothing(plan):
    managers = builders.managers()
    managers["branch_id"] = managers["manager_id"].map({"cm2": "yy"}).fillna("xx").astype("str")
    market = builders.seven_cells(managers=managers)
    edited = assign(plan, [CELLS["mid"]], "cm2", market=market, on=ON, locks=FREE)
    assert why(edited) == {CELLS["mid"]: "cm2 works for another branch."}


def test_the_day_of_the_plan_decides_who_works(market, plan):
    assert assign(plan, [CELLS["mid"]], "am9", market=market, on=date(2026, 1, 31), locks=FREE).moved == (CELLS["mid"],)


def test_a_cell_that_is_not_in_the_grid_is_an_error(market, plan):
    for cells in ([CELLS["mid"], "88410a0001fffff"], ["'; drop table"]):
        with pytest.raises(CellError):
            assign(plan, cells, "cm2", market=market, on=ON, locks=FREE)


def test_two_owners_change_places(market, plan):
    edited = swap(plan, "cm1", "cm2", market=market, on=ON, locks=FREE)
    assert edited.plan.owners_now.to_dict() == {cell: {"cm1": "cm2", "cm2": "cm1"}[owner] for cell, owner in plan.owners.items()}
    assert swap(edited.plan, "cm1", "cm2", market=market, on=ON, locks=FREE).plan.moves == ()


def test_a_swap_is_done_whole_or_not_at_all(market, plan):
    edited = swap(plan, "cm1", "cm2", market=market, on=ON, locks=Locks(cells=frozenset({CELLS["sw"]})))
    assert edited.plan is plan
    assert edited.moved == ()
    assert why(edited) == {CELLS["sw"]: f"The cell {CELLS['sw']} is locked."}


@pytest.mark.parametrize("pair", [("cm1", "cm1"), ("", "cm1"), ("cm1", "")])
def test_a_swap_needs_two_managers(market, plan, pair):
    with pytest.raises(PlanError):
        swap(plan, *pair, market=market, on=ON, locks=FREE)


def test_organisations_are_held_by_name_and_let_go(market, plan):
    edited = hold(plan, ["o3", "o1"], "am2", market=market, on=ON, locks=Locks(cells=frozenset({CELLS["mid"]})))
    assert edited.plan.holders_now.to_dict() == {"o1": "am2", "o2": "am1", "o3": "am2", "o12": "am1"}
    gone = hold(edited.plan, ["o3"], "", market=market, on=ON, locks=FREE)
    assert "o3" not in gone.plan.holders_now.index
    locked = hold(plan, ["o1"], "am2", market=market, on=ON, locks=Locks(owners=frozenset({"am1"})))
    assert why(locked) == {"o1": "am1 is locked and gives nothing."}
    with pytest.raises(PlanError):
        hold(plan, ["o1", "o99"], "am2", market=market, on=ON, locks=FREE)


NAMES = st.sampled_from(sorted(CELLS))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.lists(NAMES, max_size=5), st.sampled_from(["", "cm1", "cm2", "am1", "am9"])), max_size=6),
    st.frozensets(NAMES, max_size=3),
    st.frozensets(st.sampled_from(["cm1", "cm2"]), max_size=1),
)
def test_whatever_is_edited_locks_hold_and_each_cell_is_moved_or_refused_or_there_already(edits, cells, owners):
    base = builders.plan()
    locks = Locks(frozenset(CELLS[name] for name in cells), owners)
    plan = base
    for names, taker in edits:
        wanted = {CELLS[name] for name in names}
        edited = assign(plan, wanted, taker, market=MARKET, on=ON, locks=locks)
        there = {cell for cell in wanted if plan.owners_now.get(cell, "") == taker}
        refused = {each.subject for each in edited.refused}
        assert wanted == there | set(edited.moved) | refused
        assert not refused & set(edited.moved)
        plan = edited.plan
    now, before = plan.owners_now, base.owners
    for cell in CELLS.values():
        if cell in locks.cells or before.get(cell, "") in owners:
            assert now.get(cell, "") == before.get(cell, "")
        assert now.get(cell, "") not in owners or before.get(cell, "") in owners
    assert len({move.subject for move in plan.moves}) == len(plan.moves)
    assert isinstance(now, pd.Series)
