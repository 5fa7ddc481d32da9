"""From one grid to another: every organisation counted once before and after, each new cell with who it is due to, and the way back."""

from datetime import date
from itertools import pairwise

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridmap.grid import Grid, areas_grid, h3_grid
from gridmap.market import FOREVER_US, Market, Version, build_market
from gridmap.plan import Move, Plan
from gridmap.reallocation.regridding import Proposal, propose, restored_owners
from tests.builders import AS_OF, CELLS, areas, boundary, branch, plan, seven_cells, spot

MANAGERS = ("", "cm1", "cm2", "cm3")
BOX = shapely.box(112.20, 22.68, 112.26, 22.73)
FOUR = {"a1": (0, 0), "a2": (1, 0), "a3": (0, 1), "a4": (1, 1)}


def quarters() -> pd.DataFrame:
    """Return four areas that fill a box around the seven cells, one without an outline."""
    west, south, east, north = 112.19, 22.67, 112.27, 22.74
    wide, high = (east - west) / 2, (north - south) / 2
    drawn = {
        name: shapely.box(west + x * wide, south + y * high, west + (x + 1) * wide, south + (y + 1) * high).wkt
        for name, (x, y) in FOUR.items()
    }
    rows = pd.DataFrame({"area_id": [*drawn, "a5"], "name": [*drawn, "a5"], "level": "town", "geometry": [*drawn.values(), None]})
    return rows.assign(valid_from_us=0, valid_to_us=FOREVER_US)


GRIDS = {"h3:7": ("h3", 7), "h3:8": ("h3", 8), "h3:9": ("h3", 9), "areas": ("areas", -1)}


def market_on(name: str, organisations: pd.DataFrame) -> Market:
    kind, resolution = GRIDS[name]
    tables = {"organisations": organisations, "areas": quarters()}
    return build_market(branch(grid_kind=kind, grid_resolution=max(resolution, 0), boundary=BOX), tables, Version(1, 0, 0))


points = st.tuples(st.floats(22.66, 22.75), st.floats(112.18, 112.28))  # some of them outside every grid


@st.composite
def worlds(draw: st.DrawFn) -> tuple[pd.DataFrame, list[str], int]:
    """Draw organisations (some without a place, some closed), managers who hold some by name, and a seed for the owners of cells."""
    places = draw(st.lists(st.one_of(st.none(), points), max_size=25))
    frame = pd.DataFrame(
        {
            "org_id": [f"o{number}" for number in range(len(places))],
            "name": "x",
            "lat": pd.Series([place[0] if place else None for place in places], dtype=float),
            "lon": pd.Series([place[1] if place else None for place in places], dtype=float),
            "closed_on": pd.to_datetime([draw(st.sampled_from([None, "2026-01-01"])) for _ in places]),
        }
    )
    named = [draw(st.sampled_from(MANAGERS)) for _ in places]
    return frame.assign(valid_from_us=0, valid_to_us=FOREVER_US), named, draw(st.integers(0, 2**31))


def planned(market: Market, named: list[str], seed: int) -> Plan:
    owners = np.random.default_rng(seed).choice(MANAGERS, len(market.grid.cells))
    holders = pd.Series(dict(zip(market.tables["organisations"]["org_id"], named, strict=True)), dtype="str")
    return Plan("xx", 1, pd.Series(owners, index=market.grid.cells, dtype="str"), holders, pd.Series(dtype="str"))


def after(base: Plan, found: Proposal) -> Plan:
    """Return ownership as it is on the new grid."""
    holders = Plan("xx", 1, base.owners, base.holders, base.sponsors).with_moves(found.hands).holders_now
    return Plan("xx", 2, found.owners, holders, base.sponsors)


def held(market: Market, owned: Plan) -> dict[str, str]:
    """Say who holds each organisation: by name, else by its cell; worked out one by one."""
    rows = market.tables["organisations"]
    return {
        org: owned.holders_now.get(org) or (owned.owners_now.get(cell) if isinstance(cell, str) else None) or "-"
        for org, cell in zip(rows["org_id"], rows["cell"], strict=True)
    }


slow = settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
ways = st.sampled_from([(old, new) for old in GRIDS for new in GRIDS if old != new])


