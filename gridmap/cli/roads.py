"""`gridmap roads`: prepare the roads of an OpenStreetMap extract, and show what is prepared."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gridmap.cli.arguments import nested
from gridmap.cli.console import Command, Console, UsageError
from gridmap.errors import N_, say
from gridmap.settings import Settings
from gridmap.texts import Translate, translator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridmap.travel.local_roads import About

_MODES = ("foot", "ebike", "car")


def _add_build(parser: argparse.ArgumentParser, _: Translate) -> None:
    parser.add_argument("extract", type=Path, metavar=_("FILE.osm.pbf"), help=_("An OpenStreetMap extract that covers the branch."))
    parser.add_argument(
        "--to", type=Path, required=True, metavar=_("FOLDER"), help=_("Where the prepared roads go, a folder for each mode.")
    )
    parser.add_argument(
        "--mode", choices=_MODES, action="append", help=_("For which way of travelling; may be given again. All where none is given.")
    )
    parser.add_argument("--json", action="store_true", help=_("Print what was done as JSON."))


def _build(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Prepare roads; what stood there stays until the new ones are whole."""
    from gridmap.travel.building import build_roads  # noqa: PLC0415 - help is answered without loading the tables

    modes = tuple(dict.fromkeys(chosen.mode or _MODES))
    made = build_roads(chosen.extract, chosen.to, modes=modes, told=console.progress)
    _tell(made, console)
    if Path(settings.sweeps.roads or ".").resolve() != chosen.to.resolve() or not settings.sweeps.roads:
        console.line(
            say(
                N_('To plan with them, write into the settings, under [sweeps]: roads = "{folder}".'), folder=chosen.to.resolve().as_posix()
            )
        )
    return 0


def _add_show(parser: argparse.ArgumentParser, _: Translate) -> None:
    parser.add_argument("folder", type=Path, nargs="?", metavar=_("FOLDER"), help=_("Of prepared roads; without it, that of the settings."))
    parser.add_argument("--json", action="store_true", help=_("Print it as JSON."))


def _show(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Show what is prepared; 1 where nothing is."""
    from gridmap.travel.building import prepared_roads  # noqa: PLC0415 - help is answered without loading the tables

    folder = chosen.folder or (Path(settings.sweeps.roads) if settings.sweeps.roads else None)
    if folder is None:
        raise UsageError(say(N_("The settings name no folder of prepared roads; name one.")))
    found = prepared_roads(folder)
    _tell(found, console)
    if not found:
        console.warn(say(N_("There are no prepared roads in {folder}."), folder=str(folder)))
    return 0 if found else 1


def _tell(found: "Sequence[About]", console: Console) -> None:
    _ = translator(console.language)
    rows = [
        (
            about.mode,
            about.name,
            f"{about.extract_bytes / 2**20:,.1f}",
            f"{sum(about.made.values()) / 2**20:,.1f}",
            about.osrm,
            about.fingerprint,
        )
        for about in found
    ]
    if rows:
        console.table((_("Mode"), _("Extract"), _("Extract (MB)"), _("Prepared (MB)"), _("OSRM"), _("Fingerprint")), rows)
    if console.json:
        console.value(
            [
                {"mode": about.mode, "extract": about.name, "extract_bytes": about.extract_bytes, "extract_sha256": about.extract_sha256,
                 "prepared_bytes": sum(about.made.values()), "osrm": about.osrm, "fingerprint": about.fingerprint}
                for about in found
            ]
        )  # fmt: skip


COMMAND = nested(
    "roads",
    N_("Prepare the roads of an OpenStreetMap extract for planning sweeps."),
    (
        Command("build", N_("Prepare roads from an extract, all or nothing (Python 3.12 or later, extra roads)."), _add_build, _build),
        Command("show", N_("Show the roads that are prepared."), _add_show, _show),
    ),
)
