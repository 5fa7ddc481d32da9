"""What one person sees of a branch: the cells they own now, no names for who may not see them, and no way around either."""

import importlib

import pandas as pd
import pytest

from gridmap import store
from gridmap.scope import Scope
from gridmap.store import Store, read_table
from tests.gridmap.store.conftest import Write, organisations, visits


@pytest.fixture
def divided(store: Store, write: Write, me: Scope) -> Store:
    """Give a store where m1 owns the cell of o1 and m2 that of o2; o3 lies nowhere."""
    write("organisations", organisations())
    write("visits", visits(("v1", "o1"), ("v2", "o2"), ("v3", "o3")))
    write("wins", pd.DataFrame({"win_id": ["w1", "w2"], "org_id": [None, "o2"], "happened_on": pd.to_datetime("2026-05-01"),
        "competitor": "A", "lines_lost": pd.array([1, 2], dtype="Int64"), "lat": [22.70, None], "lon": [112.20, None]}))  # fmt: skip
    write("contacts", pd.DataFrame({"contact_id": ["k1", "k2"], "org_id": ["o1", "o2"], "name": ["Li", "Wang"]}))
    placed = importlib.import_module("gridmap.store").open_market(store, me, "b1").tables["organisations"].set_index("org_id")["cell"]
    cells = pd.DataFrame({"cell": [placed["o1"], placed["o2"]], "owner": ["m1", "m2"], "valid_from": pd.to_datetime("2026-01-01")})
    write("ownership", cells)
    return store


def test_a_community_manager_sees_the_cells_they_own_now(divided: Store) -> None:
    own = Scope("p", "Li", "community_manager", frozenset({"b1"}), "m1")
    seen = {name: read_table(divided, own, "b1", name) for name in ("organisations", "visits", "wins", "contacts")}
    assert {name: frame.iloc[:, 0].tolist() for name, frame in seen.items()} == {
        "organisations": ["o1"], "visits": ["v1"], "wins": ["w1"], "contacts": ["k1"],
    }  # fmt: skip
    market = store.open_market(divided, own, "b1")
    assert market.tables["organisations"]["org_id"].tolist() == ["o1"]
    assert market.tables["visits"]["visit_id"].tolist() == ["v1"]
    assert market.tables["wins"]["win_id"].tolist() == ["w1"]


def test_sight_follows_ownership_at_once(divided: Store, me: Scope, write: Write) -> None:
    own = Scope("p", "Li", "community_manager", frozenset({"b1"}), "m1")
    cell = next(iter(store.owned_cells(divided, own, "b1")))
    write("ownership", pd.DataFrame({"cell": [cell], "owner": ["m2"], "valid_from": pd.to_datetime(["2026-06-01"])}))
    assert store.owned_cells(divided, own, "b1") == frozenset()
    assert read_table(divided, own, "b1", "organisations").empty
    assert store.open_market(divided, own, "b1").tables["organisations"].empty


@pytest.mark.parametrize("manager_id", ["", "m9"])
def test_who_owns_nothing_sees_nothing(divided: Store, manager_id: str) -> None:
    nobody = Scope("p", "Li", "community_manager", frozenset({"b1"}), manager_id)
    assert read_table(divided, nobody, "b1", "organisations").empty
    assert store.open_market(divided, nobody, "b1").tables["visits"].empty


def test_each_sight_has_a_fingerprint_of_its_own(divided: Store, me: Scope) -> None:
    scopes = [
        me,
        Scope("p", "n", "executive", None),
        Scope("p", "n", "community_manager", None, "m1"),
        Scope("p", "n", "community_manager", None, "m2"),
    ]
    prints = [store.open_market(divided, scope, "b1").fingerprint for scope in scopes]
    assert len(set(prints)) == len(prints)


def test_an_executive_gets_figures_without_names(divided: Store) -> None:
    boss = Scope("p", "n", "executive", frozenset({"b1"}))
    market = store.open_market(divided, boss, "b1")
    assert market.tables["organisations"]["name"].isna().all()
    assert market.tables["organisations"]["our_lines"].sum() == 603
    for frame in market.tables.values():
        assert "Steel works" not in frame.to_csv()


def test_columns_asked_for_pass_through_the_same_eyes(divided: Store) -> None:
    own = Scope("p", "Li", "community_manager", frozenset({"b1"}), "m1")
    planner = Scope("p", "n", "planner", frozenset({"b1"}))
    assert read_table(divided, own, "b1", "visits", columns=["outcome"])["visit_id"].tolist() == ["v1"]
    assert read_table(divided, own, "b1", "contacts", columns=["name"])["name"].tolist() == ["Li"]
    phones = read_table(divided, planner, "b1", "contacts", columns=["phone"])
    assert phones.columns.tolist() == ["contact_id", "phone", "valid_from_us", "valid_to_us"]
    whole = read_table(divided, planner, "b1", "organisations")
    part = read_table(divided, planner, "b1", "organisations", columns=["name", "holder_id"])
    pd.testing.assert_frame_equal(part, whole[part.columns])