@slow
@given(worlds(), ways, st.sampled_from(("stay", "go")))
def test_every_organisation_is_counted_once_before_and_after(
    world: tuple[pd.DataFrame, list[str], int], way: tuple[str, str], keep: str
) -> None:
    frame, named, seed = world
    old, new = (market_on(name, frame) for name in way)
    base = planned(old, named, seed)
    found = propose(old, base, new.grid, as_of=AS_OF, keep_holders=keep == "stay")
    before, then = held(old, base), held(new, after(base, found))
    assert found.organisations["before"].to_dict() == before
    assert found.organisations["after"].to_dict() == then
    assert found.counts["before"].sum() == found.counts["after"].sum() == len(frame)
    placed = [market.tables["organisations"]["cell"] for market in (old, new)]
    assert list(found.placed.values()) == [int(cells.notna().sum()) for cells in placed]
    assert found.lineage["organisations"].sum() == (placed[0].notna() & placed[1].notna()).sum()
    moved = {org for org in before if before[org] != then[org]}
    assert set(found.changed.index) == moved
    if keep == "stay":  # nobody loses what is theirs; what was nobody's goes with its cell, for nobody cannot be named
        assert all(before[org] == "-" for org in moved)


@slow
@given(worlds(), ways)
def test_each_new_cell_goes_to_whom_most_of_its_organisations_were(
    world: tuple[pd.DataFrame, list[str], int], way: tuple[str, str]
) -> None:
    frame, named, seed = world
    old, new = (market_on(name, frame) for name in way)
    base = planned(old, named, seed)
    found = propose(old, base, new.grid, as_of=AS_OF)
    votes: dict[str, list[str]] = {}
    for was, now, closed in zip(*(m.tables["organisations"]["cell"] for m in (old, new)), frame["closed_on"], strict=True):
        if isinstance(was, str) and isinstance(now, str) and pd.isna(closed):
            votes.setdefault(now, []).append(base.owners.get(was, ""))
    for cell, given_to in votes.items():
        most = max(given_to.count(owner) for owner in given_to)
        assert given_to.count(found.owners.get(cell, "")) == most
    assert set(found.owners.index) <= set(new.grid.cells)
    assert set(found.owners) <= set(base.owners)


@slow
@given(worlds(), ways, st.sampled_from(("stay", "go")))
def test_there_and_back_gives_each_cell_its_owner_again(
    world: tuple[pd.DataFrame, list[str], int], way: tuple[str, str], keep: str
) -> None:
    frame, named, seed = world
    old, new = (market_on(name, frame) for name in way)
    base = planned(old, named, seed)
    there = propose(old, base, new.grid, as_of=AS_OF, keep_holders=keep == "stay")
    moved = after(base, there)
    again = restored_owners(there.lineage, before=base.owners, given=there.owners, now=moved.owners)
    back = propose(
        new, moved, old.grid, as_of=AS_OF, keep_holders=keep == "stay", restored=again, exceptions={move.subject for move in there.hands}
    )
    met = set(there.lineage["old_cell"])  # a cell that met no new one is nobody's, whoever had it
    assert dict(back.owners) == {cell: owner for cell, owner in base.owners.items() if cell in met}
    if keep == "stay" and met == set(old.grid.cells):  # nor is anybody left an exception who is none
        last, first = after(moved, back), held(old, base)
        theirs = [org for org, holder in first.items() if holder != "-"]
        assert {org: held(old, last)[org] for org in theirs} == {org: first[org] for org in theirs}
        assert {org for org in theirs if org in last.holders.index} == {org for org in theirs if org in base.holders.index}


def test_what_was_moved_between_is_not_given_back() -> None:
    market = seven_cells()
    there = propose(market, plan(), h3_grid(boundary(), 9), as_of=AS_OF)
    touched = there.lineage.loc[there.lineage["old_cell"] == CELLS["mid"], "new_cell"].iloc[0]
    now = there.owners.copy()
    now[touched] = "cm3"
    again = restored_owners(there.lineage, before=plan().owners, given=there.owners, now=now)
    assert CELLS["mid"] not in again
    assert again[CELLS["nw"]] == "cm2"
    assert again[CELLS["e"]] == ""


