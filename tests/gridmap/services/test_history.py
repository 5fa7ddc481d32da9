"""The questions of the History page, with truths made by hand; and figures of the past, which use the owner then in force."""

import json
from datetime import date

import pandas as pd
import pytest

from gridmap.errors import PlanError, ScopeError
from gridmap.facts import measure, roll_up
from gridmap.plan import Move, Plan
from gridmap.scope import Scope, operator
from gridmap.services import history
from gridmap.services.exporting import export_figures
from gridmap.services.history import Moment, State
from gridmap.settings import Rules
from gridmap.store import Wanted, create_plan, open_market, publish_plan, record_change, take_step, undo_plan
from tests import builders
from tests.conftest import NOW_US

ME = operator("tester")
RULES = Rules()
ZONE = "Asia/Shanghai"
MINUTE_US = 60_000_000
MARCH, JUNE, TODAY, AUGUST = date(2026, 3, 31), date(2026, 6, 30), date(2026, 7, 1), date(2026, 8, 1)


def begins(day: date) -> int:
    return round(pd.Timestamp(day, tz=ZONE).timestamp() * 1_000_000)


@pytest.fixture
def west_cell(branch):
    """A cell of the west with organisations in it; M1 has it since 1 January."""
    organisations = open_market(branch, ME, "XX").tables["organisations"]
    return str(organisations.loc[organisations["org_id"].eq("W0"), "cell"].iloc[0])


def move(store, cell, owner, first, *, now_us=NOW_US + MINUTE_US, why="back-dated", layer="cell"):
    frame = pd.DataFrame({"layer": layer, "subject": [cell], "owner": [owner], "valid_from_us": begins(first)})
    return record_change(store, ME, "XX", frame, why=why, now_us=now_us)


def published(store, cell):
    made = (Move(cell, "cell", "M1", "M2", "nearer"),)
    found = create_plan(store, ME, "XX", title="relief", effective_on=AUGUST, now_us=NOW_US + MINUTE_US, moves=made)
    for number, step in enumerate(("submit", "approve"), 2):
        take_step(store, ME, "XX", found.plan_id, step, expected=None, now_us=NOW_US + number * MINUTE_US, note="look at it")
    return publish_plan(store, ME, "XX", found.plan_id, expected=None, now_us=NOW_US + 4 * MINUTE_US)


# Changes


def test_a_list_has_local_days_and_times(branch, west_cell):
    move(branch, west_cell, "M2", MARCH)
    first = history.list_changes(branch, ME, "XX").iloc[0]
    assert first["recorded"] == pd.Timestamp("2026-07-01 12:01")
    assert (first["cells"], first["first_day"]) == (1, pd.Timestamp(MARCH))
    assert pd.isna(first["last_day"])


def test_days_of_a_filter_are_whole_and_local(branch, west_cell):
    move(branch, west_cell, "M2", MARCH)
    today, tomorrow = (history.wanted_days(Wanted(kind="move"), day, day, ZONE) for day in (TODAY, date(2026, 7, 2)))
    assert len(history.list_changes(branch, ME, "XX", wanted=today)) == 1
    assert history.list_changes(branch, ME, "XX", wanted=tomorrow).empty
    assert history.wanted_days(Wanted(), None, None, ZONE) == Wanted()


def test_a_change_has_its_moves_its_plan_and_what_was_said(branch, west_cell):
    done = published(branch, west_cell)
    found = history.change_details(branch, ME, "XX", done.change_id)
    assert (found.line["kind"], found.plan.title, found.plan.plan_id) == ("plan", "relief", done.plan_id)
    assert found.events[["kind", "note"]].to_numpy().tolist() == [
        ["created", ""], ["submitted", "look at it"], ["approved", "look at it"], ["published", ""],
    ]  # fmt: skip
    row = found.moves.iloc[0]
    assert (row["subject"], row["giver"], row["taker"], row["first_day"]) == (west_cell, "M1", "M2", pd.Timestamp(AUGUST))
    undone = undo_plan(branch, ME, "XX", done.plan_id, why="wrong", now_us=NOW_US + 5 * MINUTE_US)
    assert history.change_details(branch, ME, "XX", undone.undone_change_id).plan.plan_id == done.plan_id


def test_a_change_of_an_import_has_no_plan_and_one_that_is_not_there_is_refused(branch):
    number = int(history.list_changes(branch, ME, "XX")["change_id"].iloc[0])
    found = history.change_details(branch, ME, "XX", number)
    assert found.plan is None
    assert found.events.empty
    assert found.line["file_name"] == "ownership.csv"
    with pytest.raises(PlanError, match="no change 999"):
        history.change_details(branch, ME, "XX", 999)


# Over time


