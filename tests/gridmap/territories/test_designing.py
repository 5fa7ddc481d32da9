"""Territories designed from end to end: what holds for every answer, and what is said of it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridmap.contiguity import find_pieces
from gridmap.territories.designing import Progress, design, gap_of, solve_task, state_of
from gridmap.territories.engine.effort import Effort
from gridmap.territories.engine.measured import measured
from gridmap.territories.engine.problem import Answer, Bound
from gridmap.territories.measuring import measure_changed, measure_terms
from gridmap.territories.ordering import MOST, best_order
from gridmap.territories.request import CAPACITY, Budget, Limit, Request
from tests import builders
from tests.builders import CELLS
from tests.gridmap.territories.villages import ON, RULES, seven, striped, villages

QUICK = Effort(proposals=4_000)
ACCOUNTS = Request(limits=(Limit("accounts", tolerance=0.5),), effort=QUICK)
# Two full villages in the west, three in the east; m1 owns one column, m2 the rest.
LOPSIDED = villages(5, 2, striped(5, 2, 2), bases={"m1": "v00", "m2": "v41"}, counts={f"v{x}{y}": 2 for x in range(5) for y in range(2)})
DRAWN = villages(6, 4, striped(6, 4, 3), bases={"m1": "v01", "m2": "v12", "m3": "v42"}, named={"v31": "m2"}, counts={"v31": 3}, seed=7)
SEVEN = seven()


def designed(asked, request, *, plan=None, **more):
    return design(asked.market, plan or asked.plan, asked.facts, request=request, rules=RULES, on=ON, **more)


def pieces_of(asked, plan):
    found = find_pieces(asked.market.grid, plan.owners_now)
    return dict(zip(*np.unique(found.owner[found.owner != "-"].astype(str), return_counts=True), strict=True))


def test_an_overloaded_manager_gives_what_is_too_much():
    found = designed(LOPSIDED, ACCOUNTS)
    assert found.state == "proven"
    assert found.before.disruption == 0
    assert found.managers["accounts_before"].tolist() == [4, 16]
    assert found.managers["accounts_fair"].tolist() == [10, 10]
    assert found.managers["accounts_most"].tolist() == [15, 15]
    assert found.managers["accounts"].tolist() == [10, 10]
    assert found.managers["accounts_deviation"].tolist() == [0, 0]
    assert found.deviation == (("accounts", 0.0),)
    assert found.managers["pieces"].tolist() == [1, 1]
    assert found.managers["base"].tolist() == ["v00", "v41"]
    assert found.changed.cells == len(found.moves) == 3
    assert {(move.cell, move.giver, move.taker) for move in found.moves} == {("v10", "m2", "m1"), ("v11", "m2", "m1"), ("v20", "m2", "m1")}
    assert {move.gives for move in found.moves} == {(("accounts", 2.0),)}
    assert found.relaxations == ()
    assert found.gap == pytest.approx(0, abs=1e-9)
    assert dict(found.versions).keys() == {"gridmap", "python", "numpy", "numba", "highspy"}


def test_what_cannot_be_is_proved_and_is_an_answer():
    found = designed(LOPSIDED, replace(ACCOUNTS, limits=(Limit("accounts", most=9),)))
    assert found.state == "impossible"
    assert found.violation > 0
    assert np.isnan(found.gap)
    assert found.bound == -np.inf
    assert found.leaves_out == ()
    assert "proved that no plan" in str(found.why)


def test_the_budget_is_kept_where_the_limits_cannot_be():
    found = designed(LOPSIDED, replace(ACCOUNTS, budget=Budget(cells=0)))
    assert found.plan.moves == ()
    assert found.state == "impossible"


def test_a_draft_is_exchanged_and_what_moves_by_name_stays():
    plan = DRAWN.plan.reassigned("cell", ["v40"], "m2", reason="asked for").reassigned("holder", ["v31-0"], "m3")
    loose = replace(ACCOUNTS, limits=(Limit("accounts", tolerance=0.99),), locked_cells=("v40",))
    found = designed(DRAWN, loose, plan=plan)
    kept = {move.subject: move for move in found.plan.moves}
    assert kept["v31-0"].taker == "m3"
    assert kept["v40"].taker == "m2"
    assert kept["v40"].reason == "asked for"
    assert found.managers.loc["m3", "accounts"] >= 1


def test_cells_of_who_takes_no_part_keep_their_draft():
    plan = DRAWN.plan.reassigned("cell", ["v00"], "m3")
    found = designed(DRAWN, replace(ACCOUNTS, managers=("m1", "m2"), limits=(Limit("accounts", tolerance=0.9),)), plan=plan)
    assert found.plan.owners_now["v00"] == "m3"
    assert not {"v20", "v30", "v40", "v50"} & {move.subject for move in found.plan.moves}


def test_the_same_seed_gives_the_same_plan():
    request = replace(ACCOUNTS, effort=Effort(proposals=20_000, starts=2, exact=False))
    one, two = designed(DRAWN, request, seed=3), designed(DRAWN, request, seed=3)
    assert one.plan.fingerprint == two.plan.fingerprint
    many = designed(DRAWN, replace(request, effort=replace(request.effort, workers=2)), seed=3)
    assert many.plan.fingerprint == one.plan.fingerprint


def test_progress_is_told_and_a_search_can_be_stopped():
    told: list[Progress] = []
    found = designed(DRAWN, replace(ACCOUNTS, effort=Effort(proposals=200_000, exact=False)), on_best=told.append)
    assert told
    assert told[-1].of == 200_000
    assert told[-1].objective >= found.terms.total - 1e-9
    stopped = designed(DRAWN, replace(ACCOUNTS, effort=Effort(proposals=50_000_000, exact=False)), stop=lambda: True)
    assert stopped.proposals < 50_000_000
    assert "Stopped" in str(stopped.why)


def test_seconds_are_those_of_the_clock_that_is_handed_in():
    ticks = iter([10.0, 17.5])
    assert designed(LOPSIDED, ACCOUNTS, clock=lambda: next(ticks)).seconds == 7.5


def test_nothing_is_free_to_move():
    locked = tuple(LOPSIDED.market.grid.cells)
    found = designed(LOPSIDED, replace(ACCOUNTS, limits=(Limit("accounts", most=99),), locked_cells=locked))
    assert found.plan.moves == ()
    assert "Nothing is free to move" in str(found.why)


def test_cells_of_nobody_are_given_and_cost_no_budget():
    found = designed(SEVEN, replace(ACCOUNTS, limits=(Limit("cells", most=5),), nobodys="assign", budget=Budget(cells=0)))
    assert set(found.plan.owners_now.index) == set(CELLS.values())
    assert found.changed.cells == 0
    assert {move.giver for move in found.moves} == {""}
    assert len(found.moves) == 2


def test_cells_that_stay_together_move_together_and_each_is_told():
    together = (("v10", "v20"),)
    found = designed(LOPSIDED, replace(ACCOUNTS, limits=(Limit("accounts", tolerance=0.1),), together=together))
    owners = found.plan.owners_now
    assert owners["v10"] == owners["v20"]
    assert {move.cell for move in found.moves} == {move.subject for move in found.plan.moves}


def test_new_managers_are_given_land_and_it_is_said_that_they_are_not_there_yet():
    found = designed(LOPSIDED, Request(limits=(Limit("accounts", most=8),), new_managers=1, effort=QUICK))
    assert found.managers.index.tolist() == ["m1", "m2", "NEW-1"]
    assert found.managers.loc["NEW-1", "accounts"] > 0
    assert found.managers.loc["NEW-1", "base"] in LOPSIDED.market.grid.cells
    assert any("NEW-1" in str(note) for note in found.notes)
    assert any("bases" in str(each) for each in found.leaves_out)
    assert found.terms.total == pytest.approx(measure_of(found, LOPSIDED), rel=1e-9)


def measure_of(found, asked):
    """Return the objective that the engine has of a plan."""
    task = asked.task(found.request)
    column = {who: place for place, who in enumerate(task.manager_ids)}
    owner = np.zeros(task.problem.units, dtype=np.int64)
    for cell, unit in zip(asked.market.grid.cells, task.unit_of_cell, strict=True):
        if unit >= 0:
            owner[unit] = column[found.plan.owners_now[cell]]
    return measured(task.problem, owner).objective


def answer(**changes):
    bound = Bound(
        changes.pop("value", 1.0), np.zeros((1, 1)), np.zeros(0), np.zeros(1, dtype=np.int64), "prices", changes.pop("feasible", True)
    )
    none = np.zeros(1, dtype=np.int64)
    plain = {
        "owner": none, "centre": none, "objective": 2.0, "violation": 0.0, "over": np.zeros((1, 1)), "extra_pieces": 0, "bound": bound,
        "proven": False, "proposals": 0, "stopped": False, "why": "searched",
    }  # fmt: skip
    return Answer(**{**plain, **changes})


@pytest.mark.parametrize(
    ("changes", "state", "gap"),
    [
        ({}, "kept", 0.5),
        ({"proven": True, "value": 2.0}, "proven", 0.0),
        ({"proven": True, "value": 2.0, "extra_pieces": 1}, "kept", 0.0),  # in one piece it might be worth more
        ({"violation": 0.1}, "broken", np.nan),
        ({"violation": 0.1, "feasible": False, "value": -np.inf}, "impossible", np.nan),
        ({"value": -np.inf}, "kept", np.nan),
        ({"value": 2.0 + 1e-12}, "kept", 0.0),
    ],
)
def test_states_and_gaps(changes, state, gap):
    given_ = answer(**changes)
    assert state_of(given_) == state
    assert gap_of(given_) == pytest.approx(gap, nan_ok=True)


def test_moves_come_in_the_order_in_which_they_are_best_made():
    task = LOPSIDED.task(ACCOUNTS)
    before = task.problem.owner
    after = np.array([0, 0, 0, 0, 0, 0, 1, 1, 1, 1])  # v00 v01 v10 v11 v20 v21 to m1
    ordered = best_order(task.problem, before, after)
    assert set(ordered.units.tolist()[:2]) == {2, 3}, "what touches comes first"
    assert ordered.worse[0] < 0
    here, violation = before.copy(), measured(task.problem, before).violation
    for unit, worse in zip(ordered.units, ordered.worse, strict=True):
        here[unit] = after[unit]
        anew = measured(task.problem, here).violation
        assert anew - violation == pytest.approx(worse, abs=1e-8)
        violation = anew


def test_very_many_moves_are_ranked_at_once(monkeypatch):
    task = LOPSIDED.task(ACCOUNTS)
    after = np.array([0, 0, 0, 0, 0, 0, 1, 1, 1, 1])
    monkeypatch.setattr("gridmap.territories.ordering.MOST", 2)
    assert MOST > 2
    assert sorted(best_order(task.problem, task.problem.owner, after).units.tolist()) == [2, 3, 4, 5]


@st.composite
def requests(draw):
    """Draw a market and a request."""
    asked = draw(st.sampled_from([LOPSIDED, DRAWN, SEVEN]))
    cells = sorted(asked.plan.owners.index)
    managers = sorted(set(asked.plan.owners))
    locked = draw(st.lists(st.sampled_from(cells), max_size=3, unique=True))
    return asked, Request(
        limits=(Limit("accounts", tolerance=draw(st.sampled_from([0.1, 0.5, 0.9]))), Limit("hours", most=CAPACITY)),
        locked_cells=tuple(locked),
        locked_owners=tuple(managers[:1]) if len(managers) > 2 and draw(st.booleans()) else (),
        nobodys=draw(st.sampled_from(["leave", "assign"])),
        budget=Budget(cells=draw(st.sampled_from([None, 0, 1, 3])), accounts_share=draw(st.sampled_from([None, 0.2]))),
        effort=replace(QUICK, exact=draw(st.booleans())),
    )


@given(requests(), st.integers(0, 99))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_holds_for_every_answer(case, seed):
    asked, request = case
    task = asked.task(request)
    found = solve_task(task, seed=seed)
    now, today = found.plan.owners_now, asked.plan.owners
    taking_part = set(task.market.grid.cells[task.unit_of_cell >= 0])
    # Locked cells and owners stay, and what takes no part.
    for cell in [*request.locked_cells, *(set(asked.market.grid.cells) - taking_part)]:
        assert now.get(cell, "") == today.get(cell, "")
    assert not {move.giver for move in found.plan.moves} & set(request.locked_owners)
    # No territory that is whole today is cut, and none of those that are new.
    pieces, pieces_before = pieces_of(asked, found.plan), pieces_of(asked, asked.plan)
    assert all(pieces.get(who, 1) <= max(pieces_before.get(who, 1), 1) for who in task.manager_ids)
    # Totals are conserved.
    given_land = request.nobodys == "assign" and (task.problem.owner < 0).any()
    for measure in task.measures:
        total, before = found.managers[measure].sum(), found.managers[f"{measure}_before"].sum()
        assert total == pytest.approx(task.total[task.measures.index(measure)])
        assert before == pytest.approx(total) or (given_land and before < total)
    # Budgets, bound, and the figures that are shown.
    assert request.budget.cells is None or found.changed.cells <= request.budget.cells
    assert request.budget.accounts_share is None or found.changed.accounts_share <= request.budget.accounts_share + 1e-9
    assert found.changed == measure_changed(task, now)
    assert found.terms == measure_terms(task, now)
    assert found.terms.total == pytest.approx(measure_of(found, asked), rel=1e-9)
    if found.violation == 0:
        assert found.bound <= found.terms.total * (1 + 1e-9)
    within = found.managers["accounts"].between(found.managers["accounts_least"] - 1e-6, found.managers["accounts_most"] + 1e-6)
    assert within.all() or found.violation > 0
    assert {(move.cell, move.giver, move.taker) for move in found.moves} == {(m.subject, m.giver, m.taker) for m in found.plan.moves}


def test_a_budget_below_what_a_draft_moved_begins_with_today():
    plan = DRAWN.plan
    for cell in ("v20", "v21", "v22", "v23"):
        plan = plan.reassigned("cell", [cell], "m2")
    found = designed(DRAWN, replace(ACCOUNTS, budget=Budget(cells=1)), plan=plan)
    assert found.changed.cells <= 1


def test_defaults_are_a_whole_request():
    assert designed(SEVEN, Request(effort=QUICK)).managers.columns.str.startswith("hours").sum() == 6
    gone = builders.plan(owners=pd.Series({**builders.plan().owners, CELLS["e"]: "am9"}, dtype="str"))
    assert "am9" not in design(SEVEN.market, gone, SEVEN.facts, rules=RULES, on=ON).managers.index
