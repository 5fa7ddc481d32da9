"""Tasks: one open of a kind per organisation, settled once, one's own alone, and every state kept."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pandas as pd
import pytest

from gridmap.errors import Conflict, PlanError, ScopeError
from gridmap.scope import Scope
from gridmap.store import FOREVER_US, TASK_KINDS, Store, add_task, assign_tasks, open_market, read_table, reopen_tasks, settle_tasks
from tests.gridmap.store.conftest import NOW_US, Write, organisations

HERE = frozenset({"b1"})
CHIEF = Scope("p1", "Chief Li", "chief", HERE, "m9")
MANAGER = Scope("p2", "Wang", "account_manager", HERE, "m1")
HEAD = Scope("p3", "Head", "branch_manager", HERE)
JULY_1, JULY_3 = date(2026, 7, 1), date(2026, 7, 3)  # the store's clock stands at noon of 1 July
DAY_US = 86_400_000_000


@pytest.fixture
def branch(write: Write) -> Write:
    """Three organisations, managers m1 and m2 at work, m8 who left; open tasks of each and of nobody."""
    write("organisations", organisations())
    staff = pd.DataFrame({"manager_id": ["m1", "m2", "m8"], "name": ["a", "b", "c"], "role": "account"})
    write("managers", staff.assign(active_to=pd.to_datetime([None, None, "2026-06-30"])))
    rows = [("t1", "o1", "call", "m1"), ("t2", "o2", "warning", "m2"), ("t3", "o3", "check", None), ("t4", "o1", "expiry", "m8")]
    tasks = pd.DataFrame(rows, columns=["task_id", "org_id", "kind", "assigned_to"])
    write("tasks", tasks.assign(due_on=pd.Timestamp(2026, 6, 30), state="open"))
    return write


def now(store: Store, me: Scope) -> pd.DataFrame:
    return read_table(store, me, "b1", "tasks", valid_us=NOW_US).set_index("task_id")


def new(store: Store, scope: Scope, *, at_us: int = NOW_US + 50_000_000, **changes: object) -> str:
    given = {"org_id": "o2", "kind": "call", "due_on": JULY_3, "assigned_to": "m1", **changes}
    return add_task(store, scope, "b1", now_us=at_us, **given)  # type: ignore[arg-type]


def settle(store: Store, scope: Scope, *task_ids: str, state: str = "done", outcome: str = "", at_us: int = NOW_US + 60_000_000) -> None:
    settle_tasks(store, scope, "b1", task_ids, state=state, outcome=outcome, now_us=at_us)


def test_a_task_is_made_and_due(store: Store, me: Scope, branch: Write) -> None:
    made = new(store, MANAGER)
    row = now(store, me).loc[made]
    assert (row["org_id"], row["kind"], row["assigned_to"], row["state"]) == ("o2", "call", "m1", "open")
    assert row["due_on"] == pd.Timestamp(JULY_3)
    assert made in set(open_market(store, me, "b1").at("tasks", JULY_1)["task_id"])
    assert made not in set(open_market(store, me, "b1").at("tasks", date(2026, 6, 30))["task_id"])  # nobody had it the day before


def test_one_open_task_of_a_kind_per_organisation(store: Store, me: Scope, branch: Write) -> None:
    with pytest.raises(Conflict) as found:
        new(store, CHIEF, org_id="o1")
    assert [each.subject for each in found.value.clashes] == ["t1"]
    new(store, CHIEF, org_id="o1", kind="check")
    settle(store, MANAGER, "t1", at_us=NOW_US + 70_000_000)
    assert new(store, MANAGER, org_id="o1", at_us=NOW_US + 80_000_000) != "t1"


def test_the_same_task_sent_twice_is_one(store: Store, me: Scope, branch: Write) -> None:
    assert new(store, MANAGER, task_id="T-1") == new(store, MANAGER, task_id="T-1", at_us=NOW_US + 70_000_000) == "T-1"
    assert len(now(store, me)) == 5


def test_many_who_make_the_same_task_at_once_make_one(open_again: Callable[[], Store], store: Store, me: Scope, branch: Write) -> None:
    def make(place: int) -> str:
        try:
            return new(stores[place], CHIEF, at_us=NOW_US + 90_000_000 + place)
        except Conflict:
            return ""

    stores = [open_again() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        made = [each for each in pool.map(make, range(4)) if each]
    assert len(made) == 1
    assert len(now(store, me)) == 5


@pytest.mark.parametrize(
    "changes",
    [{"kind": "visit"}, {"org_id": "o9"}, {"assigned_to": "m8"}, {"assigned_to": ""}],
    ids=["kind", "organisation", "left", "nobody"],
)
def test_what_is_not_there_gets_no_task(store: Store, me: Scope, branch: Write, changes: dict[str, str]) -> None:
    with pytest.raises(PlanError):
        new(store, CHIEF, **changes)
    assert len(now(store, me)) == 4


def test_done_and_void_keep_the_course_of_the_task(store: Store, me: Scope, branch: Write) -> None:
    settle(store, MANAGER, "t1", outcome="  renewed ")
    settle(store, HEAD, "t2", state="void", outcome="moved away", at_us=NOW_US + 61_000_000)
    rows = now(store, me)
    assert rows.loc["t1", ["state", "outcome"]].tolist() == ["done", "renewed"]
    assert rows.loc["t1", "done_on"] == pd.Timestamp(JULY_1)
    assert rows.loc["t2", ["state", "outcome"]].tolist() == ["void", "moved away"]
    assert pd.isna(rows.loc["t2", "done_on"])
    course = read_table(store, me, "b1", "tasks")
    assert course[course["task_id"].eq("t1")]["state"].tolist() == ["open", "done"]
    yesterday = open_market(store, me, "b1").at("tasks", date(2026, 6, 30)).set_index("task_id")
    assert yesterday.loc["t1", "state"] == "open"


def test_void_needs_a_reason(store: Store, me: Scope, branch: Write) -> None:
    with pytest.raises(PlanError):
        settle(store, MANAGER, "t1", state="void", outcome="  ")
    assert now(store, me).loc["t1", "state"] == "open"


def test_settled_once_and_the_second_hears_by_whom(store: Store, me: Scope, branch: Write) -> None:
    settle(store, MANAGER, "t1")
    with pytest.raises(Conflict) as found:
        settle(store, CHIEF, "t1", "t2", at_us=NOW_US + 70_000_000)
    assert [(each.subject, each.who) for each in found.value.clashes] == [("t1", "Wang")]
    assert now(store, me).loc["t2", "state"] == "open"  # all or none


def test_settling_is_taken_back(store: Store, me: Scope, branch: Write) -> None:
    settle(store, MANAGER, "t1", outcome="slip of the finger")
    reopen_tasks(store, MANAGER, "b1", ["t1"], now_us=NOW_US + 70_000_000)
    row = now(store, me).loc["t1"]
    assert row["state"] == "open"
    assert row[["done_on", "outcome"]].isna().all()
    with pytest.raises(Conflict):
        reopen_tasks(store, MANAGER, "b1", ["t1"], now_us=NOW_US + 80_000_000)


def test_whoever_does_their_own_work_settles_their_own_tasks(store: Store, me: Scope, branch: Write) -> None:
    with pytest.raises(ScopeError):
        settle(store, MANAGER, "t2")
    with pytest.raises(ScopeError):
        new(store, MANAGER, assigned_to="m2")
    with pytest.raises(ScopeError):
        assign_tasks(store, MANAGER, "b1", ["t1"], now_us=NOW_US + 70_000_000, assigned_to="m2")
    settle(store, MANAGER, "t3", "t4", at_us=NOW_US + 80_000_000)  # nobody's, and of somebody who left
    assert now(store, me)["state"].to_dict() == {"t1": "open", "t2": "open", "t3": "done", "t4": "done"}


def test_tasks_about_organisations_out_of_sight_are_refused(store: Store, me: Scope, branch: Write) -> None:
    community = Scope("p4", "Zhou", "community_manager", HERE, "m1")  # owns no cell
    with pytest.raises(ScopeError):
        settle(store, community, "t1")
    with pytest.raises(PlanError):
        new(store, community, org_id="o1", kind="check")


def test_a_task_gets_another_manager_and_another_day(store: Store, me: Scope, branch: Write) -> None:
    assign_tasks(store, CHIEF, "b1", ["t1", "t3"], now_us=NOW_US + 60_000_000, assigned_to="m2", due_on=JULY_3)
    rows = now(store, me)
    assert rows.loc[["t1", "t3"], "assigned_to"].tolist() == ["m2", "m2"]
    assert (rows.loc[["t1", "t3"], "due_on"] == pd.Timestamp(JULY_3)).all()
    assert rows.loc["t1", "valid_to_us"] == FOREVER_US
    settle(store, CHIEF, "t1", at_us=NOW_US + 70_000_000)
    with pytest.raises(Conflict):
        assign_tasks(store, CHIEF, "b1", ["t1"], now_us=NOW_US + 80_000_000, due_on=JULY_3)
    with pytest.raises(PlanError):
        assign_tasks(store, CHIEF, "b1", ["t2"], now_us=NOW_US + 80_000_000, assigned_to="m8")


def test_an_unknown_task_and_a_heap_of_tasks_are_refused(store: Store, me: Scope, branch: Write) -> None:
    with pytest.raises(PlanError, match="t9"):
        settle(store, CHIEF, "t1", "t9")
    with pytest.raises(PlanError, match="501"):
        settle(store, CHIEF, *(f"x{number}" for number in range(501)))
    with pytest.raises(ValueError, match="open"):
        settle(store, CHIEF, "t1", state="open")
    assert now(store, me).loc["t1", "state"] == "open"


def test_a_task_is_settled_on_the_day_it_was_done(store: Store, me: Scope, branch: Write) -> None:
    settle_tasks(store, MANAGER, "b1", ["t1"], state="done", outcome="", now_us=NOW_US + 60_000_000, on=date(2026, 6, 29))
    course = {day: open_market(store, me, "b1").at("tasks", date(2026, 6, day)).set_index("task_id").loc["t1", "state"] for day in (28, 29)}
    assert course == {28: "open", 29: "done"}
    reopen_tasks(store, MANAGER, "b1", ["t1"], now_us=NOW_US + 70_000_000, on=date(2026, 6, 20))
    assert now(store, me).loc["t1", "state"] == "open"  # an earlier day takes back what is there now
    with pytest.raises(PlanError):
        settle_tasks(store, MANAGER, "b1", ["t1"], state="done", outcome="", now_us=NOW_US + 80_000_000, on=date(2026, 7, 2))


def test_kinds_are_those_of_the_table() -> None:
    assert set(TASK_KINDS) == {"warning", "expiry", "call", "check", "follow_up", "supervised"}
