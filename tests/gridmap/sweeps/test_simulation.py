"""A small month: forty doors, a week of half days, three in ten of them shut; repair reaches every door that can be reached."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from gridmap.facts import measure
from gridmap.market import FOREVER_US, Market
from gridmap.plan import Plan
from gridmap.settings import Settings
from gridmap.sweeps.calibration import compare_with_forecasts
from gridmap.sweeps.door_states import door_states
from gridmap.sweeps.request import Shift, SweepRequest
from gridmap.sweeps.simulation import METHODS, Method, Month, World, doors_of_area, draw_world, live_through, with_tries
from tests import builders

S = Settings()
AS_OF = date(2026, 6, 30)
DOORS, DAYS = 40, 7
REQUEST = SweepRequest(tuple(Shift("cm1", AS_OF + timedelta(days=1 + after), 510, 1050) for after in range(DAYS)), iterations=60)


@pytest.fixture(scope="module")
def town() -> tuple[Market, Plan]:
    """Forty micro businesses in two cells of cm1, none of them ever visited but one."""
    rng = np.random.default_rng(5)
    places = [builders.spot(cell, north=north, east=east) for cell in ("mid", "ne") for north, east in rng.uniform(-2, 2, (DOORS // 2, 2))]
    ids = [f"d{number:02d}" for number in range(DOORS)]
    organisations = pd.DataFrame(
        {"org_id": ids, "name": ids, "tier": "M", "lat": [lat for lat, _ in places], "lon": [lon for _, lon in places]}
    ).assign(opened_on=pd.Timestamp(2020, 1, 1), valid_from_us=0, valid_to_us=FOREVER_US)
    managers = builders.managers().assign(lat=builders.MID_LAT, lon=builders.MID_LON)
    visits = builders.visits().iloc[:1].assign(org_id="d00", visited_at=pd.Timestamp("2025-01-08 02:00", tz="UTC"), outcome="met")
    tables = {"organisations": organisations, "visits": visits, "managers": managers, "areas": builders.areas()}
    return builders.market(tables), builders.plan()


@pytest.fixture(scope="module")
def doors(town: tuple[Market, Plan]) -> pd.DataFrame:
    return doors_of_area(*town, REQUEST, as_of=AS_OF, settings=S)


@pytest.fixture(scope="module")
def world(doors: pd.DataFrame) -> World:
    return draw_world(doors, nobody_share=0.3, settings=S, seed=3)


@pytest.fixture(scope="module")
def months(town: tuple[Market, Plan], world: World) -> dict[Method, Month]:
    return {method: live_through(*town, REQUEST, world, as_of=AS_OF, settings=S, method=method) for method, _ in METHODS}


def test_planned_and_repaired_every_reachable_door_is_reached(months: dict[Method, Month], world: World) -> None:
    assert len(world.reachable) < DOORS
    assert months["repaired"].reached == world.reachable


def test_planned_once_reaches_only_where_somebody_was_in_at_first(months: dict[Method, Month], world: World) -> None:
    once = months["planned"]
    assert len(once.tries) == once.tries["org_id"].nunique()
    assert once.reached < world.reachable


def test_a_shut_door_is_tried_in_the_other_half_of_a_day_and_then_no_more(months: dict[Method, Month], world: World) -> None:
    tries = months["repaired"].tries
    assert tries.groupby("org_id").size().max() == 2
    states = door_states(tries, rules=S.sweeps, time_zone="Asia/Shanghai")
    assert all(state.ended for state in states.values())
    assert {half for _, half in states[next(iter(set(world.opens) - world.reachable))].shut} == {"am", "pm"}


def test_the_simpler_ways_need_longer_ways(months: dict[Method, Month]) -> None:
    per_door = {method: month.road_min / len(month.reached) for method, month in months.items()}
    assert per_door["random"] > 1.3 * per_door["repaired"]


def test_what_was_recorded_is_in_the_market_of_the_evening(months: dict[Method, Month], town: tuple[Market, Plan]) -> None:
    month = months["repaired"]
    last = month.evenings[-1]
    facts = measure(last.market, town[1].holders_now, as_of=last.day, window_days=365, rules=S.rules)
    assert facts.atoms["covered"].sum() == len(month.effective)
    assert facts.atoms["complete"].sum() == month.tries["outcome"].eq("filed").sum() > 0
    assert len({evening.market.fingerprint for evening in month.evenings}) == DAYS
    assert len(town[0].tables["visits"]) == 1  # the market it began with is as it was


def test_the_same_seed_gives_the_same_month(months: dict[Method, Month], town: tuple[Market, Plan], doors: pd.DataFrame) -> None:
    again = draw_world(doors, nobody_share=0.3, settings=S, seed=3)
    month = live_through(*town, REQUEST, again, as_of=AS_OF, settings=S, method="planned")
    pd.testing.assert_frame_equal(month.tries, months["planned"].tries)
    assert draw_world(doors, nobody_share=0.3, settings=S, seed=4).opens != again.opens


def test_worlds_keep_their_shares(doors: pd.DataFrame) -> None:
    drawn = [draw_world(doors, nobody_share=0.3, settings=S, seed=seed) for seed in range(60)]
    halves = sum(len(halves) for world in drawn for halves in world.opens.values())
    assert halves / (60 * 2 * DOORS) == pytest.approx(0.7, abs=0.02)
    answers = pd.Series([answer for world in drawn for answer in world.answers.values()]).value_counts(normalize=True)
    assert answers[["met", "staff_only", "filed"]].sum() == pytest.approx(60 / 73, abs=0.03)


def test_forecasts_keep_what_they_say(town: tuple[Market, Plan], doors: pd.DataFrame) -> None:
    """Over 12 small months planned once: what happened lies inside the 80% range at least as often as 70 times in a hundred."""
    tables = []
    for seed in range(12):
        world = draw_world(doors, nobody_share=0.3, settings=S, seed=seed)
        request = replace(REQUEST, shifts=REQUEST.shifts[:3])
        month = live_through(*town, request, world, as_of=AS_OF, settings=S, method="planned")
        tables.append(compare_with_forecasts(*town, month, as_of=AS_OF, settings=S).assign(seed=seed))
    rows = pd.concat(tables)
    shares = rows.groupby(["what", "level"])[["inside", "stated"]].mean()
    assert (shares["stated"] >= 0.8).all()
    assert (shares["inside"] >= 0.7).all(), shares
    assert not rows[rows["what"] == "reached"].groupby("seed")["inside"].all().all()  # ranges that nothing ever leaves say nothing


def test_the_repaired_month_is_held_against_the_forecast_of_each_evening(months: dict[Method, Month], town: tuple[Market, Plan]) -> None:
    rows = compare_with_forecasts(*town, months["repaired"], as_of=AS_OF, settings=S)
    assert (rows["day"] == rows["made_on"] + timedelta(days=1)).all()
    assert set(rows["level"]) == {"manager", "cell"}


def test_a_day_without_tries_changes_no_table(town: tuple[Market, Plan], months: dict[Method, Month]) -> None:
    nothing = months["planned"].tries.iloc[:0]
    after = with_tries(town[0], nothing, AS_OF)
    pd.testing.assert_frame_equal(after.tables["visits"], town[0].tables["visits"])
