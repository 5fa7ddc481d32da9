"""Suggesting: one design, the shortest list of moves, the whole trade-off, and every branch of a province."""

import argparse
import math
import time
from typing import TYPE_CHECKING, Any

from gridmap.cli.console import Command, Console, UsageError
from gridmap.cli.opened import open_branch, open_here
from gridmap.cli.plans.naming import tell
from gridmap.cli.territories.asking import add_request, opened_for, request_of
from gridmap.errors import N_, say
from gridmap.settings import Settings
from gridmap.texts import Translate

if TYPE_CHECKING:
    from gridmap.services.suggesting import Province
    from gridmap.territories.result import Result

SHOWN = 20  # moves told of; all of them stand in the JSON and in the draft


def _add_suggest(parser: argparse.ArgumentParser, _: Translate) -> None:
    add_request(parser, _)
    parser.add_argument("--keep", metavar=_("TEXT"), help=_("Keep the answer as a new draft of this title."))
    parser.add_argument("--into-plan", action="store_true", help=_("Keep the answer in the draft that --plan names."))
    parser.add_argument("--all-branches", action="store_true", help=_("Every branch of the store, one after the other or side by side."))
    parser.add_argument(
        "--workers", type=int, default=1, metavar="N", help=_("Searches at the same time (default: 1); the answers stay the same.")
    )


def _suggest(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from dataclasses import replace  # noqa: PLC0415 - help and mistakes are answered without loading the tables

    from gridmap.services import suggesting  # noqa: PLC0415 - as above

    request = request_of(chosen)
    if chosen.all_branches:
        return _everywhere(chosen, settings, console)
    if chosen.into_plan and chosen.plan is None:
        raise UsageError(say(N_("--into-plan needs --plan.")))
    if chosen.workers > 1:
        request = replace(request, effort=replace(request.effort, workers=chosen.workers))
    opened = open_branch(chosen, settings)
    there, asked, record = opened_for(chosen, opened, settings, request)
    result = suggesting.suggest(there, asked, seed=chosen.seed)
    _tell(result, console)
    if chosen.keep or chosen.into_plan:
        known: dict[str, Any] = {"there": there, "now_us": time.time_ns() // 1000, "title": chosen.keep or "", "language": console.language}
        tell(suggesting.keep(*opened, result, draft=record if chosen.into_plan else None, **known), console)
    return 0 if result.violation == 0 else 1


def _add_shortest(parser: argparse.ArgumentParser, _: Translate) -> None:
    add_request(parser, _)
    parser.add_argument("--keep", metavar=_("TEXT"), help=_("Keep the answer as a new draft of this title."))


def _shortest(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.services import suggesting  # noqa: PLC0415 - as above
    from gridmap.territories.shortest import shortest_moves  # noqa: PLC0415 - as above

    opened = open_branch(chosen, settings)
    there, asked, _record = opened_for(chosen, opened, settings, request_of(chosen))
    result = shortest_moves(there.market, there.plan, there.facts, request=asked, rules=there.rules, on=there.on, seed=chosen.seed)
    _tell(result, console)
    if chosen.keep:
        known: dict[str, Any] = {"there": there, "now_us": time.time_ns() // 1000, "title": chosen.keep, "language": console.language}
        tell(suggesting.keep(*opened, result, **known), console)
    return 0 if result.violation == 0 else 1


def _curve(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.territories.curve import trade_off  # noqa: PLC0415 - as above
    from gridmap.territories.written import curve_json  # noqa: PLC0415 - as above

    opened = open_branch(chosen, settings)
    there, asked, _record = opened_for(chosen, opened, settings, request_of(chosen))
    points = trade_off(there.market, there.plan, there.facts, request=asked, rules=there.rules, on=there.on, seed=chosen.seed)
    if console.json:
        console.value(curve_json(points))
        return 0
    for point in points:
        words = N_("{cells} cells move: limits broken by {broken} fair shares, objective {objective}, {accounts} of accounts change hands.")
        told = point.result
        share = f"{told.changed.accounts_share:.1%}"
        console.line(say(words, cells=point.cells, broken=f"{told.violation:.3f}", objective=f"{told.terms.total:.4f}", accounts=share))
    return 0


def _everywhere(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.services import suggesting  # noqa: PLC0415 - as above
    from gridmap.store import branches  # noqa: PLC0415 - as above

    if chosen.plan is not None or chosen.branch:
        raise UsageError(say(N_("--all-branches goes with neither --branch nor --plan.")))
    store, scope = open_here(settings)
    known = [str(branch) for branch in branches(store, scope)["branch_id"]]
    store.engine.dispose()

    def told(done: "Province") -> None:
        if done.answer is None:
            console.warn(say(N_("Branch {branch}: {trouble}"), branch=done.branch_id, trouble=done.trouble))
        else:
            words = N_("Branch {branch}: {moves} cells move; {why}")
            console.line(say(words, branch=done.branch_id, moves=done.answer["changed"]["cells"], why=done.answer["why"]))

    how = {"seed": chosen.seed, "workers": chosen.workers, "keep_title": chosen.keep or "", "language": console.language, "on_done": told}
    found = suggesting.suggest_everywhere(settings, scope, known, request_of(chosen), **how)
    if console.json:
        console.value(
            [{"branch_id": each.branch_id, "plan": each.plan_id, "trouble": each.trouble, "answer": each.answer} for each in found]
        )
    return 0 if all(each.answer is not None and each.answer["violation"] == 0 for each in found) else 1


def _tell(result: "Result", console: Console) -> None:
    from gridmap.territories.written import result_json  # noqa: PLC0415 - as above

    if console.json:
        console.value(result_json(result, language=console.language))
        return
    console.line(result.why)
    changed = result.changed
    words = N_("{cells} cells change hands, with {accounts} accounts ({share} of all).")
    console.line(say(words, cells=changed.cells, accounts=round(changed.accounts), share=f"{changed.accounts_share:.1%}"))
    if not math.isnan(result.gap):
        console.line(say(N_("At most {gap} of the objective could still be saved: that is proved."), gap=f"{result.gap:.2%}"))
    for note in (*result.notes, *(each.message for each in result.relaxations)):
        console.line(note)
    for number, move in enumerate(result.moves[:SHOWN], 1):
        giver = move.giver or "-"
        console.line(
            say(
                N_("{number}. {cell}: {giver} to {taker}. {reason}"),
                number=number,
                cell=move.cell,
                giver=giver,
                taker=move.taker,
                reason=move.reason,
            )
        )
    if len(result.moves) > SHOWN:
        console.line(say(N_("… and {count} more."), count=len(result.moves) - SHOWN))


PARTS = (
    Command("suggest", N_("Suggest territories within limits."), _add_suggest, _suggest),
    Command("shortest", N_("Find the fewest moves that mend what can be mended."), _add_shortest, _shortest),
    Command("curve", N_("Show what improves with how many cells that change hands."), add_request, _curve),
)
