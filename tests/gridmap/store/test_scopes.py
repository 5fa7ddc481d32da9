"""Every function of the store takes a scope and refuses by default; a right is read where the data is, not in the pages."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pandas as pd
import pytest

from gridmap import schema, store
from gridmap.errors import ScopeError
from gridmap.scope import ROLES, Scope
from gridmap.settings import SweepRules
from gridmap.store import Store, branches, ensure_branch, people, read_table, remembered_mapping, scope_of, write_rows
from gridmap.store.rights import RIGHTS
from tests.gridmap.store.conftest import NOW_US, Write, organisations

# The doors into the store and its transactions: no data comes out of them by itself.
NO_SCOPE = {"link_of_token", "open_store", "wal_is_safe", "scope_of", "reading", "retrying", "writing"}
NO_STORE = {"steps_open"}
NO_BRANCH = {"audited_branches", "branches", "health", "people", "remembered_mapping"}  # these give what lies within the scope
FOREIGN = Scope("p9", "Stranger", "administrator", frozenset({"b2"}), "m9")
ORIGIN = {"as_of": None, "now_us": NOW_US, "file_name": "", "file_sha256": "", "mapping": {}, "source": ""}

# How each function is called in the test of refusal; a new function without a line here fails.
CALLS: dict[str, Callable[[Callable[..., Any], Store, Scope], object]] = {
    "aliases": lambda f, s, who: f(s, who, "b1"),
    "ask_claim": lambda f, s, who: f(s, who, "b1", "c1", "claim", why="", now_us=NOW_US),
    "change_choices": lambda f, s, who: f(s, who, "b1"),
    "change_moves": lambda f, s, who: f(s, who, "b1", [1]),
    "list_changes": lambda f, s, who: f(s, who, "b1"),
    "claims": lambda f, s, who: f(s, who, "b1"),
    "compare_rows": lambda f, s, who: f(s, who, "b1", "organisations", organisations()),
    "count_changes": lambda f, s, who: f(s, who, "b1"),
    "current_version": lambda f, s, who: f(s, who, "b1"),
    "decide_claim": lambda f, s, who: f(s, who, "b1", 1, accept=True, answer="", now_us=NOW_US),
    "decisions": lambda f, s, who: f(s, who, "b1"),
    "ensure_branch": lambda f, s, who: f(s, who, "b1", now_us=NOW_US),
    "grid_eras": lambda f, s, who: f(s, who, "b1"),
    "imports": lambda f, s, who: f(s, who, "b1"),
    "keep_apart": lambda f, s, who: f(s, who, "b1", org_id_a="o1", org_id_b="o2", now_us=NOW_US),
    "keep_audit_head": lambda f, s, who: f(s, who, "b1"),
    "ledger_rows": lambda f, s, who: f(s, who, "b1", layer="cell"),
    "lineage": lambda f, s, who: f(s, who, "b1", 1),
    "market_in_sight": lambda f, s, who: f(s, who, store.open_market(s, Scope("p", "n", "planner", None), "b1")),
    "merge": lambda f, s, who: f(s, who, "b1", kept="o1", merged="o2", now_us=NOW_US),
    "cells_in_sight": lambda f, s, who: f(s, who, store.open_market(s, Scope("p", "n", "planner", None), "b1")),
    "comment_on_plan": lambda f, s, who: f(s, who, "b1", 1, "text", now_us=NOW_US),
    "create_plan": lambda f, s, who: f(s, who, "b1", title="t", effective_on=date(2026, 8, 1), now_us=NOW_US),
    "open_plan": lambda f, s, who: f(s, who, "b1", 1),
    "plan_events": lambda f, s, who: f(s, who, "b1"),
    "plan_record": lambda f, s, who: f(s, who, "b1", 1),
    "plans": lambda f, s, who: f(s, who, "b1"),
    "publish_plan": lambda f, s, who: f(s, who, "b1", 1, expected=None, now_us=NOW_US),
    "rebase_plan": lambda f, s, who: f(s, who, "b1", 1, expected=None, now_us=NOW_US),
    "save_plan": lambda f, s, who: f(s, who, "b1", 1, expected=1, now_us=NOW_US),
    "stale_moves": lambda f, s, who: f(s, who, "b1", 1),
    "take_step": lambda f, s, who: f(s, who, "b1", 1, "submit", expected=None, now_us=NOW_US),
    "undo_plan": lambda f, s, who: f(s, who, "b1", 1, why="", now_us=NOW_US),
    "open_market": lambda f, s, who: f(s, who, "b1"),
    "owned_cells": lambda f, s, who: f(s, who, "b1"),
    "ownership_instants": lambda f, s, who: f(s, who, "b1"),
    "plan_as_of": lambda f, s, who: f(s, who, "b1", valid_us=NOW_US),
    "prune_snapshots": lambda f, s, who: f(s, who, "b1"),
    "read_table": lambda f, s, who: f(s, who, "b1", "organisations"),
    "record_change": lambda f, s, who: f(
        s, who, "b1", pd.DataFrame({"layer": ["cell"], "subject": ["c"], "owner": ["m"], "valid_from_us": [0]}), why="", now_us=NOW_US
    ),
    "regrid": lambda f, s, who: f(
        s, who, "b1", effective_on=date(2026, 8, 1), grid=("h3", 9), proposal=None, expected=None, why="", now_us=NOW_US
    ),
    "regrid_base": lambda f, s, who: f(s, who, "b1", effective_on=date(2026, 8, 1), grid=("h3", 9)),
    "regrids": lambda f, s, who: f(s, who, "b1"),
    "reopen": lambda f, s, who: f(s, who, "b1", org_id_a="o1", org_id_b="o2", now_us=NOW_US),
    "verify_audit": lambda f, s, who: f(s, who, "b1"),
    "captures": lambda f, s, who: f(s, who, "b1"),
    "check_ins": lambda f, s, who: f(s, who, "b1", since_us=0),
    "create_sweep": lambda f, s, who: f(
        s, who, "b1", title="t", request="", result="", managers=("m9",), first_on=date(2026, 8, 3), last_on=date(2026, 8, 4), now_us=NOW_US
    ),
    "decide_capture": lambda f, s, who: f(s, who, "b1", "c1", count=True, why="", now_us=NOW_US),
    "door_locks": lambda f, s, who: f(s, who, "b1"),
    "end_sweep": lambda f, s, who: f(s, who, "b1", 1, expected=1, now_us=NOW_US),
    "forget_field_data": lambda f, s, who: f(s, who, "b1", rules=SweepRules(), now_us=NOW_US),
    "issue_phone_link": lambda f, s, who: f(s, who, "b1", 1, "m9", expires_us=NOW_US + 1, now_us=NOW_US),
    "masked_contacts": lambda f, s, who: f(s, who, "b1", org_ids=["o1"]),
    "named_organisations": lambda f, s, who: f(s, who, "b1"),
    "organisations_seen": lambda f, s, who: f(s, who, "b1", ["o1"], now_us=NOW_US),
    "phone_links": lambda f, s, who: f(s, who, "b1", 1),
    "photo": lambda f, s, who: f(s, who, "b1", "p1"),
    "photos": lambda f, s, who: f(s, who, "b1", capture_ids=["c1"]),
    "publish_sweep": lambda f, s, who: f(s, who, "b1", 1, expected=1, doors={"o1": "m9"}, now_us=NOW_US),
    "put_photo": lambda f, s, who: f(s, who, "b1", "p1", capture_id="c1", image=b"", taken_us=0, now_us=NOW_US),
    "receive_captures": lambda f, s, who: f(s, who, "b1", [], way="page", now_us=NOW_US),
    "repair_sweep": lambda f, s, who: f(s, who, "b1", 1, expected=1, request="", result="", doors={}, now_us=NOW_US),
    "require_doors_seen": lambda f, s, who: f(s, who, "b1", ["o1"], now_us=NOW_US),
    "reveal_number": lambda f, s, who: f(s, who, "b1", "k1", sweep_id=1, now_us=NOW_US),
    "revoke_phone_link": lambda f, s, who: f(s, who, "b1", "l1", now_us=NOW_US),
    "save_sweep": lambda f, s, who: f(s, who, "b1", 1, expected=1, now_us=NOW_US),
    "sweep_events": lambda f, s, who: f(s, who, "b1", 1),
    "sweep_record": lambda f, s, who: f(s, who, "b1", 1),
    "sweeps": lambda f, s, who: f(s, who, "b1"),
    "withdraw_sweep": lambda f, s, who: f(s, who, "b1", 1, expected=1, now_us=NOW_US),
    "withdraw_claim": lambda f, s, who: f(s, who, "b1", 1, now_us=NOW_US),
    "add_task": lambda f, s, who: f(s, who, "b1", org_id="o1", kind="call", due_on=date(2026, 7, 1), assigned_to="m1", now_us=NOW_US),
    "assign_tasks": lambda f, s, who: f(s, who, "b1", ["t1"], now_us=NOW_US, assigned_to="m1"),
    "change_on_site_day": lambda f, s, who: f(s, who, "b1", "z1", {"state": "held"}, expected={}, now_us=NOW_US),
    "export_mapping": lambda f, s, who: f(s, who, "b1", "visits"),
    "keep_export_mapping": lambda f, s, who: f(s, who, "b1", "visits", {}, now_us=NOW_US),
    "keep_look": lambda f, s, who: f(s, who, "b1", "pressure", [], now_us=NOW_US),
    "last_look": lambda f, s, who: f(s, who, "b1", "pressure"),
    "plan_on_site_day": lambda f, s, who: f(s, who, "b1", {"org_id": "o1", "manager_id": "m1", "held_on": date(2026, 7, 1)}, now_us=NOW_US),
    "record_call": lambda f, s, who: f(
        s, who, "b1", call_id=str(UUID(int=1)), org_id="o1", outcome="met", called_us=NOW_US, now_us=NOW_US, manager_id="m1"
    ),
    "reopen_tasks": lambda f, s, who: f(s, who, "b1", ["t1"], now_us=NOW_US),
    "set_item": lambda f, s, who: f(
        s, who, "b1", subject_kind="branch", subject="", wanted="x", manager_id="m1", due_on=date(2026, 7, 1), now_us=NOW_US
    ),
    "settle_item": lambda f, s, who: f(s, who, "b1", "S-1", kind="void", note="x", now_us=NOW_US),
    "supervised_items": lambda f, s, who: f(s, who, "b1"),
    "set_targets": lambda f, s, who: f(
        s,
        who,
        "b1",
        [{"level": "branch", "metric": "filing_rate", "period": "2026", "value": 0.9}],
        why="y",
        on=date(2026, 7, 1),
        now_us=NOW_US,
    ),
    "settle_tasks": lambda f, s, who: f(s, who, "b1", ["t1"], state="done", outcome="", now_us=NOW_US),
    "write_rows": lambda f, s, who: f(s, who, "b1", "organisations", organisations(), **ORIGIN),
}


def functions_of_the_store() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of every module of the store that asks for a Store."""
    seen = set()
    for module in pkgutil.iter_modules(store.__path__, "gridmap.store."):
        if module.ispkg or module.name.endswith("migrations"):
            continue
        for name, function in inspect.getmembers(importlib.import_module(module.name), inspect.isfunction):
            parameters = list(inspect.signature(function).parameters)
            if function.__module__ == module.name and not name.startswith("_") and parameters[:1] == ["store"] and name not in seen:
                seen.add(name)
                yield name, function


