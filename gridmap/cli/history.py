"""`gridmap history`: who changed what, when and why; who had a cell over time; two days compared, as known now or then."""

import argparse
from datetime import date
from typing import TYPE_CHECKING, Any

from gridmap.cli.arguments import day
from gridmap.cli.console import Command, Console, UsageError
from gridmap.cli.opened import Opened, add_branch, open_branch
from gridmap.errors import N_, say
from gridmap.settings import Settings
from gridmap.texts import Translate, translator

if TYPE_CHECKING:
    import pandas as pd


LISTED = 50
_FILTERS = ("who", "kind", "manager", "first", "last")


def add(parser: argparse.ArgumentParser, _: Translate) -> None:
    """Add the arguments."""
    add_branch(parser, _)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--cell", metavar=_("ID"), help=_("Who had this cell over time."))
    what.add_argument("--org", metavar=_("ID"), help=_("Who held and who sponsored this organisation over time."))
    what.add_argument("--change", type=int, metavar=_("N"), help=_("One change: what went from whom to whom, and the plan it came from."))
    what.add_argument(
        "--compare", nargs=2, type=moment, metavar=_("DATE"),
        help=_("What changed hands between two days; DATE@DATE is the first day as known on the second."),
    )  # fmt: skip
    what.add_argument("--as-of", type=day, metavar=_("DATE"), help=_("Who had what at the end of a day (YYYY-MM-DD)."))
    parser.add_argument("--known", type=day, metavar=_("DATE"), help=_("With --as-of: as known at the end of this day."))
    parser.add_argument("--corrected", action="store_true", help=_("With --cell and --org: also what was recorded and corrected later."))
    parser.add_argument("--manager", metavar=_("ID"), help=_("Only changes by which this manager got or gave something."))
    parser.add_argument("--who", metavar=_("NAME"), help=_("Only changes by this person."))
    parser.add_argument("--kind", metavar=_("KIND"), help=_("Only changes of this kind, such as move, plan, undo, import."))
    parser.add_argument("--from", dest="first", type=day, metavar=_("DATE"), help=_("Only changes recorded on this day or later."))
    parser.add_argument("--to", dest="last", type=day, metavar=_("DATE"), help=_("Only changes recorded on this day or earlier."))
    parser.add_argument("--limit", type=int, default=LISTED, metavar=_("N"), help=_("How many changes are listed (default: 50)."))
    parser.add_argument("--json", action="store_true", help=_("Print JSON."))


def moment(text: str) -> tuple[date, date | None]:
    """Read a day, or a day as known on another (`2026-03-31@2026-04-05`)."""
    first, at, known = text.partition("@")
    return day(first), day(known) if at else None


