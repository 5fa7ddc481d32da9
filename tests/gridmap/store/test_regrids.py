"""A regrid in the store: one transaction, each day on its own grid, nothing written where something stands in the way."""

import sys
from datetime import date

import h3
import pandas as pd
import pytest
import sqlalchemy as sa

from gridmap.errors import Conflict, PlanError, ScopeError, StoreError
from gridmap.facts import measure
from gridmap.scope import Scope
from gridmap.services.regrid import do_regrid, preview_regrid
from gridmap.settings import Rules
from gridmap.store import (
    Store,
    ensure_branch,
    ledger_rows,
    lineage,
    open_market,
    plan_as_of,
    read_table,
    record_change,
    regrids,
)
from tests.gridmap.store.conftest import NOW_US, SMALL, Regridding, Write, moves, organisations

AUGUST, SEPTEMBER, OCTOBER = date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)
FINE, COARSE = ("h3", 9), ("h3", 7)


def at(day: date) -> int:
    return int(pd.Timestamp(day, tz="Asia/Shanghai").timestamp() * 1_000_000)


def owners(store: Store, me: Scope, day: date, **known: int) -> dict[str, str]:
    return dict(plan_as_of(store, me, "b1", valid_us=at(day), **known).owners)


def test_each_day_stands_on_its_own_grid(store: Store, me: Scope, two_owned: dict[str, str], regridding: Regridding) -> None:
    before = open_market(store, me, "b1")
    regridding(FINE, AUGUST)
    now, then = (open_market(store, me, "b1", valid_us=instant) for instant in (None, at(AUGUST)))
    assert (now.grid.fingerprint, now.grid.resolution) == (before.grid.fingerprint, 8)  # not before its day
    assert (then.grid.resolution, then.branch.grid_resolution) == (9, 9)
    assert then.fingerprint != now.fingerprint
    assert open_market(store, me, "b1", valid_us=at(AUGUST) - 1).grid.resolution == 8
    assert owners(store, me, date(2026, 7, 31)) == two_owned
    fine = owners(store, me, AUGUST)
    assert set(fine) <= set(then.grid.cells)
    placed = then.tables["organisations"].set_index("org_id")["cell"]
    assert (fine[placed["o1"]], fine[placed["o2"]]) == ("m1", "m2")
    assert {h3.cell_to_parent(cell, 8): owner for cell, owner in fine.items()}.items() >= two_owned.items()
    assert open_market(store, me, "b1", known_us=NOW_US + 95_000_000, valid_us=at(AUGUST)).grid.resolution == 8  # as was known then


def test_everything_is_written_down(store: Store, me: Scope, two_owned: dict[str, str], regridding: Regridding) -> None:
    number = regridding(FINE, AUGUST)
    line = regrids(store, me, "b1").iloc[0]
    assert line[["regrid_id", "old_kind", "old_resolution", "new_kind", "new_resolution", "effective_us", "who", "why"]].tolist() == [
        number, "h3", 8, "h3", 9, at(AUGUST), me.name, "finer",
    ]  # fmt: skip
    came = lineage(store, me, "b1", number)
    assert came["organisations"].sum() == 2
    assert set(two_owned) <= set(came["old_cell"])
    row = read_table(store, me, "b1", "branches", valid_us=at(AUGUST)).iloc[0]
    assert (row["grid_kind"], row["grid_resolution"], row["name"]) == ("h3", 9, "Xinxing")
    assert read_table(store, me, "b1", "branches", valid_us=at(AUGUST) - 1).iloc[0]["grid_resolution"] == 8
    rows = ledger_rows(store, me, "b1", layer="cell", subjects=list(two_owned))
    closed = rows[(rows["kind"] == "regrid") & rows["owner"].isna()]
    assert set(closed["subject"]) == set(two_owned)
    assert set(closed["valid_from"]) == {at(AUGUST)}
    assert lineage(store, me, "b1", number + 1).empty


@pytest.mark.parametrize("other", [FINE, COARSE])  # coarse cells forget who had which part of them, so that only the record can tell
def test_there_and_back_everybody_has_their_cells_and_the_lineage_of_both_stays(
    store: Store, me: Scope, two_owned: dict[str, str], regridding: Regridding, other: tuple[str, int]
) -> None:
    first = regridding(other, AUGUST, keep_holders=True)
    second = regridding(("h3", 8), SEPTEMBER, keep_holders=True)
    assert owners(store, me, SEPTEMBER) == two_owned
    assert owners(store, me, date(2026, 8, 31)).keys().isdisjoint(two_owned)
    days = (date(2026, 7, 31), AUGUST, SEPTEMBER)
    assert [open_market(store, me, "b1", valid_us=at(day)).grid.resolution for day in days] == [8, other[1], 8]
    assert not lineage(store, me, "b1", first).empty
    assert not lineage(store, me, "b1", second).empty