def test_every_function_takes_a_scope_after_the_store() -> None:
    without = [name for name, function in functions_of_the_store() if list(inspect.signature(function).parameters)[1:2] != ["scope"]]
    assert set(without) == NO_SCOPE - {"open_store", "wal_is_safe"}


def test_every_function_offered_is_walked() -> None:
    offered = {name for name in store.__all__ if inspect.isfunction(getattr(store, name))}
    assert offered - NO_SCOPE - NO_STORE - NO_BRANCH <= set(CALLS)
    assert {name for name, _ in functions_of_the_store()} - NO_SCOPE - NO_BRANCH == set(CALLS)


@pytest.mark.parametrize("name", sorted(CALLS))
def test_another_branch_is_refused(sqlite_store: Store, me: Scope, name: str) -> None:
    ensure_branch(sqlite_store, me, "b1", now_us=NOW_US)
    write_rows(sqlite_store, me, "b1", "organisations", organisations(), **ORIGIN)
    function = dict(functions_of_the_store())[name]
    with pytest.raises(ScopeError):
        CALLS[name](function, sqlite_store, FOREIGN)


@pytest.mark.parametrize("role", ["", "visitor", "Administrator"])
def test_an_unknown_role_may_nothing(sqlite_store: Store, me: Scope, role: str) -> None:
    ensure_branch(sqlite_store, me, "b1", now_us=NOW_US)
    nobody = Scope("p", "n", role, None)
    for name, function in functions_of_the_store():
        if name in CALLS and name not in {"market_in_sight", "cells_in_sight"}:
            with pytest.raises(ScopeError):
                CALLS[name](function, sqlite_store, nobody)
    for function in (branches, people):
        with pytest.raises(ScopeError):
            function(sqlite_store, nobody)
    with pytest.raises(ScopeError):
        remembered_mapping(sqlite_store, nobody, "organisations", "x")


