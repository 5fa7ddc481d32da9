"""What became of a file that was to be imported."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd

from gridmap import texts
from gridmap.errors import N_, Finding, Message, say


class RejectFile(NamedTuple):
    """The refused rows in the layout of the file they came from, each with its reason, as a file of its own."""

    data: bytes
    name: str


class CellMatch(NamedTuple):
    """How the distinct cells of a file of assignments are met by the grid.

    `matched` are in it (or in one the branch had), `unmatched` in none, `missing` are cells of the present grid that the file does not
    name. `examples` are the first that are in none, `likely` says what has probably been done to them.
    """

    matched: int
    unmatched: int
    missing: int
    examples: tuple[str, ...] = ()
    likely: Message | None = None

    def summary(self) -> Message:
        """Say it in one sentence."""
        return say(
            N_("Cells: {matched} in the grid, {unmatched} not in the grid, {missing} of the branch not in the file."),
            **{name: f"{getattr(self, name):,}" for name in ("matched", "unmatched", "missing")},
        )

    def as_json(self) -> dict[str, Any]:
        """Return what a script needs."""
        return {"matched": self.matched, "unmatched": self.unmatched, "missing": self.missing, "examples": list(self.examples)}


@dataclass(frozen=True)
class ImportReport:
    """What became of a file: `read = accepted + rejected`, `accepted = new + changed + unchanged`.

    Where nothing was written (refused, or a dry run) the three say what writing the accepted rows would do, and
    `differences` has `key`, `column`, `old` and `new` of every value that would change. `headers` are those of the file. `cells`: of
    assignments, how its cells are met by the grid.
    """

    file: str
    table: str
    branch_id: str
    read: int
    accepted: int
    rejected: int
    unplaced: int
    new: int
    changed: int
    unchanged: int
    findings: tuple[Finding, ...]
    reject_file: RejectFile | None
    mapping: Mapping[str, str]
    system: str
    written: bool
    refused: bool
    branch_made: bool = False
    import_id: int | None = None
    headers: tuple[str, ...] = ()
    notes: tuple[Message, ...] = ()
    differences: pd.DataFrame = field(default_factory=pd.DataFrame)
    cells: CellMatch | None = None

    def summary(self) -> Message:
        """Say it in one sentence."""
        counts = {name: f"{getattr(self, name):,}" for name in ("read", "accepted", "rejected", "unplaced", "new", "changed", "unchanged")}
        return say(
            N_(
                "{file}: {read} rows read, {accepted} accepted, {rejected} refused, {unplaced} without a place; "
                "{new} new, {changed} changed, {unchanged} unchanged."
            ),
            file=self.file,
            **counts,
        )

    def as_json(self, language: str = "en") -> dict[str, Any]:
        """Return what a script needs, as JSON types; texts in a language, `reject_file` as its name."""
        names = ("file", "table", "branch_id", "read", "accepted", "rejected", "unplaced", "new", "changed", "unchanged")
        return {
            **{name: getattr(self, name) for name in names},
            "written": self.written,
            "import_id": self.import_id,
            "system": self.system,
            "mapping": dict(self.mapping),
            "findings": [finding_json(each, language) for each in self.findings],
            "notes": [texts.said(note, language) for note in self.notes],
            "reject_file": self.reject_file.name if self.reject_file else None,
            "cells": self.cells.as_json() if self.cells else None,
        }


def finding_json(finding: Finding, language: str = "en") -> dict[str, Any]:
    """Return a finding as JSON types, its texts in a language."""
    return {
        "table": finding.table,
        "row": finding.row,
        "column": finding.column,
        "rule": finding.rule,
        "value": finding.value,
        "message": texts.said(finding.message, language),
        "remedy": texts.said(finding.remedy, language),
        "severity": finding.severity,
    }
