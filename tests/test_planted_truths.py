"""What is planted in the sample branch is found by the product's own output; `truth.json` is only compared with.

The sample is built the way `gridmap demo` builds it: files through the gate into a store, everything else from there.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from gridmap import grid, metrics
from gridmap.access import access_list
from gridmap.accounts import UNSCORED, accounts_of, told_of
from gridmap.coordinates import offset_m
from gridmap.facts import Facts, measure, roll_up
from gridmap.market import Market, day_end_us
from gridmap.matching import find_duplicates
from gridmap.metrics import evaluate, metric, rank
from gridmap.neighbours import neighbours_of, risk_of
from gridmap.plan import Plan
from gridmap.pressure import clusters_of
from gridmap.scope import operator
from gridmap.services.demo import Demo, build_demo
from gridmap.settings import Settings
from gridmap.store import open_market, open_store, plan_as_of
from gridmap.territories.curve import trade_off
from gridmap.territories.designing import design
from gridmap.territories.engine.effort import Effort
from gridmap.territories.relaxing import relaxed
from gridmap.territories.request import CAPACITY, Budget, Limit, Request
from gridmap.territories.result import Result
from gridmap.white_space import white_space_of
from sample_geo import TODAY

ME = operator("tester")
NOW_US = day_end_us(TODAY, "Asia/Shanghai") - 1
RULES = Settings().rules


@dataclass(frozen=True)
class Built:
    """The sample as the product sees it on the sample's own day."""

    demo: Demo
    market: Market
    plan: Plan
    facts: Facts


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("sample")
    demo = build_demo(folder, seed=11, organisations=6000, scope=ME, settings=Settings(), now_us=NOW_US)
    store = open_store(str(demo.store), settings=Settings())
    market = open_market(store, ME, demo.branch_id)
    plan = plan_as_of(store, ME, demo.branch_id, valid_us=day_end_us(TODAY, market.branch.time_zone) - 1)
    store.engine.dispose()
    facts = measure(market, plan.holders_now, as_of=TODAY, window_days=365, rules=RULES)
    return Built(demo, market, plan, facts)


@pytest.fixture(scope="module")
def truth(built: Built) -> dict[str, Any]:
    told = json.loads((Path(built.demo.files) / "truth.json").read_text("utf-8"))
    return dict(told["branches"][built.demo.branch_id])


def places(frame: gpd.GeoDataFrame, key: str) -> Any:
    return frame.geometry[key]


def test_the_totals_are_those_that_were_planted(built: Built, truth: dict[str, Any]) -> None:
    branch = roll_up(built.facts, "branch", market=built.market, plan=built.plan).iloc[0]
    totals = truth["totals"]
    assert branch["organisations"] == totals["live"]
    assert {tier: branch[f"live_{tier}"] for tier in "ABCM"} == totals["live_by_tier"]
    assert {tier: branch[f"complete_{tier}"] for tier in "ABCM"} == {tier: each["complete"] for tier, each in totals["filing"].items()}
    placed = roll_up(built.facts, "cell", market=built.market)
    assert placed.loc["", "organisations"] == totals["not_placed"]
    assert branch["schools"] == totals["schools"]["schools"]


def test_the_park_that_nobody_looks_after(built: Built, truth: dict[str, Any]) -> None:
    parks = roll_up(built.facts, "park", market=built.market, plan=built.plan)
    parks = parks[(parks.index != "") & (parks["organisations"] >= RULES.minimum_count)]
    never = evaluate(metric("never_visited"), parks)
    filed = evaluate(metric("filing_rate"), parks)
    empty = parks.index[(never["value"] == 1.0) & (parks["complete"] == 0)]
    assert list(empty) == [truth["uncovered_park"]["park_id"]]
    assert filed.loc[empty[0], "numerator"] == 0
    assert parks.loc[empty[0], "organisations"] == truth["uncovered_park"]["live"]
    cells = grid.cells_in(built.market.grid, places(built.market.parks, empty[0]))
    assert not set(cells) & set(built.plan.owners_now.index)
    assert set(cells) <= set(truth["uncovered_park"]["cells"])


