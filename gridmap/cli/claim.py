"""`gridmap claim`: what managers ask for, and the answers."""

import argparse
import time
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from gridmap import texts
from gridmap.cli.arguments import day, nested
from gridmap.cli.console import Command, Console
from gridmap.cli.opened import Opened, add_branch, open_branch
from gridmap.errors import N_, say
from gridmap.settings import Settings
from gridmap.texts import Translate

if TYPE_CHECKING:
    from gridmap.store import Claim

STATES = (("open", N_("open")), ("accepted", N_("accepted")), ("declined", N_("declined")), ("withdrawn", N_("withdrawn")))
KINDS = (("claim", N_("claim")), ("return", N_("return")))
_HEADINGS = (N_("Claim"), N_("Cell"), N_("What"), N_("Manager"), N_("Who"), N_("Why"), N_("State"), N_("Answer"))


def _add_list(parser: argparse.ArgumentParser, _: Translate) -> None:
    add_branch(parser, _)
    parser.add_argument("--state", choices=[state for state, _title in STATES], help=_("Only claims in this state. Default: all."))
    parser.add_argument("--json", action="store_true", help=_("Print JSON."))


def _list(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.store import claims  # noqa: PLC0415 - help and mistakes are answered without loading the tables

    found = claims(*open_branch(chosen, settings), states=[chosen.state] if chosen.state else None)
    if console.json:
        console.value(found.astype(object).where(found.notna(), None).to_dict("records"))
        return 0
    _ = texts.translator(console.language)
    kinds, states = ({key: _(title) for key, title in each} for each in (KINDS, STATES))
    columns = ["claim_id", "cell", "kind", "manager_id", "who", "why", "state", "answer"]
    rows = [
        (number, cell, kinds[kind], manager, who, why, states[state], _(answer) if answer else "")
        for number, cell, kind, manager, who, why, state, answer in found[columns].itertuples(index=False, name=None)
    ]
    console.table([_(title) for title in _HEADINGS], rows)
    return 0


def _add_accept(parser: argparse.ArgumentParser, _: Translate) -> None:
    _add_claim(parser, _)
    parser.add_argument("--answer", default="", metavar=_("TEXT"), help=_("What the manager is told."))
    parser.add_argument("--from", dest="begin", type=day, metavar=_("DATE"), help=_("First day it holds (YYYY-MM-DD); default: now."))


def _add_decline(parser: argparse.ArgumentParser, _: Translate) -> None:
    _add_claim(parser, _)
    parser.add_argument("--answer", required=True, metavar=_("TEXT"), help=_("Why not: the manager is told."))


def _add_claim(parser: argparse.ArgumentParser, _: Translate) -> None:
    parser.add_argument("claim", type=int, metavar=_("CLAIM"), help=_("Number of the claim."))
    add_branch(parser, _)
    parser.add_argument("--json", action="store_true", help=_("Print JSON."))


def _accept(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.store import decide_claim  # noqa: PLC0415 - as above

    opened = open_branch(chosen, settings)
    begin = None if chosen.begin is None else _day_start_us(opened, chosen.begin)
    done = decide_claim(*opened, chosen.claim, accept=True, answer=chosen.answer, now_us=_now_us(), effective_us=begin)
    _tell(done, console)
    return 0


def _decline(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.store import decide_claim  # noqa: PLC0415 - as above

    opened = open_branch(chosen, settings)
    _tell(decide_claim(*opened, chosen.claim, accept=False, answer=chosen.answer, now_us=_now_us()), console)
    return 0


def _day_start_us(opened: Opened, first: date) -> int:
    from gridmap.store import branches  # noqa: PLC0415 - as above

    zones = branches(opened.store, opened.scope).set_index("branch_id")["time_zone"]
    return round(datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(str(zones[opened.branch_id]))).timestamp()) * 1_000_000


def _now_us() -> int:
    return time.time_ns() // 1000


def _tell(done: "Claim", console: Console) -> None:
    if console.json:
        console.value(vars(done))
        return
    if done.state == "declined":
        console.line(say(N_("Claim {claim} is declined; cell {cell} stays as it is."), claim=done.claim_id, cell=done.cell))
        return
    what = N_("Cell {cell} is now {manager}'s.") if done.kind == "claim" else N_("Cell {cell} is no longer {manager}'s.")
    console.line(say(what, cell=done.cell, manager=done.manager_id))


PARTS = (
    Command("list", N_("List claims: who asks for which cell, or gives it back, and the answers."), _add_list, _list),
    Command("accept", N_("Accept a claim: the cell moves."), _add_accept, _accept),
    Command("decline", N_("Decline a claim, with an answer."), _add_decline, _decline),
)
COMMAND = nested("claim", N_("Answer managers who ask for a cell, or give one back."), PARTS)
