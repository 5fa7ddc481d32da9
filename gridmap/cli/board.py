"""`gridmap board`: what is due this morning, who is behind, what was done, what stood in the way."""

import argparse
from datetime import date
from typing import TYPE_CHECKING, Any

from gridmap.cli.arguments import day
from gridmap.cli.console import Command, Console, UsageError
from gridmap.cli.opened import add_branch, open_branch
from gridmap.errors import N_, say
from gridmap.settings import Settings
from gridmap.texts import Translate, translator

if TYPE_CHECKING:
    from gridmap.fieldwork.board import Board
    from gridmap.market import Market

SHOWN = 20


def add(parser: argparse.ArgumentParser, _: Translate) -> None:
    """Add the arguments."""
    add_branch(parser, _)
    parser.add_argument("--manager", metavar=_("ID"), help=_("The board of one manager, with every organisation due."))
    parser.add_argument("--day", type=day, metavar=_("DATE"), help=_("Morning to look at (YYYY-MM-DD); default: today."))
    parser.add_argument("--json", action="store_true", help=_("Print the board as JSON."))


def run(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Print the board."""
    from gridmap import store as stores  # noqa: PLC0415 - help and mistakes are answered without loading the tables
    from gridmap.fieldwork.board import announcement  # noqa: PLC0415
    from gridmap.market import day_end_us  # noqa: PLC0415
    from gridmap.services import exporting, fieldwork  # noqa: PLC0415

    store, scope, branch_id = open_branch(chosen, settings)
    market = stores.open_market(store, scope, branch_id, as_of=chosen.day)
    on = chosen.day or exporting.local_day(store.clock(), market.branch.time_zone)
    plan = stores.plan_as_of(store, scope, branch_id, valid_us=day_end_us(on, market.branch.time_zone) - 1)
    board = fieldwork.board_of(store, scope, market, plan, day=on, rules=settings.sweeps)
    if chosen.manager is not None:
        known = sorted({*board.sums.index, *fieldwork.manager_names(market, on)})
        if chosen.manager not in known:
            raise UsageError(say(N_("There is no manager {manager}; there are {known}."), manager=chosen.manager, known=", ".join(known)))
        board = board.of(chosen.manager)
    if console.json:
        console.value(as_json(board, console))
        return 0
    names = fieldwork.manager_names(market, on)
    for line in announcement(board, branch=fieldwork.branch_name(market), managers=names, rules=settings.sweeps):
        console.line(line)
    if chosen.manager is not None:
        _table(board, market, on, console)
    return 0


def as_json(board: "Board", console: Console) -> dict[str, Any]:
    """Return a board as JSON writes it: days as text, reasons in the language of the command."""
    lines: Any = board.due.itertuples()
    noted: Any = board.difficulties.itertuples()
    due = [
        {
            "manager_id": row.manager_id, "org_id": row.org_id, "kinds": row.kinds.split(";"), "due_on": row.due_on.date().isoformat(),
            "late_days": int(row.late_days), "held_back": bool(row.held_back), "left_over": bool(row.left_over),
            "contacts": int(row.contacts), "why": [console.said(each) for each in row.why],
        }
        for row in lines
    ]  # fmt: skip
    hard = [
        {"day": row.day.date().isoformat(), "manager_id": row.manager_id, "org_id": row.org_id, "kind": row.kind, "note": _text(row.note)}
        for row in noted
    ]
    sums = {str(manager): {str(name): int(value) for name, value in row.items()} for manager, row in board.sums.iterrows()}
    days = {"day": board.day.isoformat(), "first": board.first.isoformat(), "last": board.last.isoformat()}
    return {**days, "managers": sums, "due": due, "difficulties": hard}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _table(board: "Board", market: "Market", on: date, console: Console) -> None:
    _ = translator(console.language)
    live = board.due[~board.due["held_back"].astype(bool) & ~board.due["left_over"].astype(bool)]
    named = market.at("organisations", on).drop_duplicates("org_id", keep="last").set_index("org_id")["name"]
    first: Any = live.head(SHOWN).itertuples()
    console.line()
    console.table(
        (_("Organisation"), _("Code"), _("Days late"), _("Why")),
        [(named.get(row.org_id, ""), row.org_id, int(row.late_days), " · ".join(console.said(each) for each in row.why)) for row in first],
    )
    if len(live) > SHOWN:
        console.line(say(N_("... and {count} more; --json lists them all."), count=len(live) - SHOWN))


COMMAND = Command("board", N_("Show what is due this morning and who is behind."), add, run)
