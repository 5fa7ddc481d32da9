"""The questions about cells, answered on the seven cells of `tests.builders`."""

import pytest

from gridmap import metrics
from gridmap.errors import CellError, ScopeError
from gridmap.facts import measure, roll_up
from gridmap.scope import Scope
from gridmap.services import cells
from gridmap.services.exporting import CELL_FORMATS, export_cells
from gridmap.settings import Rules
from tests import builders

RULES = Rules(minimum_count=1)
CELLS = builders.CELLS
MANAGER = Scope("p", "p", "branch_manager", frozenset({"xx"}))
EXECUTIVE = Scope("e", "e", "executive", frozenset({"xx"}))


@pytest.fixture(scope="module")
def market():
    return builders.seven_cells()


@pytest.fixture(scope="module")
def facts(market):
    return measure(market, builders.plan().holders_now, as_of=builders.AS_OF, window_days=365, rules=RULES)


def panel(market, facts, cell="mid", scope=MANAGER, seen=None):
    return cells.cell_panel(market, builders.plan(), facts, CELLS[cell], scope=scope, seen=seen)


def test_a_panel_tells_owner_park_counts_and_organisations(market, facts):
    told = panel(market, facts)
    assert (told.owner, told.parks) == ("cm1", ("P1",))
    assert told.counts.to_dict() == {"prospect": 0, "account": 4, "lost": 0}
    listed = told.organisations.set_index("org_id")
    assert set(listed.index) == {"o1", "o2", "o3", "o12"}
    assert listed["holder"].to_dict() == {"o1": "am1", "o2": "am1", "o12": "am1", "o3": "cm1"}
    assert str(listed.loc["o1", "last_visit"].date()) == "2026-06-20"


def test_figures_of_a_panel_are_those_of_the_map(market, facts):
    told = panel(market, facts)
    rolled = roll_up(facts, "cell", market=market).loc[[CELLS["mid"]]]
    for key in cells.SHOWN:
        found = metrics.evaluate(metrics.metric(key), rolled, minimum_count=RULES.minimum_count).iloc[0]
        assert told.figures.loc[key, "numerator"] == found["numerator"]


def test_prospects_stand_before_what_is_filed(market, facts):
    told = panel(market, facts, "nw")
    assert list(told.organisations["org_id"]) == ["o7", "o6"]
    assert told.organisations["last_visit"].isna().tolist() == [True, False]  # a call is no visit, one face to face was


def test_visits_are_listed_newest_first_up_to_the_day(market, facts):
    assert list(panel(market, facts).visits["visit_id"]) == ["v2", "v1", "v3", "v10", "v4", "v11"]


def test_wins_are_listed_within_the_window_only(market, facts):
    assert list(panel(market, facts).wins["win_id"]) == ["w2", "w1"]  # w7 is a day too old


def test_an_empty_cell_has_a_panel_too(market, facts):
    told = panel(market, facts, "se")
    assert (told.owner, len(told.organisations), len(told.visits)) == ("", 0, 0)
    assert told.counts.sum() == 0


def test_names_are_only_for_who_may_see_them(market, facts):
    told = panel(market, facts, scope=EXECUTIVE)
    assert told.organisations is None
    assert told.visits is None
    assert told.counts["account"] == 4


def test_a_cell_that_may_not_be_seen_is_refused(market, facts):
    with pytest.raises(ScopeError):
        panel(market, facts, seen=frozenset({CELLS["nw"]}))
    with pytest.raises(ScopeError):
        panel(market, facts, scope=Scope("x", "x", "branch_manager", frozenset({"other"})))
    with pytest.raises(CellError):
        cells.cell_panel(market, builders.plan(), facts, "8001fffffffffff", scope=MANAGER, seen=None)


def test_the_table_holds_every_cell_also_the_empty_ones(market, facts):
    table = cells.cells_table(market, builders.plan(), facts, keys=("filing_rate", "visits_owed"))
    assert set(table.index) == set(CELLS.values())
    assert table.loc[CELLS["se"], "owner"] == ""
    assert table.loc[CELLS["se"], "filing_rate_state"] == metrics.NO_DATA
    assert set(table["town"]) <= {"t-east", "t-west", ""}


@pytest.mark.parametrize(("key", "worst_first"), [("filing_rate", True), ("visits_owed", False), ("prospect_density", False)])
def test_the_table_begins_with_what_needs_looking_at(market, facts, key, worst_first):
    values = cells.cells_table(market, builders.plan(), facts, keys=(key,))[key]
    known = values.dropna()
    assert values.head(len(known)).notna().all()
    assert known.iloc[0] == (known.min() if worst_first else known.max())


def test_the_table_ends_where_sight_ends(market, facts):
    own = frozenset({CELLS["nw"], CELLS["w"]})
    assert set(cells.cells_table(market, builders.plan(), facts, keys=("filing_rate",), seen=own).index) == own


@pytest.mark.parametrize("format_", [each.key for each in CELL_FORMATS])
def test_the_table_can_be_taken_away_in_every_format(market, facts, format_):
    table = cells.cells_table(market, builders.plan(), facts, keys=("filing_rate",))
    assert len(export_cells(market, table, format_, layer="filing_rate")) > 100


def test_inputs_are_left_as_they_are(market, facts):
    before = market.tables["organisations"].copy(deep=True), facts.atoms.copy(deep=True)
    panel(market, facts)
    cells.cells_table(market, builders.plan(), facts, keys=("filing_rate",))
    assert market.tables["organisations"].equals(before[0])
    assert facts.atoms.equals(before[1])
