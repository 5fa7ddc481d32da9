"""Two companies that are one: merged without losing a row, kept apart for good, and every decision can be taken back."""

import pandas as pd
import pytest

from gridmap.errors import Conflict, PlanError
from gridmap.scope import Scope
from gridmap.store import (
    Store,
    aliases,
    current_version,
    decisions,
    imports,
    keep_apart,
    merge,
    open_market,
    plan_as_of,
    read_table,
    reopen,
)
from gridmap.store.snapshots import resolve_aliases
from tests.gridmap.store.conftest import NOW_US, Write, organisations, visits

LATER = NOW_US + 3_600_000_000


@pytest.fixture
def doubled(store: Store, write: Write) -> Store:
    """Give a store where o1 and o3 are one company: visits at each, months at each, the holder at o3."""
    write("organisations", organisations(holder_id=[None, None, "m2"]))
    write("visits", visits(("v1", "o1"), ("v2", "o3"), ("v3", "o2")))
    months = {"org_id": ["o1", "o3", "o2"], "month": "2026-05", "members": pd.array([5, 7, 1], dtype="Int64"), "revenue": [10.0, None, 1.0]}
    write("org_months", pd.DataFrame(months))
    return store


def names(store: Store, me: Scope, *, known_us: int | None = None) -> dict[str, str]:
    return open_market(store, me, "b1", known_us=known_us).tables["organisations"].set_index("org_id")["name"].to_dict()


def test_a_merged_organisation_counts_as_the_kept_one(doubled: Store, me: Scope) -> None:
    before = current_version(doubled, me, "b1")
    merge(doubled, me, "b1", kept="o1", merged="o3", why="same door", now_us=LATER)
    assert current_version(doubled, me, "b1") > before
    market = open_market(doubled, me, "b1")
    assert sorted(market.tables["organisations"]["org_id"]) == ["o1", "o2"]
    assert market.tables["visits"].set_index("visit_id")["org_id"].to_dict() == {"v1": "o1", "v2": "o1", "v3": "o2"}
    months = market.tables["org_months"].set_index("org_id")
    assert months.loc["o1", "members"] == 12
    assert months.loc["o1", "revenue"] == 10.0
    assert plan_as_of(doubled, me, "b1", valid_us=NOW_US).holders.to_dict() == {"o1": "m2"}


def test_no_row_is_lost_and_the_past_keeps_its_answer(doubled: Store, me: Scope) -> None:
    merge(doubled, me, "b1", kept="o1", merged="o3", now_us=LATER)
    assert read_table(doubled, me, "b1", "organisations")["org_id"].tolist() == ["o1", "o2", "o3"]
    assert read_table(doubled, me, "b1", "visits")["org_id"].tolist() == ["o1", "o3", "o2"]
    assert sorted(names(doubled, me, known_us=LATER - 1)) == ["o1", "o2", "o3"]
    assert plan_as_of(doubled, me, "b1", valid_us=NOW_US, known_us=LATER - 1).holders.to_dict() == {"o3": "m2"}


def test_a_merge_is_taken_back_by_a_new_decision(doubled: Store, me: Scope) -> None:
    merge(doubled, me, "b1", kept="o1", merged="o3", now_us=LATER)
    reopen(doubled, me, "b1", org_id_a="o3", org_id_b="o1", why="two doors after all", now_us=LATER + 10)
    assert sorted(names(doubled, me)) == ["o1", "o2", "o3"]
    assert decisions(doubled, me, "b1").empty
    told = decisions(doubled, me, "b1", all_ever=True)
    assert told["decision"].tolist() == ["open", "merge"]
    assert told["why"].tolist() == ["two doors after all", ""]
    assert sorted(names(doubled, me, known_us=LATER + 5)) == ["o1", "o2"]


