"""The tables of a handover sheet: organisations, promises, dangers, cells and sponsorships of one manager."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from gridmap.danger import LEVELS
from gridmap.errors import N_
from gridmap.plan import UNASSIGNED
from gridmap.reallocation.handover import Handover
from gridmap.reports.report import Block, Field, Value
from gridmap.texts import Translate, said, worded

UNKNOWN_TIER = "U"
SIDES = ("giver", "taker")
_CODES_A_ROW = 30


@dataclass(frozen=True)
class Head:
    """What a sheet says it is about, as people write it: `state` is a plan's state in English, `managers` maps codes to names."""

    branch: str
    plan_id: int
    title: str
    state: str
    version: int
    managers: Mapping[str, str]
    towns: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """One manager's part of a handover, with what is needed to write it."""

    head: Head
    handover: Handover
    manager_id: str
    language: str
    translate: Translate

    def who(self, manager_id: object) -> str:
        """Write a manager: name and code."""
        if not isinstance(manager_id, str) or not manager_id:
            return ""
        if manager_id == UNASSIGNED:
            return self.translate(N_("Nobody"))
        name = self.head.managers.get(manager_id, "")
        return f"{name} ({manager_id})" if name and name != manager_id else manager_id

    def called(self, row: Mapping[str, Any]) -> str:
        """Write an organisation's name in the language of the sheet, its code where it has none."""
        english = row.get("name_en")
        given = english if self.language == "en" and isinstance(english, str) and english else row.get("name")
        return given if isinstance(given, str) and given else str(row["org_id"])

    def part(self, frame: pd.DataFrame, *sides: str) -> pd.DataFrame:
        """Return the rows of a table in which the manager is on one of these sides; on either where none is named."""
        return frame[frame[list(sides or SIDES)].isin([self.manager_id]).any(axis=1).to_numpy(dtype=bool)]


def organisations_block(sheet: Sheet, side: str, title: str, name: str) -> Block:
    """Make the table of what a manager gives (`side` "giver") or receives ("taker"); what has no width is in the workbook only."""
    _, other = sheet.translate, "taker" if side == "giver" else "giver"
    columns: tuple[tuple[Field, Callable[[Mapping[str, Any]], Value]], ...] = (
        (Field(_("No."), "whole", 9), lambda row: row["number"]),
        (Field(_("Organisation"), width_mm=52), sheet.called),
        (Field(_("Code"), width_mm=22), lambda row: row["org_id"]),
        (Field(_("Tier"), width_mm=10), lambda row: row["tier"] if row["tier"] != UNKNOWN_TIER else "?"),
        (Field(_("Account file"), width_mm=22), lambda row: _file(sheet, row)),
        (Field(_(N_("Taker") if side == "giver" else N_("Giver")), width_mm=30), lambda row: sheet.who(row[other])),
        (Field(_("Moves with")), lambda row: _(N_("Its name") if row["named_before"] or row["named_after"] else N_("Its cell"))),
        (Field(_("Town"), width_mm=16), lambda row: sheet.head.towns.get(row["town"], "")),
        (Field(_("Address"), width_mm=44), lambda row: _text(row["address"])),
        (Field(_("Cell")), lambda row: _text(row["cell"])),
        (Field(_("Our lines"), "whole", 13), lambda row: _whole(row["our_lines"])),
        (Field(_("Last visit"), "date", 18), lambda row: _day(row["last_on"])),
        (Field(_("Outcome"), width_mm=18), lambda row: _worded(sheet, row["last_outcome"])),
        (Field(_("Visited by"), width_mm=24), lambda row: sheet.who(row["last_by"])),
        (Field(_("Contract end"), "date", 18), lambda row: _day(row["contract_end"])),
        (Field(_("Prepaid until"), "date"), lambda row: _day(row["prepaid_until"])),
        (Field(_("Danger"), width_mm=14), lambda row: _level(sheet, row["danger"])),
        (Field(_("Lines lost in a year"), "whole"), lambda row: int(row["lines_lost"])),
        (Field(_("Sponsor")), lambda row: sheet.who(row["sponsor"])),
        (Field(_("Hours a month (h)"), "number"), lambda row: float(row["hours_asked"])),
    )
    mine = sheet.part(sheet.handover.organisations, side).reset_index()
    rows = _records(mine.assign(number=range(1, len(mine) + 1)))
    made = tuple(tuple(write(row) for _field, write in columns) for row in rows)
    return Block(_counted(title, len(made)), name, tuple(field for field, _write in columns), made, _("None."))


def promises_block(sheet: Sheet) -> Block:
    """Make the table of promises and open tasks: who does each until when, and who then."""
    _, items = sheet.translate, sheet.handover.items
    mine = sheet.part(items)
    names = sheet.handover.organisations[["name", "name_en"]]
    columns = (
        Field(_("Due"), "date", 20),
        Field(_("What"), width_mm=34),
        Field(_("Organisation"), width_mm=62),
        Field(_("Code"), width_mm=25),
        Field(_("Promised on"), "date", 20),
        Field(_("Promised by, assigned to"), width_mm=36),
        Field(_("Does it"), width_mm=32),
        Field(_("Up to and with"), "date", 22),
        Field(_("Then"), width_mm=32),
    )
    rows = tuple(
        (
            _day(row["due_on"]),
            _("Promised follow-up") if row["item"] == "promise" else _worded(sheet, row["kind"]),
            sheet.called(row),
            row["org_id"],
            _day(row["since"]),
            sheet.who(row["who"]),
            sheet.who(row["now"]),
            _day(row["until"]),
            sheet.who(row["then"]),
        )
        for row in _records(mine.join(names, on="org_id"))
    )
    title = _("Promises and open tasks")
    return Block(_counted(title, len(rows)), title, columns, rows, _("None."))