def test_every_table_has_its_rights() -> None:
    assert sorted(name for name, _, _ in RIGHTS) == sorted(table.name for table in schema.TABLES)


@pytest.mark.parametrize("role", [role for role, _ in ROLES])
def test_a_role_reads_the_tables_its_actions_allow_and_no_other(sqlite_store: Store, me: Scope, role: str) -> None:
    ensure_branch(sqlite_store, me, "b1", now_us=NOW_US)
    scope = Scope("p", "n", role, frozenset({"b1"}), "m1")
    for name, read, _ in RIGHTS:
        if scope.allows(read, "b1"):
            read_table(sqlite_store, scope, "b1", name)
        else:
            with pytest.raises(ScopeError):
                read_table(sqlite_store, scope, "b1", name)


def test_branches_are_those_of_the_scope(sqlite_store: Store, me: Scope) -> None:
    for branch in ("b1", "b2", "b3"):
        ensure_branch(sqlite_store, me, branch, now_us=NOW_US)
    assert branches(sqlite_store, FOREIGN)["branch_id"].tolist() == ["b2"]
    assert branches(sqlite_store, me)["branch_id"].tolist() == ["b1", "b2", "b3"]


def test_rows_of_other_branches_are_refused(sqlite_store: Store, me: Scope) -> None:
    ensure_branch(sqlite_store, me, "b1", now_us=NOW_US)
    scope = Scope("p", "n", "administrator", frozenset({"b1"}))
    with pytest.raises(ScopeError, match="b2"):
        write_rows(sqlite_store, scope, "b1", "branches", pd.DataFrame({"branch_id": ["b1", "b2"], "name": "x"}), **ORIGIN)
    with pytest.raises(ScopeError, match="b2"):
        write_rows(sqlite_store, scope, "b1", "organisations", organisations(branch_id="b2"), **ORIGIN)


