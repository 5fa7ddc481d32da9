"""Buildings and parks by access, in the seven cells: who is counted where, and what to do about each."""

import pandas as pd
import pytest

from gridmap.access import SAME_BUILDING_M, TO_DO, UNKNOWN, access_list, what_to_do
from gridmap.facts import measure, roll_up
from gridmap.schema.places import ACCESS
from gridmap.settings import Rules
from tests import builders
from tests.builders import CELLS, frame, spot

RULES = Rules()
COLUMNS = ("building_id", "name", "name_en", "floors", "status", "access", "lat", "lon")


def listed(**replaced):
    market = builders.seven_cells(**replaced)
    facts = measure(market, builders.plan().holders, as_of=builders.AS_OF, window_days=365, rules=RULES)
    return market, facts, access_list(market, facts, rules=RULES).set_index("key")


@pytest.fixture
def housed():
    """The organisations of `mid`, o4 and o10 (which has no place) say which building they are in."""
    organisations = builders.organisations()
    named = {"o1": "大厦", "o2": "大厦", "o4": "大厦", "o10": "大厦", "o3": "小楼"}
    return organisations.assign(building=organisations["org_id"].map(named))


def buildings(*rows):
    return frame(COLUMNS, *rows)


def test_an_organisation_is_in_the_building_it_names_where_that_is_near(housed):
    tall = ("T", "大厦", "Tower", 20, "built", "none", *spot("mid", north=-1, east=-2))
    small = ("S", "小楼", pd.NA, 2, "built", pd.NA, *spot("mid", north=1, east=1))
    _market, _facts, table = listed(organisations=housed, buildings=buildings(tall, small))
    # o4 lies a cell away, so it is in another tower of that name; o10 has no place, and there is only one tower.
    assert table.loc["T", "organisations"] == 3
    assert table.loc["T", "prospects"] == 0
    assert table.loc["T", "white_space"] == (200 + 50 + RULES_GUESS_C) * RULES.revenue_per_line_month
    assert table.loc["T", ["kind", "cell", "floors"]].tolist() == ["building", CELLS["mid"], 20]
    assert table.loc["S", ["access", "organisations"]].tolist() == [UNKNOWN, 1]


# o10 is of tier C with 10 lines of ours and nobody knows how many it has.
RULES_GUESS_C = max(dict(RULES.lines_guess)["C"] - 10, 0)


def test_without_a_place_of_its_own_it_is_in_none_of_two_of_a_name(housed):
    towers = [(key, "大厦", pd.NA, 5, "built", "covered", *spot("mid", north=-1, east=east)) for key, east in (("T1", -2), ("T2", -1.4))]
    _market, _facts, table = listed(organisations=housed, buildings=buildings(*towers))
    assert table.loc[["T1", "T2"], "organisations"].tolist() == [1, 1], "o1 and o2 each go to the nearer one, o10 to neither"
    far = [("T", "大厦", pd.NA, 5, "built", "covered", *spot("sw"))]
    _market, _facts, table = listed(organisations=housed, buildings=buildings(*far))
    assert table.loc["T", "organisations"] == 1, f"only o10 is within {SAME_BUILDING_M} m: it has no place"


def test_parks_count_as_the_facts_do():
    market, facts, table = listed()
    sums = roll_up(facts, "park", market=market).reindex(market.parks.index)
    parks = table[table["kind"] == "park"].loc[market.parks.index]
    for name in ("organisations", "prospects", "white_space"):
        assert parks[name].to_numpy() == pytest.approx(sums[name].fillna(0.0).to_numpy()), name


def test_what_cannot_be_served_stands_first_and_every_access_has_its_words(housed):
    rows = [(key, "大厦" if key == "none" else key, pd.NA, 5, "built", key, *spot("mid", north=-1, east=-2)) for key in ACCESS]
    _market, _facts, table = listed(organisations=housed, buildings=buildings(*rows, ("x", "x", pd.NA, 5, "built", pd.NA, *spot("mid"))))
    assert table.loc[table["kind"] == "building", "access"].tolist() == ["none", UNKNOWN, "extendable", "covered"]
    assert {key for key, _waiting, _idle in TO_DO} == {*ACCESS, UNKNOWN}
    assert what_to_do("none", 3) != what_to_do("none", 0)


def test_a_branch_without_either_has_an_empty_list():
    market = builders.market()
    facts = measure(market, builders.plan().holders, as_of=builders.AS_OF, window_days=365, rules=RULES)
    assert access_list(market, facts, rules=RULES).empty
