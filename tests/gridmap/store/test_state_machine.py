"""Moves, plans, claims and imports in any order, against a plain list that knows every answer at every instant."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule, run_state_machine_as_test

from gridmap.errors import Conflict, PlanError
from gridmap.scope import Scope, operator
from gridmap.settings import Settings
from gridmap.store import (
    FOREVER_US,
    Store,
    ask_claim,
    create_plan,
    decide_claim,
    ensure_branch,
    open_plan,
    open_store,
    plan_as_of,
    publish_plan,
    rebase_plan,
    record_change,
    save_plan,
    stale_moves,
    take_step,
    undo_plan,
    write_rows,
)
from tests.gridmap.store.as_of_oracle import DAYS, SLOTS, TODAY, Laid, Oracle, Subject, check_bounds, check_replay, check_state, read_record
from tests.gridmap.store.conftest import NOW_US

SUBJECTS: tuple[Subject, ...] = (("cell", "c1"), ("cell", "c2"), ("cell", "c3"), ("holder", "o1"), ("sponsor", "o1"))
CELLS = [subject for layer, subject in SUBJECTS if layer == "cell"]
MANAGERS = ("m1", "m2", "m3")
ME = operator("tester")
slots = st.sampled_from(SLOTS)
takers = st.sampled_from((*MANAGERS, None))
ranges = st.tuples(slots, slots).map(lambda pair: (min(pair), len(DAYS) if pair[0] >= pair[1] else pair[1]))
direct = st.dictionaries(st.sampled_from(SUBJECTS), st.tuples(ranges, takers), min_size=1, max_size=4)
given_away = st.dictionaries(st.sampled_from(SUBJECTS), takers, min_size=1, max_size=4)
clocks = st.sampled_from((1_000_000, 1_000_000, 0, -5_000_000))  # one that stands still, and one that goes back


class Ledger(RuleBasedStateMachine):
    """Every rule does something to the store and says beforehand, from the oracle alone, what must come of it."""

    drafts, approved, published, claims = Bundle("drafts"), Bundle("approved"), Bundle("published"), Bundle("claims")

    def __init__(self, store: Store, branch_id: str) -> None:
        super().__init__()
        self.store, self.branch_id, self.clock_us, self.steps = store, branch_id, NOW_US, 0
        self.oracle = Oracle(SUBJECTS)
        self.open: dict[int, tuple[str, str]] = {}  # claims: of which cell, by whom
        self.begins: dict[int, int] = {}  # slot of the plan's day
        self.bases: dict[int, int] = {}
        self.before: dict[int, tuple[int, dict[Subject, Any]]] = {}  # change of a published plan, and what was there before

    @initialize()
    def found_branch(self) -> None:
        ensure_branch(self.store, ME, self.branch_id, now_us=NOW_US - 1, time_zone="Asia/Shanghai")
        self.starts = read_record(self.store, self.branch_id).starts

    def ask(self, function: Callable[..., Any], *arguments: Any, by: Scope = ME, **rest: Any) -> Any:
        return function(self.store, by, self.branch_id, *arguments, now_us=self.clock_us, **rest)

    def refused(self, subjects: list[str], function: Callable[..., Any], *arguments: Any, **rest: Any) -> None:
        with pytest.raises(Conflict) as caught:
            self.ask(function, *arguments, **rest)
        assert [clash.subject for clash in caught.value.clashes] == subjects
        assert all(clash.who and clash.at_us > 0 for clash in caught.value.clashes)

    @rule(step=clocks)
    def time_passes(self, step: int) -> None:
        self.clock_us += step

    @rule(asked=direct, expected=st.sampled_from((None, None, "seen", "stale", "versions")))
    def moves(self, asked: dict[Subject, Any], expected: str | None) -> None:
        frame = pd.DataFrame(
            [(*subject, owner, self.starts[begin], self.ends(end)) for subject, ((begin, end), owner) in asked.items()],
            columns=["layer", "subject", "owner", "valid_from_us", "valid_to_us"],
        )
        oracle = self.oracle
        changed = oracle.laid({subject: [(begin, end, owner)] for subject, ((begin, end), owner) in asked.items()})
        seen: Any = {"seen": oracle.last, "stale": 0, "versions": {each: oracle.versions.get(each, 0) for each in asked}}.get(str(expected))
        if expected == "stale" and (stale := oracle.stale(asked, 0)):
            self.refused(stale, record_change, frame, why="", expected=seen)
            return
        change_id = self.ask(record_change, frame, why="", expected=seen)
        assert (change_id > oracle.last) == bool(changed)
        if changed:
            oracle.record(change_id, changed)

    def ends(self, slot: int) -> int:
        return FOREVER_US if slot == len(DAYS) else self.starts[slot]

    @rule(rows=st.dictionaries(st.tuples(st.sampled_from(CELLS), slots), takers, min_size=1, max_size=4))
    def imports(self, rows: dict[tuple[str, int], str | None]) -> None:
        frame = pd.DataFrame([(cell, owner, pd.Timestamp(DAYS[slot])) for (cell, slot), owner in rows.items()])
        frame.columns = pd.Index(["cell", "owner", "valid_from"])
        changed: dict[Subject, Any] = {}
        ahead = Oracle(SUBJECTS)
        ahead.now = self.oracle.now
        for (cell, slot), owner in sorted(rows.items(), key=lambda each: each[0]):
            subject = ("cell", cell)
            known = ahead.now[subject][slot] != "absent"
            if not known or ahead.has(subject, slot) != (owner or ""):
                changed |= ahead.laid({subject: [(slot, ahead.next_change(subject, slot), owner)]})
                ahead.now = {**ahead.now, **changed}
        origin = {"as_of": None, "file_name": "o.csv", "file_sha256": "0", "mapping": {}, "source": ""}
        self.ask(write_rows, "ownership", frame, **origin)
        if changed:
            self.oracle.record(max(read_record(self.store, self.branch_id).changes), changed)

    @rule(target=drafts, wanted=given_away, slot=slots)
    def drafts_a_plan(self, wanted: dict[Subject, str | None], slot: int) -> int:
        found = self.ask(create_plan, title="plan", effective_on=DAYS[slot], moves=self.oracle.moves_from(wanted, slot))
        self.begins[found.plan_id], self.bases[found.plan_id] = slot, self.oracle.last
        return int(found.plan_id)

    @rule(plan_id=drafts, wanted=given_away)
    def saves(self, plan_id: int, wanted: dict[Subject, str | None]) -> None:
        found, _ = self.opened(plan_id)
        if found.state == "draft":
            self.ask(save_plan, plan_id, expected=found.version, moves=self.oracle.moves_from(wanted, self.begins[plan_id]))
            self.refused([str(plan_id)], save_plan, plan_id, expected=found.version, moves=())

    def opened(self, plan_id: int) -> Any:
        return open_plan(self.store, ME, self.branch_id, plan_id)

    @rule(target=approved, plan_id=consumes(drafts), reject=st.sampled_from((False, False, False, True)))
    def submits_and_decides(self, plan_id: int, *, reject: bool) -> Any:
        if not self.opened(plan_id)[1].moves:
            with pytest.raises(PlanError, match="moves nothing"):
                self.ask(take_step, plan_id, "submit", expected=None)
            return multiple()
        self.ask(take_step, plan_id, "submit", expected=None)
        self.ask(take_step, plan_id, "reject" if reject else "approve", expected=None, note="because")
        return multiple() if reject else plan_id

    @rule(target=published, plan_id=approved, other=st.one_of(st.none(), slots))
    def publishes(self, plan_id: int, other: int | None) -> Any:
        record, plan = self.opened(plan_id)
        if record.state != "approved":
            with pytest.raises(PlanError):
                self.ask(publish_plan, plan_id, expected=None)
            return multiple()
        oracle, slot = self.oracle, self.begins[plan_id] if other is None else other
        subjects = {(move.layer, move.subject): move for move in plan.moves}
        wrong = oracle.stale(subjects, self.bases[plan_id])
        assert [clash.subject for clash in stale_moves(self.store, ME, self.branch_id, plan_id)] == wrong
        wrong = wrong or [move.subject for subject, move in sorted(subjects.items()) if oracle.has(subject, slot) != move.giver]
        on = None if other is None else DAYS[other]
        if wrong:
            with pytest.raises(Conflict) as caught:
                self.ask(publish_plan, plan_id, expected=None, on=on)
            assert [clash.subject for clash in caught.value.clashes] == wrong
            return multiple()
        laid: Laid = {each: [(slot, oracle.next_change(each, slot), move.taker or None)] for each, move in subjects.items()}
        done = self.ask(publish_plan, plan_id, expected=record.version, on=on)
        self.before[plan_id] = (done.change_id, oracle.now)
        oracle.record(done.change_id, oracle.laid(laid))
        return plan_id

    @rule(target=published, wanted=given_away, slot=slots, undo=st.sampled_from(("no", "whole", "later")), later=slots)
    def plans_and_publishes(self, wanted: dict[Subject, str | None], slot: int, undo: str, later: int) -> Any:
        plan_id = self.submits_and_decides(self.drafts_a_plan(wanted, slot), reject=False)
        if isinstance(plan_id, int):
            self.publishes(plan_id, None)
            if undo != "no":
                self.undoes(plan_id, None if undo == "whole" else later)
        return plan_id

    @rule(target=drafts, plan_id=consumes(approved), drop=st.booleans())
    def rebases(self, plan_id: int, *, drop: bool) -> Any:
        record, plan = self.opened(plan_id)
        if record.state != "approved":
            return multiple()
        left_out = {(move.layer, move.subject) for move in plan.moves[:1]} if drop else set()
        self.ask(rebase_plan, plan_id, expected=None, drop=left_out)
        self.bases[plan_id] = self.oracle.last
        kept = {(move.layer, move.subject): move.taker for move in plan.moves if (move.layer, move.subject) not in left_out}
        assert set(self.opened(plan_id)[1].moves) == set(self.oracle.moves_from(kept, self.begins[plan_id]))
        return plan_id

    @rule(plan_id=published, slot=st.one_of(st.none(), st.none(), slots))
    def undoes(self, plan_id: int, slot: int | None) -> None:
        record, plan = self.opened(plan_id)
        on = None if slot is None else DAYS[slot]
        change_id, before = self.before[plan_id]
        oracle = self.oracle
        if record.undone_change_id is not None:
            with pytest.raises(PlanError, match="undone already"):
                self.ask(undo_plan, plan_id, why="", on=on)
            return
        subjects = [(move.layer, move.subject) for move in plan.moves]
        if moved := oracle.stale(subjects, change_id):
            self.refused(moved, undo_plan, plan_id, why="", on=on)
            return
        back = {subject: oracle.steps_back(subject, before[subject], slot or 0) for subject in subjects}
        changed = oracle.laid(back)
        if not changed:
            with pytest.raises(PlanError, match="nothing left"):
                self.ask(undo_plan, plan_id, why="", on=on)
            return
        oracle.record(self.ask(undo_plan, plan_id, why="", on=on).undone_change_id, changed)
        if slot is None:  # as if it had never been: at every instant everybody has what they had
            for subject in subjects:
                had = ["" if each in (None, "absent") else each for each in before[subject]]
                assert [oracle.has(subject, at) for at in SLOTS] == had

    @rule(target=claims, cell=st.sampled_from(CELLS), manager=st.sampled_from(MANAGERS), back=st.booleans())
    def claims_a_cell(self, cell: str, manager: str, *, back: bool) -> Any:
        scope = Scope(manager, manager, "community_manager", None, manager)
        rest = {"why": "", "by": scope, "cells": CELLS}
        kind, has = ("return", manager) if back else ("claim", "")
        if back and self.oracle.now["cell", cell] == ("absent",) * len(DAYS):
            with pytest.raises(PlanError, match="no cell"):
                self.ask(ask_claim, cell, kind, **rest)
        elif self.oracle.has(("cell", cell), TODAY) != has:
            self.refused([cell], ask_claim, cell, kind, **rest)
        elif (cell, manager) in self.open.values():
            with pytest.raises(PlanError, match="already"):
                self.ask(ask_claim, cell, kind, **rest)
        else:
            found = self.ask(ask_claim, cell, kind, **rest)
            self.open[found.claim_id] = (cell, manager)
            return (found.claim_id, ("cell", cell), has, "" if back else manager)
        return multiple()

    @rule(claim=consumes(claims), slot=slots, accept=st.sampled_from((True, True, False)))
    def decides_a_claim(self, claim: tuple[int, Subject, str, str], slot: int, *, accept: bool) -> None:
        claim_id, subject, giver, taker = claim
        decision = {"accept": accept, "answer": "so it is", "effective_us": self.starts[slot]}
        if claim_id not in self.open or (accept and self.oracle.has(subject, slot) != giver):
            self.refused([subject[1]], decide_claim, claim_id, **decision)
            return
        found = self.ask(decide_claim, claim_id, **decision)
        del self.open[claim_id]
        if accept:
            laid: Laid = {subject: [(slot, self.oracle.next_change(subject, slot), taker or None)]}
            self.oracle.record(found.change_id, self.oracle.laid(laid))
            self.open = {each: (cell, manager) for each, (cell, manager) in self.open.items() if cell != subject[1]}

    @invariant()
    def the_ledger_says_what_the_oracle_says(self) -> None:
        if not self.oracle.last:
            return
        self.steps += 1
        record = read_record(self.store, self.branch_id)
        check_bounds(record)
        check_state(record, FOREVER_US - 1, self.oracle.now)
        slot = self.steps % len(DAYS)
        change_id = list(record.changes)[self.steps % len(record.changes)]
        known_us, state = (record.changes[change_id], self.oracle.past[change_id]) if self.steps % 2 else (None, self.oracle.now)
        plan = plan_as_of(self.store, ME, self.branch_id, valid_us=self.starts[slot], known_us=known_us)
        for layer in ("cell", "holder", "sponsor"):
            owners = {name: state[each, name][slot] for each, name in SUBJECTS if each == layer}
            assert dict(plan.before(layer)) == {name: owner for name, owner in owners.items() if owner not in (None, "absent")}

    def teardown(self) -> None:
        record = read_record(self.store, self.branch_id) if self.oracle.last else None
        if record is not None:
            assert list(record.changes) == list(self.oracle.past)
            check_replay(record, self.oracle.past)
            for change_id, known_us in record.changes.items():
                check_state(record, known_us, self.oracle.past[change_id])


@pytest.fixture
def memory() -> Iterator[Store]:
    store = open_store(":memory:", settings=Settings(), clock=lambda: NOW_US)
    yield store
    store.engine.dispose()


def run(store: Store, *, examples: int, steps: int) -> None:
    numbers = count()
    chosen = settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(lambda: Ledger(store, f"b{next(numbers)}"), settings=chosen)


def test_any_order_of_changes_gives_one_owner_at_every_instant(memory: Store) -> None:
    run(memory, examples=30, steps=25)


@pytest.mark.postgres
def test_the_same_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    store = open_store(postgres_url, settings=Settings(snapshots=str(tmp_path / "snapshots")), clock=lambda: NOW_US)
    run(store, examples=4, steps=20)
    store.engine.dispose()
