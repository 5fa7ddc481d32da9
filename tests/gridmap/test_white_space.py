"""What is nobody's in the seven cells, drawn by hand: parks however small, vacuum, ground, and organisations without a place."""

import pandas as pd
import pytest
import shapely

from gridmap.facts import measure
from gridmap.grid import centres
from gridmap.parks import PARK_STATUSES
from gridmap.settings import Rules
from gridmap.white_space import DATA, GROUND, TO_DO, cells_worked, data_by_town, parks_worked, unplaced, white_space_of
from tests import builders
from tests.builders import CELLS, frame

RULES = Rules()


def measured(market, plan):
    return measure(market, plan.holders, as_of=builders.AS_OF, window_days=365, rules=RULES)


@pytest.fixture
def seven():
    """Seven cells with two parks: one over the cells nw and w, and one of twenty metres within e."""
    market = builders.seven_cells()
    lat, lon = centres(market.grid, pd.Index([CELLS["nw"], CELLS["w"], CELLS["e"]], dtype="str"))
    wide = shapely.LineString(zip(lon[:2], lat[:2], strict=True)).buffer(0.0005)
    tiny = shapely.box(lon[2] - 0.0001, lat[2] - 0.0001, lon[2] + 0.0001, lat[2] + 0.0001)
    parks = frame(
        ("park_id", "name", "name_en", "kind", "status", "access", "geometry"),
        ("P1", "大园", "Wide park", "industrial", "built", "covered", wide.wkt),
        ("P2", "小园", "Tiny park", "industrial", "planned", pd.NA, tiny.wkt),
    )
    return builders.seven_cells(parks=parks)


def test_every_park_has_a_row_with_its_cells_and_owners(seven):
    plan = builders.plan()
    table = parks_worked(seven, plan, measured(seven, plan), filed_target=0.8)
    assert table.index.tolist() == ["P1", "P2"]
    assert set(table.loc["P1", "cells"]) >= {CELLS["nw"], CELLS["w"]}
    assert table.loc["P2", "cells"] == (CELLS["e"],)
    assert table.loc["P2", "planned"]
    assert not table.loc["P1", "planned"]
    assert table["status"].isin([key for key, _title in PARK_STATUSES]).all()
    for park in table.index:
        assert set(table.loc[park, "owners"]) == {plan.owners[cell] for cell in table.loc[park, "cells"] if cell in plan.owners}


def test_a_park_whose_cells_nobody_owns_is_unowned_and_one_of_two_owners_split(seven):
    facts = measured(seven, builders.plan())
    nobody = builders.plan(owners=pd.Series(dtype="str"))
    assert parks_worked(seven, nobody, facts, filed_target=0.8).loc["P1", "status"] == "unowned"
    two = builders.plan(owners=pd.Series({cell: f"am{place % 2}" for place, cell in enumerate(CELLS.values())}, dtype="str"))
    assert parks_worked(seven, two, facts, filed_target=0.8).loc["P1", "status"] == "split"


def test_a_cell_is_in_a_vacuum_without_an_owner_or_without_a_visit_for_long(seven):
    plan = builders.plan()
    facts = measured(seven, plan)
    cells = cells_worked(seven, plan, facts, quiet_days=90)
    assert cells.index.tolist() == seven.grid.cells.tolist()
    with_organisations = cells[cells["organisations"] > 0]
    assert (with_organisations["ground"] == "worked").all()
    nobodys = with_organisations[with_organisations["owner"] == ""]
    assert (nobodys["vacuum"] == "nobody").all()
    assert (cells.loc[cells["organisations"] == 0, "vacuum"] == "").all()
    owned = with_organisations[with_organisations["owner"] != ""]
    far = cells_worked(seven, plan, facts, quiet_days=10_000).loc[owned.index]
    assert set(far.loc[far["vacuum"] == "quiet", "quiet_days"].isna()) <= {True}, "with ten thousand days only the never visited are quiet"
    near = cells_worked(seven, plan, facts, quiet_days=0).loc[owned.index]
    assert (near["vacuum"] == "quiet").sum() >= (owned["vacuum"] == "quiet").sum()


def test_what_nobody_walked_is_unknown_and_not_empty(seven):
    plan = builders.plan()
    cells = cells_worked(seven, plan, measured(seven, plan))
    assert ((cells["organisations"] > 0) == (cells["ground"] == "worked")).all()
    assert set(cells["ground"]) <= {key for key, _title in GROUND}
    none = {name: getattr(builders, name)().iloc[:0] for name in ("organisations", "visits", "wins")}
    nothing = builders.seven_cells(**none)
    bare = cells_worked(nothing, plan, measured(nothing, plan))
    walked = set(builders.surveys()["cell"].dropna())
    assert walked
    assert set(bare.index[bare["ground"] == "empty"]) >= walked
    unsurveyed = builders.seven_cells(**none, surveys=builders.surveys().iloc[:0])
    assert (cells_worked(unsurveyed, plan, measured(unsurveyed, plan))["ground"] == "unknown").all()


def test_totals_agree_with_the_facts(seven):
    plan = builders.plan()
    facts = measured(seven, plan)
    found = white_space_of(seven, plan, facts, filed_target=0.8)
    placed = facts.atoms["cell"].ne("")
    assert found.cells["organisations"].sum() == facts.atoms.loc[placed, "organisations"].sum()
    assert found.cells["white_space"].sum() == pytest.approx(facts.atoms.loc[placed, "white_space"].sum())
    assert len(found.unplaced) == facts.atoms.loc[facts.atoms["cell"].eq(""), "organisations"].sum()


def test_organisations_without_a_place_are_listed_and_closed_ones_are_not(seven):
    plan = builders.plan()
    listed = unplaced(seven, measured(seven, plan))
    assert listed.index.tolist() == ["o10"]
    gone = builders.organisations().assign(lat=lambda rows: rows["lat"].where(rows["org_id"] != "o9"))
    closed = builders.seven_cells(organisations=gone)
    assert unplaced(closed, measured(closed, plan)).index.tolist() == ["o10"]


def test_there_is_something_to_do_about_everything():
    assert {key for key, _title in PARK_STATUSES} | {"nobody", "quiet"} == {key for key, _text in TO_DO}


def test_a_town_of_which_nothing_is_known_is_named_with_what_is_missing(seven):
    plan = builders.plan()
    known = data_by_town(seven, measured(seven, plan))
    assert known.index.tolist() == seven.towns.index.tolist()
    for _town, row in known.iterrows():
        assert row["gaps"] == tuple(key for key, _title in DATA if row[key] == 0)
    none = {name: getattr(builders, name)().iloc[:0] for name in ("organisations", "visits", "wins", "surveys")}
    empty = builders.seven_cells(**none)
    assert data_by_town(empty, measured(empty, plan))["gaps"].tolist() == [tuple(key for key, _title in DATA)] * len(known)
    rolled = known.sum(numeric_only=True)
    sums = measured(seven, plan).atoms
    assert rolled["organisations"] == sums.loc[sums["town"] != "", "organisations"].sum() > 0
