"""What every action on a sweep needs: its number, its line in words, and its plan as tables and as JSON."""

import argparse
import time
from typing import TYPE_CHECKING, Any

from gridmap.cli.console import Console
from gridmap.cli.opened import add_branch
from gridmap.errors import N_, say
from gridmap.texts import Translate, translator

if TYPE_CHECKING:
    from gridmap.store import SweepRecord
    from gridmap.sweeps.planned import SweepPlan


def add_sweep(parser: argparse.ArgumentParser, _: Translate) -> None:
    """Add the sweep's number, the branch and --json."""
    parser.add_argument("sweep", type=int, metavar=_("SWEEP"), help=_("Number of the sweep, as `gridmap sweep list` shows it."))
    add_common(parser, _)


def add_common(parser: argparse.ArgumentParser, _: Translate) -> None:
    """Add the branch and --json."""
    add_branch(parser, _)
    parser.add_argument("--json", action="store_true", help=_("Print JSON."))


def tell(record: "SweepRecord", console: Console) -> None:
    """Say where a sweep stands; nothing where the result is JSON."""
    console.line(
        say(
            N_("Sweep {sweep} ({title}) is {state}; {managers}, {first} to {last}."),
            sweep=record.sweep_id,
            title=record.title,
            state=say(_states()[record.state]),
            managers=", ".join(record.managers),
            first=record.first_on,
            last=record.last_on,
        )
    )


def tell_days(plan: "SweepPlan", console: Console) -> None:
    """Print the days of a plan and what they come to; nothing where the result is JSON."""
    _ = translator(console.language)
    rows = [
        (
            day.day,
            day.manager_id,
            len(day.stops),
            len(day.doors),
            f"{clock(day.leaves_min)}-{clock(day.returns_min)}" if day.stops else "-",
            "-" if day.lunch_min is None else clock(day.lunch_min[0]),
            f"{day.travel_min:,.0f}",
            f"{day.travel_m / 1000:,.1f}",
            f"{day.prize:,.1f}",
        )
        for day in plan.days
    ]
    headings = (_("Day"), _("Manager"), _("Stops"), _("Doors"), _("Hours"), _("Lunch"), _("Road min"), _("Road km"), _("Priority"))
    console.table(headings, rows)
    console.line(
        say(
            N_("{doors} doors, {road} min on the road, priority {priority}."),
            doors=len(plan.doors),
            road=f"{sum(day.travel_min for day in plan.days):,.0f}",
            priority=f"{plan.prize:,.1f}",
        )
    )
    for each in (each for each in plan.unplaced if each.mandatory):
        console.line(say(N_("{organisation} has no place: {reason}"), organisation=each.org_id, reason=each.reason))


def as_json(record: "SweepRecord") -> dict[str, Any]:
    """Write a sweep's line as JSON holds it."""
    return {
        "sweep": record.sweep_id,
        "branch_id": record.branch_id,
        "title": record.title,
        "state": record.state,
        "managers": list(record.managers),
        "first_on": record.first_on.isoformat(),
        "last_on": record.last_on.isoformat(),
        "version": record.version,
        "who": record.who,
    }


def plan_as_json(plan: "SweepPlan", console: Console) -> dict[str, Any]:
    """Write a plan as JSON holds it: days with stops, doors and reasons in words, and what must be visited and has no place."""
    return {
        "doors": len(plan.doors),
        "priority": round(plan.prize, 3),
        "travel_source": plan.travel_source,
        "filled": plan.filled,
        "iterations": plan.iterations,
        "stopped": plan.stopped,
        "days": [_day(day, console) for day in plan.days],
        "unplaced": [
            {"org_id": each.org_id, "mandatory": each.mandatory, "reason": console.said(each.reason)} for each in plan.unplaced
        ],
    }  # fmt: skip


def _day(day: Any, console: Console) -> dict[str, Any]:
    return {
        "day": day.day.isoformat(),
        "manager_id": day.manager_id,
        "leaves": clock(day.leaves_min),
        "returns": clock(day.returns_min),
        "lunch": None if day.lunch_min is None else [clock(each) for each in day.lunch_min],
        "road_min": round(day.travel_min, 1),
        "road_m": round(day.travel_m),
        "priority": round(day.prize, 3),
        "stops": [
            {
                "number": number,
                "stop_id": planned.stop.stop_id,
                "arrive": clock(planned.arrive_min),
                "start": clock(planned.start_min),
                "leave": clock(planned.leave_min),
                "lat": planned.stop.lat,
                "lon": planned.stop.lon,
                "building": planned.stop.building,
                "fixed": planned.fixed,
                "pinned": planned.pinned,
                "doors": [
                    {
                        "org_id": door.org_id,
                        "tier": door.tier,
                        "floor": door.floor,
                        "room": door.room,
                        "priority": round(door.prize, 3),
                        "reasons": [console.said(reason.said) for reason in door.reasons],
                    }
                    for door in planned.stop.doors
                ],
            }
            for number, planned in enumerate(day.stops, start=1)
        ],
    }


def clock(minutes: float) -> str:
    """Write a minute of the day as HH:MM."""
    whole = round(minutes)
    return f"{whole // 60:02d}:{whole % 60:02d}"


def now_us() -> int:
    """Return the instant, microseconds UTC."""
    return time.time_ns() // 1000


def _states() -> dict[str, str]:
    from gridmap.store.sweep_rows import SWEEP_STATE_NAMES  # noqa: PLC0415 - help and mistakes are answered without loading the tables

    return SWEEP_STATE_NAMES