def test_on_the_way_back_what_somebody_moved_between_is_theirs(
    store: Store, me: Scope, two_owned: dict[str, str], regridding: Regridding
) -> None:
    regridding(FINE, AUGUST)
    fine = owners(store, me, AUGUST)
    cell = next(cell for cell, owner in two_owned.items() if owner == "m1")
    parts = [part for part in fine if h3.cell_to_parent(part, 8) == cell]
    record_change(store, me, "b1", moves(*((part, "m3", at(AUGUST)) for part in parts)), why="", now_us=NOW_US + 500_000_000)
    regridding(("h3", 8), SEPTEMBER)
    assert owners(store, me, SEPTEMBER) == {**two_owned, cell: "m3"}


def test_totals_and_holders_are_the_same_on_both_grids(store: Store, me: Scope, two_owned: dict[str, str], regridding: Regridding) -> None:
    record_change(store, me, "b1", moves(("o3", "m7", 0), layer="holder"), why="", now_us=NOW_US + 95_000_000)
    regridding(FINE, AUGUST, keep_holders=True)
    for to, day in ((COARSE, SEPTEMBER), (("h3", 8), OCTOBER)):
        regridding(to, day, keep_holders=True)
    for day in (AUGUST, SEPTEMBER, OCTOBER):
        market, plan = open_market(store, me, "b1", valid_us=at(day)), plan_as_of(store, me, "b1", valid_us=at(day))
        facts = measure(market, plan.holders_now, as_of=day, window_days=365, rules=Rules())
        assert facts.atoms["organisations"].sum() == 3
        rows = market.tables["organisations"].set_index("org_id")["cell"]
        held = {org: plan.holders_now.get(org) or plan.owners_now.get(cell) for org, cell in rows.items()}
        assert held == {"o1": "m1", "o2": "m2", "o3": "m7"}


@pytest.mark.parametrize(
    ("to", "day", "reason"),
    [
        (("h3", 8), AUGUST, "that grid already"),
        (FINE, date(2025, 1, 1), "change hands after that day"),
        (FINE, date(1969, 1, 1), "change hands after that day"),
    ],
)
def test_what_stands_in_the_way_is_said_and_nothing_is_written(
    store: Store, me: Scope, two_owned: dict[str, str], regridding: Regridding, to: tuple[str, int], day: date, reason: str
) -> None:
    record_change(store, me, "b1", moves((next(iter(two_owned)), "m9", at(date(2026, 6, 1)))), why="", now_us=NOW_US + 95_000_000)
    with pytest.raises(PlanError) as refused:
        regridding(to, day)
    assert any(reason in str(each) for each in refused.value.reasons)
    assert regrids(store, me, "b1").empty
    assert set(read_table(store, me, "b1", "branches")["grid_resolution"]) == {8}


@pytest.mark.usefixtures("two_owned")
def test_a_regrid_before_a_later_one_is_refused(store: Store, me: Scope, regridding: Regridding) -> None:
    regridding(FINE, SEPTEMBER)
    for day in (AUGUST, SEPTEMBER):
        with pytest.raises(PlanError) as refused:
            regridding(COARSE, day)
        assert any("2026-09-01" in str(each) and me.name in str(each) for each in refused.value.reasons)
    assert len(regrids(store, me, "b1")) == 1


@pytest.mark.usefixtures("two_owned")
def test_who_wrote_since_the_preview_is_not_overwritten(store: Store, me: Scope, small: Write) -> None:
    preview = preview_regrid(store, me, "b1", to=FINE, effective_on=AUGUST)
    small("organisations", organisations(name="New name"))
    with pytest.raises(Conflict):
        do_regrid(store, me, preview, why="", now_us=NOW_US + 200_000_000)
    assert regrids(store, me, "b1").empty


def test_a_failure_at_the_very_end_leaves_nothing_behind(
    store: Store, me: Scope, two_owned: dict[str, str], regridding: Regridding, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise sa.exc.OperationalError("", {}, Exception("pulled plug"))

    with monkeypatch.context() as patched:
        patched.setattr(sys.modules["gridmap.store.regrids"], "_insert_lineage", fail)
        with pytest.raises(StoreError):
            regridding(FINE, AUGUST)
    assert regrids(store, me, "b1").empty
    assert owners(store, me, OCTOBER) == two_owned
    assert set(read_table(store, me, "b1", "branches")["grid_resolution"]) == {8}
    assert regridding(FINE, AUGUST) > 0


@pytest.mark.parametrize("role", ["executive", "branch_manager", "planner", "community_manager"])
def test_only_who_may_import_move_and_approve_regrids(store: Store, two_owned: dict[str, str], role: str) -> None:
    who = Scope("p", "n", role, frozenset({"b1"}), "m1")
    with pytest.raises(ScopeError):
        preview_regrid(store, who, "b1", to=FINE, effective_on=AUGUST)


def test_a_branch_without_owners_can_be_regridded(store: Store, me: Scope) -> None:
    ensure_branch(store, me, "b1", now_us=NOW_US, boundary=SMALL, grid_resolution=8)
    do_regrid(store, me, preview_regrid(store, me, "b1", to=FINE, effective_on=AUGUST), why="", now_us=NOW_US + 1)
    assert open_market(store, me, "b1", valid_us=at(AUGUST)).grid.resolution == 9