def test_a_planner_may_import_organisations_but_not_move_them(store: Store, write: Write) -> None:
    planner = Scope("p", "n", "planner", frozenset({"b1"}))
    assert write("organisations", organisations(), scope=planner).new == 3
    with pytest.raises(ScopeError, match="change_ownership"):
        write("organisations", organisations(holder_id="m1"), scope=planner)
    with pytest.raises(ScopeError, match="change_ownership"):
        write("ownership", pd.DataFrame({"cell": ["c"], "owner": ["m"], "valid_from": pd.to_datetime(["2026-01-01"])}), scope=planner)
    with pytest.raises(ScopeError, match="edit_targets"):
        write("targets", pd.DataFrame({"level": ["branch"], "metric": ["m"], "period": ["2026"], "value": [1.0]}), scope=planner)


PERSON = {"person_id": "p1", "login": "li", "name": "Li", "role": "community_manager", "branches": "b1", "manager_id": "m1"}


def test_rights_are_read_at_every_call(store: Store, write: Write) -> None:
    write("people", pd.DataFrame([PERSON]))
    assert scope_of(store, "p1") == Scope("p1", "Li", "community_manager", frozenset({"b1"}), "m1")
    write("people", pd.DataFrame([{**PERSON, "role": "executive", "branches": "b1; b2"}]))
    assert scope_of(store, "p1") == Scope("p1", "Li", "executive", frozenset({"b1", "b2"}), "m1")
    write("people", pd.DataFrame([{**PERSON, "branches": "*"}]))
    assert scope_of(store, "p1").branches is None


