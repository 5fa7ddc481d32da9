"""Reallocation on the sample branch: what is planted there is told, and quick figures are the figures of a whole measuring."""

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gridmap.facts import UNASSIGNED, Facts, measure, roll_up
from gridmap.facts.facts import PLACE
from gridmap.market import Market, build_market, day_end_us
from gridmap.plan import Plan
from gridmap.reallocation.changes import changes_for
from gridmap.reallocation.effect import ADDITIVE, EFFECT_MEASURES, facts_after, plan_effect
from gridmap.reallocation.loads import manager_loads
from gridmap.reallocation.regridding import propose
from gridmap.reallocation.selecting import RULES, select_cells
from gridmap.reallocation.validation import Locks, validate
from gridmap.scope import operator
from gridmap.services.demo import build_demo
from gridmap.settings import Settings
from gridmap.store import open_market, open_store, plan_as_of
from sample_geo import TODAY

ME = operator("tester")
NOW_US = day_end_us(TODAY, "Asia/Shanghai") - 1
R = Settings().rules
ON = date(2026, 11, 1)


@dataclass(frozen=True)
class Built:
    """The sample on its own day, a plan at random on top of it, and what is planted."""

    market: Market
    plan: Plan
    facts: Facts
    truth: dict[str, Any]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    demo = build_demo(tmp_path_factory.mktemp("sample"), seed=5, organisations=1500, scope=ME, settings=Settings(), now_us=NOW_US)
    store = open_store(str(demo.store), settings=Settings())
    market = open_market(store, ME, demo.branch_id)
    base = plan_as_of(store, ME, demo.branch_id, valid_us=NOW_US)
    store.engine.dispose()
    facts = measure(market, base.holders, as_of=TODAY, window_days=365, rules=R)
    rng = np.random.default_rng(5)
    managers = sorted(set(base.owners))
    plan = base
    for town in market.towns.index[:3]:
        cells = select_cells(market, base, facts, by="town", value=town, rules=R)
        plan = plan.reassigned("cell", list(cells), str(rng.choice(managers)))
    plan = plan.reassigned("cell", list(rng.choice(base.owners.index, 40, replace=False)), "")
    named = rng.choice(base.holders.index, 30, replace=False)
    plan = plan.reassigned("holder", list(named[:20]), str(rng.choice(managers))).reassigned("holder", list(named[20:]), "")
    truth = json.loads((Path(demo.files) / "truth.json").read_text("utf-8"))["branches"][demo.branch_id]
    return Built(market, plan, facts, truth)


def test_the_effect_is_what_measuring_all_again_shows(built: Built) -> None:
    whole = measure(built.market, built.plan.holders_now, as_of=TODAY, window_days=365, rules=R)
    quick = facts_after(built.market, built.plan, built.facts, rules=R)
    pd.testing.assert_frame_equal(*(each.atoms.sort_values(list(PLACE)).reset_index(drop=True) for each in (quick, whole)))
    effect = plan_effect(built.market, built.plan, built.facts, rules=R)
    loads = manager_loads(built.market, built.plan, whole, rules=R)
    for name in EFFECT_MEASURES:
        shown = loads[name].reindex(effect.index)
        np.testing.assert_allclose(effect[f"{name}_after"][shown.notna()].astype(float), shown[shown.notna()].astype(float), err_msg=name)


def test_totals_stay_and_each_managers_changes_add_up_to_their_effect(built: Built) -> None:
    effect = plan_effect(built.market, built.plan, built.facts, rules=R)
    placed = built.market.tables["organisations"].set_index("org_id")["cell"].notna()
    moved = [move.subject for move in built.plan.moves if move.layer == "holder"]
    assert placed[moved].all(), "all of the moved lie somewhere, so nothing comes from, or goes to, what has no place"
    for name in ADDITIVE:
        assert effect[f"{name}_after"].sum() == pytest.approx(effect[f"{name}_before"].sum()), name
    for manager in effect.index[effect["touched"]]:
        told = changes_for(built.market, built.plan, built.facts, manager, rules=R)
        for name in ("revenue", "white_space", "visits_owed", "hours_asked"):
            net = told.organisations_gained[name].sum() - told.organisations_lost[name].sum()
            assert net == pytest.approx(effect.loc[manager, f"{name}_after"] - effect.loc[manager, f"{name}_before"], abs=1e-6)
        assert not told.nothing
    assert effect["revenue_before"].sum() > 0


