"""Who stands beside wins in the seven cells, why each is at risk, and that what is owed is what the metric says."""

from datetime import date

import pytest

from gridmap.facts import measure
from gridmap.neighbours import neighbours_of, risk_of
from gridmap.pressure import Cluster
from gridmap.settings import Rules
from tests import builders

RULES = Rules()


def listed(unfiled=("o4", "o5", "o7"), filed=("o1", "o2", "o3", "o6", "o12"), **replaced):
    market = builders.seven_cells(**replaced)
    facts = measure(market, builders.plan().holders, as_of=builders.AS_OF, window_days=365, rules=RULES)
    cluster = Cluster((), (), date(2026, 6, 1), date(2026, 6, 2), 500.0, 22.7, 112.2, 1.0, 0.01, (), unfiled, filed)
    return facts, neighbours_of(market, facts, cluster, rules=RULES).set_index("org_id")


def words(row):
    return [str(each) for each in row["reasons"]]


def test_each_has_its_reasons_and_who_is_in_order_has_none():
    _facts, table = listed(wins=builders.wins().iloc[:0])
    assert words(table.loc["o1"]) == []
    assert words(table.loc["o2"]) == ["the file is not complete"], "its licence is out"
    assert words(table.loc["o4"]) == ["no file", "never visited"]
    assert words(table.loc["o5"]) == ["no file"], "younger than its cycle: nothing is owed yet"
    assert words(table.loc["o7"]) == ["no file"], "nobody knows since when it is there"
    assert any(word.startswith("visit overdue, the last was on ") for word in words(table.loc["o3"]))


def test_a_win_at_the_place_itself_comes_first():
    wins = builders.wins().assign(org_id="o5", verified=True)
    _facts, table = listed(wins=wins)
    hit = table.loc["o5"]
    assert hit["hit"] == len(wins[wins["happened_on"] >= "2025-07-01"]) > 0
    assert words(hit)[0] == "a competitor won here already"
    doubtful = listed(wins=wins.assign(verified=False))[1]
    assert doubtful.loc["o5", "hit"] == 0


def test_what_is_owed_adds_up_to_the_metric():
    market = builders.seven_cells()
    everybody = tuple(market.at("organisations", builders.AS_OF)["org_id"])
    facts, table = listed(unfiled=everybody, filed=())
    assert table["owed"].sum() == facts.atoms["visits_owed"].sum()
    risk = risk_of(table)
    assert risk.organisations == facts.atoms["organisations"].sum() < len(everybody), "who closed or is to open stands beside nothing"
    assert risk.unfiled + int(table["filed"].sum()) == risk.organisations
    assert risk.owed == int((table["owed"] > 0).sum())


def test_an_id_that_is_not_there_is_left_out():
    _facts, table = listed(unfiled=("o4", "ghost"), filed=())
    assert table.index.tolist() == ["o4"]


@pytest.mark.parametrize("row", ["o4", "o3"])
def test_the_most_at_risk_stand_before_who_is_in_order(row):
    _facts, table = listed()
    assert table.index.get_loc(row) < table.index.get_loc("o1")
