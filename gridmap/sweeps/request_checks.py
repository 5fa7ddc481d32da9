"""What can be wrong with a request before anything is searched: every fault at once, in words that say what to do."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pandas as pd

from gridmap.errors import N_, Message, PlanError, say
from gridmap.market import Market
from gridmap.settings import Settings
from gridmap.sweeps.candidates import blocks_counted
from gridmap.sweeps.opening_hours import DAY_MIN
from gridmap.sweeps.request import Place, Shift, SweepRequest
from gridmap.texts import Day, Name
from gridmap.workload import is_active

MOST_ITERATIONS = 10_000_000
MOST_SHIFTS = 400


def require_sound(market: Market, request: SweepRequest, *, as_of: date, settings: Settings) -> tuple[tuple[Place, ...], tuple[Place, ...]]:
    """Refuse a request that cannot be meant.

    Returns
    -------
    Where each shift begins and where it ends: as the shift says, else at the manager's base.

    Raises
    ------
    PlanError
        With every reason.
    """
    managers = market.at("managers", as_of).drop_duplicates("manager_id", keep="last").set_index("manager_id")
    reasons = [
        *_about_all(request, settings),
        *_about_managers(request, managers),
        *(reason for shift in request.shifts for reason in _about_shift(shift)),
        *_about_doors(request),
    ]
    if reasons:
        raise PlanError(
            say(N_("The sweep cannot be planned like this.")),
            reasons=tuple(reasons),
            remedy=say(N_("Mend what is listed, then plan again.")),
        )
    bases = {who: Place(float(lat), float(lon)) for who, lat, lon in managers[["lat", "lon"]].itertuples(name=None)}
    return tuple(shift.start or bases[shift.manager_id] for shift in request.shifts), tuple(
        shift.end or bases[shift.manager_id] for shift in request.shifts
    )


def require_doors(market: Market, table: pd.DataFrame, request: SweepRequest) -> None:
    """Refuse a request without any door to visit.

    Raises
    ------
    PlanError
        With how many doors are kept out by what.
    """
    if (table["blocked"] == "").any():
        return
    if len(table):
        raise PlanError(
            say(N_("No door is left to visit.")),
            reasons=blocks_counted(table),
            remedy=say(N_("Take other days, a wider area or a wider choice of doors, or name doors that must be visited.")),
        )
    known = market.tables["managers"]["manager_id"]
    who = ", ".join(sorted(set(request.managers) & set(known)))
    raise PlanError(
        say(N_("There is no organisation to visit for {managers}."), managers=who),
        remedy=say(N_("Choose a wider area or other tiers and trades; or give them cells on Territories.")),
    )


def _about_all(request: SweepRequest, settings: Settings) -> Iterator[Message]:
    if not request.shifts:
        yield say(N_("There is no day: choose at least one on which the manager works."))
    if len(request.shifts) > MOST_SHIFTS:
        yield say(N_("{count} shifts are more than the {most} that can be planned at once."), count=len(request.shifts), most=MOST_SHIFTS)
    modes = [mode for mode, *_ in settings.sweeps.modes]
    if request.mode not in modes:
        yield say(N_("There is no way of travelling called {mode}; there are {known}."), mode=request.mode, known=", ".join(modes))
    if not 0 <= request.iterations <= MOST_ITERATIONS:
        yield say(N_("The number of rounds is {count}; it runs from 0 to {most}."), count=request.iterations, most=MOST_ITERATIONS)
    twice = Counter((shift.manager_id, shift.day) for shift in request.shifts)
    for (manager, day), count in twice.items():
        if count > 1:
            yield say(N_("{manager} has {count} shifts on {day}; one is enough."), manager=manager, count=count, day=Day(day))


def _about_managers(request: SweepRequest, managers: pd.DataFrame) -> Iterator[Message]:
    for manager in request.managers:
        if manager not in managers.index:
            yield say(N_("There is no manager {manager}."), manager=manager)
            continue
        row = managers.loc[[manager]]
        shifts = [shift for shift in request.shifts if shift.manager_id == manager]
        name = _named(row)
        for shift in shifts:
            if not is_active(row, shift.day)[0]:
                yield say(N_("{name} does not work here on {day}."), name=name, day=Day(shift.day))
        lacks_base = row[["lat", "lon"]].isna().to_numpy().any()
        if lacks_base and any(shift.start is None or shift.end is None for shift in shifts):
            yield say(N_("{name} has no base point: place {name} on Data, or say where the days begin and end."), name=name)


def _named(row: pd.DataFrame) -> Name:
    english = row["name_en"].iloc[0] if "name_en" in row else ""
    return Name(str(row["name"].iloc[0]), english if isinstance(english, str) else "")


def _about_shift(shift: Shift) -> Iterator[Message]:
    told = {"manager": shift.manager_id, "day": Day(shift.day)}
    if not 0 <= shift.begins_min < shift.ends_min <= DAY_MIN:
        yield say(N_("The shift of {manager} on {day} must end after it begins, within the day."), **told)
    lunch = shift.lunch
    if lunch is not None and not (0 <= lunch.earliest_min <= lunch.latest_min <= DAY_MIN and 0 <= lunch.minutes <= DAY_MIN):
        yield say(N_("Lunch of {manager} on {day} must have a first and a last time to begin, in this order, and a length."), **told)
    if shift.most_doors < 0:
        yield say(N_("The most doors of {manager} on {day} cannot be less than 0; 0 sets no limit."), **told)
    for place in (shift.start, shift.end):
        if place is not None and not (-90 <= place.lat <= 90 and -180 <= place.lon <= 180):
            yield say(N_("The place where the shift of {manager} on {day} begins or ends is no place on Earth."), **told)


def _about_doors(request: SweepRequest) -> Iterator[Message]:
    shifts = {(shift.manager_id, shift.day) for shift in request.shifts}
    for org_id, count in Counter(each.org_id for each in request.appointments).items():
        if count > 1:
            yield say(N_("{organisation} has {count} appointments; a sweep goes to every door once."), organisation=org_id, count=count)
    for org_id, count in Counter(each.org_id for each in request.pins).items():
        if count > 1:
            yield say(N_("{organisation} is pinned {count} times; a sweep goes to every door once."), organisation=org_id, count=count)
    for promised in request.appointments:
        told = {"organisation": promised.org_id, "day": Day(promised.day)}
        if promised.day not in request.days:
            yield say(N_("The appointment with {organisation} is on {day}, which is no day of this sweep."), **told)
        elif promised.manager_id and (promised.manager_id, promised.day) not in shifts:
            yield say(N_("{manager} has no shift on {day} for the appointment with {organisation}."), manager=promised.manager_id, **told)
        if not 0 <= promised.earliest_min <= promised.latest_min <= DAY_MIN:
            yield say(N_("The appointment with {organisation} on {day} must have a first and a last time, in this order."), **told)
    for pin in request.pins:
        if (pin.manager_id, pin.day) not in shifts:
            yield say(
                N_("{organisation} is pinned to {manager} on {day}, where there is no shift."),
                organisation=pin.org_id,
                manager=pin.manager_id,
                day=Day(pin.day),
            )
    for org_id in sorted({*request.mandatory, *(each.org_id for each in request.appointments)} & set(request.without)):
        yield say(N_("{organisation} is both left out and to be visited."), organisation=org_id)
