"""`gridmap import`: files through the gate into the store."""

import argparse
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gridmap import schema
from gridmap.cli.arguments import day, pairs
from gridmap.cli.console import Command, Console, UsageError
from gridmap.cli.operator import whoever_runs_this
from gridmap.errors import N_, FileError, Finding, GridmapError, Message, TableError, say
from gridmap.settings import Settings
from gridmap.texts import Translate

if TYPE_CHECKING:
    from gridmap.services.importing import ImportReport
    from gridmap.store import Store

SYSTEMS = ("wgs84", "gcj02", "bd09")


def add(parser: argparse.ArgumentParser, _: Translate) -> None:
    """Add the arguments."""
    parser.add_argument("files", nargs="*", metavar=_("FILE"), help=_("Files of one table, imported in this order."))
    parser.add_argument(
        "--table", required=True, metavar=_("NAME"), choices=[each.name for each in schema.TABLES],
        help=_("What the rows are: {names}.").format(names=", ".join(each.name for each in schema.TABLES)),
    )  # fmt: skip
    parser.add_argument(
        "--branch", metavar=_("ID"), help=_("Branch the rows belong to; made where it does not exist. Default: the only one there is.")
    )
    parser.add_argument("--as-of", type=day, metavar=_("DATE"), help=_("First day the rows are true (YYYY-MM-DD); default: always."))
    parser.add_argument("--crs", choices=SYSTEMS, help=_("Coordinate system of lat and lon; found out where not given."))
    parser.add_argument(
        "--map", nargs="+", action="extend", default=[], metavar=_("COLUMN=HEADER"),
        help=_("Header of a column in the file, or its position: lat=#1. Columns not named are matched by their headers."),
    )  # fmt: skip
    parser.add_argument("--accept-good", action="store_true", help=_("Import the good rows though others are refused."))
    parser.add_argument("--dry-run", action="store_true", help=_("Check and compare, change nothing in the store."))
    parser.add_argument(
        "--rejects", type=Path, metavar=_("FOLDER"), default=Path(), help=_("Where refused rows go; default: the current folder.")
    )
    parser.add_argument("--json", action="store_true", help=_("Print JSON: an object, or a list where there are several files."))


def run(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Import every file; each is all or nothing by itself. 1 where one was refused."""
    # `--map lat=#1 FILE` hands the file to --map; what is no pair is a file.
    files = [Path(word) for word in (*chosen.files, *(word for word in chosen.map if "=" not in word))]
    mapping = pairs([word for word in chosen.map if "=" in word], (*schema.table(chosen.table).names, "geometry"))
    if not files:
        raise UsageError(say(N_("Name a file to import.")))
    for file in files:
        if not file.is_file():
            raise UsageError(say(N_("There is no file {name}."), name=str(file)))
    if not (chosen.rejects.is_dir() and os.access(chosen.rejects, os.W_OK)):
        raise UsageError(say(N_("Refused rows cannot be written to {folder}."), folder=str(chosen.rejects)))

    from gridmap.store import open_store  # noqa: PLC0415 - help and mistakes are answered without loading the tables

    store = open_store(settings.store, settings=settings)
    answers, refused = [], False
    for file in files:
        try:
            report = _import(file, store, chosen, mapping, settings, console)
        except (FileError, TableError) as error:
            console.refuse(error)
            answers.append(_nothing_read(error, chosen.table, file, console))
            refused = True
            continue
        rejects = _write_rejects(report, chosen.rejects)
        _tell(report, rejects, console)
        answers.append(report.as_json(console.language) | {"reject_file": str(rejects) if rejects else None})
        refused = refused or report.refused
    if console.json:
        console.value(answers[0] if len(answers) == 1 else answers)
    return 1 if refused else 0


def _import(
    file: Path, store: "Store", chosen: argparse.Namespace, mapping: dict[str, str], settings: Settings, console: Console
) -> "ImportReport":
    from gridmap.services.importing import import_file  # noqa: PLC0415 - as above

    megabytes = file.stat().st_size / 2**20
    if megabytes > settings.limits.file_mb:
        raise FileError(
            say(N_("The file has {size} MB; {limit} MB are allowed."), size=round(megabytes), limit=settings.limits.file_mb),
            where=str(file),
            remedy=say(N_("Split it into smaller files.")),
        )
    return import_file(
        store,
        whoever_runs_this(),
        name=file.name,
        data=file.read_bytes(),
        table=chosen.table,
        branch_id=chosen.branch,
        as_of=chosen.as_of,
        system=chosen.crs,
        mapping=mapping,
        accept_good=chosen.accept_good,
        dry_run=chosen.dry_run,
        now_us=time.time_ns() // 1000,
        settings=settings,
        progress=console.progress,
    )


def _write_rejects(report: "ImportReport", folder: Path) -> Path | None:
    if report.reject_file is None:
        return None
    path = folder / report.reject_file.name
    try:
        path.write_bytes(report.reject_file.data)
    except OSError as error:
        raise FileError(
            say(N_("The refused rows cannot be written to {path}: {reason}."), path=str(path), reason=str(error)),
            remedy=say(N_("Name a folder that can be written: --rejects FOLDER.")),
        ) from error
    return path


def _tell(report: "ImportReport", rejects: Path | None, console: Console) -> None:
    console.line(report.summary())
    if report.cells is not None:
        console.line(report.cells.summary())
    for note in report.notes:
        console.line(note)
    console.line(say(N_("Columns: {mapping}."), mapping=", ".join(f"{column} = {header}" for column, header in report.mapping.items())))
    if not console.json or report.refused:
        console.findings(report.findings)
    if rejects is not None:
        console.line(say(N_("Refused rows, each with its reason: {path}"), path=str(rejects)))
    if report.refused:
        console.warn(say(N_("Nothing was written. Mend the rows, or take the good ones with --accept-good.")))
    elif not report.written:
        console.line(say(N_("Dry run: nothing was written.")))


def _nothing_read(error: GridmapError, table: str, file: Path, console: Console) -> dict[str, object]:
    """Give a file that could not even be read the same answer as one whose rows were refused."""
    from gridmap.services.import_report import finding_json  # noqa: PLC0415 - as above

    what, remedy = (part if isinstance(part, Message) else say(part) for part in (error.what, error.remedy))
    found = error.findings if isinstance(error, TableError) else ()
    findings = found or (Finding(table, None, "", "file", file.name, what, remedy),)
    counts = dict.fromkeys(("read", "accepted", "rejected", "unplaced", "new", "changed", "unchanged"), 0)
    return {
        "file": file.name,
        "table": table,
        **counts,
        "findings": [finding_json(each, console.language) for each in findings],
        "reject_file": None,
        "written": False,
    }


COMMAND = Command("import", N_("Check files and import them."), add, run)
