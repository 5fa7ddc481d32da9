"""What a person asks of a plan: drafts from nothing, a copy, a file, a resignation; checked, submitted, published, written out."""

import io
from datetime import date

import pandas as pd
import pytest

from gridmap.errors import Conflict, PlanError, ScopeError, TableError
from gridmap.scope import Scope
from gridmap.services import drafting, plans
from gridmap.services.importing import import_file
from gridmap.settings import Rules, Settings
from gridmap.store import PlanOptions, PlanRecord, Store, open_plan, plan_as_of, record_change, save_plan, take_step, undo_plan
from tests.conftest import NOW_US
from tests.gridmap.services.conftest import bring

RULES = Rules()
MANAGER = Scope("p1", "Li", "branch_manager", frozenset({"XX"}))
CHIEF = Scope("p2", "Wang", "executive", frozenset({"XX"}))
AUGUST_US = int(pd.Timestamp("2026-08-01", tz="Asia/Shanghai").timestamp() * 1_000_000)


def owned(store: Store, who: Scope, manager: str) -> list[str]:
    owners = plan_as_of(store, who, "XX", valid_us=AUGUST_US).owners
    return list(owners.index[owners == manager])


def drafted(store: Store, cells: list[str], taker: str = "M2") -> PlanRecord:
    record = drafting.new_plan(store, MANAGER, "XX", title="relief", now_us=NOW_US)
    edited = drafting.move(plans.look(store, MANAGER, "XX", record.plan_id, rules=RULES), cells, taker)
    assert not edited.refused
    return save_plan(store, MANAGER, "XX", record.plan_id, expected=record.version, now_us=NOW_US, moves=edited.plan.moves)


def published(store: Store, record: PlanRecord) -> PlanRecord:
    record = plans.submit(store, MANAGER, "XX", record.plan_id, rules=RULES, expected=record.version, now_us=NOW_US)
    record = take_step(store, CHIEF, "XX", record.plan_id, "approve", expected=record.version, now_us=NOW_US)
    return plans.publish(store, CHIEF, "XX", record.plan_id, rules=RULES, expected=record.version, now_us=NOW_US)


@pytest.mark.parametrize(
    ("day", "then"),
    [(date(2026, 7, 1), date(2026, 8, 1)), (date(2026, 12, 31), date(2027, 1, 1)), (date(2028, 1, 31), date(2028, 2, 1))],
)
def test_moves_hold_from_day_1_of_the_next_account_month(day: date, then: date) -> None:
    assert drafting.next_account_month(day) == then


def test_a_draft_becomes_ownership(branch: Store, me: Scope) -> None:
    cells = owned(branch, me, "M1")[:3]
    done = published(branch, drafted(branch, cells))
    assert done.effective_on == date(2026, 8, 1)  # the store's clock stands at 1 July
    assert set(cells) <= set(owned(branch, me, "M2"))


def test_what_blocks_a_plan_is_listed_whole_when_it_is_submitted(branch: Store, me: Scope) -> None:
    record = drafted(branch, owned(branch, me, "M1")[:2])
    _, plan = open_plan(branch, me, "XX", record.plan_id)
    wrong = plan.replaced([*plan.moves, *plan.reassigned("cell", owned(branch, me, "M1")[2:4], "NOBODY").moves[-2:]])
    record = save_plan(branch, MANAGER, "XX", record.plan_id, expected=record.version, now_us=NOW_US, moves=wrong.moves)
    locked = PlanOptions(locked_cells=(plan.moves[0].subject,))
    record = save_plan(branch, MANAGER, "XX", record.plan_id, expected=record.version, now_us=NOW_US, options=locked)
    with pytest.raises(PlanError) as caught:
        plans.submit(branch, MANAGER, "XX", record.plan_id, rules=RULES, expected=None, now_us=NOW_US)
    told = [str(reason) for reason in caught.value.reasons]
    assert len(told) >= 2
    assert any("NOBODY" in each for each in told)
    assert any("lock" in each for each in told)


def test_a_stale_plan_is_not_submitted_and_not_published(branch: Store, me: Scope) -> None:
    cells = owned(branch, me, "M1")[:2]
    record = drafted(branch, cells)
    moves = pd.DataFrame({"layer": "cell", "subject": cells[:1], "owner": "M2", "valid_from_us": AUGUST_US})
    record_change(branch, me, "XX", moves, why="else", now_us=NOW_US + 1)
    with pytest.raises(Conflict) as caught:
        plans.submit(branch, MANAGER, "XX", record.plan_id, rules=RULES, expected=None, now_us=NOW_US)
    assert [(clash.subject, clash.who) for clash in caught.value.clashes] == [(cells[0], "tester")]


