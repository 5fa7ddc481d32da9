"""How many managers it takes, and where a new one would sit."""

import argparse

from gridmap.cli.console import Command, Console
from gridmap.cli.opened import open_branch
from gridmap.cli.territories.asking import add_request, opened_for, request_of
from gridmap.errors import N_, say
from gridmap.settings import Settings
from gridmap.texts import Translate


def _staffing(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.territories.staffing import how_many  # noqa: PLC0415 - help and mistakes are answered without loading the tables
    from gridmap.territories.written import staffing_json  # noqa: PLC0415 - as above

    there, asked, _record = opened_for(chosen, open_branch(chosen, settings), settings, request_of(chosen))
    steps = how_many(there, request=asked, seed=chosen.seed, on_try=None if console.json else lambda step: console.line(step.message))
    if console.json:
        console.value(staffing_json(steps, language=console.language))
    return 0 if any(step.kept for step in steps) else 1


def _add_bases(parser: argparse.ArgumentParser, _: Translate) -> None:
    add_request(parser, _)
    parser.add_argument("--best", type=int, default=5, metavar="N", help=_("How many cells are named (default: 5)."))


def _bases(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.territories.staffing import new_bases  # noqa: PLC0415 - as above
    from gridmap.territories.written import bases_json  # noqa: PLC0415 - as above

    there, asked, _record = opened_for(chosen, open_branch(chosen, settings), settings, request_of(chosen))
    found = new_bases(there, request=asked, best=chosen.best)
    if console.json:
        console.value(bases_json(found, language=console.language))
    for number, base in enumerate(found, 1):
        words = N_("{number}. {cell} at {town}: limits broken by at least {broken} fair shares, travel {travel}.")
        told = {"cell": base.cell, "town": base.town, "broken": f"{base.broken:.3f}", "travel": f"{base.travel:.4f}"}
        console.line(say(words, number=number, **told))
    return 0


PARTS = (
    Command("staffing", N_("Find the least number of managers that keeps the limits."), add_request, _staffing),
    Command("bases", N_("Rank cells as the base of one new manager."), _add_bases, _bases),
)
