"""Reading plans: list them, show what one changes for whom, check it, compare it, take its moves and its handover sheets away."""

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridmap.cli.console import Command, Console, UsageError
from gridmap.cli.opened import open_branch
from gridmap.cli.plans.naming import add_common, add_plan, as_json, tell
from gridmap.cli.writing import format_of, write_file
from gridmap.errors import N_, say
from gridmap.settings import Settings
from gridmap.texts import Translate, said, translator

if TYPE_CHECKING:
    import pandas as pd

# What `show` prints of a manager, before and after.
SHOWN = ("cells", "accounts", "prospects", "hours_asked", "revenue", "pieces", "compactness")


def _list(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.store import plans  # noqa: PLC0415 - help and mistakes are answered without loading the tables
    from gridmap.store.plan_rows import STATE_NAMES  # noqa: PLC0415 - as above

    found = plans(*open_branch(chosen, settings))
    if console.json:
        console.value(_records(found))
        return 0
    _ = translator(console.language)
    headings = (_("Plan"), _("Title"), _("State"), _("From"), _("Moves"), _("Who"))
    columns = ["plan_id", "title", "state", "effective_on", "moves", "who"]
    states = {state: _(title) for state, title in STATE_NAMES.items()}
    console.table(headings, found.assign(state=found["state"].map(states))[columns].itertuples(index=False, name=None))
    return 0


def _show(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.reallocation.effect import plan_effect  # noqa: PLC0415 - as above
    from gridmap.services import plans  # noqa: PLC0415 - as above

    looked = plans.look(*open_branch(chosen, settings), chosen.plan, rules=settings.rules)
    effect = plan_effect(looked.market, looked.plan, looked.facts, rules=settings.rules)
    touched = effect[effect["touched"]]
    moves = plans.differences(looked.plan, looked.market)
    if console.json:
        told = as_json(looked.record) | {"moves": _records(moves), "managers": _records(touched.reset_index())}
        console.value(told | {"stale": [vars(clash) for clash in looked.stale]})
        return 0
    tell(looked.record, console)
    _ = translator(console.language)
    console.table(
        (_("What"), _("Subject"), _("Giver"), _("Taker"), _("Reason")),
        _worded(moves, _)[["layer", "subject", "giver", "taker", "reason"]].to_numpy().tolist(),
    )
    console.line()
    rows = [
        (manager, *(f"{_number(row[f'{name}_before'])} > {_number(row[f'{name}_after'])}" for name in SHOWN))
        for manager, row in touched.iterrows()
    ]
    console.table((_("Manager"), *(_(title) for title in _TITLES)), rows)
    if looked.stale:
        console.warn(say(N_("{count} of its subjects were changed by somebody else since; bring it up to date."), count=len(looked.stale)))
    return 0


_TITLES = (
    N_("Cells"),
    N_("Filed A, B, C"),
    N_("Prospects"),
    N_("Hours asked a month"),
    N_("Revenue a month"),
    N_("Pieces"),
    N_("Compactness"),
)


def _validate(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.services import plans  # noqa: PLC0415 - as above

    looked = plans.look(*open_branch(chosen, settings), chosen.plan, rules=settings.rules)
    problems = plans.check(looked, rules=settings.rules)
    blocking = sum(problem.blocks for problem in problems) + len(looked.stale)
    if console.json:
        listed = [
            {
                "check": each.check,
                "blocks": each.blocks,
                "subject": each.subject,
                "cell": each.cell,
                "what": said(each.message, console.language),
            }
            for each in problems
        ]
        console.value({"blocking": blocking, "problems": listed, "stale": [vars(clash) for clash in looked.stale]})
        return 1 if blocking else 0
    _ = translator(console.language)
    blocks, look = _("blocks"), _("look")
    for each in problems:
        place = f" ({each.cell})" if each.cell else ""
        grade = blocks if each.blocks else look
        console.line(f"[{grade}] {said(each.message, console.language)}{place}")
    for clash in looked.stale:
        console.line(say(N_("{subject} was changed by {who} since."), subject=clash.subject, who=clash.who or "-"))
    if blocking:
        console.line(say(N_("{count} things block the plan."), count=blocking))
    else:
        console.line(say(N_("Nothing blocks the plan.")))
    return 1 if blocking else 0


def _add_diff(parser: argparse.ArgumentParser, _: Translate) -> None:
    add_plan(parser, _)
    parser.add_argument(
        "other", type=int, nargs="?", metavar=_("OTHER"), help=_("Another plan to compare with; default: ownership before the plan.")
    )


def _diff(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.services import plans  # noqa: PLC0415 - as above
    from gridmap.store import open_plan  # noqa: PLC0415 - as above

    opened = open_branch(chosen, settings)
    _record, plan = open_plan(*opened, chosen.plan)
    other = plan.replaced(()) if chosen.other is None else open_plan(*opened, chosen.other)[1]
    found = plans.compared(other, plan)
    if console.json:
        console.value(_records(found))
        return 0
    _ = translator(console.language)
    before = _("Before") if chosen.other is None else _("Plan {plan}").format(plan=chosen.other)
    console.table((_("What"), _("Subject"), before, _("Plan {plan}").format(plan=chosen.plan)), _worded(found, _).to_numpy().tolist())
    return 0


def _add_export(parser: argparse.ArgumentParser, _: Translate) -> None:
    add_plan(parser, _)
    parser.add_argument("--out", type=Path, required=True, metavar=_("FILE"), help=_("File to write; the format follows from its ending."))
    parser.add_argument(
        "--what", choices=("ownership", "moves"), default="ownership",
        help=_("ownership: its cells with their new owners and from when, to be imported; moves: all, from whom to whom, and why."),
    )  # fmt: skip


def _export(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.services import plans  # noqa: PLC0415 - as above

    data = plans.export_plan(*open_branch(chosen, settings), chosen.plan, format_of(chosen.out), what=chosen.what)
    write_file(chosen.out, data, console)
    return 0


def _add_handover(parser: argparse.ArgumentParser, _: Translate) -> None:
    add_plan(parser, _)
    parser.add_argument("--manager", required=True, metavar=_("MANAGER"), help=_("Whose sheet: what the manager gives and takes."))
    parser.add_argument("--out", type=Path, required=True, metavar=_("FILE"), help=_("File to write: .pdf or .xlsx."))


def _handover(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.services.handover import handover_sheet  # noqa: PLC0415 - as above

    key = chosen.out.suffix.lower().lstrip(".")
    if key not in ("pdf", "xlsx"):
        raise UsageError(say(N_("A handover sheet is a .pdf or an .xlsx file.")))
    opened = open_branch(chosen, settings)
    data = handover_sheet(
        *opened, chosen.plan, chosen.manager, key, rules=settings.rules, language=console.language, now_us=time.time_ns() // 1000
    )
    write_file(chosen.out, data, console)
    return 0


def _worded(moves: "pd.DataFrame", _: Translate) -> "pd.DataFrame":
    """Write layers in words, and reasons that were proposed in the language of the command."""
    from gridmap.services.history import LAYER_TITLES  # noqa: PLC0415 - as above

    layers = moves["layer"].map({layer: _(title) for layer, title in LAYER_TITLES})
    worded = moves.assign(layer=layers)
    return worded if "reason" not in worded else worded.assign(reason=[_(reason) if reason else "" for reason in worded["reason"]])


def _records(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    import json  # noqa: PLC0415 - as above

    read: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", date_format="iso", force_ascii=False))
    return read


def _number(value: float) -> str:
    return "-" if value != value else f"{value:,.2f}".rstrip("0").rstrip(".")  # noqa: PLR0124 - NaN is not equal to itself


PARTS = (
    Command("list", N_("List the plans."), add_common, _list),
    Command("show", N_("Show what a plan moves, and what changes for whom."), add_plan, _show),
    Command("validate", N_("Say what speaks against a plan; 1 where something blocks it."), add_plan, _validate),
    Command("diff", N_("Compare a plan with ownership before it, or with another plan."), _add_diff, _diff),
    Command("export", N_("Write a plan's ownership or moves to a file."), _add_export, _export),
    Command("handover", N_("Write a manager's handover sheet."), _add_handover, _handover),
)
