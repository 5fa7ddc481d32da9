"""Stops made of doors: buildings, floors, splitting, minutes, and half days; on a street of hand-made organisations."""

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from gridmap.market import Market
from gridmap.settings import Settings
from gridmap.sweeps.candidates import find_candidates
from gridmap.sweeps.doors import StopToPlan, expected_minutes, gather_stops
from gridmap.sweeps.hours_of_doors import hours_of_doors
from gridmap.sweeps.planned import Door
from gridmap.sweeps.request import Appointment, Pin, Shift, SweepRequest
from tests import builders

MONDAY = date(2026, 7, 6)
DAYS = (MONDAY, MONDAY + timedelta(days=1))
REQUEST = SweepRequest(tuple(Shift("cm1", day, 510, 1050) for day in DAYS))
S = Settings()
COLUMNS = ("org_id", "building", "floor", "room", "opening_hours", "north", "east", "tier", "stage")


def street(*rows: tuple[object, ...], visits: pd.DataFrame | None = None) -> Market:
    """Return a market with these organisations in `mid`, thousandths of a degree from its middle."""
    table = pd.DataFrame(
        [(*row, *(None, None, None, None, 0.0, 0.0, "M", "prospect")[len(row) - 1 :]) for row in rows], columns=list(COLUMNS)
    )
    places = [builders.spot("mid", north=north, east=east) for north, east in zip(table["north"], table["east"], strict=True)]
    table = table.assign(
        lat=[lat for lat, _ in places], lon=[lon for _, lon in places], name=table["org_id"], opened_on=pd.Timestamp(2020, 1, 1)
    )
    known = {} if visits is None else {"visits": visits}
    return builders.market({"organisations": table.drop(columns=["north", "east"]).assign(valid_from_us=0, valid_to_us=2**63 - 1), **known})


def stops_of(market: Market, request: SweepRequest = REQUEST, *, settings: Settings = S, most: int = 100) -> tuple[StopToPlan, ...]:
    table = find_candidates(market, builders.plan(), request, as_of=builders.AS_OF, settings=settings)
    return gather_stops(table, request, hours=hours_of_doors(table, request), settings=settings, most=most)


def ids(stops: tuple[StopToPlan, ...]) -> list[list[str]]:
    return sorted([door.org_id for door in each.stop.doors] for each in stops)


def test_one_building_is_one_stop_by_floor_and_room() -> None:
    market = street(
        ("a", "Tower", "10", "1003"),
        ("b", "Tower", "2", "201", None, 0.1),
        ("c", "Tower", "B1", "2"),
        ("d", "Tower", "10", "1001"),
        ("e", "Tower", None, None),
    )
    stops = stops_of(market)
    assert ids(stops) == [["c", "e", "b", "d", "a"]]  # the basement, the ground, then upwards
    assert stops[0].stop.building == "Tower"
    assert [(door.floor, door.room) for door in stops[0].stop.doors][-2:] == [("10", "1001"), ("10", "1003")]


def test_one_name_is_two_buildings_where_they_are_far_apart() -> None:
    near, far = ("a", "Block 1", None, None, None, 0.0), ("c", "Block 1", None, None, None, 3.0)
    assert ids(stops_of(street(near, ("b", "Block 1", None, None, None, 0.5), far))) == [["a", "b"], ["c"]]


def test_one_point_is_one_stop_without_a_building_too() -> None:
    assert ids(stops_of(street(("a",), ("b",), ("c", None, None, None, None, 0.2)))) == [["a", "b"], ["c"]]


def test_a_stop_is_split_where_it_has_too_many_doors() -> None:
    tower = [(f"t{floor:02d}", "Tower", str(floor), "1") for floor in range(1, 28)]
    stops = stops_of(street(*tower))
    assert sorted(len(each.stop.doors) for each in stops) == [3, 12, 12]
    assert [f"t{floor:02d}" for floor in range(1, 13)] in ids(stops)  # floor by floor
    village = [(f"o{place:02d}", None, None, None, None, 0.0, 0.0, "C" if place in (3, 20) else "M") for place in range(14)]
    small = replace(S, sweeps=replace(S.sweeps, stop_doors=2))
    assert next(each for each in ids(stops_of(street(*village), settings=small)) if "o03" in each)[0] == "o03"  # what is worth most first


def test_doors_with_other_hours_are_another_stop() -> None:
    market = street(("a", "Tower", "1", "1", "Mo-Fr 09:00-12:00"), ("b", "Tower", "1", "2", "Mo-Sa 09:00-12:00"), ("c", "Tower", "1", "3"))
    stops = stops_of(market)
    assert ids(stops) == [["a", "b"], ["c"]]  # a Monday and a Tuesday tell no difference between the first two
    assert next(each.windows for each in stops if len(each.stop.doors) == 2) == (((540, 720),), ((540, 720),))


