"""`gridmap export`: tables, and metrics of cells, towns, parks and managers."""

import argparse
from pathlib import Path

from gridmap import schema
from gridmap.cli.arguments import day
from gridmap.cli.console import Command, Console, UsageError
from gridmap.cli.opened import add_branch, open_branch
from gridmap.cli.writing import format_of, write_file
from gridmap.errors import N_, say
from gridmap.files.formats import FORMATS
from gridmap.settings import Settings
from gridmap.texts import Translate

BY = ("cell", "town", "park", "holder", "territory", "branch")


def add(parser: argparse.ArgumentParser, _: Translate) -> None:
    """Add the arguments."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--table",
        metavar=_("NAME"),
        choices=[each.name for each in schema.TABLES],
        help=_("A table, in a form that can be imported again."),
    )
    what.add_argument("--by", choices=BY, help=_("Metrics of every cell, town, park, holder, territory, or of the branch."))
    parser.add_argument("--out", type=Path, required=True, metavar=_("FILE"), help=_("File to write; - for standard output."))
    parser.add_argument("--format", choices=[each.key for each in FORMATS], help=_("Format; default: by the ending of the file."))
    add_branch(parser, _)
    parser.add_argument("--as-of", type=day, metavar=_("DATE"), help=_("Day to look at (YYYY-MM-DD); default: today."))
    parser.add_argument("--history", action="store_true", help=_("Of the table ownership: every owner a cell ever had, and every release."))
    parser.add_argument(
        "--window", type=int, metavar=_("DAYS"), help=_("Days of visits and wins that end with it; default: from the settings.")
    )
    parser.add_argument("--metrics", nargs="+", default=[], metavar=_("KEY"), help=_("Keys of metrics; default: all."))
    parser.add_argument("--json", action="store_true", help=_("Print what was written as JSON."))


def run(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Write one file."""
    key = chosen.format or format_of(chosen.out)
    if chosen.window is not None and chosen.window < 1:
        raise UsageError(say(N_("--window must be 1 or more.")))
    if chosen.history and chosen.table != "ownership":
        raise UsageError(say(N_("--history goes with --table ownership.")))
    data, branch_id = _data(chosen, key, settings)
    write_file(chosen.out, data, console, format=key, branch_id=branch_id)
    return 0


def _data(chosen: argparse.Namespace, key: str, settings: Settings) -> tuple[bytes, str]:
    from gridmap import metrics  # noqa: PLC0415 - help and mistakes are answered without loading the tables
    from gridmap.services import exporting  # noqa: PLC0415

    known = [each.key for each in metrics.METRICS]
    unknown = sorted(set(chosen.metrics) - set(known))
    if unknown:
        raise UsageError(say(N_("There is no metric {names}; there are {known}."), names=", ".join(unknown), known=", ".join(known)))
    store, scope, branch_id = open_branch(chosen, settings)
    if chosen.table:
        data = exporting.export_table(store, scope, branch_id, chosen.table, key, as_of=chosen.as_of, history=chosen.history)
        return data, branch_id
    window = chosen.window or settings.rules.window_days
    data = exporting.export_figures(
        store, scope, branch_id, key, by=chosen.by, as_of=chosen.as_of, window_days=window, rules=settings.rules, keys=tuple(chosen.metrics)
    )
    return data, branch_id


COMMAND = Command("export", N_("Write tables and metrics to files."), add, run)