def test_a_cell_and_an_organisation_over_time(branch, west_cell):
    move(branch, west_cell, "M2", MARCH)
    move(branch, "W0", "M2", MARCH, layer="holder", now_us=NOW_US + 2 * MINUTE_US)
    move(branch, "W0", "M1", AUGUST, layer="sponsor", now_us=NOW_US + 3 * MINUTE_US)
    told = history.cell_history(branch, ME, "XX", west_cell)
    assert told[["owner", "state"]].to_numpy().tolist() == [["M1", "known"], ["M2", "known"], ["M1", "corrected"]]
    named = history.organisation_history(branch, ME, "XX", "W0")
    assert named[["layer", "owner", "first_day"]].to_numpy().tolist() == [
        ["holder", "M2", pd.Timestamp(MARCH)], ["sponsor", "M1", pd.Timestamp(AUGUST)],
    ]  # fmt: skip
    assert history.cell_history(branch, ME, "XX", "nowhere").empty
    assert history.organisation_history(branch, ME, "XX", "nobody").empty


def test_days_of_change_are_past_future_and_today(branch, west_cell):
    assert history.days_of_change(branch, ME, "XX", today=TODAY) == (date(2026, 1, 1), TODAY)
    move(branch, west_cell, "M2", AUGUST)
    assert history.days_of_change(branch, ME, "XX", today=TODAY) == (date(2026, 1, 1), TODAY, AUGUST)
    assert history.days_of_change(branch, ME, "XX", today=TODAY, known=JUNE) == (TODAY,)


def test_ownership_of_one_day_as_known_then_and_now(branch, west_cell):
    move(branch, west_cell, "M2", MARCH, now_us=NOW_US + 86_400_000_000)  # corrected on 2 July
    then, now = (history.ownership(branch, ME, "XX", Moment(JUNE, known)) for known in (TODAY, None))
    assert (then.owners[west_cell], now.owners[west_cell]) == ("M1", "M2")
    moved = history.compare(then, now)
    assert moved.to_numpy().tolist() == [["cell", west_cell, "M1", "M2"]]


@pytest.mark.parametrize("role", ["community_manager", "account_manager"])
def test_who_may_not_see_history_is_refused(branch, west_cell, role):
    who = Scope("p", "n", role, frozenset({"XX"}), "M1")
    asked = (
        lambda: history.list_changes(branch, who, "XX"),
        lambda: history.cell_history(branch, who, "XX", west_cell),
        lambda: history.organisation_history(branch, who, "XX", "W0"),
        lambda: history.days_of_change(branch, who, "XX", today=TODAY),
        lambda: history.ownership(branch, who, "XX", Moment(JUNE)),
        lambda: history.change_details(branch, who, "XX", 1),
    )
    for ask in asked:
        with pytest.raises(ScopeError):
            ask()


# Two states of ownership of the seven cells


def after() -> Plan:
    """`ne` goes to cm2, `sw` to nobody, `e` to cm1; am2 holds o2 instead of am1; ld1 no longer sponsors o1."""
    cells = builders.CELLS
    owned = {"mid": "cm1", "ne": "cm2", "nw": "cm2", "w": "cm2", "e": "cm1"}
    owners = pd.Series({cells[name]: manager for name, manager in owned.items()}, dtype="str")
    holders = pd.Series({"o1": "am1", "o2": "am2", "o12": "am1"}, dtype="str")
    return builders.plan(owners=owners, holders=holders, sponsors=pd.Series(dtype="str"))


def test_what_differs_between_two_states_is_listed_once():
    cells = builders.CELLS
    found = history.compare(builders.plan(), after()).set_index(["layer", "subject"])
    assert {key: tuple(row) for key, row in zip(found.index, found.to_numpy(), strict=True)} == {
        ("cell", cells["ne"]): ("cm1", "cm2"),
        ("cell", cells["sw"]): ("cm2", ""),
        ("cell", cells["e"]): ("", "cm1"),
        ("holder", "o2"): ("am1", "am2"),
        ("sponsor", "o1"): ("ld1", ""),
    }
    assert history.compare(after(), after()).empty
    assert set(history.compare(builders.plan(), after(), ("cell",))["layer"]) == {"cell"}


def state(plan: Plan, **changes: object) -> State:
    market = builders.seven_cells() if not changes else builders.market(builders.tables(), **changes)
    return State(market, plan, measure(market, plan.holders_now, as_of=builders.AS_OF, window_days=365, rules=RULES))


def test_between_two_grids_every_cell_is_lost_and_gained_and_every_account_stays():
    finer = builders.market(builders.tables(), grid_resolution=9)
    owners = pd.Series("cm1", index=finer.grid.cells, dtype="str")
    found = history.gains_and_losses(state(builders.plan()), state(builders.plan(owners=owners), grid_resolution=9))
    assert found.loc["cm1", ["cells_before", "cells_gained", "cells_lost", "cells_after"]].tolist() == [2, len(owners), 2, len(owners)]
    assert found["cells_lost"].sum() == 7
    assert found["accounts_before"].sum() == found["accounts_after"].sum()