def test_the_id_of_a_stop_is_of_its_doors_alone() -> None:
    first = stops_of(street(("a",), ("b",)))[0]
    again = stops_of(street(("b", None, None, None, None, 1.0), ("a", None, None, None, None, 1.0), ("c", None, None, None, None, 2.0)))
    assert first.stop.stop_id in {each.stop.stop_id for each in again}
    assert first.stop.stop_id not in {each.stop.stop_id for each in stops_of(street(("a",)))}


def test_minutes_of_a_stop() -> None:
    doors = (Door("a", "M", 1, 0.7, 12), Door("b", "C", 1, 0.5, 20))
    # 4 to get in; 12 x 0.7 + 3 x 0.3; 20 x 0.5 + 3 x 0.5
    assert expected_minutes(doors, S.sweeps) == pytest.approx(4 + 9.3 + 11.5)
    assert expected_minutes(doors, S.sweeps, sure=True) == 4 + 12 + 20  # with an appointment somebody is in


def test_an_appointment_and_a_pin_are_stops_of_their_own() -> None:
    market = street(("a", None, None, None, "Mo 20:00-21:00"), ("b",), ("c",), ("d",))
    request = replace(
        REQUEST,
        appointments=(Appointment("a", DAYS[1], 600, 630),),
        pins=(Pin("b", "cm1", DAYS[0], 1), Pin("c", "cm1", DAYS[0], 1)),
    )
    stops = stops_of(market, request)
    assert ids(stops) == [["a"], ["b", "c"], ["d"]]
    promised = next(each for each in stops if each.appointment)
    assert promised.windows == ((), ((600, 630),))  # a promise holds whatever the opening hours say
    assert promised.service_min == 4 + 12
    assert [each.mandatory for each in sorted(stops, key=lambda each: each.stop.doors[0].org_id)] == [True, True, False]


def knocked(*rows: tuple[str, str, str]) -> pd.DataFrame:
    table = pd.DataFrame([(f"v{place}", *row) for place, row in enumerate(rows)], columns=["visit_id", "org_id", "visited_at", "outcome"])
    moments = pd.to_datetime(table["visited_at"]).dt.tz_localize("Asia/Shanghai").dt.tz_convert("UTC")
    return table.assign(visited_at=moments, kind="visit", manager_id="cm1")


def test_who_was_not_in_is_tried_in_the_other_half_of_the_day() -> None:
    visits = knocked(
        ("a", "2026-06-01 09:00", "not_in"),
        ("b", "2026-06-01 12:00", "not_in"),
        ("c", "2026-06-01 09:00", "not_in"), ("c", "2026-06-02 09:00", "met"),  # found since
        ("d", "2026-06-01 09:00", "not_in"), ("d", "2026-06-01 15:00", "not_in"),  # the latest stands
        ("e", "2026-06-01 09:00", "not_in"),  # never open after noon: as it is
        ("f", "2026-06-01 15:00", "not_in"),
    )  # fmt: skip
    hours = {"e": "Mo-Fr 08:30-11:30", "f": "Mo-Fr 08:30-12:00,14:30-17:30"}
    market = street(*((name, None, None, None, hours.get(name), place * 0.5) for place, name in enumerate("abcdef")), visits=visits)
    request = replace(REQUEST, mandatory=("a",))
    for asked, first in ((REQUEST, ((720, 1440),)), (request, ((0, 1440),))):  # what must be visited may be at any time
        windows = {each.stop.doors[0].org_id: each.windows[0] for each in stops_of(market, asked)}
        assert windows == {
            "a": first, "b": ((0, 720),), "c": ((0, 1440),), "d": ((0, 720),), "e": ((510, 690),), "f": ((510, 720),),
        }  # fmt: skip
    mornings = SweepRequest(tuple(Shift("cm1", day, 510, 720) for day in DAYS))
    assert {each.stop.doors[0].org_id: each.windows[0] for each in stops_of(market, mornings)}["a"] == ((0, 1440),)  # nobody works then


def test_hours_that_were_not_understood_are_named_once_and_stop_nothing() -> None:
    market = street(("a", None, None, None, "ring the bell"), ("b", None, None, None, "ring the bell"), ("c", None, None, None, " "))
    table = find_candidates(market, builders.plan(), REQUEST, as_of=builders.AS_OF, settings=S)
    hours = hours_of_doors(table, REQUEST)
    assert hours.unread == ("ring the bell",)
    assert hours.of("a") == (((0, 1440),),) * 2


def test_with_too_many_stops_the_best_of_each_holder_and_all_that_is_fixed_are_searched() -> None:
    # Twelve minutes at an M door bring more a minute than twenty at a C door.
    rows = [(f"d{place}", None, None, None, None, place / 10, 0.0, "C" if place in (0, 1, 9) else "M") for place in range(10)]
    assert ids(stops_of(street(*rows), replace(REQUEST, mandatory=("d9",)), most=3)) == [["d2"], ["d3"], ["d9"]]
