"""On-site days in the facts: where they count, which of them, and the figures of the trade on the sample branch."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from gridmap.facts import LEVELS, NOT_PLACED, measure, roll_up, with_holders
from gridmap.market import Market, Version, build_market
from gridmap.metrics import NO_DATA, evaluate, metric
from gridmap.plan import no_plan
from gridmap.settings import Rules
from sample_geo import TODAY, generate
from tests.builders import AS_OF, CELLS, branch, campaigns, plan, seven_cells

RULES = Rules()
RESULTS = ["on_site_days", "on_site_cards", "on_site_terminals", "on_site_services", "on_site_conversions"]


def facts_of(it: Market, *, as_of: date = AS_OF, holders: pd.Series | None = None):
    return measure(it, plan().holders_now if holders is None else holders, as_of=as_of, window_days=365, rules=RULES)


def with_sessions(*rows: dict[str, object]) -> Market:
    added = pd.DataFrame(list(rows)).assign(valid_from_us=0, valid_to_us=campaigns()["valid_to_us"].iloc[0], state="held", manager_id="cm1")
    added["held_on"] = pd.to_datetime(added["held_on"])
    return seven_cells(campaigns=pd.concat([campaigns(), added], ignore_index=True))


def test_a_day_at_an_organisation_counts_where_it_is_and_for_who_holds_it() -> None:
    it = seven_cells()
    cells = roll_up(facts_of(it), "cell", market=it)
    assert cells.loc[CELLS["mid"], RESULTS].tolist() == [3, 30, 3, 8, 11]
    holders = roll_up(facts_of(it), "holder", market=it, plan=plan())
    assert holders["on_site_days"].to_dict() == {"am1": 2, "am2": 0, "cm1": 1, "cm2": 0, "-": 0, "": 0}
    assert roll_up(facts_of(it), "park", market=it)["on_site_days"].to_dict() == {"P1": 2, "P2": 0, NOT_PLACED: 1}


def test_a_day_in_a_park_counts_in_the_park_and_one_at_nothing_known_is_not_placed() -> None:
    it = with_sessions(
        {"campaign_id": "p1", "park_id": "P2", "held_on": "2026-06-02", "cards": 5},
        {"campaign_id": "p2", "park_id": "P9", "held_on": "2026-06-03", "cards": 7},
        {"campaign_id": "p3", "org_id": "nobody", "held_on": "2026-06-04", "conversions": 2},
    )
    facts = facts_of(it)
    parks = roll_up(facts, "park", market=it)
    assert parks.loc["P2", ["on_site_days", "on_site_cards"]].tolist() == [1, 5]
    cells, towns = roll_up(facts, "cell", market=it), roll_up(facts, "town", market=it)
    assert cells.loc[CELLS["se"], "on_site_days"] == 1
    assert cells.loc[NOT_PLACED, ["on_site_days", "on_site_cards", "on_site_conversions"]].tolist() == [2, 7, 2]
    assert towns["on_site_days"].to_dict() == {"t-east": 2, "t-west": 2, NOT_PLACED: 2}
    for by in LEVELS:
        rolled = roll_up(facts, by, market=it, plan=plan(), resolution=7)
        np.testing.assert_allclose(rolled[RESULTS].sum(), facts.atoms[RESULTS].sum())


def test_other_holders_find_the_same_days_without_measuring_all_again() -> None:
    it = with_sessions({"campaign_id": "p1", "park_id": "P1", "held_on": "2026-06-02", "cards": 5})
    before = plan().holders_now
    after = before.drop("o1")
    quick = with_holders(it, facts_of(it), before, after, rules=RULES)
    whole = facts_of(it, holders=after)
    for by in LEVELS:
        mine, other = (roll_up(each, by, market=it, plan=plan(), resolution=7)[RESULTS] for each in (quick, whole))
        pd.testing.assert_frame_equal(mine, other)


def test_a_day_counts_once_it_was_held_and_as_it_was_known_then() -> None:
    table = campaigns()
    noon = 1_782_964_800_000_000  # on 2 July, the day of z5, what came of it was written down
    planned = table["campaign_id"].eq("z5")
    held = table[planned].assign(state="held", cards=pd.array([4], dtype="Int64"), valid_from_us=noon)
    rows = pd.concat([table.assign(valid_to_us=table["valid_to_us"].where(~planned, noon)), held], ignore_index=True)
    it = seven_cells(campaigns=rows)
    days = {day: facts_of(it, as_of=day).atoms["on_site_days"].sum() for day in (date(2026, 7, 1), date(2026, 7, 2))}
    assert days == {date(2026, 7, 1): 2, date(2026, 7, 2): 3}  # z1 leaves the window as z5 comes in


def test_lines_won_over_per_day_need_a_day() -> None:
    it = seven_cells()
    found = evaluate(metric("on_site_conversions"), roll_up(facts_of(it), "holder", market=it, plan=plan()))
    assert found.loc["am1", "value"] == 7 / 2
    assert found.loc["cm2", "state"] == NO_DATA
    assert evaluate(metric("on_site_days"), roll_up(facts_of(it), "holder", market=it, plan=plan())).loc["cm2", "value"] == 0


@pytest.fixture(scope="module")
def sample() -> Market:
    made = generate(1, tables=("areas", "parks", "organisations", "campaigns")).tables
    return build_market(branch(branch_id="445321", boundary=None), made, Version(1, 0, 0))


def test_the_figures_of_a_year_are_those_of_the_trade(sample: Market) -> None:
    """110 sessions at 60 organisations, 953 cards exchanged, 296 conversions."""
    facts = measure(sample, no_plan("xx").holders_now, as_of=TODAY, window_days=365, rules=RULES)
    table = roll_up(facts, "branch", market=sample)
    found = {key: evaluate(metric(key), table)["numerator"].iloc[0] for key in ("on_site_days", "on_site_cards", "on_site_conversions")}
    assert found == {"on_site_days": 110, "on_site_cards": 953, "on_site_conversions": 296}
    sessions = sample.tables["campaigns"]
    assert sessions.loc[sessions["state"].eq("held"), "org_id"].nunique() == 60
    assert evaluate(metric("on_site_conversions"), table)["value"].iloc[0] == 296 / 110
