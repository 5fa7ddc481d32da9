"""Alerts since a person looked last: new, grown, known; each person's own; only for who may look."""

from datetime import date

import pytest

from bench.branches import BRANCH, NOW_US, make_store
from gridmap.errors import PlanError, ScopeError
from gridmap.pressure import Cluster
from gridmap.scope import Scope
from gridmap.services.alerts import alerts_of, seen_now
from gridmap.store import keep_look

PLANNER = Scope("p1", "Wu", "planner", frozenset({BRANCH}))
CHIEF = Scope("p2", "Li", "chief", frozenset({BRANCH}))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return make_store(tmp_path_factory.mktemp("alerts"), cells=20, organisations=30)


def cluster(*wins):
    return Cluster(wins, ("b",), date(2026, 6, 1), date(2026, 6, 9), 500.0, 22.7, 112.2, 1.0, 0.005, (), (), ())


def told(store, *clusters, scope=PLANNER):
    return alerts_of(store, scope, BRANCH, clusters, time_zone="Asia/Shanghai")


def test_what_is_new_has_grown_or_is_known(store):
    first, other = cluster("w1", "w2", "w3"), cluster("w8", "w9", "w10")
    before = told(store, first)
    assert (before.news, before.looked_on) == (("new",), None)
    seen_now(store, PLANNER, BRANCH, [first], now_us=NOW_US)
    after = told(store, cluster("w1", "w2", "w3", "w4"), other, first)
    assert after.news == ("grown", "new", "known")
    assert after.unseen == (1, 3, 0)
    assert (after.new, after.grown) == (1, 1)
    assert after.looked_on == date(2026, 7, 2), "the day of the branch, not of the server"
    assert told(store, first, scope=CHIEF).news == ("new",), "what one has seen another has not"
    seen_now(store, PLANNER, BRANCH, [other], now_us=NOW_US + 1)
    assert told(store, first, other).news == ("known", "known"), "what was seen once stays seen"


def test_who_may_not_look_gets_no_alert(store):
    community = Scope("p3", "Xu", "community_manager", frozenset({BRANCH}), "m01")
    elsewhere = Scope("p1", "Wu", "planner", frozenset({"other"}))
    for scope in (community, elsewhere):
        with pytest.raises(ScopeError):
            told(store, scope=scope)
        with pytest.raises(ScopeError):
            seen_now(store, scope, BRANCH, [], now_us=NOW_US)
    with pytest.raises(PlanError, match="too much"):
        keep_look(store, PLANNER, BRANCH, "pressure", ["x" * 300_000], now_us=NOW_US)
