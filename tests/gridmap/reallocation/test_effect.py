"""The effect of plans: totals are kept, and every figure is the metric that is shown."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from gridmap.facts import NOT_PLACED, UNASSIGNED, measure, roll_up, with_holders
from gridmap.facts.facts import LATEST, PLACE
from gridmap.metrics import evaluate, metric
from gridmap.plan import Move
from gridmap.reallocation.effect import ADDITIVE, EFFECT_MEASURES, facts_after, loads_before, plan_effect
from gridmap.reallocation.loads import FILED, manager_loads
from gridmap.settings import Rules
from tests import builders
from tests.builders import AS_OF, CELLS
from tests.gridmap.reallocation.plans_at_random import plans

RULES = Rules()
MARKET = builders.seven_cells(org_months=builders.billed())
BASE = builders.plan()


def measured(holders, market=MARKET):
    return measure(market, holders, as_of=AS_OF, window_days=365, rules=RULES)


FACTS = measured(BASE.holders)


def effect_of(plan, **more):
    return plan_effect(MARKET, plan, FACTS, rules=RULES, **more)


def test_a_cell_takes_what_is_held_by_cell_and_leaves_what_is_held_by_name():
    effect = effect_of(BASE.reassigned("cell", [CELLS["mid"]], "cm2"))
    assert effect.loc["cm1", ["cells_before", "cells_after", "accounts_before", "accounts_after"]].tolist() == [2, 1, 1, 0]
    assert effect.loc["cm2", ["cells_before", "cells_after", "accounts_before", "accounts_after"]].tolist() == [3, 4, 0, 1]  # o3
    assert effect.loc["cm2", "revenue_after"] - effect.loc["cm2", "revenue_before"] == 500
    assert effect.loc["am1", "accounts_after"] == 3, "o1, o2 and o12 lie in that cell and are held by name"
    assert effect.index[effect["touched"]].tolist() == ["cm1", "cm2"] or set(effect.index[effect["touched"]]) == {"cm1", "cm2"}


def test_an_organisation_moves_with_all_that_is_its_own():
    effect = effect_of(BASE.reassigned("holder", ["o1"], "am2"))
    gained = {
        name: effect.loc["am2", f"{name}_after"] - effect.loc["am2", f"{name}_before"] for name in ("accounts", "revenue", "white_space")
    }
    assert gained == {"accounts": 1, "revenue": 9_000, "white_space": 10_000}
    assert effect.loc["am1", "hours_asked_before"] - effect.loc["am1", "hours_asked_after"] == pytest.approx(80 / 60 * 30.4375 / 30)
    assert set(effect.index[effect["touched"]]) == {"am1", "am2"}


def test_nobody_stands_first_and_rows_keep_their_place_while_a_plan_grows():
    small = effect_of(BASE.reassigned("cell", [CELLS["mid"]], "am2"))
    large = effect_of(BASE.reassigned("cell", list(CELLS.values()), "am2"))
    assert small.index[0] == large.index[0] == UNASSIGNED
    assert small.index.equals(large.index)
    assert large.loc[UNASSIGNED, ["cells_before", "cells_after", "pieces_after"]].tolist() == [2, 0, 0]
    assert np.isnan(large.loc["cm1", "compactness_after"])


def test_who_is_given_something_by_a_code_nobody_knows_has_a_row():
    effect = effect_of(BASE.reassigned("cell", [CELLS["e"]], "zz"))
    assert effect.loc["zz", ["cells_before", "cells_after"]].tolist() == [0, 1]
    assert not effect.loc["zz", "active"]


def test_too_full_by_the_plan_is_marked_so_after_and_not_before():
    rules = Rules(capacity_accounts=3)
    plan = BASE.with_moves([Move("o3", "holder", "", "am1")])
    effect = plan_effect(MARKET, plan, FACTS, rules=rules)
    assert effect.loc["am1", ["over_before", "over_after"]].tolist() == [False, True]


def test_what_was_before_can_be_kept_and_nothing_given_is_changed():
    plan = BASE.reassigned("cell", [CELLS["mid"]], "cm2")
    atoms = FACTS.atoms.copy()
    kept = loads_before(MARKET, plan, FACTS, rules=RULES)
    pd.testing.assert_frame_equal(effect_of(plan), effect_of(plan, before=kept))
    pd.testing.assert_frame_equal(FACTS.atoms, atoms)


@settings(max_examples=20, deadline=None)
@given(plans())
def test_whatever_is_moved_the_sum_over_all_managers_stays(plan):
    effect = effect_of(plan)
    unplaced = [
        roll_up(facts, "holder", market=MARKET, plan=plan).select_dtypes("number").reindex([NOT_PLACED]).fillna(0.0).iloc[0]
        for facts in (FACTS, facts_after(MARKET, plan, FACTS, rules=RULES))
    ]
    for name in ADDITIVE:
        # What has no place is nobody's until somebody holds it by name.
        left = [0.0 if name == "cells" else each[list(FILED) if name == "accounts" else [name]].sum() for each in unplaced]
        assert effect[f"{name}_after"].sum() + left[1] == pytest.approx(effect[f"{name}_before"].sum() + left[0]), name
    assert effect["cells_after"].sum() == len(CELLS)


@settings(max_examples=20, deadline=None)
@given(plans())
def test_measuring_little_again_is_measuring_all_again(plan):
    quick = with_holders(MARKET, FACTS, BASE.holders, plan.holders_now, rules=RULES)
    whole = measured(plan.holders_now)
    same = [each.atoms.sort_values(list(PLACE)).reset_index(drop=True) for each in (quick, whole)]
    pd.testing.assert_frame_equal(*same)
    pd.testing.assert_frame_equal(quick.credits, whole.credits)
    assert quick.fingerprint == whole.fingerprint
    assert LATEST in quick.atoms


@settings(max_examples=12, deadline=None)
@given(plans())
def test_the_effect_is_what_the_metrics_show(plan):
    effect = effect_of(plan)
    after = roll_up(measured(plan.holders_now), "holder", market=MARKET, plan=plan).drop("", errors="ignore")
    for name in ("hours_asked", "revenue", "white_space", "visits_owed"):
        shown = evaluate(metric(name), after)["numerator"].reindex(effect.index).fillna(0.0)
        np.testing.assert_allclose(effect[f"{name}_after"], shown, err_msg=name)
    files = evaluate(metric("files_per_manager"), after)["numerator"].reindex(effect.index).fillna(0.0)
    np.testing.assert_allclose(effect["accounts_after"], files)
    used = evaluate(metric("hours_used"), after)["value"].reindex(effect.index)
    here = effect["hours_asked_after"] / effect["hours_had"].where(effect["hours_had"] > 0)
    np.testing.assert_allclose(here[used.notna()], used[used.notna()])
    loads = manager_loads(MARKET, plan, measured(plan.holders_now), rules=RULES)
    for name in EFFECT_MEASURES:
        shown = loads[name].reindex(effect.index)
        pd.testing.assert_series_equal(
            effect[f"{name}_after"].astype(float)[shown.notna()], shown[shown.notna()].astype(float), check_names=False, obj=name
        )


def test_one_merged_away_moves_with_the_other_and_no_visit_history_stays_unknown():
    organisations = builders.organisations()
    organisations["merged_into"] = organisations["org_id"].map({"o12": "o1", "o4": "o3"}).astype("str")
    for changed in ({"organisations": organisations}, {"organisations": organisations, "visits": builders.visits().iloc[:0]}):
        market = builders.seven_cells(org_months=builders.billed(), **changed)
        facts = measured(BASE.holders, market)
        for moved in (["o1"], ["o12"], ["o3"], ["o4", "o10"]):
            plan = BASE.reassigned("holder", moved, "am2")
            quick = with_holders(market, facts, BASE.holders, plan.holders_now, rules=RULES).atoms
            whole = measured(plan.holders_now, market).atoms
            pd.testing.assert_frame_equal(*(each.sort_values(list(PLACE)).reset_index(drop=True) for each in (quick, whole)))
