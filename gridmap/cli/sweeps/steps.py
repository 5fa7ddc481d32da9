"""Steps of a sweep: publish, repair after a day, end, withdraw."""

import argparse
from collections import Counter
from typing import TYPE_CHECKING

from gridmap.cli.arguments import day
from gridmap.cli.console import Command, Console
from gridmap.cli.opened import open_branch
from gridmap.cli.sweeps.naming import add_sweep, as_json, now_us, plan_as_json, tell, tell_days
from gridmap.errors import N_, say
from gridmap.settings import Settings
from gridmap.texts import Translate, translator

if TYPE_CHECKING:
    from gridmap.services.sweep_repair import Proposal


def _publish(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.services import sweeps  # noqa: PLC0415 - help and mistakes are answered without loading the tables

    opened = open_branch(chosen, settings)
    record, _request, _plan = sweeps.open_sweep(*opened, chosen.sweep)
    published = sweeps.publish(*opened, chosen.sweep, expected=record.version, now_us=now_us())
    if console.json:
        console.value(as_json(published))
    tell(published, console)
    return 0


def _add_repair(parser: argparse.ArgumentParser, _: Translate) -> None:
    add_sweep(parser, _)
    parser.add_argument("--from", dest="first", type=day, metavar=_("DATE"), help=_("First day that is planned again; default: today."))
    parser.add_argument("--dry-run", action="store_true", help=_("Say what would change, and change nothing."))
    parser.add_argument("--note", default="", metavar=_("TEXT"), help=_("Why; kept with the sweep."))


def _repair(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.services.sweep_repair import keep_repair, propose_repair  # noqa: PLC0415 - as above

    opened = open_branch(chosen, settings)
    cache = opened.store.snapshots / "travel"
    proposal = propose_repair(*opened, chosen.sweep, settings=settings, from_day=chosen.first, cache=cache)
    record = proposal.record
    if not chosen.dry_run:
        record = keep_repair(*opened, proposal, now_us=now_us(), note=chosen.note)
    if console.json:
        changes = [{"org_id": each.org_id, "kind": each.kind, "what": console.said(each.said)} for each in proposal.repaired.changes]
        told = {"from": proposal.from_day.isoformat(), "changes": changes, "plan": plan_as_json(proposal.repaired.plan, console)}
        console.value(as_json(record) | told)
        return 0
    _tell_changes(proposal, console)
    tell_days(proposal.repaired.plan, console)
    if chosen.dry_run:
        console.line(say(N_("Nothing was changed.")))
    tell(record, console)
    return 0


def _tell_changes(proposal: "Proposal", console: Console) -> None:
    from gridmap.sweeps.repair import KINDS  # noqa: PLC0415 - as above

    _ = translator(console.language)
    counts = Counter(each.kind for each in proposal.repaired.changes)
    console.table(tuple(_(title) for _kind, title in KINDS), [tuple(counts[kind] for kind, _title in KINDS)])
    for each in proposal.repaired.changes:
        if each.kind not in ("kept", "done"):
            console.line(f"{each.org_id}: {console.said(each.said)}")


def _add_note(parser: argparse.ArgumentParser, _: Translate) -> None:
    add_sweep(parser, _)
    parser.add_argument("--note", default="", metavar=_("TEXT"), help=_("Why; kept with the sweep."))


def _end(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.store import end_sweep  # noqa: PLC0415 - as above

    record = end_sweep(*open_branch(chosen, settings), chosen.sweep, expected=None, now_us=now_us(), note=chosen.note)
    if console.json:
        console.value(as_json(record))
    tell(record, console)
    return 0


def _withdraw(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.store import withdraw_sweep  # noqa: PLC0415 - as above

    record = withdraw_sweep(*open_branch(chosen, settings), chosen.sweep, expected=None, now_us=now_us(), note=chosen.note)
    if console.json:
        console.value(as_json(record))
    tell(record, console)
    return 0


PARTS = (
    Command("publish", N_("Publish a draft: its doors are locked to whoever goes there until it ends."), add_sweep, _publish),
    Command("repair", N_("Plan the days that remain again, from what was recorded, with the fewest changes."), _add_repair, _repair),
    Command("end", N_("End a published sweep; its doors are free again."), _add_note, _end),
    Command("withdraw", N_("Give a draft up."), _add_note, _withdraw),
)