def run(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Answer the question that was asked; without one, list the changes."""
    _refuse_what_does_not_go_together(chosen)
    opened = open_branch(chosen, settings)
    if chosen.cell or chosen.org:
        return _over_time(chosen, opened, console)
    if chosen.change is not None:
        return _change(chosen.change, opened, console)
    if chosen.compare:
        return _compare(chosen.compare, opened, console)
    return _as_of(chosen, opened, console) if chosen.as_of else _list(chosen, opened, console)


def _refuse_what_does_not_go_together(chosen: argparse.Namespace) -> None:
    question = next((name for name in ("cell", "org", "change", "compare", "as_of") if getattr(chosen, name) is not None), "")
    given = [name for name in _FILTERS if getattr(chosen, name) is not None]
    words = {"first": "from", "last": "to", "as_of": "as-of"}
    if question and given:
        one, two = (words.get(name, name) for name in (given[0], question))
        raise UsageError(say(N_("--{one} narrows the list of changes, so it does not go with --{two}."), one=one, two=two))
    if chosen.known is not None and question != "as_of":
        raise UsageError(say(N_("--known goes with --as-of; --compare takes DATE@DATE.")))
    if chosen.corrected and question not in ("cell", "org"):
        raise UsageError(say(N_("--corrected goes with --cell and --org.")))
    if chosen.limit < 1:
        raise UsageError(say(N_("--limit must be 1 or more.")))


def _list(chosen: argparse.Namespace, opened: Opened, console: Console) -> int:
    from gridmap.services import history  # noqa: PLC0415 - help and mistakes are answered without loading the tables
    from gridmap.store import Wanted, count_changes  # noqa: PLC0415 - as above

    wanted = Wanted(who=chosen.who or "", kind=chosen.kind or "", manager=chosen.manager or "")
    wanted = history.wanted_days(wanted, chosen.first, chosen.last, history.zone_of(*opened))
    found = history.list_changes(*opened, wanted=wanted, limit=chosen.limit)
    if chosen.manager:
        moves = history.moves_of_changes(*opened, found["change_id"].tolist())
        for name, side in (("got", "taker"), ("gave", "giver")):
            counts = (
                moves.loc[moves[side].eq(chosen.manager)].drop_duplicates(["change_id", "layer", "subject"])["change_id"].value_counts()
            )
            found[name] = found["change_id"].map(counts).fillna(0).astype("int64")
    if console.json:
        console.value(_records(found.drop(columns=["first_us", "last_us"])))
        return 0
    _ = translator(console.language)
    kinds, more = dict(history.KINDS), ("got", "gave") if chosen.manager else ()
    shown = found.assign(
        recorded=found["recorded"].dt.strftime("%Y-%m-%d %H:%M"),
        kind=[_(kinds[kind]) if kind in kinds else kind for kind in found["kind"]],
        why=found["why"].where(found["why"].ne(""), found["file_name"]),
    )
    headings = (_("Number"), _("Recorded"), _("Who"), _("Kind"), _("Cells"), _("Held"), _("Sponsored"), _("From"), _("Until"), _("Why"))
    columns = ["change_id", "recorded", "who", "kind", "cells", "holders", "sponsors", "first_day", "last_day", "why", *more]
    console.table((*headings, *((_("Got"), _("Gave")) if more else ())), _rows(shown[columns]))
    left = count_changes(*opened, wanted=wanted) - len(found)
    if left:
        console.line(say(N_("... and {count} older ones; --limit lists more."), count=left))
    return 0


def _change(number: int, opened: Opened, console: Console) -> int:
    from gridmap.services import history  # noqa: PLC0415 - as above
    from gridmap.store.plan_rows import EVENT_NAMES  # noqa: PLC0415 - as above

    found = history.change_details(*opened, number)
    moves = found.moves[["layer", "subject", "giver", "taker", "first_day", "last_day"]]
    if console.json:
        line = _records(found.line.drop(["first_us", "last_us"]).to_frame().T)[0]
        console.value(line | {"moves": _records(moves), "events": _records(found.events[["recorded", "kind", "who", "note"]])})
        return 0
    _ = translator(console.language)
    kinds = dict(history.KINDS)
    kind = _(kinds[found.line["kind"]]) if found.line["kind"] in kinds else found.line["kind"]
    told = {"number": number, "kind": kind, "who": found.line["who"], "when": f"{found.line['recorded']:%Y-%m-%d %H:%M}"}
    console.line(say(N_("Change {number}: {kind}, by {who}, {when}."), **told))
    if found.line["why"] and (found.plan is None or found.line["why"] != found.plan.title):
        console.line(say(N_("Why: {why}"), why=found.line["why"]))
    if found.plan is not None:
        console.line(say(N_("Plan {plan}: {title}"), plan=found.plan.plan_id, title=found.plan.title))
    if found.line["file_name"]:
        console.line(say(N_("File: {name}"), name=found.line["file_name"]))
    if _value(found.line["taken_back_by"]) is not None:
        console.line(say(N_("Taken back by change {number}."), number=int(found.line["taken_back_by"])))
    titles = {layer: _(title) for layer, title in history.LAYER_TITLES}
    headings = (_("What"), _("Subject"), _("Giver"), _("Taker"), _("From"), _("Until"))
    people = {side: moves[side].replace("", _("Nobody")) for side in ("giver", "taker")}
    console.table(headings, _rows(moves.assign(layer=moves["layer"].map(titles), **people)))
    for event in found.events.itertuples():
        what = _(EVENT_NAMES.get(str(event.kind), str(event.kind)))
        console.line(f"{event.recorded:%Y-%m-%d %H:%M}  {what}  {event.who}  {event.note}".rstrip())
    return 0


def _over_time(chosen: argparse.Namespace, opened: Opened, console: Console) -> int:
    from gridmap.services import history, timelines  # noqa: PLC0415 - as above

    if chosen.cell:
        told = history.cell_history(*opened, chosen.cell).assign(layer="cell")
    else:
        told = history.organisation_history(*opened, chosen.org)
    if not chosen.corrected:
        told = told[told["state"].eq(timelines.KNOWN)]
    columns = ["layer", "first_day", "last_day", "owner", "state", "who", "why", "recorded_us", "change_id", "replaced_by"]
    told = told[columns].assign(recorded_us=history.local_times(told["recorded_us"], history.zone_of(*opened)))
    told = told.rename(columns={"recorded_us": "recorded"})
    if console.json:
        console.value(_records(told))
        return 0
    _ = translator(console.language)
    if told.empty:
        console.line(say(N_("Nobody has ever had {subject}."), subject=chosen.cell or chosen.org))
        return 0
    layers, states = ({key: _(title) for key, title in pairs} for pairs in (history.LAYER_TITLES, timelines.STATES))
    shown = told.assign(
        layer=told["layer"].map(layers),
        owner=told["owner"].replace("", _("Nobody")),
        state=told["state"].map(states),
        recorded=told["recorded"].dt.strftime("%Y-%m-%d %H:%M"),
    )
    headings = (_("What"), _("From"), _("Until"), _("Owner"), _("State"), _("Decided by"), _("Why"), _("Recorded"), _("Change"))
    console.table(headings, _rows(shown[[*columns[:7], "recorded", "change_id"]]))
    return 0


def _as_of(chosen: argparse.Namespace, opened: Opened, console: Console) -> int:
    from gridmap.services import history  # noqa: PLC0415 - as above

    plan = history.ownership(*opened, history.Moment(chosen.as_of, chosen.known))
    layers = {"cells": plan.owners, "held": plan.holders, "sponsored": plan.sponsors}
    if console.json:
        told = {name: {str(subject): str(owner) for subject, owner in owners.items()} for name, owners in layers.items()}
        console.value({"as_of": chosen.as_of.isoformat(), "known": None if chosen.known is None else chosen.known.isoformat(), **told})
        return 0
    _ = translator(console.language)
    counts = {name: owners.value_counts() for name, owners in layers.items()}
    managers = sorted({manager for count in counts.values() for manager in count.index})
    rows = [(manager, *(int(count.get(manager, 0)) for count in counts.values())) for manager in managers]
    console.table((_("Manager"), _("Cells"), _("Held"), _("Sponsored")), rows)
    return 0


def _compare(days: list[tuple[date, date | None]], opened: Opened, console: Console) -> int:
    from gridmap.services import history  # noqa: PLC0415 - as above

    before, after = (history.ownership(*opened, history.Moment(*each)) for each in days)
    moved = history.compare(before, after)
    if console.json:
        console.value(_records(moved))
        return 0
    _ = translator(console.language)
    titles = {layer: _(title) for layer, title in history.LAYER_TITLES}
    people = {side: moved[side].replace("", _("Nobody")) for side in ("giver", "taker")}
    console.table((_("What"), _("Subject"), _("Before"), _("After")), _rows(moved.assign(layer=moved["layer"].map(titles), **people)))
    console.line(say(N_("{count} changed hands."), count=len(moved)))
    return 0


def _records(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    """Write rows as JSON holds them: days and times as text, nothing where there is none."""
    return [
        {str(name): _value(value, as_day=str(name).endswith("_day")) for name, value in row.items()} for row in frame.to_dict("records")
    ]


def _rows(frame: "pd.DataFrame") -> list[list[object]]:
    return [["" if value is None else value for value in row.values()] for row in _records(frame)]


def _value(value: Any, *, as_day: bool = False) -> Any:
    import pandas as pd  # noqa: PLC0415 - as above

    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() if as_day else value.isoformat()
    return value.item() if hasattr(value, "item") else value


COMMAND = Command("history", N_("Say who changed what, and who had which cell when."), add, run)
