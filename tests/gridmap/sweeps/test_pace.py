"""When a target is reached at this pace: dates with a range, lapses counted, and an honest "not within a year"."""

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from gridmap.market import FOREVER_US, Market
from gridmap.plan import Plan
from gridmap.settings import Rules, SweepRules
from gridmap.sweeps.forecast import forecast
from gridmap.sweeps.pace import Reaching, pace
from gridmap.texts import Name, said
from tests import builders
from tests.builders import CELLS
from tests.gridmap.sweeps.made import door, route, stop, sweep

AS_OF = date(2026, 6, 30)
RULES = Rules()
NAMES = {"t-east": Name("太平", "Taiping")}


def town(doors: int, weeks: dict[int, int], *, tier: str = "M", filed: int = 0, target: float | None = None) -> tuple[Market, Plan]:
    """Return a town of doors of which so many were visited so many weeks ago, no one twice."""
    lat, lon = builders.spot("ne")
    ids = [f"d{number:03d}" for number in range(doors)]
    organisations = pd.DataFrame({"org_id": ids, "name": ids, "tier": tier, "lat": lat, "lon": lon, "opened_on": pd.Timestamp(2020, 1, 1)})
    organisations["filed_on"] = [
        pd.Timestamp(AS_OF - timedelta(days=1 + number // 2)) if number < filed else pd.NaT for number in range(doors)
    ]
    full = {"agreement": "signed", "licence_until": pd.Timestamp(2030, 1, 1), "decision_maker": True, "key_contact": True}
    organisations = organisations.assign(**full, roster_members=3, valid_from_us=0, valid_to_us=FOREVER_US)
    moments = [pd.Timestamp(AS_OF - timedelta(days=7 * back)) + pd.Timedelta(hours=4) for back, many in weeks.items() for _ in range(many)]
    visits = pd.DataFrame({"visit_id": [f"v{n}" for n in range(len(moments))], "org_id": ids[: len(moments)], "manager_id": "cm1"})
    visits = visits.assign(visited_at=pd.DatetimeIndex(moments).tz_localize("UTC"), kind="sweep", outcome="met")
    tables = {"organisations": organisations, "visits": visits, "areas": builders.areas(), "managers": builders.managers()}
    if target is not None:
        row = ("x", "xx", "town", "t-east", "visit_coverage", None, "2026", target)
        columns = ("target_id", "branch_id", "level", "subject", "metric", "tier", "period", "value")
        tables["targets"] = builders.frame(columns, row)
    return builders.market(tables), builders.plan()


def told(made: tuple[Market, Plan], what: str = "visit_coverage", **more: object) -> Reaching:
    market, plan = made
    found = pace(market, plan, as_of=AS_OF, rules=RULES, level="town", subjects=NAMES, **more)  # type: ignore[arg-type]
    return next(each for each in found if each.what == what)


STEADY = dict.fromkeys(range(6), 7)  # seven doors in each of six weeks: one a day


def test_a_steady_pace_reaches_the_target_on_the_day_that_counting_gives() -> None:
    found = told(town(100, STEADY))
    # 42 of 100 now, 80 wanted, one more a day, nothing lapses before the 180 days of micro businesses.
    assert (found.share, found.target) == (0.42, 0.80)
    assert found.pace == pytest.approx((1.0, 1.0, 1.0))
    assert found.on == found.early == found.late == AS_OF + timedelta(days=38)
    assert str(found.said) == "At this pace Taiping reaches 80% coverage on Aug 7, 2026, between Aug 7, 2026 and Aug 7, 2026."
    assert "2026年8月7日" in said(found.said, "zh_CN")


def test_an_unsteady_pace_has_a_range_of_days() -> None:
    found = told(town(100, {0: 14, 1: 0, 2: 14, 3: 0, 4: 14, 5: 0}))
    assert found.early is not None
    assert found.on is not None
    assert found.early < found.on
    assert found.late is None or found.on < found.late


def test_too_slow_a_pace_says_so() -> None:
    found = told(town(100, dict.fromkeys(range(6), 1)))
    assert found.on is None
    assert "does not reach 80% coverage within a year" in str(found.said)


def test_visits_that_fall_out_of_their_cycle_hold_it_back_for_ever() -> None:
    # As many as in the steady town, but tier A falls out after 30 days: 30 doors are all that one a day can hold.
    found = told(town(100, STEADY, tier="A"))
    assert found.on is None
    assert told(town(36, STEADY | {0: 1, 5: 0}, tier="A")).share < 1


def test_nobody_going_anywhere_reaches_nothing() -> None:
    found = told(town(10, {20: 3}))
    assert found.pace == (0.0, 0.0, 0.0)
    assert str(found.said) == "At this pace Taiping does not reach 80% coverage within a year."


def test_what_is_reached_is_reached() -> None:
    found = told(town(10, {1: 9}))
    assert found.on == AS_OF
    assert str(found.said) == "Taiping has 80% coverage already."


def test_the_branchs_own_target_counts() -> None:
    found = told(town(100, STEADY, target=0.5))
    assert (found.target, found.on) == (0.5, AS_OF + timedelta(days=8))


def test_files_of_tier_c_have_their_own_target_and_pace() -> None:
    found = told(town(100, {}, tier="C", filed=60), what="filing_rate_C")
    # Two a day for a month: 60 of 100 now, of which the last six weeks made them all.
    assert (found.share, found.target) == (0.6, 0.8)
    assert found.on is not None
    assert found.pace.usual == pytest.approx(60 / 42, rel=0.01)


def test_without_anything_to_file_nothing_is_said_of_files() -> None:
    market, plan = town(10, {1: 3})
    found = pace(market, plan, as_of=AS_OF, rules=RULES, level="town", subjects=NAMES)
    assert [each.what for each in found] == ["visit_coverage"]
    assert pace(market, plan, as_of=AS_OF, rules=RULES, level="town", subjects={"t-west": Name("新城")}) == ()


def test_the_pace_of_a_sweep_is_what_it_brings() -> None:
    market, plan = town(100, {51: 1})  # a history, though long ago
    days = [AS_OF + timedelta(days=after) for after in range(1, 11)]
    routes = [
        route(day, [stop(door(f"d{5 * number + place:03d}", tier="M"), cell=CELLS["ne"]) for place in range(5)])
        for number, day in enumerate(days)
    ]
    seen = forecast(market, plan, sweep(*routes), as_of=AS_OF, rules=RULES, sweep_rules=SweepRules())
    found = told((market, plan), forecast=seen)
    assert found.pace.usual == pytest.approx(5 * 0.7 * 60 / 73, rel=0.02)
    assert found.pace.slow < found.pace.usual < found.pace.fast
    assert found.on is not None
    manager = pace(market, plan, as_of=AS_OF, rules=RULES, level="manager", subjects={"cm1": Name("cm1")}, forecast=seen)
    assert manager[0].pace == found.pace


def test_visits_that_lapse_during_a_sweep_are_not_taken_off_twice() -> None:
    market, plan = town(100, {25: 20, 8: 5})  # 175 of 180 days ago: twenty doors lapse within the sweep, five stay
    day = AS_OF + timedelta(days=10)
    plan_of_day = sweep(route(day, [stop(door(f"d{number:03d}", tier="M", in_share=1.0)) for number in range(50, 60)]))
    seen = forecast(market, plan, plan_of_day, as_of=AS_OF, rules=RULES, sweep_rules=SweepRules())
    spoken = (20 * 60 / 73 + 20) / 40  # what is set counts as twenty tries, and twenty of twenty were met
    assert told((market, plan), forecast=seen).pace.usual == pytest.approx(spoken, rel=0.01)


def test_a_later_visit_changes_nothing_for_the_day() -> None:
    market, plan = town(100, STEADY)
    visits = market.tables["visits"]
    later = visits.iloc[:1].assign(visit_id="later", org_id="d099", visited_at=pd.Timestamp("2026-07-05", tz="UTC"))
    tables = {**market.tables, "visits": pd.concat([visits, later], ignore_index=True)}
    assert told((replace(market, tables=tables), plan)) == told((market, plan))
