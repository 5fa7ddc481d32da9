"""Plan: ownership as a value; moves make a new one and must fit what is there."""

import numpy as np
import pandas as pd
import pytest

from gridmap.errors import PlanError
from gridmap.plan import Move, Plan, no_plan
from tests.builders import CELLS, plan

NE, E = CELLS["ne"], CELLS["e"]


def test_without_moves_a_plan_is_today():
    today = plan()
    assert today.owners_now.equals(today.owners)
    assert today.holders_now.equals(today.holders)
    assert today.sponsors["o1"] == "ld1"


def test_moves_give_take_and_release():
    moved = plan().with_moves([Move(NE, "cell", "cm1", "cm2", "nearer"), Move(E, "cell", "", "cm1"), Move("o1", "holder", "am1", "")])
    assert moved.owners_now[NE] == "cm2"
    assert moved.owners_now[E] == "cm1"
    assert "o1" not in moved.holders_now
    assert moved.owners.equals(plan().owners)  # the ledger's own stays beside
    assert len(moved.moves) == 3


def test_a_second_move_builds_on_the_first():
    moved = plan().with_moves([Move(NE, "cell", "cm1", "cm2")]).with_moves([Move(NE, "cell", "cm2", "cm3")])
    assert moved.owners_now[NE] == "cm3"
    assert moved.owners_now.is_unique is False
    assert moved.owners_now.index.is_unique


@pytest.mark.parametrize(
    "move",
    [
        Move(NE, "cell", "cm2", "cm3"),  # the giver does not have it
        Move(E, "cell", "cm1", "cm2"),  # nobody has it
        Move(NE, "cell", "cm1", "cm1"),  # to whom has it already
        Move("o9", "holder", "am1", "am2"),  # not held by name
        Move("o9", "holder", "", ""),  # from nobody to nobody
    ],
)
def test_a_move_that_does_not_fit_is_refused(move):
    with pytest.raises(PlanError) as refused:
        plan().with_moves([Move(CELLS["nw"], "cell", "cm2", "cm1"), move])
    told = vars(refused.value.what)["values"]
    assert (told["count"], told["subject"]) == (1, move.subject)


def test_what_is_missing_or_empty_is_nobodys():
    owners = pd.Series({"b": "m1", "a": None, "c": "", "d": np.nan}, dtype="object")
    made = Plan("xx", 1, owners, pd.Series(dtype="str"), pd.Series(dtype="str"))
    assert made.owners.to_dict() == {"b": "m1"}
    assert (made.owners.name, made.owners.index.name) == ("owners", "cell")


def test_the_fingerprint_follows_who_owns_what_not_the_order():
    today = plan()
    assert today.fingerprint == plan(owners=today.owners.iloc[::-1]).fingerprint
    others = [
        plan(owners=today.owners.iloc[1:]),
        plan(holders=today.holders.iloc[1:]),
        plan(sponsors=today.holders),
        plan(change_id=2),
        today.with_moves([Move(NE, "cell", "cm1", "cm2")]),
        no_plan("xx"),
    ]
    assert len({today.fingerprint, *(other.fingerprint for other in others)}) == 7


def test_what_was_before_the_moves_has_a_fingerprint_of_its_own():
    today = plan()
    moved = today.reassigned("cell", [CELLS["w"]], "cm1")
    assert moved.base == today.base == moved.replaced(()).base
    assert moved.fingerprint != today.fingerprint == moved.replaced(()).fingerprint
    assert plan(owners=today.owners.iloc[1:]).base != today.base
    assert moved.owners.equals(today.owners)
