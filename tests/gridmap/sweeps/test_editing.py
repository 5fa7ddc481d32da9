"""What a person changes in a plan is another request, and nothing but what they changed."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.sweeps import editing
from gridmap.sweeps.planned import DayRoute, Door, PlannedStop, Stop, SweepPlan
from gridmap.sweeps.request import Appointment, Pin, Place, Shift, SweepRequest

#   north   a1   a2(+a3)   a4       Monday goes east along 22.71
#           base
#   south   b1   b2                 Tuesday goes east along 22.69
MONDAY, TUESDAY = date(2026, 11, 2), date(2026, 11, 3)
BASE = Place(22.70, 112.20)
REQUEST = SweepRequest(tuple(Shift("m1", day, 510, 1050) for day in (MONDAY, TUESDAY)))


def route(day, lat, *stops):
    planned = tuple(
        PlannedStop(
            Stop("+".join(doors), lat, 112.21 + 0.01 * at, "", "", tuple(Door(org, "C", 5.0, 0.7, 20) for org in doors)), 0, 0, 0, 0, 0
        )
        for at, doors in enumerate(stops)
    )
    return DayRoute("m1", day, BASE, BASE, 510, 1000, None, planned, 10, 1000)


PLAN = SweepPlan((route(MONDAY, 22.71, ("a1",), ("a2", "a3"), ("a4",)), route(TUESDAY, 22.69, ("b1",), ("b2",))), (), 1, 1, "done", "line")


def test_a_pinned_stop_keeps_all_its_doors_on_its_day():
    assert editing.pinned(REQUEST, PLAN, (0, 1)).pins == (Pin("a2", "m1", MONDAY), Pin("a3", "m1", MONDAY))


def test_a_stop_goes_to_another_day_and_its_earlier_pin_is_forgotten():
    request = editing.pinned(editing.pinned(REQUEST, PLAN, (0, 0)), PLAN, (0, 2))
    moved = editing.moved_to_day(request, PLAN, (0, 0), day=1)
    assert set(moved.pins) == {Pin("a4", "m1", MONDAY), Pin("a1", "m1", TUESDAY)}


@pytest.mark.parametrize(
    ("at", "day", "number", "order"),
    [
        ((0, 2), 0, 0, ["a4", "a1", "a2", "a3"]),  # forward in its own day
        ((0, 0), 0, 9, ["a2", "a3", "a4", "a1"]),  # beyond the end is the end
        ((1, 0), 0, 1, ["a1", "b1", "a2", "a3", "a4"]),  # into another day
        ((1, 1), 1, -3, ["b2", "b1"]),  # before the beginning is the beginning
    ],
)
def test_a_stop_at_a_place_orders_the_whole_day(at, day, number, order):
    request = editing.moved_to_place(REQUEST, PLAN, at, day=day, number=number)
    assert [pin.org_id for pin in sorted(request.pins, key=lambda pin: (pin.order, pin.org_id))] == order
    assert {pin.day for pin in request.pins} == {PLAN.days[day].day}


def test_doors_of_one_stop_have_one_place_in_the_order():
    orders = {pin.org_id: pin.order for pin in editing.moved_to_place(REQUEST, PLAN, (0, 0), day=0, number=0).pins}
    assert orders == {"a1": 0, "a2": 1, "a3": 1, "a4": 2}


@pytest.mark.parametrize("at", [(2, 0), (0, 3), (-1, 0), (0, -1)])
def test_no_stop_is_taken_for_another(at):
    with pytest.raises(IndexError):
        editing.pinned(REQUEST, PLAN, at)


def test_what_is_left_out_is_asked_nothing_more_of_and_comes_back_free():
    asked = editing.promised(editing.demanded(editing.pinned(REQUEST, PLAN, (0, 0)), "a1"), Appointment("a4", MONDAY, 540, 600))
    out = editing.left_out(asked, ("a1", "a4"))
    assert (out.without, out.pins, out.mandatory, out.appointments) == (("a1", "a4"), (), (), ())
    assert editing.taken_back(out, ("a1", "a4")) == REQUEST


def test_an_appointment_stands_in_place_of_the_last_one_and_of_a_pin():
    first = editing.promised(editing.pinned(REQUEST, PLAN, (0, 0)), Appointment("a1", MONDAY, 540, 600))
    second = editing.promised(first, Appointment("a1", TUESDAY, 540, 600))
    assert (second.pins, second.appointments) == ((), (Appointment("a1", TUESDAY, 540, 600),))
    assert editing.released(second, "a1") == REQUEST


def test_a_door_that_is_demanded_is_no_longer_left_out():
    assert editing.demanded(replace(REQUEST, without=("a1", "a2")), "a1") == replace(REQUEST, without=("a2",), mandatory=("a1",))


@pytest.mark.parametrize(
    ("at", "lat", "lon", "found"),
    [
        ((0, 0), 22.6901, 112.2149, (1, 1)),  # on the way between b1 and b2
        ((0, 2), 22.7101, 112.2150, (0, 1)),  # between a1 and a2 of its own day
        ((0, 1), 22.7101, 112.2260, (0, 1)),  # where it came from: the leg without it
        ((0, 0), 22.80, 112.30, None),  # nowhere near
    ],
)
def test_a_dropped_stop_belongs_to_the_nearest_way(at, lat, lon, found):
    assert editing.place_of_drop(PLAN, at, lat=lat, lon=lon, within_m=400) == found


def test_only_a_day_that_is_shown_can_be_meant():
    assert editing.place_of_drop(PLAN, (0, 0), lat=22.6901, lon=112.2149, within_m=400, days=(0,)) is None


def sheet(**changes):
    """The day sheet as the plan has it, with some rows changed: `a1=Row fields`."""
    names = {"a1": (0, 0), "a2": (0, 1), "a4": (0, 2), "b1": (1, 0), "b2": (1, 1)}
    return [replace(editing.Row(at, *at, pinned=False), **changes.get(name, {})) for name, at in names.items()]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, REQUEST),
        ({"a1": {"pinned": True}}, editing.pinned(REQUEST, PLAN, (0, 0))),
        ({"a1": {"day": 1}}, editing.moved_to_day(REQUEST, PLAN, (0, 0), day=1)),
        ({"a1": {"out": True, "day": 1}}, editing.left_out(REQUEST, ("a1",))),  # leaving out goes before everything
        ({"a1": {"number": 1}}, editing.moved_to_place(REQUEST, PLAN, (0, 0), day=0, number=1)),  # down: after the one that had it
        ({"a4": {"number": 0}}, editing.moved_to_place(REQUEST, PLAN, (0, 2), day=0, number=0)),  # up: before it
        ({"a1": {"day": 1, "number": 1}}, editing.moved_to_place(REQUEST, PLAN, (0, 0), day=1, number=1)),
        (
            {"b2": {"number": 0}, "b1": {"out": True}},
            editing.ordered(editing.left_out(REQUEST, ("b1",)), PLAN.days[1], PLAN.days[1].stops[1:]),
        ),
    ],
)
def test_the_day_sheet_as_written_is_a_request(changes, expected):
    assert editing.edited(REQUEST, PLAN, sheet(**changes)) == expected


def test_a_pin_taken_out_of_the_day_sheet_frees_the_stop():
    request = editing.pinned(REQUEST, PLAN, (0, 1))
    rows = [replace(row, pinned=False) for row in sheet()]
    assert editing.edited(request, PLAN, rows) == REQUEST


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(0, 1), st.integers(-2, 5), st.booleans()), max_size=8))
def test_a_door_has_at_most_one_pin_whatever_is_moved(steps):
    request = REQUEST
    for day, number, to, place, exact in steps:
        at = (day, number)
        request = (
            editing.moved_to_place(request, PLAN, at, day=to, number=place) if exact else editing.moved_to_day(request, PLAN, at, day=to)
        )
        mine = [pin for pin in request.pins if pin.org_id in editing.doors_of(PLAN, at)]
        assert {pin.day for pin in mine} == {PLAN.days[to].day}
    assert len({pin.org_id for pin in request.pins}) == len(request.pins)