def test_parks_smaller_than_a_cell_and_split_between_owners(built: Built, truth: dict[str, Any]) -> None:
    rows = built.market.at("organisations", TODAY).dropna(subset=["park", "cell"])
    held = rows.assign(owner=rows["cell"].map(built.plan.owners_now)).dropna(subset=["owner"]).groupby("park")["owner"].agg(set)
    sizes = {park: grid.polygon_area_km2(shape) for park, shape in built.market.parks.geometry.items()}
    smallest = min(sizes, key=lambda park: sizes[park])
    assert smallest == truth["parks"]["smaller_than_a_cell"]
    assert sizes[smallest] < float(grid.areas_km2(built.market.grid, built.market.grid.cells).min())
    assert len(grid.cells_in(built.market.grid, places(built.market.parks, smallest))) == 1
    split = held[held.map(len) > 1]
    planted = truth["parks"]["split_between_owners"]
    assert sorted(split[planted["park_id"]]) == planted["owners"]


def test_the_cluster_of_competitor_wins(built: Built, truth: dict[str, Any]) -> None:
    cluster = truth["competitor_cluster"]
    wins = built.market.at("wins", TODAY)
    wins = wins[wins["lines_lost"].gt(0) & wins["lat"].notna()].reset_index(drop=True)
    # Where, within 500 m and 30 days, did one competitor win the most? Every win is asked for its neighbours.
    best, members = 0, wins.iloc[:0]
    for row in wins.itertuples():
        near = offset_m(wins["lat"], wins["lon"], row.lat, row.lon) <= cluster["within_m"]
        soon = (wins["happened_on"] >= row.happened_on) & (
            wins["happened_on"] - row.happened_on <= pd.Timedelta(days=cluster["within_days"])
        )
        found = wins[near & soon & wins["competitor"].eq(row.competitor)]
        if len(found) > best:
            best, members = len(found), found
    assert set(members["win_id"]) >= set(cluster["win_ids"]) or len(set(members["win_id"]) & set(cluster["win_ids"])) >= cluster["wins"] - 1
    assert set(members["competitor"]) == {cluster["competitor"]}
    # The map shows it: among the cells with wins, those around it stand out.
    window = measure(built.market, built.plan.holders_now, as_of=pd.Timestamp(cluster["last"]).date(), window_days=30, rules=RULES)
    cells = roll_up(window, "cell", market=built.market)
    cells = cells[cells.index != ""]
    worst = cells["wins"].idxmax()
    lat, lon = grid.centres(built.market.grid, pd.Index([worst]))
    assert offset_m(lat, lon, cluster["lat"], cluster["lon"])[0] < 1200


def test_the_overloaded_manager(built: Built, truth: dict[str, Any]) -> None:
    holders = roll_up(built.facts, "holder", market=built.market, plan=built.plan)
    load = evaluate(metric("files_per_manager"), holders)
    load = load[load["denominator"] > 0]
    worst = load["value"].idxmax()
    expected = truth["overloaded_manager"]
    assert worst == expected["manager_id"]
    assert load.loc[worst, "numerator"] == expected["filed_abc"]
    assert (load["value"] > expected["capacity"]).sum() == 1
    assert load["numerator"].loc[list(expected["filed_abc_by_manager"])].to_dict() == expected["filed_abc_by_manager"]


def test_the_two_towns_in_vacuum(built: Built, truth: dict[str, Any]) -> None:
    towns = roll_up(built.facts, "town", market=built.market, plan=built.plan)
    towns = towns[towns.index != ""]
    expected = {each["area_id"]: each for each in truth["vacuum_towns"]}
    # Nobody owns them, ...
    lat, lon = grid.centres(built.market.grid, built.market.grid.cells)
    town = pd.Series(grid.points_in_polygons(lat, lon, built.market.towns.geometry), index=built.market.grid.cells)
    share = built.plan.owners_now.reindex(town.index).notna().groupby(town).mean().sort_values()
    assert set(share.index[:2]) == set(expected)
    # ... nobody visits them, and nobody files there: the product's own ranking puts them last.
    for key in ("never_visited", "filing_rate_C"):
        worst = rank(metric(key), evaluate(metric(key), towns)).index[:2]
        assert set(worst) == set(expected), key
    # What has no point is in no town's figures, but in the row of what is not placed.
    lost = roll_up(built.facts, "town", market=built.market).loc[""]
    for area_id, each in expected.items():
        for tier, counts in each["filing"].items():
            for measure_name in ("complete", "live"):
                missing = counts[measure_name] - towns.loc[area_id, f"{measure_name}_{tier}"]
                assert 0 <= missing <= lost[f"{measure_name}_{tier}"], (area_id, measure_name, tier)


