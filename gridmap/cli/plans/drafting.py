"""Drafting: begin a plan, copy one, let somebody's everything go over to others, move cells, lock them."""

import argparse
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from gridmap.cli.arguments import day
from gridmap.cli.console import Command, Console, UsageError
from gridmap.cli.opened import Opened, open_branch
from gridmap.cli.plans.naming import add_common, add_plan, tell
from gridmap.errors import N_, say
from gridmap.settings import Rules, Settings
from gridmap.texts import Translate

if TYPE_CHECKING:
    from gridmap.reallocation.editing import Edited
    from gridmap.reallocation.selecting import By
    from gridmap.services.plans import Looked

SELECTORS: tuple["By", ...] = ("park", "owner", "rule")


def _add_new(parser: argparse.ArgumentParser, _: Translate) -> None:
    add_common(parser, _)
    parser.add_argument("--title", required=True, metavar=_("TEXT"), help=_("What the plan is for, in a few words."))
    parser.add_argument(
        "--on", type=day, metavar=_("DATE"), help=_("First day it shall hold (YYYY-MM-DD); default: day 1 of the next account month.")
    )
    begin = parser.add_mutually_exclusive_group()
    begin.add_argument("--copy", type=int, metavar=_("PLAN"), help=_("Begin with the moves of another plan."))
    begin.add_argument("--from", dest="source", type=Path, metavar=_("FILE"), help=_("Begin with the owners in a file: cell, owner."))
    begin.add_argument("--resign", metavar=_("MANAGER"), help=_("Begin with everything of a manager who leaves, given to others."))


