"""Recording: a return file of a phone or a day pack, a list of captures, or one visit by words."""

import argparse
import json
import uuid
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from gridmap.cli.arguments import day
from gridmap.cli.console import Command, Console, UsageError
from gridmap.cli.opened import Opened, open_branch
from gridmap.cli.sweeps.naming import add_common, now_us
from gridmap.errors import N_, FileError, say
from gridmap.schema.field import OUTCOMES
from gridmap.settings import Settings
from gridmap.texts import Translate, translator

if TYPE_CHECKING:
    from gridmap.services.return_files import HandedIn
    from gridmap.store import Receipt

_MOST_BYTES = 96 * 1024 * 1024
_TITLES = {
    "counted": N_("counted"),
    "again": N_("here already"),
    "review": N_("waits for review"),
    "differs": N_("differs from what is here"),
    "refused": N_("refused"),
}


def _add_record(parser: argparse.ArgumentParser, _: Translate) -> None:
    add_common(parser, _)
    parser.add_argument(
        "file", type=Path, nargs="?", metavar=_("FILE"), help=_("Return file of a phone or day pack, or a JSON list of records.")
    )  # fmt: skip
    parser.add_argument("--unsealed", action="store_true", help=_("Take a return file whose seal does not hold, on your word."))
    parser.add_argument("--sweep", type=int, metavar=_("SWEEP"), help=_("The sweep it belongs to; a return file says so itself."))
    parser.add_argument("--manager", metavar=_("MANAGER"), help=_("Whose visit or records."))
    one = parser.add_argument_group(_("One visit"))
    one.add_argument("--org", metavar=_("ID"), help=_("Organisation that was visited."))
    one.add_argument("--outcome", choices=OUTCOMES, help=_("What came of it."))
    one.add_argument("--at", metavar="YYYY-MM-DDTHH:MM", help=_("When, in the branch's time; default: now."))
    one.add_argument("--note", default="", metavar=_("TEXT"), help=_("What is worth remembering."))
    one.add_argument("--next-due", type=day, metavar=_("DATE"), help=_("Follow-up promised for (YYYY-MM-DD)."))