def test_a_copy_starts_from_who_has_things_now(branch: Store, me: Scope) -> None:
    cells = owned(branch, me, "M1")[:2]
    record = drafted(branch, cells)
    done = published(branch, record)
    copied = drafting.copy_plan(branch, MANAGER, "XX", done.plan_id, title="again", now_us=NOW_US)
    assert open_plan(branch, me, "XX", copied.plan_id)[1].moves == ()  # M2 has them by now
    assert copied.state == "draft"


def test_another_day_takes_each_move_from_who_has_the_cell_then(branch: Store, me: Scope) -> None:
    cells = owned(branch, me, "M1")[:2]
    september_us = int(pd.Timestamp("2026-09-01", tz="Asia/Shanghai").timestamp() * 1_000_000)
    later = pd.DataFrame({"layer": "cell", "subject": cells[:1], "owner": "M2", "valid_from_us": september_us})
    record_change(branch, me, "XX", later, why="ahead", now_us=NOW_US)
    record = drafted(branch, cells)
    told = {"title": " later ", "effective_on": date(2026, 10, 1), "now_us": NOW_US}
    saved = drafting.set_title_and_day(branch, MANAGER, "XX", record.plan_id, expected=record.version, **told)
    assert (saved.title, saved.effective_on) == ("later", date(2026, 10, 1))
    assert [move.subject for move in open_plan(branch, me, "XX", record.plan_id)[1].moves] == cells[1:]  # M2 has the other by then
    with pytest.raises(PlanError, match="title"):
        drafting.set_title_and_day(branch, MANAGER, "XX", record.plan_id, expected=None, **{**told, "title": " "})
    with pytest.raises(Conflict):
        drafting.set_title_and_day(branch, MANAGER, "XX", record.plan_id, expected=record.version, **told)


def test_everything_of_somebody_who_leaves_goes_to_others(branch: Store, me: Scope) -> None:
    cells = owned(branch, me, "M1")
    record = drafting.plan_for_leaving(branch, MANAGER, "XX", "M1", title="M1 leaves", rules=RULES, now_us=NOW_US, takers={"cell": "M2"})
    _, plan = open_plan(branch, me, "XX", record.plan_id)
    assert [(move.subject, move.giver, move.taker) for move in plan.moves] == [(cell, "M1", "M2") for cell in sorted(cells)]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_of_assignments_becomes_a_draft_and_a_plan_a_file(branch: Store, me: Scope, kind: str) -> None:
    cells = owned(branch, me, "M1")[:2]
    record = drafted(branch, cells)
    data = plans.export_plan(branch, MANAGER, "XX", record.plan_id, kind, what="ownership")
    told = {"title": "from a file", "settings": Settings(), "now_us": NOW_US}
    again = drafting.plan_from_file(branch, MANAGER, "XX", f"plan.{kind}", data, **told)
    assert open_plan(branch, me, "XX", again.plan_id)[1].moves == open_plan(branch, me, "XX", record.plan_id)[1].moves
    report = import_file(
        branch, me, name=f"plan.{kind}", data=data, table="ownership", branch_id="XX", now_us=NOW_US, settings=Settings(), dry_run=True
    )
    assert (report.accepted, report.changed) == (2, 2)


def test_a_file_that_names_strangers_is_refused_row_by_row(branch: Store) -> None:
    data = b"cell,owner\n8841000000fffff,M1\n,M2\n"
    with pytest.raises(TableError) as caught:
        drafting.plan_from_file(branch, MANAGER, "XX", "a.csv", data, title="t", settings=Settings(), now_us=NOW_US)
    assert [(each.row, each.rule) for each in caught.value.findings] == [(2, "unknown_cell"), (3, "required")]


def test_the_moves_of_a_plan_as_a_file(branch: Store, me: Scope) -> None:
    record = drafted(branch, owned(branch, me, "M1")[:2])
    frame = pd.read_csv(io.BytesIO(plans.export_plan(branch, MANAGER, "XX", record.plan_id, "csv", what="moves")), dtype=str)
    assert list(frame["giver"]) == ["M1", "M1"]
    assert list(frame["taker"]) == ["M2", "M2"]
    with pytest.raises(ScopeError):
        plans.export_plan(branch, Scope("p", "n", "community_manager", None, "M1"), "XX", record.plan_id, "csv", what="moves")


