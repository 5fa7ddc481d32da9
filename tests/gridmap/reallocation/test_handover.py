"""What changes hands: each organisation once with its holder, and totals that agree with the loads before and after."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.facts import measure, roll_up
from gridmap.plan import UNASSIGNED
from gridmap.reallocation.effect import plan_effect
from gridmap.reallocation.handover import handed_over
from gridmap.settings import Rules
from tests import builders

RULES = Rules()
AUGUST = date(2026, 8, 1)
MARKET = builders.seven_cells()
BASE = builders.plan()
FACTS = measure(MARKET, BASE.holders, as_of=builders.AS_OF, window_days=365, rules=RULES)
MANAGERS = ("am1", "am2", "cm1", "cm2", "")


def handover(plan, market=MARKET, **options):
    return handed_over(market, plan, as_of=builders.AS_OF, effective_on=AUGUST, rules=RULES, **options)


def test_a_cell_moves_what_nobody_in_it_holds_by_name():
    found = handover(BASE.reassigned("cell", [builders.CELLS["mid"]], "cm2"))
    assert list(found.organisations.index) == ["o3"]  # o1, o2 and o12 lie there too, and are am1's by name
    assert found.organisations.loc["o3", ["giver", "taker"]].tolist() == ["cm1", "cm2"]
    assert found.cells.to_dict("records") == [{"cell": builders.CELLS["mid"], "giver": "cm1", "taker": "cm2", "town": "t-west"}]


def test_a_named_organisation_moves_by_its_own_move_wherever_its_cell_goes():
    plan = BASE.reassigned("cell", [builders.CELLS["mid"]], "cm2").reassigned("holder", ["o1"], "am2")
    found = handover(plan).organisations
    assert found[["giver", "taker"]].apply(tuple, axis=1).to_dict() == {"o1": ("am1", "am2"), "o3": ("cm1", "cm2")}
    assert found.loc["o1", "sponsor"] == "ld1"


def test_a_released_name_falls_to_the_owner_of_the_cell():
    both = BASE.reassigned("holder", ["o2"], "").reassigned("cell", [builders.CELLS["mid"]], "cm2")
    assert handover(both).organisations.loc["o2", "taker"] == "cm2"


def test_nobody_is_named_as_such():
    found = handover(BASE.reassigned("cell", [builders.CELLS["ne"]], "").reassigned("holder", ["o10"], "am2"))
    sides = found.organisations[["giver", "taker"]].apply(tuple, axis=1).to_dict()
    assert sides == {"o4": ("cm1", UNASSIGNED), "o5": ("cm1", UNASSIGNED), "o10": (UNASSIGNED, "am2")}
    assert found.managers == ("am2", "cm1")


def test_each_organisation_comes_with_what_its_taker_must_know():
    found = handover(BASE.reassigned("cell", [builders.CELLS["mid"]], "cm2").reassigned("holder", ["o1", "o2"], "am2")).organisations
    o1, o3 = found.loc["o1"], found.loc["o3"]
    assert (o1["tier"], o1["stage"], o1["complete"], o1["sponsor"]) == ("A", "account", True, "ld1")
    assert (o1["last_on"], o1["last_by"], o1["last_outcome"]) == (pd.Timestamp(2026, 6, 20), "am2", "not_in")
    assert not found.loc["o2", "complete"]  # its licence ran out on 31 May
    # w1 took five lines; w2 cost none; w7 is a day too old
    assert (o3["wins"], o3["lines_lost"], o1["wins"]) == (1, 5, 0)
    assert o3["danger"] == "orange"
    assert str(o3["reasons"][0]) == "The organisation does not pay for its members"
    assert list(found.index) == ["o1", "o2", "o3"]  # by pair, then the biggest tier


def test_sponsors_that_change_are_listed_apart_and_change_no_holder():
    found = handover(BASE.reassigned("sponsor", ["o1"], ""))
    assert found.organisations.empty
    assert found.sponsorships[["org_id", "giver", "taker"]].to_numpy().tolist() == [["o1", "ld1", UNASSIGNED]]
    assert found.managers == ("ld1",)


def test_a_plan_without_moves_hands_nothing_over():
    found = handover(BASE)
    assert found.organisations.empty
    assert found.pairs.empty
    assert found.managers == ()


def test_what_belongs_to_an_organisation_merged_away_comes_with_the_one_it_was_merged_into():
    organisations = builders.organisations()
    organisations["merged_into"] = organisations["org_id"].map({"o4": "o3"})
    found = handover(BASE.reassigned("cell", [builders.CELLS["mid"]], "cm2"), builders.seven_cells(organisations=organisations))
    assert found.organisations.loc["o3", ["wins", "lines_lost"]].tolist() == [2, 8]  # w3, of o4, took three lines
    assert found.organisations.loc["o3", "last_on"] == pd.Timestamp(2026, 6, 1)


@st.composite
def plans(draw):
    plan = BASE
    for cell in builders.CELLS.values():
        if draw(st.booleans()):
            plan = plan.reassigned("cell", [cell], draw(st.sampled_from(MANAGERS)))
    for org_id in ("o1", "o2", "o3", "o6", "o10", "o12"):
        if draw(st.booleans()):
            plan = plan.reassigned("holder", [org_id], draw(st.sampled_from(MANAGERS)))
    return plan


@settings(max_examples=15, deadline=None)
@given(plans())
def test_whatever_moves_is_listed_once_and_adds_up_to_what_each_gains_and_loses(plan):
    found = handover(plan)
    assert found.organisations.index.is_unique
    before, after = (
        roll_up(measure(MARKET, holders, as_of=builders.AS_OF, window_days=365, rules=RULES), "holder", market=MARKET, plan=owned)
        for holders, owned in ((plan.holders, BASE), (plan.holders_now, plan))
    )
    pairs = found.pairs.reset_index()
    for who in (*MANAGERS[:-1], "am9", UNASSIGNED):
        for column, facts in (
            ("organisations", ["organisations"]),
            ("accounts", ["filed_A", "filed_B", "filed_C"]),
            ("prospects", ["prospects"]),
            ("hours_asked", ["hours_asked"]),
        ):
            gained = pairs.loc[pairs["taker"].eq(who), column].sum() - pairs.loc[pairs["giver"].eq(who), column].sum()
            rows = [UNASSIGNED, ""] if who == UNASSIGNED else [who]  # what has no place is nobody's either
            change = sum(each[facts].reindex(rows).fillna(0.0).to_numpy().sum() * sign for each, sign in ((after, 1), (before, -1)))
            assert gained == pytest.approx(change), (who, column)
    moved = len({move.subject for move in plan.moves if move.layer == "cell"})
    assert pairs["cells"].sum() == moved


@settings(max_examples=10, deadline=None)
@given(plans())
def test_the_totals_agree_with_the_effect_of_the_plan(plan):
    effect = plan_effect(MARKET, plan, FACTS, rules=RULES)
    pairs = handover(plan).pairs.reset_index()
    for who in ("am1", "am2", "cm1", "cm2"):
        for measure_name in ("cells", "organisations", "accounts", "prospects", "hours_asked"):
            gained = pairs.loc[pairs["taker"].eq(who), measure_name].sum() - pairs.loc[pairs["giver"].eq(who), measure_name].sum()
            change = effect[f"{measure_name}_after"].sub(effect[f"{measure_name}_before"]).get(who, 0.0)
            assert gained == pytest.approx(change, abs=1e-9), (who, measure_name)