@pytest.mark.parametrize("person_id", ["nobody", "", "P1", "' OR '1'='1"])
def test_who_is_not_in_the_store_gets_no_scope(store: Store, write: Write, person_id: str) -> None:
    write("people", pd.DataFrame([PERSON]))
    with pytest.raises(ScopeError, match="no such person"):
        scope_of(store, person_id)


def test_a_role_dated_ahead_is_not_given_before_its_day(store: Store, write: Write, me: Scope) -> None:
    write("people", pd.DataFrame([PERSON]))
    write("people", pd.DataFrame([{**PERSON, "role": "executive"}]), as_of=date(2999, 1, 1))
    assert scope_of(store, "p1").role == "community_manager"
    assert people(store, me)["role"].tolist() == ["community_manager"]


def test_nobody_grants_what_they_do_not_have(store: Store, write: Write, me: Scope) -> None:
    chief = Scope("p", "n", "administrator", frozenset({"b1"}))
    assert write("people", pd.DataFrame([PERSON]), scope=chief).new == 1
    for granted in ("*", "b2", "b1;b2"):
        with pytest.raises(ScopeError, match="outside your own"):
            write("people", pd.DataFrame([{**PERSON, "person_id": "p2", "login": "x", "branches": granted}]), scope=chief)
    write("people", pd.DataFrame([{**PERSON, "person_id": "p3", "login": "boss", "branches": "*", "role": "executive"}]))
    with pytest.raises(ScopeError, match="outside your own"):  # nor takes over somebody of another branch
        write("people", pd.DataFrame([{**PERSON, "person_id": "p3", "login": "boss"}]), scope=chief)
    with pytest.raises(ScopeError):
        write("people", pd.DataFrame([PERSON]), scope=Scope("p", "n", "branch_manager", frozenset({"b1"})))
    assert people(store, me)["person_id"].tolist() == ["p1", "p3"]
    assert people(store, FOREIGN).empty


CONTACTS = pd.DataFrame({"contact_id": ["k1", "k2", "k3"], "org_id": "o1", "name": "Li", "phone": ["13812345678", "12345", None]})


def test_numbers_are_masked_unless_the_scope_may_reveal_them(store: Store, write: Write) -> None:
    write("contacts", CONTACTS)
    planner, manager = (Scope("p", "n", role, frozenset({"b1"})) for role in ("planner", "branch_manager"))
    assert read_table(store, planner, "b1", "contacts")["phone"].fillna("-").tolist() == ["138****5678", "****", "-"]
    assert read_table(store, manager, "b1", "contacts")["phone"].fillna("-").tolist() == ["13812345678", "12345", "-"]


def test_masked_numbers_that_come_back_do_not_overwrite_the_real_ones(store: Store, write: Write) -> None:
    write("contacts", CONTACTS)
    planner, manager = (Scope("p", "n", role, frozenset({"b1"})) for role in ("planner", "branch_manager"))
    exported = read_table(store, planner, "b1", "contacts").drop(columns=["valid_from_us", "valid_to_us"])
    assert write("contacts", exported, scope=planner).unchanged == 3
    assert write("contacts", exported.assign(name="Wang"), scope=planner).changed == 3
    assert read_table(store, manager, "b1", "contacts", valid_us=NOW_US)["phone"].fillna("-").tolist() == ["13812345678", "12345", "-"]
