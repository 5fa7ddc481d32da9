"""The forecast starts at the metrics, counts what lapses, and tells a range."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from gridmap.facts import measure, roll_up
from gridmap.market import Market
from gridmap.metrics import METRICS
from gridmap.plan import Plan
from gridmap.settings import Rules, SweepRules
from gridmap.sweeps.forecast import Forecast, forecast
from gridmap.sweeps.planned import SweepPlan
from tests import builders
from tests.builders import AS_OF, CELLS
from tests.gridmap.sweeps.made import door, route, stop, sweep

RULES, SWEEP_RULES = Rules(), SweepRules()
TUESDAY = AS_OF
WEDNESDAY, THURSDAY = AS_OF + timedelta(days=1), AS_OF + timedelta(days=2)
DOORS = sweep(
    route(WEDNESDAY, [stop(door("o3"), cell=CELLS["mid"]), stop(door("o4"), start_min=900, cell=CELLS["ne"])]),
    route(THURSDAY, [stop(door("o5", tier="M"), cell=CELLS["ne"])]),
)


def seen(plan: SweepPlan = DOORS, *, market: Market | None = None, as_of: date = AS_OF, rules: SweepRules = SWEEP_RULES) -> Forecast:
    return forecast(market or builders.seven_cells(), builders.plan(), plan, as_of=as_of, rules=RULES, sweep_rules=rules)


def rows(found: Forecast, manager: str = "cm1", cell: str = "") -> pd.DataFrame:
    table = found.by_day
    return table[(table["manager_id"] == manager) & (table["cell"] == cell)].set_index("day")


def at(found: Forecast, day: date, **which: str) -> pd.Series:
    return rows(found, **which).loc[pd.Timestamp(day)]


def metric(key: str, level: str, subject: str, market: Market, plan: Plan) -> tuple[float, float]:
    facts = measure(market, plan.holders_now, as_of=AS_OF, window_days=365, rules=RULES)
    row = roll_up(facts, level, market=market, plan=plan).loc[subject]
    own = next(each for each in METRICS if each.key == key)
    return float(row[list(own.numerator)].sum()), float(row[list(own.denominator)].sum())


@pytest.mark.parametrize(("level", "subject", "which"), [("holder", "cm1", {}), ("cell", CELLS["mid"], {"cell": CELLS["mid"]})])
def test_it_starts_at_the_metrics_of_the_page(level: str, subject: str, which: dict[str, str]) -> None:
    market, plan = builders.seven_cells(), builders.plan()
    start = at(seen(), AS_OF, **which)
    assert (start["reached"], start["due"]) == metric("visit_coverage", level, subject, market, plan)
    assert (start["filed"], start["live"]) == metric("filing_rate", level, subject, market, plan)
    assert start["reached_low"] == start["reached"] == start["reached_high"]


def test_each_day_adds_the_doors_that_count() -> None:
    found = rows(seen())
    # o3 (overdue) in the morning and o4 in the afternoon of Wednesday; o5 of Thursday is younger than its cycle and does not count.
    gain = found["reached"].diff().iloc[1:].tolist()
    assert gain[0] == pytest.approx(2 * 0.7 * 60 / 73, abs=0.05)
    assert gain[1] == pytest.approx(0.0, abs=1e-9)
    assert (found["reached_low"].iloc[1], found["reached_high"].iloc[1]) == (found["reached"].iloc[0], found["reached"].iloc[0] + 2)


def test_a_door_of_a_closed_market_or_already_covered_adds_nothing() -> None:
    found = rows(seen(sweep(route(WEDNESDAY, [stop(door("o1", tier="A"), door("o9"), door("nobody"))]))))
    assert found["reached"].iloc[1] == found["reached"].iloc[0]


def test_visits_that_fall_out_of_their_cycle_are_counted() -> None:
    # o2 (tier B, 60 days) was seen on 5 May: it falls out on 4 July. o1 (A, 30 days), seen on 20 June, on 20 July.
    far = route(date(2026, 7, 20), [stop(door("o8"))], manager_id="am1")
    near = route(date(2026, 7, 3), [], manager_id="am1")
    after = route(date(2026, 7, 4), [], manager_id="am1")
    found = rows(seen(sweep(near, after, far)), manager="am1")
    assert found["reached"].tolist() == [2, 2, 1, 0]


def test_a_visit_of_the_sweep_itself_falls_out_of_its_cycle_as_well() -> None:
    days = [WEDNESDAY, AS_OF + timedelta(days=30), AS_OF + timedelta(days=31)]  # tier A: 30 days
    plan = sweep(*(route(day, [stop(door("o1", tier="A", in_share=1.0))] if day == WEDNESDAY else [], manager_id="am1") for day in days))
    seen_never = builders.visits().query("org_id != 'o1'")
    found = rows(seen(plan, market=builders.seven_cells(visits=seen_never)), manager="am1")
    assert found["reached_high"].tolist() == [1, 2, 1, 0]  # o2 falls out on 4 July, o1 thirty days after Wednesday


def test_a_file_whose_licence_runs_out_is_no_complete_file_any_more() -> None:
    organisations = builders.organisations()
    organisations.loc[organisations["org_id"] == "o1", "licence_until"] = pd.Timestamp(WEDNESDAY)
    plan = sweep(route(WEDNESDAY, [], manager_id="am1"), route(THURSDAY, [], manager_id="am1"))
    found = rows(seen(plan, market=builders.seven_cells(organisations=organisations)), manager="am1")
    assert found["filed"].diff().tolist()[1:] == [0, -1]


def test_what_happened_later_than_the_day_is_not_known_to_the_forecast() -> None:
    late = builders.visits()
    late.loc[len(late)] = ["v99", "o3", "cm1", pd.Timestamp("2026-07-01 02:00", tz="UTC"), "sweep", "met"]
    assert rows(seen(market=builders.seven_cells(visits=late))).equals(rows(seen()))


def test_planned_days_that_are_over_count_by_their_records_alone() -> None:
    found = rows(seen(as_of=WEDNESDAY))
    assert found.index.min() == pd.Timestamp(WEDNESDAY)
    assert found["reached"].eq(found["reached_high"]).all()  # o3 of Wednesday was not recorded, so it does not count; o5 is too young


def test_doors_where_nobody_ever_is_bring_nothing_and_sure_ones_everything_but_the_refusals() -> None:
    for share, expected in ((0.0, 0.0), (1.0, 60 / 73)):
        found = rows(seen(sweep(route(WEDNESDAY, [stop(door("o3", in_share=share))]))))
        assert found["reached"].diff().iloc[1] == pytest.approx(expected, abs=0.02)


def test_filing_is_told_by_tier() -> None:
    found = seen().by_tier
    tier_c = found[(found["manager_id"] == "cm1") & (found["tier"] == "C")].set_index("day")
    assert tier_c["live"].iloc[0] == 2  # o3 and o4; o9 is closed, o11 not there yet
    assert 0.1 < tier_c["filed"].iloc[1] - tier_c["filed"].iloc[0] < 0.35  # o4 alone can be filed, o3 is
    assert found.loc[found["tier"] == "A", "live"].eq(0).all()


def test_towns_are_told_too() -> None:
    town = seen().by_town
    assert set(town["town"]) == {"t-east"}
    assert town["reached"].iloc[-1] > town["reached"].iloc[0]


def test_inputs_stay_as_they_are_and_an_empty_sweep_is_what_is() -> None:
    market = builders.seven_cells()
    before = market.tables["organisations"].copy()
    found = seen(replace(DOORS, days=()), market=market)
    assert found.by_day.empty
    pd.testing.assert_frame_equal(market.tables["organisations"], before)


def test_the_range_of_a_manager_is_narrower_than_the_ranges_of_the_cells_together() -> None:
    found = seen().by_day
    last = found[found["day"] == pd.Timestamp(THURSDAY)]
    width = last["reached_high"] - last["reached_low"]
    assert width[last["cell"] == ""].sum() <= width[last["cell"] != ""].sum()
    assert np.all(last["reached_inside"] >= 0.8 - 1e-9)
