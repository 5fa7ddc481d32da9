"""The board as somebody may see it, what is planned by published sweeps, and calls with masked numbers."""

from datetime import date

import pandas as pd
import pytest

from gridmap.errors import ScopeError
from gridmap.scope import Scope, operator
from gridmap.services import fieldwork
from gridmap.settings import Settings
from gridmap.store import Store, create_sweep, end_sweep, open_market, plan_as_of, publish_sweep
from gridmap.sweeps.planned import DayRoute, Door, PlannedStop, Stop, SweepPlan
from gridmap.sweeps.request import Place, Shift, SweepRequest
from gridmap.sweeps.written import plan_text, request_text
from tests.conftest import NOW_US
from tests.gridmap.services.conftest import bring

ME = operator("tester")
HERE = frozenset({"XX"})
MANAGER = Scope("p2", "李", "community_manager", HERE, "M1")
TODAY = date(2026, 7, 1)  # the store's clock stands at noon of that day
RULES = Settings()
TASKS = """task_id,org_id,kind,due_on,assigned_to,state
t1,W0,call,2026-07-01,M1,open
t2,E0,warning,2026-06-29,M2,open
t3,W1,check,2026-07-04,M1,open
"""
CONTACTS = "contact_id,org_id,role,name,phone\nc1,W0,contact,安,13800000001\nc2,W0,decision_maker,博,13800000002\n"


@pytest.fixture
def busy(branch: Store) -> Store:
    bring(branch, ME, "tasks", TASKS)
    bring(branch, ME, "contacts", CONTACTS)
    return branch


def board(store: Store, who: Scope = ME):
    market, plan = open_market(store, who, "XX"), plan_as_of(store, who, "XX", valid_us=NOW_US)
    return fieldwork.board_of(store, who, market, plan, day=TODAY, rules=RULES.sweeps)


def sweep(store: Store, days: dict[date, list[str]], *, manager: str = "M1") -> int:
    place = Place(22.7, 112.22)
    routes = []
    for day, doors in days.items():
        stops = tuple(
            PlannedStop(Stop(org, 22.7, 112.22, "c", "", (Door(org, "C", 1.0, 0.7, 20),)), 540, 540 + 30 * number, 570, 5, 100)
            for number, org in enumerate(doors)
        )
        routes.append(DayRoute(manager, day, place, place, 510, 1000, None, stops, 5, 100))
    request = SweepRequest(tuple(Shift(manager, day, 510, 1050) for day in days))
    result = plan_text(SweepPlan(tuple(routes), (), 1, 10, "iterations", "line"))
    made = create_sweep(
        store,
        ME,
        "XX",
        title="July",
        request=request_text(request),
        result=result,
        managers=(manager,),
        first_on=min(days),
        last_on=max(days),
        now_us=NOW_US + 10,
    )
    doors = {org: manager for listed in days.values() for org in listed}
    publish_sweep(store, ME, "XX", made.sweep_id, expected=made.version, doors=doors, now_us=NOW_US + 20)
    return made.sweep_id


def test_the_branch_sees_everybody_and_a_manager_their_own(busy: Store) -> None:
    assert board(busy).due[["manager_id", "org_id"]].to_numpy().tolist() == [["M1", "W0"], ["M2", "E0"]]
    mine = board(busy, MANAGER)
    assert mine.due["org_id"].tolist() == ["W0"]
    assert list(mine.sums.index) == ["M1"]
    with pytest.raises(ScopeError):
        board(busy, Scope("p", "n", "executive", HERE))


def test_planned_visits_are_those_of_published_sweeps(busy: Store) -> None:
    assert len(fieldwork.planned_visits(busy, ME, "XX", day=TODAY)) == 0
    number = sweep(busy, {TODAY: ["W2", "W3"], date(2026, 7, 2): ["W1"]})
    found = fieldwork.planned_visits(busy, ME, "XX", day=TODAY)
    assert found[["sweep_id", "title", "org_id", "number", "start_min"]].to_numpy(dtype=object).tolist() == [
        [number, "July", "W2", 1, 540.0],
        [number, "July", "W3", 2, 570.0],
    ]
    assert board(busy).sums.loc["M1", ["planned", "planned_done", "due"]].tolist() == [2, 0, 3]
    other = Scope("p7", "王", "community_manager", HERE, "M2")
    assert len(fieldwork.planned_visits(busy, other, "XX", day=TODAY)) == 0
    assert len(fieldwork.planned_visits(busy, Scope("p", "n", "planner", HERE), "XX", day=TODAY)) == 0
    end_sweep(busy, ME, "XX", number, expected=2, now_us=NOW_US + 30)
    assert len(fieldwork.planned_visits(busy, ME, "XX", day=TODAY)) == 0


def test_calls_have_one_contact_and_a_masked_number(busy: Store) -> None:
    market, plan = open_market(busy, MANAGER, "XX"), plan_as_of(busy, MANAGER, "XX", valid_us=NOW_US)
    made = fieldwork.calls_of(busy, MANAGER, market, plan, day=TODAY, manager_id="M1", rules=RULES.rules, sweep_rules=RULES.sweeps)
    assert made[["org_id", "reason", "contact", "phone"]].to_numpy().tolist() == [["W0", "call", "博", "138****0002"]]
    nobody = fieldwork.calls_of(busy, MANAGER, market, plan, day=TODAY, manager_id="M9", rules=RULES.rules, sweep_rules=RULES.sweeps)
    assert len(nobody) == 0


def test_names_are_those_of_the_tables(busy: Store) -> None:
    market = open_market(busy, ME, "XX")
    assert fieldwork.manager_names(market, TODAY)["M1"].local == "李明"
    assert isinstance(fieldwork.branch_name(market).local, str)
    assert isinstance(fieldwork.doors_planned(1, "t", SweepPlan((), (), 1, 1, "", "")), pd.DataFrame)
