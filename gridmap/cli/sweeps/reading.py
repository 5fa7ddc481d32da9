"""Reading sweeps: list them, show one with its reasons, and write one to a file."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gridmap.cli.console import Command, Console, UsageError
from gridmap.cli.opened import open_branch
from gridmap.cli.sweeps.naming import add_common, add_sweep, as_json, clock, now_us, plan_as_json, tell, tell_days
from gridmap.cli.writing import write_file
from gridmap.errors import N_, say
from gridmap.settings import Settings
from gridmap.texts import Translate, translator

if TYPE_CHECKING:
    from gridmap.sweeps.planned import DayRoute


def _list(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.store import sweeps  # noqa: PLC0415 - help and mistakes are answered without loading the tables
    from gridmap.store.sweep_rows import SWEEP_STATE_NAMES  # noqa: PLC0415 - as above

    found = sweeps(*open_branch(chosen, settings))
    if console.json:
        columns = ["sweep_id", "title", "state", "managers", "first_on", "last_on", "version", "planned", "who"]
        console.value(found[columns].astype({"first_on": str, "last_on": str}).to_dict("records"))
        return 0
    _ = translator(console.language)
    states = {state: _(title) for state, title in SWEEP_STATE_NAMES.items()}
    rows = found.assign(state=found["state"].map(states), managers=found["managers"].str.replace(";", ", "))
    headings = (_("Sweep"), _("Title"), _("State"), _("Managers"), _("From"), _("To"), _("Who"))
    shown = rows[["sweep_id", "title", "state", "managers", "first_on", "last_on", "who"]]
    console.table(headings, shown.itertuples(index=False, name=None))
    return 0


def _add_show(parser: argparse.ArgumentParser, _: Translate) -> None:
    add_sweep(parser, _)
    parser.add_argument("--doors", action="store_true", help=_("Every stop with its doors, and why they are there."))


def _show(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.services.sweeps import open_sweep  # noqa: PLC0415 - as above

    record, _request, plan = open_sweep(*open_branch(chosen, settings), chosen.sweep)
    if console.json:
        console.value(as_json(record) | {"plan": None if plan is None else plan_as_json(plan, console)})
        return 0
    tell(record, console)
    if plan is None:
        console.line(say(N_("It has not been planned yet.")))
        return 0
    tell_days(plan, console)
    for day in plan.days if chosen.doors else ():
        _tell_doors(day, console)
    return 0


def _tell_doors(day: "DayRoute", console: Console) -> None:
    _ = translator(console.language)
    console.line()
    console.line(f"{day.day} {day.manager_id}")
    rows = [
        (
            number if place == 0 else "",
            clock(planned.start_min) if place == 0 else "",
            door.org_id,
            " ".join(part for part in (door.floor, door.room) if part),
            "; ".join(console.said(reason.said) for reason in door.reasons),
        )
        for number, planned in enumerate(day.stops, start=1)
        for place, door in enumerate(planned.stop.doors)
    ]
    console.table((_("Stop"), _("Time"), _("Organisation"), _("Floor and room"), _("Why")), rows)


def _add_export(parser: argparse.ArgumentParser, _: Translate) -> None:
    add_sweep(parser, _)
    parser.add_argument("--to", type=Path, required=True, metavar=_("FILE"), help=_("File to write; - for standard output."))
    parser.add_argument(
        "--format", metavar=_("FORMAT"), help=_("gpx, kml, ics, csv, xlsx, geojson or pdf; default: by the ending of the file.")
    )
    parser.add_argument(
        "--manager", "--managers", dest="managers", nargs="+", default=[], metavar=_("MANAGER"), help=_("Whose days; default: all.")
    )


def _export(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.reports.itinerary import FORMATS  # noqa: PLC0415 - as above
    from gridmap.services.itinerary import sweep_sheet  # noqa: PLC0415 - as above

    wanted = chosen.format or chosen.to.suffix.lower().lstrip(".")
    found = next((each for each in FORMATS if wanted in (each.key, each.suffix.lstrip("."))), None)
    if found is None:
        raise UsageError(say(N_("Say which format is meant: --format, one of {known}."), known=", ".join(each.key for each in FORMATS)))
    opened = open_branch(chosen, settings)
    made = sweep_sheet(*opened, chosen.sweep, language=console.language, now_us=now_us(), managers=chosen.managers)
    write_file(chosen.to, found.write(made), console, format=found.key, sweep=chosen.sweep)
    return 0


PARTS = (
    Command("list", N_("List the sweeps."), add_common, _list),
    Command("show", N_("Show the days of a sweep."), _add_show, _show),
    Command("export", N_("Write a sweep to a file: route, calendar, table, map or day sheet."), _add_export, _export),
)
