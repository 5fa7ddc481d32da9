"""`gridmap audit`: whether the history is what was sealed."""

import argparse
from typing import TYPE_CHECKING

from gridmap import texts
from gridmap.cli.arguments import nested
from gridmap.cli.console import FINDINGS_SHOWN, Command, Console, UsageError
from gridmap.cli.opened import add_branch, open_branch, open_here
from gridmap.errors import N_, say
from gridmap.settings import Settings
from gridmap.texts import Translate

if TYPE_CHECKING:
    from gridmap.store import AuditReport


def _add_verify(parser: argparse.ArgumentParser, _: Translate) -> None:
    parser.add_argument("--branch", metavar=_("ID"), help=_("Branch. Default: all that have a history."))
    parser.add_argument("--json", action="store_true", help=_("Print JSON."))


def _verify(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Verify chains; 1 where one is broken."""
    from gridmap.store import audited_branches, verify_audit  # noqa: PLC0415 - help is answered without loading the tables

    store, scope = open_here(settings)
    known = audited_branches(store, scope)
    if chosen.branch and chosen.branch not in known:
        raise UsageError(say(N_("Name a branch: --branch ID, one of {known}."), known=", ".join(known)))
    reports = [verify_audit(store, scope, branch_id) for branch_id in known if chosen.branch in (None, branch_id)]
    if console.json:
        console.value([_as_json(report, console) for report in reports])
    for report in reports:
        _tell(report, console)
    if not reports:
        console.line(say(N_("Nothing was recorded yet.")))
    return 1 if any(report.problems for report in reports) else 0


def _as_json(report: "AuditReport", console: Console) -> dict[str, object]:
    return {
        "branch": report.branch_id,
        "entries": report.entries,
        "first_broken": report.first_broken,
        "head_behind": report.head_behind,
        "problems": [console.said(problem) for problem in report.problems],
    }


def _tell(report: "AuditReport", console: Console) -> None:
    if not report.problems:
        console.line(say(N_("{branch}: {count} entries, all as they were sealed."), branch=report.branch_id, count=report.entries))
        if report.head_behind:
            console.line(
                "  " + console.said(say(N_("{count} are newer than the head kept, which was moved on."), count=report.head_behind))
            )
        return
    what = N_("{branch}: {count} entries, {broken} things are wrong, the first at entry {first}.")
    first = report.first_broken
    console.line(say(what, branch=report.branch_id, count=report.entries, broken=len(report.problems), first=first))
    for problem in report.problems[:FINDINGS_SHOWN]:
        console.line("  " + console.said(problem))
    if len(report.problems) > FINDINGS_SHOWN:
        _ = texts.translator(console.language)
        console.line("  " + _("... and {count} more; --json lists them all.").format(count=len(report.problems) - FINDINGS_SHOWN))


def _keep(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.store import keep_audit_head  # noqa: PLC0415 - as above

    opened = open_branch(chosen, settings)
    head = keep_audit_head(*opened)
    console.line(say(N_("{branch}: entry {seq} is kept as the end of the chain."), branch=opened.branch_id, seq=head.seq))
    return 0


PARTS = (
    Command("verify", N_("Verify that every change, plan and claim is as it was sealed, and none is missing."), _add_verify, _verify),
    Command("keep", N_("Keep the present end of a branch's chain anew, after a backup was put back."), add_branch, _keep),
)
COMMAND = nested("audit", N_("Verify the history."), PARTS)