def test_the_duplicates(built: Built, truth: dict[str, Any]) -> None:
    found = find_duplicates(built.market.at("organisations", TODAY))
    pairs = {frozenset(pair) for pair in zip(found["org_id_a"], found["org_id_b"], strict=True)}
    planted = {frozenset((each["org_id"], each["duplicate_id"])) for each in truth["duplicates"]}
    assert len(planted) == 40
    assert planted <= pairs
    # Few others are put before a person beside them.
    assert len(pairs - planted) <= len(planted)


def test_the_file_in_the_wrong_coordinate_system(built: Built, truth: dict[str, Any]) -> None:
    refused = [report for report in built.demo.reports if report.refused]
    assert [report.table for report in refused] == [truth["wrong_coordinates"]["table"]]
    assert [(each.rule, each.row) for each in refused[0].findings] == [("wrong_system", None)]
    assert f"--crs {truth['wrong_coordinates']['system']}" in str(refused[0].findings[0].remedy)
    assert len(built.demo.told) == 1
    # Taken as advised, every win lies where its organisation is.
    wins = built.market.at("wins", TODAY).merge(built.market.at("organisations", TODAY)[["org_id", "lat", "lon"]], on="org_id")
    assert np.nanmedian(offset_m(wins["lat_x"], wins["lon_x"], wins["lat_y"], wins["lon_y"])) < 30


def test_nothing_else_of_the_sample_is_refused(built: Built) -> None:
    accepted = [report for report in built.demo.reports if not report.refused]
    assert [report.table for report in accepted if report.rejected] == []
    assert {report.table for report in accepted} == {path.stem for path in Path(built.demo.files).iterdir()} - {"truth"}
    assert metrics.METRICS


def suggested(built: Built, **asked: Any) -> Result:
    on = date(2026, 12, 1)
    return design(built.market, built.plan, built.facts, request=Request(**asked), rules=RULES, on=on)


def test_the_overloaded_manager_is_relieved_within_twelve_cells(built: Built, truth: dict[str, Any]) -> None:
    expected = truth["overloaded_manager"]
    found = suggested(built, limits=(Limit("accounts", most=CAPACITY),), budget=Budget(cells=12))
    row = found.managers.loc[expected["manager_id"]]
    assert row["accounts_before"] == 83
    assert row["accounts"] <= 60
    assert found.changed.cells <= 12
    assert found.managers["pieces"].max() == 1
    assert (found.managers["accounts"] <= found.managers[["accounts_most", "accounts_before"]].max(axis=1)).all(), (
        "nobody else is overloaded"
    )
    assert all(move.reason for move in found.moves)


def test_what_is_held_by_name_is_why_fifty_cannot_be_kept(built: Built, truth: dict[str, Any]) -> None:
    manager = truth["overloaded_manager"]["manager_id"]
    found = suggested(built, limits=(Limit("accounts", most=CAPACITY),))
    assert found.state == "impossible"
    (given,) = found.relaxations
    assert (given.manager_id, given.asked) == (manager, 50)
    assert 50 < given.needed == found.managers.loc[manager, "accounts"] < 60
    assert "by name or lock" in str(given.message)
    granted = relaxed(found.request, found.relaxations)
    again = design(built.market, found.plan, built.facts, request=granted, rules=RULES, on=date(2026, 12, 1))
    assert again.violation == 0
    assert 0 <= again.gap < 0.2


