"""A request in words: from a file, and changed by what the command line says."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gridmap.cli.arguments import day
from gridmap.cli.console import UsageError
from gridmap.cli.opened import Opened, add_branch
from gridmap.errors import N_, say
from gridmap.settings import Settings
from gridmap.texts import Translate

if TYPE_CHECKING:
    from gridmap.store import PlanRecord
    from gridmap.territories.request import Limit, Request
    from gridmap.territories.situation import Situation

STDIN = "-"


def add_request(parser: argparse.ArgumentParser, _: Translate) -> None:
    """Add what a search is asked for."""
    add_branch(parser, _)
    parser.add_argument("--plan", type=int, metavar=_("PLAN"), help=_("Begin with a draft: its moves, its locks, its day."))
    parser.add_argument(
        "--on", type=day, metavar=_("DATE"), help=_("First day it shall hold (YYYY-MM-DD); default: day 1 of the next account month.")
    )
    parser.add_argument(
        "--request", metavar=_("FILE"), help=_("The request as JSON; - for standard input. What stands beside it changes it.")
    )
    parser.add_argument(
        "--limit", dest="limits", action="append", metavar=_("LIMIT"),
        help=_("A limit in place of the request's: accounts<=50, accounts<=capacity, hours=10%%, prospects>=5. May be given again."),
    )  # fmt: skip
    parser.add_argument("--managers", nargs="+", metavar=_("MANAGER"), help=_("Who takes part; default: all who own cells."))
    parser.add_argument("--new", type=int, metavar="N", help=_("Managers to find bases for."))
    parser.add_argument("--cells", type=int, metavar="N", help=_("At most so many cells change hands."))
    parser.add_argument(
        "--accounts-share", type=float, metavar=_("SHARE"), help=_("At most this share of accounts changes hands: 0.03 for 3 %%.")
    )
    parser.add_argument("--assign", action="store_true", default=None, help=_("Cells that nobody owns are given to somebody."))
    parser.add_argument("--seed", type=int, default=0, metavar="N", help=_("Same seed, same answer."))
    parser.add_argument("--proposals", type=int, metavar="N", help=_("How long is searched; default: by the size."))
    parser.add_argument(
        "--starts",
        type=int,
        metavar="N",
        help=_("1: one search all along; more: many short ones, of which the best go on; default: by the size."),
    )
    parser.add_argument("--json", action="store_true", help=_("Print JSON."))


def request_of(chosen: argparse.Namespace) -> "Request":
    """Read the request that the words ask for.

    Raises
    ------
    UsageError
        When there is no such file, or a limit is none.
    PlanError
        When the file holds no request.
    """
    from gridmap.territories.request import Request  # noqa: PLC0415 - help and mistakes are answered without loading the tables
    from gridmap.territories.written import read_request  # noqa: PLC0415 - as above

    request = read_request(_text(chosen.request)) if chosen.request else Request()
    if chosen.limits:
        request = replace(request, limits=merged([_limit(word) for word in chosen.limits]))
    if chosen.managers:
        request = replace(request, managers=tuple(chosen.managers))
    if chosen.new is not None:
        request = replace(request, new_managers=chosen.new)
    if chosen.assign:
        request = replace(request, nobodys="assign")
    budget = request.budget
    if chosen.cells is not None:
        budget = replace(budget, cells=chosen.cells)
    if chosen.accounts_share is not None:
        budget = replace(budget, accounts_share=chosen.accounts_share)
    given = {name: value for name in ("proposals", "starts") if (value := getattr(chosen, name)) is not None}
    effort = replace(request.effort, **given)
    return replace(request, budget=budget, effort=effort)


def opened_for(
    chosen: argparse.Namespace, opened: Opened, settings: Settings, request: "Request"
) -> tuple["Situation", "Request", "PlanRecord | None"]:
    """Open what is searched on; a draft brings its locks."""
    from gridmap.services import suggesting  # noqa: PLC0415 - as above
    from gridmap.store import plan_record  # noqa: PLC0415 - as above

    there = suggesting.situation_of(*opened, rules=settings.rules, plan_id=chosen.plan, on=chosen.on)
    record = plan_record(*opened, chosen.plan) if chosen.plan is not None else None
    return there, suggesting.with_locks(request, record) if record is not None else request, record


def merged(limits: list["Limit"]) -> tuple["Limit", ...]:
    """Put what several words say of one measure into one limit."""
    found: dict[str, Limit] = {}
    for limit in limits:
        given = {name: value for name in ("tolerance", "least", "most") if (value := getattr(limit, name)) is not None}
        found[limit.measure] = replace(found.get(limit.measure, limit), **given)
    return tuple(found.values())


def _limit(word: str) -> "Limit":
    from gridmap.territories.request import CAPACITY, Limit  # noqa: PLC0415 - as above

    sign = next((sign for sign in ("<=", ">=", "=") if sign in word), "=")
    measure, _found, text = word.partition(sign)
    if sign == "<=" and text == CAPACITY:
        return Limit(measure, most=CAPACITY)
    value = _number(text.removesuffix("%") if sign == "=" else text)
    if measure and value is not None and (sign != "=" or text.endswith("%")):
        return {"<=": Limit(measure, most=value), ">=": Limit(measure, least=value), "=": Limit(measure, tolerance=value / 100)}[sign]
    raise UsageError(say(N_("{word} is no limit: write accounts<=50, accounts<=capacity, prospects>=5 or hours=10%."), word=word))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _text(name: str) -> str:
    if name == STDIN:
        return sys.stdin.read()
    if not Path(name).is_file():
        raise UsageError(say(N_("There is no file {name}."), name=name))
    return Path(name).read_text(encoding="utf-8")
