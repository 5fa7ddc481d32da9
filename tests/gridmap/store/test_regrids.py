"""A regrid in the store: one transaction, each day on its own grid, nothing written where something stands in the way."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import h3
import pandas as pd
import pytest
import sqlalchemy as sa

from gridmap.errors import Conflict, PlanError, ScopeError, StoreError
from gridmap.facts import measure
from gridmap.plan import Move
from gridmap.scope import Scope
from gridmap.services.regrid import RegridPreview, do_regrid, preview_regrid
from gridmap.settings import Rules
from gridmap.store import (
    Store,
    create_plan,
    ensure_branch,
    ledger_rows,
    lineage,
    open_market,
    open_plan,
    plan_as_of,
    publish_plan,
    read_table,
    rebase_plan,
    record_change,
    regrids,
    stale_moves,
    take_step,
)
from tests.builders import spot
from tests.gridmap.store.conftest import NOW_US, Write, moves, organisations

AUGUST, SEPTEMBER, OCTOBER = date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)
FINE, COARSE = ("h3", 9), ("h3", 7)
SMALL = "POLYGON ((112.19 22.69, 112.26 22.69, 112.26 22.76, 112.19 22.76, 112.19 22.69))"


@pytest.fixture
def write(write: Write) -> Write:
    """Give the branch an outline of some eighty cells."""
    write("branches", pd.DataFrame({"branch_id": ["b1"], "boundary": [SMALL]}))
    return write


def at(day: date) -> int:
    return int(pd.Timestamp(day, tz="Asia/Shanghai").timestamp() * 1_000_000)


@pytest.fixture
def owned(store: Store, me: Scope, write: Write) -> dict[str, str]:
    """Give a branch of three organisations in which m1 owns the cell of o1 and m2 that of o2; o3 has no place."""
    write("organisations", organisations())
    placed = open_market(store, me, "b1").tables["organisations"].set_index("org_id")["cell"]
    cells = {placed["o1"]: "m1", placed["o2"]: "m2"}
    record_change(store, me, "b1", moves(*((cell, owner, 0) for cell, owner in cells.items())), why="first", now_us=NOW_US + 90_000_000)
    return cells


Do = Callable[..., int]


@pytest.fixture
def done(store: Store, me: Scope) -> Do:
    """Give a short way to preview and do a regrid; each is recorded a second after the last."""
    calls = iter(range(100, 1000))

    def run(to: tuple[str, int], day: date, **rest: bool) -> int:
        return do_regrid(
            store,
            me,
            preview_regrid(store, me, "b1", to=to, effective_on=day, **rest),
            why="finer",
            now_us=NOW_US + next(calls) * 1_000_000,
        )

    return run


def owners(store: Store, me: Scope, day: date, **known: int) -> dict[str, str]:
    return dict(plan_as_of(store, me, "b1", valid_us=at(day), **known).owners)


def test_each_day_stands_on_its_own_grid(store: Store, me: Scope, owned: dict[str, str], done: Do) -> None:
    before = open_market(store, me, "b1")
    done(FINE, AUGUST)
    now, then = (open_market(store, me, "b1", valid_us=instant) for instant in (None, at(AUGUST)))
    assert (now.grid.fingerprint, now.grid.resolution) == (before.grid.fingerprint, 8)  # not before its day
    assert (then.grid.resolution, then.branch.grid_resolution) == (9, 9)
    assert then.fingerprint != now.fingerprint
    assert open_market(store, me, "b1", valid_us=at(AUGUST) - 1).grid.resolution == 8
    assert owners(store, me, date(2026, 7, 31)) == owned
    fine = owners(store, me, AUGUST)
    assert set(fine) <= set(then.grid.cells)
    placed = then.tables["organisations"].set_index("org_id")["cell"]
    assert (fine[placed["o1"]], fine[placed["o2"]]) == ("m1", "m2")
    assert {h3.cell_to_parent(cell, 8): owner for cell, owner in fine.items()}.items() >= owned.items()
    assert open_market(store, me, "b1", known_us=NOW_US + 95_000_000, valid_us=at(AUGUST)).grid.resolution == 8  # as was known then


def test_everything_is_written_down(store: Store, me: Scope, owned: dict[str, str], done: Do) -> None:
    number = done(FINE, AUGUST)
    line = regrids(store, me, "b1").iloc[0]
    assert line[["regrid_id", "old_kind", "old_resolution", "new_kind", "new_resolution", "effective_us", "who", "why"]].tolist() == [
        number, "h3", 8, "h3", 9, at(AUGUST), me.name, "finer",
    ]  # fmt: skip
    came = lineage(store, me, "b1", number)
    assert came["organisations"].sum() == 2
    assert set(owned) <= set(came["old_cell"])
    row = read_table(store, me, "b1", "branches", valid_us=at(AUGUST)).iloc[0]
    assert (row["grid_kind"], row["grid_resolution"], row["name"]) == ("h3", 9, "Xinxing")
    assert read_table(store, me, "b1", "branches", valid_us=at(AUGUST) - 1).iloc[0]["grid_resolution"] == 8
    rows = ledger_rows(store, me, "b1", layer="cell", subjects=list(owned))
    closed = rows[(rows["kind"] == "regrid") & rows["owner"].isna()]
    assert set(closed["subject"]) == set(owned)
    assert set(closed["valid_from"]) == {at(AUGUST)}
    assert lineage(store, me, "b1", number + 1).empty


@pytest.mark.parametrize("other", [FINE, COARSE])  # coarse cells forget who had which part of them, so that only the record can tell
def test_there_and_back_everybody_has_their_cells_and_the_lineage_of_both_stays(
    store: Store, me: Scope, owned: dict[str, str], done: Do, other: tuple[str, int]
) -> None:
    first = done(other, AUGUST, keep_holders=True)
    second = done(("h3", 8), SEPTEMBER, keep_holders=True)
    assert owners(store, me, SEPTEMBER) == owned
    assert owners(store, me, date(2026, 8, 31)).keys().isdisjoint(owned)
    days = (date(2026, 7, 31), AUGUST, SEPTEMBER)
    assert [open_market(store, me, "b1", valid_us=at(day)).grid.resolution for day in days] == [8, other[1], 8]
    assert not lineage(store, me, "b1", first).empty
    assert not lineage(store, me, "b1", second).empty


def test_on_the_way_back_what_somebody_moved_between_is_theirs(store: Store, me: Scope, owned: dict[str, str], done: Do) -> None:
    done(FINE, AUGUST)
    fine = owners(store, me, AUGUST)
    cell = next(cell for cell, owner in owned.items() if owner == "m1")
    parts = [part for part in fine if h3.cell_to_parent(part, 8) == cell]
    record_change(store, me, "b1", moves(*((part, "m3", at(AUGUST)) for part in parts)), why="", now_us=NOW_US + 500_000_000)
    done(("h3", 8), SEPTEMBER)
    assert owners(store, me, SEPTEMBER) == {**owned, cell: "m3"}


def test_totals_and_holders_are_the_same_on_both_grids(store: Store, me: Scope, owned: dict[str, str], done: Do) -> None:
    record_change(store, me, "b1", moves(("o3", "m7", 0), layer="holder"), why="", now_us=NOW_US + 95_000_000)
    done(FINE, AUGUST, keep_holders=True)
    for to, day in ((COARSE, SEPTEMBER), (("h3", 8), OCTOBER)):
        done(to, day, keep_holders=True)
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
    store: Store, me: Scope, owned: dict[str, str], done: Do, to: tuple[str, int], day: date, reason: str
) -> None:
    record_change(store, me, "b1", moves((next(iter(owned)), "m9", at(date(2026, 6, 1)))), why="", now_us=NOW_US + 95_000_000)
    with pytest.raises(PlanError) as refused:
        done(to, day)
    assert any(reason in str(each) for each in refused.value.reasons)
    assert regrids(store, me, "b1").empty
    assert set(read_table(store, me, "b1", "branches")["grid_resolution"]) == {8}


@pytest.mark.usefixtures("owned")
def test_a_regrid_before_a_later_one_is_refused(store: Store, me: Scope, done: Do) -> None:
    done(FINE, SEPTEMBER)
    for day in (AUGUST, SEPTEMBER):
        with pytest.raises(PlanError) as refused:
            done(COARSE, day)
        assert any("2026-09-01" in str(each) and me.name in str(each) for each in refused.value.reasons)
    assert len(regrids(store, me, "b1")) == 1


@pytest.mark.usefixtures("owned")
def test_who_wrote_since_the_preview_is_not_overwritten(store: Store, me: Scope, write: Write) -> None:
    preview: RegridPreview = preview_regrid(store, me, "b1", to=FINE, effective_on=AUGUST)
    write("organisations", organisations(name="New name"))
    with pytest.raises(Conflict):
        do_regrid(store, me, preview, why="", now_us=NOW_US + 200_000_000)
    assert regrids(store, me, "b1").empty


def test_a_failure_at_the_very_end_leaves_nothing_behind(
    store: Store, me: Scope, owned: dict[str, str], done: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise sa.exc.OperationalError("", {}, Exception("pulled plug"))

    with monkeypatch.context() as patched:
        patched.setattr(sys.modules["gridmap.store.regrids"], "_insert_lineage", fail)
        with pytest.raises(StoreError):
            done(FINE, AUGUST)
    assert regrids(store, me, "b1").empty
    assert owners(store, me, OCTOBER) == owned
    assert set(read_table(store, me, "b1", "branches")["grid_resolution"]) == {8}
    assert done(FINE, AUGUST) > 0


@pytest.mark.parametrize("role", ["executive", "branch_manager", "planner", "community_manager"])
def test_only_who_may_import_move_and_approve_regrids(store: Store, owned: dict[str, str], role: str) -> None:
    who = Scope("p", "n", role, frozenset({"b1"}), "m1")
    with pytest.raises(ScopeError):
        preview_regrid(store, who, "b1", to=FINE, effective_on=AUGUST)


# Drafts, moves and imports of cells that are no more.

MANAGER = Scope("p1", "Li", "branch_manager", frozenset({"b1"}))
CHIEF = Scope("p2", "Wang", "executive", frozenset({"b1"}))


def test_a_draft_on_old_cells_is_told_that_the_branch_was_regridded(store: Store, me: Scope, owned: dict[str, str], done: Do) -> None:
    market = open_market(store, me, "b1")
    cell, free = next(iter(owned)), next(cell for cell in market.grid.cells if cell not in owned)
    made = (Move(cell, "cell", "m1", "m2"), Move(free, "cell", "", "m1"))
    draft = create_plan(store, MANAGER, "b1", title="t", effective_on=SEPTEMBER, now_us=NOW_US + 95_000_000, moves=made)
    done(FINE, AUGUST)
    assert {(clash.subject, clash.who) for clash in stale_moves(store, me, "b1", draft.plan_id)} == {(cell, me.name), (free, me.name)}
    for step, who in (("submit", MANAGER), ("approve", CHIEF)):
        draft = take_step(store, who, "b1", draft.plan_id, step, expected=None, now_us=NOW_US + 400_000_000)
    with pytest.raises(Conflict, match="regridded") as refused:
        publish_plan(store, CHIEF, "b1", draft.plan_id, expected=None, now_us=NOW_US + 401_000_000)
    assert {clash.subject for clash in refused.value.clashes} == {cell, free}
    rebase_plan(store, MANAGER, "b1", draft.plan_id, expected=None, now_us=NOW_US + 402_000_000)
    assert open_plan(store, MANAGER, "b1", draft.plan_id)[1].moves == ()


def test_a_move_of_a_cell_ends_where_its_grid_ends(store: Store, me: Scope, owned: dict[str, str], done: Do) -> None:
    free = next(cell for cell in open_market(store, me, "b1").grid.cells if cell not in owned)
    done(FINE, SEPTEMBER)
    record_change(store, me, "b1", moves((free, "m5", at(AUGUST))), why="", now_us=NOW_US + 500_000_000)
    assert owners(store, me, AUGUST)[free] == "m5"
    assert free not in owners(store, me, SEPTEMBER)


@pytest.mark.usefixtures("owned")
def test_a_cell_of_another_grid_gets_no_owner(store: Store, me: Scope, write: Write, done: Do) -> None:
    old = open_market(store, me, "b1").grid.cells[0]
    done(FINE, AUGUST)
    with pytest.raises(Conflict, match="2026-08-01"):
        record_change(store, me, "b1", moves((old, "m5", at(OCTOBER))), why="", now_us=NOW_US + 500_000_000)
    rows = pd.DataFrame({"cell": [old], "owner": ["m5"], "valid_from": pd.to_datetime(["2026-10-01"])})
    with pytest.raises(Conflict):
        write("ownership", rows)
    record_change(store, me, "b1", moves((old, None, at(OCTOBER))), why="", now_us=NOW_US + 501_000_000)  # a release harms nobody


# What was said of old cells, and who may see what of another time's grid.


def test_surveys_of_old_cells_count_on_the_new_grid_without_a_door_more(
    store: Store, me: Scope, write: Write, owned: dict[str, str], done: Do
) -> None:
    cells = sorted(owned)
    rows = {"survey_id": ["s1", "s2"], "cell": cells, "surveyed_on": pd.to_datetime(["2026-05-01", "2026-06-01"]), "doors": [20, 7]}
    write("surveys", pd.DataFrame(rows).astype({"doors": "Int64"}))
    doors = []
    done(FINE, AUGUST)
    done(COARSE, SEPTEMBER)
    done(("h3", 8), OCTOBER)
    for day in (date(2026, 7, 31), AUGUST, SEPTEMBER, OCTOBER):
        market = open_market(store, me, "b1", valid_us=at(day))
        facts = measure(market, plan_as_of(store, me, "b1", valid_us=at(day)).holders_now, as_of=day, window_days=365, rules=Rules())
        doors.append(float(facts.atoms["doors_listed"].sum()))
        surveys = market.tables["surveys"]
        assert set(surveys["cell"]) <= set(market.grid.cells)
        assert set(surveys.get("walked", surveys["cell"])) == set(cells)
    assert doors == [27.0] * 4
    fine = open_market(store, me, "b1", valid_us=at(AUGUST)).tables["surveys"]
    assert fine.groupby("walked").size().min() >= 4  # the walked ground, not one cell of it


def test_a_community_manager_sees_on_either_grid_no_organisation_that_is_not_theirs(
    store: Store, me: Scope, owned: dict[str, str], done: Do
) -> None:
    who = Scope("p", "n", "community_manager", frozenset({"b1"}), "m1")
    done(FINE, AUGUST)
    for clock in (at(date(2026, 7, 15)), at(date(2026, 8, 15))):
        opened = replace(store, clock=lambda clock=clock: clock)
        for day in (date(2026, 7, 31), AUGUST):
            seen = open_market(opened, who, "b1", valid_us=at(day)).tables["organisations"]
            assert seen["org_id"].tolist() == ["o1"]


def test_who_owns_part_of_an_old_cell_does_not_see_the_rest_of_it(store: Store, me: Scope, write: Write) -> None:
    (lat1, lon1), (lat2, lon2) = spot("mid", north=-2), spot("mid", north=2)
    write("organisations", organisations(lat=[lat1, lat2, None], lon=[lon1, lon2, None]))
    market = open_market(store, me, "b1")
    cell = market.tables["organisations"]["cell"].iloc[0]
    assert market.tables["organisations"]["cell"].iloc[1] == cell
    record_change(store, me, "b1", moves((cell, "m1", 0)), why="", now_us=NOW_US + 90_000_000)
    do_regrid(store, me, preview_regrid(store, me, "b1", to=FINE, effective_on=date(2026, 7, 1)), why="", now_us=NOW_US + 91_000_000)
    placed = open_market(store, me, "b1").tables["organisations"].set_index("org_id")["cell"]
    assert placed["o1"] != placed["o2"]
    record_change(store, me, "b1", moves((placed["o2"], "m2", at(date(2026, 7, 1)))), why="", now_us=NOW_US + 92_000_000)
    who = Scope("p", "n", "community_manager", frozenset({"b1"}), "m1")
    assert open_market(store, who, "b1").tables["organisations"]["org_id"].tolist() == ["o1"]
    assert open_market(store, who, "b1", valid_us=at(date(2026, 6, 1))).tables["organisations"].empty


def test_a_branch_without_owners_can_be_regridded(store: Store, me: Scope) -> None:
    ensure_branch(store, me, "b1", now_us=NOW_US, boundary=SMALL, grid_resolution=8)
    do_regrid(store, me, preview_regrid(store, me, "b1", to=FINE, effective_on=AUGUST), why="", now_us=NOW_US + 1)
    assert open_market(store, me, "b1", valid_us=at(AUGUST)).grid.resolution == 9
