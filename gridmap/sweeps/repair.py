"""After a day: the days that remain, planned again from what was recorded, with the fewest changes, each in words."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import pandas as pd

from gridmap.errors import N_, Message, say
from gridmap.settings import SweepRules
from gridmap.sweeps.door_states import DoorState, door_states
from gridmap.sweeps.in_shares import Half, half_of
from gridmap.sweeps.planned import DayRoute, PlannedStop, SweepPlan
from gridmap.sweeps.request import SweepRequest
from gridmap.texts import Day

Kind = Literal["done", "kept", "moved", "dropped", "added"]
KINDS: tuple[tuple[Kind, str], ...] = (
    ("done", N_("Done")),
    ("kept", N_("Stays")),
    ("moved", N_("Moved to another time")),
    ("dropped", N_("Dropped")),
    ("added", N_("Comes in")),
)
# Plans the days of a request, near to how a plan had them.
Solve = Callable[[SweepRequest, SweepPlan], SweepPlan]

_ENDED: Mapping[str, str] = {
    "met": N_("Somebody who decides was met on {day}."),
    "staff_only": N_("Staff were spoken to on {day}."),
    "filed": N_("A file was made on {day}."),
    "refused": N_("It refused on {day}: it is not tried again in this sweep."),
    "moved": N_("It had moved away on {day}."),
    "closed": N_("It was closed for good on {day}."),
    "not_in": N_("Nobody was in in different half days, the last time on {day}: it is not tried again in this sweep."),
}
_AGAIN: Mapping[Half, str] = {
    "am": N_("Nobody was in on {day}: it is tried again on {now} before noon."),
    "pm": N_("Nobody was in on {day}: it is tried again on {now} after noon."),
}


@dataclass(frozen=True)
class Appearance:
    """Where a plan has a door: whose day, and the minute it begins."""

    manager_id: str
    day: date
    start_min: float


@dataclass(frozen=True)
class Change:
    """What became of one door, in words; `was` is None for one that comes in, `now` for one that has no place any more."""

    org_id: str
    kind: Kind
    said: Message
    was: Appearance | None = None
    now: Appearance | None = None


@dataclass(frozen=True)
class Repaired:
    """A sweep after a day: what is asked of the days that remain, the whole plan, and every door's change in order of ids.

    The plan's days that are over keep the doors that were tried and are not tried again; so every door stands in it once.
    """

    request: SweepRequest
    plan: SweepPlan
    changes: tuple[Change, ...]

    def of(self, kind: Kind) -> tuple[Change, ...]:
        """Return the changes of one kind."""
        return tuple(change for change in self.changes if change.kind == kind)

    @property
    def doors(self) -> dict[str, str]:
        """Who goes, or went, to each door of the plan: what is locked from now on."""
        return {door.org_id: route.manager_id for route in self.plan.days for door in route.doors}


def repair(
    request: SweepRequest,
    sweep: SweepPlan,
    *,
    done: pd.DataFrame,
    from_day: date,
    solve: Solve,
    rules: SweepRules,
    time_zone: str,
    absent: Collection[tuple[str, date]] = (),
) -> Repaired:
    """Plan the days of a sweep from one on again.

    What has an end (somebody spoken to, refused, moved, closed, nobody in twice in different half days) is not visited again. Doors at
    which nobody was in once, and those nobody went to, are planned with the others. Appointments of the days that remain stand; what
    had to be visited and was not, has to be still.

    Parameters
    ----------
    request, sweep
        What was asked, and the plan so far.
    done
        What was recorded: `org_id`, `outcome`, `at` (instants, UTC); several rows per door where it was tried several times.
    from_day
        The first day that is planned again; the days before it are over, and whatever was not recorded on them was not done.
    solve
        Plans a request near to a plan; it knows the records too, so that the other half day is tried.
    rules
        After how many half days with nobody in a door is at its end.
    time_zone
        Of the branch.
    absent
        Managers and days that are not worked after all.

    Returns
    -------
    The request of the days that remain, the plan, and what became of each door.
    """
    states = door_states(done, rules=rules, time_zone=time_zone)
    ended = {org_id for org_id, state in states.items() if state.ended}
    rest = _request_of_rest(request, from_day, ended, absent)
    keep = replace(sweep, days=_days(sweep, lambda route: route.day >= from_day, ended))
    planned = solve(rest, keep) if rest.shifts else replace(keep, days=(), unplaced=())
    ahead = _appearances(planned.days)
    tried = set(states)
    over = _days(sweep, lambda route: route.day < from_day, {door.org_id for door in sweep.doors if door.org_id not in tried} | set(ahead))
    changes = _changes(_appearances(sweep.days), ahead, states, planned, from_day)
    return Repaired(rest, replace(planned, days=(*over, *planned.days)), changes)


def _request_of_rest(request: SweepRequest, from_day: date, ended: set[str], absent: Collection[tuple[str, date]]) -> SweepRequest:
    shifts = tuple(shift for shift in request.shifts if shift.day >= from_day and (shift.manager_id, shift.day) not in absent)
    worked = {(shift.manager_id, shift.day) for shift in shifts}
    waiting = [each for each in request.appointments if each.org_id not in ended]
    missed = {each.org_id for each in waiting if each.day < from_day}
    return replace(
        request,
        shifts=shifts,
        mandatory=tuple(sorted({*request.mandatory, *missed} - ended)),
        appointments=tuple(each for each in waiting if each.day >= from_day),
        pins=tuple(each for each in request.pins if each.org_id not in ended and (each.manager_id, each.day) in worked),
        without=tuple(sorted({*request.without, *ended})),
    )


def _days(sweep: SweepPlan, chosen: Callable[[DayRoute], bool], without: set[str]) -> tuple[DayRoute, ...]:
    return tuple(replace(route, stops=_stops(route, without)) for route in sweep.days if chosen(route))


def _stops(route: DayRoute, without: set[str]) -> tuple[PlannedStop, ...]:
    left = [(planned, tuple(door for door in planned.stop.doors if door.org_id not in without)) for planned in route.stops]
    return tuple(replace(planned, stop=replace(planned.stop, doors=doors)) for planned, doors in left if doors)


def _appearances(days: Collection[DayRoute]) -> dict[str, Appearance]:
    return {
        door.org_id: Appearance(route.manager_id, route.day, planned.start_min)
        for route in days
        for planned in route.stops
        for door in planned.stop.doors
    }


def _changes(
    before: Mapping[str, Appearance], ahead: Mapping[str, Appearance], states: Mapping[str, DoorState], planned: SweepPlan, from_day: date
) -> tuple[Change, ...]:
    reasons = {each.org_id: each.reason for each in planned.unplaced}
    changes = []
    for org_id in sorted({*before, *ahead}):
        was, now, state = before.get(org_id), ahead.get(org_id), states.get(org_id)
        if state is not None and state.ended:
            changes.append(Change(org_id, "done", say(_ENDED[state.outcome], day=Day(state.day)), was))
        elif was is None:
            changes.append(Change(org_id, "added", say(N_("It comes in on {now}."), now=Day(ahead[org_id].day)), None, now))
        elif now is None:
            changes.append(Change(org_id, "dropped", _dropped(was, state, reasons.get(org_id), from_day), was))
        elif (now.manager_id, now.day) == (was.manager_id, was.day):
            changes.append(Change(org_id, "kept", say(N_("It stays on {now}."), now=Day(now.day)), was, now))
        else:
            changes.append(Change(org_id, "moved", _moved(was, now, state, from_day), was, now))
    return tuple(changes)


def _moved(was: Appearance, now: Appearance, state: DoorState | None, from_day: date) -> Message:
    if state is not None:
        return say(_AGAIN[half_of(now.start_min)], day=Day(state.day), now=Day(now.day))
    if was.day < from_day:
        return say(N_("It was not visited on {was}: it moves to {now}."), was=Day(was.day), now=Day(now.day))
    if was.manager_id != now.manager_id:
        return say(N_("It goes to another manager, on {now}."), now=Day(now.day))
    return say(N_("It moves from {was} to {now}."), was=Day(was.day), now=Day(now.day))


def _dropped(was: Appearance, state: DoorState | None, reason: Message | None, from_day: date) -> Message:
    if state is not None:
        told = say(N_("Nobody was in on {day}, and another try finds no place in the days that remain."), day=Day(state.day))
    elif was.day < from_day:
        told = say(N_("It was not visited on {was} and finds no place in the days that remain."), was=Day(was.day))
    else:
        told = say(N_("It loses its place on {was}."), was=Day(was.day))
    return told if reason is None else say(N_("{what} {why}"), what=told, why=reason)
