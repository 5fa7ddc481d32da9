"""Layouts of exports: kept per branch and kind, the same the next time, and by who may export."""

import pytest

from gridmap.errors import PlanError, ScopeError
from gridmap.scope import Scope
from gridmap.store import Store, ensure_branch, export_mapping, keep_export_mapping
from tests.gridmap.store.conftest import NOW_US

LAYOUT = {"columns": [{"source": "org_id", "header": "集团编码"}], "words": {"met": "有效走访"}}


def test_a_layout_is_the_same_the_next_time_and_each_branchs_own(store: Store, me: Scope) -> None:
    for branch in ("b1", "b2"):
        ensure_branch(store, me, branch, now_us=NOW_US)
    assert export_mapping(store, me, "b1", "visits") is None
    keep_export_mapping(store, me, "b1", "visits", LAYOUT, now_us=NOW_US + 1)
    assert export_mapping(store, me, "b1", "visits") == LAYOUT
    keep_export_mapping(store, me, "b1", "visits", {"columns": []}, now_us=NOW_US + 2)
    assert export_mapping(store, me, "b1", "visits") == {"columns": []}
    assert export_mapping(store, me, "b1", "tasks") is None
    assert export_mapping(store, me, "b2", "visits") is None


def test_who_records_visits_reads_the_layout_and_who_exports_changes_it(store: Store, me: Scope) -> None:
    ensure_branch(store, me, "b1", now_us=NOW_US)
    manager = Scope("p2", "Wang", "account_manager", frozenset({"b1"}), "m1")
    assert export_mapping(store, manager, "b1", "visits") is None
    with pytest.raises(ScopeError):
        keep_export_mapping(store, manager, "b1", "visits", LAYOUT, now_us=NOW_US)
    with pytest.raises(PlanError):
        keep_export_mapping(store, me, "b1", "visits", {"columns": "x" * 50_000}, now_us=NOW_US)