def _record(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    if (chosen.file is None) == (chosen.org is None):
        raise UsageError(say(N_("Name a file, or one visit by --org and --outcome.")))
    opened = open_branch(chosen, settings)
    if chosen.org is not None:
        if chosen.outcome is None:
            raise UsageError(say(N_("Say what came of the visit: --outcome.")))
        return _told(_received(opened, [_visit(chosen, opened)], chosen, settings), console)
    content = _content(chosen.file)
    given = _json(content, chosen.file)
    if isinstance(given, dict) and given.get("format") == "gridmap-return":
        return _told_return(_handed_in(opened, content, chosen, settings), console)
    captures = given.get("captures") if isinstance(given, dict) else given
    if not isinstance(captures, list) or not all(isinstance(each, dict) for each in captures):
        raise _no_records(chosen.file)
    return _told(_received(opened, captures, chosen, settings), console)


def _received(opened: Opened, captures: list[dict[str, Any]], chosen: argparse.Namespace, settings: Settings) -> "tuple[Receipt, ...]":
    from gridmap.store import receive_captures  # noqa: PLC0415 - help and mistakes are answered without loading the tables

    known = {"sweep_id": chosen.sweep, "manager_id": chosen.manager, "rules": settings.sweeps}
    return receive_captures(*opened, captures, way="command", now_us=now_us(), **known)


def _handed_in(opened: Opened, content: bytes, chosen: argparse.Namespace, settings: Settings) -> "HandedIn":
    from gridmap.services.return_files import hand_in, read_return  # noqa: PLC0415 - as above

    found = read_return(opened.store, content)
    if found.branch_id != opened.branch_id:
        raise UsageError(say(N_("The return file is of branch {branch}: name it with --branch."), branch=found.branch_id))
    return hand_in(opened.store, opened.scope, found, now_us=now_us(), rules=settings.sweeps, unsealed=chosen.unsealed)


def _visit(chosen: argparse.Namespace, opened: Opened) -> dict[str, Any]:
    from gridmap.store import open_market  # noqa: PLC0415 - as above

    zone = ZoneInfo(open_market(*opened).branch.time_zone)
    if chosen.at is None:
        at = datetime.fromtimestamp(now_us() / 1_000_000, tz=zone)
    else:
        try:
            read = datetime.fromisoformat(chosen.at)
        except ValueError as error:
            raise UsageError(say(N_("--at needs YYYY-MM-DDTHH:MM, not {text}."), text=chosen.at)) from error
        at = read if read.tzinfo else read.replace(tzinfo=zone)
    return {
        # The same words twice are the same visit: entered again, it counts once.
        "capture_id": str(uuid.UUID(bytes=uuid.uuid5(_SPACE, f"{opened.branch_id}|{chosen.org}|{at.isoformat()}").bytes, version=4)),
        "kind": "visit",
        "captured_at": at.isoformat(timespec="seconds"),
        "org_id": chosen.org,
        "outcome": chosen.outcome,
        "note": chosen.note,
        "next_due": chosen.next_due.isoformat() if chosen.next_due else None,
        "filing": None,
        "photo_id": None,
        "check_in": None,
    }


_SPACE = uuid.UUID("5b0c2d3e-6f62-4c0e-9a55-7a1d6a3f9e01")


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as source:
            content = source.read(_MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(say(N_("There is no file {name}."), name=str(path))) from error
    if len(content) > _MOST_BYTES:
        raise FileError(
            say(N_("The file is larger than {most} MB."), most=_MOST_BYTES // 2**20),
            where=str(path),
            remedy=say(N_("Record it in parts.")),
        )
    return content


def _json(content: bytes, path: Path) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise _no_records(path) from error


def _no_records(path: Path) -> FileError:
    return FileError(
        say(N_("These are no records of visits.")),
        where=str(path),
        expected=say(N_("The return file of a phone or day pack, or a JSON list of records.")),
        remedy=say(N_("Save the file again on the phone, and name that one.")),
    )


def _told(receipts: "tuple[Receipt, ...]", console: Console, **further: object) -> int:
    counts: Counter[str] = Counter(each.status for each in receipts)
    wrong = counts["refused"] + counts["differs"]
    if console.json:
        listed = [{"capture_id": each.capture_id, "status": each.status, "reason": console.said(each.reason)} for each in receipts]
        console.value({"receipts": listed, **further})
        return 1 if wrong else 0
    _ = translator(console.language)
    for each in receipts:
        if each.status not in ("counted", "again"):
            console.line(f"{each.capture_id}: {_(_TITLES[each.status])}. {console.said(each.reason)}".strip())
    for status, title in _TITLES.items():
        if counts[status]:
            console.line(say(N_("{count} {status}."), count=counts[status], status=say(title)))
    return 1 if wrong else 0


def _told_return(found: "HandedIn", console: Console) -> int:
    for reason in found.photos_refused:
        console.warn(reason)
    code = _told(found.receipts, console, photos_kept=found.photos_kept, photos_refused=len(found.photos_refused))
    if found.photos_kept:
        console.line(say(N_("{count} photos kept."), count=found.photos_kept))
    return code


def _forget(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    from gridmap.store import forget_field_data  # noqa: PLC0415 - help and mistakes are answered without loading the tables

    gone = forget_field_data(*open_branch(chosen, settings), rules=settings.sweeps, now_us=now_us())
    if console.json:
        console.value(vars(gone))
        return 0
    console.line(
        say(N_("Erased: {check_ins} check-ins and {photos} photos whose time was over."), check_ins=gone.check_ins, photos=gone.photos)
    )
    return 0


PARTS = (
    Command("record", N_("Record visits: a return file, a list of records, or one visit."), _add_record, _record),
    Command(
        "forget", N_("Erase check-ins and photos that were kept long enough, as every record that comes in does."), add_common, _forget
    ),
)