def test_what_is_planted_is_told(built: Built) -> None:
    found = validate(built.market, built.plan, built.facts, rules=R, locks=Locks(), effective_on=ON)
    assert not [each for each in found if each.blocks]
    over = {each.subject for each in found if each.check == "over_capacity"}
    assert built.truth["overloaded_manager"]["manager_id"] in over
    assert {"unassigned", "pieces", "over_capacity"} <= {each.check for each in found}
    park = built.truth["parks"]["split_between_owners"]
    before = validate(built.market, built.plan.replaced(()), built.facts, rules=R, locks=Locks(), effective_on=ON)
    split = {each.subject: each for each in before if each.check == "park_split"}
    assert split[park["park_id"]].since == "before"
    assert "South Hardware Park" in str(split[park["park_id"]].message)
    owners = built.plan.owners.reindex(split[park["park_id"]].cells).dropna()
    assert set(owners) == set(park["owners"])


def test_rules_find_what_the_towns_in_a_vacuum_lack(built: Built) -> None:
    assert RULES
    free = select_cells(built.market, built.plan.replaced(()), built.facts, by="rule", value="unassigned", rules=R)
    owners = built.plan.owners.reindex(built.market.grid.cells).fillna(UNASSIGNED)
    assert set(free) == set(owners.index[owners.eq(UNASSIGNED).to_numpy(dtype=bool)])
    vacuum = select_cells(
        built.market, built.plan.replaced(()), built.facts, by="rule", value="unassigned_with_organisations", rules=R, town="Dajiang"
    )
    assert 0 < len(vacuum) < len(free)


# What lies in cells and not in organisations follows a regrid through the store, which knows the lineage.
OF_CELLS = {"surveys", "doors_listed", "doors_final"}


@pytest.mark.parametrize("grid", [("h3", 9), ("h3", 7), ("areas", 8)])
def test_a_regrid_counts_every_organisation_once_with_its_holder(built: Built, grid: tuple[str, int]) -> None:
    market, base = built.market, built.plan
    finer = build_market(replace(market.branch, grid_kind=grid[0], grid_resolution=grid[1]), market.tables, market.version)
    assert finer.grid.fingerprint != market.grid.fingerprint
    for keep_holders in (False, True):
        found = propose(market, base, finer.grid, as_of=TODAY, keep_holders=keep_holders)
        after = Plan(base.branch_id, 2, found.owners, base.with_moves(found.hands).holders_now, base.sponsors_now)
        facts = [measure(each, plan.holders_now, as_of=TODAY, window_days=365, rules=R) for each, plan in ((market, base), (finer, after))]
        whole = [
            roll_up(each, "branch", market=side, plan=plan) for each, side, plan in zip(facts, (market, finer), (base, after), strict=True)
        ]
        for name in set(facts[0].measures) - OF_CELLS:
            assert whole[0][name].sum() == pytest.approx(whole[1][name].sum()), name
        held = [
            roll_up(each, "holder", market=side, plan=plan)["organisations"]
            for each, side, plan in zip(facts, (market, finer), (base, after), strict=True)
        ]
        assert held[0].sum() == held[1].sum()
        if keep_holders:
            gone = found.changed
            assert set(gone["before"]) <= {UNASSIGNED}
            named = held[0].index.difference([UNASSIGNED])
            gained = gone.groupby("after").size().reindex(named).fillna(0)
            assert (held[1].reindex(named).fillna(0) - held[0].reindex(named) <= gained).all()
            assert (held[1].reindex(named).fillna(0) >= held[0].reindex(named)).all()
