"""Whatever is asked, no rule of a day is broken: checked here from the plan that people read, with nothing of the engine."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridmap.market import Market
from gridmap.settings import Settings
from gridmap.sweeps import answering
from gridmap.sweeps.engine import Checked, Problem, Routes, check
from gridmap.sweeps.opening_hours import read_hours
from gridmap.sweeps.planned import DayRoute, SweepPlan
from gridmap.sweeps.planning import solve_sweep
from gridmap.sweeps.request import Appointment, Lunch, Pin, Place, Shift, SweepRequest
from gridmap.texts import said
from tests import builders

MONDAY = date(2026, 7, 6)
S = Settings()
ALMOST = 1 / 30  # two seconds: times are rounded to whole seconds
HOURS = (None, "Mo-Fr 08:30-12:00,14:30-17:30", "Tu 09:00-10:00", "Sa,Su 09:00-12:00", "10:00-10:30,16:00-16:10", "nonsense")
CELLS = ("mid", "ne", "nw", "w", "sw")
DOORS = st.tuples(
    st.sampled_from(CELLS), st.integers(-3, 3), st.integers(-3, 3), st.sampled_from(HOURS), st.sampled_from(("A", "B", "C", "M", None)),
    st.sampled_from((None, "Tower")),
)  # fmt: skip
SHIFTS = st.tuples(
    st.integers(420, 640), st.integers(60, 560), st.sampled_from((None, (690, 780, 60), (600, 600, 30))), st.sampled_from((0, 3, 9))
)


def market_of(doors: list[tuple[object, ...]]) -> Market:
    rows = []
    for place, (cell, north, east, hours, tier, building) in enumerate(doors):
        lat, lon = builders.spot(str(cell), north=float(north) / 2, east=float(east) / 2)  # type: ignore[arg-type]
        rows.append((f"d{place:02d}", f"d{place:02d}", hours, tier, building, lat, lon, pd.Timestamp(2020, 1, 1)))
    names = ("org_id", "name", "opening_hours", "tier", "building", "lat", "lon", "opened_on")
    return builders.market({"organisations": builders.frame(names, *rows), "managers": builders.managers()})


@st.composite
def asked(draw: st.DrawFn) -> tuple[Market, SweepRequest]:
    doors = draw(st.lists(DOORS, min_size=1, max_size=18))
    managers = draw(st.sampled_from((("cm1",), ("cm1", "cm2"))))
    days = [MONDAY + timedelta(days=step) for step in range(draw(st.integers(1, 2)))]
    base = Place(*builders.spot("mid"))
    shifts = []
    for manager in managers:
        for day in days:
            begins, length, lunch, most = draw(SHIFTS)
            shifts.append(Shift(manager, day, begins, begins + length, None if lunch is None else Lunch(*lunch), base, base, most))
    ids = [f"d{place:02d}" for place in range(len(doors))]
    some = draw(st.lists(st.sampled_from(ids), unique=True, max_size=4))
    earliest = draw(st.integers(480, 900))
    promised = tuple(Appointment(org_id, draw(st.sampled_from(days)), earliest, earliest + 15) for org_id in some[:1])
    pins = tuple(
        Pin(org_id, shift.manager_id, shift.day, order)
        for order, (org_id, shift) in enumerate(zip(some[1:3], draw(st.permutations(shifts)), strict=False))
    )
    free = [org_id for org_id in ids if org_id not in some]
    request = SweepRequest(
        tuple(shifts),
        appointments=promised,
        pins=pins,
        mandatory=tuple(some[3:]),
        without=tuple(free[:1] if draw(st.booleans()) else ()),
        seed=draw(st.integers(0, 9)),
        iterations=20,
        shared=draw(st.booleans()),
    )
    return market_of(doors), request


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(asked())
def test_no_rule_of_a_day_is_broken(given_: tuple[Market, SweepRequest]) -> None:
    market, request = given_
    organisations = market.tables["organisations"].set_index("org_id")
    owner = organisations["cell"].map(builders.plan().owners_now)
    if set(organisations.index[owner.isin(request.managers)]) <= set(request.without):
        return  # no door at all, which is refused
    found = solve_sweep(market, builders.plan(), request, as_of=builders.AS_OF, settings=S)
    told = [door.org_id for door in found.doors]
    assert len(told) == len(set(told))
    assert not set(told) & set(request.without)
    assert [(day.manager_id, day.day) for day in found.days] == sorted(
        ((shift.manager_id, shift.day) for shift in request.shifts), key=lambda each: each[::-1]
    )
    for day in found.days:
        shift = next(each for each in request.shifts if (each.manager_id, each.day) == (day.manager_id, day.day))
        times_hold(day, shift)
        for planned in day.stops:
            for door in planned.stop.doors:
                if not request.shared:
                    assert owner[door.org_id] == day.manager_id or door.org_id in {pin.org_id for pin in request.pins}
                if not planned.fixed:
                    open_then(organisations.loc[door.org_id, "opening_hours"], day.day, planned.start_min, planned.leave_min)
    everybody_is_accounted_for(found, request, organisations.index[owner.isin(request.managers)])


def times_hold(day: DayRoute, shift: Shift) -> None:
    """Live the day: travel, waiting, visits, one lunch that fits, back in time."""
    if not day.stops:
        return
    assert day.leaves_min == shift.begins_min
    assert day.returns_min <= shift.ends_min + ALMOST
    assert not shift.most_doors or len(day.doors) <= shift.most_doors
    busy = [(stop.start_min, stop.leave_min) for stop in day.stops]
    lunch = day.lunch_min
    if lunch is not None:
        assert shift.lunch is not None
        assert shift.lunch.earliest_min - ALMOST <= lunch[0] <= shift.lunch.latest_min + ALMOST
        assert lunch[1] - lunch[0] == pytest.approx(shift.lunch.minutes)
        busy.append(lunch)
    elif shift.lunch is not None:  # only who is back before, or begins after it
        assert day.returns_min <= shift.lunch.latest_min + ALMOST or shift.begins_min > shift.lunch.latest_min
    assert all(first[1] <= second[0] + ALMOST for first, second in pairwise(sorted(busy)))
    left = day.leaves_min
    for stop in day.stops:
        eaten = lunch[1] - lunch[0] if lunch is not None and left - ALMOST <= lunch[0] and lunch[1] <= stop.arrive_min + ALMOST else 0.0
        assert stop.arrive_min >= left + stop.travel_min + eaten - ALMOST
        assert stop.start_min >= stop.arrive_min - ALMOST
        left = stop.leave_min
    assert day.returns_min >= left + day.back_min - ALMOST


def open_then(text: object, day: date, start_min: float, leave_min: float) -> None:
    hours = read_hours(text) if isinstance(text, str) else None
    if hours is None:
        return
    fits = [opens <= start_min + ALMOST and start_min <= closes + ALMOST for opens, closes in hours.on(day)]
    assert any(fits)
    opens, closes = next(window for window, inside in zip(hours.on(day), fits, strict=True) if inside)
    assert leave_min <= closes + ALMOST or start_min <= opens + ALMOST  # over before closing, unless the window is shorter than the visit


def everybody_is_accounted_for(found: SweepPlan, request: SweepRequest, held: pd.Index) -> None:
    placed = {door.org_id: (day.manager_id, day.day, stop) for day in found.days for stop in day.stops for door in stop.stop.doors}
    left = {each.org_id: each for each in found.unplaced}
    assert not set(placed) & set(left)
    assert set(held) - set(request.without) <= set(placed) | set(left)
    for promised in request.appointments:
        if promised.org_id in placed:
            _, day, stop = placed[promised.org_id]
            assert day == promised.day
            assert stop.fixed
            assert promised.earliest_min - ALMOST <= stop.start_min <= promised.latest_min + ALMOST
    for pin in request.pins:
        if pin.org_id in placed and pin.org_id not in {each.org_id for each in request.appointments}:
            assert placed[pin.org_id][:2] == (pin.manager_id, pin.day)
    for org_id in (*request.mandatory, *(each.org_id for each in (*request.appointments, *request.pins))):
        assert org_id in placed or left[org_id].mandatory
        assert org_id in placed or said(left[org_id].reason).endswith(".")


BASE = Place(*builders.spot("mid"))
ONE = SweepRequest((Shift("cm1", MONDAY, 510, 1050, None, BASE, BASE),), iterations=10)

# What stands in the way of a door that must be visited: its hours, the shift, the place, and the words.
WHY_NOT = (
    ("Sa 09:00-12:00", {}, "It is closed on the days of this sweep."),
    ("Mo-Su 18:00-20:00", {}, "It is open on these days only while nobody works."),
    (None, {"begins_min": 510, "ends_min": 530}, "The visit takes longer than the shift leaves room for."),
    (None, {"begins_min": 510, "ends_min": 600, "start": Place(23.2, 112.2)}, "It cannot be reached and left again within the shift."),
)


@pytest.mark.parametrize(("hours", "changes", "words"), WHY_NOT)
def test_must_and_cannot_is_said_in_words(hours: str | None, changes: dict[str, object], words: str) -> None:
    market = market_of([("ne", 0, 0, hours, "C", None)])
    request = replace(ONE, shifts=(replace(ONE.shifts[0], **changes),), mandatory=("d00",))  # type: ignore[arg-type]
    found = solve_sweep(market, builders.plan(), request, as_of=builders.AS_OF, settings=S)
    assert [(each.org_id, each.mandatory, said(each.reason)) for each in found.unplaced] == [("d00", True, words)]


def test_two_promises_at_one_time_leave_one_with_its_reason() -> None:
    market = market_of([("mid", 0, 0, None, "A", None), ("ne", 0, 0, None, "A", None)])
    promised = tuple(Appointment(org_id, MONDAY, 600, 605) for org_id in ("d00", "d01"))
    found = solve_sweep(market, builders.plan(), replace(ONE, appointments=promised), as_of=builders.AS_OF, settings=S)
    assert len(found.doors) == 1
    assert [said(each.reason) for each in found.unplaced] == ["There is no room beside the other doors that must be visited."]


def test_pinned_doors_are_visited_in_their_order() -> None:
    market = market_of([("mid", place, 0, None, "M", None) for place in range(-3, 4)])
    wanted = ["d05", "d00", "d03", "d01"]
    pins = tuple(Pin(org_id, "cm1", MONDAY, order) for order, org_id in enumerate(wanted))
    found = solve_sweep(market, builders.plan(), replace(ONE, pins=pins), as_of=builders.AS_OF, settings=S)
    order = [door.org_id for door in found.doors]
    assert [org_id for org_id in order if org_id in wanted] == wanted
    assert {stop.stop.doors[0].org_id for stop in found.days[0].stops if stop.pinned} == set(wanted)


def test_a_broken_answer_is_an_error_of_ours_and_no_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(problem: Problem, routes: Routes) -> Checked:
        return replace(check(problem, routes), broken=("shift 0: back too late",))

    monkeypatch.setattr(answering, "check", broken)
    with pytest.raises(RuntimeError, match="back too late"):
        solve_sweep(market_of([("mid", 0, 0, None, "M", None)]), builders.plan(), ONE, as_of=builders.AS_OF, settings=S)


def test_a_search_that_is_stopped_gives_its_best_so_far() -> None:
    market = market_of([("mid", place, 0, None, "M", None) for place in range(-3, 4)])
    request = replace(ONE, iterations=1_000_000)
    found = solve_sweep(market, builders.plan(), request, as_of=builders.AS_OF, settings=S, stop=lambda: True)
    assert found.stopped == "asked"
    assert found.iterations < 1_000_000
    assert len(found.doors) == 7
