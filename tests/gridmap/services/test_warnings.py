"""Warnings for accounts in danger: one per organisation, to who holds it, by who may, and taken back."""

import pytest

from bench.branches import BRANCH, NOW_US, TODAY, make_store
from gridmap.errors import PlanError, ScopeError
from gridmap.scope import Scope, operator
from gridmap.services.warnings import MOST, open_warnings, take_back
from gridmap.store import read_table

ME = operator("test")


@pytest.fixture
def store(tmp_path):
    return make_store(tmp_path, cells=20, organisations=30)


def orgs(store, count):
    return [str(each) for each in read_table(store, ME, BRANCH, "organisations", valid_us=NOW_US)["org_id"].iloc[:count]]


def states(store):
    rows = read_table(store, ME, BRANCH, "tasks", valid_us=NOW_US)
    return sorted(zip(rows["org_id"], rows["kind"], rows["state"], rows["assigned_to"], strict=True))


def test_one_warning_for_each_and_none_twice(store):
    first, second = orgs(store, 2)
    done = open_warnings(store, ME, BRANCH, {first: "m00"}, on=TODAY, now_us=NOW_US + 10)
    again = open_warnings(store, ME, BRANCH, {first: "m00", second: "m01"}, on=TODAY, now_us=NOW_US + 10**6)
    assert (len(done.task_ids), again.standing, len(again.task_ids)) == (1, (first,), 1)
    assert states(store) == sorted([(first, "warning", "open", "m00"), (second, "warning", "open", "m01")])
    take_back(store, ME, BRANCH, again, why="mistake", on=TODAY, now_us=NOW_US + 2 * 10**6)
    assert states(store) == sorted([(first, "warning", "open", "m00"), (second, "warning", "void", "m01")])


def test_nobodys_account_too_many_and_who_may_not_are_refused(store):
    first = orgs(store, 1)[0]
    with pytest.raises(PlanError, match=f"Nobody holds {first}"):
        open_warnings(store, ME, BRANCH, {first: ""}, on=TODAY, now_us=NOW_US)
    for holders in ({}, {str(each): "m00" for each in range(MOST + 1)}):
        with pytest.raises(PlanError, match="1 to 50 accounts"):
            open_warnings(store, ME, BRANCH, holders, on=TODAY, now_us=NOW_US)
    for role in ("executive", "planner"):
        with pytest.raises(ScopeError):
            open_warnings(store, Scope("p", "p", role, frozenset({BRANCH})), BRANCH, {first: "m00"}, on=TODAY, now_us=NOW_US)
    assert states(store) == []
