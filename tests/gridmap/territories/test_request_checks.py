"""Every fault of a request is named, all at once."""

from dataclasses import replace

import pandas as pd
import pytest

from gridmap.errors import PlanError
from gridmap.territories.engine.effort import Effort
from gridmap.territories.request import CAPACITY, Budget, Limit, Request, Weights
from gridmap.territories.request_checks import require_sound
from tests import builders
from tests.builders import CELLS
from tests.gridmap.territories.villages import ON, seven

ASKED = seven()
GOOD = Request(limits=(Limit("accounts", tolerance=0.5),))


def reasons(request):
    with pytest.raises(PlanError) as caught:
        require_sound(ASKED.market, ASKED.plan, ASKED.facts, request, on=ON)
    return [str(reason) for reason in caught.value.reasons]


def test_a_sound_request_passes():
    require_sound(ASKED.market, ASKED.plan, ASKED.facts, GOOD, on=ON)
    together = ((CELLS["mid"], CELLS["ne"]), (CELLS["nw"], CELLS["w"], CELLS["sw"]))
    require_sound(ASKED.market, ASKED.plan, ASKED.facts, replace(GOOD, together=together, locked_cells=(CELLS["mid"],)), on=ON)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"managers": ("cm1", "cm2", "cm7")}, ["no manager cm7"]),
        ({"managers": ("cm1", "cm2", "am9")}, ["am9 does not work here"]),
        ({"managers": ("cm1", "cm2", "ld1")}, ["ld1 sponsors"]),
        ({"managers": ("cm1", "cm2", "cm2")}, ["cm2 is named more than once"]),
        ({"managers": ("cm1",)}, ["Fewer than two"]),
        ({"locked_owners": ("cm1", "cm8")}, ["no manager cm8", "Fewer than two"]),
        ({"bases": (("cm1", "nowhere"),)}, ["1 of these are no cells of the branch, the first is nowhere"]),
        ({"bases": (("cm1", CELLS["mid"]), ("cm1", CELLS["ne"]))}, ["cm1 has more than one base"]),
        ({"locked_cells": ("x", "y")}, ["2 of these are no cells of the branch, the first is x"]),
        ({"limits": (Limit("love", most=1),)}, ["no measure love"]),
        ({"limits": (Limit("hours", tolerance=0.0),)}, ["tolerance of hours is 0.0"]),
        ({"limits": (Limit("hours", tolerance=float("nan")),)}, ["tolerance of hours is nan"]),
        ({"limits": (Limit("hours", least=3, most=2),)}, ["At least 3 and at most 2 of hours"]),
        ({"limits": (Limit("hours", least=-1),)}, ["below 0 or no number"]),
        ({"limits": (Limit("hours"),)}, ["limit of hours says nothing"]),
        ({"limits": (Limit("prospects", most=CAPACITY),)}, ["no capacity of prospects"]),
        ({"limits": (Limit("hours", most=9), Limit("hours", most=8))}, ["more than one limit of hours"]),
        ({"least_cells": 4, "most_cells": 3}, ["least and the most cells"]),
        ({"budget": Budget(cells=-1)}, ["cells that may move is below 0"]),
        ({"budget": Budget(hours_share=1.5)}, ["share that may change hands"]),
        ({"weights": Weights(-1, 1, 1)}, ["No weight may be below 0"]),
        ({"effort": Effort(starts=-1)}, ["No number of proposals or starts is below 0"]),
        ({"effort": Effort(proposals=-1)}, ["No number of proposals or starts is below 0"]),
        ({"effort": Effort(workers=0)}, ["at least one worker searches"]),
        ({"new_managers": 4}, ["5 cells are too few for 6 managers"]),
        ({"barriers": (("walls", ""),)}, ["roads or waters, not walls"]),
        ({"barriers": (("waters", "river"),)}, ["no waters of the kind river"]),
        ({"apart": ((CELLS["w"], CELLS["w"]),)}, ["apart and together"]),
        ({"together": ((CELLS["w"], CELLS["nw"]),), "apart": ((CELLS["nw"], CELLS["w"]),)}, ["apart and together"]),
        # ne and sw touch nothing of each other: the middle is between them
        ({"together": ((CELLS["ne"], CELLS["sw"]),)}, [f"{CELLS['ne']} lie apart from {CELLS['sw']}"]),
        ({"together": ((CELLS["w"], CELLS["nw"]), (CELLS["w"], CELLS["sw"]))}, [f"Cell {CELLS['w']} stands in two groups"]),
        # cm1 has mid, cm2 has w; both stay where they are
        ({"together": ((CELLS["mid"], CELLS["w"]),), "locked_cells": (CELLS["mid"], CELLS["w"])}, ["shall stay together, but"]),
        # nobody owns e, and it is left so
        ({"together": ((CELLS["mid"], CELLS["e"]),)}, [f"shall stay together, but {CELLS['e']} may not move"]),
        ({"apart": ((CELLS["w"], CELLS["nw"]),), "locked_cells": (CELLS["w"], CELLS["nw"])}, ["both stay with cm2"]),
    ],
)
def test_each_fault_is_named(changes, words):
    found = reasons(replace(GOOD, **changes))
    assert len(found) == len(words)
    for word in words:
        assert any(word in reason for reason in found), found


def test_all_faults_are_named_at_once():
    found = reasons(Request(managers=("zz",), limits=(Limit("love", most=1), Limit("hours")), budget=Budget(cells=-1), locked_cells=("x",)))
    assert len(found) == 6  # zz; too few managers; love; hours says nothing; the budget; the cell


def test_a_group_with_cells_of_somebody_who_takes_no_part_is_refused():
    owners = builders.plan().owners.copy()
    owners[CELLS["e"]] = "am1"
    asked = seven(builders.plan(owners=owners))
    request = replace(GOOD, managers=("cm1", "cm2"), together=((CELLS["e"], CELLS["mid"]),))
    with pytest.raises(PlanError) as caught:
        require_sound(asked.market, asked.plan, asked.facts, request, on=ON)
    assert CELLS["e"] in str(caught.value.reasons[0])
    assert asked.task(replace(request, managers=("am1", "cm1", "cm2"), together=())).problem.units == 6


def test_nothing_to_share_out_is_said():
    empty = builders.plan(owners=pd.Series(dtype="str"))
    with pytest.raises(PlanError, match="None of these managers owns a cell"):
        ASKED.task(replace(GOOD, managers=("cm1", "cm2")), plan=empty)
