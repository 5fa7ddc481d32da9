"""The cells that a file of assignments names, held against the grid of the branch: in it, not in it, and not in the file."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from gridmap.errors import N_, Finding, Message, say
from gridmap.scope import Scope
from gridmap.services.import_report import CellMatch, ImportReport
from gridmap.store import Store, grid_eras, open_market
from gridmap.tables import Checked

TOLD = 100
_POWER = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,3}")


def match_cells(store: Store, scope: Scope, branch_id: str, checked: Checked) -> CellMatch:
    """Count the distinct cells of accepted rows by whether the branch has, or ever had, such a cell.

    Cells of a grid that the branch no longer has are in the grid too: a history names them. What is missing is counted on the present
    grid alone.
    """
    named = pd.Index(checked.accepted["cell"].dropna().unique(), dtype="str")
    now = open_market(store, scope, branch_id).grid.cells
    ever = now
    if not named.isin(now).all():
        for _, begin_us in grid_eras(store, scope, branch_id):
            ever = ever.union(open_market(store, scope, branch_id, valid_us=begin_us).grid.cells)
    strange = tuple(sorted(named[~named.isin(ever)]))
    return CellMatch(len(named) - len(strange), len(strange), int((~now.isin(named)).sum()), strange[:TOLD], _likely(strange, ever))


def with_cells(report: ImportReport, cells: CellMatch, checked: Checked) -> ImportReport:
    """Return a report that says how the cells matched, with a warning per row of a cell that is not in the grid."""
    notes = () if cells.likely is None else (cells.likely,)
    found = tuple(_findings(report, cells, checked))
    return replace(report, cells=cells, notes=(*report.notes, *notes), findings=(*report.findings, *found))


def _findings(report: ImportReport, cells: CellMatch, checked: Checked) -> Iterator[Finding]:
    strange = checked.accepted["cell"].isin(cells.examples).to_numpy()
    header = checked.mapping.columns.get("cell", "cell")
    remedy = say(N_("Correct the cell, or take the row out: nobody sees it on the map."))
    rows = zip(checked.accepted_rows[strange][:TOLD], checked.accepted["cell"][strange][:TOLD], strict=True)
    for row, cell in rows:
        message = say(N_("The branch has no cell {cell}."), cell=cell)
        yield Finding(report.table, int(row), header, "unknown_cell", cell, message, remedy, "warning")


def _likely(strange: tuple[str, ...], known: pd.Index) -> Message | None:
    """Say what a spreadsheet has probably done to the cells, where it looks like that."""
    powers = [cell for cell in strange if _POWER.fullmatch(cell)]
    if powers:
        return say(
            N_("A spreadsheet has made numbers of codes, such as {example}: format the column as text there and paste the codes again."),
            example=powers[0],
        )
    lengths = sorted({len(cell) for cell in known})
    for cell in strange:
        whole = next((cell.zfill(length) for length in lengths if len(cell) < length and cell.zfill(length) in known), None)
        if whole is not None and cell.isdigit():
            return say(N_("A spreadsheet has taken the zeros before codes: {example} is {whole}."), example=cell, whole=whole)
    lower = next((cell for cell in strange if cell.lower() in known), None)
    return None if lower is None else say(N_("Codes of cells are written in small letters: {example}."), example=lower.lower())