def one_area(*shares: float) -> Grid:
    """Return areas that cut `mid` from west to east in given shares of its width."""
    ring = shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(CELLS["mid"])])
    west, _, east, _ = ring.bounds
    edges = west + np.cumsum([0, *shares]) * (east - west)
    frame = pd.DataFrame({"area_id": [f"s{number}" for number in range(len(shares))]}).set_index("area_id")
    shapes = [shapely.box(low, 22.6, high, 22.8) for low, high in pairwise(edges)]
    return areas_grid(gpd.GeoDataFrame(frame, geometry=shapes, crs=4326))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"e": 1, "w": 1}, "cm2"),  # a tie of people: the ground of `e`, cm1's, is the smaller part
        ({"e": 2, "w": 1}, "cm1"),  # people come before ground
        ({}, "cm2"),  # nobody lives there: the ground
    ],
)
def test_ties_and_empty_cells_are_decided_by_ground(names: dict[str, int], expected: str) -> None:
    places = [spot(name, north=number) for name, count in names.items() for number in range(count)]
    lat, lon = (np.array([place[axis] for place in places], dtype=float) for axis in (0, 1))
    rows = pd.DataFrame({"org_id": [f"o{number}" for number in range(len(places))], "name": "x", "lat": lat, "lon": lon})
    market = seven_cells(organisations=rows.assign(valid_from_us=0, valid_to_us=FOREVER_US))
    owned = plan(owners=pd.Series({CELLS["e"]: "cm1", **{CELLS[name]: "cm2" for name in ("w", "nw", "sw")}}))
    shape = shapely.union_all(
        [shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(CELLS[name])]) for name in ("e", "w", "nw", "sw")]
    )
    whole = areas_grid(gpd.GeoDataFrame(pd.DataFrame(index=["whole"]), geometry=[shape], crs=4326))
    found = propose(market, owned, whole, as_of=AS_OF)
    assert found.owners.to_dict() == {"whole": expected}


def test_the_lineage_says_what_came_of_each_cell() -> None:
    market = seven_cells()
    found = propose(market, plan(), one_area(0.5, 0.5), as_of=AS_OF)
    mid = found.lineage[found.lineage["old_cell"] == CELLS["mid"]].set_index("new_cell")
    assert mid["share"].round(3).to_dict() == {"s0": 0.5, "s1": 0.5}
    assert mid["organisations"].to_dict() == {"s0": 2, "s1": 2}  # o1, o2 in the west; o3, o12 in the east


def test_shares_of_a_cell_that_is_wholly_covered_add_up_to_one() -> None:
    market = seven_cells()
    for grid in (h3_grid(boundary().buffer(0.05), 9), h3_grid(boundary().buffer(0.05), 7)):
        found = propose(market, plan(), grid, as_of=AS_OF)
        assert found.lineage.groupby("old_cell")["share"].sum().to_numpy() == pytest.approx(1.0, abs=1e-3)


def test_what_is_nobodys_stays_so_and_the_input_is_not_changed() -> None:
    market, owned = seven_cells(), plan(owners=pd.Series(dtype="str"))
    prints = market.fingerprint, owned.fingerprint
    found = propose(market, owned, h3_grid(boundary(), 9), as_of=AS_OF)
    assert found.owners.empty
    assert (market.fingerprint, owned.fingerprint) == prints


def test_an_organisation_that_only_the_shapes_would_move_is_listed_and_can_stay() -> None:
    market = seven_cells()
    coarse = h3_grid(boundary(), 7)
    free = propose(market, plan(), coarse, as_of=AS_OF)
    assert free.changed[["before", "after"]].to_dict("index") == {"o11": {"before": "-", "after": "cm1"}}
    mine = plan(owners=pd.concat([plan().owners, pd.Series({CELLS["e"]: "cm3"})]))
    kept = propose(market, mine, coarse, as_of=AS_OF, keep_holders=True)
    assert kept.hands == (Move("o11", "holder", "", "cm3"),)
    assert kept.organisations.loc["o11", ["before", "after", "kept"]].tolist() == ["cm3", "cm3", True]
    assert kept.changed.empty


def test_the_day_decides_which_rows_count() -> None:
    rows = seven_cells().tables["organisations"]
    later = pd.DataFrame(rows[list(rows.columns.difference(["cell", "town", "park"]))])
    later.loc[later["org_id"] == "o3", "valid_from_us"] = 1_900_000_000_000_000
    market = seven_cells(organisations=later, areas=areas())
    assert "o3" not in propose(market, plan(), h3_grid(boundary(), 9), as_of=date(2026, 6, 30)).organisations.index