def _new(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.services import drafting  # noqa: PLC0415 - help and mistakes are answered without loading the tables

    opened = open_branch(chosen, settings)
    told = {"title": chosen.title, "now_us": _now()}
    if chosen.copy is not None:
        record = drafting.copy_plan(*opened, chosen.copy, **told)
    elif chosen.source is not None:
        record = drafting.plan_from_file(
            *opened, chosen.source.name, _read(chosen.source), effective_on=chosen.on, settings=settings, **told
        )
    elif chosen.resign:
        record = drafting.plan_for_leaving(*opened, chosen.resign, effective_on=chosen.on, rules=settings.rules, **told)
    else:
        record = drafting.new_plan(*opened, effective_on=chosen.on, **told)
    tell(record, console)
    return 0


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise UsageError(say(N_("There is no file {name}."), name=str(path)))
    return path.read_bytes()


def _add_move(parser: argparse.ArgumentParser, _: Translate) -> None:
    add_plan(parser, _)
    parser.add_argument("cells", nargs="*", metavar=_("CELL"), help=_("Cells to move."))
    parser.add_argument("--town", metavar=_("CODE"), help=_("Cells of a town, by code or name; with another choice, only those in it."))
    parser.add_argument("--park", metavar=_("CODE"), help=_("Cells that a park touches."))
    parser.add_argument("--owner", metavar=_("MANAGER"), help=_("Cells of a manager; - for those of nobody."))
    parser.add_argument("--rule", metavar=_("RULE"), help=_("Cells that a rule finds, such as unassigned_with_organisations."))
    to = parser.add_mutually_exclusive_group(required=True)
    to.add_argument("--to", metavar=_("MANAGER"), help=_("Who shall have them."))
    to.add_argument("--release", action="store_true", help=_("Nobody shall have them."))
    to.add_argument("--swap", nargs=2, metavar=_("MANAGER"), help=_("Two managers exchange all their cells."))
    parser.add_argument("--organisations", nargs="+", default=[], metavar=_("ID"), help=_("Organisations held by name to move as well."))
    parser.add_argument("--reason", default="", metavar=_("TEXT"), help=_("Why; kept with each move."))


def _move(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.services import drafting, plans  # noqa: PLC0415 - as above

    opened = open_branch(chosen, settings)
    looked = plans.look(*opened, chosen.plan, rules=settings.rules)
    if chosen.swap:
        edited = drafting.swap_owners(looked, *chosen.swap)
    else:
        cells = _chosen_cells(chosen, looked, settings.rules)
        edited = drafting.move(looked, cells, "" if chosen.release else chosen.to, organisations=chosen.organisations, reason=chosen.reason)
    _save(opened, looked, edited, console)
    return 1 if edited.refused else 0


def _chosen_cells(chosen: argparse.Namespace, looked: "Looked", rules: Rules) -> list[str]:
    from gridmap.reallocation.selecting import select_cells  # noqa: PLC0415 - as above

    cells = set(chosen.cells)
    wanted: list[tuple[By, str, str]] = [(by, value, chosen.town or "") for by in SELECTORS if (value := getattr(chosen, by))]
    if chosen.town and not wanted:
        wanted = [("town", chosen.town, "")]
    for by, value, town in wanted:
        cells |= set(select_cells(looked.market, looked.plan, looked.facts, by=by, value=value, rules=rules, town=town))
    if not cells and not chosen.organisations:
        raise UsageError(say(N_("No cell is chosen: name cells, or choose them by {options}."), options="--town, --park, --owner, --rule"))
    return sorted(cells)


def _save(opened: Opened, looked: "Looked", edited: "Edited", console: Console) -> None:
    from gridmap.store import save_plan  # noqa: PLC0415 - as above

    reasons = Counter(console.said(refused.message) for refused in edited.refused)
    for reason, count in reasons.items():
        console.warn(reason if count == 1 else say(N_("{reason} ({count} times)"), reason=reason, count=count))
    record = looked.record
    if edited.moved:
        record = save_plan(*opened, record.plan_id, expected=record.version, now_us=_now(), moves=edited.plan.moves)
    tell(record, console)
    console.line(say(N_("{count} moved; the plan now has {total} moves."), count=len(edited.moved), total=len(edited.plan.moves)))


def _add_set(parser: argparse.ArgumentParser, _: Translate) -> None:
    add_plan(parser, _)
    parser.add_argument("--title", metavar=_("TEXT"), help=_("What the plan is for, in a few words."))
    parser.add_argument("--on", type=day, metavar=_("DATE"), help=_("First day it shall hold (YYYY-MM-DD)."))


def _set(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.services import drafting  # noqa: PLC0415 - as above
    from gridmap.store import plan_record  # noqa: PLC0415 - as above

    opened = open_branch(chosen, settings)
    record = plan_record(*opened, chosen.plan)
    title, on = chosen.title or record.title, chosen.on or record.effective_on
    saved = drafting.set_title_and_day(*opened, chosen.plan, title=title, effective_on=on, expected=record.version, now_us=_now())
    tell(saved, console)
    return 0


def _add_lock(parser: argparse.ArgumentParser, _: Translate) -> None:
    add_plan(parser, _)
    parser.add_argument("--cells", nargs="*", default=None, metavar=_("CELL"), help=_("Cells that may not be moved; replaces the list."))
    parser.add_argument("--owners", nargs="*", default=None, metavar=_("MANAGER"), help=_("Owners of whose cells none may be moved."))
    parser.add_argument("--all", dest="everything", choices=("yes", "no"), help=_("Whether nothing at all may be moved."))


def _lock(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from dataclasses import replace  # noqa: PLC0415 - as above

    from gridmap.store import plan_record, save_plan  # noqa: PLC0415 - as above

    opened = open_branch(chosen, settings)
    record = plan_record(*opened, chosen.plan)
    options = record.options
    if chosen.cells is not None:
        options = replace(options, locked_cells=tuple(sorted(set(chosen.cells))))
    if chosen.owners is not None:
        options = replace(options, locked_owners=tuple(sorted(set(chosen.owners))))
    if chosen.everything is not None:
        options = replace(options, locked_all=chosen.everything == "yes")
    tell(save_plan(*opened, chosen.plan, expected=record.version, now_us=_now(), options=options), console)
    return 0


def _now() -> int:
    return time.time_ns() // 1000


PARTS = (
    Command("new", N_("Begin a draft."), _add_new, _new),
    Command("set", N_("Give a draft another title, or another first day."), _add_set, _set),
    Command("move", N_("Move cells and organisations in a draft."), _add_move, _move),
    Command("lock", N_("Say what may not be moved in a draft."), _add_lock, _lock),
)
