"""Targets that move with a published plan, and come back when it is undone: in the plan's own transaction."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from gridmap import schema
from gridmap.scope import Scope
from gridmap.store.bulk import close_rows
from gridmap.store.imports import Origin, record_import
from gridmap.store.positions import Position
from gridmap.store.tables import FACTS, FOREVER_US, IMPORTS, key_columns
from gridmap.store.writing import write_rows_within

_TARGETS = FACTS["targets"]


def move_targets(connection: sa.Connection, scope: Scope, start: Position, plan_id: int, targets: pd.DataFrame, *, day: date) -> Position:
    """Write the rows that a plan moves, in force from its day; the caller advances the branch."""
    _, reached = write_rows_within(connection, scope, start, "targets", targets, as_of=day, source=_source(plan_id))
    return reached


def bring_back_targets(
    connection: sa.Connection, scope: Scope, start: Position, plan_id: int, *, published_us: int, begin: int | None
) -> Position:
    """Give managers the targets again that they had before a plan was published.

    A target that somebody changed since stays as it was changed.

    Parameters
    ----------
    published_us
        When the plan was recorded.
    begin
        The instant from which they are given back; None for the plan's own day.
    """
    query = sa.select(IMPORTS.c.import_id).where(
        IMPORTS.c.branch_id == start.branch_id,
        IMPORTS.c.table_name == "targets",
        IMPORTS.c.file_name == _source(plan_id),
        IMPORTS.c.recorded_us == published_us,
    )
    import_id = connection.execute(query).scalar()
    if import_id is None:
        return start
    line = _TARGETS.c
    made = _rows(connection, line.import_id == import_id, line.recorded_to == FOREVER_US)
    gone = _rows(connection, line.branch_id == start.branch_id, line.recorded_to == published_us)
    moved = [row for row in made if not _same(row, gone)]
    if not moved:
        return start
    origin = Origin("targets", None, f"undo of {_source(plan_id)}", "", {}, "", "", {})
    fresh_id = record_import(connection, scope, start, origin, counts=(0, len(moved), 0), new_version=True)
    reached = replace(start, import_id=fresh_id)
    parts = [part for row in moved for part in _parts(row, gone, begin)]
    close_rows(connection, _TARGETS, np.array([row["row_id"] for row in moved], dtype="int64"), recorded_us=start.recorded_us)
    stamps = {"recorded_from": start.recorded_us, "recorded_to": FOREVER_US, "import_id": fresh_id}
    for part in parts:
        connection.execute(sa.insert(_TARGETS).values({**{name: part[name] for name in part if name != "row_id"}, **stamps}))
    return reached


def _source(plan_id: int) -> str:
    return f"plan {plan_id}"


def _rows(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(sa.select(_TARGETS).where(*conditions).order_by(_TARGETS.c.row_id)).mappings()]


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in key_columns(schema.table("targets")))


def _same(row: dict[str, Any], gone: list[dict[str, Any]]) -> bool:
    """Whether a row only carries on what was there before the plan, as the part before its day does."""
    return any(_key(each) == _key(row) and each["value"] == row["value"] for each in gone)


def _parts(row: dict[str, Any], gone: list[dict[str, Any]], begin: int | None) -> list[dict[str, Any]]:
    """Return what takes the place of a moved row: itself up to `begin`, and from there what lay there before."""
    first = row["valid_from"] if begin is None else min(max(begin, row["valid_from"]), row["valid_to"])
    before = [
        {**each, "valid_from": max(each["valid_from"], first), "valid_to": min(each["valid_to"], row["valid_to"])}
        for each in gone
        if _key(each) == _key(row)
    ]
    parts = [{**row, "valid_to": first}, *before]
    return [part for part in parts if part["valid_from"] < part["valid_to"]]
