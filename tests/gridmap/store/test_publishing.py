"""Publishing dates moves by who has what, not by how the ledger is cut into rows; refusals name who and when."""

from datetime import date

import pandas as pd
import pytest

from gridmap.errors import Conflict
from gridmap.plan import Move
from gridmap.scope import Scope
from gridmap.store import Store, create_plan, merge, plan_as_of, publish_plan, undo_plan
from gridmap.store.tables import FOREVER_US
from gridmap.store.timeline import Span, next_change
from tests.gridmap.store.conftest import NOW_US, Change, Write, moves, organisations
from tests.gridmap.store.test_plans import AUGUST, CHIEF, MANAGER, approved, owners

JULY_15 = date(2026, 7, 15)


def published(store: Store, *made: Move, day: date, at: int) -> int:
    found = create_plan(store, MANAGER, "b1", title="relief", effective_on=day, now_us=NOW_US + at, moves=made)
    return publish_plan(store, CHIEF, "b1", approved(store, found).plan_id, expected=None, now_us=NOW_US + at + 3).plan_id


@pytest.fixture
def undone(store: Store, change: Change) -> None:
    """c1 is m1's and c4 nobody's, each in two rows that an undone plan left side by side."""
    change(moves(("c1", "m1", 0)))
    plan_id = published(store, Move("c1", "cell", "m1", "m2"), Move("c4", "cell", "", "m1"), day=AUGUST, at=40_000_000)
    undo_plan(store, CHIEF, "b1", plan_id, why="", now_us=NOW_US + 50_000_000)


@pytest.mark.usefixtures("undone")
def test_a_plan_holds_beyond_the_day_of_one_that_was_undone(store: Store, me: Scope) -> None:
    published(store, Move("c1", "cell", "m1", "m3"), Move("c4", "cell", "", "m3"), day=JULY_15, at=60_000_000)
    for day in (JULY_15, AUGUST, date(2030, 1, 1)):
        assert owners(store, me, day) == {"c1": "m3", "c4": "m3"}


def test_the_end_of_a_row_is_no_change_where_the_same_has_it_after() -> None:
    spans = [Span(0, 5, "m1"), Span(5, 10, "m1"), Span(10, 20, None), Span(20, FOREVER_US, "m1")]
    assert [next_change(spans, instant) for instant in (0, 7, 10, 20)] == [10, 10, 20, FOREVER_US]
    assert next_change([Span(5, 10, None), Span(10, FOREVER_US, "m1")], 0) == 10  # nobody yet and nobody any more are the same
    assert next_change([], 0) == FOREVER_US


def test_a_day_on_which_somebody_else_has_it_is_refused_with_who_and_when(store: Store, change: Change) -> None:
    change(moves(("c1", "m1", 0), ("c2", "m1", 0)))
    change(moves(("c1", "m2", 1_790_000_000_000_000)))  # in September
    found = create_plan(
        store,
        MANAGER,
        "b1",
        title="relief",
        effective_on=AUGUST,
        now_us=NOW_US + 9_000_000,
        moves=(Move("c1", "cell", "m1", "m3"), Move("c2", "cell", "m1", "m3")),
    )
    found = approved(store, found)
    with pytest.raises(Conflict) as caught:
        publish_plan(store, CHIEF, "b1", found.plan_id, expected=None, now_us=NOW_US + 40_000_000, on=date(2026, 12, 1))
    assert [(clash.subject, clash.who, clash.at_us) for clash in caught.value.clashes] == [("c1", "tester", NOW_US + 2_000_000)]


def test_the_holder_of_a_merged_double_is_the_giver_of_the_kept_one(store: Store, me: Scope, write: Write) -> None:
    write("organisations", organisations(holder_id=[None, None, "m2"]))
    merge(store, me, "b1", kept="o1", merged="o3", now_us=NOW_US + 5_000_000)
    published(store, Move("o1", "holder", "m2", "m1"), day=AUGUST, at=10_000_000)
    at = int(pd.Timestamp(AUGUST, tz="Asia/Shanghai").timestamp() * 1_000_000)
    assert plan_as_of(store, me, "b1", valid_us=at).holders.to_dict() == {"o1": "m1"}