def test_two_plans_compared(branch: Store, me: Scope) -> None:
    cells = owned(branch, me, "M1")[:3]
    one, other = (open_plan(branch, me, "XX", drafted(branch, chosen).plan_id)[1] for chosen in (cells[:2], cells[1:]))
    found = plans.compared(one, other)
    assert found.to_numpy().tolist() == [["cell", cells[0], "M2", "M1"], ["cell", cells[2], "M1", "M2"]]
    assert plans.compared(one, one).empty


def test_targets_move_with_the_accounts_from_the_plans_day(branch: Store, me: Scope) -> None:
    organisations = "org_id,name,tier,filed_on,lat,lon\n" + "".join(
        f"F{n},f{n},C,2026-01-01,{22.7003 + n / 200:.4f},112.2204\n" for n in range(4)
    )
    bring(branch, me, "organisations", organisations)
    bring(branch, me, "targets", "level,subject,metric,period,value\nmanager,M1,revenue,2026,40\n")
    record = drafting.new_plan(branch, MANAGER, "XX", title="half", now_us=NOW_US)
    looked = plans.look(branch, MANAGER, "XX", record.plan_id, rules=RULES)
    placed = looked.market.tables["organisations"].set_index("org_id")["cell"]
    moved = sorted({placed["F0"], placed["F1"]})
    share = placed[["F0", "F1", "F2", "F3"]].isin(moved).mean()
    edited = drafting.move(looked, moved, "M2")
    record = save_plan(branch, MANAGER, "XX", record.plan_id, expected=record.version, now_us=NOW_US, moves=edited.plan.moves)
    published(branch, record)
    assert targets_of(branch, record) == pytest.approx({"M1": 40 * (1 - share), "M2": 40 * share})
    assert targets_of(branch, record, before=True) == {"M1": 40}  # the time before the plan keeps what it had
    undo_plan(branch, CHIEF, "XX", record.plan_id, why="wrong", now_us=NOW_US + 1)
    assert targets_of(branch, record) == {"M1": 40}


def targets_of(store: Store, record: PlanRecord, *, before: bool = False) -> dict[str, float]:
    market = plans.look(store, MANAGER, "XX", record.plan_id, rules=RULES).market
    rows = market.at("targets", date(2026, 7, 31) if before else date(2026, 8, 1))
    return dict(zip(rows["subject"], rows["value"], strict=True))


def test_targets_come_back_from_the_day_a_plan_is_undone_and_what_was_changed_since_stays(branch: Store, me: Scope) -> None:
    bring(branch, me, "organisations", "org_id,name,tier,filed_on,lat,lon\nF0,f0,C,2026-01-01,22.7003,112.2204\n")
    bring(branch, me, "targets", "level,subject,metric,period,value\nmanager,M1,revenue,2026,40\nmanager,M1,revenue,2027,50\n")
    record = drafting.new_plan(branch, MANAGER, "XX", title="all", now_us=NOW_US)
    looked = plans.look(branch, MANAGER, "XX", record.plan_id, rules=RULES)
    edited = drafting.move(looked, owned(branch, me, "M1"), "M2")
    record = save_plan(branch, MANAGER, "XX", record.plan_id, expected=record.version, now_us=NOW_US, moves=edited.plan.moves)
    published(branch, record)
    told = {"name": "targets.csv", "table": "targets", "branch_id": "XX", "now_us": NOW_US, "settings": Settings()}
    import_file(branch, me, data=b"level,subject,metric,period,value\nmanager,M2,revenue,2027,70\n", as_of=date(2026, 8, 1), **told)
    undo_plan(branch, CHIEF, "XX", record.plan_id, why="wrong", now_us=NOW_US + 9, on=date(2026, 9, 1))
    market = plans.look(branch, MANAGER, "XX", record.plan_id, rules=RULES).market
    at = {
        day: {(row.subject, row.period): row.value for row in market.at("targets", day).itertuples()}
        for day in (date(2026, 8, 1), date(2026, 9, 1))
    }
    assert at[date(2026, 8, 1)] == {("M1", "2026"): 0, ("M2", "2026"): 40, ("M1", "2027"): 0, ("M2", "2027"): 70}
    assert at[date(2026, 9, 1)] == {("M1", "2026"): 40, ("M1", "2027"): 50, ("M2", "2027"): 70}
