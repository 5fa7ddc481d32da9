"""`gridmap export`: tables, and metrics of cells, towns, parks and managers."""

import argparse
from datetime import timedelta
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
    what.add_argument(
        "--crm",
        choices=("visits", "tasks", "filings"),
        help=_("Records of a period in the columns of the carrier's CRM, as kept for the branch."),
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
    parser.add_argument(
        "--from",
        dest="first",
        type=day,
        metavar=_("DATE"),
        help=_("First day of the records for the CRM; default: six days before the last."),
    )
    parser.add_argument("--to", dest="last", type=day, metavar=_("DATE"), help=_("Last day of the records for the CRM; default: today."))
    parser.add_argument("--manager", default="", metavar=_("ID"), help=_("Records of one manager for the CRM; default: of all."))
    parser.add_argument("--layout", type=Path, metavar=_("FILE"), help=_("Layout for the CRM, as JSON; it is kept for the next time."))
    parser.add_argument("--json", action="store_true", help=_("Print what was written as JSON."))


def run(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Write one file."""
    key = chosen.format or format_of(chosen.out)
    if chosen.window is not None and chosen.window < 1:
        raise UsageError(say(N_("--window must be 1 or more.")))
    if chosen.history and chosen.table != "ownership":
        raise UsageError(say(N_("--history goes with --table ownership.")))
    if not chosen.crm and (chosen.first or chosen.last or chosen.manager or chosen.layout):
        raise UsageError(say(N_("--from, --to, --manager and --layout go with --crm.")))
    data, branch_id = _crm(chosen, key, settings) if chosen.crm else _data(chosen, key, settings)
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


def _crm(chosen: argparse.Namespace, key: str, settings: Settings) -> tuple[bytes, str]:
    from gridmap import store as stores  # noqa: PLC0415 - as above
    from gridmap.market import day_end_us  # noqa: PLC0415
    from gridmap.services import crm, exporting  # noqa: PLC0415

    if key not in crm.CRM_FORMATS:
        raise UsageError(say(N_("The CRM gets {known}."), known=", ".join(crm.CRM_FORMATS)))
    store, scope, branch_id = open_branch(chosen, settings)
    market = stores.open_market(store, scope, branch_id)
    zone = market.branch.time_zone
    last = chosen.last or exporting.local_day(store.clock(), zone)
    plan = stores.plan_as_of(store, scope, branch_id, valid_us=day_end_us(last, zone) - 1)
    if chosen.layout is not None:
        crm.keep_layout(store, scope, branch_id, chosen.crm, crm.layout_in_file(chosen.layout), now_us=store.clock())
    first = chosen.first or last - timedelta(days=6)
    return crm.export_crm(store, scope, market, plan, chosen.crm, key, first=first, last=last, manager_id=chosen.manager), branch_id


COMMAND = Command("export", N_("Write tables and metrics to files."), add, run)
