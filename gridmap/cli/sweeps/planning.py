"""Planning: a new sweep for managers and days, or a draft planned again with other wishes."""

import argparse
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from gridmap.cli.arguments import day
from gridmap.cli.console import Command, Console, UsageError
from gridmap.cli.opened import Opened, open_branch
from gridmap.cli.sweeps.naming import add_common, as_json, now_us, plan_as_json, tell, tell_days
from gridmap.errors import N_, say
from gridmap.settings import Settings
from gridmap.sweeps.request import MODES, Appointment, Pin
from gridmap.texts import Translate

if TYPE_CHECKING:
    from gridmap.store import SweepRecord
    from gridmap.sweeps.request import SweepRequest


def _add_plan(parser: argparse.ArgumentParser, _: Translate) -> None:
    add_common(parser, _)
    parser.add_argument("--manager", "--managers", dest="managers", nargs="+", default=[], metavar=_("MANAGER"), help=_("Whose days."))
    parser.add_argument("--from", dest="first", type=day, metavar=_("DATE"), help=_("First day (YYYY-MM-DD); default: tomorrow."))
    parser.add_argument("--days", type=int, default=5, metavar="N", help=_("How many working days from then on (default: 5)."))
    parser.add_argument(
        "--draft", type=int, metavar=_("SWEEP"), help=_("Plan a draft again: what it asked for, changed by what is given here.")
    )
    parser.add_argument("--title", default="", metavar=_("TEXT"), help=_("What it is for; default: the managers and the first day."))
    parser.add_argument("--mode", choices=MODES, help=_("How people travel."))
    parser.add_argument("--shared", action="store_true", default=None, help=_("Any of the managers may go to a door of any of them."))
    parser.add_argument("--seed", type=int, metavar="N", help=_("Same seed, same plan."))
    parser.add_argument("--iterations", type=int, metavar="N", help=_("Rounds of the search; default: from the settings."))
    wanted = parser.add_argument_group(_("Which doors"))
    for name, help_text in _FILTERS:
        wanted.add_argument(f"--{name}", nargs="+", metavar=_("CODE"), help=_(help_text))
    wanted.add_argument("--visit", nargs="+", metavar=_("ID"), help=_("Organisations that must be visited."))
    wanted.add_argument("--leave-out", nargs="+", metavar=_("ID"), help=_("Organisations that are left out."))
    wanted.add_argument(
        "--appointment", nargs="+", metavar=_("ID@DATE@HH:MM-HH:MM"), help=_("Visits that begin on a day between two times.")
    )  # fmt: skip
    wanted.add_argument("--pin", nargs="+", metavar=_("ID@MANAGER@DATE"), help=_("Organisations that stay with one manager on one day."))


_FILTERS = (
    ("tiers", N_("Of these tiers alone: A, B, C, M.")),
    ("trades", N_("Of these trades alone.")),
    ("towns", N_("In these towns alone, by code.")),
    ("parks", N_("In these parks alone, by code.")),
    ("streets", N_("In these streets alone.")),
    ("cells", N_("In these cells alone.")),
    ("parts", N_("For one of these reasons alone, such as never_visited or wins_near.")),
)


def _plan(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.services import sweeps  # noqa: PLC0415 - help and mistakes are answered without loading the tables

    if chosen.days < 1:
        raise UsageError(say(N_("--days must be 1 or more.")))
    opened = open_branch(chosen, settings)
    draft, request = _begin(chosen, opened, settings)
    request = _wished(chosen, request)
    cache = opened.store.snapshots / "travel"
    planned = sweeps.plan_sweep(*opened, request, settings=settings, now_us=now_us(), title=chosen.title, draft=draft, cache=cache)
    if console.json:
        console.value(as_json(planned.record) | {"plan": plan_as_json(planned.plan, console)})
        return 0
    tell_days(planned.plan, console)
    for each in sweeps.left_out(*opened, request, settings=settings, sweep_id=planned.record.sweep_id):
        console.line(each)
    tell(planned.record, console)
    return 0


def _begin(chosen: argparse.Namespace, opened: Opened, settings: Settings) -> tuple["SweepRecord | None", "SweepRequest"]:
    from gridmap.services import sweeps  # noqa: PLC0415 - as above

    if chosen.draft is not None:
        record, request, _plan = sweeps.open_sweep(*opened, chosen.draft)
        if request is not None and not chosen.managers and chosen.first is None:
            return record, request
        managers, first = chosen.managers or list(record.managers), chosen.first or record.first_on
        return record, _fresh(opened, settings, managers, first=first, count=chosen.days)
    if not chosen.managers:
        raise UsageError(say(N_("Say whose days: --manager.")))
    return None, _fresh(opened, settings, chosen.managers, first=chosen.first, count=chosen.days)


def _fresh(opened: Opened, settings: Settings, managers: list[str], *, first: date | None, count: int) -> "SweepRequest":
    from gridmap.services import plans, sweeps  # noqa: PLC0415 - as above

    begin = first or plans.today(*opened) + timedelta(days=1)
    market, plan, _as_of = sweeps.ground(*opened, day=begin)
    days = sweeps.default_days(market, managers, first=begin, count=count)
    return sweeps.new_request(market, plan, managers=managers, days=days, settings=settings)


def _wished(chosen: argparse.Namespace, request: "SweepRequest") -> "SweepRequest":
    filters = {name: tuple(given) for name, _help in _FILTERS if (given := getattr(chosen, name)) is not None}
    changes = {
        "mode": chosen.mode,
        "shared": chosen.shared,
        "seed": chosen.seed,
        "iterations": chosen.iterations,
        "mandatory": None if chosen.visit is None else tuple(chosen.visit),
        "without": None if chosen.leave_out is None else tuple(chosen.leave_out),
        "appointments": None if chosen.appointment is None else tuple(_appointment(word) for word in chosen.appointment),
        "pins": None if chosen.pin is None else tuple(_pin(word) for word in chosen.pin),
        "wanted": replace(request.wanted, **filters) if filters else None,
    }
    return replace(request, **{name: value for name, value in changes.items() if value is not None})


def _appointment(word: str) -> Appointment:
    parts = word.split("@")
    times = parts[2].split("-") if len(parts) == 3 else []
    if len(times) != 2:
        raise UsageError(say(N_("--appointment needs ID@YYYY-MM-DD@HH:MM-HH:MM, not {word}."), word=word))
    return Appointment(parts[0], _day(parts[1], word), _minute(times[0], word), _minute(times[1], word))


def _pin(word: str) -> Pin:
    parts = word.split("@")
    if len(parts) != 3:
        raise UsageError(say(N_("--pin needs ID@MANAGER@YYYY-MM-DD, not {word}."), word=word))
    return Pin(parts[0], parts[1], _day(parts[2], word))


def _day(text: str, word: str) -> date:
    try:
        return day(text)
    except argparse.ArgumentTypeError as error:
        raise UsageError(say(N_("There is no day in {word}: write YYYY-MM-DD."), word=word)) from error


def _minute(text: str, word: str) -> int:
    hours, colon, minutes = text.partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and int(hours) < 24 and int(minutes) < 60):
        raise UsageError(say(N_("There is no time in {word}: write HH:MM."), word=word))
    return 60 * int(hours) + int(minutes)


PARTS = (Command("plan", N_("Plan days, and keep them as a draft."), _add_plan, _plan),)