def test_kept_apart_is_remembered(doubled: Store, me: Scope) -> None:
    keep_apart(doubled, me, "b1", org_id_a="o3", org_id_b="o1", why="two floors", now_us=LATER)
    told = decisions(doubled, me, "b1")
    assert told[["org_id_a", "org_id_b", "decision", "who"]].to_numpy().tolist() == [["o1", "o3", "apart", "tester"]]
    assert aliases(doubled, me, "b1").empty


def test_the_same_decision_twice_is_one(doubled: Store, me: Scope) -> None:
    first = merge(doubled, me, "b1", kept="o1", merged="o3", now_us=LATER)
    assert merge(doubled, me, "b1", kept="o1", merged="o3", now_us=LATER + 10) == first
    assert len(decisions(doubled, me, "b1", all_ever=True)) == 1


def test_chains_are_followed_to_their_end(doubled: Store, me: Scope) -> None:
    merge(doubled, me, "b1", kept="o2", merged="o3", now_us=LATER)
    merge(doubled, me, "b1", kept="o1", merged="o2", now_us=LATER + 1)
    assert aliases(doubled, me, "b1").to_dict() == {"o2": "o1", "o3": "o1"}
    assert set(open_market(doubled, me, "b1").tables["visits"]["org_id"]) == {"o1"}


def test_a_circle_and_a_second_merge_are_refused_with_names(doubled: Store, me: Scope) -> None:
    merge(doubled, me, "b1", kept="o1", merged="o2", now_us=LATER)
    merge(doubled, me, "b1", kept="o2", merged="o3", now_us=LATER + 1)
    with pytest.raises(PlanError, match="already counts as"):
        merge(doubled, me, "b1", kept="o3", merged="o1", now_us=LATER + 2)
    with pytest.raises(Conflict, match="tester merged o3 into o2 before"):
        merge(doubled, me, "b1", kept="o1", merged="o3", now_us=LATER + 2)
    assert aliases(doubled, me, "b1").to_dict() == {"o2": "o1", "o3": "o1"}


def test_a_pair_can_be_turned_round(doubled: Store, me: Scope) -> None:
    merge(doubled, me, "b1", kept="o1", merged="o3", now_us=LATER)
    merge(doubled, me, "b1", kept="o3", merged="o1", now_us=LATER + 1)
    assert aliases(doubled, me, "b1").to_dict() == {"o1": "o3"}


@pytest.mark.parametrize(("kept", "merged"), [("o1", "o1"), ("o1", "nobody"), ("nobody", "o1")])
def test_what_cannot_be_merged_is_refused(doubled: Store, me: Scope, kept: str, merged: str) -> None:
    with pytest.raises(PlanError):
        merge(doubled, me, "b1", kept=kept, merged=merged, now_us=LATER)


def test_an_import_of_a_merged_id_updates_its_own_row_and_is_reported(doubled: Store, me: Scope, write: Write) -> None:
    merge(doubled, me, "b1", kept="o1", merged="o3", now_us=NOW_US + 10_000_000)
    result = write("organisations", organisations(name=["A", "B", "C"]))
    assert (result.changed, result.merged) == (3, ("o3",))
    assert names(doubled, me)["o1"] == "A"
    assert set(names(doubled, me).values()) <= {"A", "B", "Steel works", "School"}


def test_decisions_are_versions_of_the_facts_in_the_list_of_imports(doubled: Store, me: Scope) -> None:
    made = merge(doubled, me, "b1", kept="o1", merged="o3", now_us=LATER)
    newest = imports(doubled, me, "b1").iloc[0]
    assert (newest["import_id"], newest["table_name"]) == (made, "duplicates")


def test_parents_that_were_merged_are_read_as_the_kept_one() -> None:
    frame = pd.DataFrame({"org_id": ["o1", "o2", "o3"], "parent_id": ["o3", None, None]})
    merged = pd.Series(["o2"], index=["o3"])
    assert resolve_aliases({"organisations": frame}, merged)["organisations"]["parent_id"].fillna("-").tolist() == ["o2", "-"]
