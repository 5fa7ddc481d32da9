"""Steps of a plan: submit, approve, reject, withdraw, reopen, comment, publish, rebase, undo."""

import argparse
import time
from collections.abc import Callable

from gridmap.cli.arguments import day
from gridmap.cli.console import Command, Console
from gridmap.cli.opened import open_branch
from gridmap.cli.plans.naming import add_plan, tell
from gridmap.errors import N_, say
from gridmap.settings import Settings
from gridmap.texts import Translate

Run = Callable[[argparse.Namespace, Settings, Console], int]


def _add_note(parser: argparse.ArgumentParser, _: Translate) -> None:
    add_plan(parser, _)
    parser.add_argument("--note", default="", metavar=_("TEXT"), help=_("Why; a rejection needs it."))


def _stepping(key: str) -> Run:
    def run(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
        from gridmap.store import take_step  # noqa: PLC0415 - help and mistakes are answered without loading the tables

        opened = open_branch(chosen, settings)
        tell(take_step(*opened, chosen.plan, key, expected=None, now_us=_now(), note=chosen.note), console)
        return 0

    return run


def _submit(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.services import plans  # noqa: PLC0415 - as above

    opened = open_branch(chosen, settings)
    tell(plans.submit(*opened, chosen.plan, rules=settings.rules, expected=None, now_us=_now(), note=chosen.note), console)
    return 0


def _add_comment(parser: argparse.ArgumentParser, _: Translate) -> None:
    add_plan(parser, _)
    parser.add_argument("text", metavar=_("TEXT"), help=_("What to say."))


def _comment(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.store import comment_on_plan, plan_record  # noqa: PLC0415 - as above

    opened = open_branch(chosen, settings)
    comment_on_plan(*opened, chosen.plan, chosen.text, now_us=_now())
    tell(plan_record(*opened, chosen.plan), console)
    return 0


def _add_publish(parser: argparse.ArgumentParser, _: Translate) -> None:
    add_plan(parser, _)
    parser.add_argument("--on", type=day, metavar=_("DATE"), help=_("First day it holds (YYYY-MM-DD); default: the plan's own."))


def _publish(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.services import plans  # noqa: PLC0415 - as above

    opened = open_branch(chosen, settings)
    tell(plans.publish(*opened, chosen.plan, rules=settings.rules, expected=None, now_us=_now(), on=chosen.on), console)
    return 0


def _add_rebase(parser: argparse.ArgumentParser, _: Translate) -> None:
    add_plan(parser, _)
    parser.add_argument(
        "--drop",
        nargs="+",
        default=[],
        metavar=_("CODE"),
        help=_("Cells or organisations whose moves are left out: the other's change stands."),
    )


def _rebase(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.store import open_plan, rebase_plan  # noqa: PLC0415 - as above

    opened = open_branch(chosen, settings)
    _record, plan = open_plan(*opened, chosen.plan)
    drop = {(move.layer, move.subject) for move in plan.moves if move.subject in set(chosen.drop)}
    missing = sorted(set(chosen.drop) - {subject for _layer, subject in drop})
    if missing:
        console.warn(say(N_("The plan has no move of {codes}."), codes=", ".join(missing)))
        return 1
    tell(rebase_plan(*opened, chosen.plan, expected=None, now_us=_now(), drop=drop), console)
    return 0


def _add_undo(parser: argparse.ArgumentParser, _: Translate) -> None:
    add_plan(parser, _)
    parser.add_argument("--why", required=True, metavar=_("TEXT"), help=_("Why it is taken back; kept in the history."))
    parser.add_argument(
        "--on", type=day, metavar=_("DATE"), help=_("Day from which it is taken back (YYYY-MM-DD); default: from its own first day.")
    )


def _undo(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.store import undo_plan  # noqa: PLC0415 - as above

    opened = open_branch(chosen, settings)
    tell(undo_plan(*opened, chosen.plan, why=chosen.why, now_us=_now(), on=chosen.on), console)
    return 0


def _now() -> int:
    return time.time_ns() // 1000


PARTS = (
    Command("submit", N_("Submit a draft for approval; refused with every reason that blocks it."), _add_note, _submit),
    Command("approve", N_("Approve a submitted plan."), _add_note, _stepping("approve")),
    Command("reject", N_("Reject a plan, with a reason."), _add_note, _stepping("reject")),
    Command("withdraw", N_("Withdraw a plan."), _add_note, _stepping("withdraw")),
    Command("reopen", N_("Make a submitted or approved plan a draft again."), _add_note, _stepping("reopen")),
    Command("comment", N_("Add a comment."), _add_comment, _comment),
    Command("publish", N_("Publish an approved plan: its moves hold from its day on."), _add_publish, _publish),
    Command("rebase", N_("Bring a stale plan up to date; it becomes a draft again."), _add_rebase, _rebase),
    Command("undo", N_("Take a published plan back by a new change."), _add_undo, _undo),
)