def test_the_curve_of_the_sample_falls(built: Built) -> None:
    asked = Request(limits=(Limit("accounts", most=60),), budget=Budget(cells=20), effort=Effort(proposals=400_000))
    points = trade_off(built.market, built.plan, built.facts, request=asked, rules=RULES, on=date(2026, 12, 1))
    broken = [point.result.violation for point in points]
    assert broken == sorted(broken, reverse=True)
    assert broken[0] > 0
    assert broken[-1] == 0
    assert points[0].cells == 0
    assert points[-1].cells <= 20


def test_the_planted_cluster_of_wins_is_found_and_nothing_else(built: Built, truth: dict[str, Any]) -> None:
    planted = truth["competitor_cluster"]
    (cluster,) = clusters_of(built.market, as_of=TODAY)
    assert set(cluster.wins) <= set(planted["win_ids"])
    assert len(cluster.wins) >= planted["wins"] - 2
    assert cluster.competitors == (planted["competitor"],)
    assert cluster.chance <= 0.01
    assert offset_m(cluster.lat, cluster.lon, planted["lat"], planted["lon"]) <= planted["within_m"]
    assert len(cluster.unfiled) > len(cluster.filed)


def test_the_park_of_nobody_and_the_towns_in_vacuum_are_on_the_list_of_white_space(built: Built, truth: dict[str, Any]) -> None:
    found = white_space_of(built.market, built.plan, built.facts, filed_target=0.8)
    park = truth["uncovered_park"]
    assert found.parks.index[found.parks["status"] == "unowned"].tolist() == [park["park_id"]]
    assert set(park["cells"]) <= set(found.parks.loc[park["park_id"], "cells"])
    assert found.parks.loc[park["park_id"], "organisations"] == park["live"]
    assert found.parks.loc[truth["parks"]["split_between_owners"]["park_id"], "status"] == "split"
    assert found.parks.loc[truth["parks"]["planned"], "planned"]
    assert len(found.parks.loc[truth["parks"]["smaller_than_a_cell"], "cells"]) >= 1
    nobodys = found.cells[found.cells["vacuum"] == "nobody"]
    worst = nobodys.groupby("town")["organisations"].sum().nlargest(2)
    assert set(worst.index) == {each["area_id"] for each in truth["vacuum_towns"]}


def test_accounts_in_danger_are_as_many_as_the_facts_say_and_the_cluster_is_among_the_neighbours(
    built: Built, truth: dict[str, Any]
) -> None:
    accounts = accounts_of(built.market, built.plan, built.facts, rules=RULES)
    told, sums = told_of(accounts), built.facts.atoms.sum(numeric_only=True)
    assert (len(accounts), told.high) == (sums["files"], sums["danger_high"])
    assert len(accounts) - told.levels[UNSCORED] == sums["danger_scored"]
    assert accounts.loc[accounts["sponsor"].ne("")].shape[0] <= 142, "leaders sponsor the 142 organisations of tier A and B"
    assert set(accounts.loc[accounts["sponsor"].ne(""), "tier"]) == {"A", "B"}
    held = accounts[accounts["tier"].isin(["A", "B", "C"]) & accounts["holder"].eq(truth["overloaded_manager"]["manager_id"])]
    assert len(held) == 83, "the overloaded manager's accounts are on the list by holder"
    cluster = clusters_of(built.market, as_of=TODAY)[0]
    listed = neighbours_of(built.market, built.facts, cluster, rules=RULES)
    risk = risk_of(listed)
    assert (risk.organisations, risk.unfiled) == (len(cluster.unfiled) + len(cluster.filed), len(cluster.unfiled))
    assert listed["hit"].sum() >= 1


def test_access_and_targets_of_the_sample(built: Built) -> None:
    listed = access_list(built.market, built.facts, rules=RULES)
    assert set(listed["access"]) == {"covered", "extendable", "none"}
    named = built.market.at("organisations", TODAY)["building"].isin(set(listed["name"])).sum()
    assert 0 < listed.loc[listed["kind"].eq("building"), "organisations"].sum() <= named
    sums = roll_up(built.facts, "branch", market=built.market).iloc[0]
    assert sums["base_organisations"] == len(built.market.tables["bases"])
    assert 0.85 < sums["base_kept"] / sums["base_organisations"] < 1, "about 11 % close in a year, a few are lost"
    assert sums["core"] == 142
