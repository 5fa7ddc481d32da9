"""What speaks against plans, on the seven cells of `tests.builders`: each by name, with a place, and since when."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings

from gridmap.facts import measure
from gridmap.market.places import park_cells
from gridmap.plan import Move
from gridmap.reallocation.editing import Locks
from gridmap.reallocation.validation import CHECKS, validate
from gridmap.settings import Rules
from gridmap.texts import said
from tests import builders
from tests.builders import AS_OF, CELLS
from tests.gridmap.reallocation.plans_at_random import plans

ON = date(2026, 7, 1)
RULES = Rules()
BASE = builders.plan()
NAMES = {cell: name for name, cell in CELLS.items()}


def named_managers():
    managers = builders.managers()
    managers["name"] = managers["manager_id"].map({"cm1": "李明", "am1": "陈红"}).fillna(managers["manager_id"])
    managers["name_en"] = managers["manager_id"].map({"cm1": "Li Ming"}).astype("str")
    return managers


MARKET = builders.seven_cells(managers=named_managers())
FACTS = measure(MARKET, BASE.holders, as_of=AS_OF, window_days=365, rules=RULES)


def problems(plan, *, market=MARKET, rules=RULES, locks=None, on=ON):
    facts = FACTS if market is MARKET and rules is RULES else measure(market, plan.holders, as_of=AS_OF, window_days=365, rules=rules)
    return validate(market, plan, facts, rules=rules, locks=locks or Locks(), effective_on=on)


def only(check, plan, **more):
    return [each for each in problems(plan, **more) if each.check == check]


def give(names, taker, plan=BASE):
    return plan.reassigned("cell", [CELLS[name] for name in names], taker)


def test_a_plan_that_moves_nothing_is_blocked():
    found = problems(BASE)
    assert [each.check for each in found if each.blocks] == ["nothing_moved"]
    assert str(found[0].message) == "The plan moves nothing."
    assert not [each for each in problems(give(["e"], "cm1")) if each.blocks]


@pytest.mark.parametrize(
    ("check", "taker", "said_of_it"),
    [
        ("unknown_manager", "zz", "There is no manager zz in this branch. Moves to them in the plan: 1."),
        ("inactive_manager", "am9", "am9 does not work here on 2026-07-01. Moves to them in the plan: 1."),
        ("sponsor_given", "ld1", "ld1 sponsors organisations, and owns and holds none. Moves to them in the plan: 1."),
    ],
)
@pytest.mark.parametrize("layer", ["cell", "holder"])
def test_who_may_not_take_blocks_the_plan(check, taker, said_of_it, layer):
    plan = BASE.reassigned(layer, [CELLS["mid"] if layer == "cell" else "o1"], taker)
    found = [each for each in problems(plan) if each.blocks]
    assert [(each.check, each.subject, str(each.message), each.cell) for each in found] == [(check, taker, said_of_it, CELLS["mid"])]


def test_a_manager_of_another_branch_blocks_the_plan():
    managers = builders.managers()
    managers["branch_id"] = managers["manager_id"].map({"cm2": "yy"}).fillna("xx").astype("str")
    found = only("foreign_manager", give(["e"], "cm2"), market=builders.seven_cells(managers=managers))
    assert [each.subject for each in found] == ["cm2"]
    assert found[0].blocks


def test_the_day_of_the_plan_decides_who_is_at_work():
    plan = give(["e"], "am9")
    assert not only("inactive_manager", plan, on=date(2026, 1, 31))
    assert only("inactive_manager", plan, on=date(2026, 2, 1))


def test_a_leader_may_sponsor_and_nobody_unknown_may():
    assert not [each for each in problems(BASE.reassigned("sponsor", ["o2"], "ld1")) if each.blocks]
    assert only("unknown_manager", BASE.reassigned("sponsor", ["o2"], "zz"))


def test_what_is_no_cell_and_no_organisation_of_the_branch_blocks_the_plan():
    plan = BASE.with_moves([Move("88410a0001fffff", "cell", "", "cm1"), Move("o99", "holder", "", "am1")])
    assert [each.subject for each in only("unknown_subject", plan)] == ["88410a0001fffff", "o99"]
    assert all(each.blocks for each in only("unknown_subject", plan))


@pytest.mark.parametrize(
    ("locks", "said_of_it"),
    [
        (Locks(cells=frozenset({CELLS["ne"]})), f"The cell {CELLS['ne']} is locked, and goes from Li Ming to cm2."),
        (Locks(owners=frozenset({"cm1"})), "Li Ming is locked. Moves from or to them: 1."),
        (Locks(owners=frozenset({"cm2"})), "cm2 is locked. Moves from or to them: 1."),
        (Locks(everything=True), "Everything is locked. Moves in the plan: 1."),
    ],
)
def test_what_is_locked_and_moves_blocks_the_plan(locks, said_of_it):
    found = [each for each in problems(give(["ne"], "cm2"), locks=locks) if each.blocks]
    assert [(each.check, str(each.message), each.cell) for each in found] == [("locked", said_of_it, CELLS["ne"])]
    assert not only("locked", give(["e"], "am1"), locks=Locks(cells=frozenset({CELLS["ne"]}), owners=frozenset({"cm1"})))


def test_organisations_left_to_nobody_are_told_by_town_with_the_fullest_cell():
    found = only("unassigned", give(["mid", "ne"], ""))
    assert {(each.since, each.cell) for each in found} == {("new", CELLS["ne"]), ("new", CELLS["mid"])}
    (one,) = only("unassigned", give(["ne"], ""))
    name = str(MARKET.towns.loc["t-east", "name_en"])
    assert str(one.message) == f"In {name}, cells that nobody owns: 1; organisations in them: 2. The plan makes it so."
    assert (one.subject, one.cells, one.blocks) == ("t-east", (CELLS["ne"],), False)
    before = builders.plan(owners=BASE.owners.drop(CELLS["ne"])).reassigned("cell", [CELLS["e"]], "cm1")
    assert [each.since for each in only("unassigned", before)] == ["before"]


def test_a_territory_in_pieces_is_told_with_what_lies_apart():
    (one,) = only("pieces", give(["e"], "cm2"))
    assert str(one.message) == "The territory of cm2 is in 2 pieces. Cells apart from the largest: 1. The plan makes it so."
    assert (one.subject, one.cell, one.cells) == ("cm2", CELLS["e"], (CELLS["e"],))
    broken = builders.plan(owners=pd.Series({CELLS[name]: "cm2" for name in ("w", "sw", "ne")}, dtype="str"))
    assert [each.since for each in only("pieces", give(["nw"], "am1", broken))] == ["before"]
    assert [each.since for each in only("pieces", broken.reassigned("cell", [CELLS["w"]], "am1"))] == ["before"]
    thrice = builders.plan(owners=pd.Series({CELLS[name]: "cm2" for name in ("w", "ne")}, dtype="str"))
    assert [each.since for each in only("pieces", give(["se"], "cm2", thrice))] == ["worse"]


def test_enclaves_are_told_with_who_is_around():
    ring = give(list(CELLS), "cm2")
    (one,) = only("enclave", give(["mid"], "cm1", ring))
    assert str(one.message) == "Cells of Li Ming lie wholly inside the territory of cm2: 1. The plan makes it so."
    assert (one.subject, one.cell) == ("cm1", CELLS["mid"])
    (hole,) = only("enclave", give(["mid"], "", ring))
    assert str(hole.message).startswith("Cells that nobody owns lie wholly inside the territory of cm2: 1.")
    enclosed = builders.plan(owners=pd.Series({cell: "cm1" if name == "mid" else "cm2" for cell, name in NAMES.items()}, dtype="str"))
    assert [each.since for each in only("enclave", enclosed.reassigned("holder", ["o1"], "am2"))] == ["before"]


def test_over_capacity_counts_accounts_and_hours_and_says_what_the_plan_did_to_it():
    rules = Rules(capacity_accounts=2)
    (one,) = only("over_capacity", give(["e"], "cm1"), rules=rules)
    assert str(one.message) == "陈红 has 3 accounts to look after, of at most 2; before the plan 3. It was so before the plan."
    (more,) = only("over_capacity", BASE.reassigned("holder", ["o3"], "am1"), rules=rules)
    assert more.since == "worse"
    (new,) = only("over_capacity", BASE.reassigned("holder", ["o1", "o2"], "am2"), rules=rules)
    assert (new.subject, new.since) == ("am2", "new")  # half a post
    assert not only("over_capacity", BASE.reassigned("holder", ["o1"], "cm1"), rules=rules), "community managers have hours, not a cap"
    managers = named_managers().assign(hours_per_day=0.1, other_hours_per_week=0.0)
    hours = only("over_capacity", BASE.reassigned("holder", ["o1"], "am2"), market=builders.seven_cells(managers=managers))
    assert [(each.subject, each.since) for each in hours] == []  # 2.2 hours a month are enough for o1's 1.4
    managers["hours_per_day"] = 0.05
    found = only("over_capacity", BASE.reassigned("holder", ["o1"], "am2"), market=builders.seven_cells(managers=managers))
    told = {each.subject: str(each.message) for each in found}
    assert told["am2"] == "am2 is asked for 1.4 hours a month and has 1.1; before the plan 0 were asked. The plan makes it so."
    assert told["am1"] == "陈红 is asked for 1.1 hours a month and has 1.1; before the plan 2.5 were asked. It was so before the plan."


def test_who_left_and_keeps_something_is_told():
    owned = builders.plan(owners=pd.Series({CELLS["mid"]: "am9", CELLS["ne"]: "am9"}, dtype="str"))
    (one,) = only("gone_owner", owned.reassigned("cell", [CELLS["e"]], "cm1"))
    assert (
        str(one.message) == "am9 does not work here on 2026-07-01 and keeps cells: 2, organisations by name: 0. It was so before the plan."
    )
    assert not only("gone_owner", owned.reassigned("cell", [CELLS["mid"], CELLS["ne"]], "cm1"))


def test_a_park_between_owners_is_told_by_its_name_and_theirs():
    lat, lon = builders.spot("mid")
    lat2, lon2 = builders.spot("ne")
    strip = builders.shapely.LineString([(lon, lat), (lon2, lat2)]).buffer(0.0005)
    parks = builders.parks()
    parks.loc[0, "geometry"] = strip.wkt
    market = builders.seven_cells(parks=parks, managers=named_managers())
    (one,) = only("park_split", give(["ne"], "cm2"), market=market)
    assert str(one.message) == "The park 新城工业园 is split between Li Ming, cm2. The plan makes it so."
    assert said(one.message, "zh_CN").count("李明") == 1
    assert set(one.cells) == {CELLS["mid"], CELLS["ne"]}
    assert not only("park_split", give(["ne"], ""), market=market), "nobody is no second owner"
    split = give(["ne"], "cm2").replaced(())
    before = builders.plan(owners=give(["ne"], "cm2").owners_now)
    assert split.moves == ()
    assert [each.since for each in only("park_split", give(["e"], "cm1", before), market=market)] == ["before"]


def test_a_park_of_which_a_sliver_lies_in_the_next_cell_is_not_split():
    corners = builders.shapely.Polygon([(lon, lat) for lat, lon in builders.h3.cell_to_boundary(CELLS["mid"])])
    parks = builders.parks().iloc[:1].copy()
    for wider, split in ((0.00002, 0), (0.0008, 1)):  # the whole cell, and a rim of two metres or of eighty
        parks.loc[0, "geometry"] = corners.buffer(wider).wkt
        market = builders.seven_cells(parks=parks)
        assert set(park_cells(market)["cell"]) == set(CELLS.values())
        assert len(only("park_split", give(["mid"], "am1"), market=market)) == split


def test_organisations_held_by_name_that_stay_behind_are_told_by_holder():
    (one,) = only("named_exception", give(["mid"], "cm2"))
    assert (one.subject, one.cell, one.blocks) == ("am1", CELLS["mid"], False)
    assert str(one.message) == "Organisations that 陈红 holds by name stay with 陈红 though their cells move: 3, such as o1."
    assert not only("named_exception", give(["mid"], "am1")), "the holder takes the cell as well"
    assert not only("named_exception", give(["ne"], "cm2"))
    both = give(["mid"], "cm2").reassigned("holder", ["o1", "o2", "o12"], "am2")
    assert not only("named_exception", both), "they change hands by moves of their own"


def test_names_are_chosen_where_they_are_shown():
    (one,) = only("enclave", give(["mid"], "cm1", give(list(CELLS), "cm2")))
    assert "Li Ming" in said(one.message)
    assert "李明" in said(one.message, "zh_CN")


def test_what_blocks_comes_first_and_every_check_has_a_key_and_a_title_of_its_own():
    plan = give(["mid"], "am9", give(["e"], "cm2"))
    blocks = [each.blocks for each in problems(plan)]
    assert blocks == sorted(blocks, reverse=True)
    assert len({check.key for check in CHECKS}) == len({check.title for check in CHECKS}) == len(CHECKS)
    assert {each.check for each in problems(plan)} <= {check.key for check in CHECKS}


@settings(max_examples=20, deadline=None)
@given(plans())
def test_every_problem_names_a_cell_of_the_grid_or_none_and_reads_as_a_sentence(plan):
    blocking = {check.key: check.blocks for check in CHECKS}
    for each in problems(plan):
        assert each.cell in {"", *CELLS.values()}
        assert set(each.cells) <= set(CELLS.values())
        assert each.blocks == blocking[each.check]
        text = str(each.message)
        assert text.endswith(".")
        assert "{" not in text
        assert "nan" not in text


def test_an_empty_branch_has_nothing_but_the_missing_moves_against_a_plan():
    empty = builders.market()
    plan = builders.plan(owners=pd.Series(dtype="str"), holders=pd.Series(dtype="str"))
    assert [each.check for each in problems(plan, market=empty)] == ["nothing_moved"]
