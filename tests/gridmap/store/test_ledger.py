"""The ledger: no overlap, no gap, no rewriting; every clash named; as of any instant, as known at any other."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridmap.errors import Conflict, PlanError, ScopeError
from gridmap.scope import Scope
from gridmap.store import FOREVER_US, Store, ensure_branch, ledger_rows, plan_as_of, record_change
from tests.gridmap.store.conftest import APRIL, JULY, MARCH, NOW_US, Change, moves


def owners(store: Store, me: Scope, valid_us: int, known_us: int | None = None) -> dict[str, str]:
    return plan_as_of(store, me, "b1", valid_us=valid_us, known_us=known_us).owners.to_dict()


def test_the_question_of_the_design_keeps_its_answer(store: Store, me: Scope, change: Change) -> None:
    """Who owned this cell on 31 March, as known on 5 April: the same after any later correction."""
    change(moves(("c1", "m1", MARCH)))
    known_us = NOW_US + 1_500_000
    change(moves(("c1", "m2", MARCH)))  # a back-dated correction
    change(moves(("c1", "m3", JULY + 1)))  # and a future-dated move
    assert owners(store, me, APRIL, known_us) == {"c1": "m1"}
    assert owners(store, me, APRIL) == {"c1": "m2"}
    assert owners(store, me, JULY + 1) == {"c1": "m3"}
    assert owners(store, me, MARCH - 1) == {}


def test_a_release_is_a_row_and_the_cell_is_unassigned(store: Store, me: Scope, change: Change) -> None:
    change(moves(("c1", "m1", MARCH)))
    change(moves(("c1", None, APRIL)))
    assert owners(store, me, APRIL) == {}
    record = ledger_rows(store, me, "b1", layer="cell", subjects=["c1"])
    assert record[record["recorded_to"] == FOREVER_US]["owner"].isna().tolist() == [False, True]
    assert record["why"].tolist() == ["a reason"] * 3
    assert record["who"].unique().tolist() == ["tester"]


def test_layers_do_not_touch_each_other(store: Store, me: Scope, change: Change) -> None:
    change(pd.concat([moves(("x", "m1", MARCH)), moves(("x", "m2", MARCH), layer="holder"), moves(("x", "m3", MARCH), layer="sponsor")]))
    plan = plan_as_of(store, me, "b1", valid_us=NOW_US)
    assert (plan.owners.to_dict(), plan.holders.to_dict(), plan.sponsors.to_dict()) == ({"x": "m1"}, {"x": "m2"}, {"x": "m3"})
    assert plan.change_id > 0


def test_a_move_that_changes_nothing_writes_nothing(store: Store, me: Scope, change: Change) -> None:
    first = change(moves(("c1", "m1", MARCH)))
    assert change(moves(("c1", "m1", APRIL))) == first
    assert len(ledger_rows(store, me, "b1", layer="cell")) == 1


def test_every_clash_is_named_with_who_and_when(store: Store, me: Scope, change: Change) -> None:
    seen = change(moves(("c1", "m1", MARCH), ("c2", "m1", MARCH), ("c3", "m1", MARCH)))
    other = Scope("p2", "Chen", "branch_manager", frozenset({"b1"}))
    change(moves(("c1", "m2", APRIL), ("c3", "m2", APRIL)), scope=other)
    with pytest.raises(Conflict) as caught:
        change(moves(("c1", "m3", APRIL), ("c2", "m3", APRIL), ("c3", "m3", APRIL)), expected=seen)
    assert [(clash.subject, clash.who, clash.at_us) for clash in caught.value.clashes] == [
        ("c1", "Chen", NOW_US + 2_000_000),
        ("c3", "Chen", NOW_US + 2_000_000),
    ]
    assert owners(store, me, NOW_US) == {"c1": "m2", "c2": "m1", "c3": "m2"}  # c2 stayed, too


def test_versions_of_single_subjects_can_be_expected(change: Change) -> None:
    change(moves(("c1", "m1", MARCH)), expected={})
    change(moves(("c1", "m2", MARCH)), expected={("cell", "c1"): 1})
    with pytest.raises(Conflict, match="1 of these"):
        change(moves(("c1", "m3", MARCH)), expected={("cell", "c1"): 1})


def test_a_clock_that_goes_back_or_stands_still_loses_nothing(store: Store, me: Scope) -> None:
    ensure_branch(store, me, "b1", now_us=NOW_US)
    for owner, now_us in (("m1", NOW_US), ("m2", NOW_US - 5), ("m3", NOW_US - 5)):
        record_change(store, me, "b1", moves(("c1", owner, MARCH)), why="", now_us=now_us)
    record = ledger_rows(store, me, "b1", layer="cell").sort_values("recorded_from")
    assert record["owner"].tolist() == ["m1", "m2", "m3"]
    assert record["recorded_from"].is_unique
    assert record["recorded_to"].tolist()[:-1] == record["recorded_from"].tolist()[1:]


@pytest.mark.parametrize(
    "frame",
    [
        moves(("c1", "m1", MARCH), layer="territory"),
        moves(("", "m1", MARCH)),
        moves(("c1", "m1", MARCH, MARCH)),
        moves(("c1", "m1", -1)),
        moves(("c1", "m1", MARCH, JULY), ("c1", "m2", APRIL)),
    ],
)
def test_a_move_that_cannot_be_is_refused(change: Change, frame: pd.DataFrame) -> None:
    with pytest.raises(PlanError):
        change(frame)


def test_who_may_not_change_ownership_is_refused(change: Change) -> None:
    with pytest.raises(ScopeError):
        change(moves(("c1", "m1", MARCH)), scope=Scope("p", "Li", "planner", frozenset({"b1"})))
    with pytest.raises(ScopeError):
        change(moves(("c1", "m1", MARCH)), scope=Scope("p", "Li", "branch_manager", frozenset({"b2"})))


steps = st.lists(
    st.lists(
        st.tuples(st.sampled_from(["c1", "c2"]), st.sampled_from(["m1", "m2", None]), st.integers(0, 8), st.integers(1, 9)),
        min_size=1,
        max_size=2,
        unique_by=lambda move: move[0],
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_as_of_any_two_instants_agrees_with_a_plain_list(
    store: Store, me: Scope, taken: list[list[tuple[str, str | None, int, int]]]
) -> None:
    branch = f"b{NOW_US + len(taken)}-{abs(hash(str(taken)))}"
    ensure_branch(store, me, branch, now_us=NOW_US)
    truth: dict[tuple[str, int], str | None] = {}
    remembered = []
    for number, step in enumerate(taken):
        frame = moves(
            *((subject, owner, begin, FOREVER_US if begin + length > 9 else begin + length) for subject, owner, begin, length in step)
        )
        now_us = NOW_US + 1 + number
        record_change(store, me, branch, frame, why="", now_us=now_us)
        for subject, owner, begin, length in step:
            end = 10 if begin + length > 9 else begin + length
            truth.update({(subject, instant): owner for instant in range(begin, end)})
        remembered.append((now_us, dict(truth)))
    for known_us, then in remembered:
        record = ledger_rows(store, me, branch, layer="cell")
        known = record[(record["recorded_from"] <= known_us) & (known_us < record["recorded_to"])]
        for instant in range(10):
            lying = known[(known["valid_from"] <= instant) & (instant < known["valid_to"])].dropna(subset="owner")
            assert lying["subject"].is_unique
            assert lying.set_index("subject")["owner"].to_dict() == {s: o for (s, i), o in then.items() if i == instant and o is not None}
    last = plan_as_of(store, me, branch, valid_us=9)
    assert last.owners.to_dict() == {s: o for (s, i), o in truth.items() if i == 9 and o is not None}
