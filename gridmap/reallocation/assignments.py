"""Assignments of cells to owners, as a table: from a plan, and to the moves of a plan."""

from collections.abc import Collection, Iterator
from datetime import date

import pandas as pd

from gridmap.errors import N_, Finding, Message, TableError, say
from gridmap.plan import Move, Plan

COLUMNS = ("cell", "owner", "valid_from", "reason")
_TABLE = "ownership"
# How these rules read in words; the others are the gate's own.
RULES = (N_("Unknown cell"), N_("Two owners"))


def assignments_of(plan: Plan, effective_on: date) -> pd.DataFrame:
    """Return what a plan changes as rows of the table `ownership`.

    Returns
    -------
    One row per moved cell, sorted: `cell`, `owner` (missing = released on purpose), `valid_from` the day the plan shall hold from,
    `reason`. Organisations held by name are no rows of that table.
    """
    moved = sorted((move for move in plan.moves if move.layer == "cell"), key=lambda move: move.subject)
    return pd.DataFrame(
        {
            "cell": pd.Series([move.subject for move in moved], dtype="str"),
            "owner": pd.Series([move.taker or None for move in moved], dtype="str"),
            "valid_from": pd.Series(pd.Timestamp(effective_on), index=range(len(moved)), dtype="datetime64[us]"),
            "reason": pd.Series([move.reason or None for move in moved], dtype="str"),
        }
    )


def moves_from_assignments(
    plan: Plan, frame: pd.DataFrame, *, cells: Collection[str] | None = None, managers: Collection[str] | None = None
) -> tuple[Move, ...]:
    """Return the moves by which the cells of a table get the owners it names.

    Parameters
    ----------
    plan
        Who owns what; its own moves do not count.
    frame
        `cell`, `owner` (missing or empty = to be released), and where they are there `reason` and `valid_from`: of several rows of a
        cell the latest counts. The index is the row as the user's file counts it.
    cells, managers
        The cells of the grid, and the managers who may own one; None: whatever is named.

    Returns
    -------
    One move per cell whose owner changes, sorted by cell.

    Raises
    ------
    TableError
        When a row names no cell, or an unknown cell or manager, or two owners of one cell for one day; every such row is a finding.
    """
    rows = _read(frame)
    findings = tuple(_findings(rows, cells, managers))
    if findings:
        raise TableError(
            say(N_("{count} rows cannot be made into moves."), count=len({each.row for each in findings})),
            findings=findings,
            remedy=say(N_("Correct these rows, or take them out, and choose the file again.")),
        )
    latest = rows.sort_values("valid_from", kind="stable").drop_duplicates("cell", keep="last").sort_values("cell")
    had = plan.before("cell").reindex(pd.Index(latest["cell"], dtype="str")).astype("str").fillna("").tolist()
    given = zip(latest["cell"], had, latest["owner"], latest["reason"], strict=True)
    return tuple(Move(cell, "cell", giver, taker, reason) for cell, giver, taker, reason in given if giver != taker)


def _read(frame: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in ("cell", "owner") if name not in frame]
    if missing:
        raise TableError(
            say(N_("The table has no column {column}."), column=missing[0]),
            expected=say(N_("The columns cell and owner.")),
            remedy=say(N_("Name them in the first row of the file.")),
        )
    text = {name: frame[name].astype("str").fillna("").str.strip() for name in ("cell", "owner", "reason") if name in frame}
    days = pd.to_datetime(frame["valid_from"]) if "valid_from" in frame else pd.Series(pd.NaT, index=frame.index)
    return pd.DataFrame({"reason": "", **text, "valid_from": days.fillna(pd.Timestamp(0))}, index=frame.index)


def _findings(rows: pd.DataFrame, cells: Collection[str] | None, managers: Collection[str] | None) -> Iterator[Finding]:
    known = None if cells is None else frozenset(cells)
    people = None if managers is None else frozenset(managers)
    for number, cell, owner in zip(rows.index, rows["cell"], rows["owner"], strict=True):
        if not cell:
            yield _finding(number, "cell", "required", cell, say(N_("The row names no cell.")))
        elif known is not None and cell not in known:
            yield _finding(number, "cell", "unknown_cell", cell, say(N_("The cell is not in the grid of the branch.")))
        if owner and people is not None and owner not in people:
            yield _finding(number, "owner", "unknown_manager", owner, say(N_("There is no such manager in the branch.")))
    days = rows.groupby(["cell", "valid_from"])["owner"].transform("nunique")
    for number, cell in rows.loc[(days > 1) & (rows["cell"] != ""), "cell"].items():
        yield _finding(number, "cell", "two_owners", cell, say(N_("The file names two owners of this cell for one day.")))


def _finding(number: object, column: str, rule: str, value: str, message: Message) -> Finding:
    row = number if isinstance(number, int) else None
    return Finding(_TABLE, row, column, rule, value, message, say(N_("Correct the row, or take it out.")))
