"""`gridmap report`: the briefing of a branch as files in a folder, whole or not at all; made for a scheduler to run."""

import argparse
from pathlib import Path

from gridmap.cli.console import Command, Console
from gridmap.cli.opened import add_branch, open_branch
from gridmap.cli.writing import write_folder
from gridmap.errors import N_, say
from gridmap.settings import Settings
from gridmap.texts import LANGUAGES, Translate

FORMATS = ("xlsx", "pdf", "pptx", "html", "png", "txt", "cards")
USUAL = FORMATS[:-1]


def add(parser: argparse.ArgumentParser, _: Translate) -> None:
    """Add the arguments."""
    add_branch(parser, _)
    parser.add_argument(
        "--period",
        default="",
        metavar=_("PERIOD"),
        help=_("Month, quarter, half or year (2026-06, 2026Q2, 2026H1, 2026); default: the last month."),
    )
    parser.add_argument(
        "--to", type=Path, required=True, metavar=_("FOLDER"), help=_("Folder to write into; it is made where it is missing.")
    )
    parser.add_argument(
        "--format", nargs="+", choices=FORMATS, default=list(USUAL), metavar=_("FORMAT"),
        help=_("Formats: {known}. Default: all but the cards.").format(known=", ".join(FORMATS)),
    )  # fmt: skip
    parser.add_argument(
        "--language", choices=[key for key, _name in LANGUAGES], help=_("Language of the report; default: that of the messages.")
    )
    parser.add_argument("--cells-of", default="", metavar=_("MANAGER"), help=_("Only the cells of one manager; default: all."))
    parser.add_argument(
        "--address",
        default="",
        metavar=_("ADDRESS"),
        help=_("Address of the app, for the codes on the cards; default: they carry the cell alone."),
    )
    parser.add_argument("--json", action="store_true", help=_("Print what was written as JSON."))


def run(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Write the files of a report."""
    from gridmap.services import briefing, briefing_cards  # noqa: PLC0415 - help and mistakes are answered without loading what draws
    from gridmap.services.briefing_day import open_report_day  # noqa: PLC0415

    store, scope, branch_id = open_branch(chosen, settings)
    language, rules = chosen.language or console.language, settings.rules
    day = open_report_day(store, scope, branch_id, period=chosen.period, rules=rules, now_us=store.clock(), cells_of=chosen.cells_of)
    made = briefing.briefing_of(day, language=language)
    keys = [key for key in FORMATS if key in set(chosen.format)]
    written = briefing.write_briefing(
        made, [key for key in keys if key != "cards"], tell=lambda share: console.progress(share, say(N_("drawing the report")))
    )
    files = {f"{made.name}.{key}": written[key] for key in keys if key != "cards"}
    if "cards" in keys:
        files[f"{made.name}-cards.pdf"] = briefing_cards.write_cards(day, language=language, address=chosen.address)
    changed = write_folder(chosen.to, files)
    if console.json:
        told = [{"file": str(chosen.to / name), "bytes": len(data), "changed": name in changed} for name, data in files.items()]
        console.value({"branch_id": branch_id, "as_of": day.now.as_of.isoformat(), "checksum": made.checksum, "files": told})
    for name, data in files.items():
        text = N_("{file}: {size} kB written.") if name in changed else N_("{file}: {size} kB, as it was.")
        console.line(say(text, file=str(chosen.to / name), size=f"{len(data) / 1000:,.1f}"))
    console.line(say(N_("Checksum of the figures: {checksum}"), checksum=made.checksum))
    return 0


COMMAND = Command("report", N_("Write the figures of a branch as a report: workbook, PDF, slides, one page, picture, text."), add, run)
