"""What each change did, read back: hand-made truths on four cells, and any sequence of changes replayed against the ledger itself."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridmap.errors import ScopeError
from gridmap.plan import Move
from gridmap.scope import Scope
from gridmap.store import (
    BEGINNING_US,
    FOREVER_US,
    Store,
    Wanted,
    change_choices,
    change_moves,
    count_changes,
    create_plan,
    ensure_branch,
    list_changes,
    ownership_instants,
    plan_as_of,
    publish_plan,
    record_change,
    take_step,
    undo_plan,
)
from gridmap.store.differences import SPAN_COLUMNS, differences, instants_of_change
from tests.gridmap.store.conftest import APRIL, JULY, MARCH, NOW_US, Change, Write, moves

AUGUST, AUGUST_US = date(2026, 8, 1), 1_785_513_600_000_000
MANAGER = Scope("p1", "Li", "branch_manager", frozenset({"b1"}))
CHIEF = Scope("p2", "Wang", "executive", frozenset({"b1"}))
NOTHING = pd.DataFrame(columns=list(SPAN_COLUMNS))


def spans(*rows: tuple[object, ...]) -> pd.DataFrame:
    """Rows of (owner, from, to) of one cell and change."""
    return pd.DataFrame([(1, "cell", "c1", *row) for row in rows], columns=list(SPAN_COLUMNS))


def told(found: pd.DataFrame) -> list[tuple[object, ...]]:
    return [tuple(row) for row in found[["subject", "giver", "taker", "valid_from", "valid_to"]].itertuples(index=False)]


DIFFERENCES = [
    # nobody had it
    (NOTHING, spans(("m1", 5, FOREVER_US)), [("", "m1", 5, FOREVER_US)]),
    # cut in the middle: what is left of the span is inserted again and is no move
    (spans(("m1", 0, FOREVER_US)), spans(("m1", 0, 5), ("m2", 5, 9), ("m1", 9, FOREVER_US)), [("m1", "m2", 5, 9)]),
    # two spans of one owner that follow each other go as one
    (spans(("m1", 0, 5), ("m1", 5, 9)), spans(("m2", 0, 9)), [("m1", "m2", 0, 9)]),
    # from two people to one is two moves
    (spans(("m1", 0, 5), ("m2", 5, 9)), spans(("m3", 0, 9)), [("m1", "m3", 0, 5), ("m2", "m3", 5, 9)]),
    # a release, and a release of what nobody had: said on purpose
    (spans(("m1", 0, 9)), spans((None, 0, 9)), [("m1", "", 0, 9)]),
    (NOTHING, spans((None, 0, 9)), [("", "", 0, 9)]),
    (spans((None, 0, 9)), spans((None, 0, 5), ("m1", 5, 9)), [("", "m1", 5, 9)]),
]


@pytest.mark.parametrize(("before", "after", "truth"), DIFFERENCES)
def test_only_what_differs_is_a_move(before: pd.DataFrame, after: pd.DataFrame, truth: list[tuple[object, ...]]) -> None:
    assert told(differences(before, after)) == [("c1", *row) for row in truth]


def test_traces_of_an_undo_are_no_day_of_change() -> None:
    rows = spans(("m1", 0, 5), ("m1", 5, 9), ("m2", 9, 12), (None, 12, FOREVER_US))
    assert instants_of_change(rows).tolist() == [0, 9, 12]
    assert instants_of_change(spans((None, 3, 9), ("m1", 9, FOREVER_US))).tolist() == [9]
    assert instants_of_change(NOTHING).tolist() == []


@pytest.fixture
def lived(store: Store, change: Change) -> dict[str, int]:
    """Start, a back-dated correction, a move of a holder, a plan published and undone; by name, the change_id of each."""
    ids = {"start": change(moves(("c1", "m1", MARCH), ("c2", "m1", MARCH), ("c3", "m2", MARCH)))}
    ids["correction"] = change(moves(("c2", "m2", APRIL)), scope=MANAGER)
    ids["holder"] = change(moves(("o1", "m3", JULY), layer="holder"))
    made = (Move("c1", "cell", "m1", "m3"), Move("c4", "cell", "", "m3"), Move("o1", "sponsor", "", "ld1"))
    found = create_plan(store, MANAGER, "b1", title="relief", effective_on=AUGUST, now_us=NOW_US + 10_000_000, moves=made)
    take_step(store, MANAGER, "b1", found.plan_id, "submit", expected=None, now_us=NOW_US + 20_000_000)
    take_step(store, CHIEF, "b1", found.plan_id, "approve", expected=None, now_us=NOW_US + 30_000_000)
    done = publish_plan(store, CHIEF, "b1", found.plan_id, expected=None, now_us=NOW_US + 40_000_000)
    undone = undo_plan(store, CHIEF, "b1", found.plan_id, why="wrong street", now_us=NOW_US + 50_000_000)
    return ids | {"plan": done.change_id or 0, "undo": undone.undone_change_id or 0, "plan_id": found.plan_id}


def test_every_change_says_who_when_why_and_how_much(store: Store, me: Scope, lived: dict[str, int]) -> None:
    found = list_changes(store, me, "b1").set_index("change_id")
    assert list(found.index) == [lived[name] for name in ("undo", "plan", "holder", "correction", "start")]
    assert dict(found["kind"]) == {
        lived["start"]: "move", lived["correction"]: "move", lived["holder"]: "move", lived["plan"]: "plan", lived["undo"]: "undo",
    }  # fmt: skip
    assert found["who"].tolist() == ["Wang", "Wang", "tester", "Li", "tester"]
    assert found["why"].tolist() == ["wrong street", "relief", "a reason", "a reason", "a reason"]
    assert found["cells"].tolist() == [2, 2, 0, 1, 3]
    assert found["holders"].tolist() == [0, 0, 1, 0, 0]
    assert found["sponsors"].tolist() == [1, 1, 0, 0, 0]
    assert found["first_us"].tolist() == [AUGUST_US, AUGUST_US, JULY, APRIL, MARCH]
    assert set(found["last_us"]) == {FOREVER_US}
    plan, undo = found.loc[lived["plan"]], found.loc[lived["undo"]]
    assert (plan["plan_id"], plan["plan_title"], plan["taken_back_by"]) == (lived["plan_id"], "relief", lived["undo"])
    assert (undo["plan_id"], undo["plan_title"], undo["takes_back"]) == (lived["plan_id"], "relief", lived["plan"])
    assert pd.isna(found.loc[lived["start"], "plan_id"])
    assert found.loc[lived["start"], "plan_title"] == ""


def test_an_import_is_named_by_its_file(store: Store, me: Scope, write: Write) -> None:
    owned = pd.DataFrame({"cell": ["c1"], "owner": ["m1"], "valid_from": pd.to_datetime(["2026-07-01"])})
    write("ownership", owned.assign(branch_id="b1"))
    row = list_changes(store, me, "b1").iloc[0]
    assert (row["kind"], row["file_name"]) == ("import", "ownership.csv")
    assert row["import_id"] > 0


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(), ("undo", "plan", "holder", "correction", "start")),
        (Wanted(who="Li"), ("correction",)),
        (Wanted(kind="plan"), ("plan",)),
        (Wanted(from_us=NOW_US + 40_000_000), ("undo", "plan")),
        (Wanted(to_us=NOW_US + 2_000_000), ("start",)),  # without the instant itself
        (Wanted(subject="c2"), ("correction", "start")),
        (Wanted(subject="o1"), ("undo", "plan", "holder")),
        (Wanted(manager="m1"), ("undo", "plan", "correction", "start")),  # gives c2, then c1, and has c1 again
        (Wanted(manager="ld1"), ("undo", "plan")),
        (Wanted(manager="m2", who="Wang"), ()),
    ],
)
def test_changes_are_found_by_person_kind_day_subject_and_manager(
    store: Store, me: Scope, lived: dict[str, int], wanted: Wanted, names: tuple[str, ...]
) -> None:
    found = list_changes(store, me, "b1", wanted=wanted)["change_id"].tolist()
    assert found == [lived[name] for name in names]
    assert count_changes(store, me, "b1", wanted=wanted) == len(names)


def test_pages_follow_each_other_and_choices_are_those_there_are(store: Store, me: Scope, lived: dict[str, int]) -> None:
    whole = list_changes(store, me, "b1")["change_id"].tolist()
    pages = [list_changes(store, me, "b1", limit=2, offset=offset)["change_id"].tolist() for offset in (0, 2, 4, 6)]
    assert [number for page in pages for number in page] == whole
    assert change_choices(store, me, "b1") == (("Li", "Wang", "tester"), ("move", "plan", "undo"))
    assert list_changes(store, me, "b1", wanted=Wanted(change_id=lived["plan"]))["change_id"].tolist() == [lived["plan"]]


def test_the_moves_of_a_change_say_from_whom_to_whom_from_when_until_when(store: Store, me: Scope, lived: dict[str, int]) -> None:
    assert told(change_moves(store, me, "b1", [lived["correction"]])) == [("c2", "m1", "m2", APRIL, FOREVER_US)]
    plan = change_moves(store, me, "b1", [lived["plan"]])
    assert told(plan) == [
        ("c1", "m1", "m3", AUGUST_US, FOREVER_US),
        ("c4", "", "m3", AUGUST_US, FOREVER_US),
        ("o1", "", "ld1", AUGUST_US, FOREVER_US),
    ]
    assert plan["layer"].tolist() == ["cell", "cell", "sponsor"]
    undo = change_moves(store, me, "b1", [lived["undo"]])
    assert undo[["giver", "taker"]].to_numpy().tolist() == plan[["taker", "giver"]].to_numpy().tolist()


def test_days_of_change_as_known_now_and_then(store: Store, me: Scope, lived: dict[str, int]) -> None:
    assert ownership_instants(store, me, "b1") == (MARCH, APRIL)
    assert ownership_instants(store, me, "b1", known_us=NOW_US + 45_000_000) == (MARCH, APRIL, AUGUST_US)
    assert ownership_instants(store, me, "b1", known_us=NOW_US + 1_500_000) == (MARCH,)
    assert ownership_instants(store, me, "b1", known_us=NOW_US) == ()


def test_another_branch_shows_nothing_of_this_one(store: Store, me: Scope, lived: dict[str, int]) -> None:
    ensure_branch(store, me, "b2", now_us=NOW_US)
    assert list_changes(store, me, "b2").empty
    assert change_moves(store, me, "b2", [lived["start"]]).empty
    assert count_changes(store, me, "b2") == 0


@pytest.mark.parametrize("role", ["community_manager", "account_manager"])
def test_who_may_not_see_history_is_refused(store: Store, lived: dict[str, int], role: str) -> None:
    who = Scope("p", "Zhao", role, frozenset({"b1"}), "m1")
    for ask in (list_changes, count_changes, change_choices, ownership_instants):
        with pytest.raises(ScopeError):
            ask(store, who, "b1")
    with pytest.raises(ScopeError):
        change_moves(store, who, "b1", [lived["start"]])


steps = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(["cell", "holder"]),
            st.sampled_from(["s1", "s2", "s3"]),
            st.sampled_from(["m1", "m2", None]),
            st.integers(0, 8),
            st.integers(1, 9),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda move: move[:2],
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_replaying_the_changes_gives_what_was_known_after_each(
    store: Store, me: Scope, taken: list[list[tuple[str, str, str | None, int, int]]]
) -> None:
    branch = f"r{abs(hash(str(taken)))}"
    ensure_branch(store, me, branch, now_us=NOW_US)
    for number, step in enumerate(taken):
        rows = [
            (layer, subject, owner, begin, FOREVER_US if begin + long > 9 else begin + long) for layer, subject, owner, begin, long in step
        ]
        frame = pd.DataFrame(rows, columns=["layer", "subject", "owner", "valid_from_us", "valid_to_us"])
        record_change(store, me, branch, frame, why="", now_us=NOW_US + number)
    replayed: dict[tuple[str, str, int], str] = {}
    listed = list_changes(store, me, branch)[::-1]
    for change in listed.itertuples():
        moved = change_moves(store, me, branch, [change.change_id])
        for move in moved.itertuples():
            for instant in range(max(move.valid_from, BEGINNING_US), min(move.valid_to, 10)):
                key = (move.layer, move.subject, instant)
                assert replayed.get(key, "") == move.giver, "the giver is who had it"
                replayed[key] = move.taker
        for instant in range(10):
            plan = plan_as_of(store, me, branch, valid_us=instant, known_us=change.recorded_us)
            for layer, known in (("cell", plan.owners), ("holder", plan.holders)):
                assert dict(known) == {s: owner for (of, s, at), owner in replayed.items() if (of, at) == (layer, instant) and owner}
        subjects = moved.drop_duplicates(["layer", "subject"])["layer"].value_counts()
        assert (change.cells, change.holders) == (subjects.get("cell", 0), subjects.get("holder", 0))
