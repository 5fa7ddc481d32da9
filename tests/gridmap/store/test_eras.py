"""The grids a branch has had: what is drafted, moved, surveyed and seen in cells of one of them while another is in force."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from gridmap.errors import Conflict
from gridmap.facts import measure
from gridmap.plan import Move
from gridmap.scope import Scope
from gridmap.services.regrid import do_regrid, preview_regrid
from gridmap.settings import Rules
from gridmap.store import (
    Store,
    create_plan,
    open_market,
    open_plan,
    plan_as_of,
    publish_plan,
    rebase_plan,
    record_change,
    stale_moves,
    take_step,
)
from tests.builders import spot
from tests.gridmap.store.conftest import NOW_US, Regridding, Write, moves, organisations

AUGUST, SEPTEMBER, OCTOBER = date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)
FINE, COARSE = ("h3", 9), ("h3", 7)


def at(day: date) -> int:
    return int(pd.Timestamp(day, tz="Asia/Shanghai").timestamp() * 1_000_000)


def owners(store: Store, me: Scope, day: date, **known: int) -> dict[str, str]:
    return dict(plan_as_of(store, me, "b1", valid_us=at(day), **known).owners)


MANAGER = Scope("p1", "Li", "branch_manager", frozenset({"b1"}))
CHIEF = Scope("p2", "Wang", "executive", frozenset({"b1"}))


def test_a_draft_on_old_cells_is_told_that_the_branch_was_regridded(
    store: Store, me: Scope, two_owned: dict[str, str], regridding: Regridding
) -> None:
    market = open_market(store, me, "b1")
    cell, free = next(iter(two_owned)), next(cell for cell in market.grid.cells if cell not in two_owned)
    made = (Move(cell, "cell", "m1", "m2"), Move(free, "cell", "", "m1"))
    draft = create_plan(store, MANAGER, "b1", title="t", effective_on=SEPTEMBER, now_us=NOW_US + 95_000_000, moves=made)
    regridding(FINE, AUGUST)
    assert {(clash.subject, clash.who) for clash in stale_moves(store, me, "b1", draft.plan_id)} == {(cell, me.name), (free, me.name)}
    for step, who in (("submit", MANAGER), ("approve", CHIEF)):
        draft = take_step(store, who, "b1", draft.plan_id, step, expected=None, now_us=NOW_US + 400_000_000)
    with pytest.raises(Conflict, match="regridded") as refused:
        publish_plan(store, CHIEF, "b1", draft.plan_id, expected=None, now_us=NOW_US + 401_000_000)
    assert {clash.subject for clash in refused.value.clashes} == {cell, free}
    rebase_plan(store, MANAGER, "b1", draft.plan_id, expected=None, now_us=NOW_US + 402_000_000)
    assert open_plan(store, MANAGER, "b1", draft.plan_id)[1].moves == ()


def test_a_move_of_a_cell_ends_where_its_grid_ends(store: Store, me: Scope, two_owned: dict[str, str], regridding: Regridding) -> None:
    free = next(cell for cell in open_market(store, me, "b1").grid.cells if cell not in two_owned)
    regridding(FINE, SEPTEMBER)
    record_change(store, me, "b1", moves((free, "m5", at(AUGUST))), why="", now_us=NOW_US + 500_000_000)
    assert owners(store, me, AUGUST)[free] == "m5"
    assert free not in owners(store, me, SEPTEMBER)


@pytest.mark.usefixtures("two_owned")
def test_a_cell_of_another_grid_gets_no_owner(store: Store, me: Scope, small: Write, regridding: Regridding) -> None:
    old = open_market(store, me, "b1").grid.cells[0]
    regridding(FINE, AUGUST)
    with pytest.raises(Conflict, match="2026-08-01"):
        record_change(store, me, "b1", moves((old, "m5", at(OCTOBER))), why="", now_us=NOW_US + 500_000_000)
    rows = pd.DataFrame({"cell": [old], "owner": ["m5"], "valid_from": pd.to_datetime(["2026-10-01"])})
    with pytest.raises(Conflict):
        small("ownership", rows)
    record_change(store, me, "b1", moves((old, None, at(OCTOBER))), why="", now_us=NOW_US + 501_000_000)  # a release harms nobody


# What was said of old cells, and who may see what of another time's grid.


def test_surveys_of_old_cells_count_on_the_new_grid_without_a_door_more(
    store: Store, me: Scope, small: Write, two_owned: dict[str, str], regridding: Regridding
) -> None:
    cells = sorted(two_owned)
    rows = {"survey_id": ["s1", "s2"], "cell": cells, "surveyed_on": pd.to_datetime(["2026-05-01", "2026-06-01"]), "doors": [20, 7]}
    small("surveys", pd.DataFrame(rows).astype({"doors": "Int64"}))
    doors = []
    regridding(FINE, AUGUST)
    regridding(COARSE, SEPTEMBER)
    regridding(("h3", 8), OCTOBER)
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
    store: Store, me: Scope, two_owned: dict[str, str], regridding: Regridding
) -> None:
    who = Scope("p", "n", "community_manager", frozenset({"b1"}), "m1")
    regridding(FINE, AUGUST)
    for clock in (at(date(2026, 7, 15)), at(date(2026, 8, 15))):
        opened = replace(store, clock=lambda clock=clock: clock)
        for day in (date(2026, 7, 31), AUGUST):
            seen = open_market(opened, who, "b1", valid_us=at(day)).tables["organisations"]
            assert seen["org_id"].tolist() == ["o1"]


def test_who_owns_part_of_an_old_cell_does_not_see_the_rest_of_it(store: Store, me: Scope, small: Write) -> None:
    (lat1, lon1), (lat2, lon2) = spot("mid", north=-2), spot("mid", north=2)
    small("organisations", organisations(lat=[lat1, lat2, None], lon=[lon1, lon2, None]))
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