def dangers_block(sheet: Sheet) -> Block:
    """Make the table of what is in danger or lost lines to competitors, the worst first, with the reasons."""
    _, organisations = sheet.translate, sheet.handover.organisations
    mine = sheet.part(organisations)
    worst = [level for level, _title in LEVELS]
    rank = mine["danger"].map({level: place for place, level in enumerate(worst)}).fillna(0)
    felt = mine.assign(rank=rank)[(rank.gt(0) | mine["lines_lost"].gt(0)).to_numpy(dtype=bool)]
    felt = felt.sort_values(["rank", "lines_lost"], ascending=False, kind="stable")
    columns = (
        Field(_("Danger"), width_mm=15),
        Field(_("Organisation"), width_mm=54),
        Field(_("Code"), width_mm=22),
        Field(_("Giver"), width_mm=30),
        Field(_("Taker"), width_mm=30),
        Field(_("Why"), width_mm=104),
        Field(_("Lines lost in a year"), "whole", 18),
    )
    rows = tuple(
        (
            _level(sheet, row["danger"]),
            sheet.called(row),
            row["org_id"],
            sheet.who(row["giver"]),
            sheet.who(row["taker"]),
            " · ".join(said(each, sheet.language) for each in row["reasons"]),
            int(row["lines_lost"]),
        )
        for row in _records(felt.reset_index())
    )
    return Block(_counted(_("Dangers"), len(rows)), _("Dangers"), columns, rows, _("None."))


def cells_block(sheet: Sheet) -> Block:
    """Make the table of cells that change hands, one row each, for the workbook."""
    _, mine = sheet.translate, sheet.part(sheet.handover.cells)
    columns = (Field(_("Cell")), Field(_("Town")), Field(_("Giver")), Field(_("Taker")))
    rows = tuple(
        (row["cell"], sheet.head.towns.get(row["town"], ""), sheet.who(row["giver"]), sheet.who(row["taker"])) for row in _records(mine)
    )
    return Block(_counted(_("Cells"), len(rows)), _("Cells"), columns, rows, _("None."), where="workbook")


def towns_block(sheet: Sheet) -> Block:
    """Make the table of cells that change hands for the paper: together by pair and town."""
    _, mine = sheet.translate, sheet.part(sheet.handover.cells)
    columns = (
        Field(_("Giver"), width_mm=40),
        Field(_("Taker"), width_mm=40),
        Field(_("Town"), width_mm=24),
        Field(_("Cells"), "whole", 14),
        Field(_("Codes of the cells"), width_mm=155),
    )
    rows = tuple(
        (sheet.who(giver), sheet.who(taker), sheet.head.towns.get(str(town), ""), len(codes), " ".join(codes))
        for (giver, taker, town), group in mine.groupby(["giver", "taker", "town"], sort=True)
        for codes in _portions(list(group["cell"]))
    )
    return Block(_counted(_("Cells"), len(mine)), _("Cells"), columns, rows, _("None."), where="paper")


def _portions(codes: list[str]) -> list[list[str]]:
    """Cut codes into rows that no page is too short for."""
    return [codes[start : start + _CODES_A_ROW] for start in range(0, len(codes), _CODES_A_ROW)]


def sponsorships_block(sheet: Sheet) -> Block:
    """Make the table of organisations whose sponsor changes."""
    _, changed = sheet.translate, sheet.handover.sponsorships
    mine = sheet.part(changed)
    columns = (
        Field(_("Organisation"), width_mm=80),
        Field(_("Code"), width_mm=30),
        Field(_("Giver"), width_mm=60),
        Field(_("Taker"), width_mm=60),
    )
    rows = tuple((sheet.called(row), row["org_id"], sheet.who(row["giver"]), sheet.who(row["taker"])) for row in _records(mine))
    return Block(_counted(_("Sponsorships"), len(rows)), _("Sponsorships"), columns, rows, _("None."))


def _file(sheet: Sheet, row: Mapping[str, Any]) -> str:
    _ = sheet.translate
    if row["filed"]:
        return _(N_("Complete file") if row["complete"] else N_("File with gaps"))
    return _worded(sheet, row["stage"])


def _level(sheet: Sheet, level: object) -> str:
    return sheet.translate(dict(LEVELS)[level]) if isinstance(level, str) and level != "none" else ""


def _worded(sheet: Sheet, code: object) -> str:
    return sheet.translate(worded(code)) if isinstance(code, str) and code else ""


def _counted(title: str, count: int) -> str:
    return f"{title} ({count:,})"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _day(value: Any) -> date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
