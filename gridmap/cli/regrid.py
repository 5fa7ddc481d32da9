"""`gridmap regrid`: another grid for a branch from a day on, with what it would change shown first."""

import argparse
import re
import time
from typing import TYPE_CHECKING

from gridmap.cli.arguments import day
from gridmap.cli.console import Command, Console
from gridmap.cli.opened import add_branch, open_branch
from gridmap.errors import N_, say
from gridmap.settings import Settings
from gridmap.texts import Translate, translator

if TYPE_CHECKING:
    from gridmap.services.regrid import RegridPreview

_SHOWN = 20


def grid_named(text: str) -> tuple[str, int]:
    """Read the name of a grid: `h3:9` or `areas`."""
    found = re.fullmatch(r"areas|h3:(\d{1,2})", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} (h3:0 ... h3:15, areas)")
    return ("areas", -1) if text == "areas" else ("h3", int(found[1]))


def add(parser: argparse.ArgumentParser, _: Translate) -> None:
    """Add the arguments."""
    add_branch(parser, _)
    parser.add_argument("--to", type=grid_named, required=True, metavar=_("GRID"), help=_("The new grid: h3:RESOLUTION, or areas."))
    parser.add_argument("--on", type=day, required=True, metavar=_("DATE"), help=_("Its first day (YYYY-MM-DD)."))
    parser.add_argument(
        "--keep-holders", action="store_true", help=_("Organisations that only the new shapes would take to another manager stay, by name.")
    )
    parser.add_argument("--why", default="", metavar=_("TEXT"), help=_("Why; kept in the history."))
    parser.add_argument("--dry-run", action="store_true", help=_("Show what it would change, change nothing in the store."))
    parser.add_argument("--json", action="store_true", help=_("Print what was done as JSON."))


def run(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Regrid a branch; 1 where something stands in the way."""
    from gridmap.services.regrid import do_regrid, preview_regrid  # noqa: PLC0415 - help is answered without loading the tables

    store, scope, branch_id = open_branch(chosen, settings)
    preview = preview_regrid(store, scope, branch_id, to=chosen.to, effective_on=chosen.on, keep_holders=chosen.keep_holders)
    _tell(preview, console)
    regrid_id = None
    if chosen.dry_run:
        for obstacle in preview.obstacles:
            console.warn(obstacle)
        console.line(say(N_("Dry run: nothing was written.")))
    else:
        regrid_id = do_regrid(store, scope, preview, why=chosen.why, now_us=time.time_ns() // 1000)
        console.line(say(N_("Done: regrid {number}. To take it back, regrid to the old grid again."), number=regrid_id))
    if console.json:
        console.value({**preview.as_json(), "regrid_id": regrid_id, "obstacles": [console.said(each) for each in preview.obstacles]})
    return 1 if preview.obstacles else 0


def _tell(preview: "RegridPreview", console: Console) -> None:
    found, placed = preview.proposal, preview.proposal.placed
    console.line(
        say(
            N_("{old} cells become {new}; {had} had an owner, {have} have one."),
            old=f"{len(preview.market.grid.cells):,}",
            new=f"{len(preview.grid.cells):,}",
            had=f"{len(preview.base.plan.owners):,}",
            have=f"{len(found.owners):,}",
        )
    )
    console.line(
        say(
            N_("{count} organisations, each counted once before and after; placed: {before} before, {after} after."),
            count=f"{len(found.organisations):,}",
            before=f"{placed['before']:,}",
            after=f"{placed['after']:,}",
        )
    )
    _ = translator(console.language)
    console.table((_("Manager"), _("Before"), _("After")), ((name, row.before, row.after) for name, row in found.counts.iterrows()))
    kept = int(found.organisations["kept"].sum())
    if kept:
        console.line(say(N_("{count} organisations stay with their holder by name."), count=kept))
    changed = found.changed
    if len(changed):
        console.line(say(N_("{count} organisations change hands only because of the new shapes:"), count=len(changed)))
        shown = changed.head(_SHOWN)
        headings = (_("Organisation"), _("Name"), _("Before"), _("After"))
        console.table(headings, zip(shown.index, shown["name"].fillna(""), shown["before"], shown["after"], strict=True))
        if len(changed) > _SHOWN:
            console.line(say(N_("... and {count} more; --json lists them all."), count=len(changed) - _SHOWN))


COMMAND = Command("regrid", N_("Give a branch another grid from a day on."), add, run)
