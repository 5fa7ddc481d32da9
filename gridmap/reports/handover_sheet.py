"""The handover sheet of one manager: what is given and received, promised, due and in danger, and where three people sign."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from gridmap.errors import N_
from gridmap.plan import UNASSIGNED
from gridmap.reallocation.handover import Handover
from gridmap.reports.handover_tables import (
    Head,
    Sheet,
    cells_block,
    dangers_block,
    organisations_block,
    promises_block,
    sponsorships_block,
    towns_block,
)
from gridmap.reports.report import Block, Box, Field, Report, Value
from gridmap.texts import translator

__all__ = ["Head", "handover_report"]


def handover_report(handover: Handover, manager_id: str, *, head: Head, language: str) -> Report:
    """Make the handover sheet of a manager.

    Parameters
    ----------
    handover
        Of the whole plan.
    manager_id
        Whose sheet.
    head
        What it is about.
    language
        A key of `gridmap.texts.LANGUAGES`; organisations are called by their English names in English where they have one.

    Returns
    -------
    The report: totals per pair, organisations given and received, promises and open tasks, dangers, cells, sponsorships, and for each
    pair three boxes to sign. The totals are sums of the rows that are listed.
    """
    sheet = Sheet(head, handover, manager_id, language, translator(language))
    _ = sheet.translate
    return Report(
        title=_("Handover sheet"),
        line=" · ".join((_("Handover sheet"), head.branch, _("Plan {plan}").format(plan=head.plan_id), sheet.who(manager_id))),
        told=_told(sheet),
        blocks=(
            _totals(sheet),
            organisations_block(sheet, "giver", _("Organisations given"), _("Given")),
            organisations_block(sheet, "taker", _("Organisations received"), _("Received")),
            promises_block(sheet),
            dangers_block(sheet),
            towns_block(sheet),
            cells_block(sheet),
            sponsorships_block(sheet),
        ),
        boxes=tuple(_signed(sheet, giver, taker) for giver, taker in _pairs(sheet)),
        signature=_("Signature"),
        signed_on=_("Date"),
        language=language,
    )


def _told(sheet: Sheet) -> tuple[tuple[str, str], ...]:
    _, head, handover = sheet.translate, sheet.head, sheet.handover
    return (
        (_("Branch"), head.branch),
        (_("Plan"), f"{head.plan_id} · {head.title}"),
        (_("State"), _("{state}, version {version}").format(state=_(head.state), version=head.version)),
        (_("In force from"), handover.effective_on.isoformat()),
        (_("Manager"), sheet.who(sheet.manager_id)),
        (_("Figures as of"), handover.as_of.isoformat()),
        (_("Open visits and tasks"), _rule(sheet)),
    )


def _rule(sheet: Sheet) -> str:
    _, handover = sheet.translate, sheet.handover
    if handover.visits == "go":
        return _("They go to the taker with the organisation on the first day.")
    if handover.stay_until is None:
        return _("They stay with the giver until they are done.")
    return _("They stay with the giver up to {day}, then they go to the taker.").format(day=handover.stay_until.isoformat())


def _pairs(sheet: Sheet) -> list[tuple[str, str]]:
    """Return the pairs that the manager is one of: what they give first, each in order."""
    sides = [frame[["giver", "taker"]] for frame in (sheet.handover.organisations, sheet.handover.cells, sheet.handover.sponsorships)]
    every = pd.concat(sides).drop_duplicates()
    mine = [(str(giver), str(taker)) for giver, taker in every.itertuples(index=False) if sheet.manager_id in (giver, taker)]
    return sorted(mine, key=lambda pair: (pair[0] != sheet.manager_id, pair))


def _totals(sheet: Sheet) -> Block:
    _, handover = sheet.translate, sheet.handover
    counts = ("cells", "organisations", "accounts", "prospects", "hours_asked", "promises", "tasks", "in_danger")
    totals = handover.pairs.reindex(_index(_pairs(sheet)), fill_value=0)
    titles = (
        *(N_("Cells"), N_("Organisations"), N_("Accounts (A, B, C)"), N_("Prospects"), N_("Hours a month (h)")),
        *(N_("Promises"), N_("Open tasks"), N_("In high danger")),
    )
    columns = (
        Field(_("Giver"), width_mm=48),
        Field(_("Taker"), width_mm=48),
        *(Field(_(title), "number" if name == "hours_asked" else "whole", 22) for name, title in zip(counts, titles, strict=True)),
    )

    def row(first: str, second: str, sums: Mapping[Any, Any]) -> tuple[Value, ...]:
        return (first, second, *(float(sums[name]) if name == "hours_asked" else int(sums[name]) for name in counts))

    rows = [row(sheet.who(giver), sheet.who(taker), totals.loc[(giver, taker)].to_dict()) for giver, taker in totals.index]
    sums = [
        row(label, "", totals[totals.index.get_level_values(side) == sheet.manager_id].sum().to_dict())
        for label, side in ((_("Given in all"), "giver"), (_("Received in all"), "taker"))
    ]
    return Block(_("Summary"), _("Summary"), columns, (*rows, *sums), bold_last=2)


def _index(pairs: list[tuple[str, str]]) -> pd.MultiIndex:
    return pd.MultiIndex.from_tuples(pairs, names=["giver", "taker"]) if pairs else pd.MultiIndex.from_arrays([[], []])


def _signed(sheet: Sheet, giver: str, taker: str) -> tuple[str, tuple[Box, ...]]:
    _ = sheet.translate
    line = _("{giver} hands over to {taker} what is listed above, as of {day}.").format(
        giver=sheet.who(giver), taker=sheet.who(taker), day=sheet.handover.effective_on.isoformat()
    )
    sides = ((N_("Giver"), giver), (N_("Taker"), taker))
    people = tuple(Box(_(role), sheet.who(who)) for role, who in sides if who != UNASSIGNED)
    return line, (*people, Box(_("Witness")))
