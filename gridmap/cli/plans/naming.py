"""What every action on a plan needs: the plan's number, its line in words and as JSON."""

import argparse
from typing import TYPE_CHECKING, Any

from gridmap.cli.console import Console
from gridmap.cli.opened import add_branch
from gridmap.errors import N_, say
from gridmap.texts import Translate

if TYPE_CHECKING:
    from gridmap.store import PlanRecord


def add_plan(parser: argparse.ArgumentParser, _: Translate) -> None:
    """Add the plan's number, the branch and --json."""
    parser.add_argument("plan", type=int, metavar=_("PLAN"), help=_("Number of the plan, as `gridmap plan list` shows it."))
    add_common(parser, _)


def add_common(parser: argparse.ArgumentParser, _: Translate) -> None:
    """Add the branch and --json."""
    add_branch(parser, _)
    parser.add_argument("--json", action="store_true", help=_("Print JSON."))


def tell(record: "PlanRecord", console: Console) -> None:
    """Say where a plan stands now."""
    if console.json:
        console.value(as_json(record))
    state = say(N_("published and undone") if record.undone_change_id else _states()[record.state])
    console.line(
        say(
            N_("Plan {plan} ({title}) is {state}; from {day}."),
            plan=record.plan_id,
            title=record.title,
            state=state,
            day=record.effective_on,
        )
    )


def as_json(record: "PlanRecord") -> dict[str, Any]:
    """Write a plan's line as JSON holds it."""
    return {
        "plan": record.plan_id,
        "branch_id": record.branch_id,
        "title": record.title,
        "state": record.state,
        "effective_on": record.effective_on.isoformat(),
        "version": record.version,
        "base_change_id": record.base_change_id,
        "change_id": record.change_id,
        "undone_change_id": record.undone_change_id,
        "who": record.who,
    }


def _states() -> dict[str, str]:
    from gridmap.store.plan_rows import STATE_NAMES  # noqa: PLC0415 - help and mistakes are answered without loading the tables

    return STATE_NAMES
