"""Somebody leaves: nothing of theirs is left with them, the proposal is the same each time, and who has no room gets nothing."""

import pandas as pd
import pytest

from gridmap.errors import PlanError
from gridmap.facts import measure
from gridmap.plan import Move
from gridmap.reallocation.resignation import MOST_ROOM, NAMED, NO_ROOM, resignation, resigned
from gridmap.settings import Rules
from tests import builders

RULES = Rules()
CELLS = builders.CELLS
BASE = builders.plan()


def leaving(manager_id, *, plan=BASE, rules=RULES, tables=None, **takers):
    market = builders.seven_cells(**(tables or {}))
    facts = measure(market, plan.holders, as_of=builders.AS_OF, window_days=365, rules=rules)
    return resignation(market, plan, facts, manager_id, rules=rules, **takers)


def taken(moves):
    return {move.subject: move.taker for move in moves}


def staff(**changes):
    """Change rows of the managers by id: cm1={"hours_per_day": 2.0}."""
    table = builders.managers().set_index("manager_id")
    for manager_id, values in changes.items():
        for name, value in values.items():
            table.loc[manager_id, name] = value
    return {"managers": table.reset_index()}


def another(manager_id, **values):
    """Add a community manager like cm2."""
    table = builders.managers()
    row = table[table["manager_id"].eq("cm2")].assign(manager_id=manager_id, name=manager_id, **values)
    return {"managers": pd.concat([table, row], ignore_index=True)}


def test_cells_go_to_the_neighbour_with_most_room():
    moves = leaving("cm1")
    assert taken(moves) == {CELLS["mid"]: "cm2", CELLS["ne"]: "cm2"}
    assert {(move.layer, move.giver, move.reason) for move in moves} == {("cell", "cm1", MOST_ROOM)}


def test_of_two_neighbours_the_one_with_more_room_takes_the_whole_piece():
    plan = BASE.reassigned("cell", [CELLS["e"]], "cm3")
    for hours, taker in ((9.0, "cm3"), (5.0, "cm2")):
        moves = leaving("cm1", plan=plan, tables=another("cm3", hours_per_day=hours))
        assert taken(moves) == {CELLS["mid"]: taker, CELLS["ne"]: taker}


@pytest.mark.parametrize(("room", "expected"), [(0.67, {"mid", "ne"}), (0.5, {"mid"}), (0.2, set())])
def test_a_piece_that_nobody_can_take_whole_is_taken_from_its_rim(room, expected):
    # Hours a month: mid 0.282 (o3), ne 0.380 (o4, o5), what cm2 has 0.747 (o6, o7, o8); mid touches three of cm2's cells, ne one.
    tables = staff(cm2={"hours_per_day": (0.747 + room) / 4.348, "working_days": "1"})
    found = taken(leaving("cm1", tables=tables))
    assert {name for name in ("mid", "ne") if found[CELLS[name]] == "cm2"} == expected


def test_what_nobody_can_take_is_released_and_said():
    moves = leaving("cm1", tables=staff(cm2={"hours_per_day": 0.0}))
    assert {(move.taker, move.reason) for move in moves} == {("", NO_ROOM)}


def test_hours_that_nobody_knows_are_no_room():
    assert set(taken(leaving("cm1", tables=staff(cm2={"hours_per_day": None}))).values()) == {""}


def test_who_touches_nothing_of_it_is_not_proposed():
    plan = builders.plan(owners=pd.Series({CELLS["ne"]: "cm1", CELLS["sw"]: "cm2"}, dtype="str"))
    assert taken(leaving("cm1", plan=plan)) == {CELLS["ne"]: ""}


def test_named_organisations_go_to_account_managers_with_room_the_biggest_first():
    assert taken(leaving("am1")) == {"o1": "am2", "o2": "am2", "o12": "am2"}
    tight = staff(am2={"capacity_accounts": 2})
    moves = leaving("am1", tables=tight)
    assert taken(moves) == {"o1": "am2", "o12": "am2", "o2": ""}  # A before B, then by code
    assert {move.reason for move in moves if not move.taker} == {NO_ROOM}


def test_a_sponsors_organisations_go_to_who_sponsors_fewest():
    assert [move.taker for move in leaving("ld1")] == [""]
    table = builders.managers()
    more = [table[table["manager_id"].eq("ld1")].assign(manager_id=each) for each in ("ld2", "ld3")]
    plan = builders.plan(sponsors=pd.Series({"o1": "ld1", "o2": "ld1", "o3": "ld1", "o4": "ld2"}, dtype="str"))
    moves = leaving("ld1", plan=plan, tables={"managers": pd.concat([table, *more], ignore_index=True)})
    assert taken(moves) == {"o1": "ld3", "o2": "ld2", "o3": "ld3"}


def test_named_takers_get_all_of_their_part():
    moves = leaving("cm1", cells_to="am2")
    assert {(move.taker, move.reason) for move in moves} == {("am2", NAMED)}
    assert taken(leaving("am1", holders_to="cm2")) == dict.fromkeys(["o1", "o2", "o12"], "cm2")


@pytest.mark.parametrize(
    ("manager_id", "takers"),
    [
        ("cm1", {"cells_to": "cm1"}),  # who leaves
        ("cm1", {"cells_to": "am9"}),  # left in January
        ("cm1", {"cells_to": "ld1"}),  # sponsors own nothing
        ("cm1", {"cells_to": "nobody"}),
        ("am1", {"holders_to": "ld1"}),
        ("ld1", {"sponsors_to": "cm1"}),
    ],
)
def test_a_taker_who_cannot_have_it_is_refused(manager_id, takers):
    with pytest.raises(PlanError) as caught:
        leaving(manager_id, **takers)
    assert next(iter(takers.values())) in str(caught.value.what)
    assert str(caught.value.remedy)


def test_nothing_is_left_with_who_leaves_and_the_proposal_is_the_same_each_time():
    everything = builders.plan(
        owners=pd.Series({CELLS["mid"]: "am1", CELLS["ne"]: "cm1"}, dtype="str"), sponsors=pd.Series({"o3": "am1"}, dtype="str")
    )
    moves = leaving("am1", plan=everything)
    assert [(move.layer, move.subject) for move in moves] == sorted((move.layer, move.subject) for move in moves)
    after = resigned(everything, moves)
    assert not any(after.now(layer).eq("am1").any() for layer in ("cell", "holder", "sponsor"))
    assert leaving("am1", plan=everything) == moves


def test_a_draft_with_moves_of_its_own_keeps_one_move_for_each_subject():
    draft = BASE.reassigned("cell", [CELLS["w"], CELLS["e"]], "cm1").reassigned("holder", ["o3"], "am2")
    moves = leaving("cm1", plan=draft, cells_to="cm2")
    assert set(taken(moves)) == {CELLS[name] for name in ("mid", "ne", "w", "e")}
    after = resigned(draft, moves)
    assert len({(move.layer, move.subject) for move in after.moves}) == len(after.moves)
    assert CELLS["w"] not in {move.subject for move in after.moves}  # back with who had it
    assert Move(CELLS["e"], "cell", "", "cm2", NAMED) in after.moves
    assert Move("o3", "holder", "", "am2") in after.moves


def test_who_has_nothing_leaves_nothing():
    assert leaving("am2") == ()