def test_gains_and_losses_of_each_manager():
    found = history.gains_and_losses(state(builders.plan()), state(after()))
    cells = found[["cells_before", "cells_gained", "cells_lost", "cells_after"]]
    assert {str(manager): list(row) for manager, row in zip(cells.index, cells.to_numpy().tolist(), strict=True)} == {
        "-": [2, 1, 1, 2], "am1": [0, 0, 0, 0], "am2": [0, 0, 0, 0], "cm1": [2, 1, 1, 2], "cm2": [3, 1, 1, 3],
    }  # fmt: skip
    assert found.index[0] == "-"
    held = found.loc[["am1", "am2"], ["held_before", "held_gained", "held_lost", "held_after", "accounts_before", "accounts_after"]]
    assert held.to_numpy().tolist() == [[3, 0, 1, 2, 3, 2], [0, 1, 0, 1, 0, 1]]
    assert found["touched"].all()
    for part in ("cells", "held"):
        assert (found[f"{part}_before"] + found[f"{part}_gained"] - found[f"{part}_lost"] == found[f"{part}_after"]).all()
    assert found["cells_gained"].sum() == found["cells_lost"].sum() == 3
    assert found["accounts_before"].sum() == found["accounts_after"].sum(), "every account counts once, before and after"


def test_between_equal_states_nobody_is_touched():
    found = history.gains_and_losses(state(builders.plan()), state(builders.plan()))
    assert not found["touched"].any()
    assert not found[["cells_gained", "cells_lost"]].to_numpy().any()


# Files


def test_changes_and_moves_as_files(branch, west_cell):
    number = move(branch, west_cell, "M2", MARCH, why="=1+1")
    rows = json.loads(history.export_changes(branch, ME, "XX", "json", wanted=Wanted(kind="move")))
    assert [(row["change_id"], row["why"], row["cells"], row["branch"], row["seen_by"]) for row in rows] == [
        (number, "=1+1", 1, "XX", "administrator")
    ]
    moves = json.loads(history.export_moves(branch, ME, "XX", number, "json"))
    assert [(row["subject"], row["giver"], row["taker"]) for row in moves] == [(west_cell, "M1", "M2")]
    assert history.export_changes(branch, ME, "XX", "csv").startswith(b"\xef\xbb\xbfchange_id")
    assert history.export_moves(branch, ME, "XX", number, "xlsx")[:2] == b"PK"


def test_a_file_is_for_who_may_export(branch):
    who = Scope("p", "n", "community_manager", frozenset({"XX"}), "M1")
    for ask in (lambda: history.export_changes(branch, who, "XX", "csv"), lambda: history.export_moves(branch, who, "XX", 1, "csv")):
        with pytest.raises(ScopeError):
            ask()


def test_the_head_of_the_audit_chain_moves_with_a_change(branch, west_cell):
    before = history.head_moved_us(branch, ME, "XX")
    move(branch, west_cell, "M2", MARCH)
    after = history.head_moved_us(branch, ME, "XX")
    assert after is not None
    assert before is None or after > before


# Figures of the past


def organisations_of(store, moment: Moment) -> dict[str, int]:
    """Organisations by holder on a day, owners as known on another."""
    market, plan = open_market(store, ME, "XX"), history.ownership(store, ME, "XX", moment)
    facts = measure(market, plan.holders_now, as_of=moment.day, window_days=90, rules=RULES)
    found = roll_up(facts, "holder", market=market, plan=plan)["organisations"]
    return {manager: int(found.get(manager, 0)) for manager in ("M1", "M2")}


def test_figures_of_a_past_day_use_the_owner_then_in_force_also_after_a_correction(branch, west_cell):
    market = open_market(branch, ME, "XX")
    many = int(market.tables["organisations"]["cell"].eq(west_cell).sum())
    assert many > 0
    assert organisations_of(branch, Moment(JUNE)) == {"M1": 4, "M2": 4}
    move(branch, west_cell, "M2", AUGUST)  # a later move leaves June alone
    moved = {"M1": 4 - many, "M2": 4 + many}
    assert organisations_of(branch, Moment(JUNE)) == {"M1": 4, "M2": 4}
    assert organisations_of(branch, Moment(AUGUST)) == moved
    move(branch, west_cell, "M2", date(2026, 6, 15), now_us=NOW_US + 86_400_000_000)  # on 2 July: since 15 June it was M2's
    assert organisations_of(branch, Moment(JUNE)) == moved, "as known now"
    assert organisations_of(branch, Moment(JUNE, known=TODAY)) == {"M1": 4, "M2": 4}, "as known then"
    assert organisations_of(branch, Moment(date(2026, 6, 14))) == {"M1": 4, "M2": 4}, "the day before it began"


def test_an_export_of_figures_by_manager_uses_the_owner_of_its_day(branch, west_cell):
    def told(day):
        data = export_figures(branch, ME, "XX", "json", by="holder", as_of=day, window_days=90, rules=RULES, keys=("filing_rate_C",))
        rows = {row["holder"]: row["filing_rate_C_denominator"] for row in json.loads(data)}
        return [rows["M1"], rows["M2"]]

    before = told(JUNE)
    move(branch, west_cell, "M2", AUGUST)
    assert told(JUNE) == before == [4, 4]
    assert told(AUGUST) != before
