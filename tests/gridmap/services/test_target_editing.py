"""Setting targets: checked, from a day on, with who and why; taken back; only by who may."""

from datetime import date

import pytest

from bench.branches import BRANCH, NOW_US, make_store
from gridmap.errors import PlanError, ScopeError
from gridmap.metrics import metric, target_for
from gridmap.scope import Scope, operator
from gridmap.services.target_editing import set_target, take_back
from gridmap.settings import Rules
from gridmap.store import imports, open_market

RULES = Rules()
DAY = date(2026, 6, 1)
ME = operator("test")
EXECUTIVE = Scope("e", "Chen", "executive", frozenset({BRANCH}))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return make_store(tmp_path_factory.mktemp("aims"), cells=20, organisations=30)


def wanted(**changes):
    return {"level": "branch", "subject": "", "metric": "filing_rate", "tier": "C", "period": "2026", "value": 0.85, **changes}


def given(store, target, scope=EXECUTIVE, why="the city asks for it", on=DAY, after=1):
    market = open_market(store, ME, BRANCH)
    return set_target(store, scope, market, target, why=why, on=on, rules=RULES, now_us=NOW_US + after * 10**9)


def target(store, day, key="filing_rate_C", level="branch", subject=""):
    rows = open_market(store, ME, BRANCH).at("targets", day)
    return target_for(metric(key), rows, RULES, level=level, subject=subject, as_of=day)


def test_a_target_holds_from_its_day_and_is_taken_back_by_a_new_change(store):
    done = given(store, wanted())
    assert (target(store, DAY), target(store, date(2026, 5, 31))) == (0.85, 0.80), "before its day the usual one holds"
    assert done.before == 0.80
    again = given(store, wanted(value=0.9), on=date(2026, 6, 10), after=2)
    assert again.before == 0.85
    assert (target(store, date(2026, 6, 10)), target(store, date(2026, 6, 9))) == (0.9, 0.85)
    take_back(store, EXECUTIVE, open_market(store, ME, BRANCH), again, why="undo", now_us=NOW_US + 3 * 10**9)
    assert target(store, date(2026, 6, 10)) == 0.85
    told = imports(store, ME, BRANCH)
    changes = told[told["table_name"] == "targets"]
    assert changes["who"].tolist()[:3] == ["Chen"] * 3
    assert changes["file_name"].tolist()[:3] == ["set: undo", "set: the city asks for it", "set: the city asks for it"]


def test_a_manager_has_a_target_of_their_own(store):
    given(store, wanted(level="manager", subject="m01", metric="files_per_manager", tier="", value=40), after=4)
    assert target(store, DAY, "files_per_manager", "manager", "m01") == 40
    assert target(store, DAY, "files_per_manager", "manager", "m02") == 50


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"metric": "white_space"}, "No target can be set"),
        ({"period": "soon"}, "is no period"),
        ({"tier": "Z"}, "no target for tier"),
        ({"metric": "visit_coverage"}, "no target for tier"),
        ({"value": 1.2}, "is no target of"),
        ({"value": -0.1}, "is no target of"),
        ({"value": float("nan")}, "is no target of"),
        ({"level": "town", "subject": "nowhere"}, "There is no town nowhere"),
        ({"level": "planet"}, "There is no planet"),
    ],
)
def test_what_cannot_be_a_target_is_refused_with_its_reason(store, change, told):
    with pytest.raises(PlanError, match=told):
        given(store, wanted(**change))


def test_who_may_not_and_who_says_nothing_sets_nothing(store):
    for role in ("planner", "account_manager", "community_manager", "chief"):
        with pytest.raises(ScopeError):
            given(store, wanted(), scope=Scope("p", "p", role, frozenset({BRANCH}), "m01"))
    with pytest.raises(ScopeError):
        given(store, wanted(), scope=Scope("e", "e", "executive", frozenset({"other"})))
    with pytest.raises(PlanError, match="needs a reason"):
        given(store, wanted(), why="  ")
